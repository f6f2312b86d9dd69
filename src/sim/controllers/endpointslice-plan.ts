/**
 * Fits a Service's endpoints into slices with as few writes as possible
 * (`staging/src/k8s.io/endpointslice/reconciler.go`, reconcileByPortMapping).
 */
import type { EndpointSlice } from "../api/types";
import { portsKey, type EndpointPort } from "./service-ports";

export type Endpoint = EndpointSlice["endpoints"][number];

/** An endpoint that a Service should have. */
export interface Wanted {
  /** What it says. Where a slice says the same already, that slice's own object: comparing is cheap then. */
  endpoint: Endpoint;
  /** The last plan that found it in a slice. */
  foundBy: number;
}

/** Endpoints that have the same ports: they share slices. */
export interface EndpointGroup {
  readonly ports: readonly EndpointPort[];
  /** By `endpointKey`. */
  readonly endpoints: ReadonlyMap<string, Wanted>;
}

export interface SliceUpdate {
  readonly slice: EndpointSlice;
  readonly endpoints: readonly Endpoint[];
}

export interface SliceCreation {
  readonly ports: readonly EndpointPort[];
  readonly endpoints: readonly Endpoint[];
}

/** What is to be written. */
export interface SlicePlan {
  readonly creations: readonly SliceCreation[];
  readonly updates: readonly SliceUpdate[];
  readonly deletions: readonly EndpointSlice[];
}

/** What tells endpoints apart: the pod, or without one the address. */
export function endpointKey(endpoint: Endpoint): string {
  return endpoint.targetRef?.uid ?? endpoint.addresses[0] ?? "";
}

/** Whether two endpoints say the same. */
export function sameEndpoint(a: Endpoint, b: Endpoint): boolean {
  return (
    a.addresses[0] === b.addresses[0] &&
    a.addresses.length === b.addresses.length &&
    a.conditions?.ready === b.conditions?.ready &&
    a.conditions?.serving === b.conditions?.serving &&
    a.conditions?.terminating === b.conditions?.terminating &&
    a.nodeName === b.nodeName &&
    a.zone === b.zone &&
    a.hostname === b.hostname &&
    a.targetRef?.uid === b.targetRef?.uid
  );
}

interface Draft {
  readonly slice: EndpointSlice;
  endpoints: Endpoint[];
  /** Endpoints left or came: it is written in any case. */
  changed: boolean;
}

/** Plans the slices of one address type. A Service without endpoints keeps one empty slice. */
export function planSlices(
  groups: readonly EndpointGroup[],
  existing: readonly EndpointSlice[],
  limit: number,
): SlicePlan {
  const creations: SliceCreation[] = [];
  const updates: SliceUpdate[] = [];
  const deletions: EndpointSlice[] = [];
  const byPorts = new Map<string, EndpointSlice[]>();
  for (const slice of existing) {
    const key = portsKey(slice.ports ?? []);
    const list = byPorts.get(key);
    if (list === undefined) byPorts.set(key, [slice]);
    else list.push(slice);
  }
  for (const group of groups) {
    const key = portsKey(group.ports);
    planGroup(group, byPorts.get(key) ?? [], limit, creations, updates, deletions);
    byPorts.delete(key);
  }
  for (const slices of byPorts.values()) deletions.push(...slices);
  if (existing.length === deletions.length && creations.length === 0) {
    const spare = deletions.findIndex((s) => (s.ports ?? []).length === 0 && s.endpoints.length === 0);
    if (spare >= 0) deletions.splice(spare, 1);
    else creations.push({ ports: [], endpoints: [] });
  }
  return { creations, updates, deletions };
}

function planGroup(
  group: EndpointGroup,
  slices: readonly EndpointSlice[],
  limit: number,
  creations: SliceCreation[],
  updates: SliceUpdate[],
  deletions: EndpointSlice[],
): void {
  const { drafts, missing } = keepWhatFits(group, slices);
  // First into slices that are written anyway, then into the fullest that has room for all the rest.
  for (const draft of drafts) if (draft.changed) fill(draft, missing, limit);
  while (missing.length > 0) {
    const home = roomiestFit(drafts, missing.length, limit);
    if (home !== undefined) fill(home, missing, limit);
    else creations.push({ ports: group.ports, endpoints: missing.splice(0, limit) });
  }
  for (const draft of drafts) {
    if (draft.endpoints.length === 0) deletions.push(draft.slice);
    else if (draft.changed) updates.push({ slice: draft.slice, endpoints: draft.endpoints });
  }
}

let plans = 0;

/** Drops what is no longer wanted from the slices; gives what is in none of them. */
function keepWhatFits(
  { endpoints }: EndpointGroup,
  slices: readonly EndpointSlice[],
): { drafts: Draft[]; missing: Endpoint[] } {
  const plan = ++plans;
  let found = 0;
  const drafts: Draft[] = [];
  for (const slice of slices) {
    const old = slice.endpoints;
    const kept: Endpoint[] = [];
    let changed = false;
    for (let i = 0; i < old.length; i++) {
      const wanted = endpoints.get(endpointKey(old[i]!));
      if (wanted === undefined || wanted.foundBy === plan) {
        changed = true;
        continue;
      }
      wanted.foundBy = plan;
      found++;
      if (wanted.endpoint !== old[i]) {
        if (sameEndpoint(wanted.endpoint, old[i]!)) wanted.endpoint = old[i]!;
        else changed = true;
      }
      kept.push(wanted.endpoint);
    }
    drafts.push({ slice, endpoints: kept, changed });
  }
  const missing: Endpoint[] = [];
  if (found < endpoints.size) {
    for (const wanted of endpoints.values()) if (wanted.foundBy !== plan) missing.push(wanted.endpoint);
  }
  return { drafts, missing };
}

function fill(draft: Draft, missing: Endpoint[], limit: number): void {
  const room = limit - draft.endpoints.length;
  if (room <= 0 || missing.length === 0) return;
  draft.endpoints.push(...missing.splice(0, room));
  draft.changed = true;
}

/** The fullest slice, still unchanged, that has room for so many endpoints. */
function roomiestFit(drafts: readonly Draft[], count: number, limit: number): Draft | undefined {
  let best: Draft | undefined;
  for (const draft of drafts) {
    if (draft.changed || draft.endpoints.length === 0 || draft.endpoints.length + count > limit) continue;
    if (best === undefined || draft.endpoints.length > best.endpoints.length) best = draft;
  }
  return best;
}
