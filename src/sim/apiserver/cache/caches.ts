/**
 * The watch caches of one API server, one a stored resource.
 */
import { assertDefined } from "../../../shared/assert";
import { hubOf, resources } from "../../api/registry";
import type { ResourceDefinition } from "../../api/resource";
import type { ApiObject } from "../../api/types";
import { Cacher } from "./cacher";

export class Caches {
  readonly #byResource = new Map<ResourceDefinition, Cacher>();
  readonly #byPrefix = new Map<string, Cacher>();
  /** Caches of custom kinds by the name of their definition. */
  readonly #custom = new Map<string, Cacher>();
  /** The same by all definitions that were ever made of them, as requests may still hold old ones. */
  readonly #ofCustom = new WeakMap<ResourceDefinition, Cacher>();

  constructor() {
    for (const def of resources) {
      if (def.virtual || def.conversion !== undefined) continue;
      const cacher = new Cacher(def);
      this.#byResource.set(def, cacher);
      this.#byPrefix.set(cacher.prefix, cacher);
    }
  }

  /** The cache of a resource; of the one whose storage it shares, if it does. */
  of(def: ResourceDefinition): Cacher {
    const own = this.#byResource.get(def) ?? this.#ofCustom.get(def);
    return own ?? assertDefined(this.#byResource.get(hubOf(def)), `${def.resource} is not stored`);
  }

  /** The object of this name, as this API server last heard of it. */
  find<T extends ApiObject>(def: ResourceDefinition<T>, namespace: string, name: string): T | undefined {
    return this.of(def).find(namespace, name) as T | undefined;
  }

  all(): Iterable<Cacher> {
    return [...this.#byResource.values(), ...this.#custom.values()];
  }

  /** Makes the cache of a custom kind, unless it is there, and files the definitions of its versions. */
  addCustom(name: string, definitions: readonly ResourceDefinition[]): void {
    const [first] = definitions;
    if (first === undefined) return;
    let cacher = this.#custom.get(name);
    if (cacher === undefined) {
      cacher = new Cacher(first);
      this.#custom.set(name, cacher);
      this.#byPrefix.set(cacher.prefix, cacher);
    }
    for (const def of definitions) {
      this.#ofCustom.set(def, cacher);
      this.#ofCustom.set(hubOf(def), cacher);
    }
  }

  /** Forgets the cache of a custom kind; its watches end. */
  removeCustom(name: string): void {
    const cacher = this.#custom.get(name);
    if (cacher === undefined) return;
    this.#custom.delete(name);
    this.#byPrefix.delete(cacher.prefix);
    cacher.endWatches();
  }

  /** The cache that an etcd key belongs to; undefined for keys that hold no object. */
  forKey(key: string): Cacher | undefined {
    // Keys are `/registry/pods/ns/name`, but `/registry/services/specs/ns/name`.
    const second = key.indexOf("/", 10);
    const found = this.#byPrefix.get(key.slice(0, second + 1));
    if (found !== undefined || second < 0) return found;
    return this.#byPrefix.get(key.slice(0, key.indexOf("/", second + 1) + 1));
  }

  /** Watches of all resources. */
  get watchers(): number {
    let total = 0;
    for (const cacher of this.all()) total += cacher.watchers;
    return total;
  }

  get objects(): number {
    let total = 0;
    for (const cacher of this.all()) total += cacher.size;
    return total;
  }
}
