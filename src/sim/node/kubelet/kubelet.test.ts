import { describe, expect, it } from "vitest";
import { SECOND } from "../../kernel/time";
import { shell, testNode, web } from "../../testing/kubelet-world";

describe("a node", () => {
  it("registers, is Ready only with a network, and keeps its lease", () => {
    const n = testNode();
    n.host.powerOn();
    n.run(3);
    expect(n.nodeReady()).toMatchObject({ status: "False", reason: "KubeletNotReady" });
    expect(n.nodeReady().message).toContain("NetworkPluginNotReady");
    n.api.change("nodes", "", "worker-1", (x) => ({ ...x, spec: { podCIDR: "10.244.1.0/24" } }));
    n.run(1);
    expect(n.nodeReady()).toMatchObject({ status: "True", reason: "KubeletReady" });
    expect(n.reasons("worker-1")).toEqual(expect.arrayContaining(["Starting", "NodeReady"]));
    const renewed = () => n.api.get("leases", "kube-node-lease", "worker-1")?.spec.renewTime;
    const first = renewed();
    n.run(11);
    expect(renewed()).not.toBe(first);
  });

  it("sends nothing but its lease when nothing happens, and few events", () => {
    const n = testNode();
    n.boot();
    n.run(30);
    const from = n.api.requests.length;
    const events = n.kernel.executed;
    n.run(60);
    const since = n.api.requests.slice(from);
    expect(since.filter((r) => r.path.includes("/leases/")).length).toBeGreaterThanOrEqual(5);
    expect(since.filter((r) => !r.path.includes("/leases/"))).toEqual([]);
    expect((n.kernel.executed - events) / 60).toBeLessThan(5);
  });

  it("turns NotReady 30 s after its runtime went, not before, and is Ready again with it", () => {
    const n = testNode();
    n.boot();
    n.create("web-1", { containers: [web()] });
    n.run(5);
    const block = (): void => n.host.processes.get("containerd")?.kill();
    // systemd starts it again after 5 s: keep it down.
    for (let i = 0; i < 7; i++) {
      block();
      n.run(i === 6 ? 4 : 5.0);
      if (i === 4) expect(n.nodeReady().status).toBe("True");
    }
    n.until(() => n.nodeReady().status === "True", 60);
    expect(n.running()).toEqual(["web-1/web"]);
  });
});

