/**
 * Who owns whom, as the garbage collector knows it from its informers
 * (`pkg/controller/garbagecollector/graph_builder.go`).
 */
import type { ApiObject, OwnerReference } from "../api/types";

export const FOREGROUND_FINALIZER = "foregroundDeletion";
export const ORPHAN_FINALIZER = "orphan";
const NO_OWNERS: readonly OwnerReference[] = [];

/** An object of the graph. */
export interface GraphNode {
  readonly uid: string;
  readonly apiVersion: string;
  readonly kind: string;
  namespace: string;
  readonly name: string;
  owners: readonly OwnerReference[];
  readonly dependents: Set<GraphNode>;
  beingDeleted: boolean;
  /** Being deleted in the foreground: it waits for its dependents. */
  deletingDependents: boolean;
  /** Known only from a reference to it; perhaps it does not exist. */
  virtual: boolean;
}

/** Told by the graph of what it found to be done. */
export interface GraphListener {
  /** Its owners may be gone, or it may be free to go. */
  attemptToDelete(node: GraphNode): void;
  /** It was deleted, leaving its dependents alive. */
  attemptToOrphan(node: GraphNode): void;
  /** A reference leads to an owner in another namespace, where it cannot be. */
  invalidNamespace(dependent: GraphNode, owner: GraphNode): void;
}

export class OwnerGraph {
  readonly #nodes = new Map<string, GraphNode>();
  readonly #listener: GraphListener;

  constructor(listener: GraphListener) {
    this.#listener = listener;
  }

  get size(): number {
    return this.#nodes.size;
  }

  get(uid: string): GraphNode | undefined {
    return this.#nodes.get(uid);
  }

  /** An object appeared, or changed. `old`: what it was, if it is known. */
  upsert(obj: ApiObject, old?: ApiObject): void {
    const { metadata } = obj;
    // Most changes are to status and lease times: nothing that the graph knows of.
    if (
      old !== undefined &&
      old.metadata.ownerReferences === metadata.ownerReferences &&
      old.metadata.finalizers === metadata.finalizers &&
      old.metadata.deletionTimestamp === metadata.deletionTimestamp &&
      old.metadata.uid === metadata.uid
    ) {
      return;
    }
    const uid = metadata.uid ?? "";
    if (old !== undefined && old.metadata.uid !== uid) this.remove(old);
    const owners = metadata.ownerReferences ?? NO_OWNERS;
    let node = this.#nodes.get(uid);
    if (node === undefined) {
      node = newNode(obj, uid, owners);
      this.#nodes.set(uid, node);
      this.#link(node, owners);
    } else {
      if (node.virtual) this.#materialize(node, obj);
      this.#changeOwners(node, owners);
    }
    this.#transition(node, metadata);
  }

  /** An object is gone. */
  remove(obj: ApiObject): void {
    const node = this.#nodes.get(obj.metadata.uid ?? "");
    if (node !== undefined) this.removeNode(node);
  }

  removeNode(node: GraphNode): void {
    this.#nodes.delete(node.uid);
    for (const ref of node.owners) {
      const owner = this.#nodes.get(ref.uid);
      if (owner === undefined) continue;
      owner.dependents.delete(node);
      if (owner.deletingDependents) this.#listener.attemptToDelete(owner);
      if (owner.virtual && owner.dependents.size === 0) this.#nodes.delete(owner.uid);
    }
    for (const dependent of node.dependents) this.#listener.attemptToDelete(dependent);
  }

  /** A foreground deletion begins: dependents first. */
  #transition(node: GraphNode, metadata: ApiObject["metadata"]): void {
    if (metadata.deletionTimestamp === undefined) return;
    const finalizers = metadata.finalizers ?? [];
    if (!node.beingDeleted && finalizers.includes(ORPHAN_FINALIZER)) this.#listener.attemptToOrphan(node);
    node.beingDeleted = true;
    if (node.deletingDependents || !finalizers.includes(FOREGROUND_FINALIZER)) return;
    node.deletingDependents = true;
    for (const dependent of node.dependents) this.#listener.attemptToDelete(dependent);
    this.#listener.attemptToDelete(node);
  }

  #link(node: GraphNode, refs: readonly OwnerReference[]): void {
    for (const ref of refs) {
      let owner = this.#nodes.get(ref.uid);
      if (owner === undefined) {
        owner = virtualNode(ref, node.namespace);
        this.#nodes.set(ref.uid, owner);
        // Somebody has to find out whether it exists.
        this.#listener.attemptToDelete(owner);
      } else this.#checkNamespace(node, owner);
      owner.dependents.add(node);
    }
  }

  /** What was known by reference only has shown up, perhaps in another namespace than its dependents'. */
  #materialize(node: GraphNode, obj: ApiObject): void {
    node.virtual = false;
    node.namespace = obj.metadata.namespace ?? "";
    for (const dependent of node.dependents) this.#checkNamespace(dependent, node);
  }

  #checkNamespace(dependent: GraphNode, owner: GraphNode): void {
    if (owner.virtual || owner.namespace === "" || owner.namespace === dependent.namespace) return;
    this.#listener.invalidNamespace(dependent, owner);
    this.#listener.attemptToDelete(dependent);
  }

  #changeOwners(node: GraphNode, owners: readonly OwnerReference[]): void {
    const before = node.owners;
    if (before === owners) return;
    node.owners = owners;
    const added = owners.filter((o) => !before.some((b) => b.uid === o.uid));
    for (const old of before) {
      const now = owners.find((o) => o.uid === old.uid);
      const owner = this.#nodes.get(old.uid);
      if (owner === undefined) continue;
      if (now === undefined) owner.dependents.delete(node);
      const unblocked = old.blockOwnerDeletion === true && now?.blockOwnerDeletion !== true;
      if (unblocked && owner.deletingDependents) this.#listener.attemptToDelete(owner);
    }
    this.#link(node, added);
  }
}

function newNode(obj: ApiObject, uid: string, owners: readonly OwnerReference[]): GraphNode {
  return {
    uid,
    apiVersion: obj.apiVersion,
    kind: obj.kind,
    namespace: obj.metadata.namespace ?? "",
    name: obj.metadata.name ?? "",
    owners,
    dependents: new Set(),
    beingDeleted: false,
    deletingDependents: false,
    virtual: false,
  };
}

/**
 * An owner that only a reference tells of. Its namespace, if its kind has one, must be that of its
 * dependent.
 */
function virtualNode(ref: OwnerReference, namespace: string): GraphNode {
  return {
    uid: ref.uid,
    apiVersion: ref.apiVersion,
    kind: ref.kind,
    namespace,
    name: ref.name,
    owners: NO_OWNERS,
    dependents: new Set(),
    beingDeleted: false,
    deletingDependents: false,
    virtual: true,
  };
}
