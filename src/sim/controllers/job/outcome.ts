/**
 * Whether a Job has come to its end, and to which (`pkg/controller/job/job_controller.go`, `success_policy.go`).
 */
import { conditionStatus, findCondition } from "../../api/meta";
import { parseIndexes } from "../../api/job-indexes";
import { parseTime } from "../../api/time";
import type { Job, Pod } from "../../api/types";
import { SECOND, type Micros } from "../../kernel/time";
import { judgeFailure } from "./failure-policy";
import { hasFailed, isIndexed } from "./pods";

/** An end: success, or failure with its reason. */
export interface Outcome {
  readonly success: boolean;
  readonly reason: string;
  readonly message: string;
}

export function isFinished(job: Job): boolean {
  const { conditions } = job.status;
  return (
    conditionStatus(conditions, "Complete") === "True" || conditionStatus(conditions, "Failed") === "True"
  );
}

/** What has been counted of a Job, this look included. */
export interface Tally {
  readonly pods: readonly Pod[];
  readonly active: readonly Pod[];
  readonly succeeded: number;
  readonly failed: number;
  readonly succeededIndexes: ReadonlySet<number>;
  readonly failedIndexes: ReadonlySet<number>;
}

/** The end that was announced before and waits for the last pods to go. */
export function announced({ status }: Job): Outcome | undefined {
  for (const [type, success] of [
    ["FailureTarget", false],
    ["SuccessCriteriaMet", true],
  ] as const) {
    const condition = findCondition(status.conditions, type);
    if (condition?.status !== "True") continue;
    return { success, reason: condition.reason ?? "", message: condition.message ?? "" };
  }
  return undefined;
}

/** A failure that the Job's limits or policy call for. */
export function failureOf(job: Job, tally: Tally, now: Micros): Outcome | undefined {
  const fail = (reason: string, message: string): Outcome => ({ success: false, reason, message });
  for (const pod of tally.pods) {
    if (!hasFailed(job, pod) || job.spec.podFailurePolicy === undefined) continue;
    const { action, message } = judgeFailure(job, pod);
    if (action === "FailJob") return fail("PodFailurePolicy", message);
  }
  const limit = job.spec.backoffLimit ?? 6;
  if (tally.failed > limit || pastRestarts(job, tally.active, limit)) {
    return fail("BackoffLimitExceeded", "Job has reached the specified backoff limit");
  }
  if (deadlineLeft(job, now) === 0) {
    return fail("DeadlineExceeded", "Job was active longer than specified deadline");
  }
  if (!isIndexed(job) || job.spec.backoffLimitPerIndex === undefined) return undefined;
  const most = job.spec.maxFailedIndexes;
  if (most !== undefined && tally.failedIndexes.size > most) {
    return fail(
      "MaxFailedIndexesExceeded",
      "Job has exceeded the specified maximal number of failed indexes",
    );
  }
  const completions = job.spec.completions ?? 0;
  const over = tally.failedIndexes.size + tally.succeededIndexes.size >= completions;
  return tally.failedIndexes.size > 0 && over ? fail("FailedIndexes", "Job has failed indexes") : undefined;
}

/** Containers that restart in place count too, where the kubelet restarts them. */
function pastRestarts(job: Job, active: readonly Pod[], limit: number): boolean {
  if (job.spec.template.spec?.restartPolicy !== "OnFailure") return false;
  let restarts = 0;
  for (const { status } of active) {
    if (status.phase !== "Running" && status.phase !== "Pending") continue;
    for (const s of [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])]) {
      restarts += s.restartCount;
    }
  }
  return limit === 0 ? restarts > 0 : restarts >= limit;
}

/** Microseconds until the deadline, 0 when it is past; undefined without one. */
export function deadlineLeft(job: Job, now: Micros): Micros | undefined {
  const seconds = job.spec.activeDeadlineSeconds;
  const { startTime } = job.status;
  if (seconds === undefined || startTime === undefined || job.spec.suspend === true) return undefined;
  return Math.max(0, parseTime(startTime) + seconds * SECOND - now);
}

/** A success by the Job's policy: enough of the indexes that matter have succeeded. */
export function successByPolicy(job: Job, { succeededIndexes }: Tally): Outcome | undefined {
  for (const [i, rule] of (job.spec.successPolicy?.rules ?? []).entries()) {
    const wanted =
      rule.succeededIndexes === undefined
        ? undefined
        : parseIndexes(rule.succeededIndexes, job.spec.completions ?? 0);
    const counted =
      wanted === undefined ? succeededIndexes.size : wanted.filter((n) => succeededIndexes.has(n)).length;
    const needed = rule.succeededCount ?? wanted?.length ?? Infinity;
    if (counted >= needed) {
      return { success: true, reason: "SuccessPolicy", message: `Matched rules at index ${i}` };
    }
  }
  return undefined;
}

/** All completions are there, or the work queue is empty. `active`: pods that still run. */
export function completion(job: Job, tally: Tally, active: number): Outcome | undefined {
  const { completions } = job.spec;
  const enough =
    completions === undefined
      ? // Any success says that there is no more work; the others finish theirs.
        tally.succeeded > 0 && active === 0
      : tally.succeeded >= completions && active === 0;
  if (!enough) return undefined;
  const message = "Reached expected number of succeeded pods";
  return { success: true, reason: "CompletionsReached", message };
}
