import { assert } from "../../shared/assert";
import type { Labels, Namespace, Node, Pod } from "../api/types";
import { MatchCounts } from "./match-counts";
import { NodeInfo } from "./node-info";
import { PodInfo } from "./pod-info";
import type { Snapshot } from "./snapshot";

interface CachedPod {
  info: PodInfo;
  node: NodeInfo;
  /** Decided here, but the watch has not shown the binding yet. */
  assumed: boolean;
}

const NO_NODES: ReadonlySet<string> = new Set();
const NO_LABELS: Labels = {};

/**
 * What the scheduler believes runs where: nodes and the pods on them, those it has just placed itself included
 * (upstream `pkg/scheduler/backend/cache`). It is its own snapshot: a cycle runs in one event, during which
 * nothing changes, and only what did change since the last one is derived anew.
 */
export class Cache implements Snapshot {
  readonly counts: MatchCounts;
  readonly nodesWithAffinity = new Set<NodeInfo>();
  readonly nodesWithRequiredAntiAffinity = new Set<NodeInfo>();
  readonly #nodes = new Map<string, NodeInfo>();
  readonly #pods = new Map<string, CachedPod>();
  readonly #images = new Map<string, Set<string>>();
  readonly #namespaces = new Map<string, Labels>();
  #freeSlots: number[] = [];
  #nextSlot = 0;
  #order: readonly NodeInfo[] | undefined;

  constructor() {
    this.counts = new MatchCounts(() => this.#nodes.values());
  }

  /** The nodes, taken from the zones in turn, so that a search that stops early has seen all zones. */
  get nodes(): readonly NodeInfo[] {
    return (this.#order ??= interleaveZones(this.#nodes.values()));
  }

  get podCount(): number {
    return this.#pods.size;
  }

  node(name: string): NodeInfo | undefined {
    const info = this.#nodes.get(name);
    return info?.node === undefined ? undefined : info;
  }

  nodesWithImage(image: string): ReadonlySet<string> {
    return this.#images.get(image) ?? NO_NODES;
  }

  namespaceLabels(namespace: string): Labels {
    return this.#namespaces.get(namespace) ?? NO_LABELS;
  }

  setNamespace(namespace: Namespace): void {
    const labels = namespace.metadata.labels ?? NO_LABELS;
    const { name } = namespace.metadata;
    if (this.#namespaces.get(name) === labels) return;
    this.#namespaces.set(name, labels);
    this.counts.clear();
  }

  removeNamespace(name: string): void {
    this.#namespaces.delete(name);
  }

  /** A node is there, or is different now. */
  setNode(node: Node): void {
    const info = this.#nodeInfo(node.metadata.name);
    const before = info.node;
    const images = info.images;
    info.setNode(node);
    if (before === undefined) this.#noteAffinity(info);
    if (before === undefined || zoneOf(before) !== zoneOf(node)) this.#order = undefined;
    if (images === info.images) return;
    for (const image of images.keys()) this.#images.get(image)?.delete(info.name);
    for (const image of info.images.keys()) {
      let holders = this.#images.get(image);
      if (holders === undefined) this.#images.set(image, (holders = new Set()));
      holders.add(info.name);
    }
  }

  /** A node is gone. Pods that still name it are remembered until they go, too. */
  removeNode(name: string): void {
    const info = this.#nodes.get(name);
    if (info?.node === undefined) return;
    for (const image of info.images.keys()) this.#images.get(image)?.delete(name);
    this.#order = undefined;
    info.node = undefined;
    info.images = new Map();
    this.#noteAffinity(info);
    this.#dropIfEmpty(info);
  }

  /** A pod that the watch shows as bound: new, changed, or one that was assumed. */
  setPod(pod: Pod): void {
    const nodeName = pod.spec.nodeName ?? "";
    assert(nodeName !== "", "only bound pods are cached");
    const key = `${pod.metadata.namespace}/${pod.metadata.name}`;
    const cached = this.#pods.get(key);
    if (cached !== undefined) {
      cached.assumed = false;
      if (cached.node.name === nodeName && cached.info.refresh(pod)) return;
      this.#detach(cached);
    }
    this.#attach(new PodInfo(pod), nodeName, false);
  }

  removePod(key: string): void {
    const cached = this.#pods.get(key);
    if (cached === undefined) return;
    this.#pods.delete(key);
    this.#detach(cached);
  }

  /** Counts a pod as on a node from now on, though the binding is still to be written. */
  assume(info: PodInfo, nodeName: string): void {
    assert(!this.#pods.has(info.key), () => `${info.key} is cached already`);
    this.#attach(info, nodeName, true);
  }

  /** Takes an assumption back: the binding failed. */
  forget(key: string): void {
    if (this.isAssumed(key)) this.removePod(key);
  }

  isAssumed(key: string): boolean {
    return this.#pods.get(key)?.assumed === true;
  }

  has(key: string): boolean {
    return this.#pods.has(key);
  }

  #attach(info: PodInfo, nodeName: string, assumed: boolean): void {
    const node = this.#nodeInfo(nodeName);
    node.addPod(info);
    this.counts.count(info, node, 1);
    this.#pods.set(info.key, { info, node, assumed });
    this.#noteAffinity(node);
  }

  #detach({ info, node }: CachedPod): void {
    node.removePod(info.key);
    this.counts.count(info, node, -1);
    this.#noteAffinity(node);
    this.#dropIfEmpty(node);
  }

  #noteAffinity(node: NodeInfo): void {
    const there = node.node !== undefined;
    if (there && node.withAffinity.size > 0) this.nodesWithAffinity.add(node);
    else this.nodesWithAffinity.delete(node);
    if (there && node.withRequiredAntiAffinity.size > 0) this.nodesWithRequiredAntiAffinity.add(node);
    else this.nodesWithRequiredAntiAffinity.delete(node);
  }

  #nodeInfo(name: string): NodeInfo {
    let info = this.#nodes.get(name);
    if (info === undefined) {
      info = new NodeInfo(name, this.#freeSlots.pop() ?? this.#nextSlot++);
      this.#nodes.set(name, info);
    }
    return info;
  }

  #dropIfEmpty(info: NodeInfo): void {
    if (info.node !== undefined || info.pods.size > 0) return;
    this.#nodes.delete(info.name);
    this.counts.release(info.slot);
    this.#freeSlots.push(info.slot);
  }
}

/** Region and zone of a node as one text (upstream `component-helpers/node/topology`). */
export function zoneOf(node: Node): string {
  const labels = node.metadata.labels;
  const region = labels?.["topology.kubernetes.io/region"] ?? "";
  const zone = labels?.["topology.kubernetes.io/zone"] ?? "";
  return region === "" && zone === "" ? "" : `${region}:\u0000:${zone}`;
}

function interleaveZones(infos: Iterable<NodeInfo>): NodeInfo[] {
  const zones = new Map<string, NodeInfo[]>();
  let total = 0;
  for (const info of infos) {
    if (info.node === undefined) continue;
    total++;
    const zone = zoneOf(info.node);
    const members = zones.get(zone);
    if (members === undefined) zones.set(zone, [info]);
    else members.push(info);
  }
  const order: NodeInfo[] = [];
  for (let round = 0; order.length < total; round++) {
    for (const members of zones.values()) {
      const info = members[round];
      if (info !== undefined) order.push(info);
    }
  }
  return order;
}
