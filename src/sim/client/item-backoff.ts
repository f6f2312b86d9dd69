import type { Micros } from "../kernel/time";

interface Entry {
  backoff: Micros;
  lastUpdate: Micros;
}

/**
 * Delays that double with each use of a key and are forgotten after a good while
 * (client-go `util/flowcontrol/backoff.go`).
 */
export class ItemBackoff {
  readonly #initial: Micros;
  readonly #max: Micros;
  readonly #entries = new Map<string, Entry>();

  constructor(initial: Micros, max: Micros) {
    this.#initial = initial;
    this.#max = max;
  }

  /** The delay that goes with a key; 0 for none. */
  get(key: string): Micros {
    return this.#entries.get(key)?.backoff ?? 0;
  }

  /** Lengthens a key's delay, `event` being when the thing happened that asks for it. */
  next(key: string, event: Micros, now: Micros): void {
    const entry = this.#entries.get(key);
    if (entry === undefined || this.#expired(entry, event)) {
      this.#entries.set(key, { backoff: this.#initial, lastUpdate: now });
      return;
    }
    entry.backoff = Math.min(entry.backoff * 2, this.#max);
    entry.lastUpdate = now;
  }

  /** Until when a key has to wait after something happened at `event`; undefined: it need not. */
  waitsUntil(key: string, event: Micros, now: Micros): Micros | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined || this.#expired(entry, event)) return undefined;
    const until = event + entry.backoff;
    return now < until ? until : undefined;
  }

  /** As `waitsUntil`, counted from the key's last change. */
  waitsUntilUpdate(key: string, now: Micros): Micros | undefined {
    const entry = this.#entries.get(key);
    return entry === undefined ? undefined : this.waitsUntil(key, entry.lastUpdate, now);
  }

  /** Drops all keys that begin with a prefix (those of an object that is gone). */
  forget(prefix: string): void {
    for (const key of this.#entries.keys()) if (key.startsWith(prefix)) this.#entries.delete(key);
  }

  #expired(entry: Entry, event: Micros): boolean {
    return event - entry.lastUpdate > 2 * this.#max;
  }
}
