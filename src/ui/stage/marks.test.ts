import { expect, it } from "vitest";
import type { Mark } from "./marks";
import { withRoom } from "./marks";

const mark = (text: string, x: number, y: number): Mark => ({ text, x, y, colour: "", alpha: 1 });

it.each<[string, Mark[], string]>([
  ["side by side", [mark("28", 0, 0), mark("31", 18, 0)], "28 31"],
  ["on the same spot: the first", [mark("28", 0, 0), mark("31", 0, 0)], "28"],
  ["a little to the left", [mark("28", 10, 0), mark("31", 0, 5)], "28"],
  ["one above the other", [mark("28", 0, 0), mark("31", 0, 14)], "28 31"],
  ["a long one beside a short one", [mark("×120", 0, 0), mark("3", 20, 0)], "×120"],
])("marks keep clear of each other: %s", (_where, marks, shown) => {
  expect(
    withRoom(marks)
      .map(({ text }) => text)
      .join(" "),
  ).toBe(shown);
});
