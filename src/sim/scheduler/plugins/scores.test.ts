import { describe, expect, it } from "vitest";
import type { Node, Pod, ReplicaSet, StatefulSet } from "../../api/types";
import { makeNode, makePod, SchedulerBench } from "../../testing/scheduling";
import { naturalLog } from "../natural-log";
import { PodInfo } from "../pod-info";
import { normalizeByMaximum } from "../framework/plugin";

/** Scores of one plugin by node; undefined when it had no opinion. */
function scores(
  plugin: string,
  pod: Pod,
  nodes: readonly Node[],
  bound: readonly Pod[] = [],
  owner?: ReplicaSet,
) {
  const bench = new SchedulerBench(nodes, bound, {
    servicesOf: () => [],
    replicaSet: () => owner,
    statefulSet: () => undefined,
    replicationController: () => undefined,
  });
  const all = bench.framework.score(new PodInfo(pod), bench.cache.nodes);
  const own = all.find((s) => s.plugin === plugin)?.scores;
  if (own === undefined) return undefined;
  return Object.fromEntries(bench.cache.nodes.map(({ name }, i) => [name, own[i]]));
}

it("brings scores into 0..100", () => {
  const list = [0, 5, 10];
  normalizeByMaximum(list, false);
  expect(list).toEqual([0, 50, 100]);
  normalizeByMaximum(list, true);
  expect(list).toEqual([100, 50, 0]);
  const zeros = [0, 0];
  normalizeByMaximum(zeros, true);
  expect(zeros).toEqual([100, 100]);
});

it("has the logarithm to the last bits", () => {
  for (let n = 1; n < 6000; n++) expect(Math.abs(naturalLog(n) - Math.log(n))).toBeLessThan(4e-15);
});

describe("resources", () => {
  // 4 CPUs and 8 GiB each.
  const nodes = [makeNode("empty"), makeNode("half")];
  const half = makePod("b", { node: "half", cpu: "2", memory: "4Gi" });

  it("prefer what is least allocated", () => {
    const pod = makePod("p", { cpu: "1", memory: "2Gi" });
    expect(scores("NodeResourcesFit", pod, nodes, [half])).toEqual({ empty: 75, half: 25 });
  });

  it("count defaults for containers that ask for nothing", () => {
    // 100 of 4000 millicores and 200 MiB of 8 GiB: 97.5 and 97.56 rounded down.
    expect(scores("NodeResourcesFit", makePod("p"), nodes)).toEqual({ empty: 97, half: 97 });
  });

  it("prefer balance", () => {
    const lopsided = makePod("b", { node: "half", cpu: "4" });
    const pod = makePod("p", { cpu: "0", memory: "4Gi" });
    // half: CPU 1, memory 0.5: deviation 0.25; empty: CPU 0, memory 0.5: the same.
    expect(scores("NodeResourcesBalancedAllocation", pod, nodes, [lopsided])).toEqual({
      empty: 75,
      half: 75,
    });
    expect(scores("NodeResourcesBalancedAllocation", makePod("p"), nodes)).toBeUndefined();
  });
});

it("prefers nodes without taints to be avoided", () => {
  const soft = makeNode("soft", { spec: { taints: [{ key: "k", effect: "PreferNoSchedule" }] } });
  expect(scores("TaintToleration", makePod("p"), [soft, makeNode("free")])).toEqual({ soft: 0, free: 100 });
});

it("weighs node preferences", () => {
  const preference = (zone: string) => ({
    matchExpressions: [{ key: "zone", operator: "In", values: [zone] }],
  });
  const nodeAffinity = {
    preferredDuringSchedulingIgnoredDuringExecution: [
      { weight: 10, preference: preference("a") },
      { weight: 5, preference: preference("b") },
    ],
  };
  const nodes = ["a", "b", "c"].map((zone) => makeNode(zone, { labels: { zone } }));
  const pod = makePod("p", { spec: { affinity: { nodeAffinity } } });
  expect(scores("NodeAffinity", pod, nodes)).toEqual({ a: 100, b: 50, c: 0 });
});

