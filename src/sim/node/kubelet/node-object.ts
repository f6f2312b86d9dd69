import { formatBytes } from "../../api/quantity";
import { setCondition } from "../../api/meta";
import { formatTime } from "../../api/time";
import type { Node, NodeCondition, Taint } from "../../api/types";
import type { Host } from "../../kernel/host";
import type { Micros } from "../../kernel/time";
import type { ImageRecord } from "../runtime/cri/types";
import { EVICTION_MEMORY } from "./defaults";

type NodeStatus = Node["status"];

/** What a node says of itself. */
export interface NodeFacts {
  readonly nodeName: string;
  readonly host: Host;
  readonly version: string;
  readonly maxPods: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly Taint[];
  readonly externalCloudProvider: boolean;
}

/** What changes from one status to the next. */
export interface NodeHealth {
  /** What keeps it from being Ready; none: it is. */
  readonly errors: readonly string[];
  readonly memoryPressure: boolean;
  readonly images: readonly ImageRecord[];
}

const UNINITIALIZED: Taint = {
  key: "node.cloudprovider.kubernetes.io/uninitialized",
  value: "true",
  effect: "NoSchedule",
};

/** Images that a node lists at most (`nodeStatusMaxImages`). */
const MAX_IMAGES = 50;

/** The Node object with which a kubelet registers (`pkg/kubelet/kubelet_node_status.go` initialNode). */
export function initialNode(facts: NodeFacts): { metadata: Node["metadata"]; spec: Node["spec"] } {
  const { nodeName, host, labels, externalCloudProvider } = facts;
  const taints = externalCloudProvider ? [...facts.taints, UNINITIALIZED] : [...facts.taints];
  const annotations: Record<string, string> = {
    "volumes.kubernetes.io/controller-managed-attach-detach": "true",
  };
  if (externalCloudProvider) annotations["alpha.kubernetes.io/provided-node-ip"] = host.ip;
  return {
    metadata: { name: nodeName, labels: nodeLabels(facts, labels), annotations } as Node["metadata"],
    spec: taints.length === 0 ? {} : { taints },
  };
}

/** The labels that every node has, and its own. */
export function nodeLabels(facts: NodeFacts, own: Readonly<Record<string, string>>): Record<string, string> {
  return {
    "beta.kubernetes.io/arch": "amd64",
    "beta.kubernetes.io/os": "linux",
    "kubernetes.io/arch": "amd64",
    "kubernetes.io/hostname": facts.nodeName,
    "kubernetes.io/os": "linux",
    ...own,
  };
}

/** Capacity, and what of it is left for pods. */
export function nodeResources(facts: NodeFacts): Pick<NodeStatus, "capacity" | "allocatable"> {
  const { cpuMilli, memoryBytes } = facts.host;
  const cpu = cpuMilli % 1000 === 0 ? String(cpuMilli / 1000) : `${cpuMilli}m`;
  const pods = String(facts.maxPods);
  const disk = { "ephemeral-storage": "102350Mi", "hugepages-2Mi": "0" };
  return {
    capacity: { cpu, memory: formatBytes(memoryBytes), pods, ...disk },
    allocatable: {
      cpu,
      memory: formatBytes(memoryBytes - EVICTION_MEMORY),
      pods,
      ...disk,
      "ephemeral-storage": "94Gi",
    },
  };
}

/** Names the boot: a new one after every power-on. */
export function bootId(host: Host): string {
  const tail = host.boots.toString(16).padStart(12, "0");
  return `${host.index.toString(16).padStart(8, "0")}-0000-4000-8000-${tail}`;
}

/**
 * The status of a node at an instant. Times of heartbeat are always fresh: `sameStatus` tells whether there is
 * anything else that is new.
 */
export function nodeStatus(
  facts: NodeFacts,
  health: NodeHealth,
  before: readonly NodeCondition[],
  now: Micros,
): NodeStatus {
  return {
    ...unchanging(facts),
    conditions: nodeConditions(health, before, now),
    images: imageList(health.images),
  };
}

const known = new WeakMap<NodeFacts, NodeStatus>();

/** What a kubelet says of its node all its life long. */
function unchanging(facts: NodeFacts): NodeStatus {
  const found = known.get(facts);
  if (found !== undefined) return found;
  const { host, version } = facts;
  const machine = host.index.toString(16).padStart(32, "0");
  const made: NodeStatus = {
    ...nodeResources(facts),
    addresses: [
      { type: "InternalIP", address: host.ip },
      { type: "Hostname", address: facts.nodeName },
    ],
    daemonEndpoints: { kubeletEndpoint: { Port: 10_250 } },
    nodeInfo: {
      machineID: machine,
      systemUUID: machine,
      bootID: bootId(host),
      kernelVersion: "6.12.48",
      osImage: "Debian GNU/Linux 13 (trixie)",
      containerRuntimeVersion: "containerd://2.2.0",
      kubeletVersion: version,
      kubeProxyVersion: "",
      operatingSystem: "linux",
      architecture: "amd64",
    },
  };
  known.set(facts, made);
  return made;
}

const imageLists = new WeakMap<readonly ImageRecord[], NonNullable<NodeStatus["images"]>>();

function imageList(images: readonly ImageRecord[]): NonNullable<NodeStatus["images"]> {
  const known = imageLists.get(images);
  if (known !== undefined) return known;
  const largest = [...images].sort((a, b) => b.size - a.size || (a.reference < b.reference ? -1 : 1));
  const made = largest.slice(0, MAX_IMAGES).map((i) => ({ names: [i.id, i.reference], sizeBytes: i.size }));
  imageLists.set(images, made);
  return made;
}

function nodeConditions(health: NodeHealth, before: readonly NodeCondition[], now: Micros): NodeCondition[] {
  const at = formatTime(now);
  let list = before as NodeCondition[];
  const put = (type: string, status: boolean, reason: string, message: string): void => {
    const condition = { type, status: status ? "True" : "False", reason, message };
    const next = setCondition(list, { ...condition, lastHeartbeatTime: at, lastTransitionTime: at });
    list = next;
  };
  const { memoryPressure, errors } = health;
  if (memoryPressure) {
    put("MemoryPressure", true, "KubeletHasInsufficientMemory", "kubelet has insufficient memory available");
  } else {
    put("MemoryPressure", false, "KubeletHasSufficientMemory", "kubelet has sufficient memory available");
  }
  put("DiskPressure", false, "KubeletHasNoDiskPressure", "kubelet has no disk pressure");
  put("PIDPressure", false, "KubeletHasSufficientPID", "kubelet has sufficient PID available");
  if (errors.length === 0) put("Ready", true, "KubeletReady", "kubelet is posting ready status");
  else
    put(
      "Ready",
      false,
      "KubeletNotReady",
      errors.length === 1 ? (errors[0] as string) : `[${errors.join(", ")}]`,
    );
  return list;
}

/** Has anything but the times of heartbeat changed? */
export function sameConditions(a: readonly NodeCondition[], b: readonly NodeCondition[]): boolean {
  if (a.length !== b.length) return false;
  for (const condition of a) {
    const other = b.find((c) => c.type === condition.type);
    if (other === undefined || other.status !== condition.status) return false;
    if (other.reason !== condition.reason || other.message !== condition.message) return false;
  }
  return true;
}
