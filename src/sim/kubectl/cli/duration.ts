/** Durations as Go reads and writes them, with its words on what is wrong with one. Microseconds here. */
import { parseGoDuration as parsed } from "../../api/go-duration";

const UNIT = /^(?:ns|us|µs|μs|ms|s|m|h)$/;

/** Go's time.ParseDuration: microseconds, or the error's text. */
export function parseGoDuration(text: string): number | string {
  return parsed(text) ?? problemWith(text);
}

function problemWith(text: string): string {
  const quoted = JSON.stringify(text);
  let rest = text.replace(/^[-+]/, "");
  while (rest !== "") {
    const part = /^(\d+\.?\d*|\.\d+)([^\d.]*)/.exec(rest);
    if (part === null) break;
    const unit = part[2] as string;
    if (unit === "") return `time: missing unit in duration ${quoted}`;
    if (!UNIT.test(unit)) return `time: unknown unit ${JSON.stringify(unit)} in duration ${quoted}`;
    rest = rest.slice(part[0].length);
  }
  return `time: invalid duration ${quoted}`;
}

/** Go's Duration.String: `30s`, `1m0s`, `1h0m0s`, `1.5s`, `500ms`, `0s`. */
export function formatGoDuration(us: number): string {
  if (us === 0) return "0s";
  const sign = us < 0 ? "-" : "";
  const size = Math.abs(us);
  if (size < 1000) return `${sign}${size}µs`;
  if (size < 1_000_000) return `${sign}${decimal(size, 1000)}ms`;
  const seconds = Math.floor(size / 1_000_000);
  const last = `${decimal((seconds % 60) * 1_000_000 + (size % 1_000_000), 1_000_000)}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes === 0) return sign + last;
  if (minutes < 60) return `${sign}${minutes}m${last}`;
  return `${sign}${Math.floor(minutes / 60)}h${minutes % 60}m${last}`;
}

function decimal(value: number, unit: number): string {
  const fraction = String(value % unit)
    .padStart(String(unit).length - 1, "0")
    .replace(/0+$/, "");
  return `${Math.floor(value / unit)}${fraction === "" ? "" : `.${fraction}`}`;
}
