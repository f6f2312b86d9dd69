/** Services and what stands round them (kubectl `pkg/describe/describe.go`). */
import { compareCodePoints } from "../../../shared/compare";
import type * as networking from "kubernetes-types/networking/v1";
import type {
  Endpoints,
  EndpointSlice,
  LabelSelector,
  Service,
  Stored,
  StoredCluster,
} from "../../api/types";
import type { Task } from "../../kernel/task";
import { describeEvents, eventsOf } from "./events";
import type { Related } from "./related";
import { selectorText } from "./selectors";
import { annotations, inlineLabels, labels, Writer } from "./writer";

type Ingress = Stored<networking.Ingress>;
type IngressClass = StoredCluster<networking.IngressClass>;
type NetworkPolicy = Stored<networking.NetworkPolicy>;
type Backend = networking.IngressBackend;

const ADDRESSES_SHOWN = 3;

function* slicesOf(related: Related, namespace: string, service: string): Task<EndpointSlice[]> {
  const path = `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`;
  const labelSelector = `kubernetes.io/service-name=${service}`;
  return (yield* related.list<EndpointSlice>(path, { labelSelector })) ?? [];
}

/** The ready addresses behind a port, the first few. */
function addressesOf(slices: readonly EndpointSlice[], port: string): string {
  if (slices.length === 0) return "<none>";
  const found: string[] = [];
  for (const { ports = [], endpoints } of slices) {
    const suffixes =
      ports.length === 0 ? [""] : ports.filter((p) => (p.name ?? "") === port).map((p) => `:${p.port}`);
    for (const suffix of suffixes) {
      for (const { addresses, conditions } of endpoints ?? []) {
        if (conditions?.ready !== false) found.push(`${addresses[0]}${suffix}`);
      }
    }
  }
  const shown = found.slice(0, ADDRESSES_SHOWN).join(",");
  return found.length > ADDRESSES_SHOWN ? `${shown} + ${found.length - ADDRESSES_SHOWN} more...` : shown;
}

export function* describeService(service: Service, related: Related): Task<string> {
  const { metadata, spec, status } = service;
  const slices = yield* slicesOf(related, metadata.namespace, metadata.name);
  const events = yield* eventsOf(related, service);
  const w = new Writer();
  w.line(0, `Name:\t${metadata.name}`);
  w.line(0, `Namespace:\t${metadata.namespace}`);
  labels(w, "Labels", metadata.labels);
  annotations(w, "Annotations", metadata.annotations);
  w.line(0, `Selector:\t${inlineLabels(spec.selector)}`);
  w.line(0, `Type:\t${spec.type}`);
  if (spec.ipFamilyPolicy !== undefined) w.line(0, `IP Family Policy:\t${spec.ipFamilyPolicy}`);
  w.line(0, `IP Families:\t${(spec.ipFamilies ?? []).join(",") || "<none>"}`);
  w.line(0, `IP:\t${spec.clusterIP ?? ""}`);
  w.line(0, `IPs:\t${(spec.clusterIPs ?? []).join(",") || "<none>"}`);
  if ((spec.externalIPs ?? []).length > 0) w.line(0, `External IPs:\t${spec.externalIPs?.join(",")}`);
  if (spec.loadBalancerIP) w.line(0, `Desired LoadBalancer IP:\t${spec.loadBalancerIP}`);
  if (spec.externalName) w.line(0, `External Name:\t${spec.externalName}`);
  const ingress = status.loadBalancer?.ingress ?? [];
  if (ingress.length > 0) {
    const text = ingress.map(({ ip, ipMode, hostname = "" }) =>
      ip ? ip + (ipMode ? ` (${ipMode})` : "") : hostname,
    );
    w.line(0, `LoadBalancer Ingress:\t${text.join(", ")}`);
  }
  ports(w, service, slices);
  policies(w, service);
  describeEvents(w, events, related.nowUs);
  return w.toString();
}

