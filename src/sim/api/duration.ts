/**
 * Durations as people read them in tables (apimachinery `pkg/util/duration/duration.go`).
 */
import { parseTime } from "./time";

const MICROSECONDS = 1_000_000;

/** Age of an RFC 3339 time seen from `nowUs`; `<unknown>` without one. */
export function translateTimestamp(time: string | undefined, nowUs: number): string {
  if (time === undefined || time === "") return "<unknown>";
  const us = parseTime(time);
  return Number.isNaN(us) ? "<unknown>" : humanDuration(nowUs - us);
}

/** A duration in microseconds with two to three significant figures: `119s`, `3m20s`, `45m`, `5h3m`, `3d4h`, `3y`. */
export function humanDuration(us: number): string {
  const seconds = Math.trunc(us / MICROSECONDS);
  if (seconds < -1) return "<invalid>";
  if (seconds < 0) return "0s";
  if (seconds < 120) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 10) return pair(minutes, "m", seconds % 60, "s");
  if (minutes < 180) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  if (hours < 8) return pair(hours, "h", minutes % 60, "m");
  if (hours < 48) return `${hours}h`;
  const days = Math.floor(hours / 24);
  if (hours < 192) return pair(days, "d", hours % 24, "h");
  if (days < 730) return `${days}d`;
  const years = Math.floor(days / 365);
  if (days < 8 * 365) return pair(years, "y", days % 365, "d");
  return `${years}y`;
}

/** `3m20s`, or `3m` when nothing is left over. */
function pair(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large}${largeUnit}` : `${large}${largeUnit}${small}${smallUnit}`;
}
