import { describe, expect, it } from "vitest";
import { makeNode, makePod, SchedulerBench } from "../testing/scheduling";
import { feasibleNodesToFind } from "./config";
import { fitErrorMessage } from "./diagnosis";
import { PodInfo } from "./pod-info";
import { toDecision } from "./decision";

const info = (name: string, parts = {}) => new PodInfo(makePod(name, parts));

it.each([
  [1, 1],
  [99, 99],
  [100, 100],
  [250, 120],
  [1000, 420],
  [5000, 500],
  [10_000, 500],
])("looks among %i nodes for %i that fit", (nodes, wanted) => {
  expect(feasibleNodesToFind(nodes)).toBe(wanted);
});

it("explains with numbers why nothing fits", () => {
  const taints = [{ key: "k", effect: "NoSchedule" }];
  const nodes = [makeNode("a"), makeNode("m1", { spec: { taints } }), makeNode("m2", { spec: { taints } })];
  const bench = new SchedulerBench(nodes, [makePod("b", { node: "a", cpu: "4" })]);
  const attempt = bench.algorithm.schedule(info("p", { cpu: "1" }));
  expect(fitErrorMessage(attempt.diagnosis, "preemption: none.")).toBe(
    "0/3 nodes are available: 1 Insufficient cpu, 2 node(s) had untolerated taint(s). preemption: none.",
  );
});

describe("the search", () => {
  it("takes nodes from the zones in turn and goes on where it stopped", () => {
    const nodes = Array.from({ length: 300 }, (_, i) =>
      makeNode(`n${i}`, { labels: { "topology.kubernetes.io/zone": `z${i < 200 ? 0 : 1}` } }),
    );
    const { cache, algorithm } = new SchedulerBench(nodes);
    expect(cache.nodes.slice(0, 4).map(({ name }) => name)).toEqual(["n0", "n200", "n1", "n201"]);
    const wanted = feasibleNodesToFind(300);
    const first = algorithm.schedule(info("p")).feasible;
    const second = algorithm.schedule(info("q")).feasible;
    expect(first).toHaveLength(wanted);
    expect(second[0]).toBe(cache.nodes[wanted]);
  });

  it("keeps room for a pod that was promised it", () => {
    const bench = new SchedulerBench([makeNode("a", { cpu: "2" }), makeNode("b", { cpu: "2" })]);
    bench.nominator.nominate(info("vip", { cpu: "2", priority: 9 }), "a");
    expect(bench.algorithm.schedule(info("p", { cpu: "1" })).feasible.map((n) => n.name)).toEqual(["b"]);
    expect(bench.algorithm.schedule(info("q", { cpu: "1", priority: 10 })).feasible).toHaveLength(2);
  });

  it("tries the promised node first", () => {
    const bench = new SchedulerBench([makeNode("a"), makeNode("b")]);
    const pod = info("vip", { status: { nominatedNodeName: "b" } });
    expect(bench.algorithm.schedule(pod).feasible.map((n) => n.name)).toEqual(["b"]);
  });
});

it("chooses among equals by chance, each as likely", () => {
  const bench = new SchedulerBench([makeNode("a"), makeNode("b"), makeNode("c")]);
  const counts: Record<string, number> = { a: 0, b: 0, c: 0 };
  for (let i = 0; i < 600; i++) counts[bench.algorithm.schedule(info(`p${i}`)).chosen!.name]!++;
  for (const n of Object.values(counts)) expect(n).toBeGreaterThan(150);
});

it("records what each node got", () => {
  const cordoned = makeNode("cordoned", { spec: { unschedulable: true } });
  const bound = makePod("b", { node: "half", cpu: "2", memory: "4Gi" });
  const bench = new SchedulerBench([makeNode("half"), cordoned, makeNode("empty")], [bound]);
  const pod = info("p", { cpu: "1", memory: "2Gi" });
  const decision = toDecision(pod, bench.algorithm.schedule(pod), 5, 2, "", undefined);
  expect(decision).toMatchObject({
    pod: "default/p",
    at: 5,
    attempt: 2,
    node: "empty",
    total: 3,
    feasible: 2,
  });
  expect(decision.nodes.map(({ node, failed, reason }) => [node, failed, reason])).toEqual([
    ["empty", undefined, undefined],
    ["half", undefined, undefined],
    ["cordoned", "NodeUnschedulable", "node(s) were unschedulable"],
  ]);
  const [best] = decision.nodes;
  const sum = decision.plugins.reduce((total, { weight }, i) => total + weight * best!.scores![i]!, 0);
  expect(best!.score).toBe(sum);
});

it("records a summary of many nodes", () => {
  const nodes = Array.from({ length: 80 }, (_, i) =>
    makeNode(`n${i}`, { spec: { unschedulable: i % 2 === 0 } }),
  );
  const bench = new SchedulerBench(nodes);
  const pod = info("p");
  const decision = toDecision(pod, bench.algorithm.schedule(pod), 0, 1, "", undefined);
  expect(decision.nodes).toHaveLength(10);
  expect(decision.reasons).toEqual([{ reason: "node(s) were unschedulable", count: 40 }]);
  expect(decision.nodes[0]!.node).toBe(decision.node);
});
