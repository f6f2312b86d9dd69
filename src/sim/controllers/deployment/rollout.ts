/**
 * One look at one Deployment: what all strategies share (`pkg/controller/deployment/sync.go`). It holds the
 * newest copies that this sync has got from the server, so that one write does not make the next one stale.
 *
 */
import { deployments } from "../../api/kinds/deployment";
import { replicaSets } from "../../api/kinds/replica-set";
import { objectKey } from "../../api/meta";
import type { Deployment, ReplicaSet, Status } from "../../api/types";
import type { EventRecorder } from "../../client/event-recorder";
import type { RestClient } from "../../client/rest-client";
import { isNotFound } from "../../client/transport-error";
import type { Task } from "../../kernel/task";
import { SECOND, type Micros } from "../../kernel/time";
import { ok, type Result } from "../../../shared/result";
import type { Engine, SyncError } from "../engine";
import { withReplicasAnnotations } from "./annotations";
import {
  calculateStatus,
  isComplete,
  rolloutStatus,
  sameStatus,
  untilDeadline,
  type DeploymentStatus,
} from "./progress";
import {
  activeOnes,
  byRevision,
  findActiveOrLatest,
  isSaturated,
  proportionalSizes,
  replicasOf,
} from "./replica-sets";
import { isRolling } from "./fenceposts";

/** What rollouts work with; the same for all. */
export interface RolloutTools {
  readonly client: RestClient;
  readonly recorder: EventRecorder;
  readonly engine: Engine;
  now(): Micros;
  /** The controller's local copy of a ReplicaSet, by key. */
  replicaSet(key: string): ReplicaSet | undefined;
}

const UNLIMITED_HISTORY = 2_147_483_647;

export class Rollout {
  readonly tools: RolloutTools;
  deployment: Deployment;
  /** The ReplicaSet of the current template, if there is one. */
  newest: ReplicaSet | undefined;
  old: ReplicaSet[];

  constructor(tools: RolloutTools, deployment: Deployment, sets: readonly ReplicaSet[]) {
    this.tools = tools;
    this.deployment = deployment;
    this.newest = undefined;
    this.old = [...sets];
  }

  get key(): string {
    return objectKey(this.deployment);
  }

  get wanted(): number {
    return this.deployment.spec.replicas ?? 1;
  }

  get all(): ReplicaSet[] {
    return this.newest === undefined ? this.old : [...this.old, this.newest];
  }

  /** Notes for the stage what this sync decided. */
  decide(action: string): void {
    const describe = (rs: ReplicaSet): string => `${replicasOf(rs)} of ${rs.metadata.name}`;
    const have = this.all.filter((rs) => replicasOf(rs) > 0).map(describe);
    const want = `${this.wanted} of the current template`;
    this.tools.engine.decide(this.key, want, have.join(", ") || "none", action);
  }

  /** Writes the Deployment's status (and annotations); later writes build on the answer. */
  *writeStatus(next: Deployment): Task<SyncError> {
    const written = yield* this.tools.client.update(deployments, next, { subresource: "status" });
    if (!written.ok) return isNotFound(written.error) ? undefined : written.error;
    this.deployment = written.value;
    return undefined;
  }

  /** Writes a ReplicaSet; gives it as stored. */
  *writeSet(next: ReplicaSet): Task<Result<ReplicaSet, Status>> {
    const written = yield* this.tools.client.update(replicaSets, next);
    if (written.ok) this.#replaceSet(written.value);
    return written;
  }

