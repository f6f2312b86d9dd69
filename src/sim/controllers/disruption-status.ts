/**
 * The arithmetic of disruption budgets (`pkg/controller/disruption/disruption.go`,
 * `k8s.io/component-helpers/apps/poddisruptionbudget`).
 */
import { err, ok, type Result } from "../../shared/result";
import { deepEqual } from "../api/deep-equal";
import { findCondition, isPodReady, resolveIntOrPercent } from "../api/meta";
import { internalError } from "../api/status";
import { formatTime, parseTime } from "../api/time";
import type { Pod, PodDisruptionBudget, Status } from "../api/types";
import type { Task } from "../kernel/task";
import { MINUTE, type Micros } from "../kernel/time";
import type { OwnerScale } from "./owner-scale";

type BudgetStatus = PodDisruptionBudget["status"];
type Condition = NonNullable<BudgetStatus["conditions"]>[number];

/** A pod that was evicted must be on its way out within this time, or it counts again. */
export const DELETION_TIMEOUT: Micros = 2 * MINUTE;
const DISRUPTION_ALLOWED = "DisruptionAllowed";

/** What a budget expects of its pods. */
export interface Expectation {
  readonly expected: number;
  readonly desired: number;
  /** Names of pods that belong to nothing that could be asked how many there should be. */
  readonly unmanaged: readonly string[];
}

/** How many pods there should be, and how many of them have to be well. */
export function* expectation(
  budget: PodDisruptionBudget,
  pods: readonly Pod[],
  scale: OwnerScale,
): Task<Result<Expectation, Status>> {
  const { minAvailable, maxUnavailable } = budget.spec;
  if (maxUnavailable === undefined && typeof minAvailable !== "string") {
    if (minAvailable === undefined) return ok({ expected: 0, desired: 0, unmanaged: [] });
    return ok({ expected: pods.length, desired: minAvailable, unmanaged: [] });
  }
  const total = yield* scale.expectedOf(pods);
  if (!total.ok) return total;
  const { expected, unmanaged } = total.value;
  const bound = resolveIntOrPercent(maxUnavailable ?? minAvailable, expected, "up");
  if (bound === undefined) {
    return err(internalError(`invalid value for IntOrString: ${maxUnavailable ?? minAvailable}`));
  }
  const desired = maxUnavailable === undefined ? bound : Math.max(expected - bound, 0);
  return ok({ expected, desired, unmanaged });
}

export interface Disrupted {
  /** When each pod was evicted, for those that are not yet on their way out. */
  readonly pods: Readonly<Record<string, string>>;
  /** Pods that should have gone long ago. */
  readonly overdue: readonly Pod[];
  /** When the next of them is overdue. */
  readonly recheckAt: Micros | undefined;
}

export function stillDisrupted(budget: PodDisruptionBudget, pods: readonly Pod[], now: Micros): Disrupted {
  const noted = budget.status.disruptedPods ?? {};
  const kept: Record<string, string> = {};
  const overdue: Pod[] = [];
  let recheckAt: Micros | undefined;
  for (const pod of pods) {
    const { name, deletionTimestamp } = pod.metadata;
    const since = noted[name];
    if (deletionTimestamp !== undefined || since === undefined) continue;
    const until = parseTime(since) + DELETION_TIMEOUT;
    if (until < now) {
      overdue.push(pod);
      continue;
    }
    kept[name] = since;
    if (recheckAt === undefined || until < recheckAt) recheckAt = until;
  }
  return { pods: kept, overdue, recheckAt };
}

/** Pods that are ready and neither going nor about to. */
export function countHealthy(
  pods: readonly Pod[],
  disrupted: Readonly<Record<string, string>>,
  now: Micros,
): number {
  let count = 0;
  for (const pod of pods) {
    const { name, deletionTimestamp } = pod.metadata;
    const since = disrupted[name];
    if (deletionTimestamp !== undefined) continue;
    if (since !== undefined && parseTime(since) + DELETION_TIMEOUT > now) continue;
    if (isPodReady(pod)) count++;
  }
  return count;
}

export interface Counted extends Expectation {
  readonly healthy: number;
  readonly disrupted: Readonly<Record<string, string>>;
}

/** The budget with its new status; the same object if that is what it has. */
export function nextStatus(budget: PodDisruptionBudget, counted: Counted, now: Micros): PodDisruptionBudget {
  const { expected, desired, healthy, disrupted } = counted;
  // A budget without pods allows nothing, so that its first pods are safe until they have been counted.
  const allowed = expected > 0 ? Math.max(healthy - desired, 0) : 0;
  const before = budget.status;
  const status: BudgetStatus = {
    conditions: withCondition(budget, conditionOf(allowed), now),
    currentHealthy: healthy,
    desiredHealthy: desired,
    disruptionsAllowed: allowed,
    expectedPods: expected,
    observedGeneration: budget.metadata.generation ?? 0,
  };
  if (Object.keys(disrupted).length > 0) status.disruptedPods = { ...disrupted };
  const known = { ...before };
  if (known.disruptedPods !== undefined && Object.keys(known.disruptedPods).length === 0) {
    delete known.disruptedPods;
  }
  return deepEqual(known, status) ? budget : ({ ...budget, status } as PodDisruptionBudget);
}

/** What a budget says that could not be counted. */
export function syncFailed(budget: PodDisruptionBudget, message: string, now: Micros): PodDisruptionBudget {
  const failed = { status: "False", reason: "SyncFailed", message };
  const status = {
    ...budget.status,
    disruptionsAllowed: 0,
    observedGeneration: budget.metadata.generation ?? 0,
    conditions: withCondition(budget, failed, now),
  };
  return deepEqual(status, budget.status) ? budget : ({ ...budget, status } as PodDisruptionBudget);
}

type Verdict = Pick<Condition, "status" | "reason" | "message">;

function conditionOf(allowed: number): Verdict {
  return allowed > 0
    ? { status: "True", reason: "SufficientPods", message: "" }
    : { status: "False", reason: "InsufficientPods", message: "" };
}

function withCondition(
  { status, metadata }: PodDisruptionBudget,
  verdict: Verdict,
  now: Micros,
): Condition[] {
  const before = findCondition(status.conditions, DISRUPTION_ALLOWED);
  const changed = before?.status !== verdict.status;
  const condition: Condition = {
    type: DISRUPTION_ALLOWED,
    ...verdict,
    observedGeneration: metadata.generation ?? 0,
    lastTransitionTime: changed ? formatTime(now) : (before as Condition).lastTransitionTime,
  };
  const others = (status.conditions ?? []).filter((c) => c.type !== DISRUPTION_ALLOWED);
  return [...others, condition];
}
