import { assertNever } from "../../shared/assert";
import type { Result } from "../../shared/result";
import { err, ok } from "../../shared/result";
import type { Micros } from "../kernel/time";
import type { ConfChange } from "../raft/types";
import { ERR_DUPLICATE_KEY, ERR_EMPTY_KEY, ERR_LEASE_NOT_FOUND, ERR_TOO_MANY_OPS } from "./errors";
import { Lessor, type LessorImage } from "./lessor";
import type { CompactRequest, EtcdError, EtcdReply, LeaseGrantRequest, LeaseRevokeRequest } from "./records";
import type { MemberInfo, Op, TxnBody, TxnRequest, WatchEvent } from "./records";
import { inRange } from "./records";
import { Store, type StoreImage } from "./store";

/** What goes through the log. */
export type ReplicatedBody = TxnRequest | LeaseGrantRequest | LeaseRevokeRequest | CompactRequest;

/** The data of a log entry: a request, and who waits for its outcome. */
export interface ReplicatedRequest {
  /** The process that proposed it, and its number there; `seq` 0: nobody waits. */
  readonly pid: number;
  readonly seq: number;
  readonly body: ReplicatedBody;
}

/** The context of a membership change in the log. */
export interface MemberChange {
  readonly pid: number;
  readonly seq: number;
  readonly member: MemberInfo;
}

/** Everything that is replicated, for a snapshot. */
export interface StateImage {
  readonly store: StoreImage;
  readonly lessor: LessorImage;
  readonly members: readonly MemberInfo[];
}

export interface Applied {
  readonly reply: EtcdReply;
  readonly events: readonly WatchEvent[];
}

const NO_EVENTS: readonly WatchEvent[] = [];
/** Models etcd: embed/config.go (DefaultMaxTxnOps). */
const MAX_TXN_OPS = 128;

/**
 * The replicated state: keys, leases, members. The same entries in the same order give the same state on every
 * member. Models etcd: server/etcdserver/apply.
 */
export class StateMachine {
  readonly store: Store;
  readonly lessor = new Lessor();
  members = new Map<number, MemberInfo>();

  constructor() {
    this.store = new Store((key, before, after) => this.lessor.moved(key, before, after));
  }

  apply(body: ReplicatedBody, now: Micros): Applied {
    switch (body.method) {
      case "txn":
        return this.#txn(body);
      case "leaseGrant": {
        const lease = this.lessor.grant(body.ttlSeconds, now);
        return this.#ok({ lease: lease.id, ttlSeconds: lease.ttlSeconds });
      }
      case "leaseRevoke": {
        const keys = this.lessor.revoke(body.lease);
        if (keys === undefined) return failed(ERR_LEASE_NOT_FOUND);
        return this.#ok({ lease: body.lease, ttlSeconds: 0 }, this.store.deleteKeys(keys));
      }
      case "compact": {
        const result = this.store.compact(body.revision);
        return result.ok ? this.#ok({}) : failed(result.error);
      }
      default:
        return assertNever(body);
    }
  }

  /** Takes over a membership change. */
  applyMember(change: ConfChange): EtcdReply {
    const { member } = change.context as MemberChange;
    if (change.type === "remove") this.members.delete(change.id);
    else this.members.set(change.id, { ...member, learner: change.type === "add-learner" });
    return { ok: true, value: { revision: this.store.revision, members: this.memberList() } };
  }

  /** The members in order of their ids. */
  memberList(): MemberInfo[] {
    return [...this.members.values()].sort((a, b) => a.id - b.id);
  }

  image(): StateImage {
    return { store: this.store.image(), lessor: this.lessor.image(), members: this.memberList() };
  }

  restore(image: StateImage): void {
    this.store.restore(image.store);
    this.lessor.restore(image.lessor);
    this.members = new Map(image.members.map((m) => [m.id, m]));
  }

  #txn(body: TxnRequest): Applied {
    // Judged here, by everyone alike, because a lease may end between proposal and application.
    const unknown = this.#unknownLease(body);
    if (unknown) return failed(ERR_LEASE_NOT_FOUND);
    const result = this.store.txn(body);
    if (!result.ok) return failed(result.error);
    const { succeeded, responses, events } = result.value;
    return this.#ok({ succeeded, responses }, events);
  }

  #unknownLease(body: TxnBody): boolean {
    for (const op of this.store.holds(body.compare) ? body.success : body.failure) {
      if (op.op === "put" && op.lease !== 0 && this.lessor.get(op.lease) === undefined) return true;
    }
    return false;
  }

  #ok(value: object, events: readonly WatchEvent[] = NO_EVENTS): Applied {
    return { reply: { ok: true, value: { revision: this.store.revision, ...value } }, events };
  }
}

function failed(error: EtcdError): Applied {
  return { reply: { ok: false, error }, events: NO_EVENTS };
}

/** Refuses malformed transactions before they are proposed. Models etcd: v3rpc/key.go (checkTxnRequest). */
export function validateTxn(body: TxnBody): Result<void, EtcdError> {
  for (const c of body.compare) if (c.key === "") return err(ERR_EMPTY_KEY);
  for (const ops of [body.success, body.failure]) {
    if (ops.length > MAX_TXN_OPS) return err(ERR_TOO_MANY_OPS);
    for (let i = 0; i < ops.length; i++) {
      const op = ops[i] as Op;
      if (op.op === "put" && op.key === "") return err(ERR_EMPTY_KEY);
      for (let j = 0; j < i; j++) if (writeTwice(ops[j] as Op, op)) return err(ERR_DUPLICATE_KEY);
    }
  }
  return ok(undefined);
}

/** A key may be written once in a transaction. Deletions may overlap each other. */
function writeTwice(a: Op, b: Op): boolean {
  if (a.op === "put" && b.op === "put") return a.key === b.key;
  if (a.op === "put" && b.op === "delete") return inRange(a.key, b);
  return a.op === "delete" && b.op === "put" && inRange(b.key, a);
}

/** As the log of a new cluster names one of its members. */
export function founder(member: MemberInfo): { id: number; context: MemberChange } {
  return { id: member.id, context: { pid: 0, seq: 0, member } };
}
