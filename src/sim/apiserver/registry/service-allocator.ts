/**
 * Cluster addresses and node ports of Services (`pkg/registry/core/service/{ipallocator,portallocator,storage}`).
 *
 * Each allocation is a key of its own in etcd, taken or given back in the same transaction as the Service. So two API
 * servers never give out the same address, and none leaks, whatever crashes; nothing has to be repaired afterwards.
 */
import { err, ok, type Result } from "../../../shared/result";
import { invalid as invalidField } from "../../api/field-error";
import { services } from "../../api/kinds/service";
import { storageKey } from "../../api/registry";
import { invalid } from "../../api/status";
import type { Service, ServicePort, Status } from "../../api/types";
import type { Rng } from "../../kernel/rng";
import type { Caches } from "../cache/caches";
import { NO_CLAIMS, type Claims } from "../storage/storage";

const IP_KEY = "/registry/ranges/serviceips/";
const PORT_KEY = "/registry/ranges/servicenodeports/";
const NODE_PORT_MIN = 30_000;
const NODE_PORT_COUNT = 2768;
/** Addresses at the beginning of the range are left to those who ask for one by name (at most this many). */
const STATIC_BAND = 256;
const STATIC_BAND_MIN = 16;

export interface Allocation {
  readonly service: Service;
  readonly claims: Claims;
}

type Spec = Service["spec"];

export class ServiceAllocator {
  readonly #rng: Rng;
  readonly #base: number;
  readonly #size: number;
  /** Keys of allocations that this API server knows of, with the Service that holds them. */
  readonly #held = new Map<string, string>();

  constructor(caches: Caches, rng: Rng, cidr: string) {
    this.#rng = rng;
    const slash = cidr.indexOf("/");
    this.#base = ipNumber(cidr.slice(0, slash));
    this.#size = powerOfTwo(32 - Number(cidr.slice(slash + 1)));
    caches.of(services).listeners.push(({ type, object, prev }) => {
      if (prev !== undefined) for (const key of heldBy(prev as Service)) this.#held.delete(key);
      if (type === "DELETED") return;
      const service = object as Service;
      const owner = storageKey(services, service.metadata.namespace, service.metadata.name);
      for (const key of heldBy(service)) this.#held.set(key, owner);
    });
  }

  /** The first address of the range: that of the Service `kubernetes`. */
  get first(): string {
    return ipText(this.#base + 1);
  }

  /** Gives a Service what it needs beyond what `old` has. `taken`: allocations that proved to be someone else's. */
  allocate(
    service: Service,
    old: Service | undefined,
    taken: ReadonlySet<string>,
  ): Result<Allocation, Status> {
    const before = old === undefined ? [] : heldBy(old);
    const withIp = this.#withClusterIp(service, before, taken);
    if (!withIp.ok) return withIp;
    const withPorts = this.#withNodePorts(withIp.value, before, taken);
    if (!withPorts.ok) return withPorts;
    const after = heldBy(withPorts.value);
    const take = after.filter((key) => !before.includes(key));
    const release = before.filter((key) => !after.includes(key));
    const claims = take.length === 0 && release.length === 0 ? NO_CLAIMS : { take, release };
    return ok({ service: withPorts.value, claims });
  }

  /** What goes back when a Service is removed. */
  release(service: Service): Claims {
    return { take: [], release: heldBy(service) };
  }

  #withClusterIp(
    service: Service,
    before: readonly string[],
    taken: ReadonlySet<string>,
  ): Result<Service, Status> {
    const { spec } = service;
    if (spec.type === "ExternalName") return ok(service);
    const given = spec.clusterIP ?? spec.clusterIPs?.[0] ?? "";
    if (given === "None") return ok(withSpec(service, { ...spec, clusterIP: "None", clusterIPs: ["None"] }));
    if (given === "") {
      const ip = this.#freeIp(taken);
      if (ip === undefined) return err(ipError(service, [], "failed to allocate a serviceIP: range is full"));
      return ok(withSpec(service, singleStack(spec, ip)));
    }
    const key = IP_KEY + given;
    if (!before.includes(key)) {
      if (!this.#inRange(given)) {
        const range = `${ipText(this.#base)}/${32 - bits(this.#size)}`;
        const text =
          `failed to allocate IP ${given}: the provided IP (${given}) is not in the valid range. ` +
          `The range of valid IPs is ${range}`;
        return err(ipError(service, [given], text));
      }
      if (taken.has(key) || this.#held.has(key)) {
        return err(
          ipError(service, [given], `failed to allocate IP ${given}: provided IP is already allocated`),
        );
      }
    }
    return ok(withSpec(service, singleStack(spec, given)));
  }