describe("a pod", () => {
  it("starts: sandbox, image, container, and is Running and Ready with the next relist", () => {
    const n = testNode();
    n.boot();
    n.create("web-1", { containers: [web()] });
    const took = n.until(() => n.condition("web-1", "Ready")?.status === "True", 5);
    expect(took).toBeLessThan(2 * SECOND);
    const { status } = n.pod("web-1");
    expect(status).toMatchObject({
      phase: "Running",
      podIP: "10.244.1.2",
      hostIP: "10.0.1.1",
      qosClass: "BestEffort",
    });
    expect(status.conditions?.map((c) => `${c.type}=${c.status}`)).toEqual(
      expect.arrayContaining([
        "PodReadyToStartContainers=True",
        "Initialized=True",
        "ContainersReady=True",
        "Ready=True",
      ]),
    );
    n.run(2);
    expect(n.messages("web-1")).toEqual([
      'Container image "kubarium/web:v1" already present on machine and can be accessed by the pod',
      "Container created",
      "Container started",
    ]);
    expect(n.host.processes.has("web-1/web")).toBe(true);
  });

  it("pulls what is not there, and says so", () => {
    const n = testNode();
    n.boot();
    n.create("web-1", { containers: [web({ image: "nginx:1.29" })] });
    n.until(() => n.condition("web-1", "Ready")?.status === "True", 20);
    n.run(2);
    expect(n.reasons("web-1")).toEqual(["Pulling", "Pulled", "Created", "Started"]);
    expect(n.messages("web-1")[1]).toMatch(
      /^Successfully pulled image "nginx:1.29" in [\d.]+m?s \([\d.]+m?s including waiting\). Image size: \d+ bytes.$/,
    );
  });

  it("waits with ErrImagePull, then ImagePullBackOff, when there is no such image", () => {
    const n = testNode();
    n.boot();
    n.create("web-1", { containers: [web({ image: "kubarium/absent" })] });
    const waiting = () => n.status("web-1")?.state?.waiting;
    n.until(() => waiting()?.reason === "ErrImagePull", 5);
    expect(waiting()?.message).toContain("rpc error: code = NotFound desc = failed to pull and unpack image");
    n.until(() => waiting()?.reason === "ImagePullBackOff", 5);
    expect(waiting()?.message).toMatch(/^Back-off pulling image "kubarium\/absent": ErrImagePull: /);
    expect(n.pod("web-1").status.phase).toBe("Pending");
    n.run(1);
    expect(n.view().pods()[0]?.timers[0]?.kind).toBe("image pull back-off");
    n.run(60);
    expect(n.messages("web-1")).toEqual(
      expect.arrayContaining([
        "Error: ErrImagePull",
        "Error: ImagePullBackOff",
        'Pulling image "kubarium/absent"',
      ]),
    );
  });

  it("is reported again when somebody else has written into its status", () => {
    const n = testNode();
    n.boot();
    n.create("p", { containers: [web()] });
    n.run(3);
    n.api.change("pods", "default", "p", (p) => ({
      ...p,
      status: {
        ...p.status,
        conditions: [
          ...p.status.conditions.map((c: { type: string }) =>
            c.type === "Ready" ? { ...c, status: "False" } : c,
          ),
          { type: "DisruptionTarget", status: "True" },
        ],
      },
    }));
    expect(n.condition("p", "Ready")?.status).toBe("False");
    n.until(() => n.condition("p", "Ready")?.status === "True", 12);
    expect(n.condition("p", "DisruptionTarget")?.status).toBe("True");
    const requests = n.api.requests.length;
    n.run(25);
    expect(n.api.requests.slice(requests).filter((r) => r.path.includes("/pods/"))).toEqual([]);
  });

  it("ends gracefully: Killing, SIGTERM, then its object goes", () => {
    const n = testNode();
    n.boot();
    n.create("web-1", { containers: [web()] });
    n.run(3);
    n.api.delete("pods", "default", "web-1");
    const took = n.until(() => !n.hasPod("web-1"), 10);
    expect(took).toBeLessThan(1 * SECOND);
    expect(n.running()).toEqual([]);
    n.run(5);
    expect(n.messages("web-1")).toContain("Stopping container web");
    expect(n.host.ownsAddress("10.244.1.2")).toBe(false);
    expect(n.view().pods()).toEqual([]);
    expect(n.host.disk.list("containerd/sandboxes/")).toEqual([]);
  });

  it.each([
    ["its own grace", {}, undefined, 10],
    ["a shorter one when it is deleted", {}, 4, 4],
    [
      "its hook's time is taken from the grace",
      { lifecycle: { preStop: { exec: { command: ["sleep", "3"] } } } },
      undefined,
      10,
    ],
  ])("that ignores SIGTERM is killed at the end of the grace: %s", (_what, extra, deletionGrace, seconds) => {
    const n = testNode();
    n.boot();
    n.create("p", { terminationGracePeriodSeconds: 10, containers: [shell("sleep 1000", extra)] });
    n.run(3);
    n.api.delete("pods", "default", "p");
    if (deletionGrace !== undefined) {
      n.api.change("pods", "default", "p", (p) => ({
        ...p,
        metadata: { ...p.metadata, deletionGracePeriodSeconds: deletionGrace },
      }));
    }
    const took = n.until(() => n.running().length === 0, 30);
    expect(Math.round(took / SECOND)).toBe(seconds);
    n.until(() => !n.hasPod("p"), 3);
  });

  it("that is removed at once runs on for a second or two, then is cleared away", () => {
    const n = testNode();
    n.boot();
    n.create("p", { containers: [shell("sleep 1000")] });
    n.run(3);
    n.api.change("pods", "default", "p", (p) => ({
      ...p,
      metadata: { ...p.metadata, deletionGracePeriodSeconds: 0 },
    }));
    n.api.remove("pods", "default", "p");
    n.run(0.5);
    expect(n.running()).toEqual(["p/main"]);
    n.run(3);
    expect(n.running()).toEqual([]);
    n.run(5);
    expect(n.host.disk.list("containerd/sandboxes/")).toEqual([]);
  });

  it("runs init containers one by one, then a sidecar beside the rest", () => {
    const n = testNode();
    n.boot();
    n.create("p", {
      initContainers: [
        shell("sleep 2", { name: "first" }),
        shell("sleep 1000", { name: "side", restartPolicy: "Always" }),
        shell("sleep 2", { name: "last" }),
      ],
      containers: [web()],
    });
    n.run(2);
    expect(n.status("p")?.state?.waiting?.reason).toBe("PodInitializing");
    expect(n.running()).toEqual(["p/first"]);
    n.until(() => n.condition("p", "Ready")?.status === "True", 15);
    expect(n.running()).toEqual(["p/side", "p/web"]);
    n.api.delete("pods", "default", "p");
    n.until(() => !n.hasPod("p"), 40);
  });
});

