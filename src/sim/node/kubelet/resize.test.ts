import { describe, expect, it } from "vitest";
import { effectiveSpec } from "../../api/effective-spec";
import { podRequests } from "../../api/pod-requests";
import type { Container, Pod } from "../../api/types";
import { containersOn } from "../runtime/shims";
import { shell, testNode, web } from "../../testing/kubelet-world";

type Node = ReturnType<typeof testNode>;
type Amounts = Record<string, string>;

/** A node that runs a pod with these requests of CPU and, if given, with more. */
function nodeWith(pods: Readonly<Record<string, Amounts>>, container: Partial<Container> = {}): Node {
  const n = testNode();
  n.boot();
  for (const [name, requests] of Object.entries(pods)) {
    n.create(name, { containers: [web({ resources: { requests }, ...container })] });
  }
  n.until(() => Object.keys(pods).every((name) => n.condition(name, "Ready")?.status === "True"));
  n.run(2);
  return n;
}

/** What a write to pods/NAME/resize leaves. */
function resize(n: Node, name: string, resources: Container["resources"]): void {
  n.api.change("pods", "default", name, (pod: Pod) => {
    const containers = [{ ...pod.spec.containers[0]!, resources }];
    const metadata = { ...pod.metadata, generation: (pod.metadata.generation ?? 1) + 1 };
    return { ...pod, metadata, spec: { ...pod.spec, containers } };
  });
}

function resizeEvents(n: Node, name: string): string[] {
  return n.reasons(name).filter((reason) => reason.startsWith("Resize"));
}

function given(n: Node, name: string): string | undefined {
  const id = n.status(name)?.containerID?.replace("containerd://", "");
  const { cpuRequest, memoryLimit } = containersOn(n.host).find((c) => c.id === id)!.config.resources;
  return `${cpuRequest}m ${memoryLimit}`;
}

const cpu = (amount: string) => ({ requests: { cpu: amount } });

describe("the status of a pod that is not resized", () => {
  it("says what its containers are given, and nothing of a resize", () => {
    const n = nodeWith({ a: { cpu: "100m" } });
    expect(n.status("a")).toMatchObject({ resources: cpu("100m"), allocatedResources: { cpu: "100m" } });
    n.create("b", { containers: [web()] });
    n.until(() => n.condition("b", "Ready")?.status === "True");
    expect(n.status("b")?.resources).toEqual({});
    expect(n.status("b")?.allocatedResources).toBeUndefined();
    expect(n.condition("a", "PodResizePending") ?? n.condition("a", "PodResizeInProgress")).toBeUndefined();
  });
});

