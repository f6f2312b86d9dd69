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
    const own = this.#byResource.get(def);
    return own ?? assertDefined(this.#byResource.get(hubOf(def)), `${def.resource} is not stored`);
  }

  /** The object of this name, as this API server last heard of it. */
  find<T extends ApiObject>(def: ResourceDefinition<T>, namespace: string, name: string): T | undefined {
    return this.of(def).find(namespace, name) as T | undefined;
  }

  all(): Iterable<Cacher> {
    return this.#byResource.values();
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
    for (const cacher of this.#byResource.values()) total += cacher.watchers;
    return total;
  }

  get objects(): number {
    let total = 0;
    for (const cacher of this.#byResource.values()) total += cacher.size;
    return total;
  }
}
