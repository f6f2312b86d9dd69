/**
 * Deletes what has lost its owners, in the way that the owner's deletion asked for: background, foreground
 * or orphan (`pkg/controller/garbagecollector/garbagecollector.go`).
 */
import { resources } from "../api/registry";
import type { ResourceDefinition } from "../api/resource";
import type { ApiObject, OwnerReference, Status } from "../api/types";
import type { EventRecorder } from "../client/event-recorder";
import type { Informer } from "../client/informer";
import type { RestClient } from "../client/rest-client";
import { isConflict, isNotFound } from "../client/transport-error";
import type { Process } from "../kernel/process";
import type { Task } from "../kernel/task";
import type { ControllerContext } from "./context";
import { collectableKinds } from "./deletable";
import { Engine, type SyncError } from "./engine";
import { FOREGROUND_FINALIZER, ORPHAN_FINALIZER, OwnerGraph, type GraphNode } from "./owner-graph";
import { parallel } from "./parallel";
import type { ServedKinds } from "./served-kinds";
import type { Controller } from "./table";

const NAME = "garbage-collector-controller";
const WORKERS = 20;
const ABSENT_CACHE = 500;

/** How the owners of an object are doing. */
interface Owners {
  readonly solid: OwnerReference[];
  readonly dangling: OwnerReference[];
  readonly waiting: OwnerReference[];
}

class GarbageCollector implements Controller {
  readonly engine: readonly Engine[];
  readonly #process: Process;
  readonly #client: RestClient;
  readonly #recorder: EventRecorder;
  readonly #informers: Informer<ApiObject>[] = [];
  readonly #kinds: ServedKinds;
  readonly #graph: OwnerGraph;
  readonly #deletions: Engine;
  readonly #orphanings: Engine;
  /** Owners known not to exist, so that each is asked for only once. */
  readonly #absent = new Set<string>();