describe("a resize", () => {
  it("that fits is promised, carried out and reported", () => {
    const n = nodeWith({ a: { cpu: "100m" } });
    resize(n, "a", cpu("500m"));
    n.until(() => n.condition("a", "PodResizeInProgress") !== undefined, 2);
    expect(n.condition("a", "PodResizeInProgress")).toMatchObject({ status: "True", observedGeneration: 2 });
    expect(n.status("a")).toMatchObject({ resources: cpu("100m"), allocatedResources: { cpu: "500m" } });
    n.until(() => n.status("a")?.resources?.requests?.["cpu"] === "500m", 3);
    n.run(1);
    expect(n.condition("a", "PodResizeInProgress")).toBeUndefined();
    expect(n.status("a")?.restartCount).toBe(0);
    expect(given(n, "a")).toBe("500m 0");
    expect(resizeEvents(n, "a")).toEqual(["ResizeStarted", "ResizeCompleted"]);
    const summary = '{"containers":[{"name":"web","resources":{"requests":{"cpu":"500m"}}}],"generation":2}';
    expect(n.messages("a")).toContain(`Pod resize started: ${summary}`);
    expect(n.messages("a")).toContain(`Pod resize completed: ${summary}`);
  });

  it("restarts a container that asks for that, and only for the resource that it says", () => {
    const resizePolicy = [{ resourceName: "memory", restartPolicy: "RestartContainer" }];
    const n = nodeWith({ a: { cpu: "100m", memory: "64Mi" } }, { resizePolicy });
    resize(n, "a", { requests: { cpu: "200m", memory: "64Mi" } });
    n.run(4);
    expect(n.status("a")?.restartCount).toBe(0);
    expect(given(n, "a")).toBe("200m 0");
    resize(n, "a", { requests: { cpu: "200m", memory: "128Mi" } });
    n.until(() => n.status("a")?.restartCount === 1, 60);
    n.run(3);
    expect(n.messages("a")).toContain("Container web resize requires restart");
    expect(n.status("a")?.resources).toEqual({ requests: { cpu: "200m", memory: "128Mi" } });
    expect(n.condition("a", "PodResizeInProgress")).toBeUndefined();
  });

  it("waits for room, and gets it by priority when there is some", () => {
    const n = nodeWith({ a: { cpu: "1" }, b: { cpu: "1" }, big: { cpu: "2" } });
    n.api.change("pods", "default", "b", (p: Pod) => ({ ...p, spec: { ...p.spec, priority: 10 } }));
    resize(n, "a", cpu("1500m"));
    n.run(2);
    resize(n, "b", cpu("2"));
    n.run(2);
    for (const name of ["a", "b"]) {
      expect(n.condition(name, "PodResizePending")).toMatchObject({
        reason: "Deferred",
        observedGeneration: 2,
      });
      expect(resizeEvents(n, name)).toEqual(["ResizeDeferred"]);
      expect(n.status(name)?.resources).toEqual(cpu("1"));
    }
    const message = "Node didn't have enough resource: cpu, requested: 1500, used: 3000, capacity: 4000";
    expect(n.condition("a", "PodResizePending")?.message).toBe(message);
    expect(podRequests(n.pod("a")).cpuMilli).toBe(1500);
    // A pod that shrinks makes room: enough for one of them, and it goes to the more important one.
    resize(n, "big", cpu("1"));
    n.run(4);
    expect(n.status("b")?.resources).toEqual(cpu("2"));
    expect(n.condition("a", "PodResizePending")?.reason).toBe("Deferred");
    n.api.delete("pods", "default", "big", { gracePeriodSeconds: 0 });
    n.api.remove("pods", "default", "big");
    n.until(() => n.status("a")?.resources?.requests?.["cpu"] === "1500m", 60);
    n.run(1);
    expect(n.condition("a", "PodResizePending")).toBeUndefined();
    expect(resizeEvents(n, "a")).toEqual(["ResizeDeferred", "ResizeStarted", "ResizeCompleted"]);
  });

  it("that no node of its size could grant is infeasible, until it is taken back", () => {
    const n = nodeWith({ a: { cpu: "100m" } });
    resize(n, "a", cpu("5"));
    n.run(2);
    expect(n.condition("a", "PodResizePending")).toMatchObject({
      reason: "Infeasible",
      message: "Node didn't have enough capacity: cpu, requested: 5000, capacity: 4000",
    });
    expect(resizeEvents(n, "a")).toEqual(["ResizeInfeasible"]);
    expect(podRequests(n.pod("a")).cpuMilli).toBe(100);
    expect(effectiveSpec(n.pod("a")).containers[0]?.resources).toEqual(cpu("100m"));
    resize(n, "a", cpu("100m"));
    n.run(2);
    expect(n.condition("a", "PodResizePending")).toBeUndefined();
    expect(effectiveSpec(n.pod("a"))).toBe(n.pod("a").spec);
  });

  it("to less memory than is used fails, and is tried again", () => {
    const memory = (amount: string) => ({ requests: { memory: "1Mi" }, limits: { memory: amount } });
    const n = nodeWith({ a: {} }, { resources: memory("256Mi") });
    resize(n, "a", memory("2Mi"));
    n.run(3);
    const used = containersOn(n.host)[0]?.process?.memoryBytes;
    const below = `memory limit (2097152) below current usage (${used})`;
    expect(n.condition("a", "PodResizeInProgress")).toMatchObject({
      reason: "Error",
      message:
        `cannot decrease memory limits: [attempting to set pod ${below}, ` +
        `attempting to set container "web" ${below}]`,
    });
    expect(n.status("a")).toMatchObject({ resources: memory("256Mi"), restartCount: 0 });
    resize(n, "a", memory("128Mi"));
    n.run(4);
    expect(n.condition("a", "PodResizeInProgress")).toBeUndefined();
    expect(given(n, "a")).toBe(`0m ${128 * 1024 * 1024}`);
    expect(resizeEvents(n, "a")).toEqual([
      "ResizeStarted",
      "ResizeError",
      "ResizeStarted",
      "ResizeCompleted",
    ]);
  });

  it("is what the kernel keeps a container to", () => {
    const leak = {
      image: "kubarium/leak:v1",
      resources: { requests: { memory: "1Mi" }, limits: { memory: "512Mi" } },
    };
    const n = nodeWith({ a: {} }, leak);
    expect(n.status("a")?.restartCount).toBe(0);
    const used = (): number => containersOn(n.host)[0]!.process!.memoryBytes;
    n.run(3);
    resize(n, "a", { requests: { memory: "1Mi" }, limits: { memory: String(used() + 20 * 1024 * 1024) } });
    n.until(() => n.status("a")?.lastState?.terminated?.reason === "OOMKilled", 20);
  });
});