function ports(w: Writer, { spec }: Service, slices: readonly EndpointSlice[]): void {
  for (const port of spec.ports ?? []) {
    const name = port.name || "<unset>";
    w.line(0, `Port:\t${name}\t${port.port}/${port.protocol}`);
    w.line(0, `TargetPort:\t${port.targetPort}/${port.protocol}`);
    if (port.appProtocol !== undefined) w.line(0, `AppProtocol:\t${port.appProtocol}`);
    if ((port.nodePort ?? 0) !== 0) w.line(0, `NodePort:\t${name}\t${port.nodePort}/${port.protocol}`);
    w.line(0, `Endpoints:\t${addressesOf(slices, port.name ?? "")}`);
  }
}

function policies(w: Writer, { spec }: Service): void {
  w.line(0, `Session Affinity:\t${spec.sessionAffinity ?? ""}`);
  if (spec.externalTrafficPolicy) w.line(0, `External Traffic Policy:\t${spec.externalTrafficPolicy}`);
  if (spec.internalTrafficPolicy) w.line(0, `Internal Traffic Policy:\t${spec.internalTrafficPolicy}`);
  if (spec.healthCheckNodePort) w.line(0, `HealthCheck NodePort:\t${spec.healthCheckNodePort}`);
  const ranges = spec.loadBalancerSourceRanges ?? [];
  if (ranges.length > 0) w.line(0, `LoadBalancer Source Ranges:\t${ranges.join(",")}`);
  if (spec.trafficDistribution) w.line(0, `Traffic Distribution:\t${spec.trafficDistribution}`);
}

export function* describeEndpoints(endpoints: Endpoints, related: Related): Task<string> {
  const { metadata, subsets = [] } = endpoints;
  const events = yield* eventsOf(related, endpoints);
  const w = new Writer();
  w.line(0, `Name:\t${metadata.name}`);
  w.line(0, `Namespace:\t${metadata.namespace}`);
  labels(w, "Labels", metadata.labels);
  annotations(w, "Annotations", metadata.annotations);
  w.line(0, "Subsets:");
  for (const { addresses = [], notReadyAddresses = [], ports: list = [] } of subsets) {
    w.line(1, `Addresses:\t${addresses.map(({ ip }) => ip).join(",") || "<none>"}`);
    w.line(1, `NotReadyAddresses:\t${notReadyAddresses.map(({ ip }) => ip).join(",") || "<none>"}`);
    if (list.length > 0) {
      w.line(1, "Ports:");
      w.line(2, "Name\tPort\tProtocol");
      w.line(2, "----\t----\t--------");
      for (const { name, port, protocol = "" } of list)
        w.line(2, `${name || "<unset>"}\t${port}\t${protocol}`);
    }
    w.line(0, "");
  }
  describeEvents(w, events, related.nowUs);
  return w.toString();
}

export function* describeEndpointSlice(slice: EndpointSlice, related: Related): Task<string> {
  const { metadata, addressType, ports: list = [], endpoints } = slice;
  const events = yield* eventsOf(related, slice);
  const w = new Writer();
  w.line(0, `Name:\t${metadata.name}`);
  w.line(0, `Namespace:\t${metadata.namespace}`);
  labels(w, "Labels", metadata.labels);
  annotations(w, "Annotations", metadata.annotations);
  w.line(0, `AddressType:\t${addressType}`);
  if (list.length === 0) w.line(0, "Ports: <unset>");
  else {
    w.line(0, "Ports:");
    w.line(1, "Name\tPort\tProtocol");
    w.line(1, "----\t----\t--------");
    for (const { name, port, protocol } of list)
      w.line(1, `${name || "<unset>"}\t${port ?? "<unset>"}\t${protocol}`);
  }
  w.line(0, (endpoints ?? []).length === 0 ? "Endpoints: <none>" : "Endpoints:");
  for (const endpoint of endpoints ?? []) {
    w.line(1, `- Addresses:\t${endpoint.addresses.join(", ") || "<none>"}`);
    w.line(2, "Conditions:");
    w.line(3, `Ready:\t${endpoint.conditions?.ready ?? "<unset>"}`);
    w.line(2, `Hostname:\t${endpoint.hostname ?? "<unset>"}`);
    const target = endpoint.targetRef;
    if (target !== undefined) w.line(2, `TargetRef:\t${target.kind}/${target.name}`);
    w.line(2, `NodeName:\t${endpoint.nodeName ?? "<unset>"}`);
    w.line(2, `Zone:\t${endpoint.zone ?? "<unset>"}`);
  }
  describeEvents(w, events, related.nowUs);
  return w.toString();
}

