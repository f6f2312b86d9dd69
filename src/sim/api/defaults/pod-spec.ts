/**
 * Defaults of pods and pod templates (`pkg/apis/core/v1/defaults.go`).
 *
 * Objects are immutable, so what has been defaulted once is remembered by identity: the thousand pods of a ReplicaSet
 * share the containers of its template, and defaulting them is a look-up.
 */
import { canonicalQuantity } from "../quantity";
import type { Container, ContainerPort, PodSpec, PodTemplateSpec, Probe } from "../types";
import { defaultVolume } from "./volume";

type EnvVar = NonNullable<Container["env"]>[number];
type Quantities = Record<string, string>;

const containers = new WeakMap<Container, Container>();
const templateSpecs = new WeakMap<PodSpec, PodSpec>();
const podSpecs = new WeakMap<PodSpec, PodSpec>();
const withRequests = new WeakMap<Container, Container>();

/** The list with `change` applied to each item; the same list if no item changed. */
export function mapSame<T>(list: T[], change: (item: T) => T): T[] {
  for (let i = 0; i < list.length; i++) {
    const item = list[i]!;
    if (change(item) !== item) return list.map(change);
  }
  return list;
}

/** Defaults of a Pod's spec: those of a template, requests from limits, and service links. */
export function defaultPodSpec(spec: PodSpec): PodSpec {
  const known = podSpecs.get(spec);
  if (known !== undefined) return known;
  let made = defaultTemplatePodSpec(spec);
  const lists = requestsFromLimits(made);
  if (lists !== made) made = lists;
  if (made.enableServiceLinks === undefined) made = { ...made, enableServiceLinks: true };
  podSpecs.set(spec, made);
  podSpecs.set(made, made);
  return made;
}

/** Defaults of the spec inside a pod template. */
export function defaultTemplatePodSpec(spec: PodSpec): PodSpec {
  const known = templateSpecs.get(spec);
  if (known !== undefined) return known;
  const made = computeTemplatePodSpec(spec);
  templateSpecs.set(spec, made);
  templateSpecs.set(made, made);
  return made;
}

/** The template with its pod spec defaulted; the same template if nothing was missing. */
export function defaultPodTemplate(template: PodTemplateSpec): PodTemplateSpec {
  const spec = template.spec ?? { containers: [] };
  const made = defaultTemplatePodSpec(spec);
  return made === template.spec ? template : { ...template, spec: made };
}

function computeTemplatePodSpec(spec: PodSpec): PodSpec {
  const made: PodSpec = { ...spec };
  made.restartPolicy ??= "Always";
  made.terminationGracePeriodSeconds ??= 30;
  made.dnsPolicy ??= "ClusterFirst";
  made.securityContext ??= {};
  made.schedulerName ??= "default-scheduler";
  // The deprecated twin of serviceAccountName; each is filled from the other.
  const account = made.serviceAccountName ?? made.serviceAccount;
  if (account !== undefined && account !== "") {
    made.serviceAccountName = account;
    made.serviceAccount = account;
  }
  const onHost = made.hostNetwork === true;
  const change = onHost ? hostNetworkContainer : defaultContainer;
  if (made.containers !== undefined) made.containers = mapSame(made.containers, change);
  if (made.initContainers !== undefined) made.initContainers = mapSame(made.initContainers, change);
  if (made.ephemeralContainers !== undefined) {
    const list = made.ephemeralContainers as Container[];
    made.ephemeralContainers = mapSame(list, defaultContainer) as typeof made.ephemeralContainers;
  }
  if (made.volumes !== undefined) made.volumes = mapSame(made.volumes, defaultVolume);
  return made;
}

/** On the host's network a container's port is the host's. */
function hostNetworkContainer(container: Container): Container {
  const made = defaultContainer(container);
  if (made.ports === undefined || made.ports.every((p) => (p.hostPort ?? 0) !== 0)) return made;
  const ports = made.ports.map((p) => ((p.hostPort ?? 0) === 0 ? { ...p, hostPort: p.containerPort } : p));
  return { ...made, ports };
}

export function defaultContainer(container: Container): Container {
  const known = containers.get(container);
  if (known !== undefined) return known;
  const made: Container = { ...container };
  made.imagePullPolicy ??= defaultPullPolicy(made.image ?? "");
  made.terminationMessagePath ??= "/dev/termination-log";
  made.terminationMessagePolicy ??= "File";
  made.resources = canonicalResources(made.resources ?? {});
  if (made.ports !== undefined) made.ports = mapSame(made.ports, defaultPort);
  if (made.env !== undefined) made.env = mapSame(made.env, defaultEnv);
  if (made.livenessProbe !== undefined) made.livenessProbe = defaultProbe(made.livenessProbe);
  if (made.readinessProbe !== undefined) made.readinessProbe = defaultProbe(made.readinessProbe);
  if (made.startupProbe !== undefined) made.startupProbe = defaultProbe(made.startupProbe);
  containers.set(container, made);
  containers.set(made, made);
  return made;
}

/** Always for `:latest` and untagged images, else IfNotPresent; a digest counts as a tag. */
function defaultPullPolicy(image: string): string {
  if (image.includes("@")) return "IfNotPresent";
  const name = image.slice(image.lastIndexOf("/") + 1);
  const colon = name.indexOf(":");
  return colon < 0 || name.slice(colon + 1) === "latest" ? "Always" : "IfNotPresent";
}

function defaultPort(port: ContainerPort): ContainerPort {
  return port.protocol === undefined ? { ...port, protocol: "TCP" } : port;
}

function defaultEnv(env: EnvVar): EnvVar {
  const source = env.valueFrom?.fieldRef;
  if (source === undefined || source.apiVersion !== undefined) return env;
  return { ...env, valueFrom: { ...env.valueFrom, fieldRef: { ...source, apiVersion: "v1" } } };
}

function defaultProbe(probe: Probe): Probe {
  const made: Probe = { ...probe };
  made.timeoutSeconds ??= 1;
  made.periodSeconds ??= 10;
  made.successThreshold ??= 1;
  made.failureThreshold ??= 3;
  if (made.httpGet !== undefined) {
    made.httpGet = { ...made.httpGet };
    made.httpGet.path ??= "/";
    made.httpGet.scheme ??= "HTTP";
  }
  if (made.grpc !== undefined && made.grpc.service === undefined) made.grpc = { ...made.grpc, service: "" };
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
  const known = withRequests.get(container);
  if (known !== undefined) return known;
  const before = container.resources?.requests ?? {};
  let requests: Quantities = before;
  for (const name in limits) {
    if (before[name] !== undefined) continue;
    if (requests === before) requests = { ...before };
    requests[name] = limits[name]!;
  }
  const made =
    requests === before ? container : { ...container, resources: { ...container.resources, requests } };
  withRequests.set(container, made);
  withRequests.set(made, made);
  containers.set(made, made);
  return made;
}
