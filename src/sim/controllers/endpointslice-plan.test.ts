import { describe, expect, it } from "vitest";
import type { EndpointSlice } from "../api/types";
import { Kernel } from "../kernel/kernel";
import {
  endpointKey,
  planSlices,
  type Endpoint,
  type EndpointGroup,
  type SlicePlan,
} from "./endpointslice-plan";
import type { EndpointPort } from "./service-ports";

const HTTP: EndpointPort[] = [{ name: "http", port: 80, protocol: "TCP" }];
const ADMIN: EndpointPort[] = [{ name: "admin", port: 9000, protocol: "TCP" }];

const endpoint = (uid: string, ready = true): Endpoint => ({
  addresses: [`10.0.0.${uid}`],
  conditions: { ready, serving: ready, terminating: false },
  targetRef: { kind: "Pod", uid },
});

function slice(name: string, endpoints: readonly Endpoint[], ports = HTTP): EndpointSlice {
  return { metadata: { name }, addressType: "IPv4", ports, endpoints } as unknown as EndpointSlice;
}

function group(endpoints: readonly Endpoint[], ports = HTTP): EndpointGroup {
  return { ports, endpoints: new Map(endpoints.map((e) => [endpointKey(e), { endpoint: e, foundBy: 0 }])) };
}

const list = (from: number, to: number): Endpoint[] =>
  Array.from({ length: to - from }, (_, i) => endpoint(String(from + i)));

function summary({ creations, updates, deletions }: SlicePlan) {
  return {
    created: creations.map(({ endpoints }) => endpoints.length),
    updated: updates.map(({ slice: s, endpoints }) => `${s.metadata.name}:${endpoints.length}`),
    deleted: deletions.map((s) => s.metadata.name),
  };
}

describe("slices", () => {
  it.each<[string, EndpointGroup[], EndpointSlice[], object]>([
    [
      "are filled up to the limit",
      [group(list(0, 25))],
      [],
      { created: [10, 10, 5], updated: [], deleted: [] },
    ],
    [
      "that are as they should be are left alone",
      [group(list(0, 15))],
      [slice("a", list(0, 10)), slice("b", list(10, 15))],
      { created: [], updated: [], deleted: [] },
    ],
    [
      "that lose one are filled again first",
      [group(list(1, 12))],
      [slice("a", list(0, 10)), slice("b", list(10, 11))],
      { created: [], updated: ["a:10"], deleted: [] },
    ],
    [
      "take a newcomer where there is least room left",
      [group(list(0, 12))],
      [slice("a", list(0, 5)), slice("b", list(5, 11))],
      { created: [], updated: ["b:7"], deleted: [] },
    ],
    [
      "are created when what is left fits nowhere",
      [group(list(0, 20))],
      [slice("a", list(0, 8)), slice("b", list(8, 16))],
      { created: [4], updated: [], deleted: [] },
    ],
    [
      "that are empty go",
      [group(list(0, 3))],
      [slice("a", list(0, 3)), slice("b", list(3, 6))],
      { created: [], updated: [], deleted: ["b"] },
    ],
    [
      "stay one and empty without endpoints",
      [],
      [slice("a", list(0, 3))],
      { created: [0], updated: [], deleted: ["a"] },
    ],
    [
      "without endpoints are not written again",
      [],
      [slice("a", [], [])],
      { created: [], updated: [], deleted: [] },
    ],
    [
      "of other ports go",
      [group(list(0, 2), ADMIN)],
      [slice("a", list(0, 2))],
      { created: [2], updated: [], deleted: ["a"] },
    ],
    [
      "are kept apart by ports",
      [group(list(0, 2)), group(list(2, 4), ADMIN)],
      [slice("a", list(0, 2))],
      { created: [2], updated: [], deleted: [] },
    ],
    [
      "are written when a condition changes",
      [group([endpoint("0", false), endpoint("1")])],
      [slice("a", list(0, 2))],
      { created: [], updated: ["a:2"], deleted: [] },
    ],
    [
      "lose what is listed twice",
      [group(list(0, 2))],
      [slice("a", list(0, 2)), slice("b", list(1, 2))],
      { created: [], updated: [], deleted: ["b"] },
    ],
  ])("%s", (_, groups, existing, expected) => {
    expect(summary(planSlices(groups, existing, 10))).toEqual(expected);
  });

  it("hold exactly what is wanted after any change, within the limit", () => {
    const rng = new Kernel({ seed: 9 }).rng("slices");
    let slices: EndpointSlice[] = [];
    let made = 0;
    for (let round = 0; round < 300; round++) {
      const wanted = list(0, 60)
        .filter(() => rng.chance(600_000))
        .map((e) => endpoint(e.targetRef!.uid!, rng.chance(900_000)));
      const plan = planSlices(wanted.length === 0 ? [] : [group(wanted)], slices, 10);
      const updated = new Map(plan.updates.map((u) => [u.slice, u.endpoints]));
      slices = slices
        .filter((s) => !plan.deletions.includes(s))
        .map((s) =>
          updated.has(s) ? slice(s.metadata.name, updated.get(s)!, s.ports as EndpointPort[]) : s,
        );
      for (const c of plan.creations)
        slices.push(slice(`s${made++}`, c.endpoints, c.ports as EndpointPort[]));
      const held = slices.flatMap((s) => s.endpoints);
      const text = (endpoints: readonly Endpoint[]) =>
        endpoints
          .map((e) => `${e.targetRef!.uid} ${e.conditions!.ready}`)
          .toSorted((a, b) => (a < b ? -1 : 1));
      expect(text(held)).toEqual(text(wanted));
      for (const s of slices) expect(s.endpoints.length).toBeLessThanOrEqual(10);
    }
  });
});
