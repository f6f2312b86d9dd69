/**
 * The kinds that the API serves, as the controllers of a process know them: those of the API itself, and those of the
 * CustomResourceDefinitions that an informer has brought. (Upstream asks discovery every half a minute.)
 */
import { customResources } from "../api/custom/custom-resources";
import { customResourceDefinitions } from "../api/kinds/custom-resource-definition";
import { conditionStatus } from "../api/meta";
import { findKind, resources } from "../api/registry";
import type { ResourceDefinition } from "../api/resource";
import type { CustomResourceDefinition } from "../api/types";
import type { InformerFactory } from "../client/informer-factory";
import type { Future } from "../kernel/future";

/** Told when a custom kind comes and goes; `def` is the version that is stored. */
export interface KindListener {
  added(def: ResourceDefinition): void;
  removed(def: ResourceDefinition): void;
}

export class ServedKinds {
  readonly synced: Future<void>;
  /** The served versions of each custom kind, the stored one first, by name of the definition. */
  readonly #custom = new Map<string, readonly ResourceDefinition[]>();
  readonly #listeners: KindListener[] = [];

  constructor(informers: InformerFactory) {
    const informer = informers.informer(customResourceDefinitions);
    this.synced = informer.synced;
    informer.addHandler({
      onAdd: (crd) => this.#learn(crd),
      onUpdate: (old, crd) => {
        if (old.spec !== crd.spec || isEstablished(old) !== isEstablished(crd)) this.#learn(crd);
      },
      onDelete: (crd) => this.#forget(crd.metadata.name),
    });
  }

  /** Hears of custom kinds from now on, and of those that are there. */
  listen(listener: KindListener): void {
    this.#listeners.push(listener);
    for (const [stored] of this.#custom.values()) if (stored !== undefined) listener.added(stored);
  }

  /** The kind whose objects say `apiVersion` and `kind`. */
  find(apiVersion: string, kind: string): ResourceDefinition | undefined {
    const own = findKind(apiVersion, kind);
    if (own !== undefined || this.#custom.size === 0) return own;
    for (const versions of this.#custom.values()) {
      for (const def of versions) if (def.apiVersion === apiVersion && def.kind === kind) return def;
    }
    return undefined;
  }

  /** Every kind that is served now; custom ones in the version that is stored. */
  all(): readonly ResourceDefinition[] {
    const custom = [...this.#custom.values()].flatMap((versions) => versions.slice(0, 1));
    return custom.length === 0 ? resources : [...resources, ...custom];
  }

  #learn(crd: CustomResourceDefinition): void {
    const { name } = crd.metadata;
    if (!isEstablished(crd)) {
      this.#forget(name);
      return;
    }
    const known = this.#custom.get(name)?.[0];
    const versions = customResources(crd);
    this.#custom.set(name, versions);
    const [stored] = versions;
    if (stored === undefined || known?.apiVersion === stored.apiVersion) return;
    if (known !== undefined) this.#tell("removed", known);
    this.#tell("added", stored);
  }

  #forget(name: string): void {
    const known = this.#custom.get(name)?.[0];
    if (!this.#custom.delete(name) || known === undefined) return;
    this.#tell("removed", known);
  }

  #tell(what: keyof KindListener, def: ResourceDefinition): void {
    for (const listener of this.#listeners) listener[what](def);
  }
}

function isEstablished({ status }: CustomResourceDefinition): boolean {
  return conditionStatus(status.conditions, "Established") === "True";
}
