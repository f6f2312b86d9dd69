/**
 * Schedules of CronJobs: five fields or a descriptor, as `robfig/cron` v3 `ParseStandard` reads them.
 */
import { err, ok, type Result } from "../../shared/result";
import { parseGoDuration } from "./go-duration";
import { civilFromDays, daysFromCivil, weekday } from "./civil";
import { findTimeZone, UTC, type TimeZone } from "./time-zone";

const SECOND = 1_000_000;
const DAY = 86_400;
/** Seconds from 1970 to the virtual epoch, 2026-01-01. */
const EPOCH = 20_454 * DAY;
/** A schedule that is not due in so many years never is (30 February). */
const YEARS_AHEAD = 5;

/** When something is due. */
export interface Schedule {
  /** The first time after `us` (virtual microseconds) at which it is due; undefined: never. */
  next(us: number): number | undefined;
}

interface Bounds {
  readonly min: number;
  readonly max: number;
  readonly names: readonly string[];
  /** Number of the first name. */
  readonly first: number;
}

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const FIELDS: readonly Bounds[] = [
  { min: 0, max: 59, names: [], first: 0 },
  { min: 0, max: 23, names: [], first: 0 },
  { min: 1, max: 31, names: [], first: 0 },
  { min: 1, max: 12, names: MONTHS, first: 1 },
  { min: 0, max: 6, names: DAYS, first: 0 },
];

const DESCRIPTORS: ReadonlyMap<string, string> = new Map([
  ["@yearly", "0 0 1 1 *"],
  ["@annually", "0 0 1 1 *"],
  ["@monthly", "0 0 1 * *"],
  ["@weekly", "0 0 * * 0"],
  ["@daily", "0 0 * * *"],
  ["@midnight", "0 0 * * *"],
  ["@hourly", "0 * * * *"],
]);

/** What a field allows. */
interface Field {
  readonly values: ReadonlySet<number>;
  /** `*` or `?` without a step: the other day field alone decides. */
  readonly star: boolean;
}

/** The schedule that a text means, by the clocks of `zone`; the error is worded as upstream's. */
export function parseSchedule(text: string, zone: TimeZone = UTC): Result<Schedule, string> {
  if (text === "") return err("empty spec string");
  let spec = text;
  let clock = zone;
  if (text.startsWith("TZ=") || text.startsWith("CRON_TZ=")) {
    const space = text.indexOf(" ");
    const name = text.slice(text.indexOf("=") + 1, space < 0 ? undefined : space);
    const found = findTimeZone(name);
    if (found === undefined) return err(`provided bad location ${name}: unknown time zone ${name}`);
    clock = found;
    spec = space < 0 ? "" : text.slice(space).trim();
  }
  if (spec.startsWith("@every ")) return parseEvery(spec);
  const described = spec.startsWith("@") ? DESCRIPTORS.get(spec) : spec;
  if (described === undefined) return err(`unrecognized descriptor: ${spec}`);
  const parts = described.split(/\s+/).filter((part) => part !== "");
  if (parts.length !== FIELDS.length) {
    return err(`expected exactly 5 fields, found ${parts.length}: [${parts.join(" ")}]`);
  }
  const fields: Field[] = [];
  for (const [i, part] of parts.entries()) {
    const field = parseField(part, FIELDS[i]!);
    if (!field.ok) return field;
    fields.push(field.value);
  }
  return ok({ next: (us) => nextTime(fields, clock, us) });
}

function parseEvery(text: string): Result<Schedule, string> {
  const given = text.slice("@every ".length);
  const duration = parseGoDuration(given);
  if (duration === undefined) {
    return err(`failed to parse duration ${text}: time: invalid duration ${JSON.stringify(given)}`);
  }
  const delay = Math.max(1, Math.floor(duration / SECOND));
  return ok({ next: (us) => (Math.floor(us / SECOND) + delay) * SECOND });
}

function parseField(text: string, bounds: Bounds): Result<Field, string> {
  const values = new Set<number>();
  let star = false;
  for (const part of text.split(",")) {
    if (part === "") continue;
    const range = parseRange(part, bounds);
    if (!range.ok) return range;
    for (let v = range.value.start; v <= range.value.end; v += range.value.step) values.add(v);
    star ||= range.value.star;
  }
  return ok({ values, star });
}

