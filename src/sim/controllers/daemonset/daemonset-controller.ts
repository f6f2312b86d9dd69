/**
 * One pod on every node that should have one (`pkg/controller/daemon/daemon_controller.go`).
 */
import { deepEqual } from "../../api/deep-equal";
import { daemonSets, templateGeneration } from "../../api/kinds/daemon-set";
import { nodes } from "../../api/kinds/node";
import { isDeleting } from "../../api/meta";
import { compileLabelSelector } from "../../api/selector";
import type { ControllerRevision, DaemonSet, Node, Pod } from "../../api/types";
import type { EventRecorder } from "../../client/event-recorder";
import type { Informer } from "../../client/informer";
import { ItemBackoff } from "../../client/item-backoff";
import type { RestClient } from "../../client/rest-client";
import { isNotFound } from "../../client/transport-error";
import type { Process } from "../../kernel/process";
import type { Task } from "../../kernel/task";
import { MINUTE, SECOND } from "../../kernel/time";
import type { ControllerContext } from "../context";
import { Engine, type SyncError } from "../engine";
import { ManagedPods } from "../managed-pods";
import type { PodSet } from "../owned-pods";
import { ownerOf } from "../owners";
import { PodControl, type PodExtras } from "../pod-control";
import { Revisions, type History } from "../revisions";
import type { Controller } from "../table";
import { planNode, REVISION_HASH } from "./node-plan";
import { daemonPodSpec, placement, targetNode, type Placement } from "./placement";
import { rollingStep, updateBounds } from "./rolling";
import { daemonStatus } from "./status";

const NAME = "daemonset-controller";
const WORKERS = 2;
/** At most so many pods are created or deleted at once. */
const BURST = 250;
const GENERATION_LABEL = "pod-template-generation";
const BACKOFF_INITIAL = SECOND;
const BACKOFF_MAX = 15 * MINUTE;

type ByNode = ReadonlyMap<string, readonly Pod[]>;

/** What one sync works with: the set, its pods, and where it is to run, worked out once. */
interface Look {
  readonly key: string;
  readonly set: DaemonSet;
  readonly owned: PodSet;
  /** Hash of the current template. */
  readonly hash: string;
  readonly places: ReadonlyMap<string, Placement>;
  /** On how many nodes it should run. */
  readonly desired: number;
}

class DaemonSetController implements Controller {
  readonly engine: Engine;
  readonly #process: Process;
  readonly #client: RestClient;
  readonly #recorder: EventRecorder;
  readonly #control: PodControl;
  readonly #managed: ManagedPods<DaemonSet>;
  readonly #nodes: Informer<Node>;
  readonly #revisions: Revisions;
  /** Failed pods are replaced at once the first time, then after a delay that doubles. */
  readonly #backoff = new ItemBackoff(BACKOFF_INITIAL, BACKOFF_MAX);

  constructor(context: ControllerContext) {
    const { process } = context;
    const client = context.client(NAME);
    this.#process = process;
    this.#client = client;
    this.#recorder = context.recorder(NAME);
    this.#control = new PodControl(process, NAME, client, this.#recorder);
    this.engine = new Engine(process, { name: NAME, workers: WORKERS, sync: (key) => this.#sync(key) });
    this.#managed = new ManagedPods(context, {
      def: daemonSets,
      selectorOf: (set) => compileLabelSelector(set.spec.selector),
      client,
      engine: this.engine,
      expectations: this.#control.expectations,
    });
    this.#nodes = context.informers.informer(nodes);
    this.#revisions = new Revisions(context, client, daemonSets, { hashLabel: REVISION_HASH });
    this.#listen();
  }

