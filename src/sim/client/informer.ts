import { objectKey } from "../api/meta";
import type { ResourceDefinition } from "../api/resource";
import type { ApiObject } from "../api/types";
import { Future } from "../kernel/future";
import type { Process } from "../kernel/process";
import { ObjectStore, type IndexFunction } from "./object-store";
import { Reflector, type ReflectorOptions, type ReflectorSink } from "./reflector";
import type { RestClient } from "./rest-client";

export type InformerOptions = ReflectorOptions;

/** Told of every change, in order, within the event in which the watch delivered it. Must not wait. */
export interface InformerHandler<T> {
  onAdd?(obj: T): void;
  onUpdate?(old: T, obj: T): void;
  onDelete?(obj: T): void;
}

/**
 * A local copy of a collection that follows the API server, and handlers that hear of each change
 * (client-go `tools/cache/shared_informer.go`). Its objects are shared: never change them.
 */
export class Informer<T extends ApiObject> implements ReflectorSink<T> {
  readonly def: ResourceDefinition<T>;
  /** Settles once the first list has been taken in. */
  readonly synced: Future<void>;
  readonly #store = new ObjectStore<T>();
  readonly #handlers: InformerHandler<T>[] = [];
  readonly #reflector: Reflector<T>;
  #started = false;

  constructor(client: RestClient, def: ResourceDefinition<T>, options: InformerOptions = {}) {
    this.def = def;
    this.synced = new Future(client.process.kernel);
    this.#reflector = new Reflector(client, def, options, this);
  }

  /** Starts it as a thread of the process; again: nothing. */
  start(process: Process): void {
    if (this.#started) return;
    this.#started = true;
    process.spawn(`informer ${this.def.resource}`, this.#reflector.run());
  }

  /** Ends it for good: every object counts as deleted. */
  stop(): void {
    this.#reflector.stop();
    this.replace([]);
  }

  get started(): boolean {
    return this.#started;
  }

  /** Newest revision seen. */
  get resourceVersion(): string {
    return this.#reflector.resourceVersion;
  }

  /** How often the whole collection was listed: 1 plus the relists. */
  get lists(): number {
    return this.#reflector.lists;
  }

  get size(): number {
    return this.#store.size;
  }

  /** One object by its key, `namespace/name` or `name`. */
  get(key: string): T | undefined {
    return this.#store.get(key);
  }

  /** All objects in a new list. */
  list(): T[] {
    return [...this.#store.values()];
  }

  /** All objects without a new list; nothing may change meanwhile. */
  values(): IterableIterator<T> {
    return this.#store.values();
  }

  /** Adds an index; a name that exists is left as it is. */
  index(name: string, fn: IndexFunction<T>): void {
    this.#store.addIndex(name, fn);
  }

  /** The objects under a value of an index, in a new list. */
  byIndex(name: string, value: string): T[] {
    const bucket = this.#store.bucket(name, value);
    return bucket === undefined ? [] : [...bucket.values()];
  }

  /** How many objects are under a value of an index. */
  countIndex(name: string, value: string): number {
    return this.#store.bucket(name, value)?.size ?? 0;
  }

  /** The objects under a value of an index as a live view by key; undefined when there are none. */
  bucket(name: string, value: string): ReadonlyMap<string, T> | undefined {
    return this.#store.bucket(name, value);
  }

  /** Adds a handler; it is told at once of what is there already. */
  addHandler(handler: InformerHandler<T>): void {
    this.#handlers.push(handler);
    if (handler.onAdd !== undefined) for (const obj of this.#store.values()) handler.onAdd(obj);
  }

  /** Called by the reflector. */
  replace(items: readonly T[]): void {
    if (this.#store.size > 0) {
      const present = new Set<string>();
      for (const obj of items) present.add(objectKey(obj));
      for (const key of [...this.#store.keys()]) if (!present.has(key)) this.#drop(key);
    }
    for (const obj of items) this.upsert(obj);
    this.synced.resolve();
  }

  /** Called by the reflector. */
  upsert(obj: T): void {
    const old = this.#store.set(obj);
    if (old === undefined) {
      for (const h of this.#handlers) h.onAdd?.(obj);
    } else if (old.metadata.resourceVersion !== obj.metadata.resourceVersion) {
      for (const h of this.#handlers) h.onUpdate?.(old, obj);
    }
  }

  /** Called by the reflector. */
  remove(obj: T): void {
    if (this.#store.delete(objectKey(obj)) === undefined) return;
    for (const h of this.#handlers) h.onDelete?.(obj);
  }

  #drop(key: string): void {
    const old = this.#store.delete(key);
    if (old !== undefined) for (const h of this.#handlers) h.onDelete?.(old);
  }
}
