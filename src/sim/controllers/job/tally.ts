/**
 * What has been counted of a Job's pods, and what is to be counted now. A pod is counted once: it bears a finalizer
 * until its uid is in the status, and the status keeps the uid until the finalizer is gone
 * (`pkg/controller/job/job_controller.go` trackJobStatusAndRemoveFinalizers).
 */
import { formatIndexes, readIndexes } from "../../api/job-indexes";
import type { Job, JobStatus, Pod } from "../../api/types";
import { judgeFailure } from "./failure-policy";
import type { Tally } from "./outcome";
import { failuresByIndex } from "./plan";
import { activePods, hasFailed, hasSucceeded, indexOf, isIndexed, isTracked } from "./pods";

/** At most so many pods are counted in one look. */
const MAX_UNCOUNTED = 500;

export interface Count extends Tally {
  /** Ended pods that still bear the finalizer. */
  readonly ended: readonly Pod[];
  /** Of those the ones that the status does not know yet, by what became of them. */
  readonly newlySucceeded: readonly Pod[];
  readonly newlyFailed: readonly Pod[];
  /** uids that the status is to keep until the finalizers are gone. */
  readonly uncounted: { readonly succeeded: readonly string[]; readonly failed: readonly string[] };
}

/** `released`: uids of pods whose finalizer is gone, though the watch has yet to say so. */
export function countPods(job: Job, pods: readonly Pod[], released: ReadonlySet<string>): Count {
  const known = job.status.uncountedTerminatedPods ?? {};
  const listed = new Set([...(known.succeeded ?? []), ...(known.failed ?? [])]);
  const tracked = pods.filter((pod) => isTracked(pod) && !released.has(pod.metadata.uid));
  const ended = tracked.filter((pod) => hasSucceeded(pod) || hasFailed(job, pod)).slice(0, MAX_UNCOUNTED);
  const fresh = ended.filter((pod) => !listed.has(pod.metadata.uid));
  const newlySucceeded = fresh.filter(hasSucceeded);
  const newlyFailed = fresh.filter((pod) => !hasSucceeded(pod) && counts(job, pod));
  const uncounted = {
    succeeded: [...(known.succeeded ?? []), ...(isIndexed(job) ? [] : newlySucceeded.map(uidOf))],
    failed: [...(known.failed ?? []), ...newlyFailed.map(uidOf)],
  };
  const succeededIndexes = succeededOf(job, newlySucceeded);
  return {
    pods,
    active: activePods(pods),
    ended,
    newlySucceeded,
    newlyFailed,
    uncounted,
    succeededIndexes,
    failedIndexes: failedOf(job, pods, succeededIndexes),
    succeeded: isIndexed(job)
      ? succeededIndexes.size
      : (job.status.succeeded ?? 0) + uncounted.succeeded.length,
    failed: (job.status.failed ?? 0) + uncounted.failed.length,
  };
}

function uidOf(pod: Pod): string {
  return pod.metadata.uid;
}

/** A failure that the policy ignores is none; an indexed Job counts only pods of its indexes. */
function counts(job: Job, pod: Pod): boolean {
  if (isIndexed(job) && indexOf(job, pod) === undefined) return false;
  return job.spec.podFailurePolicy === undefined || judgeFailure(job, pod).action !== "Ignore";
}

function succeededOf(job: Job, fresh: readonly Pod[]): Set<number> {
  if (!isIndexed(job)) return new Set();
  const indexes = readIndexes(job.status.completedIndexes, job.spec.completions ?? 0);
  for (const pod of fresh) {
    const index = indexOf(job, pod);
    if (index !== undefined) indexes.add(index);
  }
  return indexes;
}

function failedOf(job: Job, pods: readonly Pod[], succeeded: ReadonlySet<number>): Set<number> {
  const limit = job.spec.backoffLimitPerIndex;
  if (!isIndexed(job) || limit === undefined) return new Set();
  const indexes = readIndexes(job.status.failedIndexes, job.spec.completions ?? 0);
  for (const [index, { count, pod }] of failuresByIndex(job, pods)) {
    const given = count > limit || judgeFailure(job, pod).action === "FailIndex";
    if (given && !succeeded.has(index)) indexes.add(index);
  }
  return indexes;
}

/** The indexes of a status in their shortest form. */
export function indexTexts(job: Job, count: Tally): Pick<JobStatus, "completedIndexes" | "failedIndexes"> {
  const texts: Pick<JobStatus, "completedIndexes" | "failedIndexes"> = {};
  if (!isIndexed(job)) return texts;
  if (count.succeededIndexes.size > 0) texts.completedIndexes = formatIndexes(count.succeededIndexes);
  if (job.spec.backoffLimitPerIndex !== undefined) texts.failedIndexes = formatIndexes(count.failedIndexes);
  return texts;
}
