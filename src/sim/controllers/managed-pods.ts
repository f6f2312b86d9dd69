/**
 * The pods that the objects of one kind manage: which are whose, and whom a change of a pod concerns. Each controller
 * of pods sets out from here, and reads then as its own idea only.
 */
import { pods } from "../api/kinds/pod";
import { controllerOf, isDeleting, isPodReady, objectKey } from "../api/meta";
import type { ResourceDefinition } from "../api/resource";
import type { Selector } from "../api/selector";
import type { ApiObject, NamespacedMeta, Pod, PodTemplateSpec } from "../api/types";
import type { Expectations } from "../client/expectations";
import type { Informer } from "../client/informer";
import { BY_CONTROLLER, indexByController, indexByNamespace, orphansOf } from "../client/lister";
import type { RestClient } from "../client/rest-client";
import type { Future } from "../kernel/future";
import type { Task } from "../kernel/task";
import { SECOND, type Micros } from "../kernel/time";
import { adoptAll, releaseAll } from "./claim";
import type { ControllerContext } from "./context";
import type { Engine, SyncError } from "./engine";
import { OwnedPods, type PodSet } from "./owned-pods";
import { ownerOf, wakeMatching } from "./owners";

/** What has a template and pods made from it. */
export interface PodOwner extends ApiObject {
  metadata: NamespacedMeta;
  spec: { minReadySeconds?: number; template?: PodTemplateSpec };
}

export interface ManagedPodsOptions<T extends PodOwner> {
  readonly def: ResourceDefinition<T>;
  readonly selectorOf: (owner: T) => Selector;
  readonly client: RestClient;
  /** Whose queue the owners' keys go into. */
  readonly engine: Engine;
  /** Told of pods that come and go. */
  readonly expectations?: Expectations | undefined;
  /** Changes of pods are gathered for so long, so that many of them make one sync; default: not at all. */
  readonly batch?: Micros | undefined;
}

export class ManagedPods<T extends PodOwner> {
  readonly owners: Informer<T>;
  readonly pods: Informer<Pod>;
  readonly #options: ManagedPodsOptions<T>;
  readonly #owned: OwnedPods;

  constructor({ informers }: ControllerContext, options: ManagedPodsOptions<T>) {
    this.#options = options;
    this.owners = informers.informer(options.def);
    this.pods = informers.informer(pods);
    indexByNamespace(this.owners);
    indexByController(this.pods);
    this.#owned = new OwnedPods(this.pods, options.def.kind);
    this.owners.addHandler({
      onDelete: (owner) => {
        options.expectations?.delete(objectKey(owner));
        this.#owned.forget(owner.metadata.uid);
      },
    });
    this.pods.addHandler({
      onAdd: (pod) => this.#changed(undefined, pod),
      onUpdate: (old, pod) => this.#changed(old, pod),
      onDelete: (pod) => this.#gone(pod),
    });
  }

  /** Settle once both local copies are complete. */
  get synced(): readonly Future<void>[] {
    return [this.owners.synced, this.pods.synced];
  }

  /** The pods that an owner manages. */
  of(owner: T): PodSet {
    return this.#owned.of(owner.metadata.uid);
  }

  /**
   * Has an owner release the pods that it does not match any more, and adopt those without owner that it does; `wants`
   * may be choosier than the selector. One that is being deleted leaves all as it is.
   */
  *claim(owner: T, wants: (pod: Pod) => boolean = () => true): Task<SyncError> {
    const { client, def, selectorOf } = this.#options;
    const selector = selectorOf(owner);
    const set = this.of(owner);
    set.judge(selector, owner.spec.template?.metadata?.labels);
    if (isDeleting(owner)) return undefined;
    const claimant = { client, def, owner };
    const released = yield* releaseAll(claimant, pods, [...set.strangers.values()]);
    if (released !== undefined) return released;
    const orphans = this.pods.bucket(BY_CONTROLLER, orphansOf(owner.metadata.namespace));
    const found: Pod[] = [];
    for (const pod of orphans?.values() ?? []) {
      if (!isDeleting(pod) && selector.matches(pod.metadata.labels) && wants(pod)) found.push(pod);
    }
    return yield* adoptAll(claimant, pods, found, (pod) => {
      // This very sync must count it.
      const key = objectKey(pod);
      if (controllerOf(this.pods.get(key) ?? pod) === undefined) set.add(key, pod);
    });
  }

  #changed(old: Pod | undefined, pod: Pod): void {
    const ref = controllerOf(pod);
    const before = old === undefined ? undefined : controllerOf(old);
    if (old !== undefined && before?.uid !== ref?.uid) this.#wake(ownerOf(this.owners, old));
    if (ref !== undefined) this.#ownedChanged(old, pod);
    else if (old === undefined || before !== undefined || old.metadata.labels !== pod.metadata.labels) {
      wakeMatching(this.owners, this.#options.selectorOf, pod, (owner) => this.#wake(owner));
    }
  }

  #ownedChanged(old: Pod | undefined, pod: Pod): void {
    // A deletionTimestamp is as good as a deletion: the pod will not come back.
    if (isDeleting(pod)) {
      this.#gone(pod);
      return;
    }
    const owner = ownerOf(this.owners, pod);
    if (owner === undefined) return;
    const key = objectKey(owner);
    if (old === undefined) this.#options.expectations?.creationObserved(key);
    this.#wake(owner);
    const minReady = owner.spec.minReadySeconds ?? 0;
    if (old !== undefined && minReady > 0 && isPodReady(pod) && !isPodReady(old)) {
      // One second more, as times in objects have no fractions.
      this.#options.engine.queue.addAfter(key, (minReady + 1) * SECOND);
    }
  }

  #gone(pod: Pod): void {
    const owner = ownerOf(this.owners, pod);
    if (owner !== undefined) this.#options.expectations?.deletionObserved(objectKey(owner), objectKey(pod));
    this.#wake(owner);
  }

  #wake(owner: T | undefined): void {
    const { engine, batch = 0 } = this.#options;
    if (owner !== undefined) engine.queue.addAfter(objectKey(owner), batch);
  }
}
