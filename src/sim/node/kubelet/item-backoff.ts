import type { Micros } from "../../kernel/time";

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

  /** Drops all keys that begin with a prefix (those of a pod that is gone). */
  forget(prefix: string): void {
    for (const key of this.#entries.keys()) if (key.startsWith(prefix)) this.#entries.delete(key);
  }

  #expired(entry: Entry, event: Micros): boolean {
    return event - entry.lastUpdate > 2 * this.#max;
  }
}

/** A whole number of seconds as Go prints a duration: `10s`, `1m20s`, `5m0s`. */
export function goSeconds(us: Micros): string {
  const seconds = Math.floor(us / 1_000_000);
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
}

/** A duration as Go prints it, to the millisecond: `1.2s`, `850ms`. */
export function goDuration(us: Micros): string {
  const ms = Math.round(us / 1000);
  if (ms < 1000) return `${ms}ms`;
  if (ms < 60_000) return `${ms / 1000}s`;
  return `${Math.floor(ms / 60_000)}m${(ms % 60_000) / 1000}s`;
}
