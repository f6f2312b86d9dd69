import type { Pod } from "../../api/types";
import { objectRef, type EventRecorder } from "../../client/event-recorder";
import { refuse, type NodeRoom } from "./admission";
import type { Allocations } from "./allocations";
import type { MirrorPods } from "./mirror-pods";
import type { Pleg } from "./pleg";
import { fullName, isMirror, isStatic } from "./pod-kind";
import type { PodManager } from "./pod-manager";
import type { PodWorkers } from "./pod-workers";
import type { ResizeManager } from "./resize-manager";
import type { StatusManager } from "./status-manager";

export interface PodIntakeParts {
  readonly pods: PodManager;
  readonly statuses: StatusManager;
  readonly workers: PodWorkers;
  readonly mirrors: MirrorPods;
  readonly recorder: EventRecorder;
  readonly pleg: Pleg;
  readonly allocations: Allocations;
  readonly resizes: ResizeManager;
  /** What the node has to give now. */
  readonly room: () => NodeRoom;
  readonly housekeepingSoon: () => void;
}

/**
 * Takes in what the sources say, the API and the manifests on the disk, and puts the workers to work
 * (`pkg/kubelet/kubelet.go` HandlePodAdditions, HandlePodUpdates, HandlePodRemoves).
 */
export class PodIntake {
  readonly #parts: PodIntakeParts;

  constructor(parts: PodIntakeParts) {
    this.#parts = parts;
  }

  /** A pod was bound to this node, or was there when the kubelet came. */
  added(pod: Pod): void {
    if (isMirror(pod)) {
      this.#mirrorChanged(pod);
      return;
    }
    this.#parts.pods.set(pod);
    this.#parts.allocations.restore(pod);
    if (pod.metadata.deletionTimestamp === undefined) {
      if (!this.#admit(pod)) return;
      this.#parts.resizes.admitted(pod);
    }
    this.#parts.resizes.retry();
    this.#parts.workers.update(pod);
  }

  updated(old: Pod, pod: Pod): void {
    if (isMirror(pod)) {
      this.#mirrorChanged(pod);
      return;
    }
    if (old.metadata.uid !== pod.metadata.uid) {
      this.removed(old);
      this.added(pod);
      return;
    }
    this.#parts.pods.set(pod);
    this.#parts.statuses.observe(pod.metadata.uid, pod);
    if (!differs(old, pod)) return;
    const refused = this.#parts.statuses.get(pod.metadata.uid)?.phase === "Failed";
    const known = this.#parts.workers.get(pod.metadata.uid) !== undefined;
    if (refused && !known && pod.metadata.deletionTimestamp === undefined) return;
    if (old.spec !== pod.spec) {
      this.#parts.resizes.changed(pod);
      this.#parts.resizes.retry();
    }
    this.#parts.workers.update(pod);
  }

  /** A pod's object is gone. */
  removed(pod: Pod): void {
    if (isMirror(pod)) {
      this.#parts.pods.deleteMirror(pod);
      const of = this.#parts.pods.staticOf(pod);
      if (of !== undefined) this.#parts.mirrors.ensure(of);
      return;
    }
    this.#parts.pods.delete(pod);
    const { uid } = pod.metadata;
    if (this.#parts.workers.get(uid) === undefined) this.#parts.statuses.forget(uid);
    else this.#parts.workers.end(uid, pod, pod.metadata.deletionGracePeriodSeconds);
    if (this.#parts.workers.get(uid) === undefined) this.#parts.resizes.forget(uid);
    this.#parts.resizes.retry();
    this.#parts.housekeepingSoon();
  }

  #mirrorChanged(mirror: Pod): void {
    this.#parts.pods.setMirror(mirror);
    const of = this.#parts.pods.staticOf(mirror);
    if (of === undefined) return;
    this.#parts.mirrors.ensure(of);
    this.#parts.statuses.observe(of.metadata.uid, mirror);
    this.#parts.statuses.retry(of.metadata.uid);
  }

  /** The manifests on the disk are these pods now. */
  manifests(list: readonly Pod[]): void {
    const names = new Set(list.map((pod) => pod.metadata.uid));
    for (const pod of [...this.#parts.pods.pods.values()]) {
      if (!isStatic(pod) || names.has(pod.metadata.uid)) continue;
      this.#parts.pods.delete(pod);
      this.#parts.workers.end(pod.metadata.uid, pod, undefined);
      this.#parts.housekeepingSoon();
    }
    for (const pod of list) {
      if (this.#parts.pods.pods.has(pod.metadata.uid)) continue;
      this.#parts.pods.setStatic(pod);
      if (!this.#predecessorRuns(pod)) this.#parts.workers.update(pod);
    }
    this.#parts.mirrors.ensureAll();
  }

  /** A pod has ended: the next version of a static pod may start now. */
  ended(uid: string): void {
    this.#parts.resizes.retry();
    const pod = this.#parts.workers.get(uid)?.pod;
    if (pod === undefined || !isStatic(pod)) return;
    for (const next of this.#parts.pods.pods.values()) {
      if (fullName(next) !== fullName(pod) || this.#parts.workers.get(next.metadata.uid) !== undefined)
        continue;
      this.#parts.workers.update(next);
    }
  }

  /** Static pods of one name run one after the other: they want the same ports. */
  #predecessorRuns(pod: Pod): boolean {
    for (const worker of this.#parts.workers.values()) {
      if (worker.uid === pod.metadata.uid || worker.pod === undefined) continue;
      const running = worker.state === "syncing" || worker.state === "terminating";
      if (running && fullName(worker.pod) === fullName(pod)) return true;
    }
    return false;
  }

  /** Refuses a pod that the node cannot run: its status says so, and nothing is started. */
  #admit(pod: Pod): boolean {
    const { allocations } = this.#parts;
    const refusal = refuse(allocations.apply(pod), this.#promised(), this.#parts.room());
    // What runs here already was admitted by an earlier life of this kubelet.
    if (refusal === undefined || this.#parts.pleg.get(pod.metadata.uid) !== undefined) return true;
    if (pod.status.phase === "Running" || pod.status.phase === "Failed") return true;
    this.#parts.recorder.event(objectRef(pod), "Warning", refusal.reason, refusal.message);
    const message = `Pod was rejected: ${refusal.message}`;
    this.#parts.statuses.set(pod, { ...pod.status, phase: "Failed", reason: refusal.reason, message });
    return false;
  }

  /** The same with what they were promised. */
  *#promised(): Generator<Pod> {
    for (const pod of this.active()) yield this.#parts.allocations.apply(pod);
  }

  /** Pods that use room on the node. */
  *active(): Generator<Pod> {
    for (const pod of this.#parts.pods.pods.values()) {
      const { uid } = pod.metadata;
      const phase = this.#parts.statuses.get(uid)?.phase ?? pod.status.phase;
      if (phase === "Failed" || phase === "Succeeded") continue;
      const worker = this.#parts.workers.get(uid);
      if (worker !== undefined && worker.state !== "syncing" && worker.state !== "terminating") continue;
      yield pod;
    }
  }
}

/** Has anything changed that a kubelet acts upon? Its own reports of status are nothing new to it. */
function differs(old: Pod, pod: Pod): boolean {
  const a = old.metadata;
  const b = pod.metadata;
  return (
    old.spec !== pod.spec ||
    a.labels !== b.labels ||
    a.annotations !== b.annotations ||
    a.deletionTimestamp !== b.deletionTimestamp ||
    a.deletionGracePeriodSeconds !== b.deletionGracePeriodSeconds
  );
}