it("prefers nodes that have a large image", () => {
  const images = [{ names: ["nginx:latest"], sizeBytes: 1000 * 1024 * 1024 }];
  const nodes = [makeNode("has", { status: { allocatable: {}, images } }), makeNode("lacks")];
  // 1000 MiB × 1 of 2 nodes, between 23 and 1000 MiB.
  expect(scores("ImageLocality", makePod("p"), nodes)).toEqual({ has: 48, lacks: 0 });
});

describe("spreading", () => {
  const labels = { app: "web" };
  const owner = {
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    metadata: { name: "web", uid: "rs" },
    spec: { selector: { matchLabels: labels } },
  } as unknown as ReplicaSet;
  const metadata = {
    ownerReferences: [
      { apiVersion: "apps/v1", kind: "ReplicaSet", name: "web", uid: "rs", controller: true },
    ],
  };
  const nodes = ["a", "b", "c"].map((name) => makeNode(name));
  const bound = ["1", "2"]
    .map((n) => makePod(n, { node: "a", labels }))
    .concat(makePod("3", { node: "b", labels }));

  it("applies to pods of a ReplicaSet that say nothing", () => {
    const pod = makePod("p", { labels, metadata });
    // Raw: count × ln(5) + 2, rounded: 5, 4, 2 of at most 5.
    expect(scores("PodTopologySpread", pod, nodes, bound, owner)).toEqual({ a: 40, b: 60, c: 100 });
  });

  it("applies to pods of a StatefulSet as well", () => {
    const owners = [
      { apiVersion: "apps/v1", kind: "StatefulSet", name: "web", uid: "sts", controller: true },
    ];
    const pod = makePod("p", { labels, metadata: { ownerReferences: owners } });
    const listers = {
      servicesOf: () => [],
      replicaSet: () => undefined,
      statefulSet: () => owner as unknown as StatefulSet,
      replicationController: () => undefined,
    };
    const { framework, cache } = new SchedulerBench(nodes, bound, listers);
    const all = framework.score(new PodInfo(pod), cache.nodes);
    expect(all.find((s) => s.plugin === "PodTopologySpread")?.scores).toEqual([40, 60, 100]);
  });

  it("does not apply to pods that nothing selects", () => {
    expect(scores("PodTopologySpread", makePod("p", { labels }), nodes, bound)).toBeUndefined();
  });

  it("follows pods as they come and go", () => {
    const bench = new SchedulerBench(nodes, bound, {
      servicesOf: () => [],
      replicaSet: () => owner,
      statefulSet: () => undefined,
      replicationController: () => undefined,
    });
    const pod = new PodInfo(makePod("p", { labels, metadata }));
    const spread = () =>
      bench.framework.score(pod, bench.cache.nodes).find((s) => s.plugin === "PodTopologySpread")?.scores;
    const before = spread();
    bench.cache.removePod("default/1");
    bench.cache.removePod("default/2");
    bench.cache.setPod(makePod("4", { node: "c", labels }));
    bench.cache.setPod(makePod("5", { node: "c", labels }));
    expect(before).toEqual([40, 60, 100]);
    expect(spread()).toEqual([100, 60, 40]);
  });
});

it("weighs preferred affinity in both directions", () => {
  const term = (app: string, weight: number) => ({
    weight,
    podAffinityTerm: { topologyKey: "kubernetes.io/hostname", labelSelector: { matchLabels: { app } } },
  });
  const nodes = ["a", "b", "c"].map((name) => makeNode(name));
  const shy = {
    affinity: { podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [term("web", 10)] } },
  };
  const bound = [
    makePod("db", { node: "a", labels: { app: "db" } }),
    makePod("shy", { node: "b", spec: shy }),
  ];
  const affinity = { podAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [term("db", 10)] } };
  const pod = makePod("p", { labels: { app: "web" }, spec: { affinity } });
  expect(scores("InterPodAffinity", pod, nodes, bound)).toEqual({ a: 100, b: 0, c: 50 });
});
