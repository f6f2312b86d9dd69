import { describe, expect, it } from "vitest";
import type { Container, Pod, PodStatus } from "../../api/types";
import { SECOND } from "../../kernel/time";
import type { ContainerStatus as Cri, PodStatus as CriPod } from "../runtime/cri/types";
import type { ContainerFacts } from "./container-statuses";
import { goDuration, goSeconds } from "./go-duration";
import { podActions, type ProbeVerdicts } from "./pod-actions";
import { podStatusOf } from "./pod-status";
import { rankForEviction } from "./eviction";
import { statusPatch } from "./status-manager";

type State = "none" | "created" | "running" | "ok" | "fail";

function pod(policy: string, containers: readonly string[], init: readonly Partial<Container>[] = []): Pod {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "p", namespace: "default", uid: "u", resourceVersion: "1", creationTimestamp: "" },
    spec: {
      restartPolicy: policy,
      containers: containers.map((name) => ({ name, image: "i" })),
      initContainers: init.map((c) => ({ name: "init", image: "i", ...c })),
    },
    status: {},
  };
}

function cri(name: string, state: Exclude<State, "none">, extra: Partial<Cri> = {}): Cri {
  const exited = state === "ok" || state === "fail";
  return {
    id: `${name}-1`,
    sandboxId: "s",
    podUid: "u",
    name,
    attempt: 0,
    image: "i",
    imageId: "i",
    hash: "i",
    gracePeriod: 30,
    resources: { cpuRequest: 0, cpuLimit: 0, memoryRequest: 0, memoryLimit: 0 },
    state: exited ? "EXITED" : state === "running" ? "RUNNING" : "CREATED",
    createdAt: 1,
    startedAt: 1,
    finishedAt: exited ? 2 : 0,
    exitCode: state === "fail" ? 1 : 0,
    reason: exited ? (state === "ok" ? "Completed" : "Error") : "",
    message: "",
    ...extra,
  };
}

const DNS = { servers: [], searches: [], ndots: 5 };

function runtime(states: Readonly<Record<string, State>>, ready = true): CriPod {
  const config = { podUid: "u", namespace: "default", name: "p", attempt: 0, hostNetwork: false, dns: DNS };
  const containers: Cri[] = [];
  for (const [name, state] of Object.entries(states)) if (state !== "none") containers.push(cri(name, state));
  const state = ready ? "READY" : "NOTREADY";
  return {
    uid: "u",
    sandboxes: [{ id: "s", config, state, ip: ready ? "10.244.1.2" : "", createdAt: 0 }],
    containers,
  };
}

const FACTS: ContainerFacts = { waitingReason: () => undefined, ready: () => true, started: () => true };

function status(
  p: Pod,
  r: CriPod | undefined,
  extra: { facts?: ContainerFacts; terminal?: boolean; previous?: PodStatus } = {},
) {
  const { facts = FACTS, terminal = false, previous = {} } = extra;
  return podStatusOf({
    pod: p,
    runtime: r,
    previous,
    facts,
    resize: undefined,
    hostIp: "10.0.1.1",
    now: 5 * SECOND,
    terminal,
  });
}

describe("phase", () => {
  it.each<[string, State, State, string]>([
    ["Always", "none", "none", "Pending"],
    ["Always", "running", "none", "Running"],
    ["Always", "running", "running", "Running"],
    ["Always", "ok", "running", "Running"],
    ["Always", "ok", "ok", "Running"],
    ["Always", "fail", "fail", "Running"],
    ["OnFailure", "ok", "ok", "Succeeded"],
    ["OnFailure", "ok", "fail", "Running"],
    ["Never", "ok", "ok", "Succeeded"],
    ["Never", "ok", "fail", "Failed"],
    ["Never", "fail", "running", "Running"],
  ])("policy %s with containers %s and %s: %s", (policy, a, b, phase) => {
    expect(status(pod(policy, ["a", "b"]), runtime({ a, b })).phase).toBe(phase);
  });

  it.each<[string, State, string]>([
    ["Always", "running", "Pending"],
    ["Always", "fail", "Pending"],
    ["Never", "fail", "Failed"],
  ])("policy %s with an init container %s: %s", (policy, state, phase) => {
    const p = pod(policy, ["a"], [{}]);
    expect(status(p, runtime({ init: state })).phase).toBe(phase);
  });

  it.each<[State, string]>([
    ["ok", "Succeeded"],
    ["fail", "Failed"],
    ["none", "Failed"],
  ])("of an ended pod whose container is %s: %s", (state, phase) => {
    expect(status(pod("Always", ["a"]), runtime({ a: state }), { terminal: true }).phase).toBe(phase);
  });

  it("once Failed stays so, with its reason", () => {
    const previous = { phase: "Failed", reason: "Evicted", message: "low" };
    const made = status(pod("Always", ["a"]), runtime({ a: "running" }), { previous });
    expect(made).toMatchObject(previous);
  });
});

