/**
 * Rolls templates out: Deployments to ReplicaSets (`pkg/controller/deployment/deployment_controller.go`).
 */
import { deployments } from "../../api/kinds/deployment";
import { pods } from "../../api/kinds/pod";
import { replicaSets } from "../../api/kinds/replica-set";
import { controllerOf, objectKey } from "../../api/meta";
import { compileLabelSelector } from "../../api/selector";
import type { ApiObject, Deployment, OwnerReference, Pod, ReplicaSet } from "../../api/types";
import type { Informer } from "../../client/informer";
import {
  BY_CONTROLLER,
  BY_NAMESPACE,
  indexByController,
  indexByNamespace,
  orphansOf,
} from "../../client/lister";
import type { RestClient } from "../../client/rest-client";
import type { Task } from "../../kernel/task";
import { adopt, mayAdopt, release } from "../claim";
import type { ControllerContext } from "../context";
import { Engine, type SyncError } from "../engine";
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

  #resolve(namespace: string, ref: OwnerReference | undefined): Deployment | undefined {
    if (ref?.kind !== deployments.kind) return undefined;
    const deployment = this.#deployments.get(`${namespace}/${ref.name}`);
    return deployment?.metadata.uid === ref.uid ? deployment : undefined;
  }

  #wakeOwner(rs: ReplicaSet): void {
    const { namespace, labels } = rs.metadata;
    const ref = controllerOf(rs);
    if (ref !== undefined) {
      const owner = this.#resolve(namespace, ref);
      if (owner !== undefined) this.engine.enqueue(owner);
      return;
    }
    const bucket = this.#deployments.bucket(BY_NAMESPACE, namespace);
    for (const deployment of bucket?.values() ?? []) {
      if (compileLabelSelector(deployment.spec.selector).matches(labels)) this.engine.enqueue(deployment);
    }
  }

  /** Recreate waits for the last old pod to be gone. */
  #podDeleted(pod: Pod): void {
    const ref = controllerOf(pod);
    if (ref?.kind !== replicaSets.kind) return;
    const { namespace } = pod.metadata;
    const rs = this.#sets.get(`${namespace}/${ref.name}`);
    if (rs?.metadata.uid !== ref.uid) return;
    const deployment = this.#resolve(namespace, controllerOf(rs));
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
    const { selector } = deployment.spec;
    if (compileLabelSelector(selector).empty) return yield* this.#refuse(deployment);
    const sets = yield* this.#claim(deployment);
    if ("code" in sets) return sets;
    const rollout = new Rollout(this.#tools, deployment, sets);
    if (deployment.metadata.deletionTimestamp !== undefined) return yield* this.#statusOnly(rollout);
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
    const selector = compileLabelSelector(deployment.spec.selector);
    const { uid, namespace, deletionTimestamp } = deployment.metadata;
    const mine: ReplicaSet[] = [];
    const strangers: ReplicaSet[] = [];
    for (const rs of this.#sets.bucket(BY_CONTROLLER, uid)?.values() ?? []) {
      (selector.matches(rs.metadata.labels) ? mine : strangers).push(rs);
    }
    if (deletionTimestamp !== undefined) return mine;
    for (const rs of strangers) {
      const error = yield* release(this.#client, replicaSets, rs, uid);
      if (error !== undefined) return error;
    }
    const found: ReplicaSet[] = [];
    for (const rs of this.#sets.bucket(BY_CONTROLLER, orphansOf(namespace))?.values() ?? []) {
      if (isFree(rs) && selector.matches(rs.metadata.labels)) found.push(rs);
    }
    if (found.length === 0 || !(yield* mayAdopt(this.#client, deployments, deployment))) return mine;
    for (const rs of found) {
      const error = yield* adopt(this.#client, replicaSets, rs, deployment);
      if (error !== undefined) return error;
      mine.push(this.#sets.get(objectKey(rs)) ?? rs);
    }
    return mine;
  }
}

function isFree(obj: ApiObject): boolean {
  return obj.metadata.deletionTimestamp === undefined;
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
