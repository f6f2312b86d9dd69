import { toResources, type Resources } from "../api/pod-requests";
import { value } from "../api/quantity";
import type { Labels, Node, Taint } from "../api/types";
import { HostPorts } from "./host-ports";
import type { PodInfo } from "./pod-info";

const NO_LABELS: Labels = {};
const NO_TAINTS: readonly Taint[] = [];
const NO_IMAGES: ReadonlyMap<string, number> = new Map();
const NOTHING: Resources = { cpuMilli: 0, memoryBytes: 0, ephemeralBytes: 0, extended: undefined };

/**
 * A node with the sums that filters and scores read, kept up to date pod by pod (upstream
 * `framework.NodeInfo`). Amounts are millicores and bytes.
 */
export class NodeInfo {
  readonly name: string;
  /** Index into the counters of `MatchCounts`; unique among living nodes. */
  readonly slot: number;
  /** undefined while only pods that name this node are known, not the node itself. */
  node: Node | undefined;
  labels: Labels = NO_LABELS;
  unschedulable = false;
  /** Taints that keep pods away: NoSchedule and NoExecute. */
  hardTaints: readonly Taint[] = NO_TAINTS;
  /** Taints that are only avoided: PreferNoSchedule. */
  softTaints: readonly Taint[] = NO_TAINTS;
  allocatable: Resources = NOTHING;
  allowedPods = 0;
  /** Image name → bytes. */
  images: ReadonlyMap<string, number> = NO_IMAGES;
  readonly pods = new Map<string, PodInfo>();
  usedCpu = 0;
  usedMemory = 0;
  usedEphemeral = 0;
  usedExtended: Map<string, number> | undefined;
  scoredCpu = 0;
  scoredMemory = 0;
  readonly ports = new HostPorts();
  /** Pods with any term about other pods, and those with a required anti-affinity. */
  readonly withAffinity = new Set<PodInfo>();
  readonly withRequiredAntiAffinity = new Set<PodInfo>();

  constructor(name: string, slot: number) {
    this.name = name;
    this.slot = slot;
  }

  /** Takes over what the node's object says. */
  setNode(node: Node): void {
    const before = this.node;
    this.node = node;
    this.labels = node.metadata.labels ?? NO_LABELS;
    this.unschedulable = node.spec.unschedulable === true;
    if (before?.spec.taints !== node.spec.taints || before === undefined) this.#setTaints(node.spec.taints);
    const { allocatable, images } = node.status;
    if (before === undefined || before.status.allocatable !== allocatable) {
      this.allocatable = toResources(allocatable);
      this.allowedPods = allocatable?.["pods"] === undefined ? 0 : value(allocatable["pods"]);
    }
    if (before === undefined || before.status.images !== images) this.images = imageSizes(images);
  }

  addPod(pod: PodInfo): void {
    this.pods.set(pod.key, pod);
    this.#count(pod, 1);
    for (const port of pod.hostPorts) this.ports.add(port);
    if (!pod.hasAffinity) return;
    this.withAffinity.add(pod);
    if (pod.requiredAntiAffinity.length > 0) this.withRequiredAntiAffinity.add(pod);
  }

  /** Takes out the pod with this key; gives what was there. */
  removePod(key: string): PodInfo | undefined {
    const pod = this.pods.get(key);
    if (pod === undefined) return undefined;
    this.pods.delete(key);
    this.#count(pod, -1);
    for (const port of pod.hostPorts) this.ports.remove(port);
    this.withAffinity.delete(pod);
    this.withRequiredAntiAffinity.delete(pod);
    return pod;
  }

  /** A copy on which preemption may try things out. */
  clone(): NodeInfo {
    const copy = new NodeInfo(this.name, this.slot);
    if (this.node !== undefined) copy.setNode(this.node);
    for (const pod of this.pods.values()) copy.addPod(pod);
    return copy;
  }

  #count(pod: PodInfo, sign: 1 | -1): void {
    const { requests } = pod;
    this.usedCpu += sign * requests.cpuMilli;
    this.usedMemory += sign * requests.memoryBytes;
    this.usedEphemeral += sign * requests.ephemeralBytes;
    this.scoredCpu += sign * pod.scoredCpu;
    this.scoredMemory += sign * pod.scoredMemory;
    if (requests.extended === undefined) return;
    const used = (this.usedExtended ??= new Map());
    for (const [name, n] of requests.extended) used.set(name, (used.get(name) ?? 0) + sign * n);
  }

  #setTaints(taints: readonly Taint[] | undefined): void {
    this.hardTaints = NO_TAINTS;
    this.softTaints = NO_TAINTS;
    if (taints === undefined || taints.length === 0) return;
    this.hardTaints = taints.filter((t) => t.effect === "NoSchedule" || t.effect === "NoExecute");
    this.softTaints = taints.filter((t) => t.effect === "PreferNoSchedule");
  }
}

function imageSizes(images: Node["status"]["images"]): ReadonlyMap<string, number> {
  if (images === undefined || images.length === 0) return NO_IMAGES;
  const sizes = new Map<string, number>();
  for (const image of images) for (const name of image.names ?? []) sizes.set(name, image.sizeBytes ?? 0);
  return sizes;
}
