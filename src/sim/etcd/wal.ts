import type { Disk } from "../kernel/disk";
import type { Future } from "../kernel/future";
import type { Restored } from "../raft/config";
import type { Entry, HardState, Snapshot } from "../raft/types";
import type { Ready } from "../raft/ready";

/** One record of the write-ahead log. Entries replace what the log held from the first of them on. */
interface WalRecord {
  readonly hardState: HardState | undefined;
  readonly entries: readonly Entry[];
  /** A snapshot from the leader replaced everything before this record. */
  readonly reset: boolean;
}

const WAL = "var/lib/etcd/member/wal";
const SNAPSHOT = "var/lib/etcd/member/snap";
const NO_ENTRIES: readonly Entry[] = [];

/**
 * A member's disk: the write-ahead log and the newest snapshot. Nothing counts before the next `sync` settled.
 * Models etcd: server/storage/wal, server/etcdserver/api/snap.
 */
export class Wal {
  readonly #disk: Disk;
  /** For each record the index of the last entry up to there: what may be dropped from the head. */
  #ends: number[] = [];
  #hardState: HardState | undefined;

  constructor(disk: Disk) {
    this.#disk = disk;
  }

  /** Was there a member on this disk before? */
  get exists(): boolean {
    return this.#disk.readLog(WAL).length > 0;
  }

  /** Writes the beginning of a new group's log. */
  bootstrap(entries: readonly Entry[]): void {
    this.#append({ hardState: { term: 1, vote: 0, commit: entries.length }, entries, reset: false });
  }

  /** Reads everything back after a start. */
  recover(): Restored {
    const snapshot = this.#disk.read(SNAPSHOT) as Snapshot | undefined;
    const entries: Entry[] = [];
    this.#ends = [];
    for (const record of this.#disk.readLog(WAL) as readonly WalRecord[]) {
      if (record.reset) entries.length = 0;
      const first = record.entries[0];
      if (first !== undefined) {
        const base = entries[0]?.index ?? first.index;
        entries.length = Math.min(entries.length, Math.max(0, first.index - base));
        for (const e of record.entries) entries.push(e);
      }
      if (record.hardState !== undefined) this.#hardState = record.hardState;
      this.#noteEnd(record);
    }
    return { hardState: this.#hardState, snapshot, entries };
  }

  /** Writes what a `Ready` asks to be written. */
  write(ready: Ready): void {
    if (ready.snapshot !== undefined) this.#disk.write(SNAPSHOT, ready.snapshot);
    const reset = ready.snapshot !== undefined;
    // A commit index alone is not worth a record: it is learned again from the leader.
    if (ready.hardState !== undefined && !ready.sync) this.#hardState = ready.hardState;
    if (!ready.sync || (ready.hardState === undefined && ready.entries.length === 0 && !reset)) return;
    this.#append({ hardState: ready.hardState, entries: ready.entries, reset });
  }

  /** Writes a snapshot of this member's own state. */
  writeSnapshot(snapshot: Snapshot): void {
    this.#disk.write(SNAPSHOT, snapshot);
    // So that dropping the head never drops the last word on term and vote.
    this.#append({ hardState: this.#hardState, entries: NO_ENTRIES, reset: false });
  }

  /** Drops records that hold nothing but entries up to `index`, which a snapshot on disk must cover. */
  trim(index: number): void {
    let n = 0;
    while (n < this.#ends.length - 1 && (this.#ends[n] as number) <= index) n++;
    if (n === 0) return;
    this.#disk.dropHead(WAL, n);
    this.#ends = this.#ends.slice(n);
  }

  sync(): Future<void> {
    return this.#disk.fsync();
  }

  /** Records in the log now. */
  get length(): number {
    return this.#ends.length;
  }

  #append(record: WalRecord): void {
    if (record.hardState !== undefined) this.#hardState = record.hardState;
    this.#disk.append(WAL, [record]);
    this.#noteEnd(record);
  }

  #noteEnd(record: WalRecord): void {
    const last = record.entries[record.entries.length - 1];
    this.#ends.push(last?.index ?? this.#ends[this.#ends.length - 1] ?? 0);
  }
}
