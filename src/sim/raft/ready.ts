import type { Entry, HardState, Message, ReadState, Snapshot } from "./types";

/**
 * Everything that a member wants done since the last time. The host, for each of these, in this order:
 *
 * 1. sends `messages` (a leader's appends go out while its own disk still writes);
 * 2. writes `snapshot`, `entries` (which replace what its log holds from the first of them on) and `hardState`;
 *    then, when `sync` is set, makes all of it durable, calls `persisted()` and sends `afterSync`. Several of
 *    these may be under way; they must be reported in order;
 * 3. applies `snapshot`, then `committed`, to its state machine (calling `applyConfChange` for conf entries)
 *    and calls `appliedTo` before it asks for the next `Ready`;
 * 4. answers `reads` once their index is applied.
 *
 * Models etcd-io/raft: node.go (Ready), with storage writes going on beside the protocol.
 */
export interface Ready {
  /** Set when term, vote or commit changed. */
  readonly hardState: HardState | undefined;
  readonly entries: readonly Entry[];
  /** A snapshot from the leader: replaces the state machine's content and the log. */
  readonly snapshot: Snapshot | undefined;
  readonly messages: readonly Message[];
  readonly afterSync: readonly Message[];
  readonly committed: readonly Entry[];
  readonly reads: readonly ReadState[];
  readonly sync: boolean;
}