export function* describeIngress(ingress: Ingress, related: Related): Task<string> {
  const { metadata, spec, status } = ingress;
  const events = yield* eventsOf(related, ingress);
  const w = new Writer();
  w.line(0, `Name:\t${metadata.name}`);
  labels(w, "Labels", metadata.labels);
  w.line(0, `Namespace:\t${metadata.namespace}`);
  const balancers = (status.loadBalancer?.ingress ?? []).map(({ ip, hostname }) => ip || hostname || "");
  w.line(0, `Address:\t${[...new Set(balancers)].sort(compareCodePoints).join(",")}`);
  w.line(0, `Ingress Class:\t${spec.ingressClassName ?? "<none>"}`);
  const fallback = spec.defaultBackend;
  const byDefault =
    fallback === undefined ? "<default>" : yield* backendText(related, metadata.namespace, fallback);
  w.line(0, `Default backend:\t${byDefault}`);
  if ((spec.tls ?? []).length > 0) w.line(0, "TLS:");
  for (const { secretName, hosts = [] } of spec.tls ?? []) {
    w.line(1, secretName ? `${secretName} terminates ${hosts.join(",")}` : `SNI routes ${hosts.join(",")}`);
  }
  w.line(0, "Rules:");
  w.line(1, "Host\tPath\tBackends");
  w.line(1, "----\t----\t--------");
  const rules = (spec.rules ?? []).filter(({ http }) => http !== undefined);
  for (const { host, http } of rules) {
    w.line(1, `${host || "*"}\t`);
    for (const { path = "", backend } of http?.paths ?? []) {
      w.line(2, `\t${path} \t${yield* backendText(related, metadata.namespace, backend)}`);
    }
  }
  if (rules.length === 0) w.line(1, `*\t*\t${byDefault}`);
  annotations(w, "Annotations", metadata.annotations);
  describeEvents(w, events, related.nowUs);
  return w.toString();
}

function* backendText(related: Related, namespace: string, { service, resource }: Backend): Task<string> {
  if (service !== undefined) {
    const { name, port } = service;
    const text = `${name}:${port?.number || port?.name || ""}`;
    const slices = yield* slicesOf(related, namespace, name);
    const found = yield* related.get<Service>(`/api/v1/namespaces/${namespace}/services/${name}`);
    if (found === undefined) return `${text} (<error: services "${name}" not found>)`;
    const match = found.spec.ports?.find(
      (p) => p.port === port?.number || (port?.name ? p.name === port.name : false),
    );
    return `${text} (${addressesOf(slices, match?.name ?? "")})`;
  }
  if (resource === undefined) return "";
  return `APIGroup: ${resource.apiGroup ?? "<none>"}, Kind: ${resource.kind}, Name: ${resource.name}`;
}

export function* describeIngressClass(ingressClass: IngressClass, related: Related): Task<string> {
  const { metadata, spec } = ingressClass;
  const events = yield* eventsOf(related, ingressClass);
  const w = new Writer();
  w.line(0, `Name:\t${metadata.name}`);
  labels(w, "Labels", metadata.labels);
  annotations(w, "Annotations", metadata.annotations);
  w.line(0, `Controller:\t${spec.controller ?? ""}`);
  if (spec.parameters !== undefined) {
    w.line(0, "Parameters:");
    if (spec.parameters.apiGroup !== undefined) w.line(1, `APIGroup:\t${spec.parameters.apiGroup}`);
    w.line(1, `Kind:\t${spec.parameters.kind}`);
    w.line(1, `Name:\t${spec.parameters.name}`);
  }
  describeEvents(w, events, related.nowUs);
  return w.toString();
}

