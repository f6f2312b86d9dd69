import { ERR_COMPACTED } from "./client/wire";
import { assert } from "../../shared/assert";
import type { Result } from "../../shared/result";
import { err, ok } from "../../shared/result";
import { ERR_FUTURE_REVISION } from "./errors";
import { KeyIndex, type KeyRecord } from "./key-index";
import type { Compare, EtcdError, KeyRange, KeyValue, Op, OpResult, RangeResult } from "./records";
import type { TxnBody, WatchEvent } from "./records";
import { inRange } from "./records";

/** What a transaction did. */
export interface TxnOutcome {
  readonly succeeded: boolean;
  readonly responses: readonly OpResult[];
  /** Changes in order; all of revision `store.revision`. Empty when nothing was written. */
  readonly events: readonly WatchEvent[];
}

/** The content of a store, for a snapshot on disk or on its way to another member. Not changed afterwards. */
export interface StoreImage {
  readonly revision: number;
  readonly compactRevision: number;
  /** All versions that are left, key by key in order, oldest first. */
  readonly versions: readonly KeyValue[];
  readonly history: readonly KeyValue[];
}

const NO_EVENTS: readonly WatchEvent[] = [];

/** Told of each key that is put or deleted, with the leases before and after (0 for none). */
export type LeaseListener = (key: string, before: number, after: number) => void;

/**
 * The multi-version key-value store: one revision counter; every transaction that writes adds 1. Old versions
 * and the history of changes stay until they are compacted. Models etcd: mvcc/kvstore.go, kvstore_txn.go.
 */
export class Store {
  #revision = 1;
  #compactRevision = 0;
  #index = new KeyIndex();
  /** Every change since compaction, oldest first. */
  #history: KeyValue[] = [];
  #live = 0;
  readonly #onLease: LeaseListener;

  constructor(onLease: LeaseListener = () => {}) {
    this.#onLease = onLease;
  }

  /** The newest revision; 1 in an empty store, as in etcd. */
  get revision(): number {
    return this.#revision;
  }

  /** Reads below this revision fail. 0 before the first compaction. */
  get compactRevision(): number {
    return this.#compactRevision;
  }

  /** Keys that are there now. */
  get size(): number {
    return this.#live;
  }

  /** Changes that are kept for watchers. */
  get historyLength(): number {
    return this.#history.length;
  }

  /** The key as it is now. */
  get(key: string): KeyValue | undefined {
    const kv = this.#index.get(key)?.current;
    return kv === undefined || kv.version === 0 ? undefined : kv;
  }

