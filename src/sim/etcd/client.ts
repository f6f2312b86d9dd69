import { CLIENT_PORT, ERR_COMPACTED, NO_END, prefixEnd } from "./client/wire";
import type { Result } from "../../shared/result";
import { err, ok } from "../../shared/result";
import { Channel, STREAM_END, type Exchange, type TransportError } from "../kernel/connection";
import type { ConnectOptions, Process } from "../kernel/process";
import type { Task } from "../kernel/task";
import { MS, SECOND, type Micros } from "../kernel/time";
import type {
  EtcdError,
  EtcdReply,
  EtcdRequest,
  KeyValue,
  LeaseResponse,
  MembersResponse,
  Op,
} from "./records";
import type {
  MemberInfo,
  RangeResponse,
  RevisionResponse,
  SnapshotResponse,
  StatusResponse,
  TxnResponse,
  WatchBatch,
} from "./records";

/** Which keys to read. */
export interface EtcdRange {
  readonly key: string;
  /** All keys that begin with `key`. */
  readonly prefix?: boolean;
  /** With `prefix`: begin after this key. */
  readonly after?: string;
  readonly limit?: number;
  /** As of this revision; the newest when absent. */
  readonly revision?: number;
  readonly countOnly?: boolean;
  /** The asked member's own state will do, stale or not. */
  readonly serializable?: boolean;
}

export interface EtcdRangeResult {
  /** The store's revision when it was read. */
  readonly revision: number;
  readonly entries: readonly KeyValue[];
  readonly more: boolean;
  /** Keys in the range, the limit set aside. */
  readonly count: number;
}

/** Holds when the key was last changed at this revision; 0: the key is not there. */
export interface EtcdCompare {
  readonly key: string;
  readonly modRevision: number;
}

export type EtcdOp =
  | { readonly type: "put"; readonly key: string; readonly value: unknown; readonly lease?: number }
  | { readonly type: "delete"; readonly key: string }
  | { readonly type: "get"; readonly key: string };

export interface EtcdTxn {
  readonly compares: readonly EtcdCompare[];
  readonly success: readonly EtcdOp[];
  readonly failure: readonly EtcdOp[];
}

export interface EtcdTxnResult {
  readonly succeeded: boolean;
  readonly revision: number;
  /** For each operation that was carried out: what a `get` found. */
  readonly found: readonly (KeyValue | undefined)[];
}

export interface EtcdEvent {
  readonly type: "put" | "delete";
  readonly key: string;
  /** undefined for deletions. */
  readonly value: unknown;
  readonly revision: number;
  /** The version before; undefined for creations. */
  readonly prev: KeyValue | undefined;
}

export type EtcdWatchItem =
  /** Changes in order. An empty list says: everything up to `revision` has been told. */
  | { readonly type: "events"; readonly events: readonly EtcdEvent[]; readonly revision: number }
  /** History before this revision is gone: read everything anew. */
  | { readonly type: "compacted"; readonly revision: number }
  /** The stream broke; it may be begun again from where it stopped. */
  | { readonly type: "broken"; readonly message: string };

export interface EtcdCallOptions {
  /** Serves heartbeats and polls; default: as the event that causes it. */
  readonly quiet?: boolean;
  /** Gives up after this many microseconds; default 10 s. */
  readonly timeout?: Micros;
}

type Reply<T> = Task<Result<T, EtcdError>>;

const DEFAULT_TIMEOUT = 10 * SECOND;
/** Reads are asked again after such a pause when a leader has just changed. Models clientv3: retry_interceptor.go. */
const RETRY_PAUSE = 25 * MS;
const RETRIES = 4;

/**
 * A client of one etcd member, over a connection that is made anew when it broke. All calls are tasks; errors
 * carry gRPC's code and etcd's text.
 */
export class EtcdClient {
  readonly #channel: Channel;

