import type { Pod, StatefulSet } from "../../api/types";
import type { Micros } from "../../kernel/time";
import { isRunningAndAvailable, isRunningAndReady, isTerminating, revisionOf } from "./identity";

/** The names of the revisions between which a set is. */
export interface RevisionNames {
  readonly current: string;
  readonly update: string;
  readonly collisionCount: number | undefined;
}

/** Counts the pods (`pkg/controller/statefulset/stateful_set_control.go` updateStatus, completeRollingUpdate). */
export function statefulStatus(
  set: StatefulSet,
  pods: readonly Pod[],
  revisions: RevisionNames,
  now: Micros,
): StatefulSet["status"] {
  let ready = 0;
  let available = 0;
  let current = 0;
  let updated = 0;
  for (const pod of pods) {
    if (isRunningAndReady(pod)) {
      ready++;
      if (isRunningAndAvailable(pod, set, now)) available++;
    }
    if (isTerminating(pod)) continue;
    const revision = revisionOf(pod);
    if (revision === revisions.current) current++;
    if (revision === revisions.update) updated++;
  }
  let name = revisions.current;
  const replicas = pods.length;
  const complete = updated === replicas && ready === replicas && replicas === (set.spec.replicas ?? 1);
  if (set.spec.updateStrategy?.type === "RollingUpdate" && complete) {
    current = updated;
    name = revisions.update;
  }
  const status: StatefulSet["status"] = {
    observedGeneration: set.metadata.generation ?? 0,
    replicas,
    availableReplicas: available,
    currentRevision: name,
    updateRevision: revisions.update,
  };
  // Zeros are left out, as everywhere.
  if (ready > 0) status.readyReplicas = ready;
  if (current > 0) status.currentReplicas = current;
  if (updated > 0) status.updatedReplicas = updated;
  // Once collisions were counted, or none have been: upstream always says which.
  status.collisionCount = revisions.collisionCount ?? 0;
  const { conditions } = set.status;
  if (conditions !== undefined) status.conditions = conditions;
  return status;
}
