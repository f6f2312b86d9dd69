import { describe, expect, it, vi } from "vitest";
import { assert, assertDefined, AssertionError, assertNever } from "./assert";

describe("assert", () => {
  it("builds the details only on failure", () => {
    const details = vi.fn<() => string>(() => "why");
    assert(true, details);
    expect(details).not.toHaveBeenCalled();
    expect(() => assert(false, details)).toThrow(new AssertionError("why"));
  });

  it.each([0, "", false, null, undefined])("fails on %j", (value) => {
    expect(() => assert(value)).toThrow(AssertionError);
  });
});

describe("assertDefined", () => {
  it.each([0, "", false])("lets %j through: it is there", (value) => {
    expect(assertDefined(value)).toBe(value);
  });

  it.each([null, undefined])("fails on %j", (value) => {
    expect(() => assertDefined(value, "node")).toThrow("node");
  });
});

it("assertNever names what it met", () => {
  expect(() => assertNever("Paused" as never, "phase")).toThrow("phase: Paused");
});
