import { describe, expect, it } from "vitest";
import { formatTime } from "../../api/time";
import type { HorizontalPodAutoscaler, Pod } from "../../api/types";
import { MINUTE, SECOND } from "../../kernel/time";
import { limit, remember, type Memory } from "./limits";
import { calculate, type PodUse, type Question } from "./replica-calculator";

const NOW = 60 * MINUTE;

interface PodSpec {
  readonly use?: number;
  readonly phase?: string;
  readonly ready?: boolean;
  /** Minutes ago. */
  readonly started?: number;
  readonly deleting?: boolean;
  /** Of the Ready condition's last change, in seconds ago. */
  readonly changed?: number;
}

function pod(
  i: number,
  { phase = "Running", ready = true, started = 30, deleting = false, changed = 1200 }: PodSpec,
): Pod {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name: `p${i}`,
      namespace: "default",
      uid: `u${i}`,
      resourceVersion: "1",
      creationTimestamp: formatTime(0),
      ...(deleting ? { deletionTimestamp: formatTime(NOW) } : {}),
    },
    spec: { containers: [{ name: "c", resources: { requests: { cpu: "100m" } } }] },
    status: {
      phase,
      startTime: formatTime(NOW - started * MINUTE),
      conditions: [
        {
          type: "Ready",
          status: ready ? "True" : "False",
          lastTransitionTime: formatTime(NOW - changed * SECOND),
        },
      ],
    },
  };
}

function question(specs: readonly PodSpec[], extra: Partial<Question> = {}): Question {
  const uses = new Map<string, PodUse>();
  for (const [i, { use }] of specs.entries()) {
    if (use !== undefined) uses.set(`p${i}`, { milli: use, at: NOW - 5 * SECOND, window: 15 * SECOND });
  }
  return {
    replicas: specs.length,
    resource: "cpu",
    container: "",
    goal: { utilization: 50 },
    tolerance: { up: 0.1, down: 0.1 },
    pods: specs.map((spec, i) => pod(i, spec)),
    uses,
    now: NOW,
    ...extra,
  };
}

const many = (n: number, spec: PodSpec): PodSpec[] => Array.from({ length: n }, () => spec);

describe("replicas by utilization", () => {
  it.each<[string, readonly PodSpec[], number, number | undefined]>([
    ["on target", many(3, { use: 50 }), 3, 50],
    ["within tolerance", many(10, { use: 54 }), 10, 54],
    ["above", many(3, { use: 100 }), 6, 100],
    ["rounds up", many(3, { use: 60 }), 4, 60],
    ["below", many(4, { use: 10 }), 1, 10],
    ["a deleted pod does not count", [...many(2, { use: 100 }), { use: 100, deleting: true }], 4, 100],
    ["a failed pod does not count", [...many(2, { use: 100 }), { use: 100, phase: "Failed" }], 4, 100],
    ["one without metrics counts as idle when adding", [...many(2, { use: 100 }), {}], 4, 100],
    ["and as fully used when taking away", [...many(2, { use: 10 }), {}], 3, 10],
    ["a pending pod counts as idle when adding", [...many(2, { use: 100 }), { phase: "Pending" }], 4, 100],
    ["never turns round: then nothing is done", [...many(1, { use: 60 }), ...many(3, {})], 4, 60],
    [
      "one that starts up does not count",
      [...many(2, { use: 50 }), { use: 500, started: 1, ready: false }],
      3,
      50,
    ],
    [
      "nor one that has just become ready",
      [...many(2, { use: 50 }), { use: 500, started: 1, changed: 10 }],
      3,
      50,
    ],
    [
      "one that was ready once counts although it is not",
      [...many(2, { use: 50 }), { use: 350, ready: false }],
      9,
      150,
    ],
  ])("%s", (_what, specs, replicas, utilization) => {
    expect(calculate(question(specs))).toMatchObject({ ok: true, value: { replicas, utilization } });
  });

  it.each<[string, Question, string]>([
    ["no pods", question([]), "no pods returned by selector while calculating replica count"],
    [
      "none that counts",
      question([{ use: 5, started: 1, ready: false }]),
      "did not receive metrics for targeted pods (pods might be unready)",
    ],
    [
      "no request",
      question(many(1, { use: 5 }), { resource: "memory" }),
      "missing request for memory in container c of Pod p0",
    ],
  ])("has no answer: %s", (_what, asked, error) => {
    expect(calculate(asked)).toEqual({ ok: false, error });
  });

  it("knows amounts and tolerances of their own", () => {
    const asked = question(many(2, { use: 150 }), { goal: { averageMilli: 100 } });
    expect(calculate(asked)).toMatchObject({
      value: { replicas: 3, utilization: undefined, averageMilli: 150 },
    });
    const tolerant = question(many(4, { use: 60 }), { tolerance: { up: 0.25, down: 0 } });
    expect(calculate(tolerant)).toMatchObject({ value: { replicas: 4 } });
    expect(calculate({ ...tolerant, tolerance: { up: 0.05, down: 0 } })).toMatchObject({
      value: { replicas: 5 },
    });
  });
});

