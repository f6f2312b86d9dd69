/** Durations as Go writes them: `1h2m3.5s`, `500ms`. Microseconds here. */

const UNITS: Readonly<Record<string, number>> = {
  ns: 0.001,
  us: 1,
  µs: 1,
  μs: 1,
  ms: 1000,
  s: 1_000_000,
  m: 60_000_000,
  h: 3_600_000_000,
};

/** Go's time.ParseDuration: microseconds (rounded down), or the error's text. */
export function parseGoDuration(text: string): number | string {
  const invalid = `time: invalid duration ${JSON.stringify(text)}`;
  const signed = /^([-+]?)(.*)$/s.exec(text);
  let rest = signed?.[2] ?? "";
  if (rest === "0") return 0;
  if (rest === "") return invalid;
  let total = 0;
  while (rest !== "") {
    const part = /^(\d+\.?\d*|\.\d+)([^\d.]*)/.exec(rest);
    if (part === null) return invalid;
    const unit = part[2] as string;
    if (unit === "") return `time: missing unit in duration ${JSON.stringify(text)}`;
    const size = UNITS[unit];
    if (size === undefined)
      return `time: unknown unit ${JSON.stringify(unit)} in duration ${JSON.stringify(text)}`;
    total += Number(part[1]) * size;
    rest = rest.slice(part[0].length);
  }
  return (signed?.[1] === "-" ? -1 : 1) * Math.floor(total);
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
