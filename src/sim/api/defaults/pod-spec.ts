/**
 * Defaults of pods and pod templates (`pkg/apis/core/v1/defaults.go`).
 *
 * What has all its defaults is returned as it is, so the thousand pods of a ReplicaSet share the containers of its
 * template. That is checked field by field and not remembered by identity: weak maps that take several entries for
 * each pod cost more than the checks.
 */
import { copyWith } from "../copy";
import { canonicalQuantity } from "../quantity";
import type { Container, ContainerPort, PodSpec, PodTemplateSpec, Probe } from "../types";
import { defaultVolume } from "./volume";

type EnvVar = NonNullable<Container["env"]>[number];
type Quantities = Record<string, string>;

/** The list with `change` applied to each item; the same list if no item changed. */
function mapSame<T>(list: T[], change: (item: T) => T): T[] {
  for (let i = 0; i < list.length; i++) {
    const item = list[i]!;
    const changed = change(item);
    if (changed === item) continue;
    const made = list.slice(0, i);
    made.push(changed);
    for (let j = i + 1; j < list.length; j++) made.push(change(list[j]!));
    return made;
  }
  return list;
}

/** Defaults of a Pod's spec: those of a template, requests from limits, and service links. */
export function defaultPodSpec(spec: PodSpec): PodSpec {
  const made = requestsFromLimits(defaultTemplatePodSpec(spec));
  return made.enableServiceLinks === undefined ? copyWith(made, { enableServiceLinks: true }) : made;
}

/** The template with its pod spec defaulted, and with metadata; the same template if nothing was missing. */
export function defaultPodTemplate(template: PodTemplateSpec): PodTemplateSpec {
  const spec = template.spec ?? { containers: [] };
  const made = defaultTemplatePodSpec(spec);
  if (made === template.spec && template.metadata !== undefined) return template;
  // Go writes the metadata of a template even if nothing is in it.
  return { metadata: {}, ...template, spec: made };
}

/** Defaults of the spec inside a pod template. */
function defaultTemplatePodSpec(spec: PodSpec): PodSpec {
  const change = spec.hostNetwork === true ? hostNetworkContainer : defaultContainer;
  const containers = spec.containers && mapSame(spec.containers, change);
  const initContainers = spec.initContainers && mapSame(spec.initContainers, change);
  const volumes = spec.volumes && mapSame(spec.volumes, defaultVolume);
  const same =
    containers === spec.containers &&
    initContainers === spec.initContainers &&
    volumes === spec.volumes &&
    spec.ephemeralContainers === undefined;
  if (same && hasPodDefaults(spec)) return spec;
  const made: PodSpec = copyWith(spec, {
    containers,
    restartPolicy: spec.restartPolicy ?? "Always",
    terminationGracePeriodSeconds: spec.terminationGracePeriodSeconds ?? 30,
    dnsPolicy: spec.dnsPolicy ?? "ClusterFirst",
    securityContext: spec.securityContext ?? {},
    schedulerName: spec.schedulerName ?? "default-scheduler",
  });
  if (initContainers !== undefined) made.initContainers = initContainers;
  if (volumes !== undefined) made.volumes = volumes;
  if (made.ephemeralContainers !== undefined) {
    const list = made.ephemeralContainers as Container[];
    made.ephemeralContainers = mapSame(list, defaultContainer) as typeof made.ephemeralContainers;
  }
  // The deprecated twin of serviceAccountName; each is filled from the other.
  const account = spec.serviceAccountName || spec.serviceAccount;
  if (account !== undefined && account !== "") {
    made.serviceAccountName = account;
    made.serviceAccount = account;
  }
  return made;
}

function hasPodDefaults(spec: PodSpec): boolean {
  return (
    spec.restartPolicy !== undefined &&
    spec.terminationGracePeriodSeconds !== undefined &&
    spec.dnsPolicy !== undefined &&
    spec.securityContext !== undefined &&
    spec.schedulerName !== undefined &&
    spec.serviceAccountName === spec.serviceAccount
  );
}

/** On the host's network a container's port is the host's. */
function hostNetworkContainer(container: Container): Container {
  const made = defaultContainer(container);
  if (made.ports === undefined || made.ports.every((p) => (p.hostPort ?? 0) !== 0)) return made;
  const ports = made.ports.map((p) => ((p.hostPort ?? 0) === 0 ? { ...p, hostPort: p.containerPort } : p));
  return { ...made, ports };
}

