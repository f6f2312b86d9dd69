/**
 * How long a Job waits before it replaces pods that failed (`pkg/controller/job/backoff_utils.go`).
 */
import { MINUTE, SECOND, type Micros } from "../../kernel/time";

export const POD_FAILURE_BACKOFF: Micros = 10 * SECOND;
export const MAX_POD_FAILURE_BACKOFF: Micros = 10 * MINUTE;

/** Failures in a row since the last success, and when the last of them was. */
export interface FailureRecord {
  readonly failures: number;
  readonly lastFailure: Micros;
}

const NONE: FailureRecord = { failures: 0, lastFailure: 0 };

/** The record after more pods have ended, at the times given. */
export function addEnds(
  record: FailureRecord | undefined,
  succeeded: readonly Micros[],
  failed: readonly Micros[],
): FailureRecord {
  let { failures, lastFailure } = record ?? NONE;
  const lastSuccess = succeeded.length === 0 ? undefined : Math.max(...succeeded);
  if (lastSuccess !== undefined) failures = 0;
  for (const at of failed) {
    if (lastSuccess !== undefined && at < lastSuccess) continue;
    failures++;
    lastFailure = Math.max(lastFailure, at);
  }
  return { failures, lastFailure };
}

/** How long is left to wait; the delay doubles with each failure. */
export function remaining(record: FailureRecord | undefined, now: Micros): Micros {
  if (record === undefined || record.failures === 0) return 0;
  let delay: Micros = POD_FAILURE_BACKOFF;
  for (let n = 1; n < record.failures && delay < MAX_POD_FAILURE_BACKOFF; n++) delay *= 2;
  delay = Math.min(MAX_POD_FAILURE_BACKOFF, delay);
  return Math.max(0, record.lastFailure + delay - now);
}
