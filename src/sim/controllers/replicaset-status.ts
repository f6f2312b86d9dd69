import { findCondition, isPodAvailable, removeCondition } from "../api/meta";
import { formatTime } from "../api/time";
import type { ReplicaSet, Status } from "../api/types";
import type { Micros } from "../kernel/time";
import type { PodSet } from "./owned-pods";
import type { ReplicaObject } from "./replica-kinds";

type ReplicaStatus = ReplicaSet["status"];

/** Active pods that have been Ready for `minReadySeconds`. */
export function countAvailable(pods: PodSet, minReadySeconds: number, now: Micros): number {
  if (minReadySeconds === 0) return pods.ready;
  let available = 0;
  for (const pod of pods.active.values()) if (isPodAvailable(pod, minReadySeconds, now)) available++;
  return available;
}

/** The status that an object should have by what is known of its pods and what went wrong in this sync. */
export function replicaStatus(
  owner: ReplicaObject,
  pods: PodSet,
  failure: Status | undefined,
  now: Micros,
): ReplicaStatus {
  const active = pods.active.size;
  const before = owner.status;
  const status: ReplicaStatus = { replicas: active };
  if (pods.labeled > 0) status.fullyLabeledReplicas = pods.labeled;
  if (pods.ready > 0) status.readyReplicas = pods.ready;
  const available = countAvailable(pods, owner.spec.minReadySeconds ?? 0, now);
  if (available > 0) status.availableReplicas = available;
  const { generation } = owner.metadata;
  if (generation !== undefined) status.observedGeneration = generation;
  const conditions = failureConditions(before.conditions, failure, active - (owner.spec.replicas ?? 1), now);
  if (conditions !== undefined && conditions.length > 0) status.conditions = conditions;
  return status;
}

type Conditions = ReplicaStatus["conditions"];

/** The condition ReplicaFailure stays as it first was, as long as something fails. */
function failureConditions(
  before: Conditions,
  failure: Status | undefined,
  surplus: number,
  now: Micros,
): Conditions {
  if (failure === undefined) return removeCondition(before, "ReplicaFailure");
  if (surplus === 0 || findCondition(before, "ReplicaFailure") !== undefined) return before;
  const condition = {
    type: "ReplicaFailure",
    status: "True",
    lastTransitionTime: formatTime(now),
    reason: surplus < 0 ? "FailedCreate" : "FailedDelete",
    message: failure.message ?? "",
  };
  return [...(before ?? []), condition];
}

/** Whether a status says the same as the one that is stored. */
export function sameReplicaStatus(a: ReplicaStatus, b: ReplicaStatus): boolean {
  return (
    a.replicas === b.replicas &&
    (a.fullyLabeledReplicas ?? 0) === (b.fullyLabeledReplicas ?? 0) &&
    (a.readyReplicas ?? 0) === (b.readyReplicas ?? 0) &&
    (a.availableReplicas ?? 0) === (b.availableReplicas ?? 0) &&
    a.observedGeneration === b.observedGeneration &&
    sameConditions(a.conditions, b.conditions)
  );
}

function sameConditions(a: Conditions, b: Conditions): boolean {
  if (a === b) return true;
  const left = a ?? [];
  const right = b ?? [];
  return left.length === right.length && left.every((c, i) => c === right[i]);
}
