import { describe, expect, it } from "vitest";
import type { Node, Pod } from "../../api/types";
import { makeNode, makePod, SchedulerBench } from "../../testing/scheduling";
import { PodInfo } from "../pod-info";

/** Names of the nodes that fit, and reasons by node for the others. */
function filter(pod: Pod, nodes: readonly Node[], bound: readonly Pod[] = []) {
  const { feasible, diagnosis } = new SchedulerBench(nodes, bound).algorithm.schedule(new PodInfo(pod));
  return {
    fits: feasible.map(({ name }) => name),
    reasons: Object.fromEntries(diagnosis.rejected.map((r) => [r.node.name, r.rejection.reasons.join()])),
    resolvable: diagnosis.rejected.map((r) => r.rejection.resolvable),
  };
}

const GPU = makeNode("gpu", {
  labels: { gpu: "yes", zone: "a" },
  spec: { taints: [{ key: "gpu", value: "1", effect: "NoSchedule" }] },
});
const PLAIN = makeNode("plain", { labels: { zone: "b" } });

describe("taints and cordons", () => {
  it.each<[string, Pod, string[]]>([
    ["keep a pod away that tolerates nothing", makePod("p"), ["plain"]],
    [
      "let a pod in that tolerates the taint",
      makePod("p", { spec: { tolerations: [{ key: "gpu", operator: "Exists" }] } }),
      ["gpu", "plain"],
    ],
    [
      "compare the value for Equal",
      makePod("p", { spec: { tolerations: [{ key: "gpu", value: "2" }] } }),
      ["plain"],
    ],
  ])("%s", (_, pod, fits) => {
    expect(filter(pod, [GPU, PLAIN]).fits.toSorted((a, b) => (a < b ? -1 : 1))).toEqual(fits);
  });

  it("names the reasons as upstream does", () => {
    const cordoned = makeNode("cordoned", { spec: { unschedulable: true } });
    expect(filter(makePod("p"), [GPU, cordoned]).reasons).toEqual({
      gpu: "node(s) had untolerated taint(s)",
      cordoned: "node(s) were unschedulable",
    });
  });
});

describe("node affinity", () => {
  const terms = (key: string, operator: string, values: string[]) => ({
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [{ matchExpressions: [{ key, operator, values }] }],
        },
      },
    },
  });
  const A = makeNode("a", { labels: { zone: "a" } });

  it.each<[string, object, string[]]>([
    ["a selector that matches", { nodeSelector: { zone: "b" } }, ["plain"]],
    ["a selector that does not", { nodeSelector: { zone: "c" } }, []],
    ["In", terms("zone", "In", ["a", "x"]), ["a"]],
    ["NotIn, a missing label included", terms("disk", "NotIn", ["ssd"]), ["a", "plain"]],
    ["Exists", terms("disk", "Exists", []), []],
  ])("%s", (_, spec, fits) => {
    expect(filter(makePod("p", { spec }), [A, PLAIN]).fits).toEqual(fits);
  });

  it("looks only at nodes that are named", () => {
    const field = { key: "metadata.name", operator: "In", values: ["plain", "nowhere"] };
    const nodeAffinity = {
      requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchFields: [field] }] },
    };
    const { fits, reasons } = filter(makePod("p", { spec: { affinity: { nodeAffinity } } }), [A, PLAIN]);
    expect(fits).toEqual(["plain"]);
    expect(reasons).toEqual({});
  });
});

describe("resources", () => {
  it.each<[string, Pod, string]>([
    ["CPU", makePod("p", { cpu: "3" }), "Insufficient cpu"],
    ["memory", makePod("p", { memory: "7Gi" }), "Insufficient memory"],
    ["both", makePod("p", { cpu: "3", memory: "7Gi" }), "Insufficient cpu,Insufficient memory"],
  ])("%s that is taken", (_, pod, reason) => {
    const bound = makePod("b", { node: "plain", cpu: "2", memory: "2Gi" });
    const { reasons, resolvable } = filter(pod, [PLAIN], [bound]);
    expect(reasons).toEqual({ plain: reason });
    expect(resolvable).toEqual([true]);
  });

  it("cannot be helped where the node is too small", () => {
    const { reasons, resolvable } = filter(makePod("p", { cpu: "5" }), [PLAIN]);
    expect(reasons).toEqual({ plain: "Insufficient cpu" });
    expect(resolvable).toEqual([false]);
  });

  it("counts pods", () => {
    const small = makeNode("small", { pods: "1" });
    expect(filter(makePod("p"), [small], [makePod("b", { node: "small" })]).reasons).toEqual({
      small: "Too many pods",
    });
  });

  it("knows resources by name", () => {
    const spec = { containers: [{ name: "c", image: "x", resources: { requests: { "x.io/gpu": "2" } } }] };
    const node = makeNode("n", {
      status: { allocatable: { cpu: "1", memory: "1Gi", pods: "9", "x.io/gpu": "1" } },
    });
    expect(filter(makePod("p", { spec }), [node, PLAIN]).reasons).toEqual({
      n: "Insufficient x.io/gpu",
      plain: "Insufficient x.io/gpu",
    });
  });

  it("takes the peak of init containers, not their sum", () => {
    const container = (name: string, cpu: string) => ({ name, image: "x", resources: { requests: { cpu } } });
    const spec = {
      initContainers: [container("i1", "3"), container("i2", "3")],
      containers: [container("c", "1")],
    };
    expect(filter(makePod("p", { spec }), [PLAIN]).fits).toEqual(["plain"]);
  });
});

