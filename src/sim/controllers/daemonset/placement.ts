/**
 * On which nodes a DaemonSet runs, and the pod that it wants there (`pkg/controller/daemon/daemon_controller.go`
 * NodeShouldRunDaemonPod, `util/daemonset_util.go`).
 */
import { matchesRequiredNodeAffinity } from "../../api/node-affinity";
import { toleratesAll } from "../../api/taints";
import type { DaemonSet, Node, Pod, PodSpec, Toleration } from "../../api/types";

function toleration(key: string, effect: string): Toleration {
  return { key, operator: "Exists", effect };
}

/** What every daemon bears; the last one only those that do not need the pod network. */
const ALWAYS: readonly Toleration[] = [
  toleration("node.kubernetes.io/not-ready", "NoExecute"),
  toleration("node.kubernetes.io/unreachable", "NoExecute"),
  toleration("node.kubernetes.io/disk-pressure", "NoSchedule"),
  toleration("node.kubernetes.io/memory-pressure", "NoSchedule"),
  toleration("node.kubernetes.io/pid-pressure", "NoSchedule"),
  toleration("node.kubernetes.io/unschedulable", "NoSchedule"),
];
const ON_HOST_NETWORK = toleration("node.kubernetes.io/network-unavailable", "NoSchedule");

/** The tolerations of a daemon's pod: those of the template, and in their places those that it always has. */
export function daemonTolerations(spec: PodSpec): Toleration[] {
  const added = spec.hostNetwork === true ? [...ALWAYS, ON_HOST_NETWORK] : ALWAYS;
  const kept = (spec.tolerations ?? []).filter(
    (own) => !added.some((t) => t.key === own.key && t.effect === own.effect && t.operator === own.operator),
  );
  return [...kept, ...added];
}

/** The spec of the pod for one node: the scheduler binds it, but has only that node to choose from. */
export function daemonPodSpec(spec: PodSpec, node: string): PodSpec {
  const only = { matchFields: [{ key: "metadata.name", operator: "In", values: [node] }] };
  const required = { nodeSelectorTerms: [only] };
  const nodeAffinity = {
    ...spec.affinity?.nodeAffinity,
    requiredDuringSchedulingIgnoredDuringExecution: required,
  };
  return { ...spec, affinity: { ...spec.affinity, nodeAffinity }, tolerations: daemonTolerations(spec) };
}

/** The node that a daemon's pod is for, bound or not; `""` if it says none. */
export function targetNode(pod: Pod): string {
  if (pod.spec.nodeName !== undefined && pod.spec.nodeName !== "") return pod.spec.nodeName;
  const required = pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  for (const term of required?.nodeSelectorTerms ?? []) {
    for (const { key, operator, values } of term.matchFields ?? []) {
      if (key === "metadata.name" && operator === "In" && values?.length === 1) return values[0] ?? "";
    }
  }
  return "";
}

/** Whether a pod is to be started on a node, and whether one that is there may stay. */
export interface Placement {
  readonly run: boolean;
  readonly stay: boolean;
}

const NEITHER: Placement = { run: false, stay: false };

export function placement(set: DaemonSet, node: Node): Placement {
  const spec = set.spec.template.spec;
  if (spec === undefined) return NEITHER;
  if (spec.nodeName !== undefined && spec.nodeName !== "" && spec.nodeName !== node.metadata.name) {
    return NEITHER;
  }
  if (!matchesRequiredNodeAffinity(spec, node)) return NEITHER;
  const taints = node.spec.taints ?? [];
  if (taints.length === 0) return { run: true, stay: true };
  const tolerations = daemonTolerations(spec);
  if (toleratesAll(taints, tolerations, ["NoSchedule", "NoExecute"])) return { run: true, stay: true };
  return { run: false, stay: toleratesAll(taints, tolerations, ["NoExecute"]) };
}