describe("restarts", () => {
  it("come at once, then after 10, 20, 40 … seconds, counted from the end of the run", () => {
    const n = testNode();
    n.boot();
    n.create("p", { containers: [shell("exit 1")] });
    const starts: number[] = [];
    let seen = "";
    n.until(() => {
      const c = n.api.kernel.trace.factsAfter(0).findLast((f) => f.kind === "container-start");
      const id = (c?.data as { id: string } | undefined)?.id ?? "";
      if (c !== undefined && id !== seen) {
        seen = id;
        starts.push(c.at);
      }
      return starts.length === 6;
    }, 200);
    const gaps = starts.slice(1).map((at, i) => (at - (starts[i] as number)) / SECOND);
    const expected = [0, 10, 20, 40, 80];
    for (const [i, gap] of gaps.entries()) {
      expect(gap).toBeGreaterThanOrEqual(expected[i] as number);
      expect(gap).toBeLessThan((expected[i] as number) + 3);
    }
  });

  it("shows CrashLoopBackOff while it waits; the phase stays Running", () => {
    const n = testNode();
    n.boot();
    const pod = n.create("p", { containers: [shell("exit 3")] });
    n.until(() => n.status("p")?.state?.waiting?.reason === "CrashLoopBackOff", 20);
    const status = n.status("p");
    const { uid } = pod.metadata;
    expect(status?.state?.waiting?.message).toBe(
      `back-off 10s restarting failed container=main pod=p_default(${uid})`,
    );
    expect(status?.lastState?.terminated).toMatchObject({ exitCode: 3, reason: "Error" });
    expect(status?.restartCount).toBe(1);
    expect(n.pod("p").status.phase).toBe("Running");
    expect(n.view().pod(uid)?.timers[0]).toMatchObject({ kind: "crash-loop back-off", container: "main" });
    n.run(3);
    expect(n.messages("p")).toContain(`Back-off restarting failed container main in pod p_default(${uid})`);
    expect(n.pod("p").status.podIP).toBe("10.244.1.2");
  });

  it.each([
    ["Always", "exit 0", "Running", undefined],
    ["OnFailure", "exit 0", "Succeeded", "Completed"],
    ["OnFailure", "exit 1", "Running", undefined],
    ["Never", "exit 0", "Succeeded", "Completed"],
    ["Never", "exit 1", "Failed", "Error"],
  ])("with policy %s after %s: phase %s", (restartPolicy, script, phase, reason) => {
    const n = testNode();
    n.boot();
    n.create("p", { restartPolicy, containers: [shell(script)] });
    n.run(8);
    expect(n.pod("p").status.phase).toBe(phase);
    expect(n.status("p")?.state?.terminated?.reason).toBe(reason);
  });

  it("after the kernel's out-of-memory killer says OOMKilled", () => {
    const n = testNode();
    n.boot();
    const limits = { memory: "64Mi" };
    n.create("p", { containers: [{ name: "leak", image: "kubarium/leak:v1", resources: { limits } }] });
    n.until(() => n.status("p")?.lastState?.terminated?.reason === "OOMKilled", 40);
    expect(n.status("p")?.lastState?.terminated?.exitCode).toBe(137);
  });
});

