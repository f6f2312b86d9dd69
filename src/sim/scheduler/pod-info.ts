import { compileLabelSelector, type Selector } from "../api/selector";
import { deepEqual } from "../api/deep-equal";
import { effectiveSpec } from "../api/effective-spec";
import { specRequests, type Resources } from "../api/pod-requests";
import { milliValue, value } from "../api/quantity";
import type { Container, Labels, Pod, PodSpec } from "../api/types";

/** What a container without requests counts as in scores (upstream `pkg/scheduler/util/pod_resources.go`). */
export const DEFAULT_MILLI_CPU = 100;
export const DEFAULT_MEMORY_BYTES = 200 * 1024 * 1024;

/** A port that a pod takes on its node's own address. */
export interface HostPort {
  readonly ip: string;
  readonly protocol: string;
  readonly port: number;
}

/** One term of a pod's (anti-)affinity to other pods, compiled. */
export interface AffinityTerm {
  readonly selector: Selector;
  readonly topologyKey: string;
  /** Namespaces that it looks into by name. */
  readonly namespaces: ReadonlySet<string>;
  /** Namespaces that it looks into by label; undefined for none. */
  readonly namespaceSelector: Selector | undefined;
}

export interface WeightedAffinityTerm {
  readonly term: AffinityTerm;
  readonly weight: number;
}

/** What follows from the spec alone, computed once a spec. */
interface SpecInfo {
  readonly requests: Resources;
  readonly scoredCpu: number;
  readonly scoredMemory: number;
  readonly hostPorts: readonly HostPort[];
}

const NO_TERMS: readonly AffinityTerm[] = [];
const NO_WEIGHTED: readonly WeightedAffinityTerm[] = [];
const NO_LABELS: Labels = {};
const specs = new WeakMap<PodSpec, SpecInfo>();

/** A pod with all that filters and scores ask about it (upstream `framework.PodInfo`). */
export class PodInfo {
  /** The newest object whose answers to these questions are the same. */
  pod: Pod;
  /** `namespace/name`. */
  readonly key: string;
  readonly uid: string;
  readonly namespace: string;
  readonly labels: Labels;
  readonly priority: number;
  readonly terminating: boolean;
  readonly requests: Resources;
  /** Requests with defaults for containers that state none: only scores use them. */
  readonly scoredCpu: number;
  readonly scoredMemory: number;
  readonly hostPorts: readonly HostPort[];
  readonly requiredAffinity: readonly AffinityTerm[];
  readonly requiredAntiAffinity: readonly AffinityTerm[];
  readonly preferredAffinity: readonly WeightedAffinityTerm[];
  readonly preferredAntiAffinity: readonly WeightedAffinityTerm[];
  /** What it counts as while it is resized; else its spec. */
  readonly #effective: PodSpec;

