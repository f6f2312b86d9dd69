import type { ApiResponse } from "../../api/http";
import { endpointSlices } from "../../api/kinds/endpoint-slice";
import { services } from "../../api/kinds/service";
import type { ClientCertificate } from "../../api/http";
import type { EndpointSlice, Service } from "../../api/types";
import { Informer } from "../../client/informer";
import { RestClient } from "../../client/rest-client";
import { Future } from "../../kernel/future";
import type { Exchange } from "../../kernel/exchange";
import type { Process, Program } from "../../kernel/process";
import { within, type Task } from "../../kernel/task";
import { MS, SECOND, type Micros } from "../../kernel/time";
import { DNS_PORT, type DnsAnswer, type DnsQuery } from "../wire/dns";

/** It answers with what it has when the API server has not answered for so long (plugin/kubernetes). */
const STARTUP_WAIT: Micros = 5 * SECOND;
/** It says every so often that it waits. */
const STARTUP_LOG: Micros = 500 * MS;
const VERSION = ["CoreDNS-1.13.1", "linux/amd64, go1.25.2, 1db4568"];
const ANSWER_TIME: readonly [Micros, Micros] = [80, 400];
const HEALTH_PORT = 8080;
const READY_PORT = 8181;
const SERVICE_NAME = "kubernetes.io/service-name";

export interface CoreDnsOptions {
  /** Default: the Service `kubernetes`, as pods find the API server: through the node's packet rules. */
  readonly apiServer?: { readonly ip: string; readonly port: number };
  readonly domain?: string;
  readonly identity?: ClientCertificate;
}

/** What CoreDNS shows of itself (`process.view`). */
export interface CoreDnsView {
  readonly queries: number;
  readonly services: number;
}

/** The cluster's DNS server: answers for `NAME.NAMESPACE.svc.cluster.local` from Services and EndpointSlices. */
export function corednsProgram(options: CoreDnsOptions = {}): Program {
  return function* main(process) {
    process.cpuMilli = 2;
    process.memoryBytes = 24 * 1024 * 1024;
    yield* new CoreDns(process, options).run();
  };
}

const ACCOUNT: ClientCertificate = {
  commonName: "system:serviceaccount:kube-system:coredns",
  organizations: ["system:serviceaccounts", "system:serviceaccounts:kube-system", "system:authenticated"],
};

class CoreDns implements CoreDnsView {
  queries = 0;
  readonly #process: Process;
  readonly #suffix: string;
  readonly #services: Informer<Service>;
  readonly #slices: Informer<EndpointSlice>;

  constructor(process: Process, options: CoreDnsOptions) {
    this.#process = process;
    this.#suffix = `.svc.${options.domain ?? "cluster.local"}`;
    const { ip, port } = options.apiServer ?? { ip: "10.96.0.1", port: 443 };
    const identity = options.identity ?? ACCOUNT;
    const client = new RestClient(process, { ip, port, identity, userAgent: "coredns/1.13.1" });
    const logFailure = (type: string, error: string): void =>
      process.print(`[ERROR] plugin/kubernetes: Failed to watch: failed to list ${type}: ${error}`);
    this.#services = new Informer<Service>(client, services, { logFailure });
    this.#slices = new Informer<EndpointSlice>(client, endpointSlices, { logFailure });
    this.#slices.index("service", serviceOf);
    process.view = this satisfies CoreDnsView;
  }

  get services(): number {
    return this.#services.size;
  }

  *run(): Task {
    const process = this.#process;
    this.#services.start(process);
    this.#slices.start(process);
    this.#serveHealth(HEALTH_PORT, "/health", () => true);
    this.#serveHealth(READY_PORT, "/ready", () => {
      if (!this.#synced) process.print('[INFO] plugin/ready: Plugins not ready: "kubernetes"');
      return this.#synced;
    });
    yield* this.#waitForApi();
    for (const line of [".:53", ...VERSION]) process.print(line);
    process.listen(DNS_PORT, (exchange) => this.#serve(exchange));
    yield* new Future<void>(process.kernel);
  }

  *#waitForApi(): Task {
    const process = this.#process;
    const end = process.now + STARTUP_WAIT;
    while (!this.#services.synced.settled) {
      if (process.now >= end) {
        process.print("[WARNING] plugin/kubernetes: starting server with unsynced Kubernetes API");
        return;
      }
      yield* within(this.#services.synced, Math.min(STARTUP_LOG, end - process.now));
      if (this.#services.synced.settled || process.now >= end) continue;
      process.print("[INFO] plugin/kubernetes: waiting for Kubernetes API before starting server");
    }
  }

  get #synced(): boolean {
    return this.#services.synced.settled && this.#slices.synced.settled;
  }

  #serveHealth(port: number, path: string, healthy: () => boolean): void {
    this.#process.listen(port, (exchange) => {
      const asked = (exchange.request as { path?: string }).path;
      const status = asked === path ? (healthy() ? 200 : 503) : 404;
      exchange.respond({ status, headers: {}, body: status === 200 ? "OK" : "" } satisfies ApiResponse);
    });
  }

  #serve(exchange: Exchange): void {
    this.queries++;
    const answer = this.#answer(String((exchange.request as Partial<DnsQuery>).name));
    const wait = this.#process.kernel.rng("coredns").between(ANSWER_TIME[0], ANSWER_TIME[1]);
    this.#process.kernel.schedule(wait, () => exchange.respond(answer), undefined);
  }

  #answer(name: string): DnsAnswer {
    if (!name.endsWith(this.#suffix)) return NXDOMAIN;
    if (!this.#synced) return { code: "SERVFAIL", addresses: [] };
    const labels = name.slice(0, -this.#suffix.length).split(".");
    const namespace = labels.pop();
    const service = labels.pop();
    const host = labels.join(".");
    const found = this.#services.get(`${namespace}/${service}`);
    if (found === undefined) return NXDOMAIN;
    const { clusterIP } = found.spec;
    if (clusterIP !== undefined && clusterIP !== "" && clusterIP !== "None") {
      return host === "" ? { code: "NOERROR", addresses: [clusterIP] } : NXDOMAIN;
    }
    const addresses = this.#headless(`${namespace}/${service}`, host);
    return addresses.length === 0 && host !== "" ? NXDOMAIN : { code: "NOERROR", addresses };
  }

  /** Addresses of a headless service's pods; of one pod when its host name is asked for. */
  #headless(key: string, host: string): string[] {
    const addresses: string[] = [];
    for (const slice of this.#slices.byIndex("service", key)) {
      for (const endpoint of slice.endpoints) {
        const ip = endpoint.addresses[0];
        if (ip === undefined || endpoint.conditions?.ready === false) continue;
        if (host === "" || endpoint.hostname === host || ip.replaceAll(".", "-") === host) addresses.push(ip);
      }
    }
    return addresses;
  }
}

const NXDOMAIN: DnsAnswer = { code: "NXDOMAIN", addresses: [] };

function serviceOf(slice: EndpointSlice): string | undefined {
  const name = slice.metadata.labels?.[SERVICE_NAME];
  return name === undefined ? undefined : `${slice.metadata.namespace}/${name}`;
}
