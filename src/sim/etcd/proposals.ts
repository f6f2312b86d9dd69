import type { Exchange } from "../kernel/connection";
import type { Micros } from "../kernel/time";
import type { Proposal } from "../raft/types";
import type { EtcdReply } from "./records";

/** A request that waits until its entry is applied here. */
export interface PendingRequest {
  readonly exchange: Exchange;
  readonly started: Micros;
  readonly deadline: Micros;
  readonly quiet: boolean;
}

/**
 * Requests on their way through the log, and those that still wait to be proposed: while the leader's disk is
 * writing, or while there is no leader.
 */
export class Proposals {
  /** By number; in order of their deadlines, because all have the same time. */
  readonly #pending = new Map<number, PendingRequest>();
  #queue: Proposal[] = [];
  #seqs: number[] = [];
  #lastSeq = 0;

  /** Requests whose outcome is not known yet. */
  get pending(): number {
    return this.#pending.size;
  }

  get queued(): number {
    return this.#queue.length;
  }

  /** Gives a request its number. */
  open(request: PendingRequest): number {
    this.#pending.set(++this.#lastSeq, request);
    return this.#lastSeq;
  }

  /** Ends a request: whoever waits for this number gets `reply`. */
  settle(seq: number, reply: EtcdReply): void {
    const request = this.#pending.get(seq);
    if (request === undefined) return;
    this.#pending.delete(seq);
    request.exchange.respond(reply, request.quiet);
  }

  /** Queues a proposal; `seq` 0 for one that nobody here waits for. */
  push(proposal: Proposal, seq: number): void {
    this.#queue.push(proposal);
    this.#seqs.push(seq);
  }

  /** Takes all that is queued, without those whose client was told meanwhile that time ran out. */
  take(): readonly Proposal[] {
    const queue = this.#queue;
    const seqs = this.#seqs;
    this.#queue = [];
    this.#seqs = [];
    for (let i = 0; i < seqs.length; i++) {
      const seq = seqs[i] as number;
      if (seq !== 0 && !this.#pending.has(seq)) {
        return queue.filter((_, j) => seqs[j] === 0 || this.#pending.has(seqs[j] as number));
      }
    }
    return queue;
  }

  /** Requests whose time ran out, taken out of the waiting. */
  expired(now: Micros): PendingRequest[] {
    const out: PendingRequest[] = [];
    for (const [seq, request] of this.#pending) {
      if (request.deadline > now) break;
      this.#pending.delete(seq);
      out.push(request);
    }
    return out;
  }
}