export function* describeNetworkPolicy({ metadata, spec }: NetworkPolicy): Task<string> {
  const w = new Writer();
  w.line(0, `Name:\t${metadata.name}`);
  w.line(0, `Namespace:\t${metadata.namespace}`);
  w.line(0, `Created on:\t${metadata.creationTimestamp.replace("T", " ").replace("Z", "")} +0000 UTC`);
  labels(w, "Labels", metadata.labels);
  annotations(w, "Annotations", metadata.annotations);
  w.line(0, "Spec:");
  const pods = selectorText(spec.podSelector);
  const everyPod = "    <none> (Allowing the specific traffic to all pods in this namespace)";
  w.line(1, `PodSelector: ${pods === "<none>" ? everyPod : `    ${pods}`}`);
  direction(
    w,
    "ingress",
    spec.policyTypes,
    (spec.ingress ?? []).map(({ ports: p, from }) => ({ ports: p, peers: from })),
  );
  direction(
    w,
    "egress",
    spec.policyTypes,
    (spec.egress ?? []).map(({ ports: p, to }) => ({ ports: p, peers: to })),
  );
  w.line(1, `Policy Types: ${(spec.policyTypes ?? []).join(", ") || "<none>"}`);
  return w.toString();
}

interface Rule {
  readonly ports: networking.NetworkPolicyPort[] | undefined;
  readonly peers: networking.NetworkPolicyPeer[] | undefined;
}

const IN = "    ";

function direction(
  w: Writer,
  way: "ingress" | "egress",
  types: readonly string[] = [],
  rules: readonly Rule[],
): void {
  if (!types.some((type) => type.toLowerCase() === way)) {
    w.line(1, `Not affecting ${way} traffic`);
    return;
  }
  w.line(1, `Allowing ${way} traffic:`);
  if (rules.length === 0) w.line(0, `${IN}<none> (Selected pods are isolated for ${way} connectivity)`);
  const [peer, everywhere] =
    way === "ingress"
      ? ["From", "traffic not restricted by source"]
      : ["To", "traffic not restricted by destination"];
  rules.forEach((rule, i) => {
    if ((rule.ports ?? []).length === 0) w.line(0, `${IN}To Port: <any> (traffic allowed to all ports)`);
    for (const { port = "<nil>", endPort, protocol = "TCP" } of rule.ports ?? []) {
      w.line(
        0,
        IN +
          (endPort === undefined
            ? `To Port: ${port}/${protocol}`
            : `To Port Range: ${port}-${endPort}/${protocol}`),
      );
    }
    if ((rule.peers ?? []).length === 0) w.line(0, `${IN}${peer}: <any> (${everywhere})`);
    for (const from of rule.peers ?? []) {
      w.line(0, `${IN}${peer}:`);
      peerLines(w, from);
    }
    if (i < rules.length - 1) w.line(0, `${IN}----------`);
  });
}

function peerLines(
  w: Writer,
  { namespaceSelector, podSelector, ipBlock }: networking.NetworkPolicyPeer,
): void {
  const selectors: readonly (readonly [string, LabelSelector | undefined])[] = [
    ["NamespaceSelector", namespaceSelector],
    ["PodSelector", podSelector],
  ];
  for (const [title, selector] of selectors) {
    if (selector !== undefined) w.line(1, `${IN}${title}: ${selectorText(selector)}`);
  }
  if (ipBlock === undefined || podSelector !== undefined || namespaceSelector !== undefined) return;
  w.line(1, `${IN}IPBlock:`);
  w.line(2, `${IN}CIDR: ${ipBlock.cidr}`);
  w.line(2, `${IN}Except: ${(ipBlock.except ?? []).join(", ")}`);
}
