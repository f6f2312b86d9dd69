/**
 * Virtual time as Kubernetes writes it.
 *
 * The simulation counts integer microseconds from 2026-01-01T00:00:00Z; objects carry RFC 3339 strings. All
 * arithmetic is on integers (civil-from-days), so the result is the same on every engine, and the date of the
 * current day and second is kept because most calls in a row fall into the same second.
 */
import { assert } from "../../shared/assert";
import { civilFromDays, daysFromCivil } from "./civil";

const SECOND = 1_000_000;
/** Days from 1970-01-01 to the virtual epoch, 2026-01-01. */
const EPOCH_DAYS = 20_454;

let cachedDay = -1;
let cachedDate = "";
let cachedSecond = -1;
let cachedText = "";

/** Virtual microseconds as RFC 3339 with whole seconds (truncated), e.g. `2026-01-01T00:00:07Z`. */
export function formatTime(us: number): string {
  const second = Math.floor(us / SECOND);
  if (second !== cachedSecond) {
    cachedText = `${secondText(second)}Z`;
    cachedSecond = second;
  }
  return cachedText;
}

/** Virtual microseconds as RFC 3339 with six decimals, the form of `MicroTime`. */
export function formatMicroTime(us: number): string {
  const second = Math.floor(us / SECOND);
  const fraction = us - second * SECOND;
  return `${secondText(second)}.${String(fraction).padStart(6, "0")}Z`;
}

function secondText(second: number): string {
  assert(Number.isSafeInteger(second), "a time is a safe integer of microseconds");
  const day = Math.floor(second / 86_400);
  if (day !== cachedDay) {
    cachedDate = dateText(day + EPOCH_DAYS);
    cachedDay = day;
  }
  const rest = second - day * 86_400;
  const hour = Math.floor(rest / 3600);
  const minute = Math.floor(rest / 60) % 60;
  return `${cachedDate}T${two(hour)}:${two(minute)}:${two(rest % 60)}`;
}

function two(n: number): string {
  return n < 10 ? `0${n}` : `${n}`;
}

function dateText(days: number): string {
  const { year, month, day } = civilFromDays(days);
  return `${String(year).padStart(4, "0")}-${two(month)}-${two(day)}`;
}

const PARSE_CACHE_SIZE = 4096;
const parsed = new Map<string, number>();

/**
 * Microseconds of an RFC 3339 time (any number of decimals, `Z` or a numeric offset).
 * NaN if the text is no such time; callers that accept user input check with `Number.isNaN`.
 */
export function parseTime(text: string): number {
  const known = parsed.get(text);
  if (known !== undefined) return known;
  const value = parseUncached(text);
  if (parsed.size >= PARSE_CACHE_SIZE) parsed.clear();
  parsed.set(text, value);
  return value;
}

function parseUncached(text: string): number {
  const year = digits(text, 0, 4);
  const month = digits(text, 5, 2);
  const day = digits(text, 8, 2);
  const hour = digits(text, 11, 2);
  const minute = digits(text, 14, 2);
  const second = digits(text, 17, 2);
  const shape = text[4] === "-" && text[7] === "-" && text[13] === ":" && text[16] === ":";
  if (!shape || (text[10] !== "T" && text[10] !== "t")) return NaN;
  if (!(month >= 1 && month <= 12 && day >= 1 && hour < 24 && minute < 60 && second <= 60)) return NaN;
  const dayNumber = daysFromCivil(year, month, day);
  if (!dateText(dayNumber).endsWith(`-${text.slice(5, 10)}`)) return NaN;
  let at = 19;
  let fraction = 0;
  if (text[at] === ".") {
    let unit = 100_000;
    for (at += 1; isDigit(text.charCodeAt(at)); at++) {
      fraction += unit >= 1 ? (text.charCodeAt(at) - 48) * unit : 0;
      unit = Math.floor(unit / 10);
    }
  }
  const offset = offsetMinutes(text, at);
  const seconds = (dayNumber - EPOCH_DAYS) * 86_400 + hour * 3600 + (minute - offset) * 60 + second;
  return seconds * SECOND + fraction;
}

function offsetMinutes(text: string, at: number): number {
  const sign = text[at];
  if (sign === "Z" || sign === "z") return text.length === at + 1 ? 0 : NaN;
  if ((sign !== "+" && sign !== "-") || text[at + 3] !== ":" || text.length !== at + 6) return NaN;
  const minutes = digits(text, at + 1, 2) * 60 + digits(text, at + 4, 2);
  return sign === "+" ? minutes : -minutes;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

function digits(text: string, from: number, count: number): number {
  let value = 0;
  for (let i = from; i < from + count; i++) {
    const code = text.charCodeAt(i);
    if (!isDigit(code)) return NaN;
    value = value * 10 + code - 48;
  }
  return value;
}
