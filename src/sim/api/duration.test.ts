import { expect, it } from "vitest";
import { humanDuration, translateTimestamp } from "./duration";
import { formatTime } from "./time";

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

it.each([
  [-5, "<invalid>"],
  [0, "0s"],
  [119, "119s"],
  [120, "2m"],
  [200, "3m20s"],
  [10 * MINUTE, "10m"],
  [10 * MINUTE + 59, "10m"],
  [3 * HOUR - 1, "179m"],
  [3 * HOUR, "3h"],
  [5 * HOUR + 3 * MINUTE, "5h3m"],
  [8 * HOUR + 30 * MINUTE, "8h"],
  [47 * HOUR, "47h"],
  [48 * HOUR, "2d"],
  [3 * DAY + 4 * HOUR, "3d4h"],
  [8 * DAY + 5 * HOUR, "8d"],
  [400 * DAY, "400d"],
  [2 * 365 * DAY, "2y"],
  [2 * 365 * DAY + 5 * DAY, "2y5d"],
  [9 * 365 * DAY, "9y"],
])("%i s reads %s", (seconds, text) => {
  expect(humanDuration(seconds * 1_000_000)).toBe(text);
});

it("reads ages of timestamps", () => {
  expect(translateTimestamp(formatTime(5_000_000), 65_000_000)).toBe("60s");
  expect(translateTimestamp(undefined, 0)).toBe("<unknown>");
  expect(translateTimestamp("soon", 0)).toBe("<unknown>");
});
