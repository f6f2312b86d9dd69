/**
 * Who the pods of a StatefulSet are: names by number, labels, host names, claims
 * (`pkg/controller/statefulset/stateful_set_utils.go`).
 */
import { isPodAvailable, isPodReady } from "../../api/meta";
import type { Pod, PodTemplateSpec, StatefulSet, Volume } from "../../api/types";
import type { Micros } from "../../kernel/time";
import type { PodExtras } from "../pod-control";

const POD_NAME = "statefulset.kubernetes.io/pod-name";
const POD_INDEX = "apps.kubernetes.io/pod-index";
/** The name of the revision of which a pod is. */
export const REVISION_LABEL = "controller-revision-hash";

const NUMBERED = /^(.*)-([0-9]{1,10})$/;

/** The number of a set's pod; -1 for a pod whose name is none of the set's. */
export function ordinalOf(set: StatefulSet, name: string): number {
  const match = NUMBERED.exec(name);
  return match !== null && match[1] === set.metadata.name ? Number(match[2]) : -1;
}

export function podNameOf(set: StatefulSet, ordinal: number): string {
  return `${set.metadata.name}-${ordinal}`;
}

/** The number of the first pod. */
export function startOrdinal(set: StatefulSet): number {
  return set.spec.ordinals?.start ?? 0;
}

/** Name of the claim that a template becomes for one pod. */
export function claimNameOf(set: StatefulSet, template: string, ordinal: number): string {
  return `${template}-${podNameOf(set, ordinal)}`;
}

export function revisionOf(pod: Pod): string {
  return pod.metadata.labels?.[REVISION_LABEL] ?? "";
}

/** What makes a pod of the template the pod of that number. */
export function podExtras(
  set: StatefulSet,
  template: PodTemplateSpec,
  ordinal: number,
  revision: string,
): PodExtras {
  const name = podNameOf(set, ordinal);
  const labels = { ...identityLabels(name, ordinal), [REVISION_LABEL]: revision };
  const spec = { ...(template.spec ?? { containers: [] }), hostname: name };
  if (set.spec.serviceName !== undefined && set.spec.serviceName !== "") {
    spec.subdomain = set.spec.serviceName;
  }
  const claims = set.spec.volumeClaimTemplates ?? [];
  if (claims.length > 0) {
    const names = claims.map((claim) => claim.metadata?.name ?? "");
    const volumes: Volume[] = names.map((template) => ({
      name: template,
      persistentVolumeClaim: { claimName: claimNameOf(set, template, ordinal) },
    }));
    spec.volumes = [...volumes, ...(spec.volumes ?? []).filter((volume) => !names.includes(volume.name))];
  }
  return { name, labels, spec };
}

function identityLabels(name: string, ordinal: number): Record<string, string> {
  return { [POD_NAME]: name, [POD_INDEX]: String(ordinal) };
}

/** The pod with the labels that its name calls for; the same pod if it has them. */
export function withIdentity(set: StatefulSet, pod: Pod): Pod {
  const { name } = pod.metadata;
  const wanted = identityLabels(name, ordinalOf(set, name));
  const { labels } = pod.metadata;
  if (Object.entries(wanted).every(([key, value]) => labels?.[key] === value)) return pod;
  return { ...pod, metadata: { ...pod.metadata, labels: { ...labels, ...wanted } } };
}

export function isTerminating(pod: Pod): boolean {
  return pod.metadata.deletionTimestamp !== undefined;
}

export function isRunningAndReady(pod: Pod): boolean {
  return pod.status.phase === "Running" && isPodReady(pod);
}

export function isRunningAndAvailable(pod: Pod, set: StatefulSet, now: Micros): boolean {
  return isPodAvailable(pod, set.spec.minReadySeconds ?? 0, now);
}

/** Running, Ready, and to stay. */
export function isHealthy(pod: Pod): boolean {
  return isRunningAndReady(pod) && !isTerminating(pod);
}