  start(): void {
    this.engine.start([...this.#managed.synced, this.#nodes.synced, this.#revisions.informer.synced]);
  }

  #listen(): void {
    const { enqueue } = this.engine;
    const { owners } = this.#managed;
    owners.addHandler({
      onAdd: enqueue,
      onUpdate: (_old, set) => enqueue(set),
      onDelete: (set) => this.#backoff.forget(set.metadata.uid),
    });
    this.#nodes.addHandler({
      onAdd: (node) => this.#nodeChanged(undefined, node),
      onUpdate: (old, node) => this.#nodeChanged(old, node),
      onDelete: (node) => this.#nodeChanged(node, undefined),
    });
    const wake = (revision: ControllerRevision): void => {
      const set = ownerOf(owners, revision);
      if (set !== undefined) enqueue(set);
    };
    this.#revisions.informer.addHandler({ onUpdate: (_old, r) => wake(r), onDelete: wake });
  }

  /** Wakes the sets to which the change of a node makes a difference; heartbeats make none. */
  #nodeChanged(old: Node | undefined, node: Node | undefined): void {
    if (this.#managed.owners.size === 0) return;
    if (old !== undefined && node !== undefined) {
      const same =
        deepEqual(old.metadata.labels, node.metadata.labels) && deepEqual(old.spec.taints, node.spec.taints);
      if (same) return;
    }
    for (const set of this.#managed.owners.values()) {
      const before = old === undefined ? undefined : placement(set, old);
      const after = node === undefined ? undefined : placement(set, node);
      if (before?.run !== after?.run || before?.stay !== after?.stay) this.engine.enqueue(set);
    }
  }

  *#sync(key: string): Task<SyncError> {
    const set = this.#managed.owners.get(key);
    if (set === undefined) {
      this.#control.expectations.delete(key);
      return undefined;
    }
    if (isDeleting(set)) return undefined;
    const owned = this.#managed.of(set);
    const claimed = yield* this.#managed.claim(set);
    if (claimed !== undefined) return claimed;
    const history = yield* this.#revisions.historyOf(set);
    if (!history.ok) return history.error;
    const hash = history.value.current.metadata.labels?.[REVISION_HASH] ?? "";
    const look = this.#look(key, set, owned, hash);
    const failure = yield* this.#act(look, history.value);
    const written = yield* this.#writeStatus(look, history.value);
    return failure ?? written;
  }

  #look(key: string, set: DaemonSet, owned: PodSet, hash: string): Look {
    const places = new Map<string, Placement>();
    let desired = 0;
    for (const node of this.#nodes.values()) {
      const place = placement(set, node);
      places.set(node.metadata.name, place);
      if (place.run) desired++;
    }
    return { key, set, owned, hash, places, desired };
  }

  *#act(look: Look, history: History): Task<SyncError> {
    const { set, owned } = look;
    if (!this.#control.settled(set)) {
      this.#decide(look, `wait to see ${this.#control.awaited(set)} pods`);
      return undefined;
    }
    const managed = yield* this.#manage(look);
    if (managed !== undefined) return managed;
    if (set.spec.updateStrategy?.type === "RollingUpdate" && this.#control.settled(set)) {
      const rolled = yield* this.#roll(look);
      if (rolled !== undefined) return rolled;
    }
    const live = new Set([...owned.members()].map((pod) => pod.metadata.labels?.[REVISION_HASH]));
    const limit = set.spec.revisionHistoryLimit ?? 10;
    return yield* this.#revisions.prune(history.old, limit, (revision) =>
      live.has(revision.metadata.labels?.[REVISION_HASH]),
    );
  }

  #decide({ key, owned, desired }: Look, action: string): void {
    this.engine.decide(key, `a pod on ${desired} nodes`, `${owned.active.size} pods`, action);
  }

  #byNode(owned: PodSet): Map<string, Pod[]> {
    const byNode = new Map<string, Pod[]>();
    for (const pod of owned.members()) {
      const node = targetNode(pod);
      if (node === "") continue;
      const list = byNode.get(node);
      if (list === undefined) byNode.set(node, [pod]);
      else list.push(pod);
    }
    return byNode;
  }

  *#manage(look: Look): Task<SyncError> {
    const { key, set, owned, hash } = look;
    const byNode = this.#byNode(owned);
    const { now } = this.#process;
    const basis = {
      hash,
      surges: updateBounds(set, look.desired).surge > 0,
      minReadySeconds: set.spec.minReadySeconds ?? 0,
      now,
      backOff: (pod: Pod) => this.#backOff(key, set, pod),
    };
    const createOn: string[] = [];
    const remove: Pod[] = [];
    for (const [name, place] of look.places) {
      const plan = planNode(place, byNode.get(name) ?? [], basis);
      if (plan.create) createOn.push(name);
      for (const pod of plan.ended) this.#tellEnded(set, pod, name);
      remove.push(...plan.remove);
    }
    // Never bound, and the node that they were for is gone.
    for (const pod of owned.active.values()) {
      if (!pod.spec.nodeName && !look.places.has(targetNode(pod))) remove.push(pod);
    }
    return yield* this.#apply(look, { createOn, remove });
  }

  /** How long a failed pod has to wait; undefined: it goes now, and its successor waits longer. */
  #backOff(key: string, set: DaemonSet, pod: Pod): number | undefined {
    const entry = `${set.metadata.uid}/${targetNode(pod)}`;
    const { now } = this.#process;
    const until = this.#backoff.waitsUntilUpdate(entry, now);
    if (until !== undefined) {
      this.engine.queue.addAfter(key, until - now);
      return until - now;
    }
    this.#backoff.next(entry, now, now);
    return undefined;
  }

  #tellEnded(set: DaemonSet, pod: Pod, node: string): void {
    const { namespace, name } = pod.metadata;
    const failed = pod.status.phase === "Failed";
    const found = `Found ${failed ? "failed" : "succeeded"} daemon pod ${namespace}/${name} on node ${node}`;
    if (failed) {
      this.#recorder.event(set, "Warning", "FailedDaemonPod", `${found}, will try to kill it`);
    } else this.#recorder.event(set, "Normal", "SucceededDaemonPod", `${found}, will try to delete it`);
  }

  *#roll(look: Look): Task<SyncError> {
    const { set, owned, hash, places, desired } = look;
    const runs = ([name]: readonly [string, unknown]): boolean => places.get(name)?.run === true;
    const byNode: ByNode = new Map([...this.#byNode(owned)].filter(runs));
    const step = rollingStep(set, byNode, hash, updateBounds(set, desired), this.#process.now);
    return yield* this.#apply(look, step);
  }

  *#apply(
    look: Look,
    { createOn, remove }: { readonly createOn: readonly string[]; readonly remove: readonly Pod[] },
  ): Task<SyncError> {
    const { set, hash } = look;
    const create = createOn.slice(0, BURST);
    const victims = remove.slice(0, BURST);
    if (create.length === 0 && victims.length === 0) {
      this.#decide(look, "nothing");
      return undefined;
    }
    this.#decide(look, `create ${create.length} and delete ${victims.length} pods`);
    this.#control.expect(set, create.length, victims);
    const created = yield* this.#create(set, create, hash);
    const removed = yield* this.#control.delete(victims, set);
    return created ?? removed;
  }

  *#create(set: DaemonSet, on: readonly string[], hash: string): Task<SyncError> {
    const { template } = set.spec;
    const labels = { [REVISION_HASH]: hash, [GENERATION_LABEL]: String(templateGeneration(set)) };
    const extrasOf = (turn: number): PodExtras => {
      const spec = daemonPodSpec(template.spec ?? { containers: [] }, on[turn] ?? "");
      return { labels, spec };
    };
    return (yield* this.#control.create(template, set, on.length, extrasOf)).error;
  }

  *#writeStatus(look: Look, { collisionCount }: History): Task<SyncError> {
    const { key, set, owned, hash, places } = look;
    const status = daemonStatus(set, places, this.#byNode(owned), hash, collisionCount, this.#process.now);
    const minReady = set.spec.minReadySeconds ?? 0;
    if (minReady > 0 && status.numberReady !== (status.numberAvailable ?? 0)) {
      this.engine.queue.addAfter(key, minReady * SECOND);
    }
    if (deepEqual(status, set.status)) return undefined;
    const written = yield* this.#client.update(daemonSets, { ...set, status }, { subresource: "status" });
    return written.ok || isNotFound(written.error) ? undefined : written.error;
  }
}

/** The controller of DaemonSets. */
export function daemonSetController(context: ControllerContext): Controller {
  return new DaemonSetController(context);
}