  /** `ip`: where the member is; a kubeadm API server uses the one on its own host. */
  constructor(process: Process, ip: string, options: ConnectOptions = {}) {
    // gRPC pings after 30 s and waits 10 s, as the API server sets it.
    this.#channel = new Channel(process, ip, CLIENT_PORT, {
      keepalive: 40 * SECOND,
      dialTimeout: 20 * SECOND,
      ...options,
    });
  }

  /** Reads keys; linearizable unless asked otherwise or at an old revision. */
  *range(range: EtcdRange, options: EtcdCallOptions = {}): Reply<EtcdRangeResult> {
    const { key, end } = boundsOf(range);
    const request: EtcdRequest = {
      method: "range",
      key,
      end,
      limit: range.limit ?? 0,
      revision: range.revision ?? 0,
      countOnly: range.countOnly ?? false,
      serializable: range.serializable ?? false,
    };
    for (let tries = 0; ; tries++) {
      const result = yield* this.#call<RangeResponse>(request, options);
      if (result.ok) {
        const { revision, kvs, more, count } = result.value;
        return ok({ revision, entries: kvs, more, count });
      }
      if (tries === RETRIES || result.error.message !== "etcdserver: leader changed") return result;
      yield RETRY_PAUSE;
    }
  }

  /** Runs a transaction. After an error of code Unavailable or DeadlineExceeded it may have happened or not. */
  *txn(txn: EtcdTxn, options: EtcdCallOptions = {}): Reply<EtcdTxnResult> {
    const compare = txn.compares.map(
      (c) => ({ key: c.key, target: "mod", result: "=", with: c.modRevision }) as const,
    );
    const request: EtcdRequest = {
      method: "txn",
      compare,
      success: txn.success.map(toOp),
      failure: txn.failure.map(toOp),
    };
    const result = yield* this.#call<TxnResponse>(request, options);
    if (!result.ok) return result;
    const { succeeded, revision, responses } = result.value;
    return ok({
      succeeded,
      revision,
      found: responses.map((r) => (r.op === "range" ? r.kvs[0] : undefined)),
    });
  }

  /** Puts a key, whatever it was. Gives the revision. */
  *put(key: string, value: unknown, lease = 0, options: EtcdCallOptions = {}): Reply<number> {
    const success: readonly Op[] = [{ op: "put", key, value, lease }];
    const result = yield* this.#call<TxnResponse>(
      { method: "txn", compare: [], success, failure: [] },
      options,
    );
    return result.ok ? ok(result.value.revision) : result;
  }

  /** Deletes a key, if it is there. Gives the revision. */
  *delete(key: string, options: EtcdCallOptions = {}): Reply<number> {
    const success: readonly Op[] = [{ op: "delete", key, end: "" }];
    const result = yield* this.#call<TxnResponse>(
      { method: "txn", compare: [], success, failure: [] },
      options,
    );
    return result.ok ? ok(result.value.revision) : result;
  }

  /** Every change of every key from a revision on, in order. */
  watchAll(fromRevision: number): EtcdWatch {
    return this.watch("", fromRevision);
  }

  /** Every change of the keys that begin with `prefix`, from a revision on (0: from now), in order. */
  watch(prefix: string, fromRevision: number): EtcdWatch {
    const request: EtcdRequest = {
      method: "watch",
      key: prefix,
      end: prefixEnd(prefix),
      startRevision: fromRevision,
      requireLeader: true,
    };
    return new EtcdWatch(this.#channel.start(request, { timeout: DEFAULT_TIMEOUT }));
  }

  /** Has all watches of this client told the member's revision, as an item without events. */
  *requestProgress(options: EtcdCallOptions = {}): Reply<RevisionResponse> {
    return yield* this.#call<RevisionResponse>({ method: "watchProgress" }, options);
  }

  /** A new lease; its keys go when it runs out. Gives its id. */
  *grant(ttlSeconds: number, options: EtcdCallOptions = {}): Reply<number> {
    const result = yield* this.#call<LeaseResponse>({ method: "leaseGrant", ttlSeconds }, options);
    return result.ok ? ok(result.value.lease) : result;
  }

  *revoke(lease: number, options: EtcdCallOptions = {}): Reply<LeaseResponse> {
    return yield* this.#call<LeaseResponse>({ method: "leaseRevoke", lease }, options);
  }

  /** Starts the lease's time anew. */
  *keepAlive(lease: number, options: EtcdCallOptions = {}): Reply<LeaseResponse> {
    return yield* this.#call<LeaseResponse>({ method: "leaseKeepAlive", lease }, options);
  }

  *compact(revision: number, options: EtcdCallOptions = {}): Reply<void> {
    const result = yield* this.#call<RevisionResponse>({ method: "compact", revision }, options);
    return result.ok ? ok(undefined) : result;
  }

  *status(options: EtcdCallOptions = {}): Reply<StatusResponse> {
    return yield* this.#call<StatusResponse>({ method: "status" }, options);
  }

  /** All that the member has. */
  *snapshot(options: EtcdCallOptions = {}): Reply<SnapshotResponse> {
    return yield* this.#call<SnapshotResponse>({ method: "snapshot" }, options);
  }

  *memberList(options: EtcdCallOptions = {}): Reply<MembersResponse> {
    return yield* this.#call<MembersResponse>({ method: "memberList" }, options);
  }

  *memberAdd(member: MemberInfo, options: EtcdCallOptions = {}): Reply<MembersResponse> {
    return yield* this.#call<MembersResponse>({ method: "memberAdd", member }, options);
  }

  *memberRemove(id: number, options: EtcdCallOptions = {}): Reply<MembersResponse> {
    return yield* this.#call<MembersResponse>({ method: "memberRemove", id }, options);
  }

  /** Makes a learner that has caught up a voter. */
  *memberPromote(id: number, options: EtcdCallOptions = {}): Reply<MembersResponse> {
    return yield* this.#call<MembersResponse>({ method: "memberPromote", id }, options);
  }

  /** Hands leadership to a member; only the leader can. */
  *moveLeader(id: number, options: EtcdCallOptions = {}): Reply<RevisionResponse> {
    return yield* this.#call<RevisionResponse>({ method: "moveLeader", id }, options);
  }

  *#call<T>(request: EtcdRequest, options: EtcdCallOptions): Reply<T> {
    const timeout = options.timeout ?? DEFAULT_TIMEOUT;
    const call = options.quiet === undefined ? { timeout } : { timeout, quiet: options.quiet };
    const result = yield* this.#channel.call(request, call);
    if (!result.ok) return err(transportFailure(result.error));
    const reply = result.value as EtcdReply;
    return reply.ok ? ok(reply.value as T) : err(reply.error);
  }
}

