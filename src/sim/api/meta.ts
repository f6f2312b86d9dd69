/**
 * Small questions about objects that every component asks: keys, owners, conditions, pod state.
 */
import { parseTime } from "./time";
import type { ApiObject, IntOrString, OwnerReference, PodCondition, PodSpec, PodStatus } from "./types";

/** `namespace/name`, or the name alone for cluster-scoped objects: the key of informers and work queues. */
export function objectKey(obj: ApiObject): string {
  const { namespace, name } = obj.metadata;
  return namespace === undefined || namespace === "" ? (name ?? "") : `${namespace}/${name}`;
}

/** The key of a namespace and a name. */
export function joinKey(namespace: string | undefined, name: string): string {
  return namespace === undefined || namespace === "" ? name : `${namespace}/${name}`;
}

/** The parts of a key; namespace `""` for cluster-scoped objects. */
export function splitKey(key: string): { namespace: string; name: string } {
  const slash = key.indexOf("/");
  return slash < 0
    ? { namespace: "", name: key }
    : { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}

/** The owner that manages an object, if it has one. */
export function controllerOf(obj: ApiObject): OwnerReference | undefined {
  const owners = obj.metadata.ownerReferences;
  if (owners === undefined) return undefined;
  for (const owner of owners) if (owner.controller === true) return owner;
  return undefined;
}

/** Whether `owner` is the managing owner of `obj`. */
export function isControlledBy(obj: ApiObject, owner: ApiObject): boolean {
  return controllerOf(obj)?.uid === owner.metadata.uid;
}

/** A reference that makes `owner` the managing owner. */
export function controllerRef(owner: ApiObject): OwnerReference {
  return {
    apiVersion: owner.apiVersion,
    kind: owner.kind,
    name: owner.metadata.name ?? "",
    uid: owner.metadata.uid ?? "",
    controller: true,
    blockOwnerDeletion: true,
  };
}

export function isDeleting(obj: ApiObject): boolean {
  return obj.metadata.deletionTimestamp !== undefined;
}

/** What all conditions have in common. */
export interface ConditionLike {
  type: string;
  status: string;
  reason?: string;
  message?: string;
  lastTransitionTime?: string;
}

export function findCondition<C extends ConditionLike>(
  conditions: readonly C[] | undefined,
  type: string,
): C | undefined {
  if (conditions === undefined) return undefined;
  for (const condition of conditions) if (condition.type === type) return condition;
  return undefined;
}

/** `True`, `False` or `Unknown`; undefined if there is no such condition. */
export function conditionStatus(
  conditions: readonly ConditionLike[] | undefined,
  type: string,
): string | undefined {
  return findCondition(conditions, type)?.status;
}

/**
 * The conditions with `next` in place of the one of its type, or at the end. The time of the last transition is kept
 * while the status is the same. Returns the same list if nothing changes at all.
 */
export function setCondition<C extends ConditionLike>(conditions: readonly C[] | undefined, next: C): C[] {
  const list = conditions ?? [];
  const at = list.findIndex((c) => c.type === next.type);
  const prev = list[at];
  if (prev === undefined) return [...list, next];
  const kept = { ...next };
  if (prev.status === next.status && prev.lastTransitionTime !== undefined) {
    kept.lastTransitionTime = prev.lastTransitionTime;
  }
  if (sameFields(prev, kept)) return list as C[];
  return list.with(at, kept);
}

export function removeCondition<C extends ConditionLike>(
  conditions: readonly C[] | undefined,
  type: string,
): C[] {
  const list = conditions ?? [];
  return list.some((c) => c.type === type) ? list.filter((c) => c.type !== type) : (list as C[]);
}

function sameFields(a: object, b: object): boolean {
  const left = a as Record<string, unknown>;
  const right = b as Record<string, unknown>;
  for (const key in left) if (left[key] !== right[key]) return false;
  for (const key in right) if (left[key] !== right[key]) return false;
  return true;
}

/** The part of a pod that these questions need; informers' pods and drafts both have it. */
export interface PodLike extends ApiObject {
  spec?: PodSpec;
  status?: PodStatus;
}

export function podCondition(pod: PodLike, type: string): PodCondition | undefined {
  return findCondition(pod.status?.conditions, type);
}

export function isPodReady(pod: PodLike): boolean {
  return podCondition(pod, "Ready")?.status === "True";
}

/** Neither finished nor being deleted: what a ReplicaSet counts. */
export function isPodActive(pod: PodLike): boolean {
  const phase = pod.status?.phase;
  return phase !== "Succeeded" && phase !== "Failed" && pod.metadata.deletionTimestamp === undefined;
}

/** Succeeded or Failed: its containers will never run again. */
export function isPodTerminal(pod: PodLike): boolean {
  const phase = pod.status?.phase;
  return phase === "Succeeded" || phase === "Failed";
}

/** Whether a pod has been Ready for `minReadySeconds`, at `nowUs`. */
export function isPodAvailable(pod: PodLike, minReadySeconds: number, nowUs: number): boolean {
  const ready = podCondition(pod, "Ready");
  if (ready?.status !== "True") return false;
  if (minReadySeconds === 0) return true;
  const since = ready.lastTransitionTime;
  return since !== undefined && parseTime(since) + minReadySeconds * 1_000_000 <= nowUs;
}

/**
 * An integer or a percentage of `total` as an integer; undefined if it is neither
 * (apimachinery `pkg/util/intstr`).
 */
export function resolveIntOrPercent(
  value: IntOrString | undefined,
  total: number,
  rounding: "up" | "down",
): number | undefined {
  if (typeof value === "number") return value;
  if (value === undefined || !value.endsWith("%")) return undefined;
  const percent = Number(value.slice(0, -1));
  if (value.length < 2 || !Number.isInteger(percent)) return undefined;
  const product = percent * total;
  return rounding === "up" ? Math.ceil(product / 100) : Math.floor(product / 100);
}
