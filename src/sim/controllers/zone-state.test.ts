import { describe, expect, it } from "vitest";
import { evictionRate, judgeZones, zoneState, type ZoneState } from "./zone-state";

describe("the state of a zone", () => {
  it.each<[number, number, ZoneState]>([
    [0, 0, "Normal"],
    [1, 0, "Normal"],
    [0, 1, "FullDisruption"],
    [0, 9, "FullDisruption"],
    [1, 2, "Normal"],
    [2, 3, "PartialDisruption"],
    [3, 3, "Normal"],
    [9, 11, "PartialDisruption"],
    [46, 54, "Normal"],
    [45, 55, "PartialDisruption"],
  ])("of %i ready and %i not ready nodes is %s", (ready, notReady, state) => {
    expect(zoneState({ ready, notReady })).toBe(state);
  });

  it.each<[ZoneState, number, number]>([
    ["Normal", 10, 0.1],
    ["PartialDisruption", 50, 0],
    ["PartialDisruption", 51, 0.01],
    ["FullDisruption", 10, 0.1],
  ])("%s with %i nodes evicts %d a second", (state, nodes, rate) => {
    expect(evictionRate(state, nodes)).toBe(rate);
  });
});

describe("zones together", () => {
  const up = { ready: 3, notReady: 0 };
  const down = { ready: 0, notReady: 3 };
  const states = (a: ZoneState, b: ZoneState) =>
    new Map([
      ["a", a],
      ["b", b],
    ] as const);
  const counts = (a: object, b: object) =>
    new Map([
      ["a", a],
      ["b", b],
    ]) as Map<string, typeof up>;

  it.each<[string, Map<string, typeof up>, Map<string, ZoneState>, object]>([
    [
      "begin with rates of their own",
      counts(up, down),
      states("Initial", "Initial"),
      { stopsAll: false, resumes: false, rates: { a: 0.1, b: 0.1 } },
    ],
    [
      "keep them while nothing changes",
      counts(up, down),
      states("Normal", "FullDisruption"),
      { stopsAll: false, resumes: false, rates: {} },
    ],
    [
      "stop when the last one is down",
      counts(down, down),
      states("Normal", "FullDisruption"),
      { stopsAll: true, resumes: false, rates: { a: 0, b: 0 } },
    ],
    [
      "stay stopped while all are down",
      counts(down, down),
      states("FullDisruption", "FullDisruption"),
      { stopsAll: false, resumes: false, rates: {} },
    ],
    [
      "start over when one is back",
      counts(up, down),
      states("FullDisruption", "FullDisruption"),
      { stopsAll: false, resumes: true, rates: { a: 0.1, b: 0.1 } },
    ],
  ])("%s", (_, now, before, expected) => {
    const { stopsAll, resumes, rates } = judgeZones(now, before);
    expect({ stopsAll, resumes, rates: Object.fromEntries(rates) }).toEqual(expected);
  });
});
