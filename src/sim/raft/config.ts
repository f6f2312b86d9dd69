import type { Entry, HardState, NodeId, RandomSource, Snapshot } from "./types";

export interface RaftConfig {
  readonly id: NodeId;
  /** Ticks without a leader before a member campaigns: uniform in [electionTicks, 2 × electionTicks − 1]. */
  readonly electionTicks: number;
  /** Ticks between a leader's heartbeats; about a tenth of `electionTicks`. */
  readonly heartbeatTicks: number;
  /** Ask whether an election could be won before raising the term. */
  readonly preVote: boolean;
  /** A leader that hears from no majority steps down; a follower that hears its leader gives no votes. */
  readonly checkQuorum: boolean;
  /** Entries in one append at most. */
  readonly maxAppendEntries: number;
  /** Appends to one follower that may be unanswered. */
  readonly maxInflight: number;
  readonly random: RandomSource;
}

/** etcd's settings with its default tick of 100 ms. Models etcd: server/embed/config.go, etcdserver/raft.go. */
export const DEFAULT_RAFT_CONFIG = {
  electionTicks: 10,
  heartbeatTicks: 1,
  preVote: true,
  checkQuorum: true,
  maxAppendEntries: 1024,
  maxInflight: 512,
} as const;

/** What a member finds on its disk when it starts. For a new group's founder: `bootstrapEntries`, commit = all. */
export interface Restored {
  readonly hardState: HardState | undefined;
  readonly snapshot: Snapshot | undefined;
  readonly entries: readonly Entry[];
}

/** Why a proposal was not taken. Taken is not yet committed: it may still get lost. */
export type ProposeResult = "accepted" | "no-leader" | "transferring" | "removed" | "conf-change-pending";
