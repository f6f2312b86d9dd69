/** Durations in flags, with Go's words on what is wrong with them. */
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