  #withNodePorts(
    service: Service,
    before: readonly string[],
    taken: ReadonlySet<string>,
  ): Result<Service, Status> {
    const { spec } = service;
    if (!needsNodePorts(spec)) return ok(service);
    const mine = new Set(before);
    const ports: ServicePort[] = [];
    for (const [i, port] of (spec.ports ?? []).entries()) {
      const given = port.nodePort ?? 0;
      if (given !== 0) {
        const key = PORT_KEY + String(given);
        if (!mine.has(key) && (taken.has(key) || this.#held.has(key))) {
          return err(portError(service, i, given, "provided port is already allocated"));
        }
        if (given < NODE_PORT_MIN || given >= NODE_PORT_MIN + NODE_PORT_COUNT) {
          const last = NODE_PORT_MIN + NODE_PORT_COUNT - 1;
          const text = `provided port is not in the valid range. The range of valid ports is ${NODE_PORT_MIN}-${last}`;
          return err(portError(service, i, given, text));
        }
        mine.add(key);
        ports.push(port);
        continue;
      }
      const free = this.#freePort(mine, taken);
      if (free === undefined)
        return err(portError(service, i, 0, "failed to allocate a nodePort: range is full"));
      mine.add(PORT_KEY + String(free));
      ports.push({ ...port, nodePort: free });
    }
    let made: Spec = { ...spec, ports };
    if (made.type === "LoadBalancer" && made.externalTrafficPolicy === "Local" && !made.healthCheckNodePort) {
      const free = this.#freePort(mine, taken);
      if (free !== undefined) made = { ...made, healthCheckNodePort: free };
    }
    return ok(withSpec(service, made));
  }

  #freeIp(taken: ReadonlySet<string>): string | undefined {
    const usable = this.#size - 2;
    const band = Math.min(Math.max(STATIC_BAND_MIN, Math.floor(this.#size / 16)), STATIC_BAND);
    const dynamic = usable - band;
    const start = dynamic > 0 ? band + this.#rng.below(dynamic) : 0;
    for (let i = 0; i < usable; i++) {
      const ip = ipText(this.#base + 1 + ((start + i) % usable));
      const key = IP_KEY + ip;
      if (!this.#held.has(key) && !taken.has(key)) return ip;
    }
    return undefined;
  }

  #freePort(mine: ReadonlySet<string>, taken: ReadonlySet<string>): number | undefined {
    const start = this.#rng.below(NODE_PORT_COUNT);
    for (let i = 0; i < NODE_PORT_COUNT; i++) {
      const port = NODE_PORT_MIN + ((start + i) % NODE_PORT_COUNT);
      const key = PORT_KEY + String(port);
      if (!mine.has(key) && !this.#held.has(key) && !taken.has(key)) return port;
    }
    return undefined;
  }

  #inRange(ip: string): boolean {
    const n = ipNumber(ip);
    return n > this.#base && n < this.#base + this.#size - 1;
  }
}

function needsNodePorts(spec: Spec): boolean {
  return (
    spec.type === "NodePort" || (spec.type === "LoadBalancer" && spec.allocateLoadBalancerNodePorts !== false)
  );
}

/** Keys of all that a Service holds. */
function heldBy({ spec }: Service): string[] {
  const keys = new Set<string>();
  const ip = spec.clusterIP ?? "";
  if (ip !== "" && ip !== "None") keys.add(IP_KEY + ip);
  for (const { nodePort } of spec.ports ?? []) if (nodePort) keys.add(PORT_KEY + String(nodePort));
  if (spec.healthCheckNodePort) keys.add(PORT_KEY + String(spec.healthCheckNodePort));
  return [...keys];
}

function singleStack(spec: Spec, ip: string): Spec {
  return {
    ...spec,
    clusterIP: ip,
    clusterIPs: [ip],
    ipFamilies: spec.ipFamilies ?? ["IPv4"],
    ipFamilyPolicy: spec.ipFamilyPolicy ?? "SingleStack",
  };
}

function withSpec(service: Service, spec: Spec): Service {
  return { ...service, spec };
}

function ipError(service: Service, value: readonly string[], text: string): Status {
  return invalid("", "Service", service.metadata.name, [invalidField("spec.clusterIPs", value, text)]);
}

function portError(service: Service, index: number, value: number, text: string): Status {
  const error = invalidField(`spec.ports[${index}].nodePort`, value, text);
  return invalid("", "Service", service.metadata.name, [error]);
}

function ipNumber(ip: string): number {
  const parts = ip.split(".");
  let n = 0;
  for (let i = 0; i < 4; i++) n = n * 256 + Number(parts[i] ?? NaN);
  return n;
}

function ipText(n: number): string {
  return [n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255].join(".");
}

function powerOfTwo(exponent: number): number {
  let size = 1;
  for (let i = 0; i < exponent; i++) size *= 2;
  return size;
}

function bits(size: number): number {
  let count = 0;
  for (let n = size; n > 1; n /= 2) count++;
  return count;
}
