/**
 * Rolls templates out: Deployments to ReplicaSets (`pkg/controller/deployment/deployment_controller.go`).
 */
import { deployments } from "../../api/kinds/deployment";
import { pods } from "../../api/kinds/pod";
import { replicaSets } from "../../api/kinds/replica-set";
import { controllerOf, isDeleting, objectKey } from "../../api/meta";
import { compileLabelSelector, type Selector } from "../../api/selector";
import type { Deployment, Pod, ReplicaSet } from "../../api/types";
import type { Informer } from "../../client/informer";
import { BY_CONTROLLER, indexByController, indexByNamespace, orphansOf } from "../../client/lister";
import type { RestClient } from "../../client/rest-client";
import type { Task } from "../../kernel/task";
import { adoptAll, releaseAll } from "../claim";
import type { ControllerContext } from "../context";
import { Engine, type SyncError } from "../engine";
import { ownerOf, wakeMatching } from "../owners";
import type { Controller } from "../table";
import { desiredAnnotation } from "./annotations";
import { syncRevision } from "./new-replica-set";
import { condition, hasProgressDeadline, progressing, TIMED_OUT, withCondition } from "./progress";
import { rollRecreate } from "./recreate";
import { activeOnes } from "./replica-sets";
import { rollBack, rollbackRevision } from "./rollback";
import { Rollout, type RolloutTools } from "./rollout";
import { rollRolling } from "./rolling";

const NAME = "deployment-controller";
const WORKERS = 5;
const MAX_RETRIES = 15;
const NO_PODS: readonly Pod[] = [];

class DeploymentController implements Controller {
  readonly engine: Engine;
  readonly #client: RestClient;
  readonly #tools: RolloutTools;
  readonly #deployments: Informer<Deployment>;
  readonly #sets: Informer<ReplicaSet>;
  readonly #pods: Informer<Pod>;