function defaultContainer(container: Container): Container {
  const { resources, ports, env, livenessProbe, readinessProbe, startupProbe } = container;
  const nextResources = canonicalResources(resources ?? NO_RESOURCES);
  const nextPorts = ports && mapSame(ports, defaultPort);
  const nextEnv = env && mapSame(env, defaultEnv);
  const liveness = livenessProbe && defaultProbe(livenessProbe);
  const readiness = readinessProbe && defaultProbe(readinessProbe);
  const startup = startupProbe && defaultProbe(startupProbe);
  const same =
    container.imagePullPolicy !== undefined &&
    container.terminationMessagePath !== undefined &&
    container.terminationMessagePolicy !== undefined &&
    nextResources === resources &&
    nextPorts === ports &&
    nextEnv === env &&
    liveness === livenessProbe &&
    readiness === readinessProbe &&
    startup === startupProbe;
  if (same) return container;
  const made: Container = copyWith(container, {
    resources: nextResources,
    imagePullPolicy: container.imagePullPolicy ?? defaultPullPolicy(container.image ?? ""),
    terminationMessagePath: container.terminationMessagePath ?? "/dev/termination-log",
    terminationMessagePolicy: container.terminationMessagePolicy ?? "File",
  });
  if (nextPorts !== undefined) made.ports = nextPorts;
  if (nextEnv !== undefined) made.env = nextEnv;
  if (liveness !== undefined) made.livenessProbe = liveness;
  if (readiness !== undefined) made.readinessProbe = readiness;
  if (startup !== undefined) made.startupProbe = startup;
  return made;
}

const NO_RESOURCES: NonNullable<Container["resources"]> = Object.freeze({});

/** Always for `:latest` and untagged images, else IfNotPresent; a digest counts as a tag. */
function defaultPullPolicy(image: string): string {
  if (image.includes("@")) return "IfNotPresent";
  const name = image.slice(image.lastIndexOf("/") + 1);
  const colon = name.indexOf(":");
  return colon < 0 || name.slice(colon + 1) === "latest" ? "Always" : "IfNotPresent";
}

function defaultPort(port: ContainerPort): ContainerPort {
  return port.protocol === undefined ? copyWith(port, { protocol: "TCP" }) : port;
}

function defaultEnv(env: EnvVar): EnvVar {
  const source = env.valueFrom?.fieldRef;
  if (source === undefined || source.apiVersion !== undefined) return env;
  return { ...env, valueFrom: { ...env.valueFrom, fieldRef: { ...source, apiVersion: "v1" } } };
}

function defaultProbe(probe: Probe): Probe {
  const { httpGet, grpc } = probe;
  const counted =
    probe.timeoutSeconds !== undefined &&
    probe.periodSeconds !== undefined &&
    probe.successThreshold !== undefined &&
    probe.failureThreshold !== undefined;
  const httpDone = httpGet === undefined || (httpGet.path !== undefined && httpGet.scheme !== undefined);
  const grpcDone = grpc === undefined || grpc.service !== undefined;
  if (counted && httpDone && grpcDone) return probe;
  const made: Probe = copyWith(probe, {
    timeoutSeconds: probe.timeoutSeconds ?? 1,
    periodSeconds: probe.periodSeconds ?? 10,
    successThreshold: probe.successThreshold ?? 1,
    failureThreshold: probe.failureThreshold ?? 3,
  });
  if (httpGet !== undefined && !httpDone) {
    made.httpGet = { ...httpGet, path: httpGet.path ?? "/", scheme: httpGet.scheme ?? "HTTP" };
  }
  if (grpc !== undefined && !grpcDone) made.grpc = { ...grpc, service: "" };
  return made;
}

function canonicalResources(resources: NonNullable<Container["resources"]>): typeof resources {
  const limits = resources.limits === undefined ? undefined : canonicalQuantities(resources.limits);
  const requests = resources.requests === undefined ? undefined : canonicalQuantities(resources.requests);
  if (limits === resources.limits && requests === resources.requests) return resources;
  const made = { ...resources };
  if (limits !== undefined) made.limits = limits;
  if (requests !== undefined) made.requests = requests;
  return made;
}

/** A resource list with its quantities as the server writes them (`0.5` → `500m`, and JSON numbers as texts). */
export function canonicalQuantities(quantities: Quantities): Quantities {
  let made = quantities;
  for (const name in quantities) {
    const raw: unknown = quantities[name];
    if (typeof raw !== "string" && typeof raw !== "number") continue;
    const text = canonicalQuantity(String(raw));
    if (text === raw) continue;
    if (made === quantities) made = { ...quantities };
    made[name] = text;
  }
  return made;
}

function requestsFromLimits(spec: PodSpec): PodSpec {
  const main = spec.containers === undefined ? undefined : mapSame(spec.containers, limitsToRequests);
  const init = spec.initContainers === undefined ? undefined : mapSame(spec.initContainers, limitsToRequests);
  if (main === spec.containers && init === spec.initContainers) return spec;
  const made = { ...spec };
  if (main !== undefined) made.containers = main;
  if (init !== undefined) made.initContainers = init;
  return made;
}

/** A limit without a request is also the request. */
function limitsToRequests(container: Container): Container {
  const limits = container.resources?.limits;
  if (limits === undefined) return container;
  const before = container.resources?.requests ?? {};
  let requests: Quantities = before;
  for (const name in limits) {
    if (before[name] !== undefined) continue;
    if (requests === before) requests = { ...before };
    requests[name] = limits[name]!;
  }
  if (requests === before) return container;
  return { ...container, resources: { ...container.resources, requests } };
}
