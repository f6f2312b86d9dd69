/**
 * Keeps as many pods as an object wants: ReplicaSets, and by the same code ReplicationControllers
 * (`pkg/controller/replicaset/replica_set.go`).
 */
import { klogS, type LogValues } from "../api/klog";
import { controllerOf, isPodActive } from "../api/meta";
import type { Pod, PodTemplateSpec, Status } from "../api/types";
import { BY_CONTROLLER, indexByController } from "../client/lister";
import type { RestClient } from "../client/rest-client";
import { isNotFound } from "../client/transport-error";
import type { Process } from "../kernel/process";
import type { Task } from "../kernel/task";
import { SECOND } from "../kernel/time";
import type { ControllerContext } from "./context";
import { Engine, type SyncError } from "./engine";
import { ManagedPods } from "./managed-pods";
import type { PodSet } from "./owned-pods";
import { PodControl } from "./pod-control";
import { podsToDelete } from "./pod-ranking";
import { REPLICA_SET, REPLICATION_CONTROLLER, type ReplicaKind, type ReplicaObject } from "./replica-kinds";
import { replicaStatus, sameReplicaStatus } from "./replicaset-status";

/** At most so many pods are created or deleted in one sync. */
export const BURST_REPLICAS = 500;
const WORKERS = 5;
const NO_TEMPLATE: PodTemplateSpec = {};

export class ReplicaSetController {
  readonly engine: Engine;
  readonly #process: Process;
  readonly #kind: ReplicaKind;
  readonly #client: RestClient;
  readonly #control: PodControl;
  readonly #managed: ManagedPods<ReplicaObject>;

  constructor(context: ControllerContext, kind: ReplicaKind) {
    const { process } = context;
    this.#process = process;
    this.#kind = kind;
    const { def, controller: name, selector: selectorOf } = kind;
    const client = context.client(name);
    this.#client = client;
    this.#control = new PodControl(process, name, client, context.recorder(kind.component));
    this.engine = new Engine(process, { name, workers: WORKERS, sync: (key) => this.#sync(key) });
    const { engine } = this;
    const { expectations } = this.#control;
    this.#managed = new ManagedPods(context, { def, selectorOf, client, engine, expectations });
    const { owners } = this.#managed;
    indexByController(owners);
    owners.addHandler({
      onAdd: engine.enqueue,
      onUpdate: (_old, owner) => engine.enqueue(owner),
      onDelete: engine.enqueue,
    });
  }

  start(): void {
    this.engine.start(this.#managed.synced);
  }

  *#sync(key: string): Task<SyncError> {
    const owner = this.#managed.owners.get(key);
    if (owner === undefined) {
      this.#control.expectations.delete(key);
      return undefined;
    }
    const set = this.#managed.of(owner);
    // Pods that have ended count for nothing, whoever owns them.
    const claimed = yield* this.#managed.claim(owner, isPodActive);
    if (claimed !== undefined) return claimed;
    let failure: Status | undefined;
    if (!this.#control.settled(owner)) {
      this.#decide(key, owner, set, `wait to see ${this.#control.awaited(owner)} pods`);
    } else if (owner.metadata.deletionTimestamp === undefined) {
      failure = yield* this.#manage(key, owner, set);
    }
    const updated = yield* this.#writeStatus(owner, set, failure);
    if (!updated.ok) return failure ?? updated.error;
    this.#awaitAvailability(key, owner, updated.value.status);
    return failure;
  }

  #decide(key: string, owner: ReplicaObject, set: PodSet, action: string): void {
    this.engine.decide(key, `${owner.spec.replicas ?? 1} pods`, `${set.active.size} pods`, action);
  }

  *#manage(key: string, owner: ReplicaObject, set: PodSet): Task<SyncError> {
    const surplus = set.active.size - (owner.spec.replicas ?? 1);
    if (surplus === 0) this.#decide(key, owner, set, "nothing");
    if (surplus < 0) return yield* this.#create(key, owner, set, Math.min(-surplus, BURST_REPLICAS));
    if (surplus > 0) return yield* this.#remove(key, owner, set, Math.min(surplus, BURST_REPLICAS));
    return undefined;
  }

  *#create(key: string, owner: ReplicaObject, set: PodSet, count: number): Task<SyncError> {
    this.#decide(key, owner, set, `create ${count} pods`);
    this.#log("Too few replicas", key, owner, { creating: count });
    this.#control.expect(owner, count, []);
    return (yield* this.#control.create(owner.spec.template ?? NO_TEMPLATE, owner, count)).error;
  }

  *#remove(key: string, owner: ReplicaObject, set: PodSet, count: number): Task<SyncError> {
    this.#decide(key, owner, set, `delete ${count} pods`);
    this.#log("Too many replicas", key, owner, { deleting: count });
    const victims = podsToDelete([...set.active.values()], this.#related(owner), count, this.#process.now);
    this.#control.expect(owner, 0, victims);
    return yield* this.#control.delete(victims, owner);
  }

  #log(message: string, key: string, owner: ReplicaObject, change: LogValues): void {
    // `replicaSet` or `replicationController`.
    const kind = owner.kind.charAt(0).toLowerCase() + owner.kind.slice(1);
    const values = { [kind]: key, need: owner.spec.replicas ?? 1, ...change };
    klogS(this.#process, "I", "replica_set.go:638", message, values);
  }

  /** The pods of all owners that share this one's own owner, e.g. of all ReplicaSets of a Deployment. */
  *#related(owner: ReplicaObject): Generator<Pod> {
    const parent = controllerOf(owner);
    const { owners } = this.#managed;
    const family = parent === undefined ? [owner] : owners.byIndex(BY_CONTROLLER, parent.uid);
    for (const member of family) yield* this.#managed.of(member).active.values();
  }

  *#writeStatus(
    owner: ReplicaObject,
    set: PodSet,
    failure: Status | undefined,
  ): Task<{ ok: true; value: ReplicaObject } | { ok: false; error: Status }> {
    const status = replicaStatus(owner, set, failure, this.#process.now);
    if (sameReplicaStatus(status, owner.status)) return { ok: true, value: owner };
    const { def } = this.#kind;
    const first = yield* this.#client.update(def, { ...owner, status } as ReplicaObject, {
      subresource: "status",
    });
    if (first.ok) return first;
    const fresh = yield* this.#client.get(def, owner.metadata.namespace, owner.metadata.name);
    if (!fresh.ok) return isNotFound(fresh.error) ? { ok: true, value: owner } : fresh;
    const again = { ...fresh.value, status } as ReplicaObject;
    return yield* this.#client.update(def, again, { subresource: "status" });
  }

  /** The last defence against clocks: pods that are Ready but not yet available will be looked at again. */
  #awaitAvailability(key: string, owner: ReplicaObject, status: ReplicaObject["status"]): void {
    const minReady = owner.spec.minReadySeconds ?? 0;
    const wanted = owner.spec.replicas ?? 1;
    if (minReady === 0 || (status.readyReplicas ?? 0) !== wanted) return;
    if ((status.availableReplicas ?? 0) !== wanted) this.engine.queue.addAfter(key, minReady * SECOND);
  }
}

/** The controller of ReplicaSets. */
export function replicaSetController(context: ControllerContext): ReplicaSetController {
  return new ReplicaSetController(context, REPLICA_SET);
}

/** The controller of ReplicationControllers. */
export function replicationController(context: ControllerContext): ReplicaSetController {
  return new ReplicaSetController(context, REPLICATION_CONTROLLER);
}
