/**
 * Everything that one API server serves: the kinds of the API itself, and those that CustomResourceDefinitions have
 * added, as far as this server has heard of them (apiextensions-apiserver `pkg/apiserver/customresource_handler.go`).
 */
import { customResources } from "../api/custom/custom-resources";
import { customResourceDefinitions } from "../api/kinds/custom-resource-definition";
import { conditionStatus } from "../api/meta";
import { findResource, resources } from "../api/registry";
import type { ResourceDefinition } from "../api/resource";
import type { CustomResourceDefinition } from "../api/types";
import type { CacheEvent } from "./cache/cache-event";
import type { Caches } from "./cache/caches";

/** What a definition was when its kinds were made. */
interface Served {
  readonly crd: CustomResourceDefinition;
  readonly definitions: readonly ResourceDefinition[];
}

export class ServedResources {
  readonly #caches: Caches;
  readonly #custom = new Map<string, Served>();
  readonly #byPath = new Map<string, ResourceDefinition>();
  #all: readonly ResourceDefinition[] = resources;

  constructor(caches: Caches) {
    this.#caches = caches;
    caches.of(customResourceDefinitions).listeners.push((event) => this.#learn(event));
  }

  /** The resource of a path, e.g. `("apps", "v1", "deployments")`. */
  find(group: string, version: string, resource: string): ResourceDefinition | undefined {
    const own = findResource(group, version, resource);
    if (own !== undefined || this.#byPath.size === 0) return own;
    return this.#byPath.get(`${group}/${version}/${resource}`);
  }

  /** Everything; the same list for as long as nothing changes. */
  all(): readonly ResourceDefinition[] {
    return this.#all;
  }

  /** The definitions that a CustomResourceDefinition has brought, if it is established. */
  ofDefinition(name: string): readonly ResourceDefinition[] {
    return this.#custom.get(name)?.definitions ?? [];
  }

  #learn({ type, object }: CacheEvent): void {
    const crd = object as CustomResourceDefinition;
    const { name } = crd.metadata;
    const known = this.#custom.get(name);
    if (type === "DELETED" || !isEstablished(crd)) {
      if (known === undefined) return;
      this.#custom.delete(name);
      this.#caches.removeCustom(name);
    } else {
      if (known !== undefined && isSame(known.crd, crd)) return;
      const definitions = customResources(crd);
      this.#custom.set(name, { crd, definitions });
      this.#caches.addCustom(name, definitions);
    }
    this.#index();
  }

  #index(): void {
    const made: ResourceDefinition[] = [];
    this.#byPath.clear();
    for (const { definitions } of this.#custom.values()) {
      for (const def of definitions) {
        made.push(def);
        this.#byPath.set(`${def.group}/${def.version}/${def.resource}`, def);
      }
    }
    this.#all = [...resources, ...made];
  }
}

function isEstablished({ status }: CustomResourceDefinition): boolean {
  return conditionStatus(status.conditions, "Established") === "True";
}

/** Whether two states of a definition make the same kinds. */
function isSame(a: CustomResourceDefinition, b: CustomResourceDefinition): boolean {
  return a.spec === b.spec && a.metadata.deletionTimestamp === b.metadata.deletionTimestamp;
}
