import { SECOND, type Micros } from "../../kernel/time";
import type { CacheEvent } from "./cache-event";

/** At least this many events are remembered, and all that are younger than the window, up to a limit. */
const MIN_EVENTS = 100;
const MAX_EVENTS = 102_400;
const WINDOW: Micros = 75 * SECOND;

/**
 * The last events of one resource, in order of revision (apiserver `pkg/storage/cacher/watch_cache.go`): what a
 * watch from a past revision is answered from.
 */
export class EventHistory {
  #events: CacheEvent[] = [];
  #head = 0;
  #floor = 0;

  /** The lowest revision that a watch may still start after. */
  get floor(): number {
    return this.#floor;
  }

  get size(): number {
    return this.#events.length - this.#head;
  }

  /** Forgets everything: the cache was filled anew as of `revision`. */
  reset(revision: number): void {
    this.#events = [];
    this.#head = 0;
    this.#floor = revision;
  }

  append(event: CacheEvent): void {
    this.#events.push(event);
    const horizon = event.at - WINDOW;
    while (this.size > MIN_EVENTS) {
      const oldest = this.#events[this.#head] as CacheEvent;
      if (oldest.at >= horizon && this.size <= MAX_EVENTS) break;
      this.#head++;
      this.#floor = (this.#events[this.#head] as CacheEvent).revision - 1;
    }
    if (this.#head > 256 && this.#head * 2 > this.#events.length) {
      this.#events = this.#events.slice(this.#head);
      this.#head = 0;
    }
  }

  /** The events after `revision`; undefined when some of them are forgotten. */
  since(revision: number): readonly CacheEvent[] | undefined {
    if (revision < this.#floor) return undefined;
    const events = this.#events;
    let low = this.#head;
    let high = events.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((events[middle] as CacheEvent).revision <= revision) low = middle + 1;
      else high = middle;
    }
    return events.slice(low);
  }
}
