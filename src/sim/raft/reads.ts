import type { NodeId } from "./types";

interface PendingRead {
  /** The heartbeat round that confirms it. */
  readonly round: number;
  readonly index: number;
  readonly from: NodeId;
  readonly context: number;
  /** Whoever asked serves nothing but heartbeats and polls with it. */
  readonly quiet: boolean;
}

/** A read that is confirmed: whoever asked may serve it at `index`. */
export type ConfirmedRead = PendingRead;

/**
 * A leader's linearizable reads that wait for a heartbeat round. Reads that arrive between two flushes share
 * one round. Models etcd-io/raft: read_only.go (ReadOnlySafe).
 */
export class ReadQueue {
  /** The newest round; 0 before the first. */
  round = 0;
  /** The newest round has not been sent yet. */
  due = false;
  /** All reads of the round that is due are quiet. */
  quiet = true;
  #pending: PendingRead[] = [];

  get size(): number {
    return this.#pending.length;
  }

  /** Notes a read that may be served at `index` once the round is confirmed. */
  add(index: number, from: NodeId, context: number, quiet: boolean): void {
    if (!this.due) {
      this.due = true;
      this.round++;
      this.quiet = true;
    }
    this.quiet &&= quiet;
    this.#pending.push({ round: this.round, index, from, context, quiet });
  }

  /** Takes the reads of all rounds up to `round`. */
  confirm(round: number): readonly ConfirmedRead[] {
    let n = 0;
    while (n < this.#pending.length && (this.#pending[n] as PendingRead).round <= round) n++;
    if (n === 0) return NOTHING;
    return this.#pending.splice(0, n);
  }
}

const NOTHING: readonly ConfirmedRead[] = [];
