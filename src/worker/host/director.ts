import type { Message } from "../../sim/kernel/message";

/**
 * The director: how fast virtual time should pass, decided from what is on the wire alone.
 *
 * While messages that matter are in flight it slows down so far that a hop can be followed; the longer a
 * chain goes on, the more it hurries. When nothing that matters moves it speeds up step by step.
 */

/** Virtual seconds per wall second while the first messages after an action fly: a LAN hop takes about 60 ms. */
const CLOSE_UP = 0.004;
/** Later in the same chain. */
const FOLLOW = 0.08;
/** When idle: from here, doubling twice a second, up to the limit. */
const IDLE_START = 1;
const IDLE_LIMIT = 20;
/** Wall time that the close-up lasts after an action, and over which it fades into FOLLOW. */
const CLOSE_UP_MS = 1500;
const FADE_MS = 2500;
/** How long after the last message that matters the slow pace is kept, in wall milliseconds. */
const LINGER_MS = 150;

export class Director {
  #sinceAction = Number.POSITIVE_INFINITY;
  #idle = 0;
  #inFlight: Message[] = [];

  /** A user did something: the next messages deserve a close look. */
  action(): void {
    this.#sinceAction = 0;
    this.#idle = 0;
  }

  /** Takes note of messages that set off, and forgets those that have arrived. */
  observe(sent: readonly Message[], now: number): void {
    for (const m of sent) if (!m.quiet) this.#inFlight.push(m);
    if (this.#inFlight.length > 0)
      this.#inFlight = this.#inFlight.filter((m) => m.received > now && !m.dropped);
  }

  /** The speed for the next stretch, after `wallMs` more of wall time. */
  speed(wallMs: number): number {
    this.#sinceAction += wallMs;
    if (this.#inFlight.length > 0) this.#idle = 0;
    else this.#idle += wallMs;
    if (this.#idle <= LINGER_MS && this.#sinceAction < CLOSE_UP_MS + FADE_MS) return this.#attentive();
    if (this.#idle <= LINGER_MS) return FOLLOW;
    const doublings = Math.min(8, (this.#idle - LINGER_MS) / 500);
    return Math.min(IDLE_LIMIT, IDLE_START * 2 ** doublings);
  }

  /** Should a stretch stop as soon as a message that matters sets off, so that it is seen from the start? */
  get watchful(): boolean {
    return this.#inFlight.length === 0;
  }

  #attentive(): number {
    const fade = Math.max(0, Math.min(1, (this.#sinceAction - CLOSE_UP_MS) / FADE_MS));
    return CLOSE_UP * (FOLLOW / CLOSE_UP) ** fade;
  }
}
