import type { Disk, LogFile } from "../kernel/disk";
import type { Future } from "../kernel/future";
import type { Restored } from "../raft/config";
import { RaftPanic, type Entry, type HardState, type Snapshot } from "../raft/types";
import type { Ready } from "../raft/ready";

/** A member, and its cluster: 0 while a member that joins one has not heard of it. */
export interface WalIdentity {
  readonly member: number;
  readonly cluster: number;
}

/** One record of the write-ahead log. Entries replace what the log held from the first of them on. */
interface WalRecord {
  /** Whose log this is. */
  readonly identity: WalIdentity;
  readonly hardState: HardState | undefined;
  readonly entries: readonly Entry[];
  /** A snapshot from the leader replaced everything before this record. */
  readonly reset: boolean;
}

const NO_ENTRIES: readonly Entry[] = [];

/** Names of a member's files on its host's disk; `dataDir` is an absolute path. */
export const dataFiles = (dataDir: string): { readonly wal: string; readonly snapshot: string } => ({
  wal: `${dataDir}/member/wal/0000000000000000-0000000000000000.wal`,
  snapshot: `${dataDir}/member/snap/db`,
});

/**
 * A member's disk: the write-ahead log and the newest snapshot. Nothing counts before the next `sync` settled.
 * Models etcd: server/storage/wal, server/etcdserver/api/snap.
 */
export class Wal {
  readonly #disk: Disk;
  readonly #names: { readonly wal: string; readonly snapshot: string };
  /** Open for as long as the member runs, wherever its name goes. */
  readonly #log: LogFile;
  #identity: WalIdentity;
  /** For each record the index of the last entry up to there: what may be dropped from the head. */
  #ends: number[] = [];
  #hardState: HardState | undefined;

  /** `identity`: whose log it is to be; where there is one already, that says. */
  constructor(disk: Disk, dataDir: string, identity: WalIdentity) {
    this.#disk = disk;
    this.#names = dataFiles(dataDir);
    this.#log = disk.openLog(this.#names.wal);
    this.#identity = (this.#log.records.at(-1) as WalRecord | undefined)?.identity ?? identity;
  }

  /** Whose log it is. */
  get owner(): WalIdentity {
    return this.#identity;
  }

  /** The member has learned which cluster it has joined. */
  joined(cluster: number): void {
    this.#identity = { ...this.#identity, cluster };
  }

  /** Was there a member on this disk before? */
  get exists(): boolean {
    return this.#log.records.length > 0;
  }

  /** Tells this data from any other: whoever makes a folder anew makes another log. */
  get file(): object {
    return this.#log;
  }

  /** Does the data still lie where this member keeps it? */
  get inPlace(): boolean {
    return this.#disk.log(this.#names.wal) === this.#log;
  }

  /** Writes the beginning of a new group's log. A snapshot without a log is of no use any more. */
  bootstrap(entries: readonly Entry[]): void {
    this.#disk.unlink(this.#names.snapshot);
    this.#append({ term: 1, vote: 0, commit: entries.length }, entries, false);
  }

  /** Reads everything back after a start. */
  recover(): Restored {
    const snapshot = this.#disk.read(this.#names.snapshot) as Snapshot | undefined;
    if (snapshot !== undefined && !("membership" in Object(snapshot)))
      throw new RaftPanic("failed to recover v3 backend from snapshot: invalid database");
    const entries: Entry[] = [];
    this.#ends = [];
    for (const record of this.#log.records as readonly WalRecord[]) {
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
    if (ready.snapshot !== undefined) this.#disk.write(this.#names.snapshot, ready.snapshot);
    const reset = ready.snapshot !== undefined;
    // A commit index alone is not worth a record: it is learned again from the leader.
    if (ready.hardState !== undefined && !ready.sync) this.#hardState = ready.hardState;
    if (!ready.sync || (ready.hardState === undefined && ready.entries.length === 0 && !reset)) return;
    this.#append(ready.hardState, ready.entries, reset);
  }

  /** Writes a snapshot of this member's own state. */
  writeSnapshot(snapshot: Snapshot): void {
    this.#disk.write(this.#names.snapshot, snapshot);
    // So that dropping the head never drops the last word on term and vote.
    this.#append(this.#hardState, NO_ENTRIES, false);
  }

  /** Drops records that hold nothing but entries up to `index`, which a snapshot on disk must cover. */
  trim(index: number): void {
    let n = 0;
    while (n < this.#ends.length - 1 && (this.#ends[n] as number) <= index) n++;
    if (n === 0) return;
    this.#log.dropHead(n);
    this.#ends = this.#ends.slice(n);
  }

  sync(): Future<void> {
    return this.#disk.fsync();
  }

  /** Records in the log now. */
  get length(): number {
    return this.#ends.length;
  }

  #append(hardState: HardState | undefined, entries: readonly Entry[], reset: boolean): void {
    const record: WalRecord = { identity: this.#identity, hardState, entries, reset };
    if (hardState !== undefined) this.#hardState = hardState;
    this.#log.append([record]);
    this.#noteEnd(record);
  }

  #noteEnd(record: WalRecord): void {
    const last = record.entries[record.entries.length - 1];
    this.#ends.push(last?.index ?? this.#ends[this.#ends.length - 1] ?? 0);
  }
}
