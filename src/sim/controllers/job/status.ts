import { findCondition } from "../../api/meta";
import { formatTime } from "../../api/time";
import type { Job, JobCondition, JobStatus } from "../../api/types";
import type { Micros } from "../../kernel/time";
import type { Outcome } from "./outcome";

/** A list of uids as the status has it: nothing when it is empty. */
export function uncountedStatus(
  succeeded: readonly string[],
  failed: readonly string[],
): NonNullable<JobStatus["uncountedTerminatedPods"]> {
  const lists: NonNullable<JobStatus["uncountedTerminatedPods"]> = {};
  if (succeeded.length > 0) lists.succeeded = [...succeeded];
  if (failed.length > 0) lists.failed = [...failed];
  return lists;
}

/** The status with a number, or without it when it is zero. */
export function withCount(
  status: JobStatus,
  key: "active" | "succeeded" | "failed",
  value: number,
): JobStatus {
  const { [key]: _before, ...rest } = status;
  return value === 0 ? rest : { ...rest, [key]: value };
}

/** The conditions with one set; the same list if it says so already. */
export function withCondition(
  conditions: readonly JobCondition[] | undefined,
  type: string,
  status: "True" | "False",
  { reason, message }: Pick<Outcome, "reason" | "message">,
  now: Micros,
): JobCondition[] {
  const list = [...(conditions ?? [])];
  const known = findCondition(list, type);
  if (known?.status === status) return conditions as JobCondition[];
  const at = formatTime(now);
  const made = { type, status, lastProbeTime: at, lastTransitionTime: at, reason, message };
  return known === undefined ? [...list, made] : list.map((c) => (c === known ? made : c));
}

/** Suspended, resumed, or neither before nor now. */
export function withSuspension(job: Job, status: JobStatus, now: Micros): JobStatus {
  const known = findCondition(status.conditions, "Suspended");
  if (job.spec.suspend === true) {
    const { startTime: _begun, ...rest } = status;
    if (known?.status === "True") return rest;
    const why = { reason: "JobSuspended", message: "Job suspended" };
    return { ...rest, conditions: withCondition(status.conditions, "Suspended", "True", why, now) };
  }
  if (known?.status !== "True") {
    return status.startTime === undefined ? { ...status, startTime: formatTime(now) } : status;
  }
  const why = { reason: "JobResumed", message: "Job resumed" };
  const conditions = withCondition(status.conditions, "Suspended", "False", why, now);
  return { ...status, startTime: formatTime(now), conditions };
}

/** The status with what is certain of its end: the interim condition, and once all pods are gone the final one. */
export function withOutcome(
  status: JobStatus,
  outcome: Outcome | undefined,
  final: boolean,
  now: Micros,
): JobStatus {
  if (outcome === undefined) return status;
  const interim = outcome.success ? "SuccessCriteriaMet" : "FailureTarget";
  let conditions = withCondition(status.conditions, interim, "True", outcome, now);
  if (final) {
    conditions = withCondition(conditions, outcome.success ? "Complete" : "Failed", "True", outcome, now);
  }
  const made = { ...status, conditions };
  return final && outcome.success ? { ...made, completionTime: formatTime(now) } : made;
}
