/** What Go says of a text that is no RFC 3339 time (`time.Parse`). */
import { goQuote } from "./quote";

const LAYOUT = "2006-01-02T15:04:05Z07:00";
const PARTS: readonly (readonly [element: string, pattern: RegExp])[] = [
  ["2006", /^\d{4}/],
  ["-", /^-/],
  ["01", /^\d\d/],
  ["-", /^-/],
  ["02", /^\d\d/],
  ["T", /^T/],
  ["15", /^\d\d/],
  [":", /^:/],
  ["04", /^\d\d/],
  [":", /^:/],
  ["05", /^\d\d(?:\.\d+)?/],
  ["Z07:00", /^(?:Z|[-+]\d\d:\d\d)/],
];

export function goTimeProblem(text: string): string {
  let rest = text;
  for (const [element, pattern] of PARTS) {
    const match = pattern.exec(rest);
    if (match === null) {
      return `parsing time ${goQuote(text)} as "${LAYOUT}": cannot parse ${goQuote(rest)} as "${element}"`;
    }
    rest = rest.slice(match[0].length);
  }
  if (rest !== "") return `parsing time ${goQuote(text)}: extra text: ${goQuote(rest)}`;
  return `parsing time ${goQuote(text)}: out of range`;
}
