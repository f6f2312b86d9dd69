import type { ResourceDefinition } from "../api/resource";
import type { ApiObject } from "../api/types";
import type { Process } from "../kernel/process";
import type { Task } from "../kernel/task";
import { Informer, type InformerOptions } from "./informer";
import type { RestClient } from "./rest-client";

/** Gives every user of a process the same informer of a collection, so that it is watched once. */
export class InformerFactory {
  readonly #client: RestClient;
  readonly #informers = new Map<string, Informer<ApiObject>>();

  constructor(client: RestClient) {
    this.#client = client;
  }

  /** The informer of a kind and selection; made at the first call. */
  informer<T extends ApiObject>(def: ResourceDefinition<T>, options: InformerOptions = {}): Informer<T> {
    const { namespace = "", fieldSelector = "", labelSelector = "" } = options;
    const key = `${def.apiVersion}/${def.resource}|${namespace}|${fieldSelector}|${labelSelector}`;
    let informer = this.#informers.get(key);
    if (informer === undefined) {
      informer = new Informer<T>(this.#client, def, options) as unknown as Informer<ApiObject>;
      this.#informers.set(key, informer);
    }
    return informer as unknown as Informer<T>;
  }

  /** Ends the informer of a kind that is served no more; what it had is told to its handlers as gone. */
  drop(def: ResourceDefinition): void {
    for (const [key, informer] of this.#informers) {
      if (informer.def.apiVersion !== def.apiVersion || informer.def.resource !== def.resource) continue;
      informer.stop();
      this.#informers.delete(key);
    }
  }

  /** Starts the informers that do not run yet. */
  start(process: Process): void {
    for (const informer of this.#informers.values()) informer.start(process);
  }

  /** Waits until every informer has its first list. */
  *waitForSync(): Task {
    for (const informer of [...this.#informers.values()]) yield* informer.synced;
  }

  /** The informers, for views. */
  all(): Iterable<Informer<ApiObject>> {
    return this.#informers.values();
  }
}
