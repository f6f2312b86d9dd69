import { expect, it } from "vitest";
import { SECOND } from "../kernel/time";
import { ZoneQueue } from "./zone-queue";

it("gives one node at once and then one every ten seconds", () => {
  const queue = new ZoneQueue(0.1);
  for (const node of ["a", "b", "c"]) expect(queue.add(node, "u", 0)).toBe(true);
  expect(queue.take(0)?.node).toBe("a");
  queue.done("a");
  expect(queue.take(0)).toBeUndefined();
  expect(queue.nextTime()).toBe(10 * SECOND);
  expect(queue.take(10 * SECOND)?.node).toBe("b");
});

it("does not queue a node again until it was removed", () => {
  const queue = new ZoneQueue(1);
  queue.add("a", "u", 0);
  queue.take(0);
  queue.done("a");
  expect(queue.add("a", "u", 1)).toBe(false);
  expect(queue.remove("a")).toBe(true);
  expect(queue.remove("a")).toBe(false);
  expect(queue.add("a", "u", 2)).toBe(true);
});

it("stands still at rate 0, and begins with a wait after it", () => {
  const queue = new ZoneQueue(0.1);
  queue.setRate(0, 0);
  queue.add("a", "u", 0);
  expect(queue.nextTime()).toBeUndefined();
  expect(queue.take(1000 * SECOND)).toBeUndefined();
  queue.setRate(0.1, 50 * SECOND);
  expect(queue.nextTime()).toBe(60 * SECOND);
});

it("lets others go first when one has failed", () => {
  const queue = new ZoneQueue(1);
  queue.add("a", "u", 0);
  queue.add("b", "u", 0);
  expect(queue.take(0)?.node).toBe("a");
  queue.retry("a", 5 * SECOND);
  expect(queue.take(1 * SECOND)?.node).toBe("b");
  queue.done("b");
  expect(queue.nextTime()).toBe(5 * SECOND);
});
