import { describe, expect, it } from "vitest";
import { spanFor, storyBars } from "./track";

describe("the track", () => {
  it.each([
    [0, 120e6],
    [100e6, 120e6],
    [110e6, 240e6],
    [1000e6, 1920e6],
  ])("after %i µs spans %i", (elapsed, span) => expect(spanFor(elapsed)).toBe(span));

  it("counts what happened in each part", () => {
    expect(storyBars([10, 12, 55, 99, 100, 5], 10, 90, 3)).toEqual([2, 1, 1]);
  });
});
