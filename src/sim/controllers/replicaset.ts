/**
 * Keeps as many pods as an object wants: ReplicaSets, and by the same code ReplicationControllers
 * (`pkg/controller/replicaset/replica_set.go`).
 */
import { klogS, type LogValues } from "../api/klog";
import { pods } from "../api/kinds/pod";
import { controllerOf, isPodActive, isPodReady, objectKey } from "../api/meta";
import type { OwnerReference, Pod, PodTemplateSpec, Status } from "../api/types";
import { Expectations } from "../client/expectations";
import type { Informer } from "../client/informer";
import {
  BY_CONTROLLER,
  BY_NAMESPACE,
  indexByController,
  indexByNamespace,
  orphansOf,
} from "../client/lister";
import type { RestClient } from "../client/rest-client";
import { isNamespaceTerminating, isNotFound } from "../client/transport-error";
import type { Process } from "../kernel/process";
import type { Task } from "../kernel/task";
import { SECOND } from "../kernel/time";
import { adopt, mayAdopt, release } from "./claim";
import type { ControllerContext } from "./context";
import { Engine, type SyncError } from "./engine";
import { OwnedPods, type PodSet } from "./owned-pods";
import { parallel, slowStart } from "./parallel";
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
  readonly #owners: Informer<ReplicaObject>;
  readonly #pods: Informer<Pod>;
  readonly #owned: OwnedPods;
  readonly #expectations = new Expectations();

  constructor(context: ControllerContext, kind: ReplicaKind) {
    this.#process = context.process;
    this.#kind = kind;
    this.#client = context.client(kind.controller);
    this.#control = new PodControl(this.#client, context.recorder(kind.component));
    this.#owners = context.informers.informer(kind.def);
    this.#pods = context.informers.informer(pods);
    indexByController(this.#owners);
    indexByNamespace(this.#owners);
    indexByController(this.#pods);
    this.engine = new Engine(context.process, {
      name: kind.controller,
      workers: WORKERS,
      sync: (key) => this.#sync(key),
    });
    this.#owned = new OwnedPods(this.#pods, kind.def.kind);
    this.#owners.addHandler({
      onAdd: this.engine.enqueue,
      onUpdate: (_old, owner) => this.engine.enqueue(owner),
      onDelete: (owner) => {
        this.#expectations.delete(objectKey(owner));
        this.#owned.forget(owner.metadata.uid);
        this.engine.enqueue(owner);
      },
    });
    this.#pods.addHandler({
      onAdd: (pod) => this.#podAdded(pod),
      onUpdate: (old, pod) => this.#podUpdated(old, pod),
      onDelete: (pod) => this.#podDeleted(pod),
    });
  }

  start(): void {
    this.engine.start([this.#owners.synced, this.#pods.synced]);
  }

  /** The owner that a reference means, if it is of our kind and not another of the same name. */
  #resolve(namespace: string, ref: OwnerReference | undefined): ReplicaObject | undefined {
    if (ref?.kind !== this.#kind.def.kind) return undefined;
    const owner = this.#owners.get(`${namespace}/${ref.name}`);
    return owner?.metadata.uid === ref.uid ? owner : undefined;
  }

  #podAdded(pod: Pod): void {
    if (pod.metadata.deletionTimestamp !== undefined) {
      this.#podDeleted(pod);
      return;
    }
    const ref = controllerOf(pod);
    if (ref === undefined) {
      this.#wakeMatching(pod);
      return;
    }
    const owner = this.#resolve(pod.metadata.namespace, ref);
    if (owner === undefined) return;
    this.#expectations.creationObserved(objectKey(owner));
    this.engine.enqueue(owner);
  }

  #podUpdated(old: Pod, pod: Pod): void {
    const { namespace, labels } = pod.metadata;
    // A deletionTimestamp is as good as a deletion: the pod will not come back.
    if (pod.metadata.deletionTimestamp !== undefined) {
      this.#podDeleted(pod);
      return;
    }
    const ref = controllerOf(pod);
    const before = controllerOf(old);
    if (before !== undefined && before.uid !== ref?.uid) {
      const owner = this.#resolve(namespace, before);
      if (owner !== undefined) this.engine.enqueue(owner);
    }
    if (ref === undefined) {
      if (labels !== old.metadata.labels || before !== undefined) this.#wakeMatching(pod);
      return;
    }
    const owner = this.#resolve(namespace, ref);
    if (owner === undefined) return;
    this.engine.enqueue(owner);
    const minReady = owner.spec.minReadySeconds ?? 0;
    if (minReady > 0 && isPodReady(pod) && !isPodReady(old)) {
      // One second more, as times in objects have no fractions.
      this.engine.queue.addAfter(objectKey(owner), (minReady + 1) * SECOND);
    }
  }

  #podDeleted(pod: Pod): void {
    const owner = this.#resolve(pod.metadata.namespace, controllerOf(pod));
    if (owner === undefined) return;
    const key = objectKey(owner);
    this.#expectations.deletionObserved(key, objectKey(pod));
    this.engine.queue.add(key);
  }

  /** A pod without an owner: whoever's selector matches may want it. */
  #wakeMatching(pod: Pod): void {
    const owners = this.#owners.bucket(BY_NAMESPACE, pod.metadata.namespace);
    if (owners === undefined) return;
    for (const owner of owners.values()) {
      if (this.#kind.selector(owner).matches(pod.metadata.labels)) this.engine.enqueue(owner);
    }
  }

  *#sync(key: string): Task<SyncError> {
    const owner = this.#owners.get(key);
    if (owner === undefined) {
      this.#expectations.delete(key);
      return undefined;
    }
    const set = this.#owned.of(owner.metadata.uid);
    set.judge(this.#kind.selector(owner), owner.spec.template?.metadata?.labels);
    const claimed = yield* this.#claim(owner, set);
    if (claimed !== undefined) return claimed;
    let failure: Status | undefined;
    if (!this.#expectations.satisfied(key, this.#process.now)) {
      const { creations, deletions } = this.#expectations.pending(key);
      this.#decide(key, owner, set, `wait to see ${creations + deletions} pods`);
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

  /** Adopts orphans that match, releases pods that do not match any more. */
  *#claim(owner: ReplicaObject, set: PodSet): Task<SyncError> {
    for (const pod of [...set.strangers.values()]) {
      if (owner.metadata.deletionTimestamp !== undefined) break;
      const error = yield* release(this.#client, pods, pod, owner.metadata.uid);
      if (error !== undefined) return error;
    }
    const orphans = this.#pods.bucket(BY_CONTROLLER, orphansOf(owner.metadata.namespace));
    if (orphans === undefined || owner.metadata.deletionTimestamp !== undefined) return undefined;
    const selector = this.#kind.selector(owner);
    const found: Pod[] = [];
    for (const pod of orphans.values()) {
      if (isPodActive(pod) && selector.matches(pod.metadata.labels)) found.push(pod);
    }
    if (found.length === 0 || !(yield* mayAdopt(this.#client, this.#kind.def, owner))) return undefined;
    for (const pod of found) {
      const error = yield* adopt(this.#client, pods, pod, owner);
      if (error !== undefined) return error;
      // Adopted, though the watch has yet to say so: this very sync must count it.
      const key = objectKey(pod);
      if (controllerOf(this.#pods.get(key) ?? pod) === undefined) set.add(key, pod);
    }
    return undefined;
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
    this.#expectations.expectCreations(key, count, this.#process.now);
    const template = owner.spec.template ?? NO_TEMPLATE;
    const control = this.#control;
    const create = function* (): Task<Status | undefined> {
      const made = yield* control.create(template, owner);
      return made.ok || isNamespaceTerminating(made.error) ? undefined : made.error;
    };
    const { successes, error } = yield* slowStart(this.#process, this.#kind.controller, count, create);
    this.#expectations.lowerCreations(key, count - successes);
    return error;
  }

  *#remove(key: string, owner: ReplicaObject, set: PodSet, count: number): Task<SyncError> {
    this.#decide(key, owner, set, `delete ${count} pods`);
    this.#log("Too many replicas", key, owner, { deleting: count });
    const victims = podsToDelete([...set.active.values()], this.#related(owner), count, this.#process.now);
    this.#expectations.expectDeletions(key, victims.map(objectKey), this.#process.now);
    const tasks = victims.map((pod) => this.#removeOne(key, owner, pod));
    const errors = yield* parallel(this.#process, this.#kind.controller, tasks);
    return errors.find((e) => e !== undefined);
  }

  #log(message: string, key: string, owner: ReplicaObject, change: LogValues): void {
    // `replicaSet` or `replicationController`.
    const kind = owner.kind.charAt(0).toLowerCase() + owner.kind.slice(1);
    const values = { [kind]: key, need: owner.spec.replicas ?? 1, ...change };
    klogS(this.#process, "I", "replica_set.go:638", message, values);
  }

  *#removeOne(key: string, owner: ReplicaObject, pod: Pod): Task<SyncError> {
    const gone = yield* this.#control.delete(pod.metadata.namespace, pod.metadata.name, owner);
    if (gone.ok) return undefined;
    this.#expectations.deletionObserved(key, objectKey(pod));
    return isNotFound(gone.error) ? undefined : gone.error;
  }

  /** The pods of all owners that share this one's own owner, e.g. of all ReplicaSets of a Deployment. */
  *#related(owner: ReplicaObject): Generator<Pod> {
    const parent = controllerOf(owner);
    if (parent === undefined) yield* this.#owned.of(owner.metadata.uid).active.values();
    else {
      const family = this.#owners.bucket(BY_CONTROLLER, parent.uid);
      for (const member of family?.values() ?? []) {
        yield* this.#owned.of(member.metadata.uid).active.values();
      }
    }
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