describe("host ports", () => {
  const withPort = (hostPort: number, hostIP?: string, protocol = "TCP") => {
    const port = { containerPort: 80, hostPort, protocol, ...(hostIP === undefined ? {} : { hostIP }) };
    return { containers: [{ name: "c", image: "x", ports: [port] }] };
  };

  it.each<[string, object, object, boolean]>([
    ["the same port", withPort(80), withPort(80), false],
    ["another port", withPort(80), withPort(81), true],
    ["another protocol", withPort(80), withPort(80, undefined, "UDP"), true],
    ["two addresses", withPort(80, "10.0.0.1"), withPort(80, "10.0.0.2"), true],
    ["one address and every address", withPort(80, "10.0.0.1"), withPort(80), false],
  ])("%s", (_, taken, wanted, fits) => {
    const bound = makePod("b", { node: "plain", spec: taken });
    expect(filter(makePod("p", { spec: wanted }), [PLAIN], [bound]).fits.length === 1).toBe(fits);
  });
});

describe("topology spread", () => {
  const nodes = ["a1", "a2", "b1"].map((name) => makeNode(name, { labels: { zone: name[0]! } }));
  const spread = (maxSkew: number, extra: object = {}) => ({
    topologySpreadConstraints: [
      {
        maxSkew,
        topologyKey: "zone",
        whenUnsatisfiable: "DoNotSchedule",
        labelSelector: { matchLabels: { app: "x" } },
        ...extra,
      },
    ],
  });
  const labels = { app: "x" };
  const bound = [makePod("1", { node: "a1", labels }), makePod("2", { node: "a2", labels })];

  it.each<[string, number, object, string[]]>([
    ["the fuller zone is closed", 1, {}, ["b1"]],
    ["a larger skew is allowed", 3, {}, ["a1", "a2", "b1"]],
    ["too few domains count as an empty one", 1, { minDomains: 3 }, ["b1"]],
  ])("%s", (_, maxSkew, extra, fits) => {
    const pod = makePod("p", { labels, spec: spread(maxSkew, extra) });
    expect(filter(pod, nodes, bound).fits.toSorted((a, b) => (a < b ? -1 : 1))).toEqual(fits);
  });

  it("does not count pods that are on their way out", () => {
    const going = bound.map((pod) => ({
      ...pod,
      metadata: { ...pod.metadata, deletionTimestamp: "2026-01-01T00:00:00Z" },
    }));
    expect(filter(makePod("p", { labels, spec: spread(1) }), nodes, going).fits).toHaveLength(3);
  });

  it("rejects nodes without the label for good", () => {
    const bare = makeNode("bare");
    const { reasons } = filter(makePod("p", { labels, spec: spread(1) }), [...nodes, bare], bound);
    expect(reasons["bare"]).toBe(
      "node(s) didn't match pod topology spread constraints (missing required label)",
    );
    expect(reasons["a1"]).toBe("node(s) didn't match pod topology spread constraints");
  });
});

describe("affinity between pods", () => {
  const nodes = ["a1", "a2", "b1"].map((name) => makeNode(name, { labels: { zone: name[0]! } }));
  const term = (app: string, topologyKey = "zone") => ({
    topologyKey,
    labelSelector: { matchLabels: { app } },
  });
  const near = (app: string) => ({
    affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term(app)] } },
  });
  const far = (app: string) => ({
    affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term(app)] } },
  });
  const db = makePod("db", { node: "a1", labels: { app: "db" } });

  it.each<[string, Pod, Pod[], string[], string]>([
    [
      "near",
      makePod("p", { spec: near("db") }),
      [db],
      ["a1", "a2"],
      "node(s) didn't match pod affinity rules",
    ],
    ["far", makePod("p", { spec: far("db") }), [db], ["b1"], "node(s) didn't match pod anti-affinity rules"],
    [
      "not where others do not want it",
      makePod("p", { labels: { app: "noisy" } }),
      [makePod("calm", { node: "b1", spec: far("noisy") })],
      ["a1", "a2"],
      "node(s) didn't satisfy existing pods anti-affinity rules",
    ],
    [
      "near nobody there",
      makePod("p", { spec: near("x") }),
      [db],
      [],
      "node(s) didn't match pod affinity rules",
    ],
  ])("%s", (_, pod, bound, fits, reason) => {
    const result = filter(pod, nodes, bound);
    expect(result.fits.toSorted((a, b) => (a < b ? -1 : 1))).toEqual(fits);
    expect(new Set(Object.values(result.reasons))).toEqual(new Set([reason]));
  });

  it("lets the first of a group that wants to be together in anywhere", () => {
    expect(filter(makePod("p", { labels: { app: "x" }, spec: near("x") }), nodes, [db]).fits).toHaveLength(3);
  });

  it("looks into its own namespace only, unless told", () => {
    const other = makePod("p", { namespace: "other", spec: near("db") });
    expect(filter(other, nodes, [db]).fits).toEqual([]);
    const told = {
      affinity: {
        podAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: [{ ...term("db"), namespaces: ["default"] }],
        },
      },
    };
    expect(filter(makePod("p", { namespace: "other", spec: told }), nodes, [db]).fits).toHaveLength(2);
  });
});
