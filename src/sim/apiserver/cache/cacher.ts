/**
 * The watch cache of one resource (apiserver `pkg/storage/cacher/cacher.go`): the newest state that this API server
 * knows of each object, the events that led there, and the clients that want to hear of the next ones.
 *
 * Watchers that pin one value of the resource's trigger field (pods: `spec.nodeName`; nodes, leases, secrets,
 * config maps: the name) are filed under it, so that events of others cost them nothing.
 */
import { copyWith } from "../../api/copy";
import type { WatchEvent } from "../../api/http";
import { joinKey } from "../../api/meta";
import type { ResourceDefinition } from "../../api/resource";
import type { ApiObject } from "../../api/types";
import type { Micros } from "../../kernel/time";
import type { CacheEvent } from "./cache-event";
import { EventHistory } from "./event-history";
import type { Selection } from "./selection";
import type { Watcher } from "./watcher";

type Objects = Map<string, ApiObject>;

const NAME = "metadata.name";

export class Cacher {
  readonly def: ResourceDefinition;
  /** Keys of this resource in etcd begin with it. */
  readonly prefix: string;
  readonly history = new EventHistory();
  /** Called after each change; for indexes that the server keeps of a resource. */
  readonly listeners: ((event: CacheEvent) => void)[] = [];
  readonly #objects: Objects = new Map();
  readonly #byTrigger = new Map<string, Objects>();
  readonly #byNamespace = new Map<string, Objects>();
  readonly #unfiled = new Set<Watcher>();
  readonly #filed = new Map<string, Set<Watcher>>();
  #sorted: readonly ApiObject[] | undefined;
  #watcherCount = 0;

  constructor(def: ResourceDefinition) {
    this.def = def;
    this.prefix = `${def.storagePrefix}/`;
  }

  get size(): number {
    return this.#objects.size;
  }

  get watchers(): number {
    return this.#watcherCount;
  }

  /** The object under an etcd key. */
  get(key: string): ApiObject | undefined {
    return this.#objects.get(key);
  }

  /** The object of this name; `namespace` `""` for cluster-scoped resources. */
  find(namespace: string, name: string): ApiObject | undefined {
    return this.#objects.get(this.prefix + joinKey(namespace, name));
  }

