/**
 * When a CronJob was and will be due (`pkg/controller/cronjob/utils.go`).
 */
import { parseSchedule, type Schedule } from "../../api/cron";
import { formatTime, parseTime } from "../../api/time";
import { DAY_NAMES, MONTH_NAMES, weekday } from "../../api/civil";
import { findTimeZone, UTC, type TimeZone } from "../../api/time-zone";
import type { CronJob } from "../../api/types";
import { SECOND, type Micros } from "../../kernel/time";
import { err, ok, type Result } from "../../../shared/result";

/** More missed starts than these are taken as a clock gone wrong, and told so. */
const MANY_MISSED = 100;
/** Seconds from 1970 to the virtual epoch. */
const EPOCH = 20_454 * 86_400;

export interface Due {
  /** The newest time at which it was due and did not start yet; undefined: none. */
  readonly at: Micros | undefined;
  readonly tooMany: boolean;
}

const NOT_DUE: Due = { at: undefined, tooMany: false };

/** The CronJob's clock; the error names the zone that is not known. */
export function zoneOf(cronJob: CronJob): Result<TimeZone, string> {
  const name = cronJob.spec.timeZone;
  if (name === undefined) return ok(UTC);
  const zone = findTimeZone(name);
  return zone === undefined ? err(`unknown time zone ${name}`) : ok(zone);
}

export function scheduleOf(cronJob: CronJob, zone: TimeZone): Result<Schedule, string> {
  return parseSchedule(cronJob.spec.schedule, zone);
}

/** What has fallen due since the last start, or since the CronJob was made, and is not older than the deadline. */
export function dueTime(cronJob: CronJob, schedule: Schedule, now: Micros): Due {
  const { startingDeadlineSeconds: deadline } = cronJob.spec;
  const { lastScheduleTime } = cronJob.status;
  let earliest = parseTime(lastScheduleTime ?? cronJob.metadata.creationTimestamp);
  if (deadline !== undefined) earliest = Math.max(earliest, now - deadline * SECOND);
  const first = schedule.next(earliest);
  if (first === undefined || first > now) return NOT_DUE;
  const second = schedule.next(first);
  if (second === undefined || second > now) return { at: first, tooMany: false };
  // A guess from the first two spares walking over years of minutes.
  const between = Math.max(SECOND, second - first);
  const missed = Math.floor((now - first) / between) + 1;
  let newest = second;
  let next = schedule.next(Math.max(first, first + (missed - 2) * between));
  while (next !== undefined && next <= now) {
    newest = next;
    next = schedule.next(next);
  }
  return { at: newest, tooMany: missed > MANY_MISSED };
}

/** Seconds since 1970 of a virtual time. */
export function unixSeconds(at: Micros): number {
  return Math.floor(at / SECOND) + EPOCH;
}

/** `Thu, 01 Jan 2026 00:05:00 +0000`, as events tell times. */
export function mailTime(at: Micros): string {
  const text = formatTime(at);
  const day = DAY_NAMES[weekday(Math.floor(unixSeconds(at) / 86_400))];
  const month = MONTH_NAMES[Number(text.slice(5, 7)) - 1];
  return `${day}, ${text.slice(8, 10)} ${month} ${text.slice(0, 4)} ${text.slice(11, 19)} +0000`;
}

/** RFC 3339 by the clocks of a zone, e.g. `2026-01-01T09:00:00+09:00`. */
export function zonedTime(at: Micros, zone: TimeZone): string {
  const offset = zone.offsetAt(unixSeconds(at));
  if (offset === 0) return formatTime(at);
  const minutes = Math.abs(offset) / 60;
  const two = (n: number): string => String(n).padStart(2, "0");
  const shift = `${offset < 0 ? "-" : "+"}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
  return formatTime(at + offset * SECOND).replace("Z", shift);
}
