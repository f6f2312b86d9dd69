/**
 * Keeps a storm of Events from becoming a storm of writes: what repeats is counted, what is alike is
 * combined, what is too much is dropped (client-go `tools/record/events_cache.go`). /
 */
import { MINUTE, type Micros } from "../kernel/time";
import { TokenBucket } from "./token-bucket";

const CACHE_SIZE = 4096;
/** This many different messages of one kind within the interval, and they are combined. */
const MAX_SIMILAR = 10;
const SIMILAR_INTERVAL: Micros = 10 * MINUTE;
const SPAM_BURST = 25;
const SPAM_QPS = 1 / 300;
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

/** A map that forgets its least recently used entry when it is full. */
class RecentMap<V> {
  readonly #map = new Map<string, V>();

  get(key: string): V | undefined {
    const value = this.#map.get(key);
    if (value === undefined) return undefined;
    this.#map.delete(key);
    this.#map.set(key, value);
    return value;
  }

  set(key: string, value: V): void {
    this.#map.delete(key);
    this.#map.set(key, value);
    if (this.#map.size <= CACHE_SIZE) return;
    for (const oldest of this.#map.keys()) {
      this.#map.delete(oldest);
      return;
    }
  }
}

export class EventCorrelator {
  readonly #similar = new RecentMap<Similar>();
  readonly #written = new RecentMap<EventRecord>();
  readonly #spam = new RecentMap<TokenBucket>();

  /** What to write for an Event; undefined: drop it. */
  correlate(event: EventContent, now: Micros): Correlated | undefined {
    const group = `${event.source}|${event.object}|${event.type}|${event.reason}`;
    const combined = this.#tooManyAlike(group, event.message, now);
    const message = combined ? COMBINED_PREFIX + event.message : event.message;
    const key = combined ? group : `${group}|${message}`;
    if (!this.#allowed(`${event.source}|${event.object}`, now)) return undefined;
    return { key, message, previous: this.#written.get(key) };
  }

  /** An Event was written. */
  wrote(key: string, record: EventRecord): void {
    this.#written.set(key, record);
  }

  #tooManyAlike(group: string, message: string, now: Micros): boolean {
    let similar = this.#similar.get(group);
    if (similar === undefined || now - similar.last > SIMILAR_INTERVAL) {
      similar = { messages: new Set(), last: now };
      this.#similar.set(group, similar);
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
    let bucket = this.#spam.get(key);
    if (bucket === undefined) this.#spam.set(key, (bucket = new TokenBucket(SPAM_QPS, SPAM_BURST)));
    return bucket.tryTake(now);
  }
}
