import { describe, expect, it } from "vitest";
import type { Job, Pod } from "../../api/types";
import { addEnds, remaining } from "./backoff";
import { judgeFailure } from "./failure-policy";
import { nextIndexes, superfluous, wantedActive } from "./plan";
import { countPods, indexTexts, type Count } from "./tally";
import { TRACKING } from "./pods";

const S = 1_000_000;

function job(spec: object, status: object = {}): Job {
  const metadata = { name: "j", namespace: "n", uid: "u" };
  return {
    metadata,
    spec: { completions: 1, parallelism: 1, template: {}, ...spec },
    status,
  } as unknown as Job;
}

interface Sketch {
  phase: string;
  index?: number;
  deleted?: boolean;
  tracked?: boolean;
  code?: number;
}

function pod(name: string, { phase, index, deleted, tracked = true, code }: Sketch): Pod {
  const annotations =
    index === undefined ? {} : { "batch.kubernetes.io/job-completion-index": String(index) };
  const deletion = deleted === true ? { deletionTimestamp: "2026-01-01T00:00:00Z" } : {};
  const finalizers = tracked ? [TRACKING] : [];
  const created = { creationTimestamp: "2026-01-01T00:00:00Z" };
  const metadata = { name, namespace: "n", uid: name, annotations, finalizers, ...created, ...deletion };
  const containerStatuses =
    code === undefined ? [] : [{ name: "c", restartCount: 0, state: { terminated: { exitCode: code } } }];
  return { metadata, spec: { containers: [] }, status: { phase, containerStatuses } } as unknown as Pod;
}

const names = (pods: readonly Pod[]): string[] => pods.map((p) => p.metadata.name);

describe("the delay after failures", () => {
  it.each([
    [1, 10],
    [2, 20],
    [3, 40],
    [6, 320],
    [7, 600],
    [60, 600],
  ])("is after %i failures %i s", (failures, seconds) => {
    expect(remaining({ failures, lastFailure: 5 * S }, 5 * S)).toBe(seconds * S);
  });

  it("starts over with a success, and counts what failed after it", () => {
    const before = { failures: 3, lastFailure: 10 * S };
    expect(addEnds(before, [20 * S], [])).toMatchObject({ failures: 0 });
    expect(addEnds(before, [20 * S], [15 * S, 25 * S])).toEqual({ failures: 1, lastFailure: 25 * S });
    expect(addEnds(before, [], [12 * S])).toEqual({ failures: 4, lastFailure: 12 * S });
    expect(remaining({ failures: 0, lastFailure: 0 }, S)).toBe(0);
  });
});

describe("counting", () => {
  const pods = [
    pod("ok", { phase: "Succeeded" }),
    pod("ok-counted", { phase: "Succeeded", tracked: false }),
    pod("bad", { phase: "Failed" }),
    pod("killed", { phase: "Running", deleted: true }),
    pod("up", { phase: "Running" }),
    pod("released", { phase: "Succeeded" }),
  ];

  it("takes each pod once: those that bear the finalizer and are not listed", () => {
    const uncountedTerminatedPods = { failed: ["bad"] };
    const count = countPods(job({}, { succeeded: 4, uncountedTerminatedPods }), pods, new Set(["released"]));
    expect(names(count.newlySucceeded)).toEqual(["ok"]);
    expect(names(count.newlyFailed)).toEqual(["killed"]);
    expect(count.uncounted).toEqual({ succeeded: ["ok"], failed: ["bad", "killed"] });
    expect(count).toMatchObject({ succeeded: 5, failed: 2 });
    expect(names(count.active)).toEqual(["up"]);
    expect(names(count.ended)).toEqual(["ok", "bad", "killed"]);
  });

  it("waits for the end of a deleted pod where only failed ones are replaced", () => {
    const count = countPods(job({ podReplacementPolicy: "Failed" }), pods, new Set());
    expect(names(count.newlyFailed)).toEqual(["bad"]);
  });

  it("counts indexes, not pods, of an indexed Job", () => {
    const spec = { completionMode: "Indexed", completions: 4, backoffLimitPerIndex: 0 };
    const list = [
      pod("a", { phase: "Succeeded", index: 3 }),
      pod("b", { phase: "Succeeded", index: 3 }),
      pod("c", { phase: "Failed", index: 2 }),
      pod("d", { phase: "Succeeded", index: 9 }),
    ];
    const indexed = job(spec, { completedIndexes: "0", succeeded: 1 });
    const count = countPods(indexed, list, new Set());
    expect(count.succeeded).toBe(2);
    expect(indexTexts(indexed, count)).toEqual({ completedIndexes: "0,3", failedIndexes: "2" });
    expect(nextIndexes(indexed, count, 5, [])).toEqual([1]);
  });
});

describe("plans", () => {
  const tally = (succeeded: number, active: number): Count =>
    ({
      ...countPods(job({}), [], new Set()),
      succeeded,
      active: Array.from({ length: active }, (_, i) => pod(`p${i}`, { phase: "Running" })),
    }) as Count;

  it.each([
    [{ completions: 5, parallelism: 2 }, 0, 0, 2],
    [{ completions: 5, parallelism: 2 }, 4, 2, 1],
    [{ completions: 5, parallelism: 2 }, 6, 0, 0],
    [{ completions: undefined, parallelism: 3 }, 0, 1, 3],
    [{ completions: undefined, parallelism: 3 }, 1, 2, 2],
  ])("%j with %i succeeded and %i active wants %i", (spec, succeeded, active, wanted) => {
    expect(wantedActive(job(spec), tally(succeeded, active))).toBe(wanted);
  });

  it("removes pods with an index that is taken, done, or no more", () => {
    const indexed = job({ completionMode: "Indexed", completions: 2 }, { completedIndexes: "1" });
    const active = [0, 0, 1, 7].map((index, i) => pod(`p${i}`, { phase: "Running", index }));
    expect(names(superfluous(indexed, active, countPods(indexed, active, new Set())))).toEqual([
      "p1",
      "p2",
      "p3",
    ]);
  });
});

describe("failure policies", () => {
  const policy = (...rules: object[]): Job => job({ podFailurePolicy: { rules } });
  it.each([
    ["In", [3, 4], 3, "FailJob"],
    ["In", [3, 4], 5, "Count"],
    ["NotIn", [3, 4], 5, "FailJob"],
    ["NotIn", [3, 4], 3, "Count"],
  ])("exit codes %s %j: %i means %s", (operator, values, code, action) => {
    const rule = { action: "FailJob", onExitCodes: { operator, values } };
    expect(judgeFailure(policy(rule), pod("p", { phase: "Failed", code })).action).toBe(action);
  });

  it("takes the first rule that matches, and looks at conditions", () => {
    const disrupted = { action: "Ignore", onPodConditions: [{ type: "DisruptionTarget", status: "True" }] };
    const failed = pod("p", { phase: "Failed", code: 1 });
    failed.status.conditions = [{ type: "DisruptionTarget", status: "True" }];
    const any = { action: "FailJob", onExitCodes: { operator: "NotIn", values: [0] } };
    expect(judgeFailure(policy(disrupted, any), failed).action).toBe("Ignore");
    expect(judgeFailure(policy(any, disrupted), failed).action).toBe("FailJob");
  });
});
