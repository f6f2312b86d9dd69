import { describe, expect, it } from "vitest";
import type { Host } from "../../kernel/host";
import { Kernel } from "../../kernel/kernel";
import type { Process } from "../../kernel/process";
import type { Task } from "../../kernel/task";
import { SECOND } from "../../kernel/time";
import { containerdProgram, containerdView } from "./containerd";
import { CriClient } from "./cri/client";
import type { ContainerConfig, PodStatus, SandboxConfig } from "./cri/types";
import { containersOn } from "./shims";

const GIB = 1024 ** 3;

function machine() {
  const kernel = new Kernel({ seed: 3 });
  const host = kernel.network.addHost({
    name: "worker-1",
    ip: "10.0.1.1",
    kind: "worker",
    cpuMilli: 4000,
    memoryBytes: 8 * GIB,
    latency: 100,
    bootTime: 0,
  });
  const options = { preloadedImages: ["nginx:1.28", "busybox", "kubarium/leak", "kubarium/web:v1"] };
  host.addUnit({ name: "containerd", program: containerdProgram(options), restartDelay: 5 * SECOND });
  host.powerOn();
  kernel.runUntil(1000);
  return { kernel, host };
}

function sandbox(extra: Partial<SandboxConfig> = {}): SandboxConfig {
  return {
    podUid: "u1",
    namespace: "default",
    name: "web-1",
    attempt: 0,
    hostNetwork: false,
    dns: { servers: ["10.96.0.10"], searches: ["default.svc.cluster.local"], ndots: 5 },
    ...extra,
  };
}

function limit(memoryLimit: number): ContainerConfig["resources"] {
  return { cpuRequest: 0, cpuLimit: 0, memoryRequest: 0, memoryLimit };
}

function container(extra: Partial<ContainerConfig> = {}): ContainerConfig {
  return {
    name: "web",
    image: "nginx:1.28",
    attempt: 0,
    command: [],
    args: [],
    env: [],
    resources: limit(0),
    mounts: [],
    stdin: false,
    tty: false,
    hash: "h",
    gracePeriod: 30,
    ...extra,
  };
}

/** Runs a task as a process of the host and hands its result out. */
function run<T>(
  kernel: Kernel,
  host: Host,
  body: (cri: CriClient, process: Process) => Task<T>,
  seconds = 10,
): T {
  let result: T | undefined;
  let done = false;
  host.start(`test-${kernel.newPid()}`, function* (process) {
    result = yield* body(new CriClient(process), process);
    done = true;
  });
  kernel.runUntil(kernel.now + seconds * SECOND);
  expect(done).toBe(true);
  return result as T;
}

function* startPod(
  cri: CriClient,
  s: SandboxConfig,
  c: ContainerConfig,
): Task<{ sandboxId: string; id: string }> {
  yield* cri.call("UpdateRuntimeConfig", { podCidr: "10.244.1.0/24" });
  const made = yield* cri.call("RunPodSandbox", { config: s });
  if (!made.ok) throw new Error(made.error.message);
  const created = yield* cri.call("CreateContainer", { sandboxId: made.value, config: c });
  if (!created.ok) throw new Error(created.error.message);
  yield* cri.call("StartContainer", { containerId: created.value });
  return { sandboxId: made.value, id: created.value };
}

function podOf(host: Host): PodStatus | undefined {
  return containerdView(host.processes.get("containerd"))?.pods()[0];
}