/** A watch that goes on; `next` waits for what comes. After an item other than `events` it is over. */
export class EtcdWatch {
  readonly #exchange: Exchange;
  #begun = false;

  constructor(exchange: Exchange) {
    this.#exchange = exchange;
  }

  *next(): Task<EtcdWatchItem> {
    if (!this.#begun) {
      const result = yield* this.#exchange.response;
      if (!result.ok) return { type: "broken", message: transportFailure(result.error).message };
      const reply = result.value as EtcdReply;
      if (!reply.ok) return ended(reply.error, 0);
      this.#begun = true;
    }
    const item: unknown = yield* this.#exchange.inbox.receive();
    if (item === STREAM_END) {
      const error = this.#exchange.endError;
      return { type: "broken", message: error === undefined ? "EOF" : transportFailure(error).message };
    }
    const batch = item as WatchBatch;
    if (batch.error !== undefined) return ended(batch.error, batch.revision);
    return { type: "events", events: eventsOf(batch), revision: batch.revision };
  }

  cancel(): void {
    this.#exchange.cancel();
  }
}

/** Several clients get the same batch; its events are put into the clients' form once. */
const converted = new WeakMap<WatchBatch, readonly EtcdEvent[]>();

function eventsOf(batch: WatchBatch): readonly EtcdEvent[] {
  let events = converted.get(batch);
  if (events === undefined) {
    events = batch.events.map(({ type, kv, prevKv }): EtcdEvent => {
      return { type, key: kv.key, value: kv.value, revision: kv.modRevision, prev: prevKv };
    });
    converted.set(batch, events);
  }
  return events;
}

function ended(error: EtcdError, revision: number): EtcdWatchItem {
  if (error.message !== ERR_COMPACTED.message) return { type: "broken", message: error.message };
  return { type: "compacted", revision: error.compactRevision ?? revision };
}

function boundsOf(range: EtcdRange): { key: string; end: string } {
  if (range.prefix !== true) return { key: range.key, end: "" };
  const key = range.after === undefined ? range.key : `${range.after}${NO_END}`;
  return { key, end: prefixEnd(range.key) };
}

function toOp(op: EtcdOp): Op {
  switch (op.type) {
    case "put":
      return { op: "put", key: op.key, value: op.value, lease: op.lease ?? 0 };
    case "delete":
      return { op: "delete", key: op.key, end: "" };
    case "get":
      return { op: "range", key: op.key, end: "", limit: 0, revision: 0, countOnly: false };
  }
}

/** A broken transport as gRPC tells it. */
function transportFailure(error: TransportError): EtcdError {
  switch (error) {
    case "timeout":
      return { code: "DeadlineExceeded", message: "context deadline exceeded" };
    case "refused":
      return {
        code: "Unavailable",
        message: 'connection error: desc = "transport: Error while dialing: connect: connection refused"',
      };
    case "closed":
      return { code: "Unavailable", message: "the client connection is closing" };
    default:
      return { code: "Unavailable", message: "error reading from server: connection reset by peer" };
  }
}
