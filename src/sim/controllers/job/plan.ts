/**
 * How many pods a Job wants now, and with which indexes (`pkg/controller/job/job_controller.go` manageJob).
 */
import type { Job, Pod } from "../../api/types";
import type { Tally } from "./outcome";
import { hasFailed, indexFailures, indexOf, isIndexed } from "./pods";

/** Pods that should be active. */
export function wantedActive(job: Job, tally: Tally): number {
  const parallelism = job.spec.parallelism ?? 1;
  const { completions } = job.spec;
  if (completions === undefined) return tally.succeeded > 0 ? tally.active.length : parallelism;
  const done = tally.succeeded + (job.spec.backoffLimitPerIndex === undefined ? 0 : tally.failedIndexes.size);
  return Math.max(0, Math.min(completions - done, parallelism));
}

/** The lowest indexes that neither succeeded nor failed nor run, so many of them. */
export function nextIndexes(job: Job, tally: Tally, count: number, busy: readonly Pod[]): number[] {
  const taken = new Set(busy.map((pod) => indexOf(job, pod)));
  const found: number[] = [];
  for (let i = 0; i < (job.spec.completions ?? 0) && found.length < count; i++) {
    if (!taken.has(i) && !tally.succeededIndexes.has(i) && !tally.failedIndexes.has(i)) found.push(i);
  }
  return found;
}

/** Pods that have an index which another has, or which the Job has no more: they go first. */
export function superfluous(job: Job, active: readonly Pod[], tally: Tally): Pod[] {
  if (!isIndexed(job)) return [];
  const seen = new Set<number>();
  return active.filter((pod) => {
    const index = indexOf(job, pod);
    if (index === undefined || seen.has(index)) return true;
    seen.add(index);
    return tally.succeededIndexes.has(index) || tally.failedIndexes.has(index);
  });
}

/** For each index how often its pods have failed, by the newest of those that ended. */
export function failuresByIndex(job: Job, pods: readonly Pod[]): Map<number, { count: number; pod: Pod }> {
  const found = new Map<number, { count: number; pod: Pod }>();
  for (const pod of pods) {
    const index = indexOf(job, pod);
    if (index === undefined || !hasFailed(job, pod)) continue;
    const count = indexFailures(pod) + 1;
    if (count > (found.get(index)?.count ?? 0)) found.set(index, { count, pod });
  }
  return found;
}
