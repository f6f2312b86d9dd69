import type { Message } from "./message";
import type { Micros } from "./time";

/** A lasting record of something that changed: an object, a host, a process, a link, a decision. */
export interface Fact {
  /** Grows by one with each fact. */
  readonly id: number;
  /** The fact that led to this one; 0 when a person did it or time alone. */
  readonly cause: number;
  /** Kernel event during which it was recorded. */
  readonly event: number;
  readonly at: Micros;
  /** Where: host and process, "" for none. */
  readonly host: string;
  readonly process: string;
  /** What kind of thing happened, e.g. `power-off`, `process-exit`, `object`. */
  readonly kind: string;
  /** What it is about, e.g. `pods/default/web-2`, `worker-1`. */
  readonly subject: string;
  /** Plain data that belongs to the kind. */
  readonly data: unknown;
}

/** Facts are forgotten in bulk, when there are so many times as many as are kept. */
const SLACK = 1.25;

export interface TraceOptions {
  /** Messages that are kept. */
  readonly messages: number;
  /** Facts that are kept at least. */
  readonly facts: number;
  /**
   * What stays of a fact's data when it is no longer among the newest `fresh`: facts that hold on to whole
   * objects would keep every version of everything in memory.
   */
  readonly slim?: ((fact: Fact) => unknown) | undefined;
  /** Default 4000. */
  readonly fresh?: number;
}

/**
 * What has happened: a bounded ring of the messages that travelled, and the facts, which last.
 * Readers keep a cursor (a count) and ask for what came since.
 */
export class Trace {
  readonly #capacity: number;
  readonly #ring: (Message | undefined)[];
  #messages = 0;
  readonly #factsKept: number;
  #facts: Fact[] = [];
  #firstFact = 1;
  readonly #slim: ((fact: Fact) => unknown) | undefined;
  readonly #fresh: number;

  constructor(options: TraceOptions) {
    this.#capacity = options.messages;
    this.#ring = Array.from({ length: options.messages });
    this.#factsKept = options.facts;
    this.#slim = options.slim;
    this.#fresh = options.fresh ?? 4000;
  }

  /** Messages seen so far, those already forgotten included. */
  get messageCount(): number {
    return this.#messages;
  }

  /** Id of the newest fact; 0 before the first. */
  get lastFact(): number {
    return this.#firstFact + this.#facts.length - 1;
  }

  addMessage(message: Message): void {
    if (this.#capacity > 0) this.#ring[this.#messages % this.#capacity] = message;
    this.#messages++;
  }

  /** The kept messages from number `cursor` (a former `messageCount`) on, oldest first. */
  messagesSince(cursor: number): Message[] {
    const from = Math.max(cursor, this.#messages - this.#capacity);
    const out: Message[] = [];
    for (let i = from; i < this.#messages; i++) out.push(this.#ring[i % this.#capacity] as Message);
    return out;
  }

  addFact(fact: Omit<Fact, "id">): Fact {
    const { cause, event, at, host, process, kind, subject, data } = fact;
    const stored: Fact = { id: this.lastFact + 1, cause, event, at, host, process, kind, subject, data };
    this.#facts.push(stored);
    if (this.#slim !== undefined) this.#slimDown(this.#facts.length - 1 - this.#fresh, this.#slim);
    if (this.#facts.length > this.#factsKept * SLACK) {
      const drop = this.#facts.length - this.#factsKept;
      this.#facts = this.#facts.slice(drop);
      this.#firstFact += drop;
    }
    return stored;
  }

  #slimDown(index: number, slim: (fact: Fact) => unknown): void {
    const old = this.#facts[index];
    if (old === undefined) return;
    const { id, cause, event, at, host, process, kind, subject } = old;
    const data = slim(old);
    if (data !== old.data) this.#facts[index] = { id, cause, event, at, host, process, kind, subject, data };
  }

  /** The kept facts with an id above `id`, oldest first. */
  factsAfter(id: number): readonly Fact[] {
    return this.#facts.slice(Math.max(0, id + 1 - this.#firstFact));
  }

  /** One fact by its id; undefined when forgotten or not there. */
  fact(id: number): Fact | undefined {
    return this.#facts[id - this.#firstFact];
  }
}
