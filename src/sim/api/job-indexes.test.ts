import { expect, it } from "vitest";
import { formatIndexes, parseIndexes, readIndexes } from "./job-indexes";

it.each([
  [[], ""],
  [[3], "3"],
  [[4, 3], "3,4"],
  [[1, 3, 4, 5, 9, 10], "1,3-5,9,10"],
])("writes and reads %j", (indexes, text) => {
  expect(formatIndexes(indexes)).toBe(text);
  expect(parseIndexes(text, 100)).toEqual([...indexes].sort((a, b) => a - b));
});

it.each(["a", "3-1", "1,1", "2,1", "1,", "5"])("refuses %j below 5", (text) => {
  expect(parseIndexes(text, 5)).toBeUndefined();
});

it("forgets what lies beyond the completions", () => {
  expect([...readIndexes("0,2-5", 4)]).toEqual([0, 2, 3]);
});
