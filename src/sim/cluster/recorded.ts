import { isPodReady } from "../api/meta";
import type {
  ApiObject,
  DaemonSet,
  Deployment,
  EndpointSlice,
  Event,
  Job,
  Lease,
  Node,
  Pod,
  ReplicaSet,
  ReplicationController,
  Service,
  StatefulSet,
} from "../api/types";
import { decode, StoredValue } from "../apiserver/storage/stored-value";
import type { Host } from "../kernel/host";
import type { Network } from "../kernel/network";
import type { KeyValue } from "../etcd/records";
import type { EtcdView } from "../etcd/view";
import { memberOf } from "./member-of";

/** The kinds that read models look at, with their place in etcd. */
const PREFIXES = {
  pods: "/registry/pods/",
  nodes: "/registry/minions/",
  deployments: "/registry/deployments/",
  replicaSets: "/registry/replicasets/",
  replicationControllers: "/registry/controllers/",
  statefulSets: "/registry/statefulsets/",
  daemonSets: "/registry/daemonsets/",
  jobs: "/registry/jobs/",
  services: "/registry/services/specs/",
  endpointSlices: "/registry/endpointslices/",
  leases: "/registry/leases/",
  events: "/registry/events/",
} as const;

/** Every key. */
const ALL = "/";

/** One kind's objects by `namespace/name` (or name), as recorded. The same reference means unchanged. */
export class RecordedTable<T extends ApiObject> {
  readonly #prefix: string;
  readonly #objects = new Map<string, T>();

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

  /** Does a key of etcd belong to this table? */
  owns(key: string): boolean {
    return key.startsWith(this.#prefix);
  }

  put(kv: KeyValue): void {
    this.#objects.set(kv.key.slice(this.#prefix.length), objectOf(kv) as T);
  }

  delete(key: string): void {
    this.#objects.delete(key.slice(this.#prefix.length));
  }

  clear(): void {
    this.#objects.clear();
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
  readonly statefulSets = new RecordedTable<StatefulSet>(PREFIXES.statefulSets);
  readonly daemonSets = new RecordedTable<DaemonSet>(PREFIXES.daemonSets);
  readonly jobs = new RecordedTable<Job>(PREFIXES.jobs);
  readonly #tables: readonly RecordedTable<never>[];
  readonly #network: Network;
  #store: EtcdView | undefined;
  /** The machine of that member. */
  #host: Host | undefined;
  #startedOver = 0;
  #revision = -1;
  #endpoints = new Map<string, number>();

  constructor(network: Network) {
    this.#network = network;
    this.#tables = Object.values(this).filter((v) => v instanceof RecordedTable) as RecordedTable<never>[];
  }

  /** Revision of the newest state known. */
  get revision(): number {
    return this.#revision;
  }

  /** How often everything was read anew because the data that was known is no more. */
  get startedOver(): number {
    return this.#startedOver;
  }

  /** Looks again. Members that died stay known by what they had applied, for as long as their data is there. */
  refresh(): void {
    let gone = this.#isGone();
    for (const host of this.#network.hosts.values()) {
      const store = host.kind === "master" ? memberOf(host) : undefined;
      if (store === undefined) continue;
      if (this.#store !== undefined && !gone && store.revision < this.#store.revision) continue;
      this.#store = store;
      this.#host = host;
      if (!gone) continue;
      gone = false;
      this.#startedOver++;
      this.#revision = -1;
    }
    const store = this.#store;
    if (store === undefined || store.revision === this.#revision) return;
    this.#catchUp(store);
    this.#revision = store.revision;
    this.#countEndpoints();
  }

  /** Was the data of the member that we know taken away, or put aside for other data? */
  #isGone(): boolean {
    const known = this.#store;
    if (known === undefined || this.#host === undefined) return false;
    const now = memberOf(this.#host);
    return now === undefined ? known.lost : !now.sharesData(known);
  }

  /** Follows the changes since the last look; when they are compacted away, reads everything. */
  #catchUp(store: EtcdView): void {
    const changes = this.#revision < 0 ? undefined : store.changesSince(this.#revision + 1);
    if (changes !== undefined) {
      for (const e of changes) {
        const table = this.#tables.find((t) => t.owns(e.kv.key));
        if (e.type === "put") table?.put(e.kv);
        else table?.delete(e.kv.key);
      }
      return;
    }
    for (const t of this.#tables) t.clear();
    for (const kv of store.list(ALL)) this.#tables.find((t) => t.owns(kv.key))?.put(kv);
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
      if ((s.readyReplicas ?? 0) !== want || (s.updatedReplicas ?? 0) !== want || (s.replicas ?? 0) !== want)
        return false;
    }
    return true;
  }

  /** Has every Service of type LoadBalancer its address? */
  addressesReady(): boolean {
    this.refresh();
    for (const s of this.services.values()) {
      if (s.spec.type === "LoadBalancer" && !s.status.loadBalancer?.ingress?.length) return false;
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
    for (const kv of this.#store?.list(ALL) ?? []) {
      const value = kv.value instanceof StoredValue ? objectOf(kv) : kv.value;
      const text = `${kv.key}@${kv.modRevision}=${JSON.stringify(value)}`;
      for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
    }
    return (h >>> 0).toString(16).padStart(8, "0");
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

/** The object under a key of a resource, with its resourceVersion. */
function objectOf(kv: KeyValue): ApiObject {
  return decode(kv.value, kv.modRevision);
}
