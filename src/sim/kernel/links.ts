import type { Host } from "./host";
import type { Rng } from "./rng";
import { MS, type Micros } from "./time";

/** TCP sends again after this long what got lost; each further time after twice as long. */
export const RETRANSMIT: Micros = 200 * MS;
/** Between two processes of one host. */
const LOOPBACK: Micros = 15;
/** What is sent again and again gets through even where nearly all is lost. */
const WORST_LOSS_PPM = 900_000;

/** What is wrong with a link in one direction. */
export interface LinkFault {
  readonly cut: boolean;
  /** Extra delay in microseconds. */
  readonly delay: Micros;
  /** Loss in parts per million. */
  readonly lossPpm: number;
}

/** The links between hosts: how long a message takes over them, and whether it gets through. */
export class Links {
  readonly #rng: Rng;
  /** By `from.index * 65536 + to.index`; only links that have a fault. */
  readonly #faults = new Map<number, LinkFault>();

  constructor(rng: Rng) {
    this.#rng = rng;
  }

  /** Has any link a fault? */
  get faulty(): boolean {
    return this.#faults.size > 0;
  }

  /** The fault of the link in one direction; undefined when it is fine. */
  fault(from: Host, to: Host): LinkFault | undefined {
    return this.#faults.get(keyOf(from, to));
  }

  /** Changes a link in one direction; gives what is wrong with it now. */
  change(from: Host, to: Host, change: Partial<LinkFault>): LinkFault {
    const key = keyOf(from, to);
    const next = { cut: false, delay: 0, lossPpm: 0, ...this.#faults.get(key), ...change };
    if (!next.cut && next.delay === 0 && next.lossPpm === 0) this.#faults.delete(key);
    else this.#faults.set(key, next);
    return next;
  }

  /** Forgets all links of a host that is gone for good. */
  forget(host: Host): void {
    for (const key of this.#faults.keys()) {
      if (key % 65536 === host.index || Math.floor(key / 65536) === host.index) this.#faults.delete(key);
    }
  }

  /** Are all hosts of a route up and none of its links cut? */
  passable(route: readonly Host[]): boolean {
    const faulty = this.#faults.size > 0;
    for (let i = 0; i < route.length; i++) {
      const host = route[i] as Host;
      if (!host.powered) return false;
      if (faulty && i > 0 && this.#faults.get(keyOf(route[i - 1] as Host, host))?.cut) return false;
    }
    return true;
  }

  /** Time that a message takes along a route; `reliable` adds retransmissions, else -1 says that it got lost. */
  delay(route: readonly Host[], reliable: boolean): Micros {
    let total = 0;
    for (let i = 1; i < route.length; i++) {
      const a = route[i - 1] as Host;
      const b = route[i] as Host;
      if (a === b) {
        total += LOOPBACK;
        continue;
      }
      const base = a.latency + b.latency;
      total += base + this.#rng.below((base >> 2) + 1);
      if (this.#faults.size === 0) continue;
      const fault = this.#faults.get(keyOf(a, b));
      if (fault === undefined) continue;
      total += fault.delay;
      const again = this.#retransmissions(fault.lossPpm, reliable);
      if (again < 0) return -1;
      total += again;
    }
    return total;
  }

  #retransmissions(lossPpm: number, reliable: boolean): Micros {
    if (!reliable) return this.#rng.chance(lossPpm) ? -1 : 0;
    let total = 0;
    for (let wait = RETRANSMIT; this.#rng.chance(Math.min(lossPpm, WORST_LOSS_PPM)); wait *= 2) total += wait;
    return total;
  }
}

function keyOf(from: Host, to: Host): number {
  return from.index * 65536 + to.index;
}