describe("conditions", () => {
  const of = (made: PodStatus, type: string) => made.conditions?.find((c) => c.type === type);

  it("name the containers that are not ready", () => {
    const facts = { ...FACTS, ready: (c: Container) => c.name === "a" };
    const made = status(pod("Always", ["a", "b"]), runtime({ a: "running", b: "running" }), { facts });
    for (const type of ["ContainersReady", "Ready"]) {
      expect(of(made, type)).toMatchObject({
        status: "False",
        reason: "ContainersNotReady",
        message: "containers with unready status: [b]",
      });
    }
    expect(of(made, "Initialized")?.status).toBe("True");
  });

  it("tell a pod that is being initialized", () => {
    const made = status(pod("Always", ["a"], [{}]), runtime({ init: "running" }));
    const message = "containers with incomplete status: [init]";
    expect(of(made, "Initialized")).toMatchObject({
      status: "False",
      reason: "ContainersNotInitialized",
      message,
    });
    expect(made.containerStatuses?.[0]?.state).toEqual({ waiting: { reason: "PodInitializing" } });
  });

  it("keep the time of their last change", () => {
    const p = pod("Always", ["a"]);
    const first = status(p, runtime({ a: "running" }));
    const second = podStatusOf({
      pod: p,
      runtime: runtime({ a: "running" }),
      previous: first,
      facts: FACTS,
      resize: undefined,
      hostIp: "10.0.1.1",
      now: 60 * SECOND,
      terminal: false,
    });
    expect(second).toEqual(first);
    expect(second.conditions).toBe(first.conditions);
  });

  it("say PodCompleted at the end, and wait for readiness gates", () => {
    expect(of(status(pod("Never", ["a"]), runtime({ a: "ok" })), "Ready")).toMatchObject({
      reason: "PodCompleted",
    });
    const gated = pod("Always", ["a"]);
    gated.spec.readinessGates = [{ conditionType: "x/y" }];
    expect(of(status(gated, runtime({ a: "running" })), "Ready")).toMatchObject({
      reason: "ReadinessGatesNotReady",
    });
  });
});

describe("container statuses", () => {
  it("wait with a reason when they could not be started again; the end of the run before moves to lastState", () => {
    const facts = { ...FACTS, waitingReason: () => ({ reason: "CrashLoopBackOff", message: "back-off" }) };
    const made = status(pod("Always", ["a"]), runtime({ a: "fail" }), { facts }).containerStatuses?.[0];
    expect(made?.state).toEqual({ waiting: { reason: "CrashLoopBackOff", message: "back-off" } });
    expect(made?.lastState?.terminated?.exitCode).toBe(1);
    const never = status(pod("Never", ["a"]), runtime({ a: "fail" }), { facts }).containerStatuses?.[0];
    expect(never?.state?.terminated?.exitCode).toBe(1);
  });

  it("that the runtime lost count as ended with 137", () => {
    const previous = status(pod("Always", ["a"]), runtime({ a: "running" }));
    const made = status(pod("Always", ["a"]), undefined, { previous }).containerStatuses?.[0];
    expect(made?.lastState?.terminated).toMatchObject({ reason: "ContainerStatusUnknown", exitCode: 137 });
    expect(made?.restartCount).toBe(1);
  });
});

const FINE: ProbeVerdicts = { livenessFailed: () => false, startupFailed: () => false, started: () => true };

function actions(p: Pod, r: CriPod | undefined, verdicts = FINE) {
  const { killPod, createSandbox, initToStart, toStart, toKill, attempt } = podActions(p, r, verdicts);
  const names = (list: readonly Container[]) => list.map((c) => c.name).join();
  const what = [createSandbox && `sandbox ${attempt}`, killPod && "kill pod"].filter(Boolean).join();
  const start = [names(initToStart), names(toStart)].filter((t) => t !== "").join("|");
  return [what, start, toKill.map((k) => k.message).join()];
}

