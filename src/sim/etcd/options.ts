import type { Micros } from "../kernel/time";
import { MS, SECOND } from "../kernel/time";
import type { MemberInfo } from "./records";

export const PEER_PORT = 2380;

export interface EtcdOptions {
  /** This member's id; positive, never used again for another member. Only read on an empty disk. */
  readonly id: number;
  /** The cluster's id, as far as it is known; default 0. Only read on an empty disk of a founder. */
  readonly cluster?: number;
  readonly name: string;
  /** All members at the beginning; for one that joins later: the members there are, and itself. */
  readonly members: readonly MemberInfo[];
  /** `new`: a founder. `existing`: joins a running cluster that has added it. Only read on an empty disk. */
  readonly initialState: "new" | "existing";
  /** Folder on the host's disk; default `/var/lib/etcd`. */
  readonly dataDir?: string;
  /** A snapshot is taken each time so many entries were applied. Default 10 000. */
  readonly snapshotCount?: number;
  /** Takes clients only with a certificate of etcd's own authority (`client/identity`). Default false. */
  readonly clientCertAuth?: boolean;
  /** Entries that stay in the log behind a snapshot, for slow followers. Default 5000. */
  readonly catchUpEntries?: number;
}

export const DATA_DIR = "/var/lib/etcd";
/** Heartbeat interval and unit of the election timeout. Models etcd: server/embed/config.go. */
export const TICK: Micros = 100 * MS;
export const ELECTION_TICKS = 10;
export const ELECTION_TIMEOUT: Micros = ELECTION_TICKS * TICK;
/** 5 s and two election timeouts. Models etcd: server/config/config.go (ReqTimeout). */
export const REQUEST_TIMEOUT: Micros = 5 * SECOND + 2 * ELECTION_TIMEOUT;
/** Models etcd: server/etcdserver/server.go (DefaultSnapshotCount, DefaultSnapshotCatchUpEntries). */
export const SNAPSHOT_COUNT = 10_000;
export const CATCH_UP_ENTRIES = 5_000;
/** Proposals that may wait for their outcome. Models etcd: v3_server.go (maxGapBetweenApplyAndCommitIndex). */
export const MAX_PENDING = 5_000;
/** Watches that require a leader end when there has been none for so long. Models etcd: v3rpc/interceptor.go. */
export const NO_LEADER_TICKS = 3 * ELECTION_TICKS;