describe("what was promised", () => {
  it.each<[string, (n: Node) => void]>([
    ["the kubelet's end", (n) => n.host.processes.get("kubelet")?.kill()],
    ["a power cut", (n) => (n.host.powerOff(), n.run(1), n.host.powerOn())],
  ])("outlives %s", (_what, strike) => {
    const n = nodeWith({ a: { cpu: "1" }, b: { cpu: "3" } });
    strike(n);
    // While nobody looks.
    resize(n, "a", cpu("1500m"));
    n.until(() => n.condition("a", "PodResizePending") !== undefined, 60);
    n.run(5);
    expect(n.condition("a", "PodResizePending")?.reason).toBe("Deferred");
    expect(n.pod("a").status.phase).toBe("Running");
    expect(n.status("a")).toMatchObject({ resources: cpu("1"), allocatedResources: { cpu: "1" } });
    expect(given(n, "a")).toBe("1000m 0");
  });

  it("is carried out by the next kubelet if the last one could not", () => {
    const n = nodeWith({ a: { cpu: "1" } });
    n.host.processes.get("containerd")?.kill();
    n.run(0.1);
    resize(n, "a", cpu("2"));
    n.run(0.5);
    n.host.processes.get("kubelet")?.kill();
    n.run(1);
    expect(given(n, "a")).toBe("1000m 0");
    n.until(() => n.status("a")?.resources?.requests?.["cpu"] === "2", 60);
    n.run(2);
    expect(n.condition("a", "PodResizeInProgress")).toBeUndefined();
    expect(resizeEvents(n, "a").at(-1)).toBe("ResizeCompleted");
  });

  it("to a new pod is kept to: one that does not fit beside it is refused, whatever it wants", () => {
    const n = nodeWith({ a: { cpu: "1" }, b: { cpu: "2" } });
    resize(n, "a", cpu("3"));
    n.run(2);
    n.create("c", { containers: [shell("sleep 1000", { resources: cpu("1") })] });
    n.create("d", { containers: [shell("sleep 1000", { resources: cpu("100m") })] });
    n.run(3);
    expect(n.pod("c").status.phase).toBe("Running");
    expect(n.pod("d").status).toMatchObject({ phase: "Failed", reason: "OutOfcpu" });
  });
});
