import { describe, expect, it } from "vitest";
import { Pace, type WallClock } from "./pace";

/** A clock that a test turns, and a kernel whose virtual second costs `cost` real milliseconds. */
function setup(speed: number, cost = 0) {
  let wall = 1000;
  let pending: { at: number; call: () => void } | undefined;
  const clock: WallClock = {
    now: () => wall,
    after(ms, call) {
      const mine = (pending = { at: wall + ms, call });
      return () => {
        if (pending === mine) pending = undefined;
      };
    },
  };
  const kernel = {
    now: 5_000_000,
    longest: 0,
    fail: false,
    runUntil(until: number) {
      if (kernel.fail) throw new Error("boom");
      kernel.longest = Math.max(kernel.longest, until - kernel.now);
      wall += ((until - kernel.now) / 1e6) * cost;
      kernel.now = until;
    },
  };
  const crashes: unknown[] = [];
  const pace = new Pace(kernel, speed, (e) => crashes.push(e), clock);
  const pass = (ms: number): void => {
    const end = wall + ms;
    while (pending !== undefined && pending.at <= end) {
      wall = Math.max(wall, pending.at);
      const { call } = pending;
      pending = undefined;
      call();
    }
    wall = Math.max(wall, end);
  };
  return { pace, kernel, pass, crashes, idle: () => pending === undefined };
}

describe("pace", () => {
  it.each([0.01, 1, 20])("lets time pass %d times as fast", (speed) => {
    const { pace, kernel, pass } = setup(speed);
    pace.start();
    pass(10_000);
    const passed = (kernel.now - 5_000_000) / 1e6;
    expect(passed).toBeGreaterThan(10 * speed * 0.999);
    expect(passed).toBeLessThanOrEqual(10 * speed);
  });

  it("works in small slices", () => {
    const { pace, kernel, pass } = setup(1000);
    pace.start();
    pass(1000);
    expect(kernel.longest).toBeLessThanOrEqual(20_000);
  });

  it("falls behind when the simulation is slower than the clock, and does not rush afterwards", () => {
    const { pace, kernel, pass } = setup(10, 200);
    pace.start();
    pass(10_000);
    // A virtual second costs 0.2 s: 5 a second at most, instead of 10.
    const passed = (kernel.now - 5_000_000) / 1e6;
    expect(passed).toBeGreaterThan(25);
    expect(passed).toBeLessThanOrEqual(55);
  });

  it("does not wait for its next turn when nudged, and pauses after an answer", () => {
    const { pace, kernel, pass } = setup(1000);
    pace.nudge();
    pass(10);
    expect(kernel.now).toBe(5_000_000);
    pace.start();
    const run = kernel.runUntil;
    kernel.runUntil = (until) => {
      run(until);
      pace.rest();
    };
    pass(3);
    expect(kernel.now).toBe(5_000_000);
    pace.nudge();
    pass(0);
    expect(kernel.now).toBe(5_020_000);
    pass(3);
    expect(kernel.now).toBe(5_020_000);
    pass(1);
    expect(kernel.now).toBe(5_040_000);
  });

  it("stands still when stopped, and goes on from there", () => {
    const { pace, kernel, pass, idle } = setup(1);
    pace.start();
    pass(1000);
    pace.stop();
    expect(idle()).toBe(true);
    const at = kernel.now;
    pass(60_000);
    expect(kernel.now).toBe(at);
    pace.start();
    pass(1000);
    expect(kernel.now - at).toBeLessThanOrEqual(1_000_000);
  });

  it("stops for good when the simulation crashes", () => {
    const { pace, kernel, pass, crashes, idle } = setup(1);
    pace.start();
    kernel.fail = true;
    pass(1000);
    expect(crashes).toHaveLength(1);
    expect(idle()).toBe(true);
  });
});
