import { resolveIntOrPercent } from "../sim/api/meta";
import type { DaemonSet, Deployment, Job, PodTemplateSpec, ReplicaSet, StatefulSet } from "../sim/api/types";
import type { PodView, ReplicaSetView, WorkloadView } from "./types";

const REVISION = "deployment.kubernetes.io/revision";

/** A Deployment's row in the ledger: what is declared, what the cluster believes, what really is. */
export function deploymentView(
  d: Deployment,
  sets: readonly ReplicaSet[],
  pods: readonly PodView[],
): WorkloadView {
  const want = d.spec.replicas ?? 1;
  const revision = d.metadata.annotations?.[REVISION] ?? "";
  const views = sets
    .map((s) => replicaSetView(s, revision))
    .filter((v) => v.want > 0 || v.have > 0 || v.current)
    .sort((a, b) => b.revision - a.revision || (a.name < b.name ? -1 : 1));
  const rolling = views.filter((v) => v.want > 0 || v.have > 0).length > 1;
  const bounds = rollingBounds(d, want);
  return {
    id: `Deployment/${d.metadata.namespace}/${d.metadata.name}`,
    kind: "Deployment",
    namespace: d.metadata.namespace,
    name: d.metadata.name,
    want,
    believedReady: d.status.readyReplicas ?? 0,
    reallyReady: pods.filter((p) => p.actual === "ready").length,
    images: (d.spec.template.spec?.containers ?? []).map((c) => c.image ?? ""),
    pods: pods.map((p) => p.uid),
    replicaSets: views,
    ...bounds,
    rolling,
    blockedBy: rolling ? blockedBy(d, views, bounds) : "",
    system: d.metadata.namespace === "kube-system",
  };
}

/** What a row without ReplicaSets below it says. */
interface Plain {
  readonly kind: string;
  readonly metadata: { readonly namespace: string; readonly name: string };
  readonly want: number;
  readonly ready: number;
  readonly template: PodTemplateSpec | undefined;
}

function plainView({ kind, metadata, want, ready, template }: Plain, pods: readonly PodView[]): WorkloadView {
  const { namespace, name } = metadata;
  return {
    id: `${kind}/${namespace}/${name}`,
    kind,
    namespace,
    name,
    want,
    believedReady: ready,
    reallyReady: pods.filter((p) => p.actual === "ready").length,
    images: (template?.spec?.containers ?? []).map((c) => c.image ?? ""),
    pods: pods.map((p) => p.uid),
    replicaSets: [],
    maxTotal: want,
    minAvailable: want,
    rolling: false,
    blockedBy: "",
    system: namespace === "kube-system",
  };
}

/** The row of a ReplicaSet, ReplicationController or StatefulSet that no Deployment owns. */
export function bareSetView(
  kind: string,
  set: ReplicaSet | StatefulSet,
  pods: readonly PodView[],
): WorkloadView {
  const { metadata, spec, status } = set;
  const ready = status.readyReplicas ?? 0;
  return plainView({ kind, metadata, want: spec.replicas ?? 1, ready, template: spec.template }, pods);
}

/** The row of a DaemonSet: it wants a pod on each node that it should run on. */
export function daemonSetView({ metadata, spec, status }: DaemonSet, pods: readonly PodView[]): WorkloadView {
  const want = status.desiredNumberScheduled;
  const ready = status.numberReady;
  return plainView({ kind: "DaemonSet", metadata, want, ready, template: spec.template }, pods);
}

/** The row of a Job; one that is over wants nothing more. */
export function jobView({ metadata, spec, status }: Job, pods: readonly PodView[]): WorkloadView {
  const want = status.active ?? 0;
  return plainView({ kind: "Job", metadata, want, ready: status.ready ?? 0, template: spec.template }, pods);
}

function replicaSetView(s: ReplicaSet, currentRevision: string): ReplicaSetView {
  const revision = s.metadata.annotations?.[REVISION] ?? "0";
  return {
    uid: s.metadata.uid,
    name: s.metadata.name,
    revision: Number(revision),
    want: s.spec.replicas ?? 1,
    have: s.status.replicas,
    ready: s.status.readyReplicas ?? 0,
    available: s.status.availableReplicas ?? 0,
    images: (s.spec.template?.spec?.containers ?? []).map((c) => c.image ?? ""),
    current: revision === currentRevision,
  };
}

function rollingBounds(d: Deployment, want: number): { maxTotal: number; minAvailable: number } {
  const rolling = d.spec.strategy?.rollingUpdate;
  if (d.spec.strategy?.type === "Recreate") return { maxTotal: want, minAvailable: 0 };
  const surge = resolveIntOrPercent(rolling?.maxSurge ?? "25%", want, "up") ?? 0;
  let unavailable = resolveIntOrPercent(rolling?.maxUnavailable ?? "25%", want, "down") ?? 0;
  if (surge === 0 && unavailable === 0) unavailable = 1;
  return { maxTotal: want + surge, minAvailable: Math.max(0, want - unavailable) };
}

/** Which of the two ruler lines holds the roll-out back. */
function blockedBy(
  d: Deployment,
  sets: readonly ReplicaSetView[],
  bounds: { maxTotal: number; minAvailable: number },
): string {
  const total = sets.reduce((n, s) => n + s.have, 0);
  const available = d.status.availableReplicas ?? 0;
  if (d.spec.paused) return "the roll-out is paused";
  if (available <= bounds.minAvailable && total >= bounds.maxTotal) {
    return `min available ${bounds.minAvailable} keeps the old pods, max total ${bounds.maxTotal} stops new ones`;
  }
  if (total >= bounds.maxTotal) return `max total ${bounds.maxTotal} stops new pods`;
  if (available <= bounds.minAvailable) return `min available ${bounds.minAvailable} keeps the old pods`;
  return "";
}