  constructor(pod: Pod) {
    this.#effective = effectiveSpec(pod);
    const spec = specInfo(this.#effective);
    this.pod = pod;
    this.uid = pod.metadata.uid;
    this.namespace = pod.metadata.namespace;
    this.key = `${this.namespace}/${pod.metadata.name}`;
    this.labels = pod.metadata.labels ?? NO_LABELS;
    this.priority = pod.spec.priority ?? 0;
    this.terminating = pod.metadata.deletionTimestamp !== undefined;
    this.requests = spec.requests;
    this.scoredCpu = spec.scoredCpu;
    this.scoredMemory = spec.scoredMemory;
    this.hostPorts = spec.hostPorts;
    const toPods = pod.spec.affinity?.podAffinity;
    const awayFrom = pod.spec.affinity?.podAntiAffinity;
    const ns = this.namespace;
    this.requiredAffinity = terms(ns, toPods?.requiredDuringSchedulingIgnoredDuringExecution);
    this.requiredAntiAffinity = terms(ns, awayFrom?.requiredDuringSchedulingIgnoredDuringExecution);
    this.preferredAffinity = weighted(ns, toPods?.preferredDuringSchedulingIgnoredDuringExecution);
    this.preferredAntiAffinity = weighted(ns, awayFrom?.preferredDuringSchedulingIgnoredDuringExecution);
  }

  /** Takes over a newer object if nothing that matters here changed; false if a new PodInfo is needed. */
  refresh(pod: Pod): boolean {
    const same =
      pod.spec === this.pod.spec &&
      pod.metadata.labels === this.pod.metadata.labels &&
      pod.metadata.uid === this.uid &&
      (pod.metadata.deletionTimestamp !== undefined) === this.terminating;
    if (!same) return false;
    const effective = effectiveSpec(pod);
    if (effective !== this.#effective) {
      const { containers, initContainers } = this.#effective;
      if (!deepEqual(effective.containers, containers)) return false;
      if (!deepEqual(effective.initContainers, initContainers)) return false;
    }
    this.pod = pod;
    return true;
  }

  /** Whether it has any term about other pods. */
  get hasAffinity(): boolean {
    return (
      this.requiredAffinity.length > 0 ||
      this.requiredAntiAffinity.length > 0 ||
      this.preferredAffinity.length > 0 ||
      this.preferredAntiAffinity.length > 0
    );
  }
}

function specInfo(spec: PodSpec): SpecInfo {
  const known = specs.get(spec);
  if (known !== undefined) return known;
  const made: SpecInfo = {
    requests: specRequests(spec),
    scoredCpu: scored(spec, "cpu"),
    scoredMemory: scored(spec, "memory"),
    hostPorts: hostPorts(spec),
  };
  specs.set(spec, made);
  return made;
}

function amount(container: Container, resource: "cpu" | "memory"): number {
  const text = container.resources?.requests?.[resource];
  if (text === undefined) return resource === "cpu" ? DEFAULT_MILLI_CPU : DEFAULT_MEMORY_BYTES;
  return resource === "cpu" ? milliValue(text) : value(text);
}

function scored(spec: PodSpec, resource: "cpu" | "memory"): number {
  let total = 0;
  for (const container of spec.containers) total += amount(container, resource);
  let sidecars = 0;
  let peak = 0;
  for (const container of spec.initContainers ?? []) {
    const own = amount(container, resource);
    if (container.restartPolicy === "Always") sidecars += own;
    peak = Math.max(peak, container.restartPolicy === "Always" ? sidecars : sidecars + own);
  }
  const overhead = spec.overhead?.[resource];
  const extra = overhead === undefined ? 0 : resource === "cpu" ? milliValue(overhead) : value(overhead);
  return Math.max(total + sidecars, peak) + extra;
}

function hostPorts(spec: PodSpec): HostPort[] {
  const ports: HostPort[] = [];
  for (const container of spec.containers) {
    for (const port of container.ports ?? []) {
      if (port.hostPort === undefined || port.hostPort <= 0) continue;
      const ip = port.hostIP === undefined || port.hostIP === "" ? "0.0.0.0" : port.hostIP;
      ports.push({ ip, protocol: port.protocol ?? "TCP", port: port.hostPort });
    }
  }
  return ports;
}

type Required = NonNullable<
  NonNullable<
    NonNullable<PodSpec["affinity"]>["podAffinity"]
  >["requiredDuringSchedulingIgnoredDuringExecution"]
>;
type Preferred = NonNullable<
  NonNullable<
    NonNullable<PodSpec["affinity"]>["podAffinity"]
  >["preferredDuringSchedulingIgnoredDuringExecution"]
>;

const compiled = new WeakMap<Required[number], Map<string, AffinityTerm>>();

/** Compiled once for each term and namespace: pods of one template share the term, and so the compiled one. */
function compile(namespace: string, term: Required[number]): AffinityTerm {
  let byNamespace = compiled.get(term);
  if (byNamespace === undefined) compiled.set(term, (byNamespace = new Map()));
  const known = byNamespace.get(namespace);
  if (known !== undefined) return known;
  const named = term.namespaces ?? [];
  const bySelector = term.namespaceSelector;
  const made: AffinityTerm = {
    selector: compileLabelSelector(term.labelSelector),
    topologyKey: term.topologyKey,
    namespaces: new Set(named.length === 0 && bySelector === undefined ? [namespace] : named),
    namespaceSelector: bySelector === undefined ? undefined : compileLabelSelector(bySelector),
  };
  byNamespace.set(namespace, made);
  return made;
}

function terms(namespace: string, list: Required | undefined): readonly AffinityTerm[] {
  if (list === undefined || list.length === 0) return NO_TERMS;
  return list.map((term) => compile(namespace, term));
}

function weighted(namespace: string, list: Preferred | undefined): readonly WeightedAffinityTerm[] {
  if (list === undefined || list.length === 0) return NO_WEIGHTED;
  return list.map(({ podAffinityTerm, weight }) => ({ term: compile(namespace, podAffinityTerm), weight }));
}
