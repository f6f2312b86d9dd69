import { parseTime } from "../sim/api/time";
import { milliValue, value } from "../sim/api/quantity";
import { effectiveSpec } from "../sim/api/effective-spec";
import { specRequests } from "../sim/api/pod-requests";
import type { Lease, Node, Pod } from "../sim/api/types";
import type { Cluster } from "../sim/cluster/cluster";
import type { Host } from "../sim/kernel/host";
import { SECOND } from "../sim/kernel/time";
import { etcdView } from "./etcd-view";
import { processViews } from "./process-views";
import type { HostView, NodeView } from "./types";

interface Memo {
  readonly node: Node | undefined;
  readonly lease: Lease | undefined;
  readonly load: Load;
  readonly signature: number;
  readonly view: HostView;
}

/** What the pods bound to a node ask for, and how many there are. */
interface Load {
  cpu: number;
  memory: number;
  cpuLimits: number;
  memoryLimits: number;
  pods: number;
}

const NO_LOAD: Load = { cpu: 0, memory: 0, cpuLimits: 0, memoryLimits: 0, pods: 0 };

/** The views of all hosts: machines, and what stands around them. */
export class HostViews {
  readonly #cluster: Cluster;
  readonly #memo = new Map<string, Memo>();

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  build(): Map<string, HostView> {
    const { recorded, kernel } = this.#cluster;
    const loads = this.#loads();
    const views = new Map<string, HostView>();
    const indices = new Map<string, number>();
    for (const host of kernel.network.hosts.values()) {
      const index = indices.get(host.kind) ?? 0;
      indices.set(host.kind, index + 1);
      const node = recorded.nodes.get(host.name);
      const lease = recorded.leases.get(`kube-node-lease/${host.name}`);
      views.set(host.name, this.#one(host, index, node, lease, loads.get(host.name) ?? NO_LOAD));
    }
    for (const name of this.#memo.keys()) if (!views.has(name)) this.#memo.delete(name);
    return views;
  }

  #one(host: Host, index: number, node: Node | undefined, lease: Lease | undefined, load: Load): HostView {
    const known = this.#memo.get(host.name);
    const signature = signatureOf(host);
    // Masters show counters that always move; the others change only with what they are made of.
    const fixed = host.kind === "worker";
    if (
      fixed &&
      known !== undefined &&
      known.node === node &&
      known.lease === lease &&
      known.signature === signature &&
      sameLoad(known.load, load)
    ) {
      return known.view;
    }
    const view = this.#view(host, index, node, lease, load);
    this.#memo.set(host.name, { node, lease, load, signature, view });
    return view;
  }

  #view(host: Host, index: number, node: Node | undefined, lease: Lease | undefined, load: Load): HostView {
    let cpu = 0;
    let memory = 0;
    for (const p of host.processes.values()) {
      cpu += p.cpuMilli;
      memory += p.memoryBytes;
    }
    const etcd = etcdView(host);
    return {
      id: host.name,
      kind: host.kind as HostView["kind"],
      ip: host.ip,
      powered: host.powered,
      index,
      zone: node?.metadata.labels?.["topology.kubernetes.io/zone"] ?? "",
      processes: processViews(this.#cluster, host),
      ...(etcd === undefined ? {} : { etcd }),
      ...(node === undefined ? {} : { node: nodeView(node, lease, load) }),
      cpuUsedMilli: cpu,
      memoryUsedBytes: memory,
    };
  }

  #loads(): Map<string, Load> {
    const loads = new Map<string, Load>();
    for (const pod of this.#cluster.recorded.pods.values()) {
      const name = pod.spec.nodeName;
      if (name === undefined || pod.status.phase === "Succeeded" || pod.status.phase === "Failed") continue;
      let load = loads.get(name);
      if (load === undefined) loads.set(name, (load = { ...NO_LOAD }));
      addPod(load, pod);
    }
    return loads;
  }
}

function addPod(load: Load, pod: Pod): void {
  const spec = effectiveSpec(pod);
  const r = specRequests(spec);
  load.cpu += r.cpuMilli;
  load.memory += r.memoryBytes;
  load.pods++;
  for (const c of spec.containers) {
    const limits = c.resources?.limits;
    if (limits?.["cpu"]) load.cpuLimits += milliValue(limits["cpu"]);
    if (limits?.["memory"]) load.memoryLimits += value(limits["memory"]);
  }
}

function nodeView(node: Node, lease: Lease | undefined, load: Load): NodeView {
  const ready = node.status.conditions?.find((c) => c.type === "Ready");
  const allocatable = node.status.allocatable ?? {};
  const renewed = lease?.spec.renewTime;
  return {
    word: ready === undefined ? "Unknown" : ready.status === "True" ? "Ready" : "NotReady",
    reason: ready?.reason ?? "",
    since: ready?.lastTransitionTime === undefined ? 0 : parseTime(ready.lastTransitionTime),
    schedulable: node.spec.unschedulable !== true,
    taints: (node.spec.taints ?? []).map((t) => `${t.key}${t.value ? `=${t.value}` : ""}:${t.effect}`),
    leaseRenewed: renewed === undefined ? 0 : parseTime(renewed),
    leaseDuration: (lease?.spec.leaseDurationSeconds ?? 0) * SECOND,
    cpuAllocatableMilli: milliValue(allocatable["cpu"] ?? "0"),
    memoryAllocatableBytes: value(allocatable["memory"] ?? "0"),
    cpuRequestedMilli: load.cpu,
    memoryRequestedBytes: load.memory,
    cpuLimitsMilli: load.cpuLimits,
    memoryLimitsBytes: load.memoryLimits,
    maxPods: Number(allocatable["pods"] ?? 110),
    timers: [],
  };
}

/** Changes when a process starts or ends, the power goes or comes, or use changes visibly. */
function signatureOf(host: Host): number {
  let s = host.powered ? host.boots : -host.boots;
  for (const p of host.processes.values()) {
    s = (Math.imul(s, 31) + p.pid) | 0;
    s = (Math.imul(s, 31) + Math.round(p.cpuMilli / 50) + Math.round(p.memoryBytes / (16 * 1024 * 1024))) | 0;
  }
  return s;
}

function sameLoad(a: Load, b: Load): boolean {
  return (
    a.cpu === b.cpu &&
    a.memory === b.memory &&
    a.pods === b.pods &&
    a.cpuLimits === b.cpuLimits &&
    a.memoryLimits === b.memoryLimits
  );
}
