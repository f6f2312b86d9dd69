import { isPodReady } from "../api/meta";
import type {
  ApiObject,
  Deployment,
  EndpointSlice,
  Event,
  Lease,
  Node,
  Pod,
  ReplicaSet,
  ReplicationController,
  Service,
} from "../api/types";
import type { Network } from "../kernel/network";
import { storeOf, type ReadableStore } from "./store-of";

/** The kinds that read models look at, with their place in etcd. */
const PREFIXES = {
  pods: "/registry/pods/",
  nodes: "/registry/minions/",
  deployments: "/registry/deployments/",
  replicaSets: "/registry/replicasets/",
  replicationControllers: "/registry/controllers/",
  services: "/registry/services/specs/",
  endpointSlices: "/registry/endpointslices/",
  leases: "/registry/leases/",
  events: "/registry/events/",
} as const;

interface Row<T> {
  readonly revision: number;
  readonly object: T;
}

/** One kind's objects by `namespace/name` (or name), as recorded. The same reference means unchanged. */
export class RecordedTable<T extends ApiObject> {
  readonly #prefix: string;
  #rows = new Map<string, Row<T>>();
  #objects = new Map<string, T>();

  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  get size(): number {
    return this.#objects.size;
  }

  get(key: string): T | undefined {
    return this.#objects.get(key);
  }

  values(): IterableIterator<T> {
    return this.#objects.values();
  }

  /** Takes over what a store holds now. */
  refresh(store: ReadableStore): void {
    const rows = new Map<string, Row<T>>();
    const objects = new Map<string, T>();
    for (const kv of store.list(this.#prefix)) {
      const key = kv.key.slice(this.#prefix.length);
      const known = this.#rows.get(key);
      const row = known?.revision === kv.modRevision ? known : { revision: kv.modRevision, object: withRevision<T>(kv) };
      rows.set(key, row);
      objects.set(key, row.object);
    }
    this.#rows = rows;
    this.#objects = objects;
  }
}

/**
 * What etcd has recorded, read from the member that has applied most: the cluster's own knowledge, desired and
 * believed. Only read models, invariants and the history's hash use it; no component ever does.
 */
export class Recorded {
  readonly pods = new RecordedTable<Pod>(PREFIXES.pods);
  readonly nodes = new RecordedTable<Node>(PREFIXES.nodes);
  readonly deployments = new RecordedTable<Deployment>(PREFIXES.deployments);
  readonly replicaSets = new RecordedTable<ReplicaSet>(PREFIXES.replicaSets);
  readonly replicationControllers = new RecordedTable<ReplicationController>(PREFIXES.replicationControllers);
  readonly services = new RecordedTable<Service>(PREFIXES.services);
  readonly endpointSlices = new RecordedTable<EndpointSlice>(PREFIXES.endpointSlices);
  readonly leases = new RecordedTable<Lease>(PREFIXES.leases);
  readonly events = new RecordedTable<Event>(PREFIXES.events);
  readonly #network: Network;
  #store: ReadableStore | undefined;
  #revision = -1;
  #endpoints = new Map<string, number>();

  constructor(network: Network) {
    this.#network = network;
  }

  /** Revision of the newest state known. */
  get revision(): number {
    return this.#revision;
  }

  /** Looks again. Members that died stay known by what they had applied. */
  refresh(): void {
    for (const host of this.#network.hosts.values()) {
      const store = host.kind === "master" ? storeOf(host) : undefined;
      if (store === undefined) continue;
      if (this.#store === undefined || store.revision >= this.#store.revision) this.#store = store;
    }
    const store = this.#store;
    if (store === undefined || store.revision === this.#revision) return;
    this.#revision = store.revision;
    for (const t of this.#tables()) t.refresh(store);
    this.#countEndpoints();
  }

  podByUid(uid: string): Pod | undefined {
    for (const p of this.pods.values()) if (p.metadata.uid === uid) return p;
    return undefined;
  }

  /** Ready endpoints of a Service, over all its slices. */
  readyEndpoints(namespace: string, service: string): number {
    return this.#endpoints.get(`${namespace}/${service}`) ?? 0;
  }

  /** Nodes with the condition Ready. */
  nodesReady(): number {
    this.refresh();
    let n = 0;
    for (const node of this.nodes.values()) {
      if (node.status.conditions?.some((c) => c.type === "Ready" && c.status === "True")) n++;
    }
    return n;
  }

  /** Are there Deployments, and has each as many ready replicas, of its newest template, as it wants? */
  workloadsReady(): boolean {
    this.refresh();
    if (this.deployments.size === 0) return false;
    for (const d of this.deployments.values()) {
      const want = d.spec.replicas ?? 1;
      const s = d.status;
      if ((s.observedGeneration ?? 0) < (d.metadata.generation ?? 0)) return false;
      if ((s.readyReplicas ?? 0) !== want || (s.updatedReplicas ?? 0) !== want || (s.replicas ?? 0) !== want) return false;
    }
    return true;
  }

  /** Pods with the condition Ready, mirror pods left out. */
  podsReady(): number {
    this.refresh();
    let n = 0;
    for (const p of this.pods.values()) {
      if (p.metadata.annotations?.["kubernetes.io/config.mirror"] === undefined && isPodReady(p)) n++;
    }
    return n;
  }

  /** A hash over all that is recorded: 8 hexadecimal digits. */
  digest(): string {
    this.refresh();
    let h = 0x811c9dc5;
    for (const kv of this.#store?.list("") ?? []) {
      const text = `${kv.key}@${kv.modRevision}=${JSON.stringify(kv.value)}`;
      for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
    }
    return (h >>> 0).toString(16).padStart(8, "0");
  }

  #tables(): RecordedTable<never>[] {
    const { pods, nodes, deployments, replicaSets, replicationControllers } = this;
    const { services, endpointSlices, leases, events } = this;
    const all = [
      pods,
      nodes,
      deployments,
      replicaSets,
      replicationControllers,
      services,
      endpointSlices,
      leases,
      events,
    ];
    return all as unknown as RecordedTable<never>[];
  }

  #countEndpoints(): void {
    this.#endpoints = new Map();
    for (const slice of this.endpointSlices.values()) {
      const service = slice.metadata.labels?.["kubernetes.io/service-name"];
      if (service === undefined) continue;
      const key = `${slice.metadata.namespace}/${service}`;
      const ready = (slice.endpoints ?? []).filter((e) => e.conditions?.ready !== false).length;
      this.#endpoints.set(key, (this.#endpoints.get(key) ?? 0) + ready);
    }
  }
}

function withRevision<T extends ApiObject>(kv: { readonly value: unknown; readonly modRevision: number }): T {
  const value = kv.value as T;
  return { ...value, metadata: { ...value.metadata, resourceVersion: String(kv.modRevision) } };
}