interface Range {
  readonly start: number;
  readonly end: number;
  readonly step: number;
  readonly star: boolean;
}

function parseRange(text: string, bounds: Bounds): Result<Range, string> {
  const [range = "", stepText, ...more] = text.split("/");
  const [low = "", high, ...rest] = range.split("-");
  let start: number = bounds.min;
  let end: number = bounds.max;
  let star = low === "*" || low === "?";
  if (!star) {
    if (rest.length > 0) return err(`too many hyphens: ${text}`);
    const from = parseValue(low, bounds);
    if (!from.ok) return from;
    const to = high === undefined ? from : parseValue(high, bounds);
    if (!to.ok) return to;
    start = from.value;
    end = to.value;
  }
  let step = 1;
  if (more.length > 0) return err(`too many slashes: ${text}`);
  if (stepText !== undefined) {
    const parsed = parseNumber(stepText);
    if (!parsed.ok) return parsed;
    step = parsed.value;
    // `N/step` runs to the end.
    if (high === undefined) end = bounds.max;
    if (step > 1) star = false;
  }
  const problem = rangeProblem(start, end, step, bounds, text);
  return problem === undefined ? ok({ start, end, step, star }) : err(problem);
}

function rangeProblem(
  start: number,
  end: number,
  step: number,
  { min, max }: Bounds,
  text: string,
): string | undefined {
  if (start < min) return `beginning of range (${start}) below minimum (${min}): ${text}`;
  if (end > max) return `end of range (${end}) above maximum (${max}): ${text}`;
  if (start > end) return `beginning of range (${start}) beyond end of range (${end}): ${text}`;
  if (step === 0) return `step of range should be a positive number: ${text}`;
  return undefined;
}

function parseValue(text: string, { names, first }: Bounds): Result<number, string> {
  const at = names.indexOf(text.toLowerCase());
  return at >= 0 ? ok(at + first) : parseNumber(text);
}

function parseNumber(text: string): Result<number, string> {
  if (!/^[+-]?\d{1,18}$/.test(text)) {
    const why = `strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`;
    return err(`failed to parse int from ${text}: ${why}`);
  }
  const n = Number(text);
  return n < 0 ? err(`negative number (${n}) not allowed: ${text}`) : ok(n);
}

/** Seconds since 1970 at which the clocks of a zone show a local time. */
function unixOf(local: number, zone: TimeZone): number {
  const guess = local - zone.offsetAt(local);
  return local - zone.offsetAt(guess);
}

function dayMatches(day: Field, weekdays: Field, date: number, dayOfWeek: number): boolean {
  const byDate = day.values.has(date);
  const byWeekday = weekdays.values.has(dayOfWeek);
  return day.star || weekdays.star ? byDate && byWeekday : byDate || byWeekday;
}

function nextTime(fields: readonly Field[], zone: TimeZone, us: number): number | undefined {
  const [minutes, hours, days, months, weekdays] = fields as [Field, Field, Field, Field, Field];
  let unix = Math.floor(us / SECOND) + EPOCH + 1;
  const lastYear = civilFromDays(Math.floor(unix / DAY)).year + YEARS_AHEAD;
  for (;;) {
    const local = unix + zone.offsetAt(unix);
    const dayNumber = Math.floor(local / DAY);
    const { year, month, day } = civilFromDays(dayNumber);
    if (year > lastYear) return undefined;
    if (!months.values.has(month)) {
      const first = month === 12 ? daysFromCivil(year + 1, 1, 1) : daysFromCivil(year, month + 1, 1);
      unix = later(unix, unixOf(first * DAY, zone));
      continue;
    }
    if (!dayMatches(days, weekdays, day, weekday(dayNumber))) {
      unix = later(unix, unixOf((dayNumber + 1) * DAY, zone));
      continue;
    }
    const second = local - dayNumber * DAY;
    if (!hours.values.has(Math.floor(second / 3600))) unix += 3600 - (second % 3600);
    else if (!minutes.values.has(Math.floor(second / 60) % 60) || second % 60 !== 0)
      unix += 60 - (second % 60);
    else return (unix - EPOCH) * SECOND;
  }
}

/** Never goes back, whatever clocks do at midnight. */
function later(unix: number, target: number): number {
  return target > unix ? target : unix + 3600;
}
