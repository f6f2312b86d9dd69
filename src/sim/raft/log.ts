import { assert, assertDefined } from "../../shared/assert";
import type { Entry, Snapshot } from "./types";
import { NO_ENTRIES, RaftPanic } from "./types";

/** The term of an index that the log does not hold (compacted, or not there yet). */
export const UNKNOWN_TERM = -1;

/**
 * A member's log. Five marks move along it:
 * `offset` (compacted up to here) ≤ `applied` ≤ `committed` ≤ `lastIndex`, and `stable` ≤ `offered` ≤
 * `lastIndex`: entries up to `offered` were handed to the host for writing, those up to `stable` are on disk.
 * Models etcd-io/raft: log.go and log_unstable.go.
 */
export class RaftLog {
  #entries: Entry[] = [];
  #offset = 0;
  #offsetTerm = 0;
  committed = 0;
  applied = 0;
  offered = 0;
  stable = 0;
  /** The newest snapshot, for followers that need what was compacted. */
  snapshot: Snapshot | undefined;
  /** Last indexes of the writes under way, oldest first. */
  readonly #writes: number[] = [];

  get firstIndex(): number {
    return this.#offset + 1;
  }

  get lastIndex(): number {
    return this.#offset + this.#entries.length;
  }

  get lastTerm(): number {
    const n = this.#entries.length;
    return n === 0 ? this.#offsetTerm : (this.#entries[n - 1] as Entry).term;
  }

  /** Entries held in memory. */
  get length(): number {
    return this.#entries.length;
  }

