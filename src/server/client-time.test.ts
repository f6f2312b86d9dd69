import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatTime } from "../sim/api/time";
import { ClientTime } from "./client-time";

/** A day after virtual time began, and half a second. */
const WALL_MS = Date.parse("2026-01-02T00:00:00.500Z");
const SECOND = 1_000_000;
const time = (): ClientTime => new ClientTime(() => WALL_MS);

describe("client time", () => {
  it("moves times until now is now, whatever the cluster's clock says", () => {
    const json = '{"creationTimestamp":"2026-01-01T00:00:10Z","renewTime":"2026-01-01T00:01:00.250000Z"}';
    expect(time().toClient(json, 60 * SECOND + 999_999)).toBe(
      '{"creationTimestamp":"2026-01-01T23:59:10Z","renewTime":"2026-01-02T00:00:00.250000Z"}',
    );
  });

  it.each([
    ['"not a time: 2026-01-01T00:00:10Z"'],
    [String.raw`"{\"creationTimestamp\":\"2026-01-01T00:00:10Z\"}"`],
    ['"2026-99-01T00:00:10Z"'],
    ['"2026-01-01"'],
  ])("leaves %s alone", (json) => {
    expect(time().toClient(json, 60 * SECOND)).toBe(json);
  });

  it("moves the times before lines of logs", () => {
    const log = "2026-01-01T00:00:10.5Z a 2026-01-01T00:00:10Z\n2026-01-01T00:00:11.5Z b\n";
    expect(time().logToClient(log, 60 * SECOND)).toBe(
      "2026-01-01T23:59:10.5Z a 2026-01-01T00:00:10Z\n2026-01-01T23:59:11.5Z b\n",
    );
  });

  it("takes back what it told, even when the clocks have drifted apart since", () => {
    const clock = time();
    const told = JSON.parse(clock.toClient('{"t":"2026-01-01T00:00:10Z"}', 60 * SECOND)) as { t: string };
    clock.toClient("{}", 3600 * SECOND);
    expect(clock.toCluster({ a: [told] })).toEqual({ a: [{ t: "2026-01-01T00:00:10Z" }] });
  });

  it("moves a client's own times as far as the last answer was moved", () => {
    const clock = time();
    clock.toClient("{}", 60 * SECOND);
    expect(clock.toCluster("2026-01-02T00:00:00Z")).toBe("2026-01-01T00:01:00Z");
    expect(clock.toCluster({ n: 1, s: "x", b: true, z: null })).toEqual({ n: 1, s: "x", b: true, z: null });
  });

  it("never loses a time on its way there and back", () => {
    fc.assert(
      fc.property(fc.nat(10 ** 9), fc.nat(10 ** 6), (at, now) => {
        const clock = time();
        const original = formatTime(at * SECOND);
        const told: unknown = JSON.parse(clock.toClient(JSON.stringify(original), now * SECOND));
        expect(clock.toCluster(told)).toBe(original);
      }),
    );
  });
});

it("tells one time alike while the clocks part by less than two seconds", () => {
  let wall = Date.parse("2026-11-25T12:00:00Z");
  const clock = new ClientTime(() => wall);
  const tell = (): string => clock.toClient('"2026-01-01T00:00:05Z"', 10_000_000);
  const first = tell();
  wall += 1000;
  expect(tell()).toBe(first);
  wall += 1000;
  expect(tell()).not.toBe(first);
});
