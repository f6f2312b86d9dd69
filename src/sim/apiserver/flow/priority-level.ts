/**
 * A priority level at work: seats that requests take while they are worked on, and queues in which those wait that
 * find none (apiserver `pkg/util/flowcontrol/fairqueuing/queueset`, `pkg/util/shufflesharding`).
 *
 * Fairness is start-time fair queuing, counted in seats: each queue has a start tag that moves on by the seats of
 * every request taken from it, and the queue with the lowest tag is next. A queue that was empty begins at the tag of
 * the last request that was taken, so that nobody saves up. Upstream counts in seats times seconds of work, which it
 * guesses beforehand and corrects afterwards; here all requests count as equally long.
 */
import { Future, type Waiter } from "../../kernel/future";
import type { Kernel } from "../../kernel/kernel";
import { Rng } from "../../kernel/rng";
import { within, type Task } from "../../kernel/task";
import type { Micros } from "../../kernel/time";

/** What a level may do. */
export interface LevelLimits {
  /** Seats; Infinity for the exempt level. */
  readonly seats: number;
  /** Absent: who finds no seat is turned away. */
  readonly queuing?: Queuing;
}

export interface Queuing {
  readonly queues: number;
  readonly handSize: number;
  readonly queueLengthLimit: number;
}

interface Waiting {
  readonly seats: number;
  /** Settles when the request may go on, or when its client has gone. */
  readonly outcome: Future<"seated" | "gone">;
}

class Queue {
  readonly requests: Waiting[] = [];
  /** Seats that its requests want. */
  seats = 0;
  /** Start tag of its next request. */
  start = 0;
}

/** The most seats that one request may take, at the usual number of seats in all. */
const WIDTH_MAX = 10;
const WIDTH_PART = 0.15;
const HANDS_MAX = 1024;
const NO_LIMITS: LevelLimits = { seats: Infinity };

export class PriorityLevel {
  readonly name: string;
  /** Seats taken. */
  inUse = 0;
  /** Requests in queues. */
  waiting = 0;
  readonly #kernel: Kernel;
  #limits = NO_LIMITS;
  #queues: Queue[] = [];
  /** Queues with requests in them; of an earlier configuration, too. */
  #busy: Queue[] = [];
  /** Start tag of the request that was taken last. */
  #virtualTime = 0;
  #hands = new Map<string, readonly number[]>();

  constructor(kernel: Kernel, name: string) {
    this.#kernel = kernel;
    this.name = name;
  }

  get limits(): LevelLimits {
    return this.#limits;
  }

  /** Seats that the widest request may take. */
  get widest(): number {
    const { seats, queuing } = this.#limits;
    if (queuing === undefined) return Math.min(WIDTH_MAX, Math.max(1, seats));
    const part = Math.min(WIDTH_PART * seats, Math.floor(seats / queuing.handSize));
    return Math.max(1, Math.min(WIDTH_MAX, Math.floor(part)));
  }

  /** Gives the level other limits. Who waits stays where they are. */
  configure(limits: LevelLimits): void {
    const before = this.#limits.queuing;
    this.#limits = limits;
    const { queuing } = limits;
    if (queuing?.queues !== before?.queues || queuing?.handSize !== before?.handSize) {
      this.#queues = Array.from({ length: queuing?.queues ?? 0 }, () => new Queue());
      this.#hands = new Map();
    }
    this.#seatWaiting();
  }

  /** Takes seats, if they are free and nobody waits for them. */
  take(seats: number): boolean {
    if (this.waiting > 0 || !this.#fits(seats)) return false;
    this.inUse += seats;
    return true;
  }

  /** Gives seats back. */
  release(seats: number): void {
    this.inUse -= seats;
    if (this.waiting > 0) this.#seatWaiting();
  }

  /**
   * Waits for seats in the shortest queue of the flow's hand.
   *
   * @param gone settles when the client does not want an answer any more
   * @returns false if there is no room to wait, if that took too long, or the client has gone
   */
  *wait(flow: string, seats: number, patience: Micros, gone: Future<void>): Task<boolean> {
    const { queuing } = this.#limits;
    if (queuing === undefined) return false;
    const queue = this.#shortest(this.#handOf(flow, queuing));
    if (queue === undefined || queue.requests.length >= queuing.queueLengthLimit) return false;
    const request: Waiting = { seats, outcome: new Future(this.#kernel) };
    this.#enqueue(queue, request);
    const leaving: Waiter = { settled: () => request.outcome.resolve("gone") };
    gone.addWaiter(leaving);
    yield* within(request.outcome, patience);
    gone.removeWaiter(leaving);
    if (request.outcome.value === "seated") return true;
    this.#leave(queue, request);
    return false;
  }

  /** Wide requests are let in alone, so that limits that shrink do not shut them out for ever. */
  #fits(seats: number): boolean {
    const limit = this.#limits.seats;
    return this.inUse + seats <= limit || (this.inUse === 0 && limit > 0);
  }

  #handOf(flow: string, { queues, handSize }: Queuing): readonly number[] {
    const known = this.#hands.get(flow);
    if (known !== undefined) return known;
    if (this.#hands.size >= HANDS_MAX) this.#hands.clear();
    const hand = dealHand(flow, queues, handSize);
    this.#hands.set(flow, hand);
    return hand;
  }

  #shortest(hand: readonly number[]): Queue | undefined {
    let best: Queue | undefined;
    for (const index of hand) {
      const queue = this.#queues[index];
      if (queue !== undefined && (best === undefined || queue.seats < best.seats)) best = queue;
    }
    return best;
  }

  #enqueue(queue: Queue, request: Waiting): void {
    if (queue.requests.length === 0) {
      queue.start = Math.max(queue.start, this.#virtualTime);
      this.#busy.push(queue);
    }
    queue.requests.push(request);
    queue.seats += request.seats;
    this.waiting++;
  }

  #leave(queue: Queue, request: Waiting): void {
    const at = queue.requests.indexOf(request);
    if (at >= 0) this.#remove(queue, at);
    // Whoever left may have been too wide for what is free.
    this.#seatWaiting();
  }

  #remove(queue: Queue, at: number): Waiting {
    const [request] = queue.requests.splice(at, 1) as [Waiting];
    queue.seats -= request.seats;
    this.waiting--;
    if (queue.requests.length === 0) this.#busy.splice(this.#busy.indexOf(queue), 1);
    return request;
  }

  #seatWaiting(): void {
    while (this.waiting > 0) {
      const queue = this.#next();
      const first = queue?.requests[0];
      if (queue === undefined || first === undefined || !this.#fits(first.seats)) return;
      this.#remove(queue, 0);
      this.#virtualTime = queue.start;
      queue.start += first.seats;
      if (first.outcome.settled) continue;
      this.inUse += first.seats;
      first.outcome.resolve("seated");
    }
  }

  /** The busy queue with the lowest start tag; of equal ones that which has been busy for longest. */
  #next(): Queue | undefined {
    let best: Queue | undefined;
    for (const queue of this.#busy) if (best === undefined || queue.start < best.start) best = queue;
    return best;
  }
}

/** The queues that a flow may use: some, all different, chosen by the flow's name alone (shuffle sharding). */
export function dealHand(flow: string, queues: number, handSize: number): readonly number[] {
  const dealer = new Rng(queues, flow);
  const hand: number[] = [];
  while (hand.length < Math.min(handSize, queues)) {
    const card = dealer.below(queues);
    if (!hand.includes(card)) hand.push(card);
  }
  return hand;
}
