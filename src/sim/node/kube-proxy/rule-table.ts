import type { Host, Translation } from "../../kernel/host";
import type { Rng } from "../../kernel/rng";
import type { Micros } from "../../kernel/time";
import { usable, type Endpoint } from "./endpoints";
import type { ServicePortInfo } from "./service-ports";

/** What happens to a new connection. */
export interface Rule {
  readonly service: string;
  /** Endpoints, one of which it goes to. Empty: `none` says what happens. */
  readonly endpoints: readonly Endpoint[];
  readonly none: "reject" | "drop";
  readonly affinity: Micros;
}

interface Sticky {
  readonly endpoint: Endpoint;
  used: Micros;
}

/** Rules by address and port; asked for every connection, so no key is made up. */
type Rules = Map<string, Map<number, Rule>>;

function put(rules: Rules, ip: string, port: number, rule: Rule): void {
  let ofIp = rules.get(ip);
  if (ofIp === undefined) rules.set(ip, (ofIp = new Map()));
  ofIp.set(port, rule);
}

function drop(rules: Rules, ip: string, port: number): void {
  const ofIp = rules.get(ip);
  ofIp?.delete(port);
  if (ofIp?.size === 0) rules.delete(ip);
}

/**
 * The packet rules of one node: kernel state that stays when kube-proxy dies (`pkg/proxy/iptables/proxier.go`
 * syncProxyRules, `pkg/proxy/topology.go` CategorizeEndpoints).
 */
export class RuleTable {
  readonly #host: Host;
  readonly #nodeName: string;
  readonly #rng: Rng;
  /** For connections from here: by cluster address, and by addresses outside. */
  readonly #internal: Rules = new Map();
  /** For connections that come in to addresses outside the cluster. */
  readonly #external: Rules = new Map();
  readonly #nodePortsInternal = new Map<number, Rule>();
  readonly #nodePortsExternal = new Map<number, Rule>();
  readonly #sticky = new Map<string, Sticky>();
  readonly #programmed = new Map<string, readonly ServicePortInfo[]>();

  constructor(host: Host, nodeName: string) {
    this.#host = host;
    this.#nodeName = nodeName;
    this.#rng = host.kernel.rng(`netfilter/${host.name}`);
  }

  /** Makes these rules the host's. */
  install(): void {
    this.#host.packetRules = (dst, incoming, source) => this.translate(dst, incoming, source);
  }

  /** Services that have rules. */
  get services(): IterableIterator<string> {
    return this.#programmed.keys();
  }

  /** Rules of a service by its key; an empty list takes them away. False: nothing had to be changed. */
  program(key: string, ports: readonly ServicePortInfo[]): boolean {
    const before = this.#programmed.get(key);
    if (before === ports || (before === undefined && ports.length === 0)) return false;
    for (const port of before ?? []) this.#remove(port);
    for (const port of ports) this.#add(port);
    if (ports.length === 0) this.#programmed.delete(key);
    else this.#programmed.set(key, ports);
    return true;
  }

  /** Where a connection to an address goes; undefined: there is no rule for it. */
  translate(dst: { ip: string; port: number }, incoming: boolean, source: string): Translation | undefined {
    const rule = this.#find(dst, incoming);
    if (rule === undefined) return undefined;
    const endpoint = this.#choose(rule, source);
    return endpoint === undefined ? rule.none : { ip: endpoint.ip, port: endpoint.port };
  }

  #find(dst: { ip: string; port: number }, incoming: boolean): Rule | undefined {
    if (dst.ip === this.#host.ip) {
      return (incoming ? this.#nodePortsExternal : this.#nodePortsInternal).get(dst.port);
    }
    const external = incoming ? this.#external.get(dst.ip)?.get(dst.port) : undefined;
    return external ?? this.#internal.get(dst.ip)?.get(dst.port);
  }

  #choose(rule: Rule, source: string): Endpoint | undefined {
    const { endpoints, affinity } = rule;
    const n = endpoints.length;
    if (n === 0) return undefined;
    if (affinity === 0) return n === 1 ? endpoints[0] : endpoints[this.#rng.below(n)];
    const { now } = this.#host.kernel;
    const key = `${rule.service}|${source}`;
    const sticky = this.#sticky.get(key);
    if (sticky !== undefined && now - sticky.used < affinity) {
      const same = endpoints.find((e) => e.ip === sticky.endpoint.ip && e.port === sticky.endpoint.port);
      if (same !== undefined) {
        sticky.used = now;
        return same;
      }
    }
    const endpoint = endpoints[this.#rng.below(n)] as Endpoint;
    this.#sticky.set(key, { endpoint, used: now });
    return endpoint;
  }

  #add(port: ServicePortInfo): void {
    const internal = this.#rule(port, port.internalLocal);
    for (const ip of port.clusterIps) put(this.#internal, ip, port.port, internal);
    // From inside the cluster, addresses outside are short-cut, whatever the policy for outside traffic is.
    const cluster = this.#rule(port, false);
    const external = port.externalLocal ? this.#rule(port, true) : cluster;
    for (const ip of port.externalIps) {
      put(this.#internal, ip, port.port, cluster);
      put(this.#external, ip, port.port, external);
    }
    if (port.nodePort === 0) return;
    this.#nodePortsInternal.set(port.nodePort, cluster);
    this.#nodePortsExternal.set(port.nodePort, external);
  }

  #remove(port: ServicePortInfo): void {
    for (const ip of [...port.clusterIps, ...port.externalIps]) {
      drop(this.#internal, ip, port.port);
      drop(this.#external, ip, port.port);
    }
    this.#nodePortsInternal.delete(port.nodePort);
    this.#nodePortsExternal.delete(port.nodePort);
  }

  #rule(port: ServicePortInfo, local: boolean): Rule {
    const { name: service, affinity } = port;
    if (!local) return { service, endpoints: port.cluster, none: "reject", affinity };
    const endpoints = usable(port.all.filter((e) => e.nodeName === this.#nodeName));
    return { service, endpoints, none: port.cluster.length === 0 ? "reject" : "drop", affinity };
  }
}
