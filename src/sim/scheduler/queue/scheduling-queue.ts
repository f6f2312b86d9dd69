import type { Pod } from "../../api/types";
import type { KernelEvent } from "../../kernel/event-queue";
import { Signal } from "../../kernel/task";
import type { Kernel } from "../../kernel/kernel";
import type { Micros } from "../../kernel/time";
import { assert } from "../../../shared/assert";
import { BACKOFF_FLUSH_PERIOD, INITIAL_BACKOFF, MAX_BACKOFF, UNSCHEDULABLE_TIMEOUT } from "../config";
import type { ClusterEvent, EventInterest } from "../framework/events";
import { comesFirst } from "../plugins/priority-sort";
import { Heap } from "./heap";
import type { QueuedPod } from "./queued-pod";

/** What the queue asks of the plugins. */
export interface QueueRules {
  gate(pod: Pod): { readonly plugin: string; readonly reason: string } | undefined;
  interests(plugin: string): readonly EventInterest[] | undefined;
}

/** A pod that is being scheduled or bound, and what has happened since it was taken. */
interface InFlight {
  readonly item: QueuedPod;
  /** Number of the first event that came after it was taken. */
  readonly since: number;
}

/**
 * Pods without a node (upstream `pkg/scheduler/backend/queue/scheduling_queue.go`). Those to be tried are in the
 * active queue; those that failed wait in the unschedulable pool until something happens that may help them, and
 * then, unless enough time has passed, in the back-off queue.
 */
export class SchedulingQueue {
  readonly #kernel: Kernel;
  readonly #rules: QueueRules;
  readonly #active = new Heap<QueuedPod>(comesFirst);
  readonly #backoff = new Heap<QueuedPod>(endsFirst);
  readonly #errorBackoff = new Heap<QueuedPod>(endsFirst);
  readonly #unschedulable = new Map<string, QueuedPod>();
  /** Unschedulable pods by the plugins that rejected or gate them. */
  readonly #byPlugin = new Map<string, Map<string, QueuedPod>>();
  readonly #inFlight = new Map<string, InFlight>();
  #events: { readonly event: ClusterEvent; readonly context: KernelEvent }[] = [];
  #firstEvent = 0;
  #sequence = 0;
  readonly #changed: Signal;

  constructor(kernel: Kernel, rules: QueueRules) {
    this.#kernel = kernel;
    this.#rules = rules;
    this.#changed = new Signal(kernel);
  }

  get lengths(): { active: number; backoff: number; unschedulable: number; inFlight: number } {
    return {
      active: this.#active.size,
      backoff: this.#backoff.size + this.#errorBackoff.size,
      unschedulable: this.#unschedulable.size,
      inFlight: this.#inFlight.size,
    };
  }

  /** Settles when something may have entered the queue. */
  changed(): ReturnType<Signal["wait"]> {
    return this.#changed.wait();
  }

