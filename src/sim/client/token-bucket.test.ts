import { expect, it } from "vitest";
import { Rng } from "../kernel/rng";
import { MS, SECOND } from "../kernel/time";
import { Backoff } from "./backoff";
import { DefaultLimiter, ExponentialLimiter } from "./rate-limiter";
import { TokenBucket } from "./token-bucket";

it("lets a burst through, then as many a second as agreed", () => {
  const bucket = new TokenBucket(20, 3);
  const waits = [0, 1, 2, 3, 4].map(() => bucket.reserve(5 * SECOND));
  expect(waits).toEqual([0, 0, 0, 50 * MS, 100 * MS]);
});

it("saves up no more than the burst", () => {
  const bucket = new TokenBucket(1, 2);
  bucket.reserve(0);
  expect([1, 2, 3].map(() => bucket.tryTake(1000 * SECOND))).toEqual([true, true, false]);
  expect(bucket.tryTake(1001 * SECOND)).toBe(true);
});

it("doubles an item's delay from 5 ms to 1000 s, and forgets", () => {
  const limiter = new ExponentialLimiter();
  const delays = Array.from({ length: 20 }, () => limiter.when("a") / MS);
  expect(delays.slice(0, 5)).toEqual([5, 10, 20, 40, 80]);
  // The 15th failure waits about 82 s.
  expect(delays[14]).toBe(81_920);
  expect(delays[19]).toBe(1_000_000);
  expect(limiter.when("b")).toBe(5 * MS);
  limiter.forget("a");
  expect(limiter.failures("a")).toBe(0);
  expect(limiter.when("a")).toBe(5 * MS);
});

it("limits all items together to 10 a second after 100", () => {
  const limiter = new DefaultLimiter();
  const delays = Array.from({ length: 103 }, (_, i) => limiter.when(`item-${i}`, 0));
  expect(delays[99]).toBe(5 * MS);
  expect(delays.slice(100)).toEqual([100 * MS, 200 * MS, 300 * MS]);
});

it("backs off with jitter up to 30 s and starts over after two quiet minutes", () => {
  const backoff = new Backoff(new Rng(1, "x"));
  const delays = Array.from({ length: 8 }, (_, i) => backoff.next(i * SECOND));
  const expected = [0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 30, 30];
  for (const [i, d] of delays.entries()) {
    expect(d).toBeGreaterThanOrEqual(expected[i]! * SECOND);
    expect(d).toBeLessThanOrEqual(2 * expected[i]! * SECOND);
  }
  expect(backoff.next(200 * SECOND)).toBeLessThanOrEqual(1.6 * SECOND);
});
