import { describe, expect, it } from "vitest";
import type { PodView } from "../../scene/types";
import { cardLevel, fillOf, isAbnormal, isGhost, levelFor } from "./pod-level";

const pod = (look: PodView["look"], actual: PodView["actual"], recorded = true): PodView =>
  ({ look, actual, recorded }) as PodView;

describe("how much of a pod is drawn", () => {
  it.each([
    [0, 3, "card"],
    [40, 3, "card"],
    [41, 3, "square"],
    [150, 3, "square"],
    [151, 3, "dot"],
    [600, 20, "dot"],
    [601, 20, "bar"],
    [10, 21, "bar"],
  ] as const)("%i pods on %i workers: %s", (pods, workers, level) => {
    expect(levelFor(pods, workers)).toBe(level);
  });

  it.each([
    ["card", 8, "card"],
    ["card", 9, "square"],
    ["card", 24, "dot"],
    ["dot", 3, "dot"],
    ["dot", 200, "bar"],
  ] as const)("a stage of %ss, highest slot %i: %s", (stage, slot, level) => {
    expect(cardLevel(stage, slot)).toBe(level);
  });
});

describe("outline and fill", () => {
  it.each([
    ["ready", "ready", "full"],
    ["ready", "none", "none"],
    ["not-ready", "running", "half"],
    ["creating", "starting", "low"],
    ["terminating", "ready", "full"],
    ["pending", "none", "none"],
    ["succeeded", "exited", "full"],
  ] as const)("recorded %s, really %s: %s", (look, actual, fill) => {
    expect(fillOf(pod(look, actual), true)).toBe(fill);
  });

  it("without the truth shows what the cluster believes", () => {
    expect(fillOf(pod("ready", "none"), false)).toBe("full");
    expect(isGhost(pod("ready", "none"), false)).toBe(false);
    expect(isGhost(pod("ready", "none"), true)).toBe(true);
  });

  it("never groups away what is wrong", () => {
    expect(isAbnormal(pod("ready", "ready"), true)).toBe(false);
    expect(isAbnormal(pod("ready", "none"), true)).toBe(true);
    expect(isAbnormal(pod("ready", "ready", false), true)).toBe(true);
    expect(isAbnormal(pod("crash", "exited"), false)).toBe(true);
  });
});
