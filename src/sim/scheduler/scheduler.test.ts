import { describe, expect, it } from "vitest";
import { nodes } from "../api/kinds/node";
import { pods } from "../api/kinds/pod";
import { internalError } from "../api/status";
import { fakeWorld } from "../testing/fake-world";
import { makeNode, makePod, type NodeParts, type PodParts } from "../testing/scheduling";
import type { Decision } from "./decision";
import { schedulerProgram, type SchedulerView } from "./scheduler";

function setUp() {
  const world = fakeWorld();
  const { api, master, node: client } = world;
  const program = schedulerProgram({ ip: master.ip });
  const process = client.start("kube-scheduler", program);
  return {
    ...world,
    process,
    program,
    node(name: string, parts: NodeParts = {}): void {
      const made = makeNode(name, parts);
      api.create(nodes, made);
      api.change("nodes", "", name, (stored) => ({ ...stored, status: made.status }));
    },
    pod(name: string, parts: PodParts = {}): void {
      const made = makePod(name, parts);
      api.create(pods, made);
      if (parts.status)
        api.change("pods", "default", name, (stored) => ({ ...stored, status: parts.status }));
    },
    placeOf: (name: string): string => api.get("pods", "default", name)?.spec.nodeName ?? "",
    events: (reason: string): { message: string; involvedObject: { name: string } }[] =>
      api.all("events").filter((e) => e.reason === reason),
    decisions: (): Decision[] =>
      world.kernel.trace
        .factsAfter(0)
        .filter((f) => f.kind === "schedule-decision")
        .map((f) => f.data as Decision),
  };
}

it("binds pods to nodes and says so", () => {
  const world = setUp();
  world.node("a");
  world.node("b");
  for (const name of ["p", "q", "r"]) world.pod(name, { cpu: "1" });
  world.run(5);
  expect(["p", "q", "r"].map(world.placeOf)).not.toContain("");
  expect(new Set(["p", "q"].map(world.placeOf))).toEqual(new Set(["a", "b"]));
  expect(world.events("Scheduled").map((e) => e.message)).toContain(
    `Successfully assigned default/p to ${world.placeOf("p")}`,
  );
  expect(world.decisions().map((d) => d.pod)).toEqual(["default/p", "default/q", "default/r"]);
  expect((world.process.view as SchedulerView).leading).toBe(true);
});

it("leaves pods of other schedulers alone", () => {
  const world = setUp();
  world.node("a");
  world.pod("p", { spec: { schedulerName: "mine" } });
  world.run(5);
  expect(world.placeOf("p")).toBe("");
});

describe("a pod that fits nowhere", () => {
  it("says why, and is bound as soon as there is room", () => {
    const world = setUp();
    world.node("a", { cpu: "1" });
    world.pod("p", { cpu: "2" });
    world.run(5);
    const message =
      "0/1 nodes are available: 1 Insufficient cpu. " +
      "preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.";
    expect(world.events("FailedScheduling")).toMatchObject([{ message }]);
    const { conditions } = world.api.get("pods", "default", "p").status;
    expect(conditions).toMatchObject([
      { type: "PodScheduled", status: "False", reason: "Unschedulable", message },
    ]);
    world.node("b", { cpu: "4" });
    world.run(2);
    expect(world.placeOf("p")).toBe("b");
  });

  it("waits for nodes to come", () => {
    const world = setUp();
    world.pod("p");
    world.run(5);
    expect(world.events("FailedScheduling")[0]?.message).toBe("no nodes available to schedule pods");
    world.node("a");
    world.run(11);
    expect(world.placeOf("p")).toBe("a");
  });
});

it("tries again when a binding is refused", () => {
  const world = setUp();
  world.node("a");
  let refusals = 0;
  world.api.refuse = (_, path) => {
    if (path.subresource !== "binding" || refusals >= 1) return undefined;
    refusals++;
    return internalError("no space");
  };
  world.pod("p", { cpu: "3" });
  world.run(10);
  expect(world.placeOf("p")).toBe("a");
  expect(world.events("FailedScheduling")[0]?.message).toContain('running Bind plugin "DefaultBinder"');
});

it("pushes less important pods aside and takes their place", () => {
  const world = setUp();
  world.node("a", { cpu: "4" });
  world.pod("low", { cpu: "3" });
  world.run(3);
  world.pod("vip", { cpu: "3", priority: 100 });
  world.run(3);
  const low = world.api.get("pods", "default", "low");
  expect(low.metadata.deletionTimestamp).toBeDefined();
  expect(low.status.conditions).toContainEqual(
    expect.objectContaining({ type: "DisruptionTarget", status: "True", reason: "PreemptionByScheduler" }),
  );
  const uid = world.api.get("pods", "default", "vip").metadata.uid;
  expect(world.events("Preempted")).toMatchObject([
    { message: `Preempted by pod ${uid} on node a`, involvedObject: { name: "low" } },
  ]);
  expect(world.api.get("pods", "default", "vip").status.nominatedNodeName).toBe("a");
  expect(world.placeOf("vip")).toBe("");
  world.api.remove("pods", "default", "low");
  world.run(12);
  expect(world.placeOf("vip")).toBe("a");
});

it("hands over when the leader dies, with the queue in order", () => {
  const world = setUp();
  world.run(5);
  const second = world.master.start("kube-scheduler", world.program);
  world.run(5);
  world.process.kill();
  world.node("a");
  world.pod("p");
  world.run(5);
  expect(world.placeOf("p")).toBe("");
  world.run(20);
  expect(world.placeOf("p")).toBe("a");
  expect((second.view as SchedulerView).leading).toBe(true);
});

it("binds a thousand pods at the rate its client allows", () => {
  const world = setUp();
  for (let i = 0; i < 20; i++) world.node(`n${i}`, { cpu: "64", memory: "256Gi" });
  world.run(5);
  for (let i = 0; i < 1000; i++) world.pod(`p${i}`, { cpu: "100m" });
  world.run(30);
  const counts = new Map<string, number>();
  for (let i = 0; i < 1000; i++) {
    const node = world.placeOf(`p${i}`);
    counts.set(node, (counts.get(node) ?? 0) + 1);
  }
  expect(counts.has("")).toBe(false);
  expect([...counts.values()].every((n) => n >= 35 && n <= 65)).toBe(true);
});
