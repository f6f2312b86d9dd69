/**
 * Quantities of resources: `500m`, `1Gi`, `2e3` (apimachinery `pkg/api/resource/quantity.go`).
 *
 * Exact: the number is held in billionths as a bigint, the finest that the notation knows. Texts recur endlessly, so
 * parsing is remembered in a bounded table and the hot path is one map look-up.
 */

type QuantityFormat = "BinarySI" | "DecimalSI" | "DecimalExponent";

export interface Quantity {
  /** The amount in billionths (rounded up). */
  readonly nano: bigint;
  /** The notation it was written in, kept by formatting. */
  readonly format: QuantityFormat;
  /** Whole units, rounded up. Exact up to 2^53. */
  readonly value: number;
  /** Thousandths, rounded up. Exact up to 2^53. */
  readonly milli: number;
}

/** A text that is no quantity; `message` is upstream's. */
class QuantityError extends Error {
  override readonly name = "QuantityError";
}

const WRONG_FORMAT =
  "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
const WRONG_SUFFIX = "unable to parse quantity's suffix";

const NANO = 1_000_000_000n;
const CACHE_SIZE = 4096;
const known = new Map<string, Quantity | string>();

/** Parses a quantity. Throws `QuantityError` with upstream's message. */
export function parseQuantity(text: string): Quantity {
  const found = lookUp(text);
  if (typeof found === "string") throw new QuantityError(found);
  return found;
}

/** Why a text is no quantity, or undefined if it is one. JSON numbers count, as upstream decodes them. */
export function quantityProblem(text: unknown): string | undefined {
  if (typeof text !== "string" && typeof text !== "number") return WRONG_FORMAT;
  const found = lookUp(String(text));
  return typeof found === "string" ? found : undefined;
}

/** Whole units of a quantity's text, rounded up: bytes of memory, number of pods. */
export function value(text: string): number {
  return parseQuantity(text).value;
}

/** Thousandths of a quantity's text, rounded up: millicores. */
export function milliValue(text: string): number {
  return parseQuantity(text).milli;
}

/** -1, 0 or 1 as `a` is less than, equal to or more than `b`. */
export function compareQuantities(a: string, b: string): number {
  if (a === b) return 0;
  const left = parseQuantity(a).nano;
  const right = parseQuantity(b).nano;
  return left < right ? -1 : left > right ? 1 : 0;
}

function lookUp(text: string): Quantity | string {
  const found = known.get(text);
  if (found !== undefined) return found;
  const parsed = parseUncached(text);
  if (known.size >= CACHE_SIZE) known.clear();
  known.set(text, parsed);
  return parsed;
}

/** Builds a quantity from billionths. */
function quantityOf(nano: bigint, format: QuantityFormat): Quantity {
  return {
    nano,
    format,
    value: Number(divideUp(nano, NANO)),
    milli: Number(divideUp(nano, 1_000_000n)),
  };
}

/** Division rounding away from zero, as upstream's scaling does. */
function divideUp(a: bigint, b: bigint): bigint {
  const whole = a / b;
  if (whole * b === a) return whole;
  return a < 0n ? whole - 1n : whole + 1n;
}

const DECIMAL_SUFFIXES: readonly (readonly [string, number])[] = [
  ["n", -9],
  ["u", -6],
  ["m", -3],
  ["", 0],
  ["k", 3],
  ["M", 6],
  ["G", 9],
  ["T", 12],
  ["P", 15],
  ["E", 18],
];
const DECIMAL = new Map(DECIMAL_SUFFIXES);
const BINARY_SUFFIXES: readonly string[] = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];

function parseUncached(text: string): Quantity | string {
  let at = text[0] === "+" || text[0] === "-" ? 1 : 0;
  const start = at;
  let dots = 0;
  for (; at < text.length; at++) {
    const c = text.charCodeAt(at);
    if (c === 46) dots++;
    else if (c < 48 || c > 57) break;
  }
  const number = text.slice(start, at);
  if (dots > 1 || number.length === dots) return WRONG_FORMAT;
  const suffix = text.slice(at);
  const dot = number.indexOf(".");
  const fraction = dot < 0 ? "" : number.slice(dot + 1);
  const mantissa = BigInt((dot < 0 ? number : number.slice(0, dot) + fraction) || "0");
  const scaled = applySuffix(mantissa, fraction.length, suffix);
  if (typeof scaled === "string") return scaled;
  return quantityOf(text[0] === "-" ? -scaled.nano : scaled.nano, scaled.format);
}

