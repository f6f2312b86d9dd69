/**
 * What a Job sees in its pods (`pkg/controller/job/job_controller.go`, `indexed_job_utils.go`).
 */
import { isPodActive, isPodReady, podCondition } from "../../api/meta";
import { parseTime } from "../../api/time";
import type { Job, Pod } from "../../api/types";
import type { Micros } from "../../kernel/time";

export const TRACKING = "batch.kubernetes.io/job-tracking";
export const COMPLETION_INDEX = "batch.kubernetes.io/job-completion-index";
/** How often the pods of an index have failed before, where each index has a limit of its own. */
export const INDEX_FAILURES = "batch.kubernetes.io/job-index-failure-count";

export function isTracked(pod: Pod): boolean {
  return pod.metadata.finalizers?.includes(TRACKING) === true;
}

export function isIndexed(job: Job): boolean {
  return job.spec.completionMode === "Indexed";
}

/** The index of a pod; undefined for one that has none, or one that the Job does not have. */
export function indexOf(job: Job, pod: Pod): number | undefined {
  const text = pod.metadata.annotations?.[COMPLETION_INDEX];
  const index = text === undefined || text === "" ? NaN : Number(text);
  return Number.isInteger(index) && index >= 0 && index < (job.spec.completions ?? 0) ? index : undefined;
}

export function indexFailures(pod: Pod): number {
  const count = Number(pod.metadata.annotations?.[INDEX_FAILURES] ?? 0);
  return Number.isInteger(count) && count >= 0 ? count : 0;
}

/** Whether only pods that have failed are replaced, rather than those on their way out too. */
export function replacesFailedOnly(job: Job): boolean {
  return job.spec.podReplacementPolicy === "Failed";
}

export function hasSucceeded(pod: Pod): boolean {
  return pod.status.phase === "Succeeded";
}

/** Failed, or deleted before it could end: unless only failed ones are replaced, then it must have failed. */
export function hasFailed(job: Job, pod: Pod): boolean {
  if (pod.status.phase === "Failed") return true;
  if (replacesFailedOnly(job)) return false;
  return pod.metadata.deletionTimestamp !== undefined && !hasSucceeded(pod);
}

/** On its way out, and not at its end yet. */
export function isTerminating(pod: Pod): boolean {
  const { phase } = pod.status;
  return phase !== "Succeeded" && phase !== "Failed" && pod.metadata.deletionTimestamp !== undefined;
}

export function activePods(pods: readonly Pod[]): Pod[] {
  return pods.filter(isPodActive);
}

export function readyCount(pods: readonly Pod[]): number {
  return pods.filter(isPodReady).length;
}

/** When a pod ended, as far as can be told. */
export function finishTime(pod: Pod): Micros {
  let last = NaN;
  for (const status of [
    ...(pod.status.containerStatuses ?? []),
    ...(pod.status.initContainerStatuses ?? []),
  ]) {
    const at = status.state?.terminated?.finishedAt;
    if (at !== undefined && !(parseTime(at) <= last)) last = parseTime(at);
  }
  if (!Number.isNaN(last)) return last;
  const { deletionTimestamp, deletionGracePeriodSeconds: grace = 0 } = pod.metadata;
  if (deletionTimestamp !== undefined) return parseTime(deletionTimestamp) - grace * 1_000_000;
  const ready = podCondition(pod, "Ready")?.lastTransitionTime;
  return parseTime(ready ?? pod.metadata.creationTimestamp);
}
