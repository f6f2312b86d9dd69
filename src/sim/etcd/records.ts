/**
 * What an etcd member and its clients say to each other: plain records. Models etcd: api/etcdserverpb/rpc.proto
 * and api/mvccpb/kv.proto, cut down to what is used. Values are opaque references, never looked into.
 */

import { NO_END, prefixEnd } from "./client/wire";
import type { StateImage } from "./state-machine";

/** One version of a key. Immutable. */
export interface KeyValue {
  readonly key: string;
  readonly value: unknown;
  /** Revision at which the key was last created. */
  readonly createRevision: number;
  /** Revision of this version. */
  readonly modRevision: number;
  /** 1 at creation, grows by 1 with each change; 0 marks a tombstone. */
  readonly version: number;
  /** The lease it is attached to; 0 for none. */
  readonly lease: number;
}

/** A half-open range of keys: from `key` up to, not including, `end`. `end` "" means `key` alone. */
export interface KeyRange {
  readonly key: string;
  readonly end: string;
}

/** The range of all keys that begin with `prefix`. */
export function prefixRange(prefix: string): KeyRange {
  return { key: prefix, end: prefixEnd(prefix) };
}

export function inRange(key: string, range: KeyRange): boolean {
  if (range.end === "") return key === range.key;
  return key >= range.key && (range.end === NO_END || key < range.end);
}

export interface PutOp {
  readonly op: "put";
  readonly key: string;
  readonly value: unknown;
  /** 0: none. */
  readonly lease: number;
}

export interface DeleteOp extends KeyRange {
  readonly op: "delete";
}

export interface RangeOp extends KeyRange {
  readonly op: "range";
  /** At most so many; 0: all. */
  readonly limit: number;
  /** As it was at this revision; 0: now. */
  readonly revision: number;
  readonly countOnly: boolean;
}

export type Op = PutOp | DeleteOp | RangeOp;

/** A condition on one key. A key that is not there has 0 for each of mod, create, version and lease. */
export interface Compare {
  readonly key: string;
  readonly target: "mod" | "create" | "version" | "lease" | "value";
  readonly result: "=" | "!=" | ">" | "<";
  /** A number; for `value` the reference to compare with (only = and !=). */
  readonly with: unknown;
}

export interface RangeResult {
  readonly op: "range";
  readonly kvs: readonly KeyValue[];
  /** Keys in the range, the limit set aside. */
  readonly count: number;
  readonly more: boolean;
}

export interface PutResult {
  readonly op: "put";
  readonly prev: KeyValue | undefined;
}

export interface DeleteResult {
  readonly op: "delete";
  readonly deleted: readonly KeyValue[];
}

export type OpResult = RangeResult | PutResult | DeleteResult;

export interface TxnBody {
  readonly compare: readonly Compare[];
  readonly success: readonly Op[];
  readonly failure: readonly Op[];
}

export interface WatchEvent {
  readonly type: "put" | "delete";
  /** After the change; a tombstone (version 0) for a delete. */
  readonly kv: KeyValue;
  /** Before it; undefined for a creation, and where compaction took it. */
  readonly prevKv: KeyValue | undefined;
}

/** A member of the cluster as the members know it. */
export interface MemberInfo {
  readonly id: number;
  readonly name: string;
  readonly ip: string;
  readonly learner: boolean;
}

// ---- requests ----

export interface RangeRequest extends KeyRange {
  readonly method: "range";
  readonly limit: number;
  readonly revision: number;
  readonly countOnly: boolean;
  /** Answer from this member's own state, which may be stale. */
  readonly serializable: boolean;
}

export interface TxnRequest extends TxnBody {
  readonly method: "txn";
}

export interface WatchRequest extends KeyRange {
  readonly method: "watch";
  /** The first revision of interest; 0: what comes next. */
  readonly startRevision: number;
  /** End the watch when this member has lost its leader for three election timeouts. */
  readonly requireLeader: boolean;
}

/** Makes the member tell all synced watches of this connection its revision, as an empty batch. */
export interface WatchProgressRequest {
  readonly method: "watchProgress";
}

export interface LeaseGrantRequest {
  readonly method: "leaseGrant";
  readonly ttlSeconds: number;
}

export interface LeaseRevokeRequest {
  readonly method: "leaseRevoke";
  readonly lease: number;
}

export interface LeaseKeepAliveRequest {
  readonly method: "leaseKeepAlive";
  readonly lease: number;
}

export interface CompactRequest {
  readonly method: "compact";
  readonly revision: number;
}

export interface MemberAddRequest {
  readonly method: "memberAdd";
  readonly member: MemberInfo;
}

export interface MemberChangeRequest {
  readonly method: "memberRemove" | "memberPromote" | "moveLeader";
  readonly id: number;
}

export interface PlainRequest {
  readonly method: "status" | "memberList" | "snapshot";
}

export type EtcdRequest =
  | RangeRequest
  | TxnRequest
  | WatchRequest
  | WatchProgressRequest
  | LeaseGrantRequest
  | LeaseRevokeRequest
  | LeaseKeepAliveRequest
  | CompactRequest
  | MemberAddRequest
  | MemberChangeRequest
  | PlainRequest;

// ---- responses: all carry the member's revision, as etcd's header does ----

export interface RangeResponse {
  readonly revision: number;
  readonly kvs: readonly KeyValue[];
  readonly count: number;
  readonly more: boolean;
}

export interface TxnResponse {
  readonly revision: number;
  readonly succeeded: boolean;
  readonly responses: readonly OpResult[];
}

/** The answer to a watch request; batches follow. */
export interface WatchCreated {
  readonly revision: number;
}

/** An item of a watch's stream. With no events: everything up to `revision` has been sent. */
export interface WatchBatch {
  readonly revision: number;
  readonly events: readonly WatchEvent[];
  /** Set in the last item of a watch that the member ended. */
  readonly error?: EtcdError;
}

export interface LeaseResponse {
  readonly revision: number;
  readonly lease: number;
  readonly ttlSeconds: number;
}

export interface RevisionResponse {
  readonly revision: number;
}

export interface MembersResponse {
  readonly revision: number;
  readonly members: readonly MemberInfo[];
}

/** All that a member has, as it stands; the real one streams its database. */
export interface SnapshotResponse {
  readonly revision: number;
  readonly image: StateImage;
}

export interface StatusResponse {
  readonly revision: number;
  readonly member: number;
  /** 0 when there is none. */
  readonly leader: number;
  readonly term: number;
  readonly raftIndex: number;
  readonly appliedIndex: number;
  readonly isLearner: boolean;
  /** Keys that are there now. */
  readonly keys: number;
}

/** The gRPC status that etcd gives an error. */
export type EtcdErrorCode =
  | "Unavailable"
  | "DeadlineExceeded"
  | "OutOfRange"
  | "NotFound"
  | "InvalidArgument"
  | "FailedPrecondition"
  | "ResourceExhausted";

export interface EtcdError {
  readonly code: EtcdErrorCode;
  /** etcd's own text. */
  readonly message: string;
  /** With `ERR_COMPACTED` on a watch: the revision up to which history is gone. */
  readonly compactRevision?: number;
}

/** What travels back: an answer or an error. */
export type EtcdReply =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: EtcdError };
