import type { Micros } from "../../sim/kernel/time";

/** Wall time between two signs of life, in milliseconds. */
const ALIVE_MS = 1000;

/**
 * Signs of life of a simulation that computes for long at a stretch, as when a long history is lived through again.
 * Only while virtual time moves: events that follow each other at one instant for ever are no life.
 *
 * @param clock wall time in milliseconds
 * @returns to be called now and then with the virtual time
 */
export function createPulse(clock: () => number, alive: () => void): (now: Micros) => void {
  let told = -Infinity;
  let seen: Micros = -1;
  return (now) => {
    const wall = clock();
    if (wall - told < ALIVE_MS || now === seen) return;
    told = wall;
    seen = now;
    alive();
  };
}
