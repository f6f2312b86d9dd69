import { podRequests } from "../../api/pod-requests";
import type { Pod } from "../../api/types";
import { formatBytes } from "../../api/quantity";
import { objectRef, type EventRecorder } from "../../client/event-recorder";
import type { Process } from "../../kernel/process";
import type { Task } from "../../kernel/task";
import type { Micros } from "../../kernel/time";
import type { CriClient } from "../runtime/cri/client";
import { EVICTION_CLEANUP, EVICTION_MEMORY, PRESSURE_TRANSITION } from "./defaults";
import { isCritical } from "./pod-kind";

/** What the eviction manager needs of the kubelet. */
export interface EvictionHost {
  /** Pods that could be evicted: those that run here. */
  activePods(): Iterable<Pod>;
  /** Ends a pod for good with this message. */
  evict(pod: Pod, message: string, graceSeconds: number): void;
  /** Is anything of the pod still running? */
  hasEnded(uid: string): boolean;
  pressureChanged(): void;
}

interface Usage {
  readonly pod: Pod;
  readonly bytes: number;
  readonly requested: number;
}

/**
 * Ends one pod after the other while the node is short of memory (`pkg/kubelet/eviction/eviction_manager.go`).
 * Only the hard threshold on memory: disks do not fill up here.
 */
export class EvictionManager {
  readonly #process: Process;
  readonly #cri: CriClient;
  readonly #recorder: EventRecorder;
  readonly #nodeName: string;
  readonly #host: EvictionHost;
  #lastMet: Micros = -Infinity;
  #pressure = false;
  #busy = false;

  constructor(
    process: Process,
    cri: CriClient,
    recorder: EventRecorder,
    nodeName: string,
    host: EvictionHost,
  ) {
    this.#process = process;
    this.#cri = cri;
    this.#recorder = recorder;
    this.#nodeName = nodeName;
    this.#host = host;
  }

  get memoryPressure(): boolean {
    return this.#pressure;
  }

  /** Looks at the host's memory; called every 10 s. */
  check(): void {
    const { host, now } = this.#process;
    let used = 0;
    for (const p of host.processes.values()) used += p.memoryBytes;
    const available = host.memoryBytes - used;
    if (available < EVICTION_MEMORY) {
      this.#lastMet = now;
      this.#setPressure(true);
      if (!this.#busy) {
        this.#busy = true;
        this.#process.spawn("eviction", this.#reclaim(available));
      }
    } else if (this.#pressure && now - this.#lastMet >= PRESSURE_TRANSITION) this.#setPressure(false);
  }

  #setPressure(pressure: boolean): void {
    if (pressure === this.#pressure) return;
    this.#pressure = pressure;
    this.#process.kernel.setQuiet(false);
    this.#host.pressureChanged();
  }

  *#reclaim(available: number): Task {
    const ref = { apiVersion: "v1", kind: "Node", name: this.#nodeName, uid: this.#nodeName };
    this.#recorder.event(ref, "Warning", "EvictionThresholdMet", "Attempting to reclaim memory");
    const usage = yield* this.#usage();
    const victim = rankForEviction(usage)[0];
    if (victim !== undefined) {
      const { pod, bytes, requested } = victim;
      const message =
        "The node was low on resource: memory. Threshold quantity: 100Mi, " +
        `available: ${formatBytes(Math.max(0, available))}. Container ${pod.spec.containers[0]?.name ?? ""} was ` +
        `using ${formatBytes(bytes)}, request is ${formatBytes(requested)}, has larger consumption of memory. `;
      this.#recorder.event(objectRef(pod), "Warning", "Evicted", message);
      this.#host.evict(pod, message, 1);
      const until = this.#process.now + EVICTION_CLEANUP;
      while (this.#process.now < until && !this.#host.hasEnded(pod.metadata.uid)) yield 1_000_000;
    }
    this.#busy = false;
  }

  *#usage(): Task<Usage[]> {
    const stats = yield* this.#cri.call("ContainerStats", {}, { quiet: true });
    const bytes = new Map<string, number>();
    if (stats.ok) {
      for (const s of stats.value) bytes.set(s.podUid, (bytes.get(s.podUid) ?? 0) + s.memoryBytes);
    }
    const usage: Usage[] = [];
    for (const pod of this.#host.activePods()) {
      if (isCritical(pod)) continue;
      const requested = podRequests(pod).memoryBytes;
      usage.push({ pod, bytes: bytes.get(pod.metadata.uid) ?? 0, requested });
    }
    return usage;
  }
}

/**
 * Who goes first: those above their requests, then low priority, then the largest excess
 * (`helpers.go` rankMemoryPressure).
 */
export function rankForEviction(usage: readonly Usage[]): Usage[] {
  const above = (u: Usage): number => (u.bytes > u.requested ? 0 : 1);
  return [...usage].sort(
    (a, b) =>
      above(a) - above(b) ||
      (a.pod.spec.priority ?? 0) - (b.pod.spec.priority ?? 0) ||
      b.bytes - b.requested - (a.bytes - a.requested),
  );
}
