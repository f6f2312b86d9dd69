import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createWatchdog, type Watchdog } from "./watchdog";

let dog: Watchdog;
let asked: number;
/** What was told, in order. */
let told: boolean[];

beforeEach(() => {
  vi.useFakeTimers();
  asked = 0;
  told = [];
  dog = createWatchdog(
    () => {
      asked++;
      dog.sent();
    },
    (silent) => told.push(silent),
  );
});
afterEach(() => vi.useRealTimers());

const pass = (seconds: number): void => void vi.advanceTimersByTime(seconds * 1000);

describe("the watchdog", () => {
  it("asks, then tells that nothing comes, and takes it back when something does", () => {
    dog.heard();
    dog.sent();
    pass(2);
    expect([asked, told]).toEqual([1, []]);
    pass(7);
    expect(told).toEqual([]);
    pass(1);
    expect([asked, told]).toEqual([1, [true]]);
    expect(vi.getTimerCount()).toBe(0);
    dog.heard();
    expect(told).toEqual([true, false]);
    dog.sent();
    pass(10);
    expect(told).toEqual([true, false, true]);
  });

  it("lets long work be that gives signs of life", () => {
    dog.heard();
    dog.sent();
    for (let i = 0; i < 100; i++) {
      pass(5);
      dog.heard();
      dog.sent();
    }
    expect(told).toEqual([]);
  });

  it("asks nothing of a worker that answers, and rests while nothing is due", () => {
    dog.heard();
    for (let i = 0; i < 600; i++) {
      dog.sent();
      pass(1 / 60);
      dog.heard();
    }
    expect(asked).toBe(0);
    pass(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("asks once when what was sent needed no answer", () => {
    dog.heard();
    dog.sent();
    pass(2);
    dog.heard();
    pass(60);
    expect([asked, told, vi.getTimerCount()]).toEqual([1, [], 0]);
  });

  it("waits for the worker's code as long as it takes", () => {
    dog.sent();
    pass(600);
    expect([asked, told]).toEqual([0, []]);
    dog.heard();
    dog.sent();
    pass(10);
    expect(told).toEqual([true]);
  });

  it("does not count the time in which the page itself stood still", () => {
    dog.heard();
    dog.sent();
    pass(5);
    // The clock leaps and timers that were due go off once, late.
    vi.setSystemTime(Date.now() + 3_600_000);
    pass(1);
    expect(told).toEqual([]);
    dog.heard();
    pass(60);
    expect(told).toEqual([]);
  });

  it("counts only while somebody looks, and then from the beginning", () => {
    dog.heard();
    dog.looked(false);
    dog.sent();
    expect(vi.getTimerCount()).toBe(0);
    pass(600);
    dog.looked(true);
    pass(9);
    expect(told).toEqual([]);
    dog.looked(false);
    dog.looked(true);
    pass(9);
    expect(told).toEqual([]);
    pass(1);
    expect(told).toEqual([true]);
  });

  it("lets a worker that was ended rest", () => {
    dog.heard();
    dog.sent();
    dog.stop();
    pass(600);
    expect([asked, told]).toEqual([0, []]);
  });
});
