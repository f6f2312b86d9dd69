import type { ResourceDefinition } from "../api/resource";
import type { ApiObject } from "../api/types";
import type { HandlerChain } from "./http/handler-chain";
import type { Health } from "./http/health";
import type { Server } from "./server";

/** What an API server shows of itself to read models (`process.view`). No component may look. */
export class ApiServerView {
  readonly kind = "kube-apiserver";
  readonly #server: Server;
  readonly #chain: HandlerChain;
  readonly #health: Health;

  constructor(server: Server, chain: HandlerChain, health: Health) {
    this.#server = server;
    this.#chain = chain;
    this.#health = health;
  }

  /** Watches of clients that are open. */
  get watches(): number {
    return this.#server.caches.watchers;
  }

  /** The etcd revision that its caches have reached. */
  get revision(): number {
    return this.#server.feed.revision;
  }

  /** Whether it follows etcd at the moment. */
  get followsEtcd(): boolean {
    return this.#server.feed.connected;
  }

  /** Caches filled and bootstrap objects made; says nothing of etcd's quorum. */
  get started(): boolean {
    return this.#health.bootstrapped;
  }

  /** Requests that it works on, watches aside. */
  get inFlight(): number {
    return this.#chain.inFlight;
  }

  get requestsTotal(): number {
    return this.#chain.requestsTotal;
  }

  /** Requests that were answered with a status of 400 or more. */
  get refusedTotal(): number {
    return this.#chain.refusedTotal;
  }

  /** Requests that ended by an error that nobody expected: a bug of ours. */
  get panicsTotal(): number {
    return this.#chain.panicsTotal;
  }

  /** Objects in its caches. */
  get objects(): number {
    return this.#server.caches.objects;
  }

  /** The objects of a resource as its cache has them, in order of their keys. */
  list<T extends ApiObject>(def: ResourceDefinition<T>): readonly T[] {
    return this.#server.caches.of(def).all() as readonly T[];
  }

  find<T extends ApiObject>(def: ResourceDefinition<T>, namespace: string, name: string): T | undefined {
    return this.#server.caches.find(def, namespace, name);
  }
}
