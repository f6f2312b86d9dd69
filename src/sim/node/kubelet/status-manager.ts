import { deepEqual } from "../../api/deep-equal";
import { pods } from "../../api/kinds/pod";
import type { Pod, PodCondition, PodStatus } from "../../api/types";
import type { RestClient } from "../../client/rest-client";
import { isNotFound, TRANSPORT } from "../../client/transport-error";
import type { KernelEvent } from "../../kernel/event-queue";
import type { Process } from "../../kernel/process";
import type { Task } from "../../kernel/task";
import { STATUS_RESYNC } from "./defaults";
import { isStatic } from "./pod-kind";
import { mirrorIsCurrent, type PodManager } from "./pod-manager";

interface Entry {
  pod: Pod;
  status: PodStatus;
  /** Changes with each new status. */
  version: number;
  written: number;
  /** Ended for good, with nothing left on the node: its object may go. */
  finished: boolean;
  /** The newest object that is known to be recorded: the pod's, or the mirror's of a static pod. */
  base: Pod | undefined;
  context: KernelEvent;
}

/**
 * Reports pods' statuses to the API server: each once, one after the other, those that failed again after 10 s
 * (`pkg/kubelet/status/status_manager.go`). Also sends the final deletion of a pod that has ended.
 */
export class StatusManager {
  readonly #process: Process;
  readonly #client: RestClient;
  readonly #pods: PodManager;
  readonly #entries = new Map<string, Entry>();
  readonly #queue = new Set<string>();
  #running = false;
  #retryArmed = false;
  /** Told when a pod's status has changed: probes begin and end with it. */
  onChange: ((uid: string) => void) | undefined;

  constructor(process: Process, client: RestClient, podManager: PodManager) {
    this.#process = process;
    this.#client = client;
    this.#pods = podManager;
  }

  /** The newest status of a pod; undefined: none was made yet. */
  get(uid: string): PodStatus | undefined {
    return this.#entries.get(uid)?.status;
  }

  /** The status so far, from here or, after a restart of the kubelet, from the object. */
  previous(pod: Pod): PodStatus {
    const known = this.get(pod.metadata.uid);
    if (known !== undefined) return known;
    if (isStatic(pod)) return this.#pods.mirrorOf(pod)?.status ?? pod.status ?? {};
    return pod.status ?? {};
  }

  /** Takes a new status; nothing happens if it says what the last one said. */
  set(pod: Pod, status: PodStatus): void {
    const { uid } = pod.metadata;
    const entry = this.#entries.get(uid);
    const { context } = this.#process.kernel;
    if (entry === undefined) {
      const fresh = { pod, status, version: 1, written: 0, finished: false, base: undefined, context };
      this.#entries.set(uid, fresh);
    } else {
      entry.pod = pod;
      if (deepEqual(entry.status, status)) return;
      entry.status = status;
      entry.version++;
      entry.context = context;
    }
    this.#enqueue(uid);
    this.onChange?.(uid);
  }

  /** The pod has ended for good and left nothing behind: when that is reported, its object goes. */
  finish(pod: Pod): void {
    const entry = this.#entries.get(pod.metadata.uid);
    if (entry === undefined) return;
    entry.pod = pod;
    entry.finished = true;
    entry.context = this.#process.kernel.context;
    this.#enqueue(pod.metadata.uid);
  }

  forget(uid: string): void {
    this.#entries.delete(uid);
    this.#queue.delete(uid);
  }

  /**
   * The pod's object, or its mirror's, has changed. When somebody else has written into its status, what the
   * kubelet knows better is reported again with the next sweep (needsReconcile).
   */
  observe(uid: string, object: Pod): void {
    const entry = this.#entries.get(uid);
    const base = entry?.base;
    if (entry === undefined || base === undefined || base.metadata.uid !== object.metadata.uid) return;
    if (Number(object.metadata.resourceVersion) <= Number(base.metadata.resourceVersion)) return;
    entry.base = object;
    if (object.status === base.status || entry.written < entry.version) return;
    if (statusPatch(object.metadata.uid, object.status, entry.status) === undefined) return;
    entry.written = 0;
    entry.context = this.#process.kernel.context;
    this.#retryLater();
  }

  /** Reports again what could not be reported: the pod's object, or its mirror, is there now. */
  retry(uid: string): void {
    const entry = this.#entries.get(uid);
    if (entry === undefined) return;
    const moved = entry.base !== undefined && this.#objectOf(entry)?.metadata.uid !== entry.base.metadata.uid;
    if (entry.written < entry.version || entry.finished || moved) this.#enqueue(uid);
  }

  #enqueue(uid: string): void {
    this.#queue.add(uid);
    if (this.#running) return;
    this.#running = true;
    this.#process.spawn("status manager", this.#work());
  }

