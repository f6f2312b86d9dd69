import type { Node, Pod } from "../../api/types";

/** Kinds of changes in the cluster that may let a rejected pod be scheduled; bits, as plugins name several. */
export const NODE_ADDED = 1;
export const NODE_DELETED = 2;
export const NODE_ALLOCATABLE = 4;
export const NODE_LABELS = 8;
/** Taints, or `spec.unschedulable`. */
export const NODE_TAINTS = 16;
/** A bound pod appeared, changed its labels, or went. */
export const POD_ADDED = 32;
export const POD_LABELS = 64;
export const POD_DELETED = 128;
/** The waiting pod itself changed. */
export const SELF_LABELS = 256;
export const SELF_TOLERATIONS = 512;
export const SELF_GATES = 1024;
/** A bound pod was resized and asks for less; the waiting pod was. */
export const POD_SCALED_DOWN = 2048;
export const SELF_SCALED_DOWN = 4096;

/** A change, with the object before and after; one of them is undefined when it appeared or went. */
export type ClusterEvent =
  | {
      readonly kind: number;
      readonly what: "node";
      readonly old: Node | undefined;
      readonly new: Node | undefined;
    }
  | {
      readonly kind: number;
      readonly what: "pod";
      readonly old: Pod | undefined;
      readonly new: Pod | undefined;
    };

/** A plugin's interest in changes (upstream `ClusterEventWithHint`). */
export interface EventInterest {
  /** Kinds, or'ed together. */
  readonly kinds: number;
  /** The queueing hint: whether the change may help this pod. Absent: always. */
  readonly helps?: (pod: Pod, event: ClusterEvent) => boolean;
}

/** Which kinds of change lie between two versions of a node; 0 for none that matters. */
export function nodeChanges(old: Node, next: Node): number {
  let kinds = 0;
  if (
    old.status.allocatable !== next.status.allocatable &&
    !sameMap(old.status.allocatable, next.status.allocatable)
  ) {
    kinds |= NODE_ALLOCATABLE;
  }
  const before = old.metadata.labels;
  const after = next.metadata.labels;
  if (before !== after && !sameMap(before, after)) kinds |= NODE_LABELS;
  if (old.spec.unschedulable !== next.spec.unschedulable || !sameTaints(old, next)) kinds |= NODE_TAINTS;
  return kinds;
}

/** Whether two maps of strings have the same pairs. */
export function sameMap(
  a: Readonly<Record<string, string>> | undefined,
  b: Readonly<Record<string, string>> | undefined,
): boolean {
  if (a === b) return true;
  const left = Object.keys(a ?? {});
  if (left.length !== Object.keys(b ?? {}).length) return false;
  return left.every((key) => a?.[key] === b?.[key]);
}

function sameTaints(old: Node, next: Node): boolean {
  const a = old.spec.taints ?? [];
  const b = next.spec.taints ?? [];
  if (a === b) return true;
  if (a.length !== b.length) return false;
  return a.every((taint, i) => {
    const other = b[i];
    return taint.key === other?.key && taint.effect === other.effect && taint.value === other.value;
  });
}
