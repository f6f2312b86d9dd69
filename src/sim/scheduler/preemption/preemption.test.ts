import { describe, expect, it } from "vitest";
import type { Node, Pod, PodDisruptionBudget } from "../../api/types";
import { Kernel } from "../../kernel/kernel";
import { makeNode, makePod, SchedulerBench } from "../../testing/scheduling";
import { PodInfo } from "../pod-info";
import { pickCandidate } from "./pick-candidate";
import { Preemption } from "./preemption";
import { splitByBudget, type Candidate } from "./victims";

function budget(app: string, disruptionsAllowed: number): PodDisruptionBudget {
  return {
    metadata: { name: app, namespace: "default" },
    spec: { selector: { matchLabels: { app } } },
    status: { disruptionsAllowed, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 },
  } as unknown as PodDisruptionBudget;
}

function preempt(
  pod: Pod,
  nodes: readonly Node[],
  bound: readonly Pod[],
  budgets: readonly PodDisruptionBudget[] = [],
) {
  const bench = new SchedulerBench(nodes, bound);
  const info = new PodInfo(pod);
  const attempt = bench.algorithm.schedule(info);
  expect(attempt.chosen).toBeUndefined();
  const preemption = new Preemption(
    bench.algorithm,
    bench.cache,
    () => budgets,
    new Kernel({ seed: 3 }).rng("x"),
  );
  const verdict = preemption.evaluate(info, attempt, pod.status.nominatedNodeName ?? "");
  if (verdict.candidate === undefined) return verdict.message;
  return `${verdict.candidate.node.name}: ${verdict.candidate.victims.map((v) => v.pod.metadata.name).join(" ")}`;
}

const ONE = makeNode("one", { cpu: "4" });
const started = (minute: number) => ({ phase: "Running", startTime: `2026-01-01T00:0${minute}:00Z` });

describe("victims of a node", () => {
  it.each<[string, Pod[], PodDisruptionBudget[], string]>([
    [
      "as few as possible, the least important",
      [
        makePod("low", { node: "one", cpu: "2", priority: 1 }),
        makePod("lower", { node: "one", cpu: "2", priority: 0 }),
      ],
      [],
      "one: lower",
    ],
    [
      "the one that has run for a shorter time",
      [
        makePod("old", { node: "one", cpu: "2", status: started(1) }),
        makePod("new", { node: "one", cpu: "2", status: started(2) }),
      ],
      [],
      "one: new",
    ],
    [
      "not the one under a budget, though it is less important",
      [
        makePod("kept", { node: "one", cpu: "2", priority: 0, labels: { app: "b" } }),
        makePod("free", { node: "one", cpu: "2", priority: 1 }),
      ],
      [budget("b", 0)],
      "one: free",
    ],
    [
      "only lower priority",
      [makePod("peer", { node: "one", cpu: "4", priority: 5 })],
      [],
      "preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod.",
    ],
    [
      "none where it would not help",
      [
        makePod("peer", { node: "one", cpu: "3", priority: 5 }),
        makePod("small", { node: "one", cpu: "1", priority: 0 }),
      ],
      [],
      "preemption: 0/1 nodes are available: 1 Insufficient cpu.",
    ],
  ])("%s", (_, bound, budgets, expected) => {
    expect(preempt(makePod("p", { cpu: "2", priority: 5 }), [ONE], bound, budgets)).toBe(expected);
  });

  it("does not touch nodes that removing pods cannot help", () => {
    const cordoned = makeNode("cordoned", { spec: { unschedulable: true } });
    const bound = [makePod("v", { node: "cordoned", cpu: "4" })];
    expect(preempt(makePod("p", { cpu: "1", priority: 5 }), [cordoned], bound)).toBe(
      "preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.",
    );
  });

  it("sees that affinity is gone with the victim", () => {
    const labels = { app: "x" };
    const term = { topologyKey: "kubernetes.io/hostname", labelSelector: { matchLabels: labels } };
    const spec = {
      affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } },
    };
    const bound = [makePod("rival", { node: "one", labels }), makePod("other", { node: "one" })];
    expect(preempt(makePod("p", { priority: 5, spec }), [ONE], bound)).toBe("one: rival");
  });
});

