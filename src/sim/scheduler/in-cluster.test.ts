import { describe, expect, it } from "vitest";
import type { ApiList, Event, Node, Pod, Service } from "../api/types";
import { SECOND } from "../kernel/time";
import { World } from "../testing/world";
import type { Decision } from "./decision";

/** The whole cluster: what scheduler, controllers and cloud do together with a real API server and real kubelets. */
function setUp(config: ConstructorParameters<typeof World>[0] = {}) {
  const world = new World({ workload: "none", ...config });
  const list = <T>(path: string): T[] => (world.get(path).body as ApiList<T>).items;
  return {
    world,
    pods: () => list<Pod>("/api/v1/namespaces/default/pods"),
    pod: (name: string) => world.get(`/api/v1/namespaces/default/pods/${name}`).body as Pod,
    node: (name: string) => world.get(`/api/v1/nodes/${name}`).body as Node,
    events: (reason: string) =>
      list<Event>("/api/v1/namespaces/default/events").filter((e) => e.reason === reason),
    create(name: string, cpu: string, spec: object = {}): void {
      const container = { name: "c", image: "kubarium/web:1.0", resources: { requests: { cpu } } };
      const body = {
        metadata: { name },
        spec: { containers: [container], terminationGracePeriodSeconds: 2, ...spec },
      };
      const answer = world.request({ method: "POST", path: "/api/v1/namespaces/default/pods", body });
      expect(answer.status).toBe(201);
    },
    decisions: (): Decision[] =>
      world.cluster.kernel.trace
        .factsAfter(0)
        .filter((f) => f.kind === "schedule-decision" && f.subject.startsWith("pods/default/"))
        .map((f) => f.data as Decision),
  };
}

describe("a pod of higher priority", () => {
  it("takes the place of lesser ones", () => {
    const { world, create, pod, events, decisions } = setUp({ workers: 1 });
    world.request({
      method: "POST",
      path: "/apis/scheduling.k8s.io/v1/priorityclasses",
      body: { metadata: { name: "high" }, value: 1000 },
    });
    create("low", "2");
    create("lower", "1");
    world.until(
      "low pods run",
      () => pod("low").status.phase === "Running" && pod("lower").status.phase === "Running",
    );
    create("vip", "2", { priorityClassName: "high" });
    world.until("the important pod runs", () => pod("vip").status.phase === "Running", 60 * SECOND);
    expect(pod("vip").spec.nodeName).toBe("worker-1");
    expect(world.get("/api/v1/namespaces/default/pods/low").status).toBe(404);
    expect(pod("lower").status.phase).toBe("Running");
    expect(events("Preempted").map((e) => e.involvedObject.name)).toEqual(["low"]);
    expect(decisions().find((d) => d.preemption !== undefined)?.preemption).toEqual({
      node: "worker-1",
      victims: ["default/low"],
    });
  });
});

describe("a pod that fits nowhere", () => {
  it("says why, and runs when a machine joins", () => {
    const { world, create, pod, events } = setUp({ workers: 1 });
    create("big", "3");
    create("second", "3");
    world.run(3 * SECOND);
    const waiting = [pod("big"), pod("second")].find((p) => p.spec.nodeName === undefined)!;
    const message =
      "0/4 nodes are available: 1 Insufficient cpu, 3 node(s) had untolerated taint(s). " +
      "preemption: 0/4 nodes are available: 1 No preemption victims found for incoming pod, " +
      "3 Preemption is not helpful for scheduling.";
    expect(events("FailedScheduling")[0]?.message).toBe(message);
    expect(waiting.status.conditions).toContainEqual(
      expect.objectContaining({ type: "PodScheduled", status: "False", reason: "Unschedulable", message }),
    );
    world.do({ type: "add-worker" });
    world.until(
      "it runs on the new machine",
      () => pod(waiting.metadata.name).status.phase === "Running",
      90 * SECOND,
    );
    expect(pod(waiting.metadata.name).spec.nodeName).toBe("worker-2");
  });
});

it("keeps pods off a cordoned node and lets those stay that are there", () => {
  const { world, create, pod, node } = setUp({ workers: 2 });
  create("before", "100m", { nodeSelector: { "kubernetes.io/hostname": "worker-1" } });
  world.until("it runs", () => pod("before").status.phase === "Running");
  world.patch("/api/v1/nodes/worker-1", { spec: { unschedulable: true } });
  world.run(1 * SECOND);
  expect(node("worker-1").spec.taints).toMatchObject([
    { key: "node.kubernetes.io/unschedulable", effect: "NoSchedule" },
  ]);
  for (const name of ["a", "b", "c"]) create(name, "100m");
  world.run(5 * SECOND);
  expect(["a", "b", "c"].map((name) => pod(name).spec.nodeName)).toEqual([
    "worker-2",
    "worker-2",
    "worker-2",
  ]);
  expect(pod("before").status.phase).toBe("Running");
  world.patch("/api/v1/nodes/worker-1", { spec: { unschedulable: null } });
  world.run(1 * SECOND);
  expect(node("worker-1").spec.taints ?? []).toEqual([]);
});

it("evicts from a machine without power after 300 s, and not if it is back before", () => {
  const { world, pods, node } = setUp({ workers: 3, workload: "web" });
  world.do({ type: "power-off", host: "worker-1" });
  world.until("the node is tainted", () =>
    (node("worker-1").spec.taints ?? []).some((t) => t.effect === "NoExecute"),
  );
  world.run(250 * SECOND);
  expect(pods().filter((p) => p.metadata.deletionTimestamp !== undefined)).toEqual([]);
  world.do({ type: "power-on", host: "worker-1" });
  world.run(120 * SECOND);
  expect(node("worker-1").spec.taints ?? []).toEqual([]);
  expect(pods().filter((p) => p.spec.nodeName === "worker-1")).toHaveLength(1);
  world.do({ type: "power-off", host: "worker-1" });
  world.run(370 * SECOND);
  const onDead = pods().filter((p) => p.spec.nodeName === "worker-1");
  expect(onDead.map((p) => p.metadata.deletionTimestamp !== undefined)).toEqual([true]);
  expect(pods().filter((p) => p.metadata.deletionTimestamp === undefined)).toHaveLength(3);
});

it("frees a Node and its pods when the machine is given up", () => {
  const { world, pods } = setUp({ workers: 3, workload: "web" });
  world.do({ type: "remove-worker", host: "worker-1" });
  world.until("the Node is gone", () => world.get("/api/v1/nodes/worker-1").status === 404, 90 * SECOND);
  world.until("its pods are gone", () => pods().every((p) => p.spec.nodeName !== "worker-1"), 90 * SECOND);
  expect(pods()).toHaveLength(3);
});

it("rents a load balancer and gives it back", () => {
  const { world } = setUp({ workers: 2, workload: "web" });
  const path = "/api/v1/namespaces/default/services/web";
  const service = () => world.get(path).body as Service;
  const { cloud } = world.cluster.machines;
  world.until(
    "an address",
    () => service().status.loadBalancer?.ingress?.[0]?.ip === "203.0.113.10",
    60 * SECOND,
  );
  world.request({ method: "DELETE", path });
  world.until("the Service is gone", () => world.get(path).status === 404, 60 * SECOND);
  expect(cloud?.loadBalancerCount).toBe(0);
});
