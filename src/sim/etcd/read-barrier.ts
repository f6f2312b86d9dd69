import { ERR_LEADER_CHANGED } from "./client/wire";
import type { Exchange } from "../kernel/connection";
import type { Micros } from "../kernel/time";
import { MS } from "../kernel/time";
import type { Raft } from "../raft/raft";
import type { ReadState } from "../raft/types";
import { ERR_TIMEOUT } from "./errors";
import type { EtcdError } from "./records";

/**
 * Asks again when the leader has not answered. Models etcd: server/etcdserver/read_index
 * (readIndexRetryTime).
 */
const RETRY: Micros = 500 * MS;

interface WaitingRead {
  readonly exchange: Exchange;
  readonly deadline: Micros;
  /**
   * The event that brought it: what answers it is done on its behalf, not on that of the heartbeat that
   * confirms it.
   */
  readonly cause: number;
  readonly quiet: boolean;
}

/**
 * Linearizable reads: one question to the leader at a time, for all reads that waited when it was asked.
 * Models etcd: v3_server.go (linearizableReadLoop).
 */
export class ReadBarrier {
  readonly #raft: Raft;
  readonly #serve: (exchange: Exchange, cause: number, quiet: boolean) => void;
  readonly #fail: (exchange: Exchange, error: EtcdError, quiet: boolean) => void;
  #waiting: WaitingRead[] = [];
  #asked: WaitingRead[] = [];
  #context: number;
  #askedAt: Micros = 0;
  /** Index that must be applied before those asked for are served; 0: not known yet. */
  #index = 0;

  constructor(
    raft: Raft,
    pid: number,
    serve: (exchange: Exchange, cause: number, quiet: boolean) => void,
    fail: (exchange: Exchange, error: EtcdError, quiet: boolean) => void,
  ) {
    this.#raft = raft;
    // An answer to the process that ran here before must not pass for one to us.
    this.#context = pid * 0x1000000;
    this.#serve = serve;
    this.#fail = fail;
  }

  get size(): number {
    return this.#waiting.length + this.#asked.length;
  }

  add(exchange: Exchange, deadline: Micros, cause: number, quiet: boolean, now: Micros): void {
    this.#waiting.push({ exchange, deadline, cause, quiet });
    this.#ask(now);
  }

  /** An answer from the leader. */
  answered(read: ReadState): void {
    // Any answer to this question will do, be it to the first asking or a repetition.
    if (this.#asked.length > 0 && read.context === this.#context && this.#index === 0)
      this.#index = read.index;
  }

  /** Serves what may be served; called when more is applied or answered. */
  advance(now: Micros): void {
    while (this.#index > 0 && this.#raft.log.applied >= this.#index) {
      const ready = this.#asked;
      this.#asked = [];
      this.#index = 0;
      for (const r of ready) if (r.exchange.open) this.#serve(r.exchange, r.cause, r.quiet);
      this.#ask(now);
    }
  }

  /** Time passed. */
  tick(now: Micros): void {
    this.#waiting = this.#expire(this.#waiting, now);
    if (this.#asked.length === 0) {
      this.#ask(now);
      return;
    }
    this.#asked = this.#expire(this.#asked, now);
    if (this.#asked.length === 0) {
      this.#index = 0;
      this.#ask(now);
    } else if (this.#index === 0 && now - this.#askedAt >= RETRY) this.#send(now);
  }

  /** There is another leader than the one that was asked. */
  leaderChanged(now: Micros): void {
    const lost = this.#asked;
    if (lost.length > 0 && this.#index === 0) {
      this.#asked = [];
      for (const r of lost) this.#fail(r.exchange, ERR_LEADER_CHANGED, r.quiet);
    }
    this.#ask(now);
  }

  #ask(now: Micros): void {
    if (this.#asked.length > 0 || this.#waiting.length === 0 || this.#raft.lead === 0) return;
    this.#asked = this.#waiting;
    this.#waiting = [];
    this.#context++;
    this.#send(now);
  }

  #send(now: Micros): void {
    this.#askedAt = now;
    this.#raft.readIndex(
      this.#context,
      this.#asked.every((r) => r.quiet),
    );
  }

  #expire(reads: WaitingRead[], now: Micros): WaitingRead[] {
    if (reads.length === 0 || (reads[0] as WaitingRead).deadline > now) return reads;
    const left: WaitingRead[] = [];
    for (const r of reads) {
      if (r.deadline > now) left.push(r);
      else this.#fail(r.exchange, ERR_TIMEOUT, r.quiet);
    }
    return left;
  }
}
