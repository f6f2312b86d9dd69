import { expect, it } from "vitest";
import { compareCodePoints, compareText } from "./compare";

it.each([
  ["a", "b", -1, -1],
  ["b", "a", 1, 1],
  ["a", "a", 0, 0],
  ["a", "ab", -1, -1],
  ["", "a", -1, -1],
  // A character beyond the first 65,536 is written with units that are smaller than those of some within.
  ["\u{1F600}", "\uFF5E", -1, 1],
])("orders %s and %s by units and by code points", (a, b, units, points) => {
  expect(Math.sign(compareText(a, b))).toBe(units);
  expect(Math.sign(compareCodePoints(a, b))).toBe(points);
});
