/**
 * The records of the protocol. All of them are plain data: the host stores entries, hard state and snapshots,
 * and carries messages. Models etcd-io/raft: raftpb/raft.proto.
 */

/** A member of the group; positive. `NONE` stands for nobody. */
export type NodeId = number;
export const NONE: NodeId = 0;

/** One slot of the replicated log. Immutable, and shared by reference between members. */
export interface Entry {
  readonly term: number;
  readonly index: number;
  readonly kind: EntryKind;
  /** What the host proposed; a `ConfChange` in a `conf` entry, null in the entry that opens a leader's term. */
  readonly data: unknown;
  /** Opaque to the protocol: the host's tag for what caused the proposal. */
  readonly cause: number;
  /** Opaque to the protocol: the host marks proposals of a heartbeat's importance. */
  readonly quiet: boolean;
}

export type EntryKind = "normal" | "conf";

/** What a host asks to have replicated; term and index are given by the leader. */
export interface Proposal {
  readonly kind: EntryKind;
  readonly data: unknown;
  readonly cause: number;
  readonly quiet: boolean;
}

export type ConfChangeType = "add-voter" | "add-learner" | "remove";

/** A change of one member. `add-voter` on a learner promotes it. */
export interface ConfChange {
  readonly type: ConfChangeType;
  readonly id: NodeId;
  /** Opaque to the protocol: the host's description of the member. */
  readonly context: unknown;
}

/** Who belongs to the group. Both lists are sorted by id. */
export interface Membership {
  readonly voters: readonly NodeId[];
  readonly learners: readonly NodeId[];
}

/** What must be on disk before a member answers for it. */
export interface HardState {
  readonly term: number;
  readonly vote: NodeId;
  /** Highest index known to be committed. Losing it is harmless: it is learned again. */
  readonly commit: number;
}

/** The state machine's content after applying everything up to `index`, in place of those entries. */
export interface Snapshot {
  readonly index: number;
  readonly term: number;
  readonly membership: Membership;
  readonly data: unknown;
}

export type MessageType =
  | "MsgProp"
  | "MsgApp"
  | "MsgAppResp"
  | "MsgHeartbeat"
  | "MsgHeartbeatResp"
  | "MsgPreVote"
  | "MsgPreVoteResp"
  | "MsgVote"
  | "MsgVoteResp"
  | "MsgSnap"
  | "MsgReadIndex"
  | "MsgReadIndexResp"
  | "MsgTransferLeader"
  | "MsgTimeoutNow";

/**
 * A message between two members. Every message has every field, so that all have one hidden class.
 *
 * | type | index | logTerm | commit | context | hint |
 * |---|---|---|---|---|---|
 * | MsgApp | entry before `entries` | its term | leader's commit | | |
 * | MsgAppResp | last index held, or the index refused | term at `hint` | | | where to try next |
 * | MsgHeartbeat(Resp) | | | commit the follower may take | read round | |
 * | Msg(Pre)Vote | candidate's last index | its term | | 1: by transfer | |
 * | MsgReadIndex(Resp) | index to wait for | | | asker's tag | |
 * | MsgTransferLeader | | | | the new leader's id | |
 */
export interface Message {
  readonly type: MessageType;
  readonly from: NodeId;
  readonly to: NodeId;
  /** Sender's term; 0 for what is not bound to a term (MsgProp, MsgReadIndex, MsgTransferLeader). */
  readonly term: number;
  readonly index: number;
  readonly logTerm: number;
  readonly commit: number;
  readonly context: number;
  readonly hint: number;
  readonly reject: boolean;
  /** In MsgProp these have term and index 0. */
  readonly entries: readonly Entry[];
  readonly snapshot: Snapshot | null;
  /** Opaque to the protocol: the host's tag of the group, to tell another's messages by. */
  readonly group: number;
  /** True for what only keeps the group alive: heartbeats, and appends all of whose news is quiet. */
  readonly quiet: boolean;
}

export type MessageFields = { -readonly [K in keyof Message]: Message[K] };

export const NO_ENTRIES: readonly Entry[] = Object.freeze([]) as readonly Entry[];

/** A message with all fields at rest; the sender fills in what its type uses. */
export function newMessage(type: MessageType, from: NodeId, to: NodeId, term: number): MessageFields {
  return {
    type,
    from,
    to,
    term,
    index: 0,
    logTerm: 0,
    commit: 0,
    context: 0,
    hint: 0,
    reject: false,
    entries: NO_ENTRIES,
    snapshot: null,
    group: 0,
    quiet: false,
  };
}

/** Answer to a linearizable read: serve it once everything up to `index` is applied. */
export interface ReadState {
  readonly index: number;
  /** The tag that the host gave to `readIndex`. */
  readonly context: number;
}

export type Role = "follower" | "pre-candidate" | "candidate" | "leader";

/** Integers from the host's seeded stream. */
export interface RandomSource {
  /** A uniform integer in [0, n). */
  below(n: number): number;
}

/**
 * A member cannot go on: a leader tells it of a past that its own log contradicts, because a disk lied or somebody
 * took its data away. Models etcd-io/raft: where it panics.
 */
export class RaftPanic extends Error {}
