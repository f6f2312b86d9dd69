import { qosClass } from "../../api/qos";
import { specRequests } from "../../api/pod-requests";
import { formatTime } from "../../api/time";
import type { Pod, PodCondition } from "../../api/types";
import { objectRef, type EventRecorder } from "../../client/event-recorder";
import type { KernelEvent } from "../../kernel/event-queue";
import type { Process } from "../../kernel/process";
import type { PodStatus as CriPod } from "../runtime/cri/types";
import { refuseForRoom, type NodeRoom, type Refusal } from "./admission";
import type { Allocations } from "./allocations";
import { hasWanted } from "./container-resources";
import { newest } from "./container-statuses";
import { RESIZE_RETRY } from "./defaults";
import { isSidecar } from "./pod-kind";
import { resizeMessage } from "./resize-messages";

/** A condition that says which version of the pod's spec it is about. */
export type ResizeCondition = PodCondition & { observedGeneration?: number };

/** How a pod's resize fares, as conditions of its status; both undefined: it is over. */
export interface ResizeConditions {
  readonly pending: ResizeCondition | undefined;
  readonly inProgress: ResizeCondition | undefined;
}

export interface ResizeManagerParts {
  readonly process: Process;
  readonly recorder: EventRecorder;
  readonly allocations: Allocations;
  /** A pod as the API has it. */
  readonly pod: (uid: string) => Pod | undefined;
  /** Pods that use room on the node. */
  readonly active: () => Iterable<Pod>;
  readonly room: () => NodeRoom;
  /** Have all pods been listed? */
  readonly sourcesReady: () => boolean;
  /** Has a pod's worker look at it. */
  readonly sync: (pod: Pod) => void;
}

const OVER: ResizeConditions = { pending: undefined, inProgress: undefined };

/**
 * Decides which resizes the node grants, and when: at once, later, or never
 * (`pkg/kubelet/allocation/allocation_manager.go`); the workers then carry them out.
 */
export class ResizeManager {
  readonly #parts: ResizeManagerParts;
  /** Pods that want something else than they were promised. */
  readonly #waiting = new Set<string>();
  readonly #conditions = new Map<string, ResizeConditions>();
  #timer: KernelEvent | undefined;

  constructor(parts: ResizeManagerParts) {
    this.#parts = parts;
  }

  /** How a pod's resize fares; undefined: it was never resized. */
  conditions(uid: string): ResizeConditions | undefined {
    return this.#conditions.get(uid);
  }

  /** A pod was admitted, now or by an earlier life of this kubelet. */
  admitted(pod: Pod): void {
    const { allocations } = this.#parts;
    if (!allocations.has(pod.metadata.uid)) {
      allocations.set(pod);
      return;
    }
    const find = (type: string) => pod.status.conditions?.find((c) => c.type === type);
    const reported = { pending: find("PodResizePending"), inProgress: find("PodResizeInProgress") };
    if (reported.pending !== undefined || reported.inProgress !== undefined)
      this.#conditions.set(pod.metadata.uid, reported);
    this.changed(pod);
  }