  constructor(context: ControllerContext) {
    this.#process = context.process;
    // Every deletion takes two requests.
    this.#client = context.client(NAME, 2, 1);
    this.#recorder = context.recorder(NAME);
    const { process } = context;
    this.#deletions = new Engine(process, {
      name: NAME,
      workers: WORKERS,
      sync: (uid) => this.#attemptToDelete(uid),
    });
    this.#orphanings = new Engine(process, {
      name: `${NAME}/orphan`,
      workers: WORKERS,
      sync: (uid) => this.#attemptToOrphan(uid),
    });
    this.engine = [this.#deletions, this.#orphanings];
    this.#graph = new OwnerGraph({
      attemptToDelete: (node) => this.#deletions.queue.add(node.uid),
      attemptToOrphan: (node) => this.#orphanings.queue.add(node.uid),
      invalidNamespace: (dependent, owner) => this.#warn(dependent, owner),
    });
    this.#kinds = context.kinds;
    for (const def of collectableKinds(resources)) {
      const informer = context.informers.informer(def);
      this.#informers.push(informer);
      this.#follow(informer);
    }
    this.#kinds.listen({
      added: (def) => {
        const informer = context.informers.informer(def);
        this.#follow(informer);
        informer.start(process);
      },
      removed: (def) => context.informers.drop(def),
    });
  }

  #follow(informer: Informer<ApiObject>): void {
    informer.addHandler({
      onAdd: (obj) => this.#graph.upsert(obj),
      onUpdate: (old, obj) => this.#graph.upsert(obj, old),
      onDelete: (obj) => this.#graph.remove(obj),
    });
  }

  start(): void {
    const synced = [...this.#informers.map((i) => i.synced), this.#kinds.synced];
    this.#deletions.start(synced);
    this.#orphanings.start(synced);
  }

  #warn(dependent: GraphNode, owner: GraphNode): void {
    const { apiVersion, kind, namespace, name, uid } = dependent;
    const gvk = `${owner.apiVersion}/${owner.kind}`;
    const ref = `[${gvk}, namespace: ${namespace}, name: ${owner.name}, uid: ${owner.uid}]`;
    const message = `ownerRef ${ref} does not exist in namespace "${namespace}"`;
    this.#recorder.event(
      { apiVersion, kind, namespace, name, uid },
      "Warning",
      "OwnerRefInvalidNamespace",
      message,
    );
  }

  *#attemptToDelete(uid: string): Task<SyncError> {
    const node = this.#graph.get(uid);
    if (node === undefined) return undefined;
    // What is on its way out needs no push, unless it waits for its dependents.
    if (node.beingDeleted && !node.deletingDependents) return undefined;
    const def = this.#kinds.find(node.apiVersion, node.kind);
    // A kind that nobody serves: nothing can be known of it.
    if (def === undefined) return undefined;
    const live = yield* this.#client.get(def, def.namespaced ? node.namespace : undefined, node.name);
    if (!live.ok && !isNotFound(live.error)) return live.error;
    if (!live.ok || live.value.metadata.uid !== uid) {
      this.#markAbsent(uid);
      if (node.virtual) this.#graph.removeNode(node);
      return undefined;
    }
    if (node.virtual) return undefined;
    if (node.deletingDependents) return yield* this.#finishForeground(def, node, live.value);
    const refs = live.value.metadata.ownerReferences ?? [];
    return refs.length === 0 ? undefined : yield* this.#judge(def, node, live.value, refs);
  }

  /** Lets an owner go that waited for its dependents, if none of them blocks it any more. */
  *#finishForeground(def: ResourceDefinition, node: GraphNode, live: ApiObject): Task<SyncError> {
    let blocking = 0;
    for (const dependent of node.dependents) {
      if (!dependent.owners.some((o) => o.uid === node.uid && o.blockOwnerDeletion === true)) continue;
      blocking++;
      if (!dependent.deletingDependents) this.#deletions.queue.add(dependent.uid);
    }
    const key = keyOf(node);
    if (blocking > 0) {
      this.#deletions.decide(key, "no dependents", `${blocking} dependents`, "wait for them");
      return undefined;
    }
    this.#deletions.decide(key, "no dependents", "no dependents", "let it go");
    return yield* this.#removeFinalizer(def, live, FOREGROUND_FINALIZER);
  }

  *#judge(
    def: ResourceDefinition,
    node: GraphNode,
    live: ApiObject,
    refs: readonly OwnerReference[],
  ): Task<SyncError> {
    const classified = yield* this.#classify(node, refs);
    if ("code" in classified) return classified;
    const { solid, dangling, waiting } = classified;
    if (solid.length > 0) {
      if (dangling.length === 0 && waiting.length === 0) return undefined;
      const lost = [...dangling, ...waiting];
      this.#decide(node, `${refs.length} owners`, `${solid.length} owners`, "forget the lost ones");
      return yield* this.#removeOwners(
        def,
        live,
        lost.map((o) => o.uid),
      );
    }
    if (waiting.length > 0 && node.dependents.size > 0) {
      this.#decide(node, "an owner", "one that waits for us", "delete, dependents first");
      return yield* this.#delete(def, node, "Foreground");
    }
    const finalizers = live.metadata.finalizers ?? [];
    const policy = finalizers.includes(ORPHAN_FINALIZER)
      ? "Orphan"
      : finalizers.includes(FOREGROUND_FINALIZER)
        ? "Foreground"
        : "Background";
    this.#decide(node, "an owner", "none", "delete");
    return yield* this.#delete(def, node, policy);
  }

  #decide(node: GraphNode, want: string, have: string, action: string): void {
    this.#deletions.decide(keyOf(node), want, have, action);
  }

  *#delete(
    def: ResourceDefinition,
    node: GraphNode,
    propagationPolicy: "Background" | "Foreground" | "Orphan",
  ): Task<SyncError> {
    const preconditions = { uid: node.uid };
    const namespace = def.namespaced ? node.namespace : undefined;
    const gone = yield* this.#client.delete(def, namespace, node.name, { propagationPolicy, preconditions });
    return gone.ok || isNotFound(gone.error) || isConflict(gone.error) ? undefined : gone.error;
  }

  *#classify(node: GraphNode, refs: readonly OwnerReference[]): Task<Owners | Status> {
    const owners: Owners = { solid: [], dangling: [], waiting: [] };
    for (const ref of refs) {
      if (this.#absent.has(ref.uid)) {
        owners.dangling.push(ref);
        continue;
      }
      const def = this.#kinds.find(ref.apiVersion, ref.kind);
      if (def === undefined) {
        // Not served, so not known to be gone either: keep the dependent.
        owners.solid.push(ref);
        continue;
      }
      if (def.namespaced && node.namespace === "") {
        owners.solid.push(ref);
        continue;
      }
      const live = yield* this.#client.get(def, def.namespaced ? node.namespace : undefined, ref.name);
      if (!live.ok && !isNotFound(live.error)) return live.error;
      if (!live.ok || live.value.metadata.uid !== ref.uid) {
        this.#markAbsent(ref.uid);
        owners.dangling.push(ref);
      } else if (waitsForDependents(live.value)) owners.waiting.push(ref);
      else owners.solid.push(ref);
    }
    return owners;
  }

  /** Cuts the dependents of a deleted owner loose, then lets the owner go. */
  *#attemptToOrphan(uid: string): Task<SyncError> {
    const node = this.#graph.get(uid);
    const def = node === undefined ? undefined : this.#kinds.find(node.apiVersion, node.kind);
    if (node === undefined || def === undefined) return undefined;
    const dependents = [...node.dependents];
    this.#orphanings.decide(
      keyOf(node),
      "no dependents",
      `${dependents.length} dependents`,
      "cut them loose",
    );
    const tasks = dependents.map((dependent) => this.#cutLoose(dependent, uid));
    const errors = yield* parallel(this.#process, NAME, tasks);
    const failed = errors.find((e) => e !== undefined);
    if (failed !== undefined) return failed;
    const live = yield* this.#client.get(def, def.namespaced ? node.namespace : undefined, node.name);
    if (!live.ok) return isNotFound(live.error) ? undefined : live.error;
    return yield* this.#removeFinalizer(def, live.value, ORPHAN_FINALIZER);
  }

  *#cutLoose(dependent: GraphNode, ownerUid: string): Task<SyncError> {
    const def = this.#kinds.find(dependent.apiVersion, dependent.kind);
    if (def === undefined) return undefined;
    const { apiVersion, kind, namespace, name, uid } = dependent;
    const metadata = def.namespaced ? { namespace, name, uid } : { name, uid };
    return yield* this.#removeOwners(def, { apiVersion, kind, metadata }, [ownerUid]);
  }

  *#removeOwners(def: ResourceDefinition, obj: ApiObject, uids: readonly string[]): Task<SyncError> {
    const { namespace, name = "", uid } = obj.metadata;
    if (def.custom !== undefined) return yield* this.#removeCustomOwners(def, obj, uids);
    const ownerReferences = uids.map((owner) => ({ $patch: "delete", uid: owner }));
    const body = { metadata: { ownerReferences, uid } };
    const patched = yield* this.#client.patch(def, namespace, name, { type: "strategic", body });
    return patched.ok || isNotFound(patched.error) ? undefined : patched.error;
  }

  /** Custom kinds know no strategic merge patch: the whole list is written, if nobody was faster. */
  *#removeCustomOwners(
    def: ResourceDefinition,
    { metadata: { namespace, name = "", uid } }: ApiObject,
    uids: readonly string[],
  ): Task<SyncError> {
    const live = yield* this.#client.get(def, namespace, name);
    if (!live.ok) return isNotFound(live.error) ? undefined : live.error;
    const { resourceVersion, ownerReferences = [] } = live.value.metadata;
    const left = ownerReferences.filter((owner) => !uids.includes(owner.uid));
    const body = { metadata: { resourceVersion, uid, ownerReferences: left } };
    const patched = yield* this.#client.patch(def, namespace, name, { type: "merge", body });
    return patched.ok || isNotFound(patched.error) ? undefined : patched.error;
  }

  *#removeFinalizer(def: ResourceDefinition, live: ApiObject, finalizer: string): Task<SyncError> {
    const before = live.metadata.finalizers ?? [];
    const finalizers = before.filter((f) => f !== finalizer);
    if (finalizers.length === before.length) return undefined;
    const { namespace, name = "", resourceVersion } = live.metadata;
    const body = { metadata: { resourceVersion, finalizers } };
    const patched = yield* this.#client.patch(def, namespace, name, { type: "merge", body });
    return patched.ok || isNotFound(patched.error) ? undefined : patched.error;
  }

  #markAbsent(uid: string): void {
    if (this.#absent.size >= ABSENT_CACHE) {
      for (const oldest of this.#absent) {
        this.#absent.delete(oldest);
        break;
      }
    }
    this.#absent.add(uid);
  }
}

function waitsForDependents(obj: ApiObject): boolean {
  const { deletionTimestamp, finalizers } = obj.metadata;
  return deletionTimestamp !== undefined && (finalizers?.includes(FOREGROUND_FINALIZER) ?? false);
}

function keyOf(node: GraphNode): string {
  return node.namespace === "" ? `${node.kind} ${node.name}` : `${node.kind} ${node.namespace}/${node.name}`;
}

/** The controller that collects garbage. */
export function garbageCollector(context: ControllerContext): Controller {
  return new GarbageCollector(context);
}
