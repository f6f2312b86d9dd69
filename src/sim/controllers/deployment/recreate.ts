/**
 * Recreate: everything old goes before anything new comes (`pkg/controller/deployment/recreate.go`).
 */
import { isPodTerminal } from "../../api/meta";
import type { Pod, ReplicaSet } from "../../api/types";
import type { Task } from "../../kernel/task";
import type { SyncError } from "../engine";
import { syncRevision } from "./new-replica-set";
import { activeOnes, actualReplicas } from "./replica-sets";
import type { Rollout } from "./rollout";

/** `podsOf` gives all pods that a ReplicaSet manages, terminating ones included. */
export function* rollRecreate(rollout: Rollout, podsOf: (rs: ReplicaSet) => Iterable<Pod>): Task<SyncError> {
  const error = yield* syncRevision(rollout, false);
  if (error !== undefined) return error;
  let scaledDown = false;
  for (const rs of activeOnes(rollout.old)) {
    const scaled = yield* rollout.scale(rs, 0);
    if (!scaled.ok) return scaled.error;
    scaledDown ||= scaled.value;
  }
  if (scaledDown || oldPodsRun(rollout, podsOf)) {
    if (!scaledDown) rollout.decide("wait for old pods to end");
    return yield* rollout.finish();
  }
  if (rollout.newest === undefined) {
    const made = yield* syncRevision(rollout, true);
    if (made !== undefined) return made;
  }
  if (rollout.newest === undefined) return undefined;
  const up = yield* rollout.scale(rollout.newest, rollout.wanted);
  if (!up.ok) return up.error;
  return yield* rollout.conclude();
}

function oldPodsRun(rollout: Rollout, podsOf: (rs: ReplicaSet) => Iterable<Pod>): boolean {
  if (actualReplicas(rollout.old) > 0) return true;
  for (const rs of rollout.old) for (const pod of podsOf(rs)) if (!isPodTerminal(pod)) return true;
  return false;
}
