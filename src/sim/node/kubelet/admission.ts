import { matchesRequiredNodeAffinity } from "../../api/node-affinity";
import { specRequests, type Resources } from "../../api/pod-requests";
import { qosClass } from "../../api/qos";
import { findUntolerated, toleratesAny } from "../../api/taints";
import type { Node, Pod } from "../../api/types";
import { isCritical, isStatic } from "./pod-kind";

/** Why a node will not run a pod: becomes the reason and message of its status. */
export interface Refusal {
  readonly reason: string;
  readonly message: string;
}

/** What a node has to give, and what it is. */
export interface NodeRoom {
  readonly allocatable: Resources;
  readonly maxPods: number;
  /** As last seen in the API; undefined: never yet. */
  readonly node: Node | undefined;
  readonly memoryPressure: boolean;
}

/**
 * Would a node run a pod beside others that it runs already? (`pkg/kubelet/lifecycle/predicate.go`,
 * `pkg/kubelet/eviction/eviction_manager.go` Admit). Static and critical pods are never refused for lack of room.
 * All pods come with what they were promised.
 */
export function refuse(pod: Pod, others: Iterable<Pod>, room: NodeRoom): Refusal | undefined {
  const pressure = refuseUnderPressure(pod, room);
  if (pressure !== undefined) return pressure;
  if (!isCritical(pod)) {
    const lacking = refuseForRoom(pod, others, room);
    if (lacking !== undefined) return lacking;
  }
  const { node } = room;
  if (node === undefined || isStatic(pod)) return undefined;
  if (!matchesRequiredNodeAffinity(pod.spec, node)) {
    return {
      reason: "NodeAffinity",
      message: AFFINITY,
    };
  }
  const taint = findUntolerated(node.spec.taints, pod.spec.tolerations, ["NoExecute"]);
  if (taint === undefined) return undefined;
  const which = `{${taint.key}: ${taint.value ?? ""}}`;
  const message = `Predicate TaintToleration failed: node(s) had untolerated taint ${which}`;
  return { reason: "TaintToleration", message };
}

const AFFINITY = "Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector";

/** Is there room for what a pod asks for beside others? */
export function refuseForRoom(pod: Pod, others: Iterable<Pod>, room: NodeRoom): Refusal | undefined {
  let count = 0;
  let cpu = 0;
  let memory = 0;
  for (const other of others) {
    if (other.metadata.uid === pod.metadata.uid) continue;
    count++;
    const used = specRequests(other.spec);
    cpu += used.cpuMilli;
    memory += used.memoryBytes;
  }
  const asks = specRequests(pod.spec);
  const { cpuMilli, memoryBytes } = room.allocatable;
  if (count + 1 > room.maxPods) return lack("pods", 1, count, room.maxPods);
  if (asks.cpuMilli > 0 && cpu + asks.cpuMilli > cpuMilli) return lack("cpu", asks.cpuMilli, cpu, cpuMilli);
  if (asks.memoryBytes > 0 && memory + asks.memoryBytes > memoryBytes) {
    return lack("memory", asks.memoryBytes, memory, memoryBytes);
  }
  return undefined;
}

function lack(resource: string, requested: number, used: number, capacity: number): Refusal {
  const message =
    `Node didn't have enough resource: ${resource}, ` +
    `requested: ${requested}, used: ${used}, capacity: ${capacity}`;
  return { reason: `OutOf${resource}`, message };
}

const MEMORY_PRESSURE = { key: "node.kubernetes.io/memory-pressure", effect: "NoSchedule" } as const;

function refuseUnderPressure(pod: Pod, room: NodeRoom): Refusal | undefined {
  if (!room.memoryPressure || isCritical(pod) || qosClass(pod.spec) !== "BestEffort") return undefined;
  if (toleratesAny(pod.spec.tolerations, MEMORY_PRESSURE)) return undefined;
  return { reason: "Evicted", message: "The node had condition: [MemoryPressure]. " };
}