  /** Reads a range now (`revision` 0) or as it was. `limit` 0: all. */
  range(range: KeyRange, revision = 0, limit = 0, countOnly = false): Result<RangeResult, EtcdError> {
    if (revision > this.#revision) return err(ERR_FUTURE_REVISION);
    if (revision > 0 && revision < this.#compactRevision) return err(ERR_COMPACTED);
    if (range.end === "" && (revision === 0 || revision === this.#revision)) {
      const kv = this.get(range.key);
      const count = kv === undefined ? 0 : 1;
      return ok({ op: "range", kvs: kv === undefined || countOnly ? [] : [kv], count, more: false });
    }
    const at = revision === 0 ? this.#revision : revision;
    const kvs: KeyValue[] = [];
    let count = 0;
    for (const record of this.#index.scan(range)) {
      const kv = versionAt(record, at);
      if (kv === undefined || kv.version === 0) continue;
      count++;
      if (!countOnly && (limit === 0 || kvs.length < limit)) kvs.push(kv);
    }
    return ok({ op: "range", kvs, count, more: !countOnly && count > kvs.length });
  }

  /** Do all conditions hold now? */
  holds(compare: readonly Compare[]): boolean {
    for (const c of compare) if (!this.#compareHolds(c)) return false;
    return true;
  }

  /**
   * Runs a transaction: `success` when all conditions hold, else `failure`. All or nothing: a range at a
   * revision that is gone fails it before anything is written.
   */
  txn(body: TxnBody): Result<TxnOutcome, EtcdError> {
    const succeeded = this.holds(body.compare);
    const ops = succeeded ? body.success : body.failure;
    for (const op of ops) {
      if (op.op !== "range" || op.revision === 0) continue;
      if (op.revision > this.#revision) return err(ERR_FUTURE_REVISION);
      if (op.revision < this.#compactRevision) return err(ERR_COMPACTED);
    }
    const next = this.#revision + 1;
    const events: WatchEvent[] = [];
    const responses: OpResult[] = [];
    for (const op of ops) responses.push(this.#execute(op, next, events));
    if (events.length > 0) this.#revision = next;
    return ok({ succeeded, responses, events: events.length > 0 ? events : NO_EVENTS });
  }

  /** Deletes single keys in one transaction, those that are there (a lease's end). */
  deleteKeys(keys: readonly string[]): readonly WatchEvent[] {
    const next = this.#revision + 1;
    const events: WatchEvent[] = [];
    for (const key of keys) {
      const record = this.#index.get(key);
      if (record !== undefined && record.current.version > 0) this.#tombstone(record, next, events);
    }
    if (events.length > 0) this.#revision = next;
    return events.length > 0 ? events : NO_EVENTS;
  }

  /** The changes of a range from `startRevision` on, oldest first. Fails where history is gone. */
  changesSince(range: KeyRange, startRevision: number): Result<WatchEvent[], EtcdError> {
    if (startRevision < this.#compactRevision) {
      return err({ ...ERR_COMPACTED, compactRevision: this.#compactRevision });
    }
    const events: WatchEvent[] = [];
    for (let i = this.#historyFrom(startRevision); i < this.#history.length; i++) {
      const kv = this.#history[i] as KeyValue;
      if (!inRange(kv.key, range)) continue;
      const record = this.#index.get(kv.key);
      const prev = record === undefined ? undefined : versionAt(record, kv.modRevision - 1);
      const prevKv = prev === undefined || prev.version === 0 ? undefined : prev;
      events.push({ type: kv.version === 0 ? "delete" : "put", kv, prevKv });
    }
    return ok(events);
  }

  /** Forgets versions that were superseded at `revision`, and the history before it. */
  compact(revision: number): Result<void, EtcdError> {
    if (revision <= this.#compactRevision) return err(ERR_COMPACTED);
    if (revision > this.#revision) return err(ERR_FUTURE_REVISION);
    const from = this.#historyFrom(revision + 1);
    const keepFrom = this.#historyFrom(revision);
    // Only keys that changed since the last compaction can have versions to drop.
    for (let i = 0; i < from; i++) {
      const record = this.#index.get((this.#history[i] as KeyValue).key);
      if (record !== undefined) this.#compactRecord(record, revision);
    }
    this.#history = this.#history.slice(keepFrom);
    this.#compactRevision = revision;
    return ok(undefined);
  }

  image(): StoreImage {
    const versions: KeyValue[] = [];
    for (const record of this.#index.scan({ key: "", end: "\0" })) {
      if (record.older !== undefined) for (const kv of record.older) versions.push(kv);
      versions.push(record.current);
    }
    return {
      revision: this.#revision,
      compactRevision: this.#compactRevision,
      versions,
      history: this.#history.slice(),
    };
  }

  /** Replaces the content. Leases are not told: they come with the image's owner. */
  restore(image: StoreImage): void {
    this.#revision = image.revision;
    this.#compactRevision = image.compactRevision;
    this.#index = new KeyIndex();
    this.#history = image.history.slice();
    this.#live = 0;
    let record: KeyRecord | undefined;
    for (const kv of image.versions) {
      if (record?.key === kv.key) {
        (record.older ??= []).push(record.current);
        record.current = kv;
        continue;
      }
      if (record !== undefined && record.current.version > 0) this.#live++;
      record = { key: kv.key, current: kv, older: undefined };
      this.#index.insert(record);
    }
    if (record !== undefined && record.current.version > 0) this.#live++;
  }

  #execute(op: Op, revision: number, events: WatchEvent[]): OpResult {
    if (op.op === "put") return { op: "put", prev: this.#put(op.key, op.value, op.lease, revision, events) };
    if (op.op === "delete") {
      const deleted: KeyValue[] = [];
      for (const record of this.#index.scan(op)) {
        if (record.current.version === 0) continue;
        deleted.push(record.current);
        this.#tombstone(record, revision, events);
      }
      return { op: "delete", deleted };
    }
    const result = this.range(op, op.revision, op.limit, op.countOnly);
    assert(result.ok, "the revision was checked before");
    return result.value;
  }

  #put(
    key: string,
    value: unknown,
    lease: number,
    revision: number,
    events: WatchEvent[],
  ): KeyValue | undefined {
    const record = this.#index.get(key);
    const last = record?.current;
    const prevKv = last === undefined || last.version === 0 ? undefined : last;
    const kv: KeyValue = {
      key,
      value,
      createRevision: prevKv === undefined ? revision : prevKv.createRevision,
      modRevision: revision,
      version: prevKv === undefined ? 1 : prevKv.version + 1,
      lease,
    };
    if (record === undefined) this.#index.insert({ key, current: kv, older: undefined });
    else this.#supersede(record, kv);
    if (prevKv === undefined) this.#live++;
    const before = prevKv?.lease ?? 0;
    if (before !== 0 || lease !== 0) this.#onLease(key, before, lease);
    this.#history.push(kv);
    events.push({ type: "put", kv, prevKv });
    return prevKv;
  }

  #tombstone(record: KeyRecord, revision: number, events: WatchEvent[]): void {
    const prevKv = record.current;
    const kv: KeyValue = {
      key: record.key,
      value: undefined,
      createRevision: 0,
      modRevision: revision,
      version: 0,
      lease: 0,
    };
    this.#supersede(record, kv);
    this.#live--;
    if (prevKv.lease !== 0) this.#onLease(record.key, prevKv.lease, 0);
    this.#history.push(kv);
    events.push({ type: "delete", kv, prevKv });
  }

  #supersede(record: KeyRecord, kv: KeyValue): void {
    if (record.older === undefined) record.older = [record.current];
    else record.older.push(record.current);
    record.current = kv;
  }

  #compactRecord(record: KeyRecord, revision: number): void {
    const { older } = record;
    if (record.current.modRevision <= revision) {
      record.older = undefined;
      if (record.current.version === 0) this.#index.remove(record.key);
      return;
    }
    if (older === undefined) return;
    // Of the versions up to `revision` only the newest can still be read, unless it is a tombstone.
    let keep = 0;
    while (keep + 1 < older.length && (older[keep + 1] as KeyValue).modRevision <= revision) keep++;
    const first = older[keep] as KeyValue;
    if (first.modRevision <= revision && first.version === 0) keep++;
    if (keep === older.length) record.older = undefined;
    else if (keep > 0) record.older = older.slice(keep);
  }

  #compareHolds(c: Compare): boolean {
    const kv = this.get(c.key);
    if (c.target === "value") return (kv?.value === c.with) === (c.result === "=");
    const wanted = c.with as number;
    const actual = kv === undefined ? 0 : metaOf(kv, c.target);
    switch (c.result) {
      case "=":
        return actual === wanted;
      case "!=":
        return actual !== wanted;
      case ">":
        return actual > wanted;
      case "<":
        return actual < wanted;
    }
  }

  /** The first place in the history whose revision is not below `revision`. */
  #historyFrom(revision: number): number {
    let low = 0;
    let high = this.#history.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#history[middle] as KeyValue).modRevision < revision) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function metaOf(kv: KeyValue, target: "mod" | "create" | "version" | "lease"): number {
  if (target === "mod") return kv.modRevision;
  if (target === "create") return kv.createRevision;
  return target === "version" ? kv.version : kv.lease;
}

/** The version that was current at `revision`; undefined when there was none or it is gone. */
function versionAt(record: KeyRecord, revision: number): KeyValue | undefined {
  if (record.current.modRevision <= revision) return record.current;
  const { older } = record;
  if (older === undefined) return undefined;
  for (let i = older.length - 1; i >= 0; i--) {
    const kv = older[i] as KeyValue;
    if (kv.modRevision <= revision) return kv;
  }
  return undefined;
}