/** `mantissa` × 10^-decimals × suffix, in billionths rounded up. */
function applySuffix(
  mantissa: bigint,
  decimals: number,
  suffix: string,
): { nano: bigint; format: QuantityFormat } | string {
  const binary = suffix === "" ? -1 : BINARY_SUFFIXES.indexOf(suffix);
  if (binary > 0) {
    const scaled = mantissa * NANO * 1024n ** BigInt(binary);
    return { nano: divideUp(scaled, 10n ** BigInt(decimals)), format: "BinarySI" };
  }
  let exponent = DECIMAL.get(suffix);
  let format: QuantityFormat = "DecimalSI";
  if (exponent === undefined) {
    if (suffix[0] !== "e" && suffix[0] !== "E") return badSuffix(suffix);
    exponent = parseExponent(suffix.slice(1));
    if (exponent === undefined) return badSuffix(suffix);
    format = "DecimalExponent";
  }
  const power = 9 + exponent - decimals;
  const nano = power >= 0 ? mantissa * 10n ** BigInt(power) : divideUp(mantissa, 10n ** BigInt(-power));
  return { nano, format };
}

/** A suffix of the right letters is a wrong suffix, one with other characters a wrong format. */
function badSuffix(suffix: string): string {
  for (const c of suffix) if (!"eEinumkKMGTP+-0123456789".includes(c)) return WRONG_FORMAT;
  return WRONG_SUFFIX;
}

/** The integer after `e`; undefined if it is none or beyond all use. */
function parseExponent(text: string): number | undefined {
  const digits = text[0] === "+" || text[0] === "-" ? text.slice(1) : text;
  if (digits.length === 0 || digits.length > 2) return undefined;
  for (const c of digits) if (c < "0" || c > "9") return undefined;
  return Number(text);
}

/** The canonical text: no fraction, the largest suffix with an integer before it, `0` for nothing. */
function formatQuantity(quantity: Quantity): string {
  const { nano } = quantity;
  if (nano === 0n) return "0";
  const inBinary = quantity.format === "BinarySI" && (nano >= 1024n * NANO || nano <= -1024n * NANO);
  if (inBinary) return formatBinary(divideUp(nano, NANO));
  let mantissa = nano;
  let exponent = -9;
  while (exponent < 18 && mantissa % 1000n === 0n) {
    mantissa /= 1000n;
    exponent += 3;
  }
  if (quantity.format === "DecimalExponent")
    return exponent === 0 ? `${mantissa}` : `${mantissa}e${exponent}`;
  return `${mantissa}${DECIMAL_SUFFIXES[exponent / 3 + 3]![0]}`;
}

function formatBinary(whole: bigint): string {
  let mantissa = whole;
  let step = 0;
  while (step < 6 && mantissa % 1024n === 0n) {
    mantissa /= 1024n;
    step++;
  }
  return `${mantissa}${BINARY_SUFFIXES[step]!}`;
}

const canonical = new Map<string, string>();

/** The canonical form of a text, as the server stores it (`0.5` → `500m`); what is no quantity stays as it is. */
export function canonicalQuantity(text: string): string {
  const found = canonical.get(text);
  if (found !== undefined) return found;
  const parsed = lookUp(text);
  const made = typeof parsed === "string" ? text : formatQuantity(parsed);
  if (canonical.size >= CACHE_SIZE) canonical.clear();
  canonical.set(text, made);
  return made;
}

/** `a` and `b` together (`sign` 1), or what `b` leaves of `a` (-1), in the notation of `a` unless that is nothing. */
export function sumQuantities(a: string, b: string, sign: 1 | -1): string {
  const left = parseQuantity(a);
  const right = parseQuantity(b);
  const format = left.nano === 0n ? right.format : left.format;
  return formatQuantity(quantityOf(left.nano + BigInt(sign) * right.nano, format));
}

/** Millicores as a quantity's text: `1500` → `1500m`, `2000` → `2`. */
export function formatMilli(milli: number): string {
  return formatQuantity(quantityOf(BigInt(milli) * 1_000_000n, "DecimalSI"));
}

/** Bytes as a quantity's text in binary notation: `1073741824` → `1Gi`. */
export function formatBytes(bytes: number): string {
  return formatQuantity(quantityOf(BigInt(bytes) * NANO, "BinarySI"));
}
