import type { Micros } from "./time";

/**
 * Something that will happen at an instant. Executed in order of (at, id); `id` also names it in the trace.
 *
 * An event is the causal context of all that is done while it runs: what it schedules inherits `story` (the
 * newest fact in its chain of causes) and `quiet` (it only serves heartbeats and the like).
 */
export interface KernelEvent {
  readonly at: Micros;
  readonly id: number;
  /** Id of the event that scheduled this one; 0 for none. */
  readonly cause: number;
  /** Id of the newest fact that led here. */
  readonly story: number;
  readonly quiet: boolean;
  run: (arg: never) => void;
  arg: unknown;
  /** It has run or was cancelled: it will not run (again). */
  over: boolean;
}

/** A binary min-heap of events. Cancelled ones are dropped when they surface, or all at once when they abound. */
export class EventQueue {
  #heap: KernelEvent[] = [];
  #cancelled = 0;

  /** How many events will still run. */
  get size(): number {
    return this.#heap.length - this.#cancelled;
  }

  push(event: KernelEvent): void {
    const heap = this.#heap;
    let i = heap.length;
    heap.push(event);
    while (i > 0) {
      const parent = (i - 1) >> 1;
      const p = heap[parent] as KernelEvent;
      if (p.at < event.at || (p.at === event.at && p.id < event.id)) break;
      heap[i] = p;
      i = parent;
    }
    heap[i] = event;
  }

  /** Time of the next event that will really run, or undefined. */
  peekTime(): Micros | undefined {
    this.#dropCancelled();
    return this.#heap[0]?.at;
  }

  /** Takes the next event out; undefined when there is none. */
  pop(): KernelEvent | undefined {
    this.#dropCancelled();
    const event = this.#take();
    if (event !== undefined) event.over = true;
    return event;
  }

  /** Takes the next event out if its time is `until` at the latest; else undefined. */
  popUntil(until: Micros): KernelEvent | undefined {
    this.#dropCancelled();
    const next = this.#heap[0];
    if (next === undefined || next.at > until) return undefined;
    this.#take();
    next.over = true;
    return next;
  }

  /** Marks an event so that it never runs; one that ran already is left alone. */
  cancel(event: KernelEvent): void {
    if (event.over) return;
    event.over = true;
    event.arg = undefined;
    this.#cancelled++;
    if (this.#cancelled > 1024 && this.#cancelled * 2 > this.#heap.length) this.#compact();
  }

  /** The pending events in no particular order, cancelled ones (`over`) among them; for views only. */
  pending(): readonly KernelEvent[] {
    return this.#heap;
  }

  #dropCancelled(): void {
    while (this.#heap[0]?.over) {
      this.#take();
      this.#cancelled--;
    }
  }

  #take(): KernelEvent | undefined {
    const heap = this.#heap;
    const top = heap[0];
    const last = heap.pop();
    if (last === undefined || top === undefined || heap.length === 0) return top;
    this.#sink(last, 0);
    return top;
  }

  #sink(event: KernelEvent, from: number): void {
    const heap = this.#heap;
    const n = heap.length;
    let i = from;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= n) break;
      let c = heap[child] as KernelEvent;
      const right = child + 1;
      if (right < n) {
        const r = heap[right] as KernelEvent;
        if (r.at < c.at || (r.at === c.at && r.id < c.id)) {
          child = right;
          c = r;
        }
      }
      if (event.at < c.at || (event.at === c.at && event.id < c.id)) break;
      heap[i] = c;
      i = child;
    }
    heap[i] = event;
  }

  #compact(): void {
    this.#heap = this.#heap.filter((e) => !e.over);
    this.#cancelled = 0;
    for (let i = (this.#heap.length >> 1) - 1; i >= 0; i--) this.#sink(this.#heap[i] as KernelEvent, i);
  }
}
