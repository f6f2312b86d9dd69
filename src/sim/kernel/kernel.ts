import { assert, AssertionError } from "../../shared/assert";
import { EventQueue, type KernelEvent } from "./event-queue";
import { Future, type Waiter } from "./future";
import { Network } from "./network";
import { Rng } from "./rng";
import { EXIT } from "./thread";
import type { Micros } from "./time";
import { Trace, type Fact } from "./trace";

/** A pulse comes after so many events: a few milliseconds of work, seldom a second. A power of two. */
const PULSE_EVENTS = 1024;
/** How many events back the story of an event is still known (see `withCause`). */
const STORY_RING = 1 << 17;
/** The longest delay: 142 years. */
const LONGEST = 4.5e15;
/** Entries of the ready list that belong together: waiter, value, future, context. */
const STRIDE = 4;
/** Room that the ready list keeps between events. */
const READY_ROOM = 64 * STRIDE;

export interface KernelOptions {
  readonly seed: number;
  /** Messages that the trace keeps; default 8192. */
  readonly traceMessages?: number;
  /** Facts that the trace keeps at least; default 8000. */
  readonly traceFacts?: number;
  /** What stays of an old fact's data (see `TraceOptions`); default: all of it. */
  readonly slimFact?: (fact: Fact) => unknown;
  /** Called now and then between events, with the virtual time: who runs the kernel can tell that it still moves. */
  readonly pulse?: (now: Micros) => void;
}

/** A causal context: what comes before every event, or what goes on in the name of one. */
function context(at: Micros, id: number, cause: number, story: number, quiet: boolean): KernelEvent {
  return { at, id, cause, story, quiet, run: nothing, arg: undefined, over: true };
}

/**
 * One virtual clock, one event queue, one seed. `runUntil` is synchronous: no promise, timer or microtask
 * takes part, so the same seed and the same calls give the same run, to the byte.
 */
export class Kernel {
  readonly seed: number;
  readonly trace: Trace;
  readonly network: Network;
  readonly #queue = new EventQueue();
  readonly #pulse: ((now: Micros) => void) | undefined;
  readonly #rngs = new Map<string, Rng>();
  /** By event id modulo its length: the newest fact in the event's name. */
  readonly #stories = new Float64Array(STORY_RING);
  /** The context outside of every event: no cause, no story. */
  readonly #origin = context(0, 0, 0, 0, false);
  #now: Micros = 0;
  #lastId = 0;
  #executed = 0;
  #current: KernelEvent = this.#origin;
  /** An event, or something from outside, is being carried out. */
  #busy = false;
  readonly #ready: unknown[] = [];
  #readyCount = 0;
  #hashA = 0x811c9dc5;
  #hashB = 0x9e3779b9;
  #nextPid = 1;

  constructor(options: KernelOptions) {
    this.seed = options.seed;
    this.#pulse = options.pulse;
    this.trace = new Trace({
      messages: options.traceMessages ?? 8192,
      facts: options.traceFacts ?? 8000,
      slim: options.slimFact,
    });
    this.network = new Network(this);
  }

  /** Virtual time. */
  get now(): Micros {
    return this.#now;
  }

  /** Number of events executed so far. */
  get executed(): number {
    return this.#executed;
  }

  /** The causal context of what is done now. Keep it and hand it to `adopt` to go on in its name. */
  get context(): KernelEvent {
    return this.#current;
  }

