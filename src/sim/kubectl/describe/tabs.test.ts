import { expect, it } from "vitest";
import { alignTabs } from "./tabs";

it.each<[string, string]>([
  ["a\tb\nccc\td\n", "a    b\nccc  d\n"],
  ["a\tb\n\nccc\td\n", "a  b\n\nccc  d\n"],
  ["Name:\tx\nLabels:\ta=b\n\tc=d\n", "Name:    x\nLabels:  a=b\n         c=d\n"],
  ["no tabs\n", "no tabs\n"],
  ["a\t\tb\ncc\t\td\n", "a     b\ncc    d\n"],
  ["a\tb\tc\nx\ty\nl\tlong\tz\n", "a  b  c\nx  y\nl  long  z\n"],
  ["ä\tb\nxx\tc\n", "ä   b\nxx  c\n"],
])("aligns %j", (text, aligned) => {
  expect(alignTabs(text)).toBe(aligned);
});
