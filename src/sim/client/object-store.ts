import { objectKey } from "../api/meta";
import type { ApiObject } from "../api/types";
import { assert } from "../../shared/assert";

/** What an object is found under in an index: one value, several, or none. */
export type IndexFunction<T> = (obj: T) => string | readonly string[] | undefined;

interface Index<T> {
  readonly fn: IndexFunction<T>;
  readonly buckets: Map<string, Map<string, T>>;
}

/** Objects by key (`namespace/name`), with any number of indexes that follow every change. */
export class ObjectStore<T extends ApiObject> {
  readonly #items = new Map<string, T>();
  readonly #indexes: Index<T>[] = [];
  readonly #byName = new Map<string, Index<T>>();

  get size(): number {
    return this.#items.size;
  }

  get(key: string): T | undefined {
    return this.#items.get(key);
  }

  /** All objects, in the order in which they came. */
  values(): IterableIterator<T> {
    return this.#items.values();
  }

  keys(): IterableIterator<string> {
    return this.#items.keys();
  }

  /** Adds an index; the same name twice is the same index. */
  addIndex(name: string, fn: IndexFunction<T>): void {
    if (this.#byName.has(name)) return;
    const index: Index<T> = { fn, buckets: new Map() };
    this.#byName.set(name, index);
    this.#indexes.push(index);
    for (const [key, obj] of this.#items) insert(index, key, obj);
  }

  /** The objects under a value of an index, as a view by key; undefined for none. */
  bucket(name: string, value: string): ReadonlyMap<string, T> | undefined {
    const index = this.#byName.get(name);
    assert(index !== undefined, () => `there is no index ${name}`);
    return index.buckets.get(value);
  }

  /** The values that an index knows. */
  indexValues(name: string): IterableIterator<string> {
    const index = this.#byName.get(name);
    assert(index !== undefined, () => `there is no index ${name}`);
    return index.buckets.keys();
  }

  /** Puts an object in; gives the one that it replaces. */
  set(obj: T): T | undefined {
    const key = objectKey(obj);
    const old = this.#items.get(key);
    this.#items.set(key, obj);
    for (const index of this.#indexes) {
      if (old === undefined) insert(index, key, obj);
      else reindex(index, key, old, obj);
    }
    return old;
  }

  /** Takes an object out; gives it. */
  delete(key: string): T | undefined {
    const old = this.#items.get(key);
    if (old === undefined) return undefined;
    this.#items.delete(key);
    for (const index of this.#indexes) remove(index, key, old);
    return old;
  }
}

function put<T>(index: Index<T>, value: string, key: string, obj: T): void {
  let bucket = index.buckets.get(value);
  if (bucket === undefined) index.buckets.set(value, (bucket = new Map()));
  bucket.set(key, obj);
}

function take<T>(index: Index<T>, value: string, key: string): void {
  const bucket = index.buckets.get(value);
  if (bucket === undefined) return;
  bucket.delete(key);
  if (bucket.size === 0) index.buckets.delete(value);
}

function insert<T>(index: Index<T>, key: string, obj: T): void {
  const values = index.fn(obj);
  if (values === undefined) return;
  if (typeof values === "string") put(index, values, key, obj);
  else for (const value of values) put(index, value, key, obj);
}

function remove<T>(index: Index<T>, key: string, obj: T): void {
  const values = index.fn(obj);
  if (values === undefined) return;
  if (typeof values === "string") take(index, values, key);
  else for (const value of values) take(index, value, key);
}

function reindex<T>(index: Index<T>, key: string, old: T, obj: T): void {
  const before = index.fn(old);
  const after = index.fn(obj);
  // Nearly every update leaves the value as it was; then the object keeps its place.
  if (typeof before === "string" && before === after) {
    put(index, before, key, obj);
    return;
  }
  remove(index, key, old);
  insert(index, key, obj);
}
