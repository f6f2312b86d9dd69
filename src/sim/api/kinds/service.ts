import { ageColumn, column, nameColumn } from "../columns";
import { labelsCell, NONE } from "../printing/cells";
import { defineResource } from "../resource";
import { STATUS } from "../subresources";
import type { Service, ServicePort } from "../types";
import { isDns1035Label } from "../validation/names";
import { validateService, validateServiceUpdate } from "../validation/service";

type ServiceSpec = Service["spec"];

/** Three hours (`pkg/apis/core/v1/defaults.go`). */
const AFFINITY_SECONDS = 10_800;

/** Types that have a cluster address, and those that have a port on every node as well. */
function hasClusterIp(type: string | undefined): boolean {
  return type !== "ExternalName";
}
function hasNodePorts(type: string | undefined): boolean {
  return type === "NodePort" || type === "LoadBalancer";
}

function defaults(service: Service): Service {
  const spec: ServiceSpec = { ...service.spec };
  spec.type ??= "ClusterIP";
  spec.sessionAffinity ??= "None";
  if (spec.sessionAffinity === "None") delete spec.sessionAffinityConfig;
  else if (spec.sessionAffinityConfig?.clientIP?.timeoutSeconds === undefined) {
    spec.sessionAffinityConfig = { clientIP: { timeoutSeconds: AFFINITY_SECONDS } };
  }
  if (spec.ports !== undefined) spec.ports = spec.ports.map(defaultPort);
  if (hasNodePorts(spec.type) || (spec.type === "ClusterIP" && (spec.externalIPs ?? []).length > 0)) {
    spec.externalTrafficPolicy ??= "Cluster";
  }
  if (hasClusterIp(spec.type)) spec.internalTrafficPolicy ??= "Cluster";
  if (spec.type === "LoadBalancer") spec.allocateLoadBalancerNodePorts ??= true;
  return { ...service, spec };
}

function defaultPort(port: ServicePort): ServicePort {
  const made = { ...port };
  made.protocol ??= "TCP";
  if (made.targetPort === undefined || made.targetPort === 0 || made.targetPort === "") {
    made.targetPort = made.port;
  }
  return made;
}

/**
 * Keeps what the server had allocated where an update leaves it out, and drops what the new type has no use for
 * (`pkg/registry/core/service/strategy.go`, `storage/storage.go`).
 */
function carryAllocations(next: Service, prev: Service): Service {
  const spec: ServiceSpec = { ...next.spec };
  const before = prev.spec;
  if (hasClusterIp(spec.type) && hasClusterIp(before.type)) {
    if (!spec.clusterIP && before.clusterIP) spec.clusterIP = before.clusterIP;
    if ((spec.clusterIPs ?? []).length === 0 && before.clusterIPs && spec.clusterIP === before.clusterIP) {
      spec.clusterIPs = before.clusterIPs;
    }
    if (spec.ipFamilies === undefined && before.ipFamilies !== undefined) spec.ipFamilies = before.ipFamilies;
    if (spec.ipFamilyPolicy === undefined && before.ipFamilyPolicy !== undefined) {
      spec.ipFamilyPolicy = before.ipFamilyPolicy;
    }
  }
  if (hasNodePorts(spec.type) && hasNodePorts(before.type)) {
    spec.ports = (spec.ports ?? []).map((port) => carryNodePort(port, before.ports ?? []));
    if (!spec.healthCheckNodePort && before.healthCheckNodePort) {
      spec.healthCheckNodePort = before.healthCheckNodePort;
    }
  }
  if (!hasClusterIp(spec.type) && hasClusterIp(before.type)) dropClusterFields(spec, before);
  if (!hasNodePorts(spec.type) && hasNodePorts(before.type)) dropNodePorts(spec, before);
  if (spec.type !== "LoadBalancer" && before.type === "LoadBalancer") {
    delete spec.allocateLoadBalancerNodePorts;
    delete spec.loadBalancerClass;
  }
  return { ...next, spec };
}

function carryNodePort(port: ServicePort, before: readonly ServicePort[]): ServicePort {
  if (port.nodePort) return port;
  const old = before.find((p) => p.port === port.port && p.protocol === port.protocol);
  return old?.nodePort ? { ...port, nodePort: old.nodePort } : port;
}

/** Fields that the client sent back unchanged go; what it changed is left for validation to refuse. */
function dropClusterFields(spec: ServiceSpec, before: ServiceSpec): void {
  if (spec.clusterIP === before.clusterIP) {
    delete spec.clusterIP;
    delete spec.clusterIPs;
  }
  delete spec.ipFamilies;
  delete spec.ipFamilyPolicy;
  delete spec.internalTrafficPolicy;
}

function dropNodePorts(spec: ServiceSpec, before: ServiceSpec): void {
  const taken = new Set((before.ports ?? []).map((port) => port.nodePort));
  spec.ports = (spec.ports ?? []).map((port) => {
    if (port.nodePort === undefined || !taken.has(port.nodePort)) return port;
    const { nodePort: _dropped, ...rest } = port;
    return rest;
  });
  if ((spec.externalIPs ?? []).length === 0) delete spec.externalTrafficPolicy;
  delete spec.healthCheckNodePort;
}

function externalIpCell(service: Service): string {
  const { spec, status } = service;
  const extra = spec.externalIPs ?? [];
  switch (spec.type) {
    case "ExternalName":
      return spec.externalName ?? "";
    case "LoadBalancer": {
      const ingress = status.loadBalancer?.ingress ?? [];
      const all = [...ingress.map((i) => i.ip || i.hostname || ""), ...extra].filter((ip) => ip !== "");
      return all.length === 0 ? "<pending>" : all.join(",");
    }
    default:
      return extra.length === 0 ? NONE : extra.join(",");
  }
}

function portsCell(service: Service): string {
  const ports = service.spec.ports ?? [];
  if (ports.length === 0) return NONE;
  return ports
    .map((p) => (p.nodePort ? `${p.port}:${p.nodePort}/${p.protocol}` : `${p.port}/${p.protocol}`))
    .join(",");
}

export const services = defineResource<Service>({
  group: "",
  version: "v1",
  kind: "Service",
  resource: "services",
  shortNames: ["svc"],
  categories: ["all"],
  namespaced: true,
  allowCreateOnUpdate: true,
  storagePrefix: "/registry/services/specs",
  nameRule: isDns1035Label,
  generation: false,
  emptyStatus: { loadBalancer: {} },
  subresources: { status: STATUS },
  fields: {
    "spec.clusterIP": (service) => service.spec.clusterIP ?? "",
    "spec.type": (service) => service.spec.type ?? "",
  },
  columns: [
    nameColumn(),
    column("Type", (service) => service.spec.type ?? "", { description: "How the service is exposed." }),
    column("Cluster-IP", (service) => service.spec.clusterIP || NONE, {
      description: "Its address inside the cluster.",
    }),
    column("External-IP", externalIpCell, { description: "Its address outside the cluster." }),
    column("Port(s)", portsCell, { description: "Its ports, and those on the nodes." }),
    ageColumn(),
    column("Selector", (service) => labelsCell(service.spec.selector), {
      wide: true,
      description: "Which pods it sends traffic to.",
    }),
  ],
  defaults,
  prepareUpdate: carryAllocations,
  validate: validateService,
  validateUpdate: (next, prev) => (next.spec === prev.spec ? [] : validateServiceUpdate(next, prev)),
  warnings({ spec }) {
    const headless = spec.clusterIP === "None" && (spec.sessionAffinity ?? "None") !== "None";
    return headless ? ["spec.SessionAffinity is ignored for headless services"] : [];
  },
});
