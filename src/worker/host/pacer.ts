import type { Cluster } from "../../sim/cluster/cluster";
import type { Pace } from "../protocol/protocol";
import { Director } from "./director";

/** Longest stretch of wall time that one frame makes up for: after a stall time does not leap. */
const MAX_FRAME_MS = 100;

/** Joins wall time and virtual time: how far the cluster runs for a stretch of wall time. */
export class Pacer {
  pace: Pace = { mode: "director" };
  playing = false;
  readonly director = new Director();
  readonly #clock: () => number;
  /** Virtual microseconds owed, fractions included, so that the slowest paces move at all. */
  #debt = 0;
  #speed = 0;
  #cursor = 0;

  /** `clock` gives wall time in milliseconds. */
  constructor(clock: () => number) {
    this.#clock = clock;
  }

  /** Virtual seconds per wall second of the last stretch; 0 while paused. */
  get speed(): number {
    return this.playing ? this.#speed : 0;
  }

  /** Forgets what was owed and seen: the cluster was replaced or moved by other means. */
  reset(cluster: Cluster): void {
    this.#debt = 0;
    this.#cursor = cluster.kernel.trace.messageCount;
  }

  /** Runs the cluster for `wallMs` of wall time, using at most `budgetMs` of it for work. */
  advance(cluster: Cluster, wallMs: number, budgetMs: number): void {
    if (!this.playing) return;
    const frame = Math.min(wallMs, MAX_FRAME_MS);
    const deadline = this.#clock() + budgetMs;
    const { pace } = this;
    if (pace.mode === "max") {
      const before = cluster.kernel.now;
      while (this.#clock() < deadline) cluster.kernel.runUntil(cluster.kernel.now + 20_000);
      this.#speed = (cluster.kernel.now - before) / 1000 / Math.max(1, frame);
      return;
    }
    this.#observe(cluster);
    this.#speed = pace.mode === "speed" ? pace.speed : this.director.speed(frame);
    this.#debt += this.#speed * frame * 1000;
    const whole = Math.floor(this.#debt);
    this.#debt -= whole;
    this.#run(
      cluster,
      cluster.kernel.now + whole,
      deadline,
      pace.mode === "director" && this.director.watchful,
    );
  }

  #observe(cluster: Cluster): void {
    const { trace, now } = cluster.kernel;
    this.director.observe(trace.messagesSince(this.#cursor), now);
    this.#cursor = trace.messageCount;
  }

  #run(cluster: Cluster, until: number, deadline: number, watchful: boolean): void {
    const { kernel } = cluster;
    let steps = 0;
    for (;;) {
      const next = kernel.nextTime();
      if (next === undefined || next > until) break;
      const before = kernel.trace.messageCount;
      kernel.step();
      if (watchful && kernel.trace.messageCount > before) {
        if (kernel.trace.messagesSince(before).some((m) => !m.quiet)) return;
      }
      // Looking at the clock is dear: only now and then.
      if ((++steps & 63) === 0 && this.#clock() > deadline) return;
    }
    kernel.runUntil(until);
  }
}
