import { expect, it } from "vitest";
import { Slots } from "./slots";

it("keeps a pod's slot for life and reuses the first free one", () => {
  const s = new Slots();
  expect(["a", "b", "c"].map((uid) => s.place(uid, "w"))).toEqual([0, 1, 2]);
  s.free("b");
  expect(s.place("a", "w")).toBe(0);
  expect(s.place("d", "w")).toBe(1);
  expect(s.place("e", "w")).toBe(3);
  expect(s.place("e", "other")).toBe(0);
  expect(s.place("f", "w")).toBe(3);
});
