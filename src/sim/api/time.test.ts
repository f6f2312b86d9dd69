import { describe, expect, it } from "vitest";
import { formatMicroTime, formatTime, parseTime } from "./time";

const SECOND = 1_000_000;
const EPOCH_MS = Date.UTC(2026, 0, 1);

describe("formatTime", () => {
  it.each([
    [0, "2026-01-01T00:00:00Z"],
    [SECOND - 1, "2026-01-01T00:00:00Z"],
    [SECOND, "2026-01-01T00:00:01Z"],
    [-SECOND, "2025-12-31T23:59:59Z"],
    [59 * 86_400 * SECOND, "2026-03-01T00:00:00Z"],
    [789 * 86_400 * SECOND, "2028-02-29T00:00:00Z"],
  ])("%i us is %s", (us, text) => {
    expect(formatTime(us)).toBe(text);
  });

  it("agrees with the calendar of the platform, also when times jump about", () => {
    for (let i = 0; i < 3000; i++) {
      const seconds = (i * 7_919_333) % 400_000_000;
      const expected = new Date(EPOCH_MS + seconds * 1000).toISOString().replace(".000Z", "Z");
      expect(formatTime(seconds * SECOND + (i % SECOND))).toBe(expected);
    }
  });
});

describe("parseTime", () => {
  it("is the inverse of both formats", () => {
    for (let i = 0; i < 2000; i++) {
      const us = i * 123_456_789_013;
      expect(parseTime(formatMicroTime(us))).toBe(us);
      expect(parseTime(formatTime(us))).toBe(Math.floor(us / SECOND) * SECOND);
    }
  });

  it.each([
    ["2026-01-01T01:00:00+01:00", 0],
    ["2025-12-31T23:30:00-00:30", 0],
    ["2026-01-01T00:00:00.5Z", 500_000],
    ["2026-01-01T00:00:00.123456789Z", 123_456],
  ])("%s", (text, us) => {
    expect(parseTime(text)).toBe(us);
  });

  it.each([
    "",
    "2026-01-01",
    "2026-02-30T00:00:00Z",
    "2026-13-01T00:00:00Z",
    "2026-01-01T00:00:00",
    "yesterday",
  ])("refuses %j", (text) => {
    expect(parseTime(text)).toBeNaN();
  });
});
