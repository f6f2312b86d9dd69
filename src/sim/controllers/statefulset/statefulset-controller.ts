/**
 * Pods with names and an order (`pkg/controller/statefulset/stateful_set.go`).
 */
import { deepEqual } from "../../api/deep-equal";
import { statefulSets } from "../../api/kinds/stateful-set";
import { objectKey } from "../../api/meta";
import { compileLabelSelector, type Selector } from "../../api/selector";
import type { ControllerRevision, Pod, StatefulSet } from "../../api/types";
import type { RestClient } from "../../client/rest-client";
import { isNotFound } from "../../client/transport-error";
import type { Task } from "../../kernel/task";
import { SECOND } from "../../kernel/time";
import type { ControllerContext } from "../context";
import { Engine, type SyncError } from "../engine";
import { ManagedPods } from "../managed-pods";
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
  readonly #managed: ManagedPods<StatefulSet>;
  readonly #revisions: Revisions;

  constructor(context: ControllerContext) {
    const { process } = context;
    const client = context.client(NAME);
    this.#client = client;
    this.engine = new Engine(process, { name: NAME, workers: WORKERS, sync: (key) => this.#sync(key) });
    const { engine } = this;
    const selectorOf = (set: StatefulSet): Selector => compileLabelSelector(set.spec.selector);
    this.#managed = new ManagedPods(context, { def: statefulSets, selectorOf, client, engine });
    this.#managed.owners.addHandler({ onAdd: engine.enqueue, onUpdate: (_old, set) => engine.enqueue(set) });
    this.#revisions = new Revisions(context, client, statefulSets, { hashLabel: HASH_LABEL });
    const recorder = context.recorder(NAME);
    this.#tools = { process, client, recorder, claims: new Claims(client, recorder), engine };
  }

  start(): void {
    this.engine.start([...this.#managed.synced, this.#revisions.informer.synced]);
  }

  *#sync(key: string): Task<SyncError> {
    const set = this.#managed.owners.get(key);
    if (set === undefined) return undefined;
    const owned = this.#managed.of(set);
    const mine = (pod: Pod): boolean => ordinalOf(set, pod.metadata.name) >= 0;
    const claimed = yield* this.#managed.claim(set, mine);
    if (claimed !== undefined) return claimed;
    const history = yield* this.#revisions.historyOf(set);
    if (!history.ok) return history.error;
    const { current: update, old, collisionCount } = history.value;
    const current = old.find((r) => r.metadata.name === set.status.currentRevision) ?? update;
    const members = [...owned.members()].filter(mine);
    const error = yield* new Turn(this.#tools, key, set, members, current, update).run();
    const names = { current: current.metadata.name, update: update.metadata.name, collisionCount };
    const written = yield* this.#writeStatus(key, set, members, names);
    if (error !== undefined || written !== undefined) return error ?? written;
    return yield* this.#prune(set, old, members, names);
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
    const fresh = members.map((pod) => this.#managed.pods.get(objectKey(pod)) ?? pod);
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