  /** All objects in order of their keys. Do not change the list. */
  all(): readonly ApiObject[] {
    if (this.#sorted === undefined) this.#sorted = inKeyOrder(this.#objects);
    return this.#sorted;
  }

  /** The objects that a selection picks, in order of their keys. */
  list(selection: Selection): readonly ApiObject[] {
    const { namespace, wholeNamespace } = selection;
    const indexKey = this.indexKeyOf(selection);
    let pool: readonly ApiObject[];
    if (indexKey !== undefined) {
      if (this.def.triggerField === NAME) {
        const found = this.#objects.get(this.prefix + indexKey);
        pool = found === undefined ? [] : [found];
      } else pool = inKeyOrder(this.#byTrigger.get(indexKey));
    } else pool = namespace === "" ? this.all() : inKeyOrder(this.#byNamespace.get(namespace));
    return wholeNamespace ? pool : pool.filter((obj) => selection.matches(obj));
  }

  /** The objects whose trigger field has this value, in the order in which they came to have it. */
  withTrigger(value: string): Iterable<ApiObject> {
    return this.#byTrigger.get(value)?.values() ?? [];
  }

  /** The objects of a namespace, in the order in which they came. */
  inNamespace(namespace: string): Iterable<ApiObject> {
    return this.#byNamespace.get(namespace)?.values() ?? [];
  }

  /** The value by which a watch or list can be narrowed; undefined when it pins none. */
  indexKeyOf(selection: Selection): string | undefined {
    const { triggerField, namespaced } = this.def;
    if (triggerField === undefined || selection.fields === undefined) return undefined;
    const value = selection.fields.exact(triggerField);
    if (value === undefined || value === "") return undefined;
    if (triggerField !== NAME) return value;
    if (!namespaced) return value;
    return selection.namespace === "" ? undefined : joinKey(selection.namespace, value);
  }

  addWatcher(watcher: Watcher): void {
    this.#watcherCount++;
    if (watcher.indexKey === undefined) {
      this.#unfiled.add(watcher);
      return;
    }
    let filed = this.#filed.get(watcher.indexKey);
    if (filed === undefined) this.#filed.set(watcher.indexKey, (filed = new Set()));
    filed.add(watcher);
  }

  removeWatcher(watcher: Watcher): void {
    if (watcher.indexKey === undefined) {
      if (this.#unfiled.delete(watcher)) this.#watcherCount--;
      return;
    }
    const filed = this.#filed.get(watcher.indexKey);
    if (filed === undefined || !filed.delete(watcher)) return;
    this.#watcherCount--;
    if (filed.size === 0) this.#filed.delete(watcher.indexKey);
  }

  /** Ends all watches: the resource is no longer served. */
  endWatches(): void {
    const watchers = [...this.#unfiled];
    for (const filed of this.#filed.values()) watchers.push(...filed);
    for (const watcher of watchers) {
      watcher.settled();
      watcher.exchange.end();
    }
  }

  /** Fills the cache anew. Changes that watchers have missed are told to them as events of `revision`. */
  replace(
    objects: readonly { readonly key: string; readonly object: ApiObject }[],
    revision: number,
    at: Micros,
  ): void {
    const before = new Map(this.#objects);
    this.history.reset(revision);
    for (const { key, object } of objects) {
      const known = before.get(key);
      before.delete(key);
      if (known === object) continue;
      this.apply(key, object, revision, at, false);
    }
    for (const key of before.keys()) this.apply(key, undefined, revision, at, false);
    // What the list brought is no history that a watch could begin in.
    this.history.reset(revision);
  }

  /** Takes in a change from etcd: the new state of a key, or undefined for its deletion. */
  apply(key: string, object: ApiObject | undefined, revision: number, at: Micros, quiet: boolean): void {
    const prev = this.#objects.get(key);
    if (object === undefined && prev === undefined) return;
    const event = makeEvent(object, prev, revision, at, quiet);
    if (object === undefined) this.#objects.delete(key);
    else this.#objects.set(key, object);
    this.#index(key, prev, object);
    this.history.append(event);
    for (const listener of this.listeners) listener(event);
    this.#dispatch(event);
  }

  #index(key: string, prev: ApiObject | undefined, next: ApiObject | undefined): void {
    this.#sorted = undefined;
    if (this.def.namespaced) {
      const namespace = (next ?? prev)?.metadata.namespace ?? "";
      refile(this.#byNamespace, namespace, key, next);
    }
    const { triggerField } = this.def;
    if (triggerField === undefined || triggerField === NAME) return;
    const before = prev === undefined ? "" : this.def.fieldValue(prev, triggerField);
    const after = next === undefined ? "" : this.def.fieldValue(next, triggerField);
    if (before !== "" && before !== after) refile(this.#byTrigger, before, key, undefined);
    if (after !== "") refile(this.#byTrigger, after, key, next);
  }

  #dispatch(event: CacheEvent): void {
    for (const watcher of this.#unfiled) watcher.offer(event);
    if (this.#filed.size === 0) return;
    const now = this.#triggerOf(event.object);
    const filed = now === "" ? undefined : this.#filed.get(now);
    if (filed !== undefined) for (const watcher of filed) watcher.offer(event);
    if (event.prev === undefined) return;
    const before = this.#triggerOf(event.prev);
    if (before === now || before === "") return;
    const left = this.#filed.get(before);
    if (left !== undefined) for (const watcher of left) watcher.offer(event);
  }

  #triggerOf(obj: ApiObject): string {
    const { triggerField } = this.def;
    if (triggerField === undefined) return "";
    if (triggerField !== NAME) return this.def.fieldValue(obj, triggerField);
    return joinKey(obj.metadata.namespace, obj.metadata.name ?? "");
  }
}

function makeEvent(
  object: ApiObject | undefined,
  prev: ApiObject | undefined,
  revision: number,
  at: Micros,
  quiet: boolean,
): CacheEvent {
  if (object !== undefined) {
    const type = prev === undefined ? "ADDED" : "MODIFIED";
    const wire: WatchEvent = { type, object };
    return { type, object, prev, revision, at, quiet, wire };
  }
  const last = prev as ApiObject;
  const metadata = copyWith(last.metadata, { resourceVersion: String(revision) });
  const gone: ApiObject = copyWith(last, { metadata });
  const wire: WatchEvent = { type: "DELETED", object: gone };
  return { type: "DELETED", object: gone, prev, revision, at, quiet, wire };
}

function refile(index: Map<string, Objects>, value: string, key: string, next: ApiObject | undefined): void {
  const objects = index.get(value);
  if (next === undefined) {
    if (objects === undefined) return;
    objects.delete(key);
    if (objects.size === 0) index.delete(value);
  } else if (objects === undefined) index.set(value, new Map([[key, next]]));
  else objects.set(key, next);
}

function inKeyOrder(objects: ReadonlyMap<string, ApiObject> | undefined): readonly ApiObject[] {
  if (objects === undefined) return [];
  const entries = [...objects];
  entries.sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0));
  return entries.map((entry) => entry[1]);
}
