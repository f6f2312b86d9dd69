import { describe, expect, it } from "vitest";
import {
  canonicalQuantity,
  compareQuantities,
  formatBytes,
  formatMilli,
  milliValue,
  parseQuantity,
  quantityProblem,
  value,
} from "./quantity";

describe("canonicalQuantity", () => {
  it.each([
    ["0", "0"],
    ["0Gi", "0"],
    ["0.5", "500m"],
    ["1.5", "1500m"],
    ["1000m", "1"],
    ["1000", "1k"],
    ["1500", "1500"],
    ["1024", "1024"],
    ["1024Ki", "1Mi"],
    ["1.5Gi", "1536Mi"],
    ["0.5Ki", "512"],
    ["100Mi", "100Mi"],
    ["1e3", "1e3"],
    ["12e6", "12e6"],
    ["1E", "1E"],
    ["-3", "-3"],
    ["+5", "5"],
    [".5", "500m"],
    ["5.", "5"],
    ["0.0000000001", "1n"],
    ["not a number", "not a number"],
  ])("%s → %s", (text, canonical) => {
    expect(canonicalQuantity(text)).toBe(canonical);
  });

  it("changes nothing when applied again", () => {
    for (const text of ["1.5Gi", "0.1", "123456789", "3e2", "7Ki", "1500m", "64Mi"]) {
      const once = canonicalQuantity(text);
      expect(canonicalQuantity(once)).toBe(once);
      expect(compareQuantities(once, text)).toBe(0);
    }
  });
});

describe("values", () => {
  it.each([
    ["1", 1000, 1],
    ["250m", 250, 1],
    ["1500m", 1500, 2],
    ["1Mi", 1_048_576_000, 1_048_576],
    ["100u", 1, 1],
    ["-1500m", -1500, -2],
    ["2E", 2_000_000_000_000_000_000_000, 2_000_000_000_000_000_000],
  ])("%s is %i thousandths and %i whole, rounded up", (text, milli, whole) => {
    expect(milliValue(text)).toBe(milli);
    expect(value(text)).toBe(whole);
  });

  it.each([
    ["1Gi", "1G", 1],
    ["1024Mi", "1Gi", 0],
    ["0.1", "100m", 0],
    ["999m", "1", -1],
  ])("compares %s with %s", (a, b, order) => {
    expect(compareQuantities(a, b)).toBe(order);
  });

  it("formats numbers", () => {
    expect(formatMilli(1500)).toBe("1500m");
    expect(formatMilli(2000)).toBe("2");
    expect(formatBytes(1_073_741_824)).toBe("1Gi");
    expect(formatBytes(1000)).toBe("1k");
  });
});

describe("problems", () => {
  it.each(["", "Gi", "1.2.3", "1 Gi", "abc", "--1", "1$"])("%j has the wrong form", (text) => {
    expect(quantityProblem(text)).toContain("quantities must match the regular expression");
  });
  it.each(["1KK", "1mi", "1e", "5G1"])("%j has a wrong suffix", (text) => {
    expect(quantityProblem(text)).toBe("unable to parse quantity's suffix");
    expect(() => parseQuantity(text)).toThrow("suffix");
  });
});
