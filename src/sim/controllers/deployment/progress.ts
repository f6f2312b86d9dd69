/**
 * How far a rollout is: status, conditions, deadline (`pkg/controller/deployment/progress.go`,
 * `util/deployment_util.go`).
 */
import { deepEqual } from "../../api/deep-equal";
import { findCondition, removeCondition } from "../../api/meta";
import { formatTime, parseTime } from "../../api/time";
import type { Deployment, ReplicaSet } from "../../api/types";
import { SECOND, type Micros } from "../../kernel/time";
import { maxUnavailable } from "./fenceposts";
import { actualReplicas, availableReplicas, readyReplicas, totalReplicas } from "./replica-sets";

export type DeploymentStatus = Deployment["status"];
export type DeploymentCondition = NonNullable<DeploymentStatus["conditions"]>[number];
type Conditions = DeploymentStatus["conditions"];

export const NEW_RS_AVAILABLE = "NewReplicaSetAvailable";
export const TIMED_OUT = "ProgressDeadlineExceeded";
const NO_DEADLINE = 2_147_483_647;

export function condition(
  type: "Available" | "Progressing" | "ReplicaFailure",
  status: "True" | "False" | "Unknown",
  reason: string,
  message: string,
  now: Micros,
): DeploymentCondition {
  const at = formatTime(now);
  return { type, status, lastUpdateTime: at, lastTransitionTime: at, reason, message };
}

/** The conditions with one set; what says the same as before keeps its times. */
export function withCondition(conditions: Conditions, next: DeploymentCondition): Conditions {
  const before = findCondition(conditions, next.type);
  if (before?.status === next.status && before.reason === next.reason) return conditions;
  const kept =
    before?.status === next.status ? { ...next, lastTransitionTime: before.lastTransitionTime } : next;
  const others = (conditions ?? []).filter((c) => c.type !== next.type);
  return [...others, kept as DeploymentCondition];
}

export function hasProgressDeadline(deployment: Deployment): boolean {
  const seconds = deployment.spec.progressDeadlineSeconds;
  return seconds !== undefined && seconds !== NO_DEADLINE;
}

export function progressing(status: DeploymentStatus): DeploymentCondition | undefined {
  return findCondition(status.conditions, "Progressing");
}

/** Status by the counts of all ReplicaSets; conditions other than Available are taken over. */
export function calculateStatus(
  deployment: Deployment,
  all: readonly ReplicaSet[],
  newest: ReplicaSet | undefined,
  now: Micros,
): DeploymentStatus {
  const available = availableReplicas(all);
  const replicas = actualReplicas(all);
  const wanted = deployment.spec.replicas ?? 1;
  const status: DeploymentStatus = {};
  const { generation } = deployment.metadata;
  if (generation !== undefined) status.observedGeneration = generation;
  // Counts of zero are left out, as in upstream's JSON.
  if (replicas > 0) status.replicas = replicas;
  if (newest !== undefined && newest.status.replicas > 0) status.updatedReplicas = newest.status.replicas;
  const ready = readyReplicas(all);
  if (ready > 0) status.readyReplicas = ready;
  if (available > 0) status.availableReplicas = available;
  const unavailable = Math.max(totalReplicas(all) - available, 0);
  if (unavailable > 0) status.unavailableReplicas = unavailable;
  const { collisionCount } = deployment.status;
  if (collisionCount !== undefined) status.collisionCount = collisionCount;
  const enough = available >= wanted - maxUnavailable(deployment);
  const next = enough
    ? condition("Available", "True", "MinimumReplicasAvailable", "Deployment has minimum availability.", now)
    : condition(
        "Available",
        "False",
        "MinimumReplicasUnavailable",
        "Deployment does not have minimum availability.",
        now,
      );
  const conditions = withCondition(deployment.status.conditions, next);
  if (conditions !== undefined) status.conditions = conditions;
  return status;
}

/**
 * Whether a rollout is done: all wanted pods are of the new template and available, and no others are left.
 */
export function isComplete(deployment: Deployment, status: DeploymentStatus): boolean {
  const wanted = deployment.spec.replicas ?? 1;
  return (
    (status.updatedReplicas ?? 0) === wanted &&
    (status.replicas ?? 0) === wanted &&
    (status.availableReplicas ?? 0) === wanted &&
    (status.observedGeneration ?? 0) >= (deployment.metadata.generation ?? 0)
  );
}

/** Whether anything got better since the status that is stored. */
export function hasProgressed(deployment: Deployment, next: DeploymentStatus): boolean {
  const old = deployment.status;
  const updated = next.updatedReplicas ?? 0;
  const oldUpdated = old.updatedReplicas ?? 0;
  return (
    updated > oldUpdated ||
    (next.replicas ?? 0) - updated < (old.replicas ?? 0) - oldUpdated ||
    (next.readyReplicas ?? 0) > (old.readyReplicas ?? 0) ||
    (next.availableReplicas ?? 0) > (old.availableReplicas ?? 0)
  );
}