describe("what survives", () => {
  it("containers survive their kubelet, which takes them up again", () => {
    const n = testNode();
    n.boot();
    n.create("p", { containers: [web()] });
    n.run(3);
    const id = n.status("p")?.containerID;
    n.host.processes.get("kubelet")?.kill();
    n.run(15);
    expect(n.running()).toEqual(["p/web"]);
    expect(n.status("p")).toMatchObject({ containerID: id, ready: true, restartCount: 0 });
    n.host.processes.get("p/web")?.kill();
    n.until(() => n.status("p")?.restartCount === 1 && n.status("p")?.ready === true, 10);
  });

  it("a kubelet that comes while its runtime is away invents nothing", () => {
    const n = testNode();
    n.boot();
    n.create("p", { containers: [web()] });
    n.run(3);
    const before = n.pod("p").metadata.resourceVersion;
    n.host.processes.get("kubelet")?.kill();
    for (let i = 0; i < 5; i++) {
      n.host.processes.get("containerd")?.kill();
      n.run(3);
    }
    n.run(10);
    expect(n.pod("p").metadata.resourceVersion).toBe(before);
    expect(n.status("p")).toMatchObject({ ready: true, restartCount: 0 });
    n.host.processes.get("p/web")?.kill();
    n.until(() => n.status("p")?.restartCount === 1, 10);
  });

  it("what was deleted while the kubelet was away is ended when it is back", () => {
    const n = testNode();
    n.boot();
    n.create("gone", { containers: [web()] });
    n.create("kept", { containers: [web()] });
    n.run(3);
    n.host.processes.get("kubelet")?.kill();
    n.api.remove("pods", "default", "gone");
    n.run(5);
    expect(n.running().sort()).toEqual(["gone/web", "kept/web"]);
    n.run(12);
    expect(n.running()).toEqual(["kept/web"]);
  });

  it("restarts go on without an API server, and are reported when it is back", () => {
    const n = testNode();
    n.boot();
    n.create("p", { containers: [web()] });
    n.run(3);
    n.stopServer();
    n.host.processes.get("p/web")?.kill();
    n.run(5);
    expect(n.running()).toEqual(["p/web"]);
    expect(n.status("p")?.restartCount).toBe(0);
    n.startServer();
    n.until(() => n.status("p")?.restartCount === 1, 60);
  });

  it("after a power cut pods get a new sandbox and go on", () => {
    const n = testNode();
    n.boot();
    n.create("p", { containers: [web()] });
    n.run(5);
    n.host.powerOff();
    n.run(10);
    n.host.powerOn();
    n.until(() => n.status("p")?.restartCount === 1 && n.status("p")?.ready === true, 20);
    expect(n.status("p")?.lastState?.terminated).toMatchObject({ reason: "Unknown", exitCode: 255 });
    expect(n.pod("p").status.podIP).toBe("10.244.1.3");
    n.run(3);
    expect(n.reasons("p")).toContain("SandboxChanged");
    expect(n.reasons("worker-1")).toContain("Rebooted");
  });
});

describe("admission", () => {
  it.each([
    ["OutOfcpu", { resources: { requests: { cpu: "5" } } }, {}, "requested: 5000, used: 0, capacity: 4000"],
    ["OutOfmemory", { resources: { requests: { memory: "3Gi" } } }, {}, "resource: memory"],
    ["NodeAffinity", {}, { nodeSelector: { disk: "ssd" } }, "didn't match Pod's node affinity/selector"],
  ])("%s", (reason, container, spec, message) => {
    const n = testNode();
    n.boot();
    n.create("p", { containers: [web(container)], ...spec });
    n.run(3);
    expect(n.pod("p").status).toMatchObject({ phase: "Failed", reason });
    expect(n.pod("p").status.message).toContain(message);
    expect(n.reasons("p")).toEqual([reason]);
    expect(n.running()).toEqual([]);
    n.api.delete("pods", "default", "p");
    n.run(3);
    expect(n.hasPod("p")).toBe(false);
  });

  it("counts pods: the one beyond the limit is refused", () => {
    const n = testNode({ maxPods: 2 });
    n.boot();
    for (const name of ["a", "b", "c"]) n.create(name, { containers: [web()] });
    n.run(5);
    expect(["a", "b", "c"].map((p) => n.pod(p).status.reason)).toEqual([undefined, undefined, "OutOfpods"]);
  });

  it("evicts the greediest pod when memory runs short, and says MemoryPressure for five minutes", () => {
    const n = testNode();
    n.boot();
    n.create("small", { containers: [web({ resources: { requests: { memory: "64Mi" } } })] });
    n.create("greedy", {
      containers: [{ name: "leak", image: "kubarium/leak:v1", env: [{ name: "LEAK", value: "8Mi" }] }],
    });
    n.until(() => n.pod("greedy").status.reason === "Evicted", 300);
    n.run(5);
    expect(n.pod("greedy").status.phase).toBe("Failed");
    expect(n.running()).toEqual(["small/web"]);
    const pressure = () =>
      n.node().status.conditions.find((c: { type: string }) => c.type === "MemoryPressure").status;
    expect(pressure()).toBe("True");
    n.run(200);
    expect(pressure()).toBe("True");
    n.run(130);
    expect(pressure()).toBe("False");
  });
});
