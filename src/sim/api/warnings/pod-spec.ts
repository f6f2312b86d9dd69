/**
 * What is legal in a pod or a template of pods, but deprecated or seldom meant (`pkg/api/pod/warnings.go`,
 * `pkg/api/node/util.go`).
 */
import { milliValue } from "../quantity";
import type { Container, ContainerPort, Labels, ObjectMeta, PodSpec } from "../types";

/** Labels of nodes that others have taken the place of: since when, and which. */
const OLD_NODE_LABELS: Readonly<Record<string, readonly [since: string, instead: string]>> = {
  "beta.kubernetes.io/arch": ["v1.14", "kubernetes.io/arch"],
  "beta.kubernetes.io/os": ["v1.14", "kubernetes.io/os"],
  "beta.kubernetes.io/instance-type": ["v1.17", "node.kubernetes.io/instance-type"],
  "failure-domain.beta.kubernetes.io/region": ["v1.17", "topology.kubernetes.io/region"],
  "failure-domain.beta.kubernetes.io/zone": ["v1.17", "topology.kubernetes.io/zone"],
};

/** Annotations that do nothing any more: since when, and the field to use. */
const OLD_ANNOTATIONS: readonly (readonly [annotation: string, since: string, field: string])[] = [
  ["scheduler.alpha.kubernetes.io/critical-pod", "v1.16+", "priorityClassName"],
  ["security.alpha.kubernetes.io/sysctls", "v1.11+", "sysctls"],
  ["security.alpha.kubernetes.io/unsafe-sysctls", "v1.11+", "sysctls"],
];

/** Volumes of plugins that are gone. */
const OLD_VOLUMES: Readonly<Record<string, string>> = {
  photonPersistentDisk: "deprecated in v1.11, non-functional in v1.16+",
  gitRepo: "deprecated in v1.11",
  scaleIO: "deprecated in v1.16, non-functional in v1.22+",
  flocker: "deprecated in v1.22, non-functional in v1.25+",
  storageos: "deprecated in v1.22, non-functional in v1.25+",
  quobyte: "deprecated in v1.22, non-functional in v1.25+",
  glusterfs: "deprecated in v1.25, non-functional in v1.26+",
  cephfs: "deprecated in v1.28, non-functional in v1.31+",
  rbd: "deprecated in v1.28, non-functional in v1.31+",
};

/** Resources that are counted in whole bytes. */
const WHOLE_BYTES = ["memory", "ephemeral-storage"];
const NO_SELECTOR = "a null labelSelector results in matching no pod";

type Say = (text: string) => void;

/** What there is to say of a pod's spec and metadata; `base` is the path of what holds them, "" for a pod. */
export function podWarnings(spec: PodSpec, meta: ObjectMeta | undefined, base = ""): string[] {
  const texts: string[] = [];
  const say: Say = (text) => texts.push(base === "" ? text : `${base}.${text}`);
  const annotations = meta?.annotations ?? {};
  nodeLabels(spec, say);
  for (const [name, since, field] of OLD_ANNOTATIONS) {
    if (!Object.hasOwn(annotations, name)) continue;
    say(`metadata.annotations[${name}]: non-functional in ${since}; use the "${field}" field instead`);
  }
  volumes(spec, say);
  repeated(spec, say);
  wholeBytes(spec.overhead, "spec.overhead", say);
  seccomp(spec, annotations, say);
  for (const [container, path] of containersOf(spec)) containerWarnings(container, path, say);
  ports(spec, base, say);
  if ((spec.terminationGracePeriodSeconds ?? 0) < 0) {
    say(
      "spec.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1",
    );
  }
  podAffinity(spec, say);
  return texts;
}

function containersOf(spec: PodSpec): [Container, string][] {
  return (["initContainers", "containers", "ephemeralContainers"] as const).flatMap((field) =>
    ((spec[field] ?? []) as readonly Container[]).map((container, i): [Container, string] => [
      container,
      `spec.${field}[${i}]`,
    ]),
  );
}

function oldLabel(label: string): string | undefined {
  if (!Object.hasOwn(OLD_NODE_LABELS, label)) return undefined;
  const [since, instead] = OLD_NODE_LABELS[label] ?? ["", ""];
  return `deprecated since ${since}; use "${instead}" instead`;
}

function nodeLabels(spec: PodSpec, say: Say): void {
  for (const label of Object.keys(spec.nodeSelector ?? {})) {
    const old = oldLabel(label);
    if (old !== undefined) say(`spec.nodeSelector[${label}]: ${old}`);
  }
  const affinity = spec.affinity?.nodeAffinity;
  const expressions = (list: readonly { key: string }[] | undefined, path: string): void => {
    for (const [i, { key }] of (list ?? []).entries()) {
      const old = oldLabel(key);
      if (old !== undefined) say(`${path}.matchExpressions[${i}].key: ${key} is ${old}`);
    }
  };
  const path = "spec.affinity.nodeAffinity";
  const required = affinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  for (const [i, term] of required.entries()) {
    const at = `${path}.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[${i}]`;
    expressions(term.matchExpressions, at);
  }
  const preferred = affinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
  for (const [i, { preference }] of preferred.entries()) {
    expressions(
      preference?.matchExpressions,
      `${path}.preferredDuringSchedulingIgnoredDuringExecution[${i}].preference`,
    );
  }
  for (const [i, spread] of (spec.topologySpreadConstraints ?? []).entries()) {
    const old = oldLabel(spread.topologyKey);
    const at = `spec.topologySpreadConstraints[${i}]`;
    if (old !== undefined) say(`${at}.topologyKey: ${spread.topologyKey} is ${old}`);
    if (spread.labelSelector === undefined) say(`${at}.labelSelector: ${NO_SELECTOR}`);
  }
}

