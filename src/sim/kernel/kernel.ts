import { EventQueue, type KernelEvent } from "./event-queue";
import { Future, type Waiter } from "./future";
import { Network } from "./network";
import { Rng } from "./rng";
import type { Micros } from "./time";
import { Trace, type Fact } from "./trace";

/** The state that precedes every event: no cause, no story. */
const ORIGIN: KernelEvent = {
  at: 0,
  id: 0,
  cause: 0,
  story: 0,
  quiet: false,
  run: () => {},
  arg: undefined,
  cancelled: false,
};

/** How many events back the story of an event is still known (see `withCause`). */
const STORY_RING = 1 << 17;

export interface KernelOptions {
  readonly seed: number;
  /** Messages that the trace keeps; default 8192. */
  readonly traceMessages?: number;
  /** Facts that the trace keeps at least; default 20000. */
  readonly traceFacts?: number;
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
  readonly #rngs = new Map<string, Rng>();
  readonly #stories = new Float64Array(STORY_RING);
  #now: Micros = 0;
  #lastId = 0;
  #executed = 0;
  #current: KernelEvent = ORIGIN;
  #ready: (Waiter | undefined)[] = [];
  #readyArgs: unknown[] = [];
  #hashA = 0x811c9dc5;
  #hashB = 0x9e3779b9;
  #nextPid = 1;

  constructor(options: KernelOptions) {
    this.seed = options.seed;
    this.trace = new Trace({
      messages: options.traceMessages ?? 8192,
      facts: options.traceFacts ?? 20_000,
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

  /** The event that runs now: the causal context. Keep it and hand it to `adopt` to go on in its name. */
  get context(): KernelEvent {
    return this.#current;
  }

  /** A hash over the whole run so far: 16 hexadecimal digits. */
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

  /** Has `run(arg)` called after `delay` microseconds (0 or more). It inherits cause, story and quiet. */
  schedule<A>(delay: Micros, run: (arg: A) => void, arg: A, quiet = this.#current.quiet): KernelEvent {
    const event: KernelEvent = {
      at: this.#now + delay,
      id: ++this.#lastId,
      cause: this.#current.id,
      story: this.#current.story,
      quiet,
      run: run as (arg: never) => void,
      arg,
      cancelled: false,
    };
    this.#queue.push(event);
    return event;
  }

  cancel(event: KernelEvent): void {
    this.#queue.cancel(event);
  }

  /** A future that settles after `delay`. */
  timer(delay: Micros): Future<void> {
    const f = new Future<void>(this);
    this.schedule(delay, resolveVoid, f);
    return f;
  }

  /** Lets a waiter go on later within the current event; futures call it. */
  ready(waiter: Waiter, value: unknown, future: Future<unknown>): void {
    this.#ready.push(waiter);
    this.#readyArgs.push(value, future);
    if (this.#current === ORIGIN) this.#drain();
  }

  /** From here on, what the current event does counts as done on behalf of `context` (of a work item, say). */
  adopt(context: KernelEvent): void {
    this.#current = context;
  }

  /** Runs `fn` with `cause` (an event id) as the cause of what it does; for effects of batched entries. */
  withCause(cause: number, quiet: boolean, fn: () => void): void {
    const before = this.#current;
    const known = cause > 0 && this.#lastId - cause < STORY_RING;
    const story = known ? (this.#stories[cause % STORY_RING] as number) : before.story;
    this.#current = { ...ORIGIN, at: this.#now, id: cause || before.id, cause, story, quiet };
    try {
      fn();
    } finally {
      this.#current = before;
    }
  }

  /** Records a lasting fact; what is done from here on in this event has it as its story. */
  fact(kind: string, subject: string, data: unknown, where?: { host: string; process: string }): Fact {
    const fact = this.trace.addFact({
      cause: this.#current.story,
      event: this.#current.id,
      at: this.#now,
      host: where?.host ?? "",
      process: where?.process ?? "",
      kind,
      subject,
      data,
    });
    this.#current.story = fact.id;
    return fact;
  }

  /** Time of the next event, or undefined when nothing is left to happen. */
  nextTime(): Micros | undefined {
    return this.#queue.peekTime();
  }

  /** The events still to come, unordered; for views only. */
  pending(): readonly KernelEvent[] {
    return this.#queue.pending();
  }

  /** Does something from outside the simulation (a command): a cause of its own, at the current time. */
  external(fn: () => void): void {
    const before = this.#current;
    this.#current = { ...ORIGIN, at: this.#now, id: ++this.#lastId };
    this.#mix(this.#current);
    try {
      fn();
      this.#drain();
    } finally {
      this.#current = before;
    }
  }

  /** Executes the next event, whenever it is. False when there is none. */
  step(): boolean {
    const event = this.#queue.pop();
    if (event === undefined) return false;
    this.#execute(event);
    return true;
  }

  /** Executes every event up to and including time `until`; then the clock stands at `until`. */
  runUntil(until: Micros): void {
    for (;;) {
      const next = this.#queue.peekTime();
      if (next === undefined || next > until) break;
      this.#execute(this.#queue.pop() as KernelEvent);
    }
    if (until > this.#now) this.#now = until;
  }

  #execute(event: KernelEvent): void {
    this.#now = event.at;
    this.#current = event;
    this.#executed++;
    this.#mix(event);
    (event.run as (arg: unknown) => void)(event.arg);
    this.#drain();
    this.#stories[event.id % STORY_RING] = event.story;
    event.arg = undefined;
    this.#current = ORIGIN;
  }

  #drain(): void {
    // Waiters may make others ready: the list grows while it is walked.
    const ready = this.#ready;
    const args = this.#readyArgs;
    if (ready.length === 0) return;
    const context = this.#current;
    for (let i = 0; i < ready.length; i++) {
      this.#current = context;
      const w = ready[i] as Waiter;
      w.settled(args[2 * i], args[2 * i + 1] as Future<unknown>);
    }
    ready.length = 0;
    args.length = 0;
  }

  #mix(event: KernelEvent): void {
    const low = event.at | 0;
    const high = Math.floor(event.at / 4294967296);
    this.#hashA = Math.imul(this.#hashA ^ low ^ high, 0x01000193);
    this.#hashB = Math.imul(this.#hashB ^ event.id ^ (event.cause << 7), 0x85ebca6b) ^ (this.#hashA >>> 15);
  }
}

function resolveVoid(f: Future<void>): void {
  f.resolve();
}