  /** The term of the entry at `index`; `UNKNOWN_TERM` when the log does not hold it. */
  term(index: number): number {
    if (index === this.#offset) return this.#offsetTerm;
    const entry = this.#entries[index - this.#offset - 1];
    return entry === undefined ? UNKNOWN_TERM : entry.term;
  }

  entry(index: number): Entry {
    return assertDefined(this.#entries[index - this.#offset - 1], () => `the log has no entry ${index}`);
  }

  /** Entries from `from` to `to`, both included. They must be there. */
  slice(from: number, to: number): readonly Entry[] {
    if (from > to) return NO_ENTRIES;
    assert(from > this.#offset, () => `entry ${from} was compacted (up to ${this.#offset})`);
    assert(to <= this.lastIndex, () => `entry ${to} is beyond the end ${this.lastIndex}`);
    return this.#entries.slice(from - this.#offset - 1, to - this.#offset);
  }

  matches(index: number, term: number): boolean {
    return this.term(index) === term;
  }

  /** Is a log with this end at least as good as ours? (§5.4.1) */
  isUpToDate(lastIndex: number, lastTerm: number): boolean {
    const ours = this.lastTerm;
    return lastTerm > ours || (lastTerm === ours && lastIndex >= this.lastIndex);
  }

  /** Puts new entries at the end (leader). */
  append(entries: readonly Entry[]): void {
    for (const entry of entries) {
      assert(entry.index === this.lastIndex + 1, () => `entry ${entry.index} after ${this.lastIndex}`);
      this.#entries.push(entry);
    }
  }

  /**
   * Follower: takes over entries that follow `prevIndex`, whose term must be `prevTerm`. Gives the index of
   * the last of them, or undefined when the logs do not agree there. Only from the first entry that differs is
   * anything cut off.
   */
  maybeAppend(prevIndex: number, prevTerm: number, entries: readonly Entry[]): number | undefined {
    if (!this.matches(prevIndex, prevTerm)) return undefined;
    const last = prevIndex + entries.length;
    let i = 0;
    while (i < entries.length && this.#holds(entries[i] as Entry)) i++;
    if (i < entries.length) {
      const from = (entries[i] as Entry).index;
      if (from <= this.lastIndex) this.#truncate(from);
      for (; i < entries.length; i++) this.#entries.push(entries[i] as Entry);
    }
    return last;
  }

  /** The largest index up to `index` whose term is at most `term`. Where the log is silent, that index. */
  findConflictByTerm(index: number, term: number): number {
    let i = Math.min(index, this.lastIndex);
    while (i > this.#offset && (this.#entries[i - this.#offset - 1] as Entry).term > term) i--;
    return i;
  }

  commitTo(index: number): void {
    if (index <= this.committed) return;
    if (index > this.lastIndex)
      throw new RaftPanic(
        `tocommit(${index}) is out of range [lastIndex(${this.lastIndex})]. ` +
          "Was the raft log corrupted, truncated, or lost?",
      );
    this.committed = index;
  }

  appliedTo(index: number): void {
    assert(index >= this.applied, () => `applied goes back from ${this.applied} to ${index}`);
    assert(index <= this.committed, () => `applied ${index} is beyond commit ${this.committed}`);
    this.applied = index;
  }

  /** Entries that the host has not been given for writing yet; marks them as given. */
  takeUnwritten(): readonly Entry[] {
    const entries = this.slice(this.offered + 1, this.lastIndex);
    this.offered = this.lastIndex;
    return entries;
  }

  /** A write of all that was offered began. Each is ended by `writeDone`, in order. */
  writeStarted(): void {
    this.#writes.push(this.offered);
  }

  writeDone(): void {
    const index = assertDefined(this.#writes.shift(), "no write is under way");
    if (index > this.stable) this.stable = index;
  }

  /** Index up to which committed entries may be applied: they must also be on our own disk. */
  get applicable(): number {
    return Math.min(this.committed, this.stable);
  }

  /** Forgets entries up to `index`, which must have been applied and be in the snapshot. */
  compact(index: number): void {
    if (index <= this.#offset) return;
    assert(index <= this.applied, () => `compaction to ${index} is beyond applied ${this.applied}`);
    assert(index <= (this.snapshot?.index ?? 0), () => `compaction to ${index} is beyond the snapshot`);
    const term = this.term(index);
    this.#entries = this.#entries.slice(index - this.#offset);
    this.#offset = index;
    this.#offsetTerm = term;
  }

  /** Starts over from a snapshot; the whole log is dropped. */
  restore(snapshot: Snapshot): void {
    assert(
      snapshot.index > this.committed,
      () => `snapshot ${snapshot.index} is older than ${this.committed}`,
    );
    this.#entries = [];
    this.#offset = snapshot.index;
    this.#offsetTerm = snapshot.term;
    this.snapshot = snapshot;
    this.committed = snapshot.index;
    this.offered = snapshot.index;
    this.stable = 0;
    this.#writes.fill(0);
  }

  /** What was on disk at the last start: snapshot (if any), entries that follow it, and the commit index. */
  load(snapshot: Snapshot | undefined, entries: readonly Entry[], commit: number): void {
    assert(this.lastIndex === 0, "only an empty log can be loaded");
    if (snapshot !== undefined) {
      this.restore(snapshot);
      this.applied = snapshot.index;
    }
    const first = entries[0];
    const last = entries[entries.length - 1];
    // A snapshot that came from the leader may lie beyond the log that was written before it.
    if (first !== undefined && last !== undefined && last.index >= this.#offset) {
      // The log on disk may begin before the snapshot: those entries serve slow followers.
      if (first.index > this.#offset + 1)
        throw new RaftPanic(`the log begins at ${first.index}, and there is no snapshot that reaches it`);
      if (first.index <= this.#offset) {
        this.#offset = first.index - 1;
        this.#offsetTerm = this.#offset === 0 ? 0 : UNKNOWN_TERM;
      }
      this.append(entries);
    }
    this.offered = this.stable = this.lastIndex;
    this.commitTo(Math.max(this.committed, commit));
  }

  #holds(entry: Entry): boolean {
    return this.term(entry.index) === entry.term;
  }

  #truncate(from: number): void {
    if (from <= this.committed)
      throw new RaftPanic(`entry ${from} conflict with committed entry [committed(${this.committed})]`);
    this.#entries.length = from - this.#offset - 1;
    const last = from - 1;
    this.offered = Math.min(this.offered, last);
    this.stable = Math.min(this.stable, last);
    // What is being written is no longer what counts from here on.
    for (let i = 0; i < this.#writes.length; i++) {
      if ((this.#writes[i] as number) > last) this.#writes[i] = last;
    }
  }
}
