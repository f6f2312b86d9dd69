import { endpointSlices } from "../../api/kinds/endpoint-slice";
import { services } from "../../api/kinds/service";
import { klogS } from "../../api/klog";
import { objectKey } from "../../api/meta";
import type { EndpointSlice, Service } from "../../api/types";
import { Informer } from "../../client/informer";
import { RestClient } from "../../client/rest-client";
import { Future } from "../../kernel/future";
import type { Process, Program } from "../../kernel/process";
import type { Task } from "../../kernel/task";
import { MS, SECOND, type Micros } from "../../kernel/time";
import { RuleTable } from "./rule-table";
import { servicePorts } from "./service-ports";

/** pkg/proxy/apis/config/v1alpha1/defaults.go: MinSyncPeriod. The full sync each 30 s would change nothing here. */
const MIN_SYNC: Micros = 1 * SECOND;
/** How long it takes to write rules: a base, and so much for each service that changed. */
const SYNC_TIME: readonly [Micros, Micros] = [8 * MS, 40 * MS];
const SYNC_TIME_PER_SERVICE: Micros = 200;

/** Where it answers whether its node can forward packets: what load balancers ask. */
const HEALTH_PORT = 10256;

const SERVICE_NAME = "kubernetes.io/service-name";
const HEADLESS = "service.kubernetes.io/headless";
const PROXY_NAME = "service.kubernetes.io/service-proxy-name";

export interface KubeProxyOptions {
  readonly apiServer: { readonly ip: string; readonly port: number };
  /** Name of its node; default the host's. */
  readonly nodeName?: string;
}

/** What kube-proxy shows of itself (`process.view`). */
export interface KubeProxyView {
  /** Services that have rules on this node. */
  readonly services: number;
  /** Syncs so far, and when the last one ended. */
  readonly syncs: number;
  readonly lastSync: Micros;
}

/**
 * kube-proxy: turns Services and EndpointSlices into packet rules of its host. They stay when it dies, as they
 * were; a new one replaces them when it has seen everything once.
 */
export function kubeProxyProgram(options: KubeProxyOptions): Program {
  return function* main(process) {
    process.cpuMilli = 5;
    process.memoryBytes = 40 * 1024 * 1024;
    yield* new KubeProxy(process, options).run();
  };
}

class KubeProxy implements KubeProxyView {
  services = 0;
  syncs = 0;
  lastSync: Micros = 0;
  readonly #process: Process;
  readonly #table: RuleTable;
  readonly #services: Informer<Service>;
  readonly #slices: Informer<EndpointSlice>;
  readonly #dirty = new Set<string>();
  #syncing = false;
  #ready = false;
  #installed = false;

  constructor(process: Process, options: KubeProxyOptions) {
    this.#process = process;
    const nodeName = options.nodeName ?? process.host.name;
    this.#table = new RuleTable(process.host, nodeName);
    const { ip, port } = options.apiServer;
    const identity = { commonName: "system:kube-proxy", organizations: [] };
    const userAgent = "kube-proxy/v1.35.2";
    const client = new RestClient(process, { ip, port, identity, userAgent, qps: 5, burst: 10 });
    const labelSelector = `!${HEADLESS},!${PROXY_NAME}`;
    this.#services = new Informer<Service>(client, services, { labelSelector });
    this.#slices = new Informer<EndpointSlice>(client, endpointSlices, { labelSelector });
    this.#slices.index("service", serviceOf);
    process.view = this satisfies KubeProxyView;
  }

  *run(): Task {
    const process = this.#process;
    klogS(process, "I", "server_linux.go:97", "Using iptables Proxier");
    klogS(process, "I", "server.go:529", "Version info", { version: "v1.35.2" });
    const touch = (service: Service): void => this.#touch(objectKey(service));
    this.#services.addHandler({ onAdd: touch, onUpdate: (_old, service) => touch(service), onDelete: touch });
    const touchSlice = (slice: EndpointSlice): void => {
      const key = serviceOf(slice);
      if (key !== undefined) this.#touch(key);
    };
    this.#slices.addHandler({
      onAdd: touchSlice,
      onUpdate: (_old, slice) => touchSlice(slice),
      onDelete: touchSlice,
    });
    process.listen(HEALTH_PORT, (exchange) =>
      exchange.respond({ status: this.#installed ? 200 : 503, headers: {}, body: "" }),
    );
    this.#services.start(process);
    this.#slices.start(process);
    yield* this.#services.synced;
    klogS(process, "I", "shared_informer.go:356", "Caches are synced", { controller: "service config" });
    yield* this.#slices.synced;
    klogS(process, "I", "shared_informer.go:356", "Caches are synced", {
      controller: "endpoint slice config",
    });
    this.#ready = true;
    this.#schedule();
    yield* new Future<void>(process.kernel);
  }

  #touch(key: string): void {
    this.#dirty.add(key);
    if (this.#ready) this.#schedule();
  }

  #schedule(): void {
    if (this.#syncing) return;
    this.#syncing = true;
    this.#process.spawn("sync", this.#sync());
  }

  *#sync(): Task {
    const rng = this.#process.kernel.rng(`kube-proxy/${this.#process.host.name}`);
    while (this.#dirty.size > 0 || !this.#installed) {
      const wait = this.syncs === 0 ? 0 : this.lastSync + MIN_SYNC - this.#process.now;
      if (wait > 0) yield wait;
      yield rng.between(SYNC_TIME[0], SYNC_TIME[1]) + this.#dirty.size * SYNC_TIME_PER_SERVICE;
      this.#write();
      this.syncs++;
      this.lastSync = this.#process.now;
    }
    this.#syncing = false;
  }

  #write(): void {
    const changed: { service: string; endpoints: number }[] = [];
    for (const key of this.#dirty) {
      const service = this.#services.get(key);
      const ports = service === undefined ? NO_PORTS : servicePorts(service, this.#slicesOf(key));
      if (this.#table.program(key, ports))
        changed.push({ service: key, endpoints: ports[0]?.cluster.length ?? 0 });
    }
    this.#dirty.clear();
    if (!this.#installed) {
      this.#installed = true;
      this.#table.install();
      const values = { ipFamily: "IPv4", services: changed.length };
      klogS(this.#process, "I", "proxier.go:823", "SyncProxyRules complete", values);
    }
    this.services = [...this.#table.services].length;
    if (changed.length === 0) return;
    this.#process.fact("rules", `nodes/${this.#process.host.name}`, { changed });
  }

  /** A service's slices in order of name: every node makes the same of them. */
  #slicesOf(key: string): EndpointSlice[] {
    const slices = this.#slices.byIndex("service", key);
    return slices.length < 2 ? slices : slices.sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  }
}

const NO_PORTS = [] as const;

function serviceOf(slice: EndpointSlice): string | undefined {
  const name = slice.metadata.labels?.[SERVICE_NAME];
  return name === undefined ? undefined : `${slice.metadata.namespace}/${name}`;
}
