import { expect, it } from "vitest";
import { MINUTE } from "../kernel/time";
import { Expectations } from "./expectations";

it("waits for as many creations as were announced", () => {
  const e = new Expectations();
  expect(e.satisfied("a", 0)).toBe(true);
  e.expect("a", 2, [], 0);
  e.creationObserved("a");
  expect(e.satisfied("a", 1)).toBe(false);
  e.creationObserved("a");
  e.creationObserved("a");
  expect(e.satisfied("a", 1)).toBe(true);
  expect(e.pending("a")).toEqual({ creations: 0, deletions: 0 });
});

it("counts a deletion once, whichever way it is seen", () => {
  const e = new Expectations();
  e.expect("a", 0, ["x", "y"], 0);
  e.deletionObserved("a", "x");
  e.deletionObserved("a", "x");
  expect(e.satisfied("a", 1)).toBe(false);
  e.deletionObserved("a", "y");
  expect(e.satisfied("a", 1)).toBe(true);
});

it("gives up after five minutes", () => {
  const e = new Expectations();
  e.expect("a", 1, [], 0);
  expect(e.satisfied("a", 5 * MINUTE)).toBe(false);
  expect(e.satisfied("a", 5 * MINUTE + 1)).toBe(true);
});

it("forgets what will not be tried, and keys that are gone", () => {
  const e = new Expectations();
  e.expect("a", 5, [], 0);
  e.lowerCreations("a", 4);
  expect(e.pending("a").creations).toBe(1);
  e.delete("a");
  expect(e.satisfied("a", 0)).toBe(true);
});
