import type { Rng } from "../kernel/rng";
import { MINUTE, MS, SECOND, type Micros } from "../kernel/time";

/**
 * Delays that double with each failure, with jitter of up to the delay itself, and start over after a quiet
 * while (apimachinery `pkg/util/wait/backoff.go`). The defaults are the reflector's.
 */
export class Backoff {
  readonly #rng: Rng;
  readonly #initial: Micros;
  readonly #max: Micros;
  readonly #reset: Micros;
  #delay: Micros;
  #last: Micros = -Infinity;

  constructor(rng: Rng, initial: Micros = 800 * MS, max: Micros = 30 * SECOND, reset: Micros = 2 * MINUTE) {
    this.#rng = rng;
    this.#initial = initial;
    this.#max = max;
    this.#reset = reset;
    this.#delay = initial;
  }

  /** How long to wait after a failure at `now`. */
  next(now: Micros): Micros {
    if (now - this.#last > this.#reset) this.#delay = this.#initial;
    this.#last = now;
    const delay = this.#delay;
    this.#delay = Math.min(this.#max, delay * 2);
    return this.#rng.jitter(delay, 100);
  }
}
