import type { Recorded } from "../sim/cluster/recorded";
import { controllerOf } from "../sim/api/meta";
import type { ReplicaSet } from "../sim/api/types";
import type { PodView, WorkloadView } from "./types";
import { bareSetView, daemonSetView, deploymentView, jobView } from "./workload-view";

/** The ledger: a row per workload; ReplicaSets only where they stand alone. */
export function workloadViews(recorded: Recorded, pods: ReadonlyMap<string, PodView>): WorkloadView[] {
  const podsOf = new Map<string, PodView[]>();
  for (const p of pods.values()) {
    if (p.workload === "") continue;
    const list = podsOf.get(p.workload);
    if (list === undefined) podsOf.set(p.workload, [p]);
    else list.push(p);
  }
  const setsOf = new Map<string, ReplicaSet[]>();
  const rows: WorkloadView[] = [];
  const alone: ReplicaSet[] = [];
  for (const s of recorded.replicaSets.values()) {
    const owner = controllerOf(s);
    if (owner === undefined) alone.push(s);
    else setsOf.set(owner.uid, [...(setsOf.get(owner.uid) ?? []), s]);
  }
  for (const d of recorded.deployments.values()) {
    const id = `Deployment/${d.metadata.namespace}/${d.metadata.name}`;
    rows.push(deploymentView(d, setsOf.get(d.metadata.uid) ?? [], podsOf.get(id) ?? []));
  }
  for (const s of alone) {
    const id = `ReplicaSet/${s.metadata.namespace}/${s.metadata.name}`;
    rows.push(bareSetView("ReplicaSet", s, podsOf.get(id) ?? []));
  }
  for (const c of recorded.replicationControllers.values()) {
    const id = `ReplicationController/${c.metadata.namespace}/${c.metadata.name}`;
    rows.push(bareSetView("ReplicationController", c as unknown as ReplicaSet, podsOf.get(id) ?? []));
  }
  for (const s of recorded.statefulSets.values()) {
    rows.push(bareSetView("StatefulSet", s, podsOf.get(idOf("StatefulSet", s)) ?? []));
  }
  for (const s of recorded.daemonSets.values()) {
    rows.push(daemonSetView(s, podsOf.get(idOf("DaemonSet", s)) ?? []));
  }
  for (const j of recorded.jobs.values()) rows.push(jobView(j, podsOf.get(idOf("Job", j)) ?? []));
  return rows;
}

function idOf(kind: string, { metadata }: { metadata: { namespace: string; name: string } }): string {
  return `${kind}/${metadata.namespace}/${metadata.name}`;
}

/** The ledger row that a pod belongs to: its Deployment's, else its owner's, else its own. */
export function workloadOf(
  recorded: Recorded,
  pod: { metadata: { namespace: string; name: string } },
): string {
  const owner = controllerOf(pod as Parameters<typeof controllerOf>[0]);
  const { namespace, name } = pod.metadata;
  if (owner === undefined) return `Pod/${namespace}/${name}`;
  if (owner.kind === "ReplicaSet") {
    const set = recorded.replicaSets.get(`${namespace}/${owner.name}`);
    const top = set === undefined ? undefined : controllerOf(set);
    if (top !== undefined) return `${top.kind}/${namespace}/${top.name}`;
  }
  return `${owner.kind}/${namespace}/${owner.name}`;
}