function hpa(
  min: number,
  max: number,
  behavior?: HorizontalPodAutoscaler["spec"]["behavior"],
): HorizontalPodAutoscaler {
  return {
    metadata: { name: "h", namespace: "default" },
    spec: { minReplicas: min, maxReplicas: max, ...(behavior ? { behavior } : {}) },
  } as HorizontalPodAutoscaler;
}

const fresh = (): Memory => ({ recommendations: [], ups: [], downs: [] });

describe("limits", () => {
  it.each<[string, number, number, number, string, string]>([
    ["as it is", 3, 3, 3, "ReadyForNewScale", "DesiredWithinRange"],
    ["up", 3, 5, 5, "ReadyForNewScale", "DesiredWithinRange"],
    ["no faster than double", 3, 9, 6, "ReadyForNewScale", "ScaleUpLimit"],
    ["but to four at once", 1, 9, 4, "ReadyForNewScale", "ScaleUpLimit"],
    ["not above the maximum", 8, 20, 10, "ReadyForNewScale", "TooManyReplicas"],
    ["not below the minimum", 3, 1, 2, "ReadyForNewScale", "TooFewReplicas"],
  ])("%s", (_what, current, wanted, replicas, able, bounded) => {
    const result = limit(hpa(2, 10), fresh(), current, wanted, NOW);
    expect(result.replicas).toBe(replicas);
    expect(result.findings.map((f) => f.reason)).toEqual([able, bounded]);
  });

  it("take nothing away before five minutes of less", () => {
    const memory = fresh();
    const at = (seconds: number, wanted: number): number =>
      limit(hpa(1, 10), memory, 6, wanted, NOW + seconds * SECOND).replicas;
    expect([at(0, 6), at(15, 2), at(285, 2), at(299, 3), at(301, 2)]).toEqual([6, 6, 6, 6, 3]);
  });

  it("keep to policies: so many in so much time, the furthest or the nearest, or not at all", () => {
    const policies = [
      { type: "Pods", value: 2, periodSeconds: 60 },
      { type: "Percent", value: 50, periodSeconds: 60 },
    ];
    const rules = (selectPolicy: string) => ({
      scaleUp: { policies, selectPolicy, stabilizationWindowSeconds: 0 },
      scaleDown: { policies, selectPolicy, stabilizationWindowSeconds: 0 },
    });
    const to = (select: string, wanted: number, memory = fresh()): number =>
      limit(hpa(1, 100, rules(select)), memory, 10, wanted, NOW).replicas;
    expect([to("Max", 50), to("Min", 50), to("Disabled", 50)]).toEqual([15, 12, 10]);
    expect([to("Max", 1), to("Min", 1), to("Disabled", 1)]).toEqual([5, 8, 10]);
    const memory = fresh();
    remember(memory, 8, 10, NOW - 30 * SECOND);
    expect(to("Min", 50, memory)).toBe(10);
    const old = fresh();
    remember(old, 8, 10, NOW - 61 * SECOND);
    expect(to("Min", 50, old)).toBe(12);
  });
});
