/**
 * Which pods go first when there are too many (`pkg/controller/controller_utils.go`, ActivePodsWithRanks).
 */
import { isPodActive, podCondition } from "../api/meta";
import { parseTime } from "../api/time";
import type { Pod } from "../api/types";
import type { Micros } from "../kernel/time";

const DELETION_COST = "controller.kubernetes.io/pod-deletion-cost";
const PHASE_RANK: Readonly<Record<string, number>> = { Pending: 0, Unknown: 1, Running: 2 };

/** A pod with what decides its place, worked out once. */
interface Ranked {
  readonly pod: Pod;
  readonly assigned: number;
  readonly phase: number;
  readonly ready: number;
  readonly cost: number;
  readonly siblings: number;
  /**
   * Length of time as Ready, and since creation, on a scale of powers of two; times are only whole seconds.
   */
  readonly readyAge: number;
  readonly readySince: number;
  readonly restarts: number;
  readonly age: number;
  readonly created: number;
  readonly uid: string;
}

/** Floor of the binary logarithm of a duration in nanoseconds; -1 for none. */
export function logAge(since: Micros, now: Micros): number {
  let left = (now - since) * 1000;
  if (!(left > 0)) return -1;
  let log = 0;
  while (left >= 2) {
    left /= 2;
    log++;
  }
  return log;
}

/** The cost that a pod's annotation puts on its deletion; 0 when it has none or nonsense. */
export function deletionCost(pod: Pod): number {
  const text = pod.metadata.annotations?.[DELETION_COST];
  if (text === undefined || text === "" || text !== text.trim()) return 0;
  const cost = Number(text);
  return Number.isInteger(cost) && cost >= -2147483648 && cost <= 2147483647 ? cost : 0;
}

function rankOf(pod: Pod, siblings: ReadonlyMap<string, number>, now: Micros): Ranked {
  const { nodeName } = pod.spec;
  const ready = podCondition(pod, "Ready");
  const isReady = ready?.status === "True";
  const readySince =
    isReady && ready.lastTransitionTime !== undefined ? parseTime(ready.lastTransitionTime) : 0;
  const created = parseTime(pod.metadata.creationTimestamp);
  let restarts = 0;
  for (const status of pod.status.containerStatuses ?? []) restarts = Math.max(restarts, status.restartCount);
  return {
    pod,
    assigned: nodeName === undefined || nodeName === "" ? 0 : 1,
    phase: PHASE_RANK[pod.status.phase ?? ""] ?? 0,
    ready: isReady ? 1 : 0,
    cost: deletionCost(pod),
    siblings: siblings.get(nodeName ?? "") ?? 0,
    readyAge: isReady ? logAge(readySince, now) : 0,
    readySince,
    restarts,
    age: logAge(created, now),
    created,
    uid: pod.metadata.uid,
  };
}

/** Negative: `a` is deleted before `b`. */
function compare(a: Ranked, b: Ranked): number {
  if (a.assigned !== b.assigned) return a.assigned - b.assigned;
  if (a.phase !== b.phase) return a.phase - b.phase;
  if (a.ready !== b.ready) return a.ready - b.ready;
  if (a.cost !== b.cost) return a.cost - b.cost;
  if (a.siblings !== b.siblings) return b.siblings - a.siblings;
  // The shorter, the sooner; who are about as long ready go in the order of their ids, which is no order.
  if (a.ready === 1 && a.readySince !== b.readySince) {
    return a.readyAge === b.readyAge ? byUid(a, b) : a.readyAge - b.readyAge;
  }
  if (a.restarts !== b.restarts) return b.restarts - a.restarts;
  if (a.created !== b.created) return a.age === b.age ? byUid(a, b) : a.age - b.age;
  return byUid(a, b);
}

function byUid(a: Ranked, b: Ranked): number {
  return a.uid < b.uid ? -1 : a.uid > b.uid ? 1 : 0;
}

/**
 * The `count` pods to delete, first one first. `related`: the pods of all ReplicaSets of the same owner;
 * pods that share their node with more of them go sooner.
 */
export function podsToDelete(
  candidates: readonly Pod[],
  related: Iterable<Pod>,
  count: number,
  now: Micros,
): Pod[] {
  if (count >= candidates.length) return [...candidates];
  const siblings = new Map<string, number>();
  for (const pod of related) {
    if (!isPodActive(pod)) continue;
    const node = pod.spec.nodeName ?? "";
    siblings.set(node, (siblings.get(node) ?? 0) + 1);
  }
  const ranked = candidates.map((pod) => rankOf(pod, siblings, now));
  ranked.sort(compare);
  return ranked.slice(0, count).map((r) => r.pod);
}
