import type { ItemBackoff } from "../../client/item-backoff";
import type { Micros } from "../../kernel/time";
import { containerHash } from "./pod-actions";
import { newest } from "./container-statuses";
import type { Pleg } from "./pleg";
import type { PodWorkers, WorkerState } from "./pod-workers";
import type { ProbeManager, ProbeView } from "./probe-manager";
import type { ReasonCache } from "./reason-cache";
import type { StatusManager } from "./status-manager";

/** A timer that a pod waits for on its node. */
export interface KubeletTimer {
  readonly kind: "crash-loop back-off" | "image pull back-off" | "termination grace";
  /** "" for the pod as a whole. */
  readonly container: string;
  readonly start: Micros;
  readonly end: Micros;
}

/** What the kubelet has in mind for one pod. */
export interface KubeletPodView {
  readonly uid: string;
  readonly state: WorkerState;
  readonly timers: readonly KubeletTimer[];
  readonly probes: readonly ProbeView[];
  /** Why containers wait, by name: `CrashLoopBackOff`, … */
  readonly waiting: Readonly<Record<string, string>>;
}

/** What the kubelet shows of itself (`process.view`). */
export interface KubeletView {
  /** One pod by uid (a static pod's own); undefined: it has no worker. */
  pod(uid: string): KubeletPodView | undefined;
  /** All pods that have a worker. */
  pods(): KubeletPodView[];
}

interface Parts {
  readonly workers: PodWorkers;
  readonly probes: ProbeManager;
  readonly pleg: Pleg;
  readonly runtimeBackoff: ItemBackoff;
  readonly imageBackoff: ItemBackoff;
  readonly reasons: ReasonCache;
  readonly statuses: StatusManager;
  readonly now: () => Micros;
}

export function viewOf(parts: Parts): KubeletView {
  const one = (uid: string): KubeletPodView | undefined => {
    const worker = parts.workers.get(uid);
    if (worker === undefined) return undefined;
    const waiting: Record<string, string> = {};
    for (const c of worker.pod?.spec.containers ?? []) {
      const why = parts.reasons.get(uid, c.name);
      if (why !== undefined) waiting[c.name] = why.reason;
    }
    return {
      uid,
      state: worker.state,
      timers: timersOf(uid, parts),
      probes: parts.probes.view(uid),
      waiting,
    };
  };
  return {
    pod: one,
    pods: () => [...parts.workers.values()].map((w) => one(w.uid) as KubeletPodView),
  };
}

function timersOf(uid: string, parts: Parts): KubeletTimer[] {
  const worker = parts.workers.get(uid);
  const timers: KubeletTimer[] = [];
  if (worker === undefined) return timers;
  const now = parts.now();
  if (worker.deadline > now) {
    const start = worker.terminatingSince;
    timers.push({ kind: "termination grace", container: "", start, end: worker.deadline });
  }
  for (const c of worker.pod?.spec.containers ?? []) {
    const why = parts.reasons.get(uid, c.name)?.reason;
    if (why === "CrashLoopBackOff") {
      const finished = newest(parts.pleg.get(uid), c.name)?.finishedAt ?? now;
      const key = `${uid}_${c.name}_${containerHash(c)}`;
      const end = parts.runtimeBackoff.waitsUntil(key, finished, now);
      if (end !== undefined)
        timers.push({ kind: "crash-loop back-off", container: c.name, start: finished, end });
    } else if (why === "ImagePullBackOff") {
      const key = `${uid}_${c.image ?? ""}`;
      const end = parts.imageBackoff.waitsUntilUpdate(key, now);
      const start = end === undefined ? now : end - parts.imageBackoff.get(key);
      if (end !== undefined) timers.push({ kind: "image pull back-off", container: c.name, start, end });
    }
  }
  return timers;
}
