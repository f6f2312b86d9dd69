import { expect, it } from "vitest";
import { MINUTE, SECOND } from "../kernel/time";
import { ItemBackoff } from "./item-backoff";

it("doubles from 10 s to 5 min, and starts over after a run of more than 10 min", () => {
  const backoff = new ItemBackoff(10 * SECOND, 300 * SECOND);
  const delays: number[] = [];
  let now = 0;
  for (let i = 0; i < 8; i++) {
    const until = backoff.waitsUntil("k", now, now);
    delays.push(until === undefined ? 0 : (until - now) / SECOND);
    now = until ?? now;
    backoff.next("k", now, now);
  }
  expect(delays).toEqual([0, 10, 20, 40, 80, 160, 300, 300]);
  expect(backoff.waitsUntil("k", now + 9 * MINUTE, now + 9 * MINUTE)).toBeDefined();
  expect(backoff.waitsUntil("k", now + 11 * MINUTE, now + 11 * MINUTE)).toBeUndefined();
  backoff.next("k", now + 11 * MINUTE, now + 11 * MINUTE);
  expect(backoff.get("k")).toBe(10 * SECOND);
  backoff.forget("k");
  expect(backoff.get("k")).toBe(0);
});