describe("who may preempt", () => {
  const full = [makePod("v", { node: "one", cpu: "4" })];

  it("not a pod whose policy forbids it", () => {
    const pod = makePod("p", { cpu: "1", priority: 5, spec: { preemptionPolicy: "Never" } });
    expect(preempt(pod, [ONE], full)).toBe("preemption: not eligible due to preemptionPolicy=Never.");
  });

  it("not a pod for which others are ending already", () => {
    const ending = {
      ...full[0]!,
      metadata: { ...full[0]!.metadata, deletionTimestamp: "2026-01-01T00:00:00Z" },
      status: { conditions: [{ type: "DisruptionTarget", status: "True", reason: "PreemptionByScheduler" }] },
    };
    const pod = makePod("p", { cpu: "1", priority: 5, status: { nominatedNodeName: "one" } });
    expect(preempt(pod, [ONE], [ending])).toBe(
      "preemption: not eligible due to a terminating pod on the nominated node.",
    );
  });
});

it("counts a budget down pod by pod", () => {
  const pods = ["1", "2", "3"].map((name) => new PodInfo(makePod(name, { labels: { app: "b" } })));
  const { violating, others } = splitByBudget(pods, [budget("b", 2)]);
  expect(others.map((p) => p.pod.metadata.name)).toEqual(["1", "2"]);
  expect(violating.map((p) => p.pod.metadata.name)).toEqual(["3"]);
});

describe("choice among nodes", () => {
  const candidate = (name: string, violations: number, ...victims: [priority: number, minute: number][]) => ({
    node: { name } as Candidate["node"],
    violations,
    victims: victims.map(
      ([priority, minute], i) => new PodInfo(makePod(`${name}-${i}`, { priority, status: started(minute) })),
    ),
  });

  it.each<[string, Candidate[], string]>([
    ["fewest violations", [candidate("a", 1, [0, 1]), candidate("b", 0, [9, 1], [9, 1])], "b"],
    ["lowest of the highest priorities", [candidate("a", 0, [9, 1]), candidate("b", 0, [5, 1], [5, 1])], "b"],
    ["smallest sum", [candidate("a", 0, [5, 1], [5, 1]), candidate("b", 0, [5, 1], [1, 1])], "b"],
    [
      "negative priorities do not make more victims cheaper",
      [candidate("a", 0, [-5, 1], [-5, 1]), candidate("b", 0, [-5, 1])],
      "b",
    ],
    ["latest start of the most important", [candidate("a", 0, [5, 1]), candidate("b", 0, [5, 2])], "b"],
    ["the first among equals", [candidate("a", 0, [5, 1]), candidate("b", 0, [5, 1])], "a"],
  ])("%s", (_, candidates, name) => {
    expect(pickCandidate(candidates)?.node.name).toBe(name);
  });

  it("agrees with sorting by all criteria at once", () => {
    const rng = new Kernel({ seed: 11 }).rng("twin");
    for (let round = 0; round < 300; round++) {
      const candidates = Array.from({ length: 6 }, (_, i) => {
        const victims = Array.from({ length: rng.between(1, 3) }, (): [number, number] => [
          rng.below(3),
          rng.below(3),
        ]).sort((x, y) => y[0] - x[0]);
        return candidate(`n${i}`, rng.below(2), ...victims);
      });
      expect(pickCandidate(candidates)?.node.name).toBe(dumbPick(candidates));
    }
  });
});

/** The rules, said in the plainest way. */
function dumbPick(candidates: readonly Candidate[]): string {
  const keyOf = ({ violations, victims }: Candidate): number[] => {
    const highest = Math.max(...victims.map((v) => v.priority));
    const starts = victims
      .filter((v) => v.priority === highest)
      .map((v) => Number(v.pod.status.startTime!.slice(14, 16)));
    const sum = victims.reduce((total, v) => total + v.priority + 2 ** 31, 0);
    return [violations, highest, sum, victims.length, -Math.min(...starts)];
  };
  let best = candidates[0]!;
  for (const candidate of candidates) {
    const [a, b] = [keyOf(candidate), keyOf(best)];
    const at = a.findIndex((value, i) => value !== b[i]);
    if (at >= 0 && a[at]! < b[at]!) best = candidate;
  }
  return best.node.name;
}
