/**
 * Keeps a storm of Events from becoming a storm of writes: what repeats is counted, what is alike is
 * combined, what is too much is dropped (client-go `tools/record/events_cache.go`).
 */
import { MINUTE, type Micros } from "../kernel/time";
import { TokenBucket } from "./token-bucket";

const CACHE_SIZE = 4096;
/** This many different messages of one kind within the interval, and they are combined. */
const MAX_SIMILAR = 10;
const SIMILAR_INTERVAL: Micros = 10 * MINUTE;
const SPAM_BURST = 25;
const SPAM_QPS = 1 / 300;
/** After so long a bucket is full again and an Event is gone from etcd: what is known of an object is of no use. */
const KEPT: Micros = 125 * MINUTE;
export const COMBINED_PREFIX = "(combined from similar events): ";

/** What there is to say about an object. `source` tells component and host apart. */
export interface EventContent {
  readonly source: string;
  /** Identity of the involved object. */
  readonly object: string;
  readonly type: string;
  readonly reason: string;
  readonly message: string;
}

/** An Event that was written before, so that the next one like it becomes a PATCH. */
export interface EventRecord {
  readonly name: string;
  readonly count: number;
  readonly firstTimestamp: string;
}

/** What is to be written: a new Event, or a count for one that exists. */
export interface Correlated {
  readonly key: string;
  readonly message: string;
  readonly previous: EventRecord | undefined;
}

interface Similar {
  messages: Set<string>;
  last: Micros;
}

/** A map that forgets its least recently used entry when it is full, and what has been useless for long. */
class RecentMap<V> {
  readonly #map = new Map<string, { value: V; used: Micros }>();

  get(key: string, now: Micros): V | undefined {
    const entry = this.#map.get(key);
    if (entry === undefined || now - entry.used > KEPT) return undefined;
    entry.used = now;
    this.#map.delete(key);
    this.#map.set(key, entry);
    return entry.value;
  }

  set(key: string, value: V, now: Micros): void {
    this.#map.delete(key);
    this.#map.set(key, { value, used: now });
    for (const [oldest, { used }] of this.#map) {
      if (this.#map.size <= CACHE_SIZE && now - used <= KEPT) return;
      this.#map.delete(oldest);
    }
  }
}

export class EventCorrelator {
  readonly #similar = new RecentMap<Similar>();
  readonly #written = new RecentMap<EventRecord>();
  readonly #spam = new RecentMap<TokenBucket>();
  #now: Micros = 0;

  /** What to write for an Event; undefined: drop it. */
  correlate(event: EventContent, now: Micros): Correlated | undefined {
    this.#now = now;
    const group = `${event.source}|${event.object}|${event.type}|${event.reason}`;
    const combined = this.#tooManyAlike(group, event.message, now);
    const message = combined ? COMBINED_PREFIX + event.message : event.message;
    const key = combined ? group : `${group}|${message}`;
    if (!this.#allowed(`${event.source}|${event.object}`, now)) return undefined;
    return { key, message, previous: this.#written.get(key, now) };
  }

  /** An Event was written. */
  wrote(key: string, record: EventRecord): void {
    this.#written.set(key, record, this.#now);
  }

  #tooManyAlike(group: string, message: string, now: Micros): boolean {
    let similar = this.#similar.get(group, now);
    if (similar === undefined || now - similar.last > SIMILAR_INTERVAL) {
      similar = { messages: new Set(), last: now };
      this.#similar.set(group, similar, now);
    }
    similar.last = now;
    similar.messages.add(message);
    if (similar.messages.size < MAX_SIMILAR) return false;
    // Make room for the next one, so that the set stays at the brink.
    for (const first of similar.messages) {
      similar.messages.delete(first);
      break;
    }
    return true;
  }

  #allowed(key: string, now: Micros): boolean {
    let bucket = this.#spam.get(key, now);
    if (bucket === undefined) this.#spam.set(key, (bucket = new TokenBucket(SPAM_QPS, SPAM_BURST)), now);
    return bucket.tryTake(now);
  }
}
