import { describe, expect, it } from "vitest";
import { Progress } from "./progress";

describe("maybeDecrement", () => {
  it.each<[string, "probe" | "replicate", number, number, number, number, boolean, number]>([
    ["replicate: an old refusal", "replicate", 5, 10, 5, 5, false, 10],
    ["replicate: back to match", "replicate", 5, 10, 9, 7, true, 6],
    ["probe: not the one that is out", "probe", 0, 10, 5, 5, false, 10],
    ["probe: to the hint", "probe", 0, 10, 9, 2, true, 3],
    ["probe: one back without a better hint", "probe", 0, 10, 9, 9, true, 9],
    ["probe: never below match", "probe", 4, 10, 9, 1, true, 5],
  ])("%s", (_name, state, match, next, rejected, hint, result, after) => {
    const p = new Progress(next, false, 4);
    p.state = state;
    p.match = match;
    expect(p.maybeDecrement(rejected, hint)).toBe(result);
    expect(p.next).toBe(after);
  });
});

describe("window", () => {
  it("pauses when full and frees by acknowledgement", () => {
    const p = new Progress(1, false, 3);
    p.becomeReplicate();
    for (const last of [2, 4, 6]) p.sent(last, 2);
    expect([p.paused, p.inFlight, p.next]).toEqual([true, 3, 7]);
    p.acknowledged(4);
    expect([p.paused, p.inFlight]).toEqual([false, 1]);
    p.sent(7, 1);
    p.sent(8, 1);
    expect(p.paused).toBe(true);
    p.freeOldest();
    expect(p.inFlight).toBe(2);
  });

  it("does not count appends without entries", () => {
    const p = new Progress(1, false, 1);
    p.becomeReplicate();
    p.sent(0, 0);
    expect(p.paused).toBe(false);
  });

  it("sends one append at a time while probing", () => {
    const p = new Progress(5, false, 3);
    p.sent(6, 2);
    expect([p.paused, p.next]).toEqual([true, 5]);
    p.maybeUpdate(6);
    expect([p.paused, p.next]).toEqual([false, 7]);
  });

  it("probes behind a snapshot that arrived, at match after one that did not", () => {
    const p = new Progress(1, false, 3);
    p.match = 2;
    p.becomeSnapshot(9);
    expect(p.paused).toBe(true);
    p.becomeProbe();
    expect(p.next).toBe(10);
    p.becomeSnapshot(9);
    p.pendingSnapshot = 0;
    p.becomeProbe();
    expect(p.next).toBe(3);
  });
});
