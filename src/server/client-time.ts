import { formatTime, parseTime } from "../sim/api/time";

const SECOND_US = 1_000_000;
/** Instant of virtual time 0, in milliseconds of the wall clock. */
const EPOCH_MS = Date.parse(formatTime(0));
/** Times of answers that are remembered, so that what a client sends back is what it was told of. */
const REMEMBERED = 20_000;
/** A time in a JSON text, alone in its string; one in an escaped text (an annotation) is left alone. */
const IN_TEXT = /"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?Z"/g;
/** The time at the beginning of a line of a log. */
const IN_LOG = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?Z(?= )/gm;
const ALONE = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?Z$/;

/**
 * Time as a client on this machine tells it. The cluster's clock begins in 2026 and runs at a pace of its own, but
 * kubectl works out ages with the clock of its machine: so the times of answers are moved until the cluster's now is
 * the client's now, and the times of requests are moved back.
 */
export class ClientTime {
  readonly #wallMs: () => number;
  readonly #told = new Map<string, string>();
  #offset = 0;

  /** `wallMs`: the clock of this machine. */
  constructor(wallMs: () => number = Date.now) {
    this.#wallMs = wallMs;
  }

  /**
   * Whole seconds by which the client's clock is ahead, given the cluster's time in virtual microseconds. Stays as it
   * is while it is right to a second, so that an object's times are the same in one answer and the next.
   */
  offsetAt(clusterUs: number): number {
    const wall = Math.floor((this.#wallMs() - EPOCH_MS) / 1000);
    const ahead = wall - Math.floor(clusterUs / SECOND_US);
    if (Math.abs(ahead - this.#offset) > 1) this.#offset = ahead;
    return this.#offset;
  }

  /** The text of an answer that is JSON, for the client. */
  toClient(json: string, clusterUs: number): string {
    const offset = this.offsetAt(clusterUs);
    return json.replace(
      IN_TEXT,
      (_, whole: string, fraction = "") => `"${this.#move(whole, fraction, offset)}"`,
    );
  }

  /** The lines of a log, for the client. */
  logToClient(text: string, clusterUs: number): string {
    const offset = this.offsetAt(clusterUs);
    return text.replace(IN_LOG, (_, whole: string, fraction = "") => this.#move(whole, fraction, offset));
  }

  /** What a client sent, in the cluster's time: texts that are times and nothing else, however deep. */
  toCluster<T>(value: T): T {
    if (typeof value === "string") return this.#back(value) as T;
    if (typeof value !== "object" || value === null) return value;
    if (Array.isArray(value)) return value.map((item: unknown) => this.toCluster(item)) as T;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.toCluster(item)])) as T;
  }

  #move(whole: string, fraction: string, offset: number): string {
    const told = shifted(whole, offset) + fraction;
    if (this.#told.size >= REMEMBERED) this.#told.clear();
    this.#told.set(`${told}Z`, `${whole}${fraction}Z`);
    return `${told}Z`;
  }

  #back(text: string): string {
    const time = ALONE.exec(text);
    if (time === null) return text;
    // Some clients write decimals where they were told none.
    const known = this.#told.get(text) ?? this.#told.get(text.replace(/\.0+Z$/, "Z"));
    return known ?? `${shifted(time[1] ?? "", -this.#offset)}${time[2] ?? ""}Z`;
  }
}

/** A time without its fraction and zone, moved; what is no time stays. */
function shifted(whole: string, seconds: number): string {
  const us = parseTime(`${whole}Z`);
  return Number.isNaN(us) ? whole : formatTime(us + seconds * SECOND_US).slice(0, -1);
}
