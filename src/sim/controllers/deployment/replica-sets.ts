/** Questions about a Deployment's ReplicaSets; nothing here acts. */
import { deepEqual } from "../../api/deep-equal";
import { parseTime } from "../../api/time";
import type { Deployment, PodTemplateSpec, ReplicaSet } from "../../api/types";
import { desiredAnnotation, maxReplicasAnnotation, revisionOf } from "./annotations";
import { isRolling, maxSurge } from "./fenceposts";

export const POD_TEMPLATE_HASH = "pod-template-hash";

export function replicasOf(rs: ReplicaSet): number {
  return rs.spec.replicas ?? 1;
}

/** Whether two templates make the same pods: the hash that tells ReplicaSets apart is not part of it. */
export function sameTemplate(a: PodTemplateSpec | undefined, b: PodTemplateSpec | undefined): boolean {
  if (a === b) return true;
  if (a === undefined || b === undefined || !deepEqual(a.spec, b.spec)) return false;
  return deepEqual(withoutHash(a), withoutHash(b));
}

function withoutHash(template: PodTemplateSpec): unknown {
  const { labels, ...rest } = template.metadata ?? {};
  const { [POD_TEMPLATE_HASH]: _hash, ...others } = labels ?? {};
  return { ...rest, labels: others };
}

export function byAge(a: ReplicaSet, b: ReplicaSet): number {
  const ages = parseTime(a.metadata.creationTimestamp) - parseTime(b.metadata.creationTimestamp);
  return ages !== 0 ? ages : byName(a, b);
}

function byName(a: ReplicaSet, b: ReplicaSet): number {
  return a.metadata.name < b.metadata.name ? -1 : a.metadata.name > b.metadata.name ? 1 : 0;
}

/** Oldest revision first. */
export function byRevision(a: ReplicaSet, b: ReplicaSet): number {
  return revisionOf(a) - revisionOf(b) || byAge(a, b);
}

/** Largest first, of equal ones the newer. */
function bySizeNewer(a: ReplicaSet, b: ReplicaSet): number {
  return replicasOf(b) - replicasOf(a) || byAge(b, a);
}

/** Largest first, of equal ones the older. */
function bySizeOlder(a: ReplicaSet, b: ReplicaSet): number {
  return replicasOf(b) - replicasOf(a) || byAge(a, b);
}

/** The ReplicaSet of a Deployment's current template: the oldest one, should there be several. */
export function findNew(deployment: Deployment, sets: readonly ReplicaSet[]): ReplicaSet | undefined {
  return [...sets].sort(byAge).find((rs) => sameTemplate(rs.spec.template, deployment.spec.template));
}

/** Those that want pods. */
export function activeOnes(sets: readonly ReplicaSet[]): ReplicaSet[] {
  return sets.filter((rs) => replicasOf(rs) > 0);
}

/** Replicas that all of them want. */
export function totalReplicas(sets: readonly ReplicaSet[]): number {
  let sum = 0;
  for (const rs of sets) sum += replicasOf(rs);
  return sum;
}

/** Pods that all of them have, by their status. */
export function actualReplicas(sets: readonly ReplicaSet[]): number {
  let sum = 0;
  for (const rs of sets) sum += rs.status.replicas;
  return sum;
}

export function readyReplicas(sets: readonly ReplicaSet[]): number {
  let sum = 0;
  for (const rs of sets) sum += rs.status.readyReplicas ?? 0;
  return sum;
}

export function availableReplicas(sets: readonly ReplicaSet[]): number {
  let sum = 0;
  for (const rs of sets) sum += rs.status.availableReplicas ?? 0;
  return sum;
}

/**
 * The one ReplicaSet to scale with the Deployment; undefined in the middle of an update, with several
 * active.
 */
export function findActiveOrLatest(
  newest: ReplicaSet | undefined,
  old: readonly ReplicaSet[],
): ReplicaSet | undefined {
  const active = activeOnes(newest === undefined ? old : [...old, newest]);
  if (active.length > 1) return undefined;
  if (active.length === 1) return active[0];
  return newest ?? [...old].sort(byAge).at(-1);
}

/** Whether the newest ReplicaSet has everything that the Deployment wants. */
export function isSaturated(deployment: Deployment, rs: ReplicaSet | undefined): boolean {
  if (rs === undefined) return false;
  const wanted = deployment.spec.replicas ?? 1;
  const available = rs.status.availableReplicas ?? 0;
  return replicasOf(rs) === wanted && desiredAnnotation(rs) === wanted && available === wanted;
}

/** The size that the newest ReplicaSet should have next, within the bounds of the strategy. */
export function newReplicaSetSize(
  deployment: Deployment,
  all: readonly ReplicaSet[],
  current: number,
): number {
  const wanted = deployment.spec.replicas ?? 1;
  if (!isRolling(deployment)) return wanted;
  const room = wanted + maxSurge(deployment) - totalReplicas(all);
  if (room <= 0) return current;
  return current + Math.min(room, wanted - current);
}

/** Rounds half away from zero. */
function round(x: number): number {
  return x < 0 ? Math.trunc(x - 0.5) : Math.trunc(x + 0.5);
}

/** What a ReplicaSet gains or loses when its share of the pods is kept. */
function fraction(rs: ReplicaSet, deployment: Deployment): number {
  const wanted = deployment.spec.replicas ?? 1;
  if (wanted === 0) return -replicasOf(rs);
  const before = maxReplicasAnnotation(rs) ?? deployment.status.replicas ?? 0;
  if (before === 0) return 0;
  const size = (replicasOf(rs) * (wanted + maxSurge(deployment))) / before;
  return round(size) - replicasOf(rs);
}

/**
 * Sizes for the active ReplicaSets when a Deployment is resized in the middle of an update: each keeps its
 * share, the largest takes what rounding leaves.
 */
export function proportionalSizes(
  deployment: Deployment,
  sets: readonly ReplicaSet[],
): { readonly rs: ReplicaSet; readonly size: number }[] {
  const wanted = deployment.spec.replicas ?? 1;
  const allowed = wanted > 0 ? wanted + maxSurge(deployment) : 0;
  const toAdd = allowed - totalReplicas(sets);
  const sorted = [...sets].sort(toAdd < 0 ? bySizeOlder : bySizeNewer);
  let added = 0;
  const sizes = sorted.map((rs) => {
    let share = 0;
    if (toAdd !== 0 && toAdd !== added && replicasOf(rs) > 0) {
      const own = fraction(rs, deployment);
      share = toAdd > 0 ? Math.min(own, toAdd - added) : Math.max(own, toAdd - added);
    }
    added += share;
    return { rs, size: replicasOf(rs) + share };
  });
  const first = sizes[0];
  if (first !== undefined) sizes[0] = { rs: first.rs, size: Math.max(0, first.size + toAdd - added) };
  return sizes;
}