  constructor(context: ControllerContext) {
    const { process, informers } = context;
    this.#client = context.client(NAME);
    this.#deployments = informers.informer(deployments);
    this.#sets = informers.informer(replicaSets);
    this.#pods = informers.informer(pods);
    indexByNamespace(this.#deployments);
    indexByController(this.#sets);
    indexByController(this.#pods);
    this.engine = new Engine(process, {
      name: NAME,
      workers: WORKERS,
      sync: (key) => this.#sync(key),
      maxRetries: MAX_RETRIES,
    });
    this.#tools = {
      client: this.#client,
      recorder: context.recorder(NAME),
      engine: this.engine,
      now: () => process.now,
      replicaSet: (key) => this.#sets.get(key),
    };
    this.#listen();
  }

  start(): void {
    this.engine.start([this.#deployments.synced, this.#sets.synced, this.#pods.synced]);
  }

  #listen(): void {
    const { enqueue } = this.engine;
    this.#deployments.addHandler({
      onAdd: enqueue,
      onUpdate: (_old, deployment) => enqueue(deployment),
      onDelete: enqueue,
    });
    this.#sets.addHandler({
      onAdd: (rs) => this.#wakeOwner(rs),
      onUpdate: (old, rs) => {
        if (controllerOf(old)?.uid !== controllerOf(rs)?.uid) this.#wakeOwner(old);
        this.#wakeOwner(rs);
      },
      onDelete: (rs) => this.#wakeOwner(rs),
    });
    this.#pods.addHandler({ onDelete: (pod) => this.#podDeleted(pod) });
  }

  #wakeOwner(rs: ReplicaSet): void {
    const { enqueue } = this.engine;
    if (controllerOf(rs) === undefined) wakeMatching(this.#deployments, selectorOf, rs, enqueue);
    else {
      const owner = ownerOf(this.#deployments, rs);
      if (owner !== undefined) enqueue(owner);
    }
  }

  /** Recreate waits for the last old pod to be gone. */
  #podDeleted(pod: Pod): void {
    const rs = ownerOf(this.#sets, pod);
    const deployment = rs === undefined ? undefined : ownerOf(this.#deployments, rs);
    if (deployment?.spec.strategy?.type !== "Recreate") return;
    const family = this.#sets.bucket(BY_CONTROLLER, deployment.metadata.uid);
    for (const set of family?.values() ?? []) {
      if (this.#pods.countIndex(BY_CONTROLLER, set.metadata.uid) > 0) return;
    }
    this.engine.enqueue(deployment);
  }

  *#sync(key: string): Task<SyncError> {
    const deployment = this.#deployments.get(key);
    if (deployment === undefined) return undefined;
    if (selectorOf(deployment).empty) return yield* this.#refuse(deployment);
    const sets = yield* this.#claim(deployment);
    if ("code" in sets) return sets;
    const rollout = new Rollout(this.#tools, deployment, sets);
    if (isDeleting(deployment)) return yield* this.#statusOnly(rollout);
    const error = yield* markPaused(rollout);
    if (error !== undefined) return error;
    if (deployment.spec.paused === true) return yield* this.#resize(rollout);
    const revision = rollbackRevision(deployment);
    if (revision !== undefined) return yield* rollBack(rollout, revision);
    if (wasResized(rollout)) return yield* this.#resize(rollout);
    if (deployment.spec.strategy?.type !== "Recreate") return yield* rollRolling(rollout);
    const podsOf = (rs: ReplicaSet): Iterable<Pod> =>
      this.#pods.bucket(BY_CONTROLLER, rs.metadata.uid)?.values() ?? NO_PODS;
    return yield* rollRecreate(rollout, podsOf);
  }

  /** A selector of everything would swallow the namespace. */
  *#refuse(deployment: Deployment): Task<SyncError> {
    const message = "This deployment is selecting all pods. A non-empty selector is required.";
    this.#tools.recorder.event(deployment, "Warning", "SelectingAll", message);
    const { generation } = deployment.metadata;
    if (generation === undefined || (deployment.status.observedGeneration ?? 0) >= generation)
      return undefined;
    const next: Deployment = {
      ...deployment,
      status: { ...deployment.status, observedGeneration: generation },
    };
    const written = yield* this.#client.update(deployments, next, { subresource: "status" });
    return written.ok ? undefined : written.error;
  }

  *#statusOnly(rollout: Rollout): Task<SyncError> {
    return (yield* syncRevision(rollout, false)) ?? (yield* rollout.finishStatus());
  }

  /** Follows a change of size, or of anything while paused: no new ReplicaSet is made. */
  *#resize(rollout: Rollout): Task<SyncError> {
    const error = (yield* syncRevision(rollout, false)) ?? (yield* rollout.resize());
    if (error !== undefined) return error;
    if (rollout.deployment.spec.paused === true && rollbackRevision(rollout.deployment) === undefined) {
      const cleaned = yield* rollout.cleanUp();
      if (cleaned !== undefined) return cleaned;
    }
    return yield* rollout.finishStatus();
  }

  /** The Deployment's ReplicaSets, after adopting those that match and releasing those that do not. */
  *#claim(deployment: Deployment): Task<ReplicaSet[] | NonNullable<SyncError>> {
    const selector = selectorOf(deployment);
    const { uid, namespace } = deployment.metadata;
    const mine: ReplicaSet[] = [];
    const strangers: ReplicaSet[] = [];
    for (const rs of this.#sets.bucket(BY_CONTROLLER, uid)?.values() ?? []) {
      (selector.matches(rs.metadata.labels) ? mine : strangers).push(rs);
    }
    if (isDeleting(deployment)) return mine;
    const claimant = { client: this.#client, def: deployments, owner: deployment };
    const released = yield* releaseAll(claimant, replicaSets, strangers);
    if (released !== undefined) return released;
    const found: ReplicaSet[] = [];
    for (const rs of this.#sets.bucket(BY_CONTROLLER, orphansOf(namespace))?.values() ?? []) {
      if (!isDeleting(rs) && selector.matches(rs.metadata.labels)) found.push(rs);
    }
    const error = yield* adoptAll(claimant, replicaSets, found, (rs) => {
      mine.push(this.#sets.get(objectKey(rs)) ?? rs);
    });
    return error ?? mine;
  }
}

function selectorOf(deployment: Deployment): Selector {
  return compileLabelSelector(deployment.spec.selector);
}

/** Whether the Deployment wants another size than when its ReplicaSets were last scaled. */
function wasResized(rollout: Rollout): boolean {
  for (const rs of activeOnes(rollout.old)) {
    const desired = desiredAnnotation(rs);
    if (desired !== undefined && desired !== rollout.wanted) return true;
  }
  return false;
}

/** Notes in the Progressing condition that a rollout was paused or goes on: neither counts as being stuck. */
function* markPaused(rollout: Rollout): Task<SyncError> {
  const { deployment } = rollout;
  if (!hasProgressDeadline(deployment)) return undefined;
  const current = progressing(deployment.status);
  if (current?.reason === TIMED_OUT) return undefined;
  const marked = current?.reason === "DeploymentPaused";
  const paused = deployment.spec.paused === true;
  if (paused === marked) return undefined;
  const next = paused
    ? condition("Progressing", "Unknown", "DeploymentPaused", "Deployment is paused", rollout.tools.now())
    : condition("Progressing", "Unknown", "DeploymentResumed", "Deployment is resumed", rollout.tools.now());
  const conditions = withCondition(deployment.status.conditions, next) ?? [];
  return yield* rollout.writeStatus({ ...deployment, status: { ...deployment.status, conditions } });
}

/** The controller of Deployments. */
export function deploymentController(context: ControllerContext): Controller {
  return new DeploymentController(context);
}
