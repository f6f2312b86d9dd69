import { expect, it } from "vitest";
import { own } from "./own";

it.each(["constructor", "toString", "hasOwnProperty", "__proto__"])(
  "knows what a record has of its own from what every object has: %s",
  (key) => {
    expect(own({}, key)).toBeUndefined();
    expect(own(Object.fromEntries([[key, "mine"]]), key)).toBe("mine");
  },
);

it("finds nothing in nothing", () => {
  expect(own(undefined, "a")).toBeUndefined();
  expect(own(null, "a")).toBeUndefined();
  expect(own<number | undefined>({ a: undefined }, "a")).toBeUndefined();
});