  *#work(): Task {
    // Lets what happens at the same instant go into one report.
    yield 0;
    for (;;) {
      const uid = this.#queue.values().next().value;
      if (uid === undefined) break;
      this.#queue.delete(uid);
      const entry = this.#entries.get(uid);
      if (entry === undefined) continue;
      this.#process.kernel.adopt(entry.context);
      const fine = yield* this.#report(uid, entry);
      if (!fine) this.#retryLater();
    }
    this.#running = false;
  }

  #retryLater(): void {
    if (this.#retryArmed) return;
    this.#retryArmed = true;
    this.#process.kernel.schedule(STATUS_RESYNC, sweep, this as StatusManager, true);
  }

  /** Called by its timer. */
  sweep(): void {
    this.#retryArmed = false;
    if (!this.#process.alive) return;
    for (const uid of this.#entries.keys()) this.retry(uid);
  }

  /** False: to be tried again. */
  *#report(uid: string, entry: Entry): Task<boolean> {
    const object = this.#objectOf(entry);
    // A static pod without a mirror waits for it; `retry` is called then.
    if (object === undefined) return true;
    const { version, status } = entry;
    const known = entry.base?.metadata.uid === object.metadata.uid ? entry.base : undefined;
    if (entry.written < version || known === undefined) {
      const base = known ?? object;
      const { uid: of, namespace, name } = object.metadata;
      const body = statusPatch(of, base.status, status);
      entry.base = base;
      if (body !== undefined) {
        const options = { type: "strategic", subresource: "status", body } as const;
        const result = yield* this.#client.patch<Pod>(pods, namespace, name, options);
        if (!result.ok) return this.#refused(uid, result.error.code, result.error.reason);
        entry.base = result.value;
      }
      entry.written = version;
    }
    return yield* this.#deleteFinished(entry);
  }

  /** What a failed report means: gone objects are forgotten, the rest is tried again. */
  #refused(uid: string, code: number, reason: string | undefined): boolean {
    if (code === 404 || (code === 409 && reason === "Conflict")) {
      const entry = this.#entries.get(uid);
      if (entry !== undefined) entry.written = entry.version;
      return true;
    }
    return code !== 0 && code < 500 && reason !== TRANSPORT && code !== 429;
  }

  *#deleteFinished(entry: Entry): Task<boolean> {
    const { pod } = entry;
    if (!entry.finished || pod.metadata.deletionTimestamp === undefined || isStatic(pod)) return true;
    if (entry.written < entry.version) return true;
    const { namespace, name, uid } = pod.metadata;
    const options = { gracePeriodSeconds: 0, preconditions: { uid } };
    const result = yield* this.#client.delete<Pod>(pods, namespace, name, options);
    if (!result.ok && !isNotFound(result.error) && result.error.reason !== "Conflict") return false;
    entry.finished = false;
    return true;
  }

  /** The object to report to: the pod's own, or the current mirror of a static pod. */
  #objectOf(entry: Entry): Pod | undefined {
    if (!isStatic(entry.pod)) return entry.pod;
    const mirror = this.#pods.mirrorOf(entry.pod);
    return mirror !== undefined && mirrorIsCurrent(mirror, entry.pod) ? mirror : undefined;
  }
}

/** What has to change in a recorded status; undefined: nothing. Lists go as a whole, conditions one by one. */
export function statusPatch(uid: string, base: PodStatus, next: PodStatus): object | undefined {
  const patch: Record<string, unknown> = {};
  const from = base as Readonly<Record<string, unknown>>;
  const to = next as Readonly<Record<string, unknown>>;
  for (const key in to) {
    if (key === "conditions" || deepEqual(from[key], to[key])) continue;
    patch[key] = to[key];
  }
  const conditions = changedConditions(base.conditions ?? [], next.conditions ?? []);
  if (conditions.length > 0) patch["conditions"] = conditions;
  for (const key of ["podIP", "podIPs", "reason", "message"]) {
    if (from[key] !== undefined && to[key] === undefined) patch[key] = null;
  }
  for (const key in patch) if (key !== "") return { metadata: { uid }, status: patch };
  return undefined;
}

/** Conditions that others own are theirs to change (`pkg/kubelet/types/pod_status.go` PodConditionByKubelet). */
const OWN: ReadonlySet<string> = new Set([
  "PodReadyToStartContainers",
  "Initialized",
  "ContainersReady",
  "Ready",
  "PodResizePending",
  "PodResizeInProgress",
]);
/** Conditions that are taken away again. */
const PASSING: ReadonlySet<string> = new Set(["PodResizePending", "PodResizeInProgress"]);

/** Fields that a condition had and has not any more are taken away by null. */
function changedConditions(base: readonly PodCondition[], next: readonly PodCondition[]): object[] {
  const changed: object[] = [];
  for (const condition of next) {
    const before = base.find((c) => c.type === condition.type);
    const scheduled = condition.type === "PodScheduled" && before?.status !== "True";
    if ((!OWN.has(condition.type) && !scheduled) || deepEqual(before, condition)) continue;
    const patch: Record<string, unknown> = { ...condition };
    if (before?.reason !== undefined && condition.reason === undefined) patch["reason"] = null;
    if (before?.message !== undefined && condition.message === undefined) patch["message"] = null;
    changed.push(patch);
  }
  for (const { type } of base) {
    if (PASSING.has(type) && !next.some((c) => c.type === type)) changed.push({ $patch: "delete", type });
  }
  return changed;
}

function sweep(manager: StatusManager): void {
  manager.sweep();
}
