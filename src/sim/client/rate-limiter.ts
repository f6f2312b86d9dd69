import { MS, SECOND, type Micros } from "../kernel/time";
import { TokenBucket } from "./token-bucket";

/** Says how long an item that failed has to wait. */
export interface RateLimiter {
  when(item: string, now: Micros): Micros;
  /** Forgets an item's failures. */
  forget(item: string): void;
  /** Failures since the item was last forgotten. */
  failures(item: string): number;
}

/** Each failure of an item doubles its delay (client-go `util/workqueue/default_rate_limiters.go`). */
export class ExponentialLimiter implements RateLimiter {
  readonly #base: Micros;
  readonly #max: Micros;
  readonly #failures = new Map<string, number>();

  constructor(base: Micros = 5 * MS, max: Micros = 1000 * SECOND) {
    this.#base = base;
    this.#max = max;
  }

  when(item: string): Micros {
    const n = this.#failures.get(item) ?? 0;
    this.#failures.set(item, n + 1);
    let delay = this.#base;
    for (let i = 0; i < n && delay < this.#max; i++) delay *= 2;
    return Math.min(delay, this.#max);
  }

  forget(item: string): void {
    this.#failures.delete(item);
  }

  failures(item: string): number {
    return this.#failures.get(item) ?? 0;
  }
}

/** The stricter of an exponential limit per item and a bucket for all of them: 10 a second, 100 at once. */
export class DefaultLimiter implements RateLimiter {
  readonly #items: ExponentialLimiter;
  readonly #bucket: TokenBucket;

  constructor(base?: Micros, max?: Micros, qps = 10, burst = 100) {
    this.#items = new ExponentialLimiter(base, max);
    this.#bucket = new TokenBucket(qps, burst);
  }

  when(item: string, now: Micros): Micros {
    return Math.max(this.#items.when(item), this.#bucket.reserve(now));
  }

  forget(item: string): void {
    this.#items.forget(item);
  }

  failures(item: string): number {
    return this.#items.failures(item);
  }
}
