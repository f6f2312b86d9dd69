import type { Micros } from "../../kernel/time";

interface Entry {
  readonly delay: Micros;
  readonly since: Micros;
}

/** Failed pods are replaced at once the first time, then after a delay that doubles (client-go `util/flowcontrol`). */
export class FailedPodBackoff {
  readonly #initial: Micros;
  readonly #max: Micros;
  readonly #entries = new Map<string, Entry>();

  constructor(initial: Micros, max: Micros) {
    this.#initial = initial;
    this.#max = max;
  }

  /** How long an entry has still to wait; 0: it may go. */
  left(key: string, now: Micros): Micros {
    const entry = this.#entries.get(key);
    return entry === undefined ? 0 : Math.max(0, entry.since + entry.delay - now);
  }

  /** Notes that an entry was acted on. After a long while without failures it starts over. */
  next(key: string, now: Micros): void {
    const entry = this.#entries.get(key);
    const fresh = entry === undefined || now - entry.since > 2 * this.#max;
    const delay = fresh ? this.#initial : Math.min(this.#max, entry.delay * 2);
    this.#entries.set(key, { delay, since: now });
  }

  /** Drops all entries of a set. */
  forget(prefix: string): void {
    for (const key of this.#entries.keys()) if (key.startsWith(prefix)) this.#entries.delete(key);
  }
}
