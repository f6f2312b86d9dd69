import { assert } from "../../shared/assert";
import { SECOND, type Micros } from "../kernel/time";

/**
 * A token bucket: `qps` tokens a second, at most `burst` saved up. Kept as the one instant at which the
 * bucket would be full of debt, so that it costs nothing while nobody asks (golang.org/x/time/rate).
 */
export class TokenBucket {
  readonly #interval: Micros;
  readonly #tolerance: Micros;
  #next: Micros = -Infinity;

  constructor(qps: number, burst: number) {
    assert(qps > 0 && burst >= 1, "a bucket gives tokens");
    this.#interval = Math.round(SECOND / qps);
    this.#tolerance = (burst - 1) * this.#interval;
  }

  /** Takes a token, borrowed from the future if need be; gives how long to wait for it. */
  reserve(now: Micros): Micros {
    const at = Math.max(this.#next, now);
    this.#next = at + this.#interval;
    return Math.max(0, at - this.#tolerance - now);
  }

  /** Takes a token if there is one right now. */
  tryTake(now: Micros): boolean {
    const at = Math.max(this.#next, now);
    if (at - this.#tolerance > now) return false;
    this.#next = at + this.#interval;
    return true;
  }
}