  /** Where a pod waits, for views. */
  placeOf(key: string): "active" | "backoff" | "unschedulable" | "in-flight" | undefined {
    if (this.#active.get(key) !== undefined) return "active";
    if ((this.#backoff.get(key) ?? this.#errorBackoff.get(key)) !== undefined) return "backoff";
    if (this.#unschedulable.has(key)) return "unschedulable";
    return this.#inFlight.has(key) ? "in-flight" : undefined;
  }

  /** The pods in back-off, for views. */
  backingOff(): readonly QueuedPod[] {
    return [...this.#backoff.values(), ...this.#errorBackoff.values()];
  }

  get hasBackoff(): boolean {
    return this.#backoff.size + this.#errorBackoff.size > 0;
  }

  get hasUnschedulable(): boolean {
    return this.#unschedulable.size > 0;
  }

  /** A new pod without a node. */
  add(pod: Pod): void {
    const key = keyOf(pod);
    if (this.placeOf(key) !== undefined) {
      this.update(pod, 0);
      return;
    }
    const now = this.#kernel.now;
    const item: QueuedPod = {
      key,
      pod,
      priority: pod.spec.priority ?? 0,
      timestamp: now,
      sequence: this.#sequence++,
      attempts: 0,
      unschedulableCount: 0,
      errorCount: 0,
      firstSeen: now,
      rejectedBy: new Set(),
      gatedBy: "",
      backoffUntil: 0,
      context: this.#kernel.context,
    };
    this.#enter(item);
  }

  /** A waiting pod changed; `kinds`: in which ways that plugins may care about. */
  update(pod: Pod, kinds: number): void {
    const key = keyOf(pod);
    const flight = this.#inFlight.get(key);
    if (flight !== undefined) {
      flight.item.pod = pod;
      if (kinds !== 0) this.#remember({ kind: kinds, what: "pod", old: undefined, new: pod });
      return;
    }
    const active = this.#active.remove(key);
    if (active !== undefined) {
      this.#refresh(active, pod);
      this.#active.push(active);
      return;
    }
    for (const heap of [this.#backoff, this.#errorBackoff]) {
      const item = heap.remove(key);
      if (item === undefined) continue;
      this.#refresh(item, pod);
      heap.push(item);
      return;
    }
    const item = this.#unschedulable.get(key);
    if (item === undefined) {
      this.add(pod);
      return;
    }
    this.#refresh(item, pod);
    const event: ClusterEvent = { kind: kinds, what: "pod", old: undefined, new: pod };
    if (kinds !== 0 && this.#worthTrying(item, event)) this.#requeue(item, this.#kernel.context);
  }

  /** The pod is gone, or has a node. */
  delete(key: string): void {
    this.#active.remove(key);
    this.#backoff.remove(key);
    this.#errorBackoff.remove(key);
    const item = this.#unschedulable.get(key);
    if (item !== undefined) this.#leavePool(item);
  }

  /** Takes the next pod to schedule; undefined if there is none. `done` or `addUnschedulable` must follow. */
  pop(): QueuedPod | undefined {
    // With nothing else to do there is no reason to let a pod wait that may fit by now.
    const item = this.#active.pop() ?? this.#backoff.pop();
    if (item === undefined) return undefined;
    item.attempts++;
    item.backoffUntil = 0;
    this.#inFlight.set(item.key, { item, since: this.#firstEvent + this.#events.length });
    return item;
  }

  /** A pod that was taken is bound or gone. */
  done(key: string): void {
    this.#inFlight.delete(key);
    let oldest = this.#firstEvent + this.#events.length;
    for (const { since } of this.#inFlight.values()) {
      // Pods are taken in order, so the first has waited longest.
      oldest = since;
      break;
    }
    if (oldest === this.#firstEvent) return;
    this.#events.splice(0, oldest - this.#firstEvent);
    this.#firstEvent = oldest;
  }

  /**
   * Puts a pod back that could not be scheduled. `rejectedBy` empty: an error, worth another try after a while;
   * else it waits for an event that helps, unless one came while it was being looked at.
   */
  addUnschedulable(item: QueuedPod, rejectedBy: ReadonlySet<string>): void {
    const flight = this.#inFlight.get(item.key);
    assert(flight !== undefined, () => `${item.key} was not taken from the queue`);
    item.timestamp = this.#kernel.now;
    item.rejectedBy = rejectedBy;
    let helped: KernelEvent | undefined;
    if (rejectedBy.size === 0) {
      item.errorCount++;
      helped = item.context;
    } else {
      item.unschedulableCount++;
      item.errorCount = 0;
      for (let i = flight.since - this.#firstEvent; i < this.#events.length; i++) {
        const { event, context } = this.#events[i]!;
        if (!this.#worthTrying(item, event)) continue;
        helped = context;
        break;
      }
    }
    this.done(item.key);
    if (helped !== undefined) this.#requeue(item, helped);
    else this.#enterPool(item);
  }

  /** Something happened in the cluster: moves the pods that it may help. */
  moveAll(event: ClusterEvent): void {
    this.#remember(event);
    if (this.#unschedulable.size === 0) return;
    const helped = new Map<string, QueuedPod>();
    for (const [plugin, items] of this.#byPlugin) {
      if (!this.#cares(plugin, event.kind)) continue;
      for (const item of items.values()) {
        if (!helped.has(item.key) && this.#worthTrying(item, event)) helped.set(item.key, item);
      }
    }
    for (const item of helped.values()) this.#requeue(item, this.#kernel.context);
  }

  /** Tries a pod again if it waits: whatever kept it back is over. */
  activate(key: string): void {
    const item = this.#unschedulable.get(key);
    if (item !== undefined) this.#requeue(item, this.#kernel.context);
  }

  /** Pods whose back-off is over enter the active queue. */
  flushBackoff(): void {
    for (const heap of [this.#backoff, this.#errorBackoff]) {
      for (let item = heap.peek(); item !== undefined && !this.#backsOff(item); item = heap.peek()) {
        heap.pop();
        this.#enter(item);
      }
    }
  }

  /** Pods that no event has concerned for long are tried again. */
  flushUnschedulable(): void {
    const now = this.#kernel.now;
    for (const item of [...this.#unschedulable.values()]) {
      if (now - item.timestamp > UNSCHEDULABLE_TIMEOUT) this.#requeue(item, item.context);
    }
  }

  #remember(event: ClusterEvent): void {
    if (this.#inFlight.size > 0) this.#events.push({ event, context: this.#kernel.context });
  }

  #refresh(item: QueuedPod, pod: Pod): void {
    item.pod = pod;
    item.priority = pod.spec.priority ?? 0;
  }

  /** To the back-off queue or the active queue, from the pool or from flight. */
  #requeue(item: QueuedPod, context: KernelEvent): void {
    this.#leavePool(item);
    item.context = context;
    item.backoffUntil = this.#backoffEnd(item);
    if (!this.#backsOff(item)) {
      this.#enter(item);
      return;
    }
    const heap = item.errorCount > 0 ? this.#errorBackoff : this.#backoff;
    if (this.#gated(item)) this.#enterPool(item);
    else heap.push(item);
    this.#changed.notify();
  }

  /** To the active queue, unless a plugin keeps the pod out. */
  #enter(item: QueuedPod): void {
    if (this.#gated(item)) {
      this.#enterPool(item);
      return;
    }
    item.timestamp = this.#kernel.now;
    item.sequence = this.#sequence++;
    this.#active.push(item);
    this.#changed.notify();
  }

  #gated(item: QueuedPod): boolean {
    const gate = this.#rules.gate(item.pod);
    item.gatedBy = gate?.plugin ?? "";
    if (gate !== undefined) item.rejectedBy = new Set([...item.rejectedBy, gate.plugin]);
    return gate !== undefined;
  }

  #enterPool(item: QueuedPod): void {
    this.#unschedulable.set(item.key, item);
    for (const plugin of item.rejectedBy) {
      let items = this.#byPlugin.get(plugin);
      if (items === undefined) this.#byPlugin.set(plugin, (items = new Map()));
      items.set(item.key, item);
    }
    this.#changed.notify();
  }

  #leavePool(item: QueuedPod): void {
    if (!this.#unschedulable.delete(item.key)) return;
    for (const plugin of item.rejectedBy) this.#byPlugin.get(plugin)?.delete(item.key);
  }

  #cares(plugin: string, kind: number): boolean {
    for (const { kinds } of this.#rules.interests(plugin) ?? []) if ((kinds & kind) !== 0) return true;
    return false;
  }

  #worthTrying(item: QueuedPod, event: ClusterEvent): boolean {
    for (const plugin of item.rejectedBy) {
      for (const { kinds, helps } of this.#rules.interests(plugin) ?? []) {
        if ((kinds & event.kind) === 0) continue;
        if (helps === undefined || helps(item.pod, event)) return true;
      }
    }
    return false;
  }

  #backsOff(item: QueuedPod): boolean {
    return item.backoffUntil > this.#kernel.now;
  }

  #backoffEnd(item: QueuedPod): Micros {
    const failures = item.errorCount > 0 ? item.errorCount : item.unschedulableCount;
    if (failures === 0) return 0;
    const end = item.timestamp + backoffAfter(failures);
    return end - (end % BACKOFF_FLUSH_PERIOD);
  }
}

/** How long a pod is kept back after so many failures: 1, 2, 4, 8, 10, 10 … s. */
export function backoffAfter(failures: number): Micros {
  let duration = INITIAL_BACKOFF;
  for (let i = 1; i < failures; i++) {
    if (duration > MAX_BACKOFF - duration) return MAX_BACKOFF;
    duration *= 2;
  }
  return duration;
}

function endsFirst(a: QueuedPod, b: QueuedPod): boolean {
  return a.backoffUntil === b.backoffUntil ? comesFirst(a, b) : a.backoffUntil < b.backoffUntil;
}

function keyOf(pod: Pod): string {
  return `${pod.metadata.namespace}/${pod.metadata.name}`;
}