describe("actions", () => {
  it.each<[string, Pod, CriPod | undefined, string[]]>([
    ["a new pod", pod("Always", ["a", "b"]), undefined, ["sandbox 0", "a,b", ""]],
    ["all well", pod("Always", ["a"]), runtime({ a: "running" }), ["", "", ""]],
    ["one has ended", pod("Always", ["a", "b"]), runtime({ a: "ok", b: "running" }), ["", "a", ""]],
    ["OnFailure, ended well", pod("OnFailure", ["a", "b"]), runtime({ a: "ok", b: "running" }), ["", "", ""]],
    ["OnFailure, failed", pod("OnFailure", ["a", "b"]), runtime({ a: "fail", b: "running" }), ["", "a", ""]],
    ["Never, all ended", pod("Never", ["a"]), runtime({ a: "fail" }), ["kill pod", "", ""]],
    [
      "the sandbox is gone",
      pod("Always", ["a"]),
      runtime({ a: "running" }, false),
      ["sandbox 1,kill pod", "a", ""],
    ],
    ["the sandbox is gone, Never", pod("Never", ["a"]), runtime({ a: "fail" }, false), ["kill pod", "", ""]],
    ["init comes first", pod("Always", ["a"], [{}]), undefined, ["sandbox 0", "init", ""]],
    ["init runs", pod("Always", ["a"], [{}]), runtime({ init: "running" }), ["", "", ""]],
    ["init is done", pod("Always", ["a"], [{}]), runtime({ init: "ok" }), ["", "a", ""]],
    ["init failed", pod("Always", ["a"], [{}]), runtime({ init: "fail" }), ["", "init", ""]],
    ["init failed, Never", pod("Never", ["a"], [{}]), runtime({ init: "fail" }), ["kill pod", "", ""]],
    [
      "a sidecar runs beside the rest",
      pod("Always", ["a"], [{ name: "side", restartPolicy: "Always" }]),
      runtime({ side: "running" }),
      ["", "a", ""],
    ],
    [
      "a sidecar has ended",
      pod("Always", ["a"], [{ name: "side", restartPolicy: "Always" }]),
      runtime({ side: "ok", a: "running" }),
      ["", "side", ""],
    ],
  ])("%s", (_what, p, r, expected) => {
    expect(actions(p, r)).toEqual(expected);
  });

  it("a failed probe and a changed image restart a container; without restarts it only ends", () => {
    const live: ProbeVerdicts = { ...FINE, livenessFailed: () => true };
    const message = "Container a failed liveness probe, will be restarted";
    expect(
      actions(pod("Always", ["a", "b"]), runtime({ a: "running", b: "running" }), {
        ...live,
        livenessFailed: (id) => id === "a-1",
      }),
    ).toEqual(["", "a", message]);
    const changed = runtime({ a: "running" });
    const old = { ...changed, containers: [cri("a", "running", { hash: "older" })] };
    expect(actions(pod("Always", ["a"]), old)).toEqual([
      "",
      "a",
      "Container a definition changed, will be restarted",
    ]);
    expect(actions(pod("Never", ["a"]), runtime({ a: "running" }), live)[0]).toBe("kill pod");
  });

  it("a sidecar that has not started holds the rest back", () => {
    const p = pod("Always", ["a"], [{ name: "side", restartPolicy: "Always" }]);
    expect(actions(p, runtime({ side: "running" }), { ...FINE, started: () => false })).toEqual(["", "", ""]);
  });
});

describe("durations", () => {
  it.each([
    [10, "10s"],
    [80, "1m20s"],
    [160, "2m40s"],
    [300, "5m0s"],
  ])("%i s is written %s", (seconds, text) => {
    expect(goSeconds(seconds * SECOND)).toBe(text);
  });

  it.each([
    [850_000, "850ms"],
    [1_200_000, "1.2s"],
    [61_500_000, "1m1.5s"],
  ])("%i µs is written %s", (us, text) => {
    expect(goDuration(us)).toBe(text);
  });
});

describe("status patch", () => {
  const base: PodStatus = {
    phase: "Pending",
    podIP: "1",
    conditions: [{ type: "Ready", status: "False", reason: "x" }],
  };

  it("is nothing when nothing is new", () => {
    expect(statusPatch("u", base, { ...base, conditions: [...(base.conditions ?? [])] })).toBeUndefined();
  });

  it("has what changed, and null for what is gone", () => {
    const next: PodStatus = {
      phase: "Running",
      conditions: [
        { type: "Ready", status: "True" },
        { type: "DisruptionTarget", status: "True" },
      ],
    };
    expect(statusPatch("u", base, next)).toEqual({
      metadata: { uid: "u" },
      status: {
        phase: "Running",
        podIP: null,
        conditions: [{ type: "Ready", status: "True", reason: null }],
      },
    });
  });
});

it("evicts those above their requests first, then by priority, then by excess", () => {
  const usage = (name: string, bytes: number, requested: number, priority = 0) => {
    const p = pod("Always", ["a"]);
    return {
      pod: { ...p, metadata: { ...p.metadata, name }, spec: { ...p.spec, priority } },
      bytes,
      requested,
    };
  };
  const ranked = rankForEviction([
    usage("fits", 50, 100),
    usage("important", 500, 100, 10),
    usage("a bit", 120, 100),
    usage("much", 300, 100),
  ]);
  expect(ranked.map((u) => u.pod.metadata.name)).toEqual(["much", "a bit", "important", "fits"]);
});
