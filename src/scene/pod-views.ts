import { parseTime } from "../sim/api/time";
import type { Node, Pod } from "../sim/api/types";
import type { Cluster } from "../sim/cluster/cluster";
import { SECOND } from "../sim/kernel/time";
import type { KubeletView } from "../sim/node/kubelet/view";
import { actualPods, type ActualPods, type ActualPodState } from "./actual";
import { orphanView, podView } from "./pod-view";
import { Slots } from "./slots";
import type { PodView, TimerView } from "./types";
import { workloadOf } from "./workload-views";

/** What a view was made from: as long as these are the same, so is the view. */
interface Memo {
  readonly pod: Pod;
  readonly node: Node | undefined;
  readonly actual: ActualPodState | undefined;
  readonly timers: readonly TimerView[];
  readonly view: PodView;
}

const NO_TIMERS: readonly TimerView[] = [];

/** The views of all pods: the recorded ones, and orphans that only a host still runs. */
export class PodViews {
  readonly #cluster: Cluster;
  readonly #slots = new Slots();
  #memo = new Map<string, Memo>();
  #orphans = new Map<string, PodView>();

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  /** By uid. */
  build(): Map<string, PodView> {
    const { recorded, kernel } = this.#cluster;
    const actual = new Map<string, ActualPods>();
    for (const h of kernel.network.hosts.values()) {
      if (h.kind === "master" || h.kind === "worker") actual.set(h.name, actualPods(h));
    }
    const views = new Map<string, PodView>();
    const memo = new Map<string, Memo>();
    for (const pod of recorded.pods.values()) {
      const host = pod.spec.nodeName ?? "";
      const kubelet = kernel.network.hosts.get(host)?.processes.get("kubelet")?.view as
        | KubeletView
        | undefined;
      const m = this.#one(pod, recorded.nodes.get(host), actual.get(host)?.get(hostUid(pod)), kubelet);
      memo.set(pod.metadata.uid, m);
      views.set(pod.metadata.uid, m.view);
    }
    for (const uid of this.#memo.keys()) if (!memo.has(uid)) this.#slots.free(uid);
    this.#memo = memo;
    this.#addOrphans(views, actual);
    return views;
  }

  #one(
    pod: Pod,
    node: Node | undefined,
    actual: ActualPodState | undefined,
    kubelet: KubeletView | undefined,
  ): Memo {
    const known = this.#memo.get(pod.metadata.uid);
    const timers = podTimers(pod, node, kubelet);
    if (
      known !== undefined &&
      known.pod === pod &&
      known.actual === actual &&
      known.node === node &&
      sameTimers(known.timers, timers)
    ) {
      return known;
    }
    const mirror = pod.metadata.annotations?.["kubernetes.io/config.mirror"] !== undefined;
    const view = podView(pod, actual, {
      workload: mirror ? "" : workloadOf(this.#cluster.recorded, pod),
      slot: mirror ? -1 : this.#slots.place(pod.metadata.uid, pod.spec.nodeName ?? ""),
      timers,
      why: why(pod),
    });
    return { pod, node, actual, timers, view };
  }

  /** Static pods run before they are recorded, and without: they are drawn as processes, never as orphans. */
  #addOrphans(views: Map<string, PodView>, actual: ReadonlyMap<string, ActualPods>): void {
    const orphans = new Map<string, PodView>();
    for (const [host, pods] of actual) {
      for (const [uid, state] of pods) {
        if (
          views.has(uid) ||
          (state.hostNetwork && state.namespace === "kube-system") ||
          !state.containers.some((c) => c.alive)
        )
          continue;
        const view = orphanView(state, host, this.#slots.place(uid, host));
        orphans.set(uid, view);
        views.set(uid, view);
      }
    }
    for (const uid of this.#orphans.keys()) {
      if (!orphans.has(uid) && !this.#memo.has(uid)) this.#slots.free(uid);
    }
    this.#orphans = orphans;
  }
}

/** The uid that the pod has on its host: a mirror pod names its static pod's. */
function hostUid(pod: Pod): string {
  return pod.metadata.annotations?.["kubernetes.io/config.mirror"] ?? pod.metadata.uid;
}

function podTimers(pod: Pod, node: Node | undefined, kubelet: KubeletView | undefined): readonly TimerView[] {
  let timers: TimerView[] | undefined;
  const deletion = pod.metadata.deletionTimestamp;
  if (deletion !== undefined) {
    const end = parseTime(deletion);
    const grace = (pod.metadata.deletionGracePeriodSeconds ?? 0) * SECOND;
    timers = [{ name: "termination grace period", start: end - grace, end }];
  } else if (node?.spec.taints !== undefined) {
    const t = evictionTimer(pod, node);
    if (t !== undefined) timers = [t];
  }
  const backoffs = kubelet === undefined ? NO_TIMERS : backoffTimers(pod, kubelet);
  return backoffs.length > 0 ? [...(timers ?? []), ...backoffs] : (timers ?? NO_TIMERS);
}

/** The back-offs that its kubelet has armed; asked for only when the pod is known to wait for one. */
function backoffTimers(pod: Pod, kubelet: KubeletView): readonly TimerView[] {
  const waits = (pod.status.containerStatuses ?? []).some((s) =>
    s.state?.waiting?.reason?.endsWith("BackOff"),
  );
  if (!waits) return NO_TIMERS;
  const timers = kubelet.pod(hostUid(pod))?.timers ?? [];
  return timers
    .filter((t) => t.kind !== "termination grace")
    .map((t) => ({ name: t.kind, start: t.start, end: t.end }));
}

/** When the taint-eviction controller will delete the pod: the shortest toleration of a NoExecute taint. */
function evictionTimer(pod: Pod, node: Node): TimerView | undefined {
  let best: TimerView | undefined;
  for (const taint of node.spec.taints ?? []) {
    if (taint.effect !== "NoExecute" || taint.timeAdded === undefined) continue;
    for (const t of pod.spec.tolerations ?? []) {
      if (t.key !== taint.key || t.tolerationSeconds === undefined) continue;
      const start = parseTime(taint.timeAdded);
      const end = start + t.tolerationSeconds * SECOND;
      if (best === undefined || end < best.end) best = { name: "toleration", start, end };
    }
  }
  return best;
}

function sameTimers(a: readonly TimerView[], b: readonly TimerView[]): boolean {
  return a.length === b.length && a.every((t, i) => t.name === b[i]?.name && t.end === b[i]?.end);
}

/** Why it is not where it should be, in the cluster's own words. */
function why(pod: Pod): string {
  const scheduled = pod.status.conditions?.find((c) => c.type === "PodScheduled");
  if (scheduled?.status === "False") return scheduled.message ?? scheduled.reason ?? "";
  for (const s of pod.status.containerStatuses ?? []) {
    const w = s.state?.waiting;
    if (w?.message) return w.message;
  }
  return pod.status.message ?? "";
}
