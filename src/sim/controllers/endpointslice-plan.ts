/**
 * Fits a Service's endpoints into slices with as few writes as possible
 * (`staging/src/k8s.io/endpointslice/reconciler.go`, reconcileByPortMapping).
 */
import type { EndpointSlice } from "../api/types";
import { portsKey, type EndpointPort } from "./service-ports";

export type Endpoint = EndpointSlice["endpoints"][number];

/** Endpoints that have the same ports: they share slices. */
export interface EndpointGroup {
  readonly ports: readonly EndpointPort[];
  /** By `endpointKey`. */
  readonly endpoints: ReadonlyMap<string, Endpoint>;
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
  if (a === b) return true;
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

/** Drops what is no longer wanted from the slices; gives what is in none of them. */
function keepWhatFits(
  { endpoints }: EndpointGroup,
  slices: readonly EndpointSlice[],
): { drafts: Draft[]; missing: Endpoint[] } {
  const placed = new Set<string>();
  const drafts = slices.map((slice): Draft => {
    const draft: Draft = { slice, endpoints: [], changed: false };
    for (const old of slice.endpoints) {
      const key = endpointKey(old);
      const wanted = placed.has(key) ? undefined : endpoints.get(key);
      if (wanted === undefined) {
        draft.changed = true;
        continue;
      }
      placed.add(key);
      const same = sameEndpoint(old, wanted);
      draft.endpoints.push(same ? old : wanted);
      if (!same) draft.changed = true;
    }
    return draft;
  });
  const missing: Endpoint[] = [];
  if (placed.size < endpoints.size) {
    for (const [key, endpoint] of endpoints) if (!placed.has(key)) missing.push(endpoint);
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
