/**
 * A rolling update: one step a sync, never beyond the bounds (`pkg/controller/deployment/rolling.go`).
 */
import type { ReplicaSet, Status } from "../../api/types";
import type { Task } from "../../kernel/task";
import { ok, type Result } from "../../../shared/result";
import type { SyncError } from "../engine";
import { maxUnavailable } from "./fenceposts";
import { syncRevision } from "./new-replica-set";
import {
  activeOnes,
  availableReplicas,
  byAge,
  newReplicaSetSize,
  replicasOf,
  totalReplicas,
} from "./replica-sets";
import type { Rollout } from "./rollout";

export function* rollRolling(rollout: Rollout): Task<SyncError> {
  const error = yield* syncRevision(rollout, true);
  if (error !== undefined || rollout.newest === undefined) return error;
  const up = yield* scaleNewest(rollout, rollout.newest);
  if (!up.ok) return up.error;
  if (up.value) return yield* rollout.finish();
  const down = yield* scaleOld(rollout);
  if (!down.ok) return down.error;
  if (down.value) return yield* rollout.finish();
  return yield* rollout.conclude();
}

function* scaleNewest(rollout: Rollout, newest: ReplicaSet): Task<Result<boolean, Status>> {
  const current = replicasOf(newest);
  if (current === rollout.wanted) return ok(false);
  if (current > rollout.wanted) return yield* rollout.scale(newest, rollout.wanted);
  return yield* rollout.scale(newest, newReplicaSetSize(rollout.deployment, rollout.all, current));
}

function* scaleOld(rollout: Rollout): Task<Result<boolean, Status>> {
  const old = activeOnes(rollout.old);
  if (old.length === 0) return ok(false);
  const most = removable(rollout);
  if (most <= 0) return ok(false);
  const unhealthy = yield* removeUnhealthy(rollout, most);
  if (!unhealthy.ok) return unhealthy;
  const healthy = yield* removeHealthy(rollout);
  if (!healthy.ok) return healthy;
  return ok(unhealthy.value + healthy.value > 0);
}

/** How many old replicas may go, if all of them were fine: what the newest lacks must stay. */
function removable(rollout: Rollout): number {
  const { newest } = rollout;
  const minAvailable = rollout.wanted - maxUnavailable(rollout.deployment);
  const lacking = newest === undefined ? 0 : replicasOf(newest) - (newest.status.availableReplicas ?? 0);
  return totalReplicas(rollout.all) - minAvailable - lacking;
}

/** Replicas that are not available can go without any loss of availability. Gives how many went. */
function* removeUnhealthy(rollout: Rollout, most: number): Task<Result<number, Status>> {
  let removed = 0;
  for (const rs of activeOnes(rollout.old).sort(byAge)) {
    if (removed >= most) break;
    const unavailable = replicasOf(rs) - (rs.status.availableReplicas ?? 0);
    const count = Math.min(most - removed, unavailable);
    if (count <= 0) continue;
    const scaled = yield* rollout.scale(rs, replicasOf(rs) - count);
    if (!scaled.ok) return scaled;
    removed += count;
  }
  return ok(removed);
}

/** Available replicas may go as far as enough others are available. Gives how many went. */
function* removeHealthy(rollout: Rollout): Task<Result<number, Status>> {
  const minAvailable = rollout.wanted - maxUnavailable(rollout.deployment);
  const most = availableReplicas(rollout.all) - minAvailable;
  let removed = 0;
  for (const rs of activeOnes(rollout.old).sort(byAge)) {
    if (removed >= most) break;
    const count = Math.min(replicasOf(rs), most - removed);
    const scaled = yield* rollout.scale(rs, replicasOf(rs) - count);
    if (!scaled.ok) return scaled;
    removed += count;
  }
  return ok(removed);
}
