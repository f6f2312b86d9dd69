/**
 * What a plain YAML scalar means to go-yaml v2 (resolve.go): its own mixture of YAML 1.1 and 1.2.
 */

const BOOLS: Readonly<Record<string, boolean>> = {
  y: true,
  Y: true,
  yes: true,
  Yes: true,
  YES: true,
  true: true,
  True: true,
  TRUE: true,
  on: true,
  On: true,
  ON: true,
  n: false,
  N: false,
  no: false,
  No: false,
  NO: false,
  false: false,
  False: false,
  FALSE: false,
  off: false,
  Off: false,
  OFF: false,
};
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const BASE_60 = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/;
const TIMES =
  /^\d{4}-\d{1,2}-\d{1,2}(?:(?:[Tt]|[ \t]+)\d{1,2}:\d{2}:\d{2}(?:\.\d*)?(?:[ \t]*(?:Z|[-+]\d{2}:\d{2}))?)?$/;

/** The value of a plain scalar. Times stay texts, as they do on the way to JSON. */
export function resolvePlain(text: string): unknown {
  if (text === "" || text === "~" || text === "null" || text === "Null" || text === "NULL") return null;
  if (Object.hasOwn(BOOLS, text)) return BOOLS[text];
  const lower = text.toLowerCase();
  if (lower === ".nan" && [".nan", ".NaN", ".NAN"].includes(text)) return NaN;
  const infinite = /^([-+]?)\.(?:inf|Inf|INF)$/.exec(text);
  if (infinite !== null) return infinite[1] === "-" ? -Infinity : Infinity;
  if (!/^[-+.0-9]/.test(text)) return text;
  const plain = text.startsWith(".") ? text : text.replaceAll("_", "");
  const int = intOf(plain);
  if (int !== undefined) return int;
  return FLOAT.test(plain) ? Number(plain) : text;
}

/** Go's ParseInt with base 0, and YAML's binary numbers. */
function intOf(text: string): number | undefined {
  const parts = /^([-+]?)(.+)$/.exec(text);
  if (parts === null) return undefined;
  const [, sign, digits] = parts as unknown as [string, string, string];
  let value: number | undefined;
  if (/^(?:0|[1-9]\d*)$/.test(digits)) value = Number(digits);
  else if (/^0[xX][0-9a-fA-F]+$|^0[bB][01]+$|^0[oO][0-7]+$/.test(digits))
    value = Number(digits.toLowerCase());
  else if (/^0[0-7]+$/.test(digits)) value = Number.parseInt(digits, 8);
  if (value === undefined) return undefined;
  return sign === "-" ? -value : value;
}

/** A day of the calendar, perhaps with a time of day. */
function isTime(text: string): boolean {
  if (!TIMES.test(text)) return false;
  const [year, month, day] = text.split(/[-Tt \t]/, 3).map(Number) as [number, number, number];
  if (month < 1 || month > 12 || day < 1) return false;
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return day <= (month === 2 ? (leap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31);
}

/** Would this text, written plainly, be read as a text again? */
export function resolvesToString(text: string): boolean {
  return typeof resolvePlain(text) === "string" && !isTime(text) && !BASE_60.test(text);
}