  /** A hash over the whole run so far (every event and fact): 16 hexadecimal digits. */
  get hash(): string {
    const hex = (n: number) => (n >>> 0).toString(16).padStart(8, "0");
    return hex(this.#hashA) + hex(this.#hashB);
  }

  /** The random stream of this name; the same object each time. */
  rng(name: string): Rng {
    let r = this.#rngs.get(name);
    if (r === undefined) this.#rngs.set(name, (r = new Rng(this.seed, name)));
    return r;
  }

  /** A process id that was never given before. */
  newPid(): number {
    return this.#nextPid++;
  }

  /** An id that no event has: for what is traced but never happens. */
  newId(): number {
    return ++this.#lastId;
  }

  /**
   * Has `run(arg)` called after `delay` microseconds (0 or more; a fraction is rounded up). It inherits cause,
   * story and quiet.
   */
  schedule<A>(delay: Micros, run: (arg: A) => void, arg: A, quiet = this.#current.quiet): KernelEvent {
    // Not by `assert`: a closure here would cost an allocation an event.
    if (!(delay >= 0 && delay <= LONGEST)) throw new AssertionError(`cannot schedule after ${delay} µs`);
    const current = this.#current;
    const event: KernelEvent = {
      at: this.#now + Math.ceil(delay),
      id: ++this.#lastId,
      cause: current.id,
      story: current.story,
      quiet,
      run: run as (arg: never) => void,
      arg,
      over: false,
    };
    this.#queue.push(event);
    return event;
  }

  /** Makes sure that an event does not happen; one that has happened is left alone. */
  cancel(event: KernelEvent): void {
    this.#queue.cancel(event);
  }

  /** A future that settles after `delay`. */
  timer(delay: Micros): Future<void> {
    const f = new Future<void>(this);
    this.schedule(delay, resolveVoid, f);
    return f;
  }

  /** Lets a waiter go on later within the current event, in the context of now; futures call it. */
  ready(waiter: Waiter, value: unknown, future: Future<unknown>): void {
    const ready = this.#ready;
    const i = this.#readyCount;
    this.#readyCount = i + STRIDE;
    ready[i] = waiter;
    ready[i + 1] = value;
    ready[i + 2] = future;
    ready[i + 3] = this.#current;
    if (!this.#busy) this.#carryOut(nothing, undefined);
  }

  /** From here on, what the current task does counts as done on behalf of `of` (a work item's, say). */
  adopt(of: KernelEvent): void {
    if (of !== this.#current) this.#current = context(this.#now, of.id, of.cause, of.story, of.quiet);
  }

  /** From here on, what the current task does is quiet (it only serves heartbeats and the like), or is not. */
  setQuiet(quiet: boolean): void {
    const c = this.#current;
    if (c.quiet !== quiet) this.#current = context(c.at, c.id, c.cause, c.story, quiet);
  }

  /** Runs `fn` with `cause` (an event id) as the cause of what it does; for effects of batched entries. */
  withCause(cause: number, quiet: boolean, fn: () => void): void {
    const before = this.#current;
    const known = cause > 0 && this.#lastId - cause < STORY_RING;
    const story = known ? (this.#stories[cause % STORY_RING] as number) : before.story;
    this.#current = context(this.#now, cause || before.id, cause, story, quiet);
    try {
      fn();
    } finally {
      this.#current = before;
    }
  }

  /** Records a lasting fact; what the current task does from here on has it as its story. */
  fact(kind: string, subject: string, data: unknown, where?: { host: string; process: string }): Fact {
    const c = this.#current;
    const fact = this.trace.addFact({
      cause: c.story,
      event: c.id,
      at: this.#now,
      host: where?.host ?? "",
      process: where?.process ?? "",
      kind,
      subject,
      data,
    });
    // A context of its own: whoever kept the one before must not inherit what came later.
    if (this.#busy) this.#current = context(c.at, c.id, c.cause, fact.id, c.quiet);
    if (c.id > 0 && this.#lastId - c.id < STORY_RING) this.#stories[c.id % STORY_RING] = fact.id;
    this.#mixText(kind);
    this.#mixText(subject);
    return fact;
  }

  /** Time of the next event, or undefined when nothing is left to happen. */
  nextTime(): Micros | undefined {
    return this.#queue.peekTime();
  }

  /** The events still to come, unordered, cancelled ones (`over`) among them; for views only. */
  pending(): readonly KernelEvent[] {
    return this.#queue.pending();
  }

  /**
   * Does something from outside the simulation (a command): a cause of its own, at the current time. All that
   * is due until now happens first, so that the time alone tells where in a history it belongs.
   */
  external(fn: () => void): void {
    if (!this.#busy) this.runUntil(this.#now);
    const before = this.#current;
    const busy = this.#busy;
    const event = context(this.#now, ++this.#lastId, 0, 0, false);
    this.#stories[event.id % STORY_RING] = 0;
    this.#mix(event);
    this.#current = event;
    try {
      if (busy) fn();
      else this.#carryOut(fn as (arg: unknown) => void, undefined);
    } finally {
      this.#current = before;
    }
  }

  /** Executes the next event, whenever it is. False when there is none. */
  step(): boolean {
    assert(!this.#busy, "step within an event");
    const event = this.#queue.pop();
    if (event === undefined) return false;
    this.#execute(event);
    return true;
  }

  /** Executes every event up to and including time `until`; then the clock stands at `until`. */
  runUntil(until: Micros): void {
    assert(!this.#busy, "runUntil within an event");
    for (;;) {
      const event = this.#queue.popUntil(until);
      if (event === undefined) break;
      this.#execute(event);
    }
    if (until > this.#now) this.#now = until;
  }

  #execute(event: KernelEvent): void {
    this.#now = event.at;
    this.#current = event;
    this.#executed++;
    this.#stories[event.id % STORY_RING] = event.story;
    this.#mix(event);
    this.#carryOut(event.run as (arg: unknown) => void, event.arg);
    event.arg = undefined;
    this.#current = this.#origin;
    if ((this.#executed & (PULSE_EVENTS - 1)) === 0) this.#pulse?.(this.#now);
  }

  /** Runs something and then all who became ready by it, each in the context in which it did. */
  #carryOut(run: (arg: unknown) => void, arg: unknown): void {
    const before = this.#current;
    this.#busy = true;
    try {
      this.#protect(run, arg);
      if (this.#readyCount > 0) this.#drain();
    } catch (e) {
      this.#forgetReady();
      const event = this.#current;
      if (e instanceof Error) e.message += ` [seed ${this.seed}, ${this.#now} µs, event ${event.id}]`;
      throw e;
    } finally {
      this.#busy = false;
      this.#current = before;
    }
  }

  #protect(run: (arg: unknown) => void, arg: unknown): void {
    try {
      run(arg);
    } catch (e) {
      // A process ended itself in a handler; it is gone already.
      if (e !== EXIT) throw e;
    }
  }

  #drain(): void {
    const ready = this.#ready;
    // Waiters may make others ready: the list grows while it is walked.
    for (let i = 0; i < this.#readyCount; i += STRIDE) {
      this.#current = ready[i + 3] as KernelEvent;
      (ready[i] as Waiter).settled(ready[i + 1], ready[i + 2] as Future<unknown>);
    }
    this.#forgetReady();
  }

  /** Empties the list but keeps its room, unless it has grown out of proportion. */
  #forgetReady(): void {
    if (this.#readyCount > READY_ROOM) this.#ready.length = 0;
    else this.#ready.fill(undefined, 0, this.#readyCount);
    this.#readyCount = 0;
  }

  #mix(event: KernelEvent): void {
    const low = event.at | 0;
    const high = Math.floor(event.at / 4294967296);
    this.#hashA = Math.imul(this.#hashA ^ low ^ high, 0x01000193);
    this.#hashB = Math.imul(this.#hashB ^ event.id ^ (event.cause << 7), 0x85ebca6b) ^ (this.#hashA >>> 15);
  }

  #mixText(text: string): void {
    let h = this.#hashA;
    for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
    this.#hashA = h;
    this.#hashB = Math.imul(this.#hashB ^ h, 0x85ebca6b);
  }
}

function nothing(): void {}

function resolveVoid(f: Future<void>): void {
  f.resolve();
}
