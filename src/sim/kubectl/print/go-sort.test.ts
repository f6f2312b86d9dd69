import { expect, it } from "vitest";
import { goSort } from "./go-sort";
import { wrap } from "./wrap";

it.each([0, 1, 2, 12, 13, 40, 60, 500])("sorts %i items, however they lie", (length) => {
  const shuffled = Array.from({ length }, (_, i) => (i * 7919) % 101);
  const patterns = [
    shuffled,
    shuffled.toSorted((a, b) => a - b),
    shuffled.toSorted((a, b) => b - a),
    shuffled.map(() => 1),
  ];
  for (const items of patterns) {
    expect(goSort(items, (a, b) => a < b)).toEqual(items.toSorted((a, b) => a - b));
  }
});

it("keeps a dozen equal items in order, as insertion sort does", () => {
  const items = Array.from({ length: 12 }, (_, i) => ({ key: i % 2, i }));
  const sorted = goSort(items, (a, b) => a.key < b.key).map((item) => item.i);
  expect(sorted).toEqual([0, 2, 4, 6, 8, 10, 1, 3, 5, 7, 9, 11]);
});

it("puts equal items where Go puts them", () => {
  // The nodes of fourteen pods, and the order in which kubectl --sort-by=.spec.nodeName shows the pods.
  const nodes = "c b b a b c a a a a b c a c".split(" ");
  const sorted = goSort(
    nodes.map((key, i) => ({ key, i })),
    (a, b) => a.key < b.key,
  );
  expect(sorted.map((item) => item.i)).toEqual([6, 8, 7, 3, 9, 12, 4, 1, 10, 2, 5, 0, 11, 13]);
});

it.each([
  ["one two three", 7, "one two\nthree"],
  ["a  b", 10, "a  b"],
  ["endless-word tail", 5, "endless-word\ntail"],
  ["first\n\nsecond line", 6, "first\n\nsecond\nline"],
])("wraps %j at %i", (text, width, wrapped) => {
  expect(wrap(text, width)).toBe(wrapped);
});