  #replaceSet(rs: ReplicaSet): void {
    if (this.newest?.metadata.uid === rs.metadata.uid) this.newest = rs;
    this.old = this.old.map((o) => (o.metadata.uid === rs.metadata.uid ? rs : o));
  }

  /** Sets the size of a ReplicaSet, with an Event; gives whether it changed. */
  *scale(rs: ReplicaSet, size: number): Task<Result<boolean, Status>> {
    const before = replicasOf(rs);
    const annotations = withReplicasAnnotations(rs, this.deployment);
    if (before === size && annotations === rs.metadata.annotations) return ok(false);
    const metadata = annotations === undefined ? rs.metadata : { ...rs.metadata, annotations };
    if (before !== size) this.decide(`scale ${rs.metadata.name} from ${before} to ${size}`);
    const written = yield* this.writeSet({ ...rs, metadata, spec: { ...rs.spec, replicas: size } });
    if (!written.ok) return written;
    if (before === size) return ok(false);
    const direction = before < size ? "up" : "down";
    this.event(`Scaled ${direction} replica set ${rs.metadata.name} from ${before} to ${size}`);
    return ok(true);
  }

  event(message: string): void {
    this.tools.recorder.event(this.deployment, "Normal", "ScalingReplicaSet", message);
  }

  /** Brings the ReplicaSets to a new size of the Deployment, without rolling anything out. */
  *resize(): Task<SyncError> {
    const single = findActiveOrLatest(this.newest, this.old);
    if (single !== undefined) return errorOf(yield* this.scale(single, this.wanted));
    if (isSaturated(this.deployment, this.newest)) {
      for (const rs of activeOnes(this.old)) {
        const scaled = yield* this.scale(rs, 0);
        if (!scaled.ok) return scaled.error;
      }
      return undefined;
    }
    if (!isRolling(this.deployment)) return undefined;
    for (const { rs, size } of proportionalSizes(this.deployment, activeOnes(this.all))) {
      const scaled = yield* this.scale(rs, size);
      if (!scaled.ok) return scaled.error;
    }
    return undefined;
  }

  /** Deletes old ReplicaSets beyond the history that is to be kept. */
  *cleanUp(): Task<SyncError> {
    const limit = this.deployment.spec.revisionHistoryLimit ?? UNLIMITED_HISTORY;
    if (limit === UNLIMITED_HISTORY) return undefined;
    const candidates = this.old.filter((rs) => rs.metadata.deletionTimestamp === undefined);
    const surplus = candidates.length - limit;
    if (surplus <= 0) return undefined;
    for (const rs of candidates.sort(byRevision).slice(0, surplus)) {
      const observed = (rs.status.observedGeneration ?? 0) >= (rs.metadata.generation ?? 0);
      if (rs.status.replicas !== 0 || replicasOf(rs) !== 0 || !observed) continue;
      this.decide(`delete ${rs.metadata.name}: history is long enough`);
      const { namespace, name } = rs.metadata;
      const gone = yield* this.tools.client.delete(replicaSets, namespace, name);
      if (!gone.ok && !isNotFound(gone.error)) return gone.error;
    }
    return undefined;
  }

  /** Ends a sync of a Deployment that is rolling out: status and progress. */
  *finish(): Task<SyncError> {
    const now = this.tools.now();
    const status = rolloutStatus(this.deployment, this.all, this.newest, now);
    if (!sameStatus(status, this.deployment.status)) return yield* this.#store(status);
    const { queue } = this.tools.engine;
    const left = untilDeadline(this.deployment, status, now);
    if (left === undefined) return undefined;
    if (left < SECOND) queue.addRateLimited(this.key);
    else queue.addAfter(this.key, left + SECOND);
    return undefined;
  }

  /** Ends a sync that rolls nothing out: status only. */
  *finishStatus(): Task<SyncError> {
    const status = calculateStatus(this.deployment, this.all, this.newest, this.tools.now());
    if (sameStatus(status, this.deployment.status)) return undefined;
    return yield* this.#store(status);
  }

  *#store(status: DeploymentStatus): Task<SyncError> {
    return yield* this.writeStatus({ ...this.deployment, status } as Deployment);
  }

  /** Cleans up after a finished rollout and ends the sync. */
  *conclude(): Task<SyncError> {
    if (isComplete(this.deployment, this.deployment.status)) {
      this.decide("nothing");
      const error = yield* this.cleanUp();
      if (error !== undefined) return error;
    }
    return yield* this.finish();
  }
}

export function errorOf(result: Result<unknown, Status>): SyncError {
  return result.ok ? undefined : result.error;
}
