import type { HealthView, HostView, PodView, WorkloadView } from "./types";

/** The health sentence and its numbers: always true, and made from the views that the stage draws. */
export function healthView(
  hosts: Iterable<HostView>,
  workloads: Iterable<WorkloadView>,
  pods: Iterable<PodView>,
): HealthView {
  let etcdUp = 0;
  let etcdTotal = 0;
  let apiUp = 0;
  let apiTotal = 0;
  let nodesReady = 0;
  let nodesTotal = 0;
  let nodesReallyDown = 0;
  const followers = new Map<number, number>();
  let leaderTerm = -1;
  for (const h of hosts) {
    if (h.kind === "master") {
      etcdTotal++;
      apiTotal++;
      if (alive(h, "etcd")) {
        etcdUp++;
        if (h.etcd) followers.set(h.etcd.term, (followers.get(h.etcd.term) ?? 0) + 1);
        if (h.etcd?.role === "leader") leaderTerm = Math.max(leaderTerm, h.etcd.term);
      }
      if (alive(h, "kube-apiserver")) apiUp++;
    }
    if (h.node === undefined) continue;
    nodesTotal++;
    if (h.node.word === "Ready") {
      nodesReady++;
      if (!h.powered) nodesReallyDown++;
    }
  }
  const quorum = leaderTerm >= 0 && 2 * (followers.get(leaderTerm) ?? 0) > etcdTotal;
  let podsReady = 0;
  let podsWanted = 0;
  for (const w of workloads) {
    podsWanted += w.want;
    // What is still to go after scaling down, or surges in a roll-out, makes up for nothing that is missing elsewhere.
    podsReady += Math.min(w.want, w.believedReady);
  }
  let podsReallyReady = 0;
  for (const p of pods) if (!p.system && p.recorded && p.actual === "ready") podsReallyReady++;
  const numbers = { etcdUp, etcdTotal, quorum, apiUp, apiTotal, nodesReady, nodesTotal, nodesReallyDown };
  const counts = { ...numbers, podsReady, podsWanted, podsReallyReady };
  return { ...counts, sentence: sentence(counts) };
}

function alive(h: HostView, process: string): boolean {
  return h.processes.some((p) => p.name === process && p.alive);
}

function sentence(h: Omit<HealthView, "sentence">): string {
  const writes = h.apiUp === 0 ? "API unreachable" : h.quorum ? "writes OK" : "no quorum: writes fail";
  const down =
    h.nodesReallyDown === 0
      ? ""
      : ` (${h.nodesReallyDown === 1 ? "one is" : `${h.nodesReallyDown} are`} dead)`;
  return (
    `${h.etcdUp}/${h.etcdTotal} etcd · ${writes} · ${h.nodesReady}/${h.nodesTotal} nodes ready${down}` +
    ` · ${h.podsReady}/${h.podsWanted} pods ready`
  );
}