  /** A pod's spec may be another: it is seen to with the next `retry`. */
  changed(pod: Pod): void {
    const { uid } = pod.metadata;
    const { allocations } = this.#parts;
    if (!allocations.has(uid)) return;
    if (allocations.apply(pod) === pod && this.#conditions.get(uid)?.pending === undefined) return;
    this.#waiting.add(uid);
  }

  /** There may be room now for what could not be granted before. */
  retry(): void {
    if (this.#waiting.size === 0 || !this.#parts.sourcesReady()) return;
    const { kernel } = this.#parts.process;
    if (this.#timer !== undefined) kernel.cancel(this.#timer);
    this.#timer = undefined;
    for (const pod of this.#inOrder()) {
      const { uid } = pod.metadata;
      const before = this.#conditions.get(uid);
      this.#decide(pod);
      const after = this.#conditions.get(uid);
      if (after?.pending?.reason !== "Deferred") this.#waiting.delete(uid);
      if (after !== before) this.#parts.sync(pod);
    }
    if (this.#waiting.size === 0) return;
    this.#timer = kernel.schedule(RESIZE_RETRY, again, this as ResizeManager);
  }

  /** Called by its timer. */
  again(): void {
    this.#timer = undefined;
    if (this.#parts.process.alive) this.retry();
  }

  /**
   * Those that ask for no more than they have come first, then by priority and by class, then those that have
   * waited longest. Pods that are gone are forgotten.
   */
  #inOrder(): Pod[] {
    const found: Pod[] = [];
    for (const uid of this.#waiting) {
      const pod = this.#parts.pod(uid);
      if (pod === undefined || pod.metadata.deletionTimestamp !== undefined) this.#waiting.delete(uid);
      else found.push(pod);
    }
    if (found.length < 2) return found;
    const since = (pod: Pod): string =>
      this.#conditions.get(pod.metadata.uid)?.pending?.lastTransitionTime ?? "9";
    const rank = (pod: Pod): number => (qosClass(pod.spec) === "Guaranteed" ? 0 : 1);
    return found.sort(
      (a, b) =>
        Number(this.#asksForMore(a)) - Number(this.#asksForMore(b)) ||
        (b.spec.priority ?? 0) - (a.spec.priority ?? 0) ||
        rank(a) - rank(b) ||
        (since(a) < since(b) ? -1 : since(a) > since(b) ? 1 : 0),
    );
  }

  #asksForMore(pod: Pod): boolean {
    const before = specRequests(this.#parts.allocations.apply(pod).spec);
    const after = specRequests(pod.spec);
    return after.cpuMilli > before.cpuMilli || after.memoryBytes > before.memoryBytes;
  }

  /** Grants a pod what it wants, or notes why not. */
  #decide(pod: Pod): void {
    const { allocations, recorder, process } = this.#parts;
    const { uid, generation = 0 } = pod.metadata;
    const now = this.#conditions.get(uid) ?? OVER;
    if (allocations.apply(pod) === pod) {
      if (now.pending !== undefined) this.#conditions.set(uid, { ...now, pending: undefined });
      return;
    }
    const refusal = this.#refuse(pod);
    if (refusal === undefined) {
      allocations.set(pod);
      process.host.disk.fsync();
      const inProgress = this.#condition("PodResizeInProgress", undefined, generation);
      this.#conditions.set(uid, { pending: undefined, inProgress });
      recorder.event(objectRef(pod), "Normal", "ResizeStarted", resizeMessage("started", pod, generation));
      return;
    }
    const { reason, message } = refusal;
    const { pending: old } = now;
    if (old?.reason === reason && old.message === message && old.observedGeneration === generation) return;
    const pending = this.#condition("PodResizePending", old, generation, refusal);
    this.#conditions.set(uid, { ...now, pending });
    if (old?.reason === reason && old.observedGeneration === generation) return;
    const text = resizeMessage(reason, pod, generation, message);
    recorder.event(objectRef(pod), "Warning", `Resize${reason}`, text);
  }

  #refuse(pod: Pod): Refusal | undefined {
    const { allocations, active } = this.#parts;
    const room = this.#parts.room();
    const { cpuMilli, memoryBytes } = specRequests(pod.spec);
    const { allocatable } = room;
    const never = (resource: string, requested: number, capacity: number): Refusal => {
      const which = `${resource}, requested: ${requested}, capacity: ${capacity}`;
      return { reason: "Infeasible", message: `Node didn't have enough capacity: ${which}` };
    };
    if (memoryBytes > allocatable.memoryBytes) return never("memory", memoryBytes, allocatable.memoryBytes);
    if (cpuMilli > allocatable.cpuMilli) return never("cpu", cpuMilli, allocatable.cpuMilli);
    const others = [...active()].map((other) => allocations.apply(other));
    const lacking = refuseForRoom(pod, others, room);
    return lacking === undefined ? undefined : { reason: "Deferred", message: lacking.message };
  }

  /** Looks whether a pod's containers have what it was promised (`IsPodResizeInProgress`). */
  look(pod: Pod, runtime: CriPod | undefined): void {
    const { uid, generation = 0 } = pod.metadata;
    const now = this.#conditions.get(uid);
    const running = runtime !== undefined && isBeingResized(pod, runtime);
    if (running === (now?.inProgress !== undefined)) return;
    if (running) {
      const inProgress = this.#condition("PodResizeInProgress", undefined, generation);
      this.#conditions.set(uid, { pending: now?.pending, inProgress });
      return;
    }
    const granted = now?.inProgress?.observedGeneration ?? generation;
    this.#conditions.set(uid, { pending: now?.pending, inProgress: undefined });
    const text = resizeMessage("completed", pod, granted);
    this.#parts.recorder.event(objectRef(pod), "Normal", "ResizeCompleted", text);
    this.retry();
  }

  /** What was granted could not be carried out. */
  failed(pod: Pod, message: string): void {
    const { uid, generation = 0 } = pod.metadata;
    const now = this.#conditions.get(uid) ?? OVER;
    const old = now.inProgress;
    if (old?.reason === "Error" && old.message === message && old.observedGeneration === generation) return;
    const inProgress = this.#condition("PodResizeInProgress", old, generation, { reason: "Error", message });
    this.#conditions.set(uid, { ...now, inProgress });
    const text = resizeMessage("error", pod, generation, message);
    this.#parts.recorder.event(objectRef(pod), "Warning", "ResizeError", text);
  }

  /** The pod has ended, or is gone. */
  forget(uid: string): void {
    this.#waiting.delete(uid);
    this.#conditions.delete(uid);
    this.#parts.allocations.forget(uid);
  }

  #condition(
    type: string,
    old: ResizeCondition | undefined,
    observedGeneration: number,
    why?: Refusal,
  ): ResizeCondition {
    const now = formatTime(this.#parts.process.now);
    const since = old?.reason === why?.reason ? old?.lastTransitionTime : undefined;
    const dates = { lastProbeTime: now, lastTransitionTime: since ?? now };
    return { type, status: "True", ...dates, observedGeneration, ...why };
  }
}

function isBeingResized(pod: Pod, runtime: CriPod): boolean {
  const { containers, initContainers } = pod.spec;
  for (const container of containers) {
    const last = newest(runtime, container.name);
    if (last?.state === "RUNNING" && !hasWanted(container, last)) return true;
  }
  for (const container of initContainers ?? []) {
    if (!isSidecar(container)) continue;
    const last = newest(runtime, container.name);
    if (last?.state === "RUNNING" && !hasWanted(container, last)) return true;
  }
  return false;
}

function again(manager: ResizeManager): void {
  manager.again();
}
