import type { Container, Pod } from "../../api/types";

/** `kubernetes.io/config.source`: `file` for static pods, absent or `api` for others. */
export const CONFIG_SOURCE = "kubernetes.io/config.source";
/** On a static pod: its uid. */
export const CONFIG_HASH = "kubernetes.io/config.hash";
/** On a mirror pod: the uid of the static pod that it stands for. */
export const CONFIG_MIRROR = "kubernetes.io/config.mirror";

export function isStatic(pod: Pod): boolean {
  return pod.metadata.annotations?.[CONFIG_SOURCE] === "file" && !isMirror(pod);
}

export function isMirror(pod: Pod): boolean {
  return pod.metadata.annotations?.[CONFIG_MIRROR] !== undefined;
}

/** `name_namespace`: what a static pod and its mirror have in common. */
export function fullName(pod: Pod): string {
  return `${pod.metadata.name}_${pod.metadata.namespace}`;
}

/** Critical pods are not refused for lack of room (`pkg/kubelet/types/pod_update.go` IsCriticalPod). */
export function isCritical(pod: Pod): boolean {
  return isStatic(pod) || isMirror(pod) || (pod.spec.priority ?? 0) >= 2_000_000_000;
}

/** An init container that keeps running beside the others. */
export function isSidecar(container: Container): boolean {
  return container.restartPolicy === "Always";
}

/** The grace in seconds that a pod's spec gives. */
export function specGrace(pod: Pod): number {
  return pod.spec.terminationGracePeriodSeconds ?? 30;
}
