import type { Node } from "../api/types";

/** Node eviction, from flags of the manager (`cmd/kube-controller-manager/app/options/nodelifecyclecontroller.go`). */
export const EVICTION_RATE = 0.1;
export const SECONDARY_EVICTION_RATE = 0.01;
/** Zones up to this size are not evicted at all while they are partly disrupted. */
export const LARGE_ZONE = 50;
export const UNHEALTHY_PERCENT = 55;

/** How a zone fares; "Initial" before it was looked at for the first time. */
export type ZoneState = "Initial" | "Normal" | "PartialDisruption" | "FullDisruption";

export interface ZoneCount {
  ready: number;
  notReady: number;
}

/** Judges a zone by its nodes (`ComputeZoneState`). */
export function zoneState({ ready, notReady }: ZoneCount): ZoneState {
  if (ready === 0 && notReady > 0) return "FullDisruption";
  const share = notReady * 100 >= UNHEALTHY_PERCENT * (ready + notReady);
  return notReady > 2 && share ? "PartialDisruption" : "Normal";
}

/** Nodes a second that may be tainted NoExecute in a zone, if not all zones are down. */
export function evictionRate(state: ZoneState, nodes: number): number {
  if (state !== "PartialDisruption") return EVICTION_RATE;
  return nodes > LARGE_ZONE ? SECONDARY_EVICTION_RATE : 0;
}

/** Region and zone of a node as one text; nodes without are one zone (`component-helpers/node/topology`). */
export function zoneKey(node: Node): string {
  const labels = node.metadata.labels;
  const region =
    labels?.["topology.kubernetes.io/region"] ?? labels?.["failure-domain.beta.kubernetes.io/region"] ?? "";
  const zone =
    labels?.["topology.kubernetes.io/zone"] ?? labels?.["failure-domain.beta.kubernetes.io/zone"] ?? "";
  return region === "" && zone === "" ? "" : `${region}:\u0000:${zone}`;
}

/** What the states of all zones together lead to. */
export interface Disruption {
  /** New states, for each zone that has nodes. */
  readonly states: ReadonlyMap<string, ZoneState>;
  /** Rates that change, by zone. */
  readonly rates: ReadonlyMap<string, number>;
  /** All zones are down: it may well be us who are cut off, so nobody is evicted any more. */
  readonly stopsAll: boolean;
  /** The way back from that: nodes get a fresh start. */
  readonly resumes: boolean;
}

/** Compares the zones with what they were before (`handleDisruption`). */
export function judgeZones(
  counts: ReadonlyMap<string, ZoneCount>,
  before: ReadonlyMap<string, ZoneState>,
): Disruption {
  const states = new Map<string, ZoneState>();
  const rates = new Map<string, number>();
  for (const [zone, count] of counts) states.set(zone, zoneState(count));
  const allDown = [...states.values()].every((state) => state === "FullDisruption");
  const allWereDown = [...counts.keys()].every((zone) => before.get(zone) === "FullDisruption");
  if (allDown && allWereDown) return { states, rates, stopsAll: false, resumes: false };
  for (const [zone, state] of states) {
    const { ready, notReady } = counts.get(zone)!;
    if (allDown) rates.set(zone, 0);
    else if (allWereDown || before.get(zone) !== state)
      rates.set(zone, evictionRate(state, ready + notReady));
  }
  return { states, rates, stopsAll: allDown, resumes: allWereDown && !allDown };
}
