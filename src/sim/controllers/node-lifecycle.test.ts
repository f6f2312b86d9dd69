import { beforeEach, describe, expect, it } from "vitest";
import { leases } from "../api/kinds/lease";
import { nodes } from "../api/kinds/node";
import { pods } from "../api/kinds/pod";
import { formatMicroTime } from "../api/time";
import type { Event, Node } from "../api/types";
import { SECOND } from "../kernel/time";
import { fakeWorld } from "../testing/fake-world";
import { makeNode, makePod } from "../testing/scheduling";
import { runControllers } from "../testing/run-controllers";
import { nodeLifecycleController } from "./node-lifecycle";

let world: ReturnType<typeof fakeWorld>;
let alive: Set<string>;

beforeEach(() => {
  world = fakeWorld();
  alive = new Set();
  runControllers(world, [nodeLifecycleController]);
  // The kubelets' heartbeats.
  world.master.start("kubelets", function* () {
    for (;;) {
      yield 10 * SECOND;
      const renewTime = formatMicroTime(world.kernel.now);
      for (const name of alive) {
        world.api.change("leases", "kube-node-lease", name, (l) => ({
          ...l,
          spec: { ...l.spec, renewTime },
        }));
      }
    }
  });
});

function join(name: string, zone = "a"): void {
  const made = makeNode(name, { labels: { "topology.kubernetes.io/zone": zone } });
  world.api.create(nodes, made);
  world.api.change("nodes", "", name, (node) => ({ ...node, status: made.status }));
  const renewTime = formatMicroTime(world.kernel.now);
  const metadata = { name, namespace: "kube-node-lease" };
  world.api.create(leases, {
    apiVersion: "coordination.k8s.io/v1",
    kind: "Lease",
    metadata,
    spec: { renewTime },
  });
  alive.add(name);
}

const node = (name: string): Node => world.api.get<Node>("nodes", "", name)!;
const ready = (name: string): string | undefined =>
  node(name).status.conditions?.find((c) => c.type === "Ready")?.status;
const taints = (name: string): string[] =>
  (node(name).spec.taints ?? []).map((t) => `${t.key.slice("node.kubernetes.io/".length)}:${t.effect}`);
const reasons = (): (string | undefined)[] => world.api.all<Event>("events").map((e) => e.reason);
const noExecute = (): string[] =>
  [...world.api.all<Node>("nodes")]
    .map((n) => n.metadata.name)
    .filter((n) => taints(n).some((t) => t.endsWith("NoExecute")));

function* names(count: number, prefix = "n"): Generator<string> {
  for (let i = 0; i < count; i++) yield `${prefix}${i}`;
}

it("welcomes nodes and says goodbye", () => {
  join("a");
  world.run(6);
  expect(world.api.all<Event>("events").map((e) => e.message)).toEqual([
    "Node a event: Registered Node a in Controller",
  ]);
  world.api.remove("nodes", "", "a");
  world.run(6);
  expect(reasons()).toEqual(["RegisteredNode", "RemovingNode"]);
});

it("follows a node that falls silent, step by step, and back", () => {
  join("dead");
  join("fine");
  const status = { conditions: [{ type: "Ready", status: "True" }], podIP: "10.244.1.2" };
  world.api.create(pods, makePod("p", { node: "dead" }));
  world.api.change("pods", "default", "p", (pod) => ({ ...pod, status }));
  world.run(20);
  expect(ready("dead")).toBe("True");
  alive.delete("dead");
  world.run(50);
  expect(ready("dead")).toBe("True");
  world.run(16);
  expect(ready("dead")).toBe("Unknown");
  expect(taints("dead")).toContain("unreachable:NoSchedule");
  expect(world.api.get("pods", "default", "p").status.conditions).toMatchObject([
    { type: "Ready", status: "False" },
  ]);
  expect(reasons()).toContain("NodeNotReady");
  world.run(10);
  expect(taints("dead")).toEqual(["unreachable:NoSchedule", "unreachable:NoExecute"]);
  expect(taints("fine")).toEqual([]);
  alive.add("dead");
  world.api.change("nodes", "", "dead", (n) => ({
    ...n,
    status: {
      ...n.status,
      conditions: [{ type: "Ready", status: "True", lastHeartbeatTime: "2026-01-01T00:02:00Z" }],
    },
  }));
  world.run(6);
  expect(taints("dead")).toEqual([]);
  expect(ready("dead")).toBe("True");
});

it("swaps the taints when a node that reports trouble falls silent", () => {
  join("a");
  join("b");
  world.run(6);
  world.api.change("nodes", "", "a", (n) => ({
    ...n,
    status: { ...n.status, conditions: [{ type: "Ready", status: "False", lastHeartbeatTime: "x" }] },
  }));
  world.run(11);
  expect(taints("a")).toEqual(["not-ready:NoSchedule", "not-ready:NoExecute"]);
  alive.delete("a");
  world.run(75);
  expect(taints("a").toSorted((x, y) => (x < y ? -1 : 1))).toEqual([
    "unreachable:NoExecute",
    "unreachable:NoSchedule",
  ]);
});

describe("many silent nodes", () => {
  it("are tainted one every ten seconds", () => {
    for (const name of names(10)) join(name);
    world.run(15);
    for (const name of names(3)) alive.delete(name);
    world.run(72);
    const before = noExecute().length;
    expect(before).toBeGreaterThanOrEqual(1);
    expect(before).toBeLessThan(3);
    world.run(30);
    expect(noExecute()).toHaveLength(3);
  });

  it("of a small zone that is mostly down are not tainted at all", () => {
    for (const name of names(10)) join(name);
    world.run(15);
    for (const name of names(6)) alive.delete(name);
    world.run(200);
    expect(ready("n0")).toBe("Unknown");
    expect(noExecute()).toEqual([]);
  });

  it("are spared when every zone is down, and judged anew when one is back", () => {
    for (const name of names(2, "a")) join(name, "a");
    for (const name of names(2, "b")) join(name, "b");
    world.run(15);
    const everybody = [...alive];
    alive.clear();
    world.run(120);
    expect(everybody.map(ready)).toEqual(["Unknown", "Unknown", "Unknown", "Unknown"]);
    expect(noExecute()).toEqual([]);
    for (const name of names(2, "a")) {
      alive.add(name);
      world.api.change("nodes", "", name, (n) => ({
        ...n,
        status: { ...n.status, conditions: [{ type: "Ready", status: "True", lastHeartbeatTime: "y" }] },
      }));
    }
    world.run(100);
    expect(noExecute()).toEqual(["b0", "b1"]);
  });
});

it("marks pods that come to a node in trouble", () => {
  join("a");
  join("b");
  alive.delete("a");
  world.run(75);
  expect(ready("a")).toBe("Unknown");
  world.api.create(pods, makePod("late"));
  const status = { conditions: [{ type: "Ready", status: "True" }] };
  world.api.change("pods", "default", "late", (p) => ({ ...p, status }));
  world.api.change("pods", "default", "late", (p) => ({ ...p, spec: { ...p.spec, nodeName: "a" } }));
  world.run(1);
  expect(world.api.get("pods", "default", "late").status.conditions[0].status).toBe("False");
});
