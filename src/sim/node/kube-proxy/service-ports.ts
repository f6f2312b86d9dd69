/**
 * The ports of Services with their endpoints, worked out once for each Service and its slices and shared by the
 * kube-proxies of all nodes (`pkg/proxy/serviceport.go`, `pkg/proxy/topology.go`).
 */
import type { EndpointSlice, Service } from "../../api/types";
import { SECOND, type Micros } from "../../kernel/time";
import { endpointsOf, usable, type Endpoint } from "./endpoints";

/** One port of a Service. */
export interface ServicePortInfo {
  /** `namespace/name:port`. */
  readonly name: string;
  readonly clusterIps: readonly string[];
  readonly port: number;
  /** 0: none. */
  readonly nodePort: number;
  /** Addresses that load balancers and people have given it. */
  readonly externalIps: readonly string[];
  readonly all: readonly Endpoint[];
  /** What cluster-wide traffic goes to. */
  readonly cluster: readonly Endpoint[];
  readonly externalLocal: boolean;
  readonly internalLocal: boolean;
  /** A client stays with its endpoint for this long; 0: it does not. */
  readonly affinity: Micros;
}

interface Made {
  readonly slices: readonly EndpointSlice[];
  readonly ports: readonly ServicePortInfo[];
}

/** Versions of one Service's endpoints that are remembered: nodes do not see a change at the same instant. */
const REMEMBERED = 4;
const known = new WeakMap<Service, Made[]>();

/** `slices` in a fixed order. The same list for the same objects. */
export function servicePorts(service: Service, slices: readonly EndpointSlice[]): readonly ServicePortInfo[] {
  const versions = known.get(service) ?? [];
  for (const made of versions) if (sameObjects(made.slices, slices)) return made.ports;
  const ports = make(service, slices);
  known.set(service, [{ slices, ports }, ...versions.slice(0, REMEMBERED - 1)]);
  return ports;
}

function sameObjects(a: readonly unknown[], b: readonly unknown[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

const DEFAULT_AFFINITY_SECONDS = 10_800;

function make(service: Service, slices: readonly EndpointSlice[]): ServicePortInfo[] {
  const { spec, metadata, status } = service;
  const clusterIps = (spec.clusterIPs ?? [spec.clusterIP]).filter((ip): ip is string => isIp(ip));
  if (clusterIps.length === 0 || spec.type === "ExternalName") return [];
  const published = (status.loadBalancer?.ingress ?? []).map((i) => i.ip).filter(isIp);
  const externalIps = [...(spec.externalIPs ?? []), ...published];
  const seconds = spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? DEFAULT_AFFINITY_SECONDS;
  const infos: ServicePortInfo[] = [];
  const seen = new Set<number>();
  for (const port of spec.ports ?? []) {
    // The network here knows no protocols: DNS over UDP and over TCP is one port.
    if (seen.has(port.port)) continue;
    seen.add(port.port);
    const all = slices.flatMap((slice) => endpointsOf(slice).get(port.name ?? "") ?? []);
    infos.push({
      name: `${metadata.namespace}/${metadata.name}:${port.name ?? port.port}`,
      clusterIps,
      port: port.port,
      nodePort: port.nodePort ?? 0,
      externalIps,
      all,
      cluster: usable(all),
      externalLocal: spec.externalTrafficPolicy === "Local",
      internalLocal: spec.internalTrafficPolicy === "Local",
      affinity: spec.sessionAffinity === "ClientIP" ? seconds * SECOND : 0,
    });
  }
  return infos;
}

function isIp(ip: string | undefined): ip is string {
  return ip !== undefined && ip !== "" && ip !== "None";
}
