import { beforeEach, describe, expect, it } from "vitest";
import { nodes } from "../api/kinds/node";
import { pods } from "../api/kinds/pod";
import type { Event, Pod, Taint, Toleration } from "../api/types";
import { fakeWorld } from "../testing/fake-world";
import { makeNode, makePod } from "../testing/scheduling";
import { runControllers } from "../testing/run-controllers";
import { allowedStay, taintEvictionController, type Stay } from "./taint-eviction";

const DOWN: Taint = { key: "down", effect: "NoExecute" };
const GONE: Taint = { key: "gone", effect: "NoExecute" };
const tolerate = (key: string, tolerationSeconds?: number): Toleration =>
  tolerationSeconds === undefined
    ? { key, operator: "Exists", effect: "NoExecute" }
    : { key, operator: "Exists", effect: "NoExecute", tolerationSeconds };

it.each<[string, Taint[], Toleration[], Stay]>([
  ["no toleration", [DOWN], [], "not-at-all"],
  ["a toleration without end", [DOWN], [tolerate("down")], "forever"],
  ["a toleration with an end", [DOWN], [tolerate("down", 300)], { seconds: 300 }],
  [
    "the shortest of those used",
    [DOWN, GONE],
    [tolerate("down", 300), tolerate("gone", 20)],
    { seconds: 20 },
  ],
  ["one that is not used", [DOWN], [tolerate("down", 300), tolerate("gone", 20)], { seconds: 300 }],
  ["one of two taints", [DOWN, GONE], [tolerate("down", 300)], "not-at-all"],
  ["the first that fits counts", [DOWN], [tolerate("down"), tolerate("down", 5)], "forever"],
  ["less than nothing", [DOWN], [tolerate("down", -3)], { seconds: 0 }],
])("stay with %s", (_, taints, tolerations, stay) => {
  expect(allowedStay(taints, tolerations)).toEqual(stay);
});

describe("the controller", () => {
  let world: ReturnType<typeof fakeWorld>;

  beforeEach(() => {
    world = fakeWorld();
    runControllers(world, [taintEvictionController]);
    world.api.create(nodes, makeNode("a"));
    world.run(1);
  });

  const pod = (name: string, tolerations: Toleration[] = []) =>
    void world.api.create(pods, makePod(name, { node: "a", spec: { tolerations } }));
  const taint = (...taints: Taint[]) =>
    world.api.change("nodes", "", "a", (node) => ({ ...node, spec: { ...node.spec, taints } }));
  const leaving = (): string[] =>
    world.api
      .all<Pod>("pods")
      .filter((p) => p.metadata.deletionTimestamp !== undefined)
      .map((p) => p.metadata.name);
  const messages = (): (string | undefined)[] => world.api.all<Event>("events").map((e) => e.message);

  it("evicts each pod when its time is up", () => {
    pod("now");
    pod("later", [tolerate("down", 300)]);
    pod("never", [tolerate("down")]);
    taint(DOWN);
    world.run(1);
    expect(leaving()).toEqual(["now"]);
    world.run(298);
    expect(leaving()).toEqual(["now"]);
    world.run(2);
    expect(leaving().toSorted((a, b) => (a < b ? -1 : 1))).toEqual(["later", "now"]);
    expect(messages()).toEqual([
      "Marking for deletion Pod default/now",
      "Marking for deletion Pod default/later",
    ]);
    expect(world.api.get("pods", "default", "later").status.conditions).toMatchObject([
      { type: "DisruptionTarget", status: "True", reason: "DeletionByTaintManager" },
    ]);
  });

  it("takes it back when the taint goes", () => {
    pod("p", [tolerate("down", 300)]);
    taint(DOWN);
    world.run(100);
    taint();
    world.run(300);
    expect(leaving()).toEqual([]);
    expect(messages()).toEqual(["Cancelling deletion of Pod default/p"]);
  });

  it("counts from the first taint when another one comes", () => {
    pod("p", [tolerate("down", 300), tolerate("gone", 300)]);
    taint(DOWN);
    world.run(100);
    taint(DOWN, GONE);
    world.run(201);
    expect(leaving()).toEqual(["p"]);
  });

  it("evicts pods that come to a tainted node", () => {
    taint(DOWN);
    world.run(1);
    pod("p", [tolerate("down", 10)]);
    world.run(9);
    expect(leaving()).toEqual([]);
    world.run(2);
    expect(leaving()).toEqual(["p"]);
  });

  it("ignores other effects", () => {
    pod("p");
    taint({ key: "down", effect: "NoSchedule" });
    world.run(5);
    expect(leaving()).toEqual([]);
  });

  it("tries again when it fails, and evicts once", () => {
    let refused = 0;
    world.api.refuse = (request) => {
      if (request.method !== "DELETE" || refused >= 2) return undefined;
      refused++;
      return { kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", code: 500, message: "no" };
    };
    pod("p");
    taint(DOWN);
    world.run(2);
    taint(DOWN, GONE);
    world.run(2);
    expect(leaving()).toEqual(["p"]);
    const deletions = world.api.requests.filter((r) => r.method === "DELETE");
    expect(deletions).toHaveLength(3);
  });
});
