import { SECOND, type Micros } from "../kernel/time";

interface Entry {
  readonly node: string;
  readonly uid: string;
  /** Not before this time; later after a failure. */
  processAt: Micros;
}

/**
 * The nodes of a zone that are to be tainted NoExecute, a few at a time
 * (`pkg/controller/nodelifecycle/scheduler/rate_limited_queue.go`). A node that was tainted is remembered until it is
 * removed, so that it is not queued again.
 */
export class ZoneQueue {
  readonly #entries = new Map<string, Entry>();
  readonly #known = new Set<string>();
  #rate: number;
  /** When the next token is there; tokens are not saved up. */
  #tokenAt: Micros = 0;

  /** `rate`: nodes a second; 0: none at all. */
  constructor(rate: number) {
    this.#rate = rate;
  }

  get rate(): number {
    return this.#rate;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** False if the node is queued or done already. */
  add(node: string, uid: string, now: Micros): boolean {
    if (this.#known.has(node)) return false;
    this.#known.add(node);
    this.#entries.set(node, { node, uid, processAt: now });
    return true;
  }

  /** Forgets a node; false if it was neither queued nor done. */
  remove(node: string): boolean {
    this.#entries.delete(node);
    return this.#known.delete(node);
  }

  has(node: string): boolean {
    return this.#known.has(node);
  }

  /** Changes the rate. If the old one had the queue wait, the new one begins with a wait. */
  setRate(rate: number, now: Micros): void {
    if (rate === this.#rate) return;
    const waiting = this.#rate === 0 || this.#tokenAt > now;
    this.#rate = rate;
    this.#tokenAt = waiting && rate > 0 ? now + Math.round(SECOND / rate) : now;
  }

  /** When the next node may be taken; undefined if there is none, or the rate is 0. */
  nextTime(): Micros | undefined {
    if (this.#rate === 0) return undefined;
    const head = this.#head();
    return head === undefined ? undefined : Math.max(head.processAt, this.#tokenAt);
  }

  /** Takes a token and gives the node whose turn it is; undefined if it is nobody's yet. */
  take(now: Micros): { readonly node: string; readonly uid: string } | undefined {
    const at = this.nextTime();
    if (at === undefined || at > now) return undefined;
    this.#tokenAt = now + Math.round(SECOND / this.#rate);
    return this.#head();
  }

  /** The node that was taken is done. */
  done(node: string): void {
    this.#entries.delete(node);
  }

  /** The node that was taken is to be tried again at a time. */
  retry(node: string, at: Micros): void {
    const entry = this.#entries.get(node);
    if (entry === undefined) return;
    entry.processAt = at;
    this.#entries.delete(node);
    this.#entries.set(node, entry);
  }

  /** Entries are in order of time but for those that are retried. */
  #head(): Entry | undefined {
    let head: Entry | undefined;
    for (const entry of this.#entries.values()) {
      if (head === undefined || entry.processAt < head.processAt) head = entry;
    }
    return head;
  }
}
