import { describe, expect, it } from "vitest";
import { parseSchedule } from "./cron";
import { formatTime, parseTime } from "./time";
import { findTimeZone } from "./time-zone";

function next(schedule: string, from: string, zone = "UTC", count = 1): string[] {
  const parsed = parseSchedule(schedule, findTimeZone(zone));
  if (!parsed.ok) throw new Error(parsed.error);
  const times: string[] = [];
  let at = parseTime(from);
  for (let i = 0; i < count; i++) {
    const due = parsed.value.next(at);
    if (due === undefined) return [...times, "never"];
    times.push(formatTime(due));
    at = due;
  }
  return times;
}

describe("next", () => {
  it.each([
    ["* * * * *", "2026-01-01T00:00:00Z", "2026-01-01T00:01:00Z"],
    ["*/15 * * * *", "2026-01-01T00:14:59.9Z", "2026-01-01T00:15:00Z"],
    ["*/35 * * * *", "2026-01-01T00:35:00Z", "2026-01-01T01:00:00Z"],
    ["20-35/15 * * * *", "2026-01-01T00:20:00Z", "2026-01-01T00:35:00Z"],
    ["5/20 * * * *", "2026-01-01T00:25:00Z", "2026-01-01T00:45:00Z"],
    ["30 8 1 Apr ?", "2026-01-01T00:00:00Z", "2026-04-01T08:30:00Z"],
    ["0 0 * Feb Mon", "2026-01-01T00:00:00Z", "2026-02-02T00:00:00Z"],
    ["0 0 29 2 *", "2026-01-01T00:00:00Z", "2028-02-29T00:00:00Z"],
    ["0 0 30 2 *", "2026-01-01T00:00:00Z", "never"],
    // Both day fields given: either will do.
    ["0 0 1,15 * Sun", "2026-01-01T00:00:00Z", "2026-01-04T00:00:00Z"],
    // A step of two takes the star's meaning away.
    ["0 0 */2 * Mon", "2026-01-01T00:00:00Z", "2026-01-03T00:00:00Z"],
    ["0 0 */1 * Mon", "2026-01-01T00:00:00Z", "2026-01-05T00:00:00Z"],
    ["@hourly", "2026-01-01T00:00:00Z", "2026-01-01T01:00:00Z"],
    ["@weekly", "2026-01-01T00:00:00Z", "2026-01-04T00:00:00Z"],
    ["@yearly", "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"],
    ["@every 1h30m", "2026-01-01T00:00:00.7Z", "2026-01-01T01:30:00Z"],
    ["TZ=Asia/Tokyo 0 9 * * *", "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"],
  ])("%s after %s", (schedule, from, due) => {
    expect(next(schedule, from)).toEqual([due]);
  });

  it.each([
    ["Europe/Berlin", "0 9 * * *", "2026-03-28T09:00:00Z", ["2026-03-29T07:00:00Z"]],
    ["Europe/Berlin", "0 9 * * *", "2026-10-24T09:00:00Z", ["2026-10-25T08:00:00Z"]],
    // Half past two does not exist on that day.
    ["Europe/Berlin", "30 2 * * *", "2026-03-28T12:00:00Z", ["2026-03-30T00:30:00Z"]],
    [
      "America/New_York",
      "0 0 * * *",
      "2026-03-07T06:00:00Z",
      ["2026-03-08T05:00:00Z", "2026-03-09T04:00:00Z"],
    ],
    ["Asia/Kolkata", "0 0 * * *", "2026-01-01T00:00:00Z", ["2026-01-01T18:30:00Z"]],
    ["Etc/GMT+5", "0 0 * * *", "2026-01-01T00:00:00Z", ["2026-01-01T05:00:00Z"]],
  ])("%s: %s after %s", (zone, schedule, from, due) => {
    expect(next(schedule, from, zone, due.length)).toEqual(due);
  });
});

describe("refusals", () => {
  it.each([
    ["", "empty spec string"],
    ["* * * *", "expected exactly 5 fields, found 4: [* * * *]"],
    ["60 * * * *", "end of range (60) above maximum (59): 60"],
    ["* * 0 * *", "beginning of range (0) below minimum (1): 0"],
    ["5-1 * * * *", "beginning of range (5) beyond end of range (1): 5-1"],
    ["*/0 * * * *", "step of range should be a positive number: */0"],
    ["1-2-3 * * * *", "too many hyphens: 1-2-3"],
    ["1/2/3 * * * *", "too many slashes: 1/2/3"],
    ["x * * * *", 'failed to parse int from x: strconv.Atoi: parsing "x": invalid syntax'],
    ["* * * * 7", "end of range (7) above maximum (6): 7"],
    ["@never", "unrecognized descriptor: @never"],
    ["@every x", 'failed to parse duration @every x: time: invalid duration "x"'],
    ["TZ=Mars/Base * * * * *", "provided bad location Mars/Base: unknown time zone Mars/Base"],
  ])("%j", (schedule, message) => {
    expect(parseSchedule(schedule)).toEqual({ ok: false, error: message });
  });
});
