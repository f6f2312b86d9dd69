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

/** Virtual time is cut into slots of 2^20 µs, a little more than a second. */
const SLOT: Micros = 1 << 20;
/** So many cancelled events may lie around before they are swept out. */
const MAX_LITTER = 1024;

/**
 * The events to come: those of the near future in a binary min-heap, the others in slots of time that are
 * poured into the heap when their turn comes. Most events of the far future are limits of calls, cancelled
 * long before: they cost next to nothing there. Cancelled events are dropped when they surface, or all at
 * once when they abound.
 */
export class EventQueue {
  #heap: KernelEvent[] = [];
  /** Events from here on lie in slots; always the beginning of one. */
  #horizon: Micros = SLOT;
  readonly #slots = new Map<number, KernelEvent[]>();
  /** Numbers of the slots in use, the latest first. */
  readonly #order: number[] = [];
  #inSlots = 0;
  #cancelled = 0;

  /** How many events will still run. */
  get size(): number {
    return this.#heap.length + this.#inSlots - this.#cancelled;
  }

  push(event: KernelEvent): void {
    if (event.at < this.#horizon) this.#rise(event);
    else this.#defer(event);
  }

  /** Time of the next event that will really run, or undefined. */
  peekTime(): Micros | undefined {
    return this.#next()?.at;
  }

  /** Takes the next event out; undefined when there is none. */
  pop(): KernelEvent | undefined {
    return this.popUntil(Number.POSITIVE_INFINITY);
  }

  /** Takes the next event out if its time is `until` at the latest; else undefined. */
  popUntil(until: Micros): KernelEvent | undefined {
    const next = this.#next();
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
    if (this.#cancelled > MAX_LITTER && this.#cancelled * 2 > this.#heap.length + this.#inSlots)
      this.#sweep();
  }

  /** The pending events in no particular order, cancelled ones (`over`) among them; for views only. */
  pending(): readonly KernelEvent[] {
    return [...this.#heap, ...[...this.#slots.values()].flat()];
  }

  /** The first event that is not cancelled, at the top of the heap. */
  #next(): KernelEvent | undefined {
    for (;;) {
      const top = this.#heap[0];
      if (top === undefined) {
        if (this.#order.length === 0) return undefined;
        this.#pour();
      } else if (top.over) {
        this.#take();
        this.#cancelled--;
      } else return top;
    }
  }

  /** Puts an event of the far future into its slot. */
  #defer(event: KernelEvent): void {
    const number = Math.floor(event.at / SLOT);
    const slot = this.#slots.get(number);
    this.#inSlots++;
    if (slot !== undefined) {
      slot.push(event);
      return;
    }
    this.#slots.set(number, [event]);
    const order = this.#order;
    let i = order.length;
    while (i > 0 && (order[i - 1] as number) < number) i--;
    order.splice(i, 0, number);
  }

  /** Pours the next slot in use into the empty heap. */
  #pour(): void {
    const number = this.#order.pop() as number;
    const slot = this.#slots.get(number) as KernelEvent[];
    this.#slots.delete(number);
    this.#inSlots -= slot.length;
    this.#horizon = (number + 1) * SLOT;
    for (const event of slot) {
      if (event.over) this.#cancelled--;
      else this.#rise(event);
    }
  }

  #rise(event: KernelEvent): void {
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

  #take(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last !== undefined && heap.length > 0) this.#sink(last, 0);
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

  #sweep(): void {
    this.#heap = this.#heap.filter(isPending);
    for (let i = (this.#heap.length >> 1) - 1; i >= 0; i--) this.#sink(this.#heap[i] as KernelEvent, i);
    this.#inSlots = 0;
    for (const [number, slot] of this.#slots) {
      const left = slot.filter(isPending);
      this.#slots.set(number, left);
      this.#inSlots += left.length;
    }
    this.#cancelled = 0;
  }
}

function isPending(event: KernelEvent): boolean {
  return !event.over;
}