/** Whether a rollout has made no progress for longer than its deadline. */
export function hasTimedOut(deployment: Deployment, status: DeploymentStatus, now: Micros): boolean {
  const current = progressing(status);
  if (!hasProgressDeadline(deployment) || current === undefined) return false;
  if (current.reason === NEW_RS_AVAILABLE) return false;
  if (current.reason === TIMED_OUT) return true;
  return deadlineOf(deployment, current) < now;
}

function deadlineOf(deployment: Deployment, current: DeploymentCondition): Micros {
  const from = current.lastUpdateTime === undefined ? 0 : parseTime(current.lastUpdateTime);
  return from + (deployment.spec.progressDeadlineSeconds ?? 0) * SECOND;
}

/** The status of a rollout under way, with what its progress says. */
export function rolloutStatus(
  deployment: Deployment,
  all: readonly ReplicaSet[],
  newest: ReplicaSet | undefined,
  now: Micros,
): DeploymentStatus {
  const status = calculateStatus(deployment, all, newest, now);
  const current = progressing(deployment.status);
  let { conditions } = status;
  if (!hasProgressDeadline(deployment)) conditions = removeCondition(conditions, "Progressing");
  const settled =
    (status.replicas ?? 0) === (status.updatedReplicas ?? 0) && current?.reason === NEW_RS_AVAILABLE;
  if (hasProgressDeadline(deployment) && !settled) {
    conditions = progressConditions(deployment, { ...status, conditions: conditions ?? [] }, newest, now);
  }
  const failure = replicaFailure(all, newest, now);
  conditions =
    failure === undefined
      ? removeCondition(conditions, "ReplicaFailure")
      : withCondition(conditions, failure);
  if (conditions !== undefined) status.conditions = conditions;
  return status;
}

function progressConditions(
  deployment: Deployment,
  status: DeploymentStatus,
  newest: ReplicaSet | undefined,
  now: Micros,
): Conditions {
  const who =
    newest === undefined
      ? `Deployment "${deployment.metadata.name}"`
      : `ReplicaSet "${newest.metadata.name}"`;
  const current = progressing(deployment.status);
  if (isComplete(deployment, status)) {
    const message = `${who} has successfully progressed.`;
    return withCondition(status.conditions, condition("Progressing", "True", NEW_RS_AVAILABLE, message, now));
  }
  if (hasProgressed(deployment, status)) {
    const next = condition("Progressing", "True", "ReplicaSetUpdated", `${who} is progressing.`, now);
    if (current?.status === "True" && current.lastTransitionTime !== undefined) {
      next.lastTransitionTime = current.lastTransitionTime;
    }
    // Removed first, so that its lastUpdateTime moves on: the deadline counts from there.
    return withCondition(removeCondition(status.conditions, "Progressing"), next);
  }
  if (hasTimedOut(deployment, status, now)) {
    const message = `${who} has timed out progressing.`;
    return withCondition(status.conditions, condition("Progressing", "False", TIMED_OUT, message, now));
  }
  return status.conditions;
}

/** Why ReplicaSets cannot create or delete pods, the newest one's reason first. */
function replicaFailure(
  all: readonly ReplicaSet[],
  newest: ReplicaSet | undefined,
  now: Micros,
): DeploymentCondition | undefined {
  const order = newest === undefined ? all : [newest, ...all.filter((rs) => rs !== newest)];
  for (const rs of order) {
    const failed = findCondition(rs.status.conditions, "ReplicaFailure");
    if (failed === undefined) continue;
    const made = condition(
      "ReplicaFailure",
      failed.status as "True",
      failed.reason ?? "",
      failed.message ?? "",
      now,
    );
    return failed.lastTransitionTime === undefined
      ? made
      : { ...made, lastTransitionTime: failed.lastTransitionTime };
  }
  return undefined;
}

/**
 * How long until a rollout that makes no progress must be looked at for its deadline; undefined: need not
 * be.
 */
export function untilDeadline(
  deployment: Deployment,
  status: DeploymentStatus,
  now: Micros,
): Micros | undefined {
  const current = progressing(deployment.status);
  if (!hasProgressDeadline(deployment) || current === undefined) return undefined;
  if (isComplete(deployment, status) || current.reason === TIMED_OUT) return undefined;
  return deadlineOf(deployment, current) - now;
}

export function sameStatus(a: DeploymentStatus, b: DeploymentStatus): boolean {
  return deepEqual(a, b);
}
