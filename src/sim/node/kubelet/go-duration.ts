import type { Micros } from "../../kernel/time";

/** A whole number of seconds as Go prints a duration: `10s`, `1m20s`, `5m0s`. */
export function goSeconds(us: Micros): string {
  const seconds = Math.floor(us / 1_000_000);
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
}

/** A duration as Go prints it, to the millisecond: `1.2s`, `850ms`. */
export function goDuration(us: Micros): string {
  const ms = Math.round(us / 1000);
  if (ms < 1000) return `${ms}ms`;
  if (ms < 60_000) return `${ms / 1000}s`;
  return `${Math.floor(ms / 60_000)}m${(ms % 60_000) / 1000}s`;
}
