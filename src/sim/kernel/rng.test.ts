import { describe, expect, it } from "vitest";
import { Rng } from "./rng";

const draws = (seed: number, name: string, n: number): number[] => {
  const rng = new Rng(seed, name);
  return Array.from({ length: n }, () => rng.next());
};

describe("rng", () => {
  it("gives known numbers: a change here changes every recorded history", () => {
    expect(draws(1, "network", 4)).toMatchInlineSnapshot(`
      [
        407048475,
        1598649670,
        1173956654,
        1636172532,
      ]
    `);
    expect(draws(0xffffffff, "", 2)).toMatchInlineSnapshot(`
      [
        4247842501,
        1910903737,
      ]
    `);
  });

  it("gives every seed and every name a stream of its own", () => {
    const streams = [
      draws(1, "a", 50),
      draws(1, "b", 50),
      draws(2, "a", 50),
      draws(1, "ab", 50),
      draws(1, "ba", 50),
    ];
    expect(new Set(streams.flat()).size).toBe(250);
  });

  it.each([2, 3, 7, 10, 1000])("below(%i) is uniform", (n) => {
    const rng = new Rng(42, "uniform");
    const buckets = Math.min(n, 10);
    const counts = Array.from({ length: buckets }, () => 0);
    const total = 100_000;
    for (let i = 0; i < total; i++) {
      const v = rng.below(n);
      if (!(v >= 0 && v < n && Number.isInteger(v))) expect.fail(`${v} is not below ${n}`);
      counts[Math.floor((v * buckets) / n)]! += 1;
    }
    const expected = total / buckets;
    const chiSquare = counts.reduce((sum, c) => sum + (c - expected) ** 2 / expected, 0);
    // 99.9 % quantile of chi-square with 9 degrees of freedom; fewer buckets have a lower one.
    expect(chiSquare).toBeLessThan(27.9);
  });

  it("flips all 32 bits about half of the time", () => {
    const rng = new Rng(3, "bits");
    const ones = Array.from({ length: 32 }, () => 0);
    for (let i = 0; i < 10_000; i++) {
      const v = rng.next();
      for (let b = 0; b < 32; b++) ones[b]! += (v >>> b) & 1;
    }
    for (const n of ones) expect(Math.abs(n - 5000)).toBeLessThan(250);
  });

  it("keeps its derived draws in their ranges", () => {
    const rng = new Rng(5, "ranges");
    for (let i = 0; i < 2000; i++) {
      const between = rng.between(-3, 3);
      expect(between >= -3 && between <= 3).toBe(true);
      const jitter = rng.jitter(1000, 20);
      expect(jitter >= 1000 && jitter <= 1200).toBe(true);
      expect(["x", "y"]).toContain(rng.pick(["x", "y"]));
    }
    expect(new Rng(5, "z").jitter(1000, 0)).toBe(1000);
  });

  it("has chances from never to always", () => {
    const rng = new Rng(9, "chance");
    const hits = (ppm: number): number =>
      Array.from({ length: 10_000 }, () => rng.chance(ppm)).filter(Boolean).length;
    expect(hits(0)).toBe(0);
    expect(hits(1_000_000)).toBe(10_000);
    expect(Math.abs(hits(250_000) - 2500)).toBeLessThan(200);
  });
});
