/**
 * What a controller has asked for and not seen yet. Until the watch has shown it, the local copy lies, and
 * acting on it again would create or delete too much (`pkg/controller/controller_utils.go`).
 */
import { MINUTE, type Micros } from "../kernel/time";

/** After this long it is given up to wait for the watch. */
export const EXPECTATIONS_TIMEOUT: Micros = 5 * MINUTE;

interface Expectation {
  creations: number;
  /** Keys of the objects whose deletion has not been seen. */
  readonly deletions: Set<string>;
  readonly since: Micros;
}

export class Expectations {
  readonly #byKey = new Map<string, Expectation>();

  /** Whether everything expected for a key has been seen, or was waited for long enough. */
  satisfied(key: string, now: Micros): boolean {
    const e = this.#byKey.get(key);
    if (e === undefined) return true;
    return (e.creations <= 0 && e.deletions.size === 0) || now - e.since > EXPECTATIONS_TIMEOUT;
  }

  /** Replaces what is expected: so many creations, and the deletion of these objects. */
  expect(key: string, creations: number, deletions: Iterable<string>, now: Micros): void {
    this.#byKey.set(key, { creations, deletions: new Set(deletions), since: now });
  }

  /** One creation was seen, or failed and will never be. */
  creationObserved(key: string): void {
    const e = this.#byKey.get(key);
    if (e !== undefined && e.creations > 0) e.creations--;
  }

  /** `count` creations will not be tried at all. */
  lowerCreations(key: string, count: number): void {
    const e = this.#byKey.get(key);
    if (e !== undefined) e.creations = Math.max(0, e.creations - count);
  }

  /** An object's deletion was seen (a deletionTimestamp is enough), or failed. */
  deletionObserved(key: string, object: string): void {
    this.#byKey.get(key)?.deletions.delete(object);
  }

  /** The key itself is gone. */
  delete(key: string): void {
    this.#byKey.delete(key);
  }

  /** What is still awaited for a key, for views. */
  pending(key: string): { readonly creations: number; readonly deletions: number } {
    const e = this.#byKey.get(key);
    return { creations: e?.creations ?? 0, deletions: e?.deletions.size ?? 0 };
  }
}
