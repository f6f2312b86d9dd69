import { NO_END, prefixEnd } from "./client/wire";
import type { Exchange } from "../kernel/connection";
import type { EtcdError, KeyRange, WatchBatch, WatchEvent } from "./records";
import { inRange } from "./records";
import type { Store } from "./store";

/** A client's watch on a range of keys. */
interface Watcher {
  readonly group: Group;
  readonly exchange: Exchange;
  /** Changes before this revision are of no interest. */
  readonly from: number;
  readonly requireLeader: boolean;
}

/** All watches on the same range. */
interface Group {
  readonly id: string;
  readonly range: KeyRange;
  readonly watchers: Watcher[];
}

/** Directories that are remembered; beyond, the memory starts anew. */
const DIRECTORIES = 8192;

/**
 * The watches of one member. Which watches a key concerns is remembered by the key's directory (all up to the
 * last slash), so that a change costs a look-up and the watches that want it, not all watches there are.
 * Models etcd: mvcc/watchable_store.go, watcher_group.go.
 */
export class WatchHub {
  readonly #groups = new Map<string, Group>();
  readonly #byDirectory = new Map<string, readonly Group[]>();
  #size = 0;

  /** Watches that are open. */
  get size(): number {
    return this.#size;
  }

  /** Adds a watch; it ends when its client goes. Earlier changes are the caller's to send. */
  add(exchange: Exchange, range: KeyRange, from: number, requireLeader: boolean): void {
    const id = `${range.key}\n${range.end}`;
    let group = this.#groups.get(id);
    if (group === undefined) {
      group = { id, range: { key: range.key, end: range.end }, watchers: [] };
      this.#groups.set(id, group);
      this.#byDirectory.clear();
    }
    const watcher: Watcher = { group, exchange, from, requireLeader };
    group.watchers.push(watcher);
    this.#size++;
    exchange.closed.addWaiter({ settled: () => this.#remove(watcher) });
  }

  /** Sends the changes of one revision to whom they concern. */
  dispatch(revision: number, events: readonly WatchEvent[]): void {
    if (this.#size === 0) return;
    if (events.length === 1) {
      const key = (events[0] as WatchEvent).kv.key;
      let batch: WatchBatch | undefined;
      for (const group of this.#concerned(key)) {
        if (!inRange(key, group.range)) continue;
        // All watches get the same record.
        batch ??= { revision, events };
        for (const w of group.watchers) if (revision >= w.from) w.exchange.push(batch);
      }
      return;
    }
    this.#dispatchMany(revision, events);
  }

  /** Tells the watches of a connection how far this member is. */
  progress(connection: unknown, revision: number): void {
    for (const group of this.#groups.values()) {
      for (const w of group.watchers) {
        if (w.exchange.connection === connection) w.exchange.push({ revision, events: [] });
      }
    }
  }

  /** Ends all watches that asked to be ended without a leader. */
  cancelRequiringLeader(revision: number, error: EtcdError): void {
    for (const group of [...this.#groups.values()]) {
      for (const w of [...group.watchers]) if (w.requireLeader) this.#cancel(w, revision, error);
    }
  }

  /** A snapshot replaced the store: sends what its history tells of the time since `revision`. */
  resync(revision: number, store: Store): void {
    for (const group of [...this.#groups.values()]) {
      const changes = store.changesSince(group.range, revision + 1);
      for (const w of [...group.watchers]) {
        if (!changes.ok) this.#cancel(w, store.revision, changes.error);
        else if (changes.value.length > 0) {
          w.exchange.push({
            revision: store.revision,
            events: changes.value.filter((e) => e.kv.modRevision >= w.from),
          });
        }
      }
    }
  }

  #dispatchMany(revision: number, events: readonly WatchEvent[]): void {
    const batches = new Map<Group, WatchEvent[]>();
    for (const event of events) {
      for (const group of this.#concerned(event.kv.key)) {
        if (!inRange(event.kv.key, group.range)) continue;
        const batch = batches.get(group);
        if (batch === undefined) batches.set(group, [event]);
        else batch.push(event);
      }
    }
    for (const [group, list] of batches) {
      const batch: WatchBatch = { revision, events: list };
      for (const w of group.watchers) if (revision >= w.from) w.exchange.push(batch);
    }
  }

  /** The groups that may want keys of this key's directory. */
  #concerned(key: string): readonly Group[] {
    const directory = key.slice(0, key.lastIndexOf("/") + 1);
    let groups = this.#byDirectory.get(directory);
    if (groups === undefined) {
      groups = [...this.#groups.values()].filter((g) => mayHold(g.range, directory));
      if (this.#byDirectory.size >= DIRECTORIES) this.#byDirectory.clear();
      this.#byDirectory.set(directory, groups);
    }
    return groups;
  }

  #cancel(w: Watcher, revision: number, error: EtcdError): void {
    this.#remove(w);
    w.exchange.push({ revision, events: [], error }, false);
    w.exchange.end();
  }

  #remove(watcher: Watcher): void {
    const { group } = watcher;
    const at = group.watchers.indexOf(watcher);
    if (at < 0) return;
    group.watchers.splice(at, 1);
    this.#size--;
    if (group.watchers.length > 0) return;
    this.#groups.delete(group.id);
    this.#byDirectory.clear();
  }
}

/** Can a range hold a key of this directory? */
function mayHold(range: KeyRange, directory: string): boolean {
  const directoryEnd = prefixEnd(directory);
  const startsBefore = directoryEnd === NO_END || range.key < directoryEnd;
  if (range.end === "") return range.key >= directory && startsBefore;
  return startsBefore && (range.end === NO_END || range.end > directory);
}