function volumes(spec: PodSpec, say: Say): void {
  for (const [i, volume] of (spec.volumes ?? []).entries()) {
    for (const [plugin, what] of Object.entries(OLD_VOLUMES)) {
      if (!Object.hasOwn(volume, plugin)) continue;
      // Upstream's path has the name of the field in Go.
      say(`spec.volumes[${i}].${plugin === "storageos" ? "storageOS" : plugin}: ${what}`);
    }
  }
}

function repeated(spec: PodSpec, say: Say): void {
  const seenIps = new Set<string>();
  for (const [i, { ip = "" }] of (spec.hostAliases ?? []).entries()) {
    if (seenIps.has(ip)) say(`spec.hostAliases[${i}].ip: duplicate ip ${JSON.stringify(ip)}`);
    seenIps.add(ip);
  }
  const seenNames = new Set<string>();
  for (const [i, { name = "" }] of (spec.imagePullSecrets ?? []).entries()) {
    const at = `spec.imagePullSecrets[${i}].name`;
    if (seenNames.has(name)) say(`${at}: duplicate name ${JSON.stringify(name)}`);
    if (name === "") say(`${at}: invalid empty name ""`);
    seenNames.add(name);
  }
}

function wholeBytes(amounts: Readonly<Record<string, string>> | undefined, path: string, say: Say): void {
  for (const name of WHOLE_BYTES) {
    const amount = amounts?.[name];
    if (amount === undefined || milliValue(amount) % 1000 === 0) continue;
    say(`${path}[${name}]: fractional byte value ${JSON.stringify(amount)} is invalid, must be an integer`);
  }
}

const SECCOMP_POD = "seccomp.security.alpha.kubernetes.io/pod";
const SECCOMP_CONTAINER = "container.seccomp.security.alpha.kubernetes.io/";

function seccomp(spec: PodSpec, annotations: Labels, say: Say): void {
  const old = (name: string): void => {
    if (!Object.hasOwn(annotations, name)) return;
    say(`metadata.annotations[${name}]: non-functional in v1.27+; use the "seccompProfile" field instead`);
  };
  if (spec.securityContext?.seccompProfile === undefined) old(SECCOMP_POD);
  for (const [container] of containersOf(spec)) {
    if (container.securityContext?.seccompProfile === undefined) old(SECCOMP_CONTAINER + container.name);
  }
}

function containerWarnings(container: Container, path: string, say: Say): void {
  wholeBytes(container.resources?.limits, `${path}.resources.limits`, say);
  wholeBytes(container.resources?.requests, `${path}.resources.requests`, say);
  const seen = new Set<string>();
  for (const [i, variable] of (container.env ?? []).entries()) {
    const { name, value = "", valueFrom } = variable;
    // A value that builds on the one before it is meant.
    const own = `$(${name})`;
    const hides = valueFrom !== undefined || value === own || !value.includes(own);
    if (seen.has(name) && hides) {
      const text = `hides previous definition of ${JSON.stringify(name)}, which may be dropped when using apply`;
      say(`${path}.env[${i}]: ${text}`);
    }
    seen.add(name);
  }
}

function ports(spec: PodSpec, base: string, say: Say): void {
  const known = new Map<string, { port: ContainerPort; path: string }[]>();
  for (const [container, at] of containersOf(spec)) {
    for (const [i, port] of (container.ports ?? []).entries()) {
      const path = `${at}.ports[${i}]`;
      if ((port.hostIP ?? "") !== "" && !port.hostPort)
        say(`${path}: hostIP set without hostPort: ${goPort(port)}`);
      const key = `${port.containerPort}/${port.protocol ?? "TCP"}`;
      const others = known.get(key) ?? [];
      for (const other of others) {
        const clash = portClash(port, other.port);
        const where = base === "" ? other.path : `${base}.${other.path}`;
        if (clash !== undefined) say(`${path}: ${clash} port definition with ${where}`);
      }
      known.set(key, [...others, { port, path }]);
    }
  }
}

/** How two definitions of one port get into each other's way. */
function portClash(a: ContainerPort, b: ContainerPort): string | undefined {
  const [hostA, hostB] = [a.hostPort ?? 0, b.hostPort ?? 0];
  const [ipA, ipB] = [a.hostIP ?? "", b.hostIP ?? ""];
  if (ipA === ipB && hostA === hostB) return "duplicate";
  if (hostA === 0 || hostB === 0) return "overlapping";
  return hostA === hostB && (ipA === "") !== (ipB === "") ? "dangerously ambiguous" : undefined;
}

function goPort({
  name = "",
  hostPort = 0,
  containerPort,
  protocol = "TCP",
  hostIP = "",
}: ContainerPort): string {
  return `{Name:${name} HostPort:${hostPort} ContainerPort:${containerPort} Protocol:${protocol} HostIP:${hostIP}}`;
}

function podAffinity(spec: PodSpec, say: Say): void {
  for (const field of ["podAffinity", "podAntiAffinity"] as const) {
    const affinity = spec.affinity?.[field];
    const path = `spec.affinity.${field}`;
    const required = affinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
    for (const [i, term] of required.entries()) {
      if (term.labelSelector !== undefined) continue;
      say(`${path}.requiredDuringSchedulingIgnoredDuringExecution[${i}].labelSelector: ${NO_SELECTOR}`);
    }
    const preferred = affinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
    for (const [i, { podAffinityTerm }] of preferred.entries()) {
      if (podAffinityTerm.labelSelector !== undefined) continue;
      const at = `${path}.preferredDuringSchedulingIgnoredDuringExecution[${i}].podAffinityTerm`;
      say(`${at}.labelSelector: ${NO_SELECTOR}`);
    }
  }
}
