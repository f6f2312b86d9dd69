/**
 * Objects in etcd: optimistic transactions on the revision of a key (apiserver `pkg/storage/etcd3/store.go`).
 */
import { err, ok, type Result } from "../../../shared/result";
import type { ApiObject, Status } from "../../api/types";
import type { EtcdCompare, EtcdOp, EtcdTxn } from "../../etcd/client";
import type { KeyValue } from "../../etcd/records";
import type { Kernel } from "../../kernel/kernel";
import type { Task } from "../../kernel/task";
import { storageFailure } from "./errors";
import type { EtcdPort } from "./etcd-port";
import { decode, encode, noteRemoval, recordWrite, type Write } from "./stored-value";

/** The revision at which an object was last changed. */
export function revisionOf(object: ApiObject): number {
  return Number(object.metadata.resourceVersion);
}

/** Keys that a write takes or gives back in the same transaction: addresses and ports of Services. */
export interface Claims {
  readonly take: readonly string[];
  readonly release: readonly string[];
}

export const NO_CLAIMS: Claims = { take: [], release: [] };

/** How a swap ended: it won, or someone else changed the key before, or a claim was taken. */
export type Swap =
  | { readonly won: true; readonly object: ApiObject }
  | { readonly won: false; readonly current: ApiObject | undefined; readonly claimTaken: boolean };

export interface WriteExtras {
  readonly claims?: Claims;
  /** etcd lease that the key hangs on. */
  readonly lease?: number;
}

export class Storage {
  readonly etcd: EtcdPort;
  readonly #kernel: Kernel;

  constructor(kernel: Kernel, etcd: EtcdPort) {
    this.#kernel = kernel;
    this.etcd = etcd;
  }

  /** The newest state of a key, agreed by the majority; undefined when there is none. */
  *get(key: string): Task<Result<ApiObject | undefined, Status>> {
    const read = yield* this.etcd.range({ key });
    if (!read.ok) return err(storageFailure(read.error));
    return ok(objectOf(read.value.entries[0]));
  }

  /** The revision that etcd has reached, agreed by the majority. */
  *currentRevision(quiet?: boolean): Task<Result<number, Status>> {
    const options = quiet === undefined ? {} : { quiet };
    const read = yield* this.etcd.range({ key: "/registry/health", countOnly: true }, options);
    return read.ok ? ok(read.value.revision) : err(storageFailure(read.error));
  }

  /** Writes a key that must not be there. */
  *create(
    key: string,
    object: ApiObject,
    write: Write,
    extras: WriteExtras = {},
  ): Task<Result<Swap, Status>> {
    return yield* this.#put(key, 0, object, write, extras);
  }

  /** Writes a key that must still be as it was at `revision`. */
  *replace(
    key: string,
    revision: number,
    object: ApiObject,
    write: Write,
    extras: WriteExtras = {},
  ): Task<Result<Swap, Status>> {
    return yield* this.#put(key, revision, object, write, extras);
  }

  /** Removes a key that must still hold `existing`. The result's object is the removed one. */
  *remove(key: string, existing: ApiObject, write: Write, claims = NO_CLAIMS): Task<Result<Swap, Status>> {
    noteRemoval(existing, write);
    const revision = revisionOf(existing);
    const success: EtcdOp[] = [{ type: "delete", key }];
    for (const claim of claims.release) success.push({ type: "delete", key: claim });
    const done = yield* this.etcd.txn({
      compares: [{ key, modRevision: revision }],
      success,
      failure: [{ type: "get", key }],
    });
    if (!done.ok) return err(storageFailure(done.error));
    if (!done.value.succeeded) return ok(lost(done.value.found[0], revision));
    recordWrite(this.#kernel, write);
    const metadata = { ...existing.metadata, resourceVersion: String(done.value.revision) };
    return ok({ won: true, object: { ...existing, metadata } });
  }

  *#put(
    key: string,
    revision: number,
    object: ApiObject,
    write: Write,
    extras: WriteExtras,
  ): Task<Result<Swap, Status>> {
    const stored = encode(object, write);
    const txn = putTransaction(key, revision, stored, extras);
    const done = yield* this.etcd.txn(txn);
    if (!done.ok) return err(storageFailure(done.error));
    if (!done.value.succeeded) return ok(lost(done.value.found[0], revision));
    const made = decode(stored, done.value.revision);
    recordWrite(this.#kernel, write);
    return ok({ won: true, object: made });
  }
}

function putTransaction(key: string, revision: number, value: unknown, extras: WriteExtras): EtcdTxn {
  const { claims, lease } = extras;
  const put: EtcdOp = lease === undefined ? { type: "put", key, value } : { type: "put", key, value, lease };
  const compares: EtcdCompare[] = [{ key, modRevision: revision }];
  const success: EtcdOp[] = [put];
  if (claims !== undefined) {
    for (const claim of claims.take) {
      compares.push({ key: claim, modRevision: 0 });
      success.push({ type: "put", key: claim, value: key });
    }
    for (const claim of claims.release) success.push({ type: "delete", key: claim });
  }
  return { compares, success, failure: [{ type: "get", key }] };
}

function lost(entry: KeyValue | undefined, revision: number): Swap {
  const claimTaken = (entry?.modRevision ?? 0) === revision;
  return { won: false, current: objectOf(entry), claimTaken };
}

function objectOf(entry: KeyValue | undefined): ApiObject | undefined {
  return entry === undefined ? undefined : decode(entry.value, entry.modRevision);
}
