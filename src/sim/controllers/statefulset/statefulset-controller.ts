/**
 * Pods with names and an order (`pkg/controller/statefulset/stateful_set.go`).
 */
import { deepEqual } from "../../api/deep-equal";
import { pods } from "../../api/kinds/pod";
import { statefulSets } from "../../api/kinds/stateful-set";
import { controllerOf, isPodReady, objectKey } from "../../api/meta";
import { compileLabelSelector } from "../../api/selector";
import type { ApiObject, ControllerRevision, OwnerReference, Pod, StatefulSet } from "../../api/types";
import type { Informer } from "../../client/informer";
import { BY_NAMESPACE, indexByController, indexByNamespace } from "../../client/lister";
import type { RestClient } from "../../client/rest-client";
import { isNotFound } from "../../client/transport-error";
import type { Task } from "../../kernel/task";
import { SECOND } from "../../kernel/time";
import { claimPods } from "../claim-pods";
import type { ControllerContext } from "../context";
import { Engine, type SyncError } from "../engine";
import { OwnedPods } from "../owned-pods";
import { Revisions } from "../revisions";
import type { Controller } from "../table";
import { Claims } from "./claims";
import { ordinalOf, revisionOf } from "./identity";
import { statefulStatus, type RevisionNames } from "./status";
import { Turn, type TurnTools } from "./turn";

const NAME = "statefulset-controller";
const WORKERS = 5;
const HASH_LABEL = "controller.kubernetes.io/hash";

class StatefulSetController implements Controller {
  readonly engine: Engine;
  readonly #client: RestClient;
  readonly #tools: TurnTools;
  readonly #sets: Informer<StatefulSet>;
  readonly #pods: Informer<Pod>;
  readonly #revisions: Revisions;
  readonly #owned: OwnedPods;

  constructor(context: ControllerContext) {
    const { process, informers } = context;
    this.#client = context.client(NAME);
    this.#sets = informers.informer(statefulSets);
    this.#pods = informers.informer(pods);
    indexByNamespace(this.#sets);
    indexByController(this.#pods);
    this.#revisions = new Revisions(context, this.#client, statefulSets, { hashLabel: HASH_LABEL });
    this.engine = new Engine(process, { name: NAME, workers: WORKERS, sync: (key) => this.#sync(key) });
    const recorder = context.recorder(NAME);
    const claims = new Claims(this.#client, recorder);
    this.#tools = { process, client: this.#client, recorder, claims, engine: this.engine };
    this.#owned = new OwnedPods(this.#pods, statefulSets.kind);
    this.#listen();
  }

  start(): void {
    this.engine.start([this.#sets.synced, this.#pods.synced, this.#revisions.informer.synced]);
  }

  #listen(): void {
    const { enqueue } = this.engine;
    this.#sets.addHandler({
      onAdd: enqueue,
      onUpdate: (_old, set) => enqueue(set),
      onDelete: (set) => this.#owned.forget(set.metadata.uid),
    });
    this.#pods.addHandler({
      onAdd: (pod) => this.#wake(pod),
      onUpdate: (old, pod) => this.#podUpdated(old, pod),
      onDelete: (pod) => this.#wakeOwner(pod),
    });
  }

  #resolve(namespace: string | undefined, ref: OwnerReference | undefined): StatefulSet | undefined {
    if (ref?.kind !== statefulSets.kind) return undefined;
    const set = this.#sets.get(`${namespace}/${ref.name}`);
    return set?.metadata.uid === ref.uid ? set : undefined;
  }

  #wakeOwner(obj: ApiObject): StatefulSet | undefined {
    const set = this.#resolve(obj.metadata.namespace, controllerOf(obj));
    if (set !== undefined) this.engine.enqueue(set);
    return set;
  }

  #wake(pod: Pod): void {
    if (controllerOf(pod) !== undefined) {
      this.#wakeOwner(pod);
      return;
    }
    for (const set of this.#sets.bucket(BY_NAMESPACE, pod.metadata.namespace)?.values() ?? []) {
      if (compileLabelSelector(set.spec.selector).matches(pod.metadata.labels)) this.engine.enqueue(set);
    }
  }

  #podUpdated(old: Pod, pod: Pod): void {
    const ref = controllerOf(pod);
    if (controllerOf(old)?.uid !== ref?.uid) this.#wakeOwner(old);
    if (ref === undefined) {
      if (old.metadata.labels !== pod.metadata.labels || controllerOf(old) !== undefined) this.#wake(pod);
      return;
    }
    const set = this.#wakeOwner(pod);
    const minReady = set?.spec.minReadySeconds ?? 0;
    if (set !== undefined && minReady > 0 && isPodReady(pod) && !isPodReady(old)) {
      // One second more, as times in objects have no fractions.
      this.engine.queue.addAfter(objectKey(set), (minReady + 1) * SECOND);
    }
  }

  *#sync(key: string): Task<SyncError> {
    const set = this.#sets.get(key);
    if (set === undefined) return undefined;
    const owned = this.#owned.of(set.metadata.uid);
    const selector = compileLabelSelector(set.spec.selector);
    owned.judge(selector, set.spec.template.metadata?.labels);
    const tools = { client: this.#client, pods: this.#pods, def: statefulSets };
    const mine = (pod: Pod): boolean => ordinalOf(set, pod.metadata.name) >= 0;
    const claimed = yield* claimPods(tools, set, selector, owned, mine);
    if (claimed !== undefined) return claimed;
    const known = yield* this.#revisions.of(set);
    if (!known.ok) return known.error;
    const history = yield* this.#revisions.sync(set, known.value);
    if (!history.ok) return history.error;
    const { current: update, collisionCount } = history.value;
    const current = known.value.find((r) => r.metadata.name === set.status.currentRevision) ?? update;
    const members = [...owned.members()].filter(mine);
    const error = yield* new Turn(this.#tools, key, set, members, current, update).run();
    const names = { current: current.metadata.name, update: update.metadata.name, collisionCount };
    const written = yield* this.#writeStatus(key, set, members, names);
    if (error !== undefined || written !== undefined) return error ?? written;
    return yield* this.#prune(set, history.value.old, members, names);
  }

  /** Revisions that a pod or the status still names stay. */
  *#prune(
    set: StatefulSet,
    old: readonly ControllerRevision[],
    members: readonly Pod[],
    names: RevisionNames,
  ): Task<SyncError> {
    const live = new Set([names.current, names.update, ...members.map(revisionOf)]);
    const limit = set.spec.revisionHistoryLimit ?? 10;
    return yield* this.#revisions.prune(old, limit, (revision) => live.has(revision.metadata.name));
  }

  *#writeStatus(
    key: string,
    set: StatefulSet,
    members: readonly Pod[],
    names: RevisionNames,
  ): Task<SyncError> {
    // As they are by now: what this turn created or deleted shows as soon as the watch has said so.
    const fresh = members.map((pod) => this.#pods.get(objectKey(pod)) ?? pod);
    const status = statefulStatus(set, fresh, names, this.#tools.process.now);
    const minReady = set.spec.minReadySeconds ?? 0;
    if (minReady > 0 && status.availableReplicas !== (status.readyReplicas ?? 0)) {
      this.engine.queue.addAfter(key, minReady * SECOND);
    }
    if (deepEqual(status, set.status)) return undefined;
    const written = yield* this.#client.update(statefulSets, { ...set, status }, { subresource: "status" });
    return written.ok || isNotFound(written.error) ? undefined : written.error;
  }
}

/** The controller of StatefulSets. */
export function statefulSetController(context: ControllerContext): Controller {
  return new StatefulSetController(context);
}
