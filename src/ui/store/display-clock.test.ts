import { describe, expect, it } from "vitest";
import type { ClockView } from "../../worker/protocol/protocol";
import { createDisplayClock } from "./display-clock";

const clock = (time: number, playing = true): ClockView => ({
  time,
  playing,
  pace: { mode: "director" },
  speed: 1,
  canUndo: false,
  marks: [],
});

describe("the shown time", () => {
  it("never passes the newest frame and never runs back", () => {
    const shown = createDisplayClock();
    shown.reset(clock(0), 0);
    let last = 0;
    for (let frame = 1; frame <= 20; frame++) {
      const arrives = frame * 16 + (frame % 3) * 5;
      shown.frame(clock(frame * 1000), arrives);
      for (let wall = arrives; wall < arrives + 30; wall += 3) {
        const time = shown.timeAt(wall);
        expect(time).toBeLessThanOrEqual(frame * 1000);
        if (wall < (frame + 1) * 16) {
          expect(time).toBeGreaterThanOrEqual(last);
          last = time;
        }
      }
    }
  });

  it("arrives, and then stands still", () => {
    const shown = createDisplayClock();
    shown.reset(clock(0), 0);
    shown.frame(clock(5000), 100);
    expect(shown.gliding(101)).toBe(true);
    expect(shown.timeAt(1000)).toBe(5000);
    expect(shown.gliding(1000)).toBe(false);
  });

  it("glides through a step while paused", () => {
    const shown = createDisplayClock();
    shown.reset(clock(0, false), 0);
    shown.frame(clock(1000, false), 0);
    expect(shown.timeAt(130)).toBeCloseTo(500, -1);
  });

  it("jumps with a new scene, back too", () => {
    const shown = createDisplayClock();
    shown.frame(clock(9000), 0);
    shown.reset(clock(10), 5);
    expect(shown.timeAt(5)).toBe(10);
    expect(shown.gliding(5)).toBe(false);
  });
});
