/** The part of the kernel that a pace needs. */
export interface Clockwork {
  readonly now: number;
  runUntil(until: number): void;
}

/** Real time, replaceable in tests. Milliseconds. */
export interface WallClock {
  now(): number;
  /** Calls back once after `ms`, 0 being as soon as what waits has been read; gives a way to call it off. */
  after(ms: number, call: () => void): () => void;
}

const SYSTEM_CLOCK: WallClock = {
  now: () => performance.now(),
  after(ms, call) {
    if (ms === 0) {
      const turn = setImmediate(call);
      return () => clearImmediate(turn);
    }
    const timer = setTimeout(call, ms);
    return () => clearTimeout(timer);
  },
};

/** Time between two looks at the clock. */
const TICK_MS = 4;
/** The event loop is not held longer than this at a time, so that requests get through. */
const BUDGET_MS = 20;
/** Slices of virtual time in which a budget is spent, in microseconds. */
const SLICE_US = 20_000;
/** A simulation that cannot keep up falls behind rather than rush after the clock for ever. */
const MAX_LAG_MS = 250;

/** Lets virtual time pass with real time, `speed` times as fast. */
export class Pace {
  readonly #kernel: Clockwork;
  readonly #speed: number;
  readonly #clock: WallClock;
  readonly #onCrash: (error: unknown) => void;
  #callOff: (() => void) | undefined;
  #wall = 0;
  #virtual = 0;
  #resting = false;

  /** @param onCrash told once when the simulation threw: it must not go on then */
  constructor(
    kernel: Clockwork,
    speed: number,
    onCrash: (error: unknown) => void,
    clock: WallClock = SYSTEM_CLOCK,
  ) {
    this.#kernel = kernel;
    this.#speed = speed;
    this.#onCrash = onCrash;
    this.#clock = clock;
  }

  start(): void {
    this.#rebase();
    this.#next();
  }

  stop(): void {
    this.#callOff?.();
    this.#callOff = undefined;
  }

  /** Somebody waits for an answer: there is no need to wait for the next look at the clock. */
  nudge(): void {
    if (this.#callOff === undefined) return;
    this.#callOff();
    this.#next(0);
  }

  /** An answer is there: it goes out before more time passes. */
  rest(): void {
    this.#resting = true;
  }

  #rebase(): void {
    this.#wall = this.#clock.now();
    this.#virtual = this.#kernel.now;
  }

  #next(ms = TICK_MS): void {
    this.#callOff = this.#clock.after(ms, () => {
      try {
        this.#advance();
      } catch (error) {
        this.stop();
        this.#onCrash(error);
        return;
      }
      if (this.#callOff !== undefined) this.#next();
    });
  }

  #advance(): void {
    const began = this.#clock.now();
    const target = Math.floor(this.#virtual + (began - this.#wall) * 1000 * this.#speed);
    this.#resting = false;
    while (this.#kernel.now < target && !this.#resting) {
      this.#kernel.runUntil(Math.min(target, this.#kernel.now + SLICE_US));
      if (this.#clock.now() - began > BUDGET_MS) break;
    }
    const behind = (target - this.#kernel.now) / (1000 * this.#speed);
    if (behind > MAX_LAG_MS) this.#rebase();
  }
}