describe("sandbox", () => {
  it("needs a block of addresses, then gets one of them; the address comes back with the sandbox", () => {
    const { kernel, host } = machine();
    const results = run(kernel, host, function* (cri) {
      const early = yield* cri.call("RunPodSandbox", { config: sandbox() });
      const { sandboxId } = yield* startPod(cri, sandbox(), container());
      const status = yield* cri.call("Status", {});
      return { early, sandboxId, status };
    });
    expect(results.early.ok).toBe(false);
    expect(podOf(host)?.sandboxes[0]).toMatchObject({ state: "READY", ip: "10.244.1.2" });
    expect(host.ownsAddress("10.244.1.2")).toBe(true);
    run(kernel, host, (cri) => cri.call("StopPodSandbox", { sandboxId: results.sandboxId }));
    expect(podOf(host)?.sandboxes[0]).toMatchObject({ state: "NOTREADY", ip: "" });
    expect(podOf(host)?.containers[0]).toMatchObject({ state: "EXITED", exitCode: 137 });
    expect(host.ownsAddress("10.244.1.2")).toBe(false);
    run(kernel, host, (cri) => cri.call("RemovePodSandbox", { sandboxId: results.sandboxId }));
    expect(podOf(host)).toBeUndefined();
  });
});

describe("container", () => {
  it("is made once: its name is taken from the moment in which somebody asks for it", () => {
    const { kernel, host } = machine();
    const { first, second } = run(kernel, host, function* (cri, process) {
      yield* cri.call("UpdateRuntimeConfig", { podCidr: "10.244.1.0/24" });
      const made = yield* cri.call("RunPodSandbox", { config: sandbox() });
      const create = () =>
        cri.call("CreateContainer", { sandboxId: made.ok ? made.value : "", config: container() });
      const one = process.spawn("first", create());
      const other = yield* create();
      return { first: yield* one.done, second: other };
    });
    expect(first.ok).toBe(true);
    expect(second).toMatchObject({ ok: false, error: { code: "Unknown" } });
    expect(podOf(host)?.containers).toHaveLength(1);
  });

  it.each([
    ["a server that drains", container(), 0, "Completed", 1],
    [
      "a shell that ignores SIGTERM",
      container({ image: "busybox", command: ["sleep", "3600"] }),
      137,
      "Error",
      5,
    ],
  ])("stops %s", (_name, config, exitCode, reason, atLeast) => {
    const { kernel, host } = machine();
    const { id } = run(kernel, host, (cri) => startPod(cri, sandbox(), config));
    const took = run(kernel, host, function* (cri, process) {
      const from = process.now;
      yield* cri.call("StopContainer", { containerId: id, timeout: 5 * SECOND });
      return process.now - from;
    });
    expect(podOf(host)?.containers[0]).toMatchObject({ state: "EXITED", exitCode, reason });
    expect(Math.ceil(took / SECOND)).toBeGreaterThanOrEqual(atLeast);
  });

  it.each([
    [{ image: "busybox", command: ["sh", "-c", "sleep 1; exit 3"] }, 3, "Error"],
    [{ image: "busybox" }, 0, "Completed"],
    [{ image: "busybox", command: ["sh", "-c", "touch /a && cat /a && false || exit 4"] }, 4, "Error"],
    [{ image: "busybox", command: ["frobnicate"] }, 128, "StartError"],
    [{ image: "kubarium/leak", resources: limit(32 * 1024 * 1024) }, 137, "OOMKilled"],
  ])("%j ends with %i %s", (extra, exitCode, reason) => {
    const { kernel, host } = machine();
    run(kernel, host, (cri) => startPod(cri, sandbox(), container(extra)));
    expect(podOf(host)?.containers[0]).toMatchObject({ state: "EXITED", exitCode, reason });
  });

  it("keeps its files for exec, and is gone for exec when it ended", () => {
    const { kernel, host } = machine();
    const config = container({ image: "busybox", command: ["sh", "-c", "touch /tmp/healthy; sleep 5"] });
    const { id } = run(kernel, host, (cri) => startPod(cri, sandbox(), config), 2);
    const exec = (cri: CriClient) =>
      cri.call("ExecSync", { containerId: id, command: ["cat", "/tmp/healthy"], timeout: SECOND });
    expect(run(kernel, host, exec, 1)).toEqual({ ok: true, value: { exitCode: 0, output: "" } });
    expect(run(kernel, host, exec, 10).ok).toBe(true);
    expect(run(kernel, host, exec, 1)).toMatchObject({ ok: false, error: { code: "NotFound" } });
  });
});

describe("images", () => {
  it("takes time to pull what is not there, and none the second time", () => {
    const { kernel, host } = machine();
    const times = run(
      kernel,
      host,
      function* (cri, process) {
        const taken: number[] = [];
        for (const image of ["nginx:1.29", "nginx:1.29", "nginx:1.27"]) {
          const from = process.now;
          const result = yield* cri.call("PullImage", { image, podUid: "u" });
          expect(result.ok).toBe(true);
          taken.push(process.now - from);
        }
        return taken;
      },
      20,
    );
    const [first, again, sharing] = times as [number, number, number];
    expect(first).toBeGreaterThan(1 * SECOND);
    expect(again).toBeLessThan(600_000);
    expect(sharing).toBeGreaterThan(again);
  });

  it.each([
    ["nginx:nope", "NotFound", /docker.io\/library\/nginx:nope: not found$/],
    ["kubarium/absent", "NotFound", /not found$/],
    ["UPPER", "InvalidArgument", /invalid reference format$/],
  ])("refuses %s", (image, code, message) => {
    const { kernel, host } = machine();
    const result = run(kernel, host, (cri) => cri.call("PullImage", { image, podUid: "u" }));
    expect(result).toMatchObject({ ok: false, error: { code, message: expect.stringMatching(message) } });
  });
});

describe("crashes", () => {
  it("containers outlive containerd, which finds them again, ended ones too", () => {
    const { kernel, host } = machine();
    const first = run(kernel, host, (cri) => startPod(cri, sandbox(), container()));
    const second = run(kernel, host, (cri) =>
      startPod(cri, sandbox({ podUid: "u2", name: "web-2" }), container()),
    );
    host.processes.get("containerd")?.kill();
    kernel.runUntil(kernel.now + SECOND);
    const shims = containersOn(host);
    expect(shims.map((s) => s.alive)).toEqual([true, true]);
    shims.find((s) => s.id === second.id)?.process?.kill();
    kernel.runUntil(kernel.now + 10 * SECOND);
    const pods = containerdView(host.processes.get("containerd"))?.pods() ?? [];
    const states = new Map(pods.flatMap((p) => p.containers.map((c) => [c.id, c.state])));
    expect(states).toEqual(
      new Map([
        [first.id, "RUNNING"],
        [second.id, "EXITED"],
      ]),
    );
    host.processes.get("web-1/web")?.kill();
    kernel.runUntil(kernel.now + SECOND);
    expect(containersOn(host).some((s) => s.alive)).toBe(false);
    const after = containerdView(host.processes.get("containerd"))?.pods() ?? [];
    expect(after.every((p) => p.containers[0]?.state === "EXITED")).toBe(true);
  });

  it("a power cut ends everything; what was on the disk is listed as lost", () => {
    const { kernel, host } = machine();
    run(kernel, host, (cri) => startPod(cri, sandbox(), container()));
    host.powerOff();
    expect(containersOn(host)).toEqual([]);
    kernel.runUntil(kernel.now + SECOND);
    host.powerOn();
    kernel.runUntil(kernel.now + SECOND);
    expect(podOf(host)?.sandboxes[0]?.state).toBe("NOTREADY");
    expect(podOf(host)?.containers[0]).toMatchObject({ state: "EXITED", exitCode: 255, reason: "Unknown" });
    expect(host.ownsAddress("10.244.1.2")).toBe(false);
  });

  it("tells a caller that it is not there", () => {
    const { kernel, host } = machine();
    host.processes.get("containerd")?.kill();
    const result = run(kernel, host, (cri) => cri.call("Status", {}), 1);
    expect(result).toMatchObject({ ok: false, error: { code: "Unavailable" } });
  });
});
