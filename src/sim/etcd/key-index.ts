import { NO_END } from "./client/wire";
import { assert } from "../../shared/assert";
import type { KeyRange, KeyValue } from "./records";

/** A key with those of its versions that compaction has left. */
export interface KeyRecord {
  readonly key: string;
  /** The newest version; a tombstone when the key is deleted. */
  current: KeyValue;
  /** Older versions, oldest first. */
  older: KeyValue[] | undefined;
}

/** A leaf is split beyond this many keys; small enough for insertion by moving references. */
const LEAF_SIZE = 512;

/**
 * All keys: by name in a map, and in order in a list of sorted leaves (a B-tree of two levels). A range costs
 * two binary searches and what it returns. Models etcd: mvcc/index.go.
 */
export class KeyIndex {
  readonly #byKey = new Map<string, KeyRecord>();
  readonly #leaves: KeyRecord[][] = [];

  get size(): number {
    return this.#byKey.size;
  }

  get(key: string): KeyRecord | undefined {
    return this.#byKey.get(key);
  }

  /** Adds a key that is not there yet. */
  insert(record: KeyRecord): void {
    assert(!this.#byKey.has(record.key), () => `${record.key} is in the index already`);
    this.#byKey.set(record.key, record);
    if (this.#leaves.length === 0) {
      this.#leaves.push([record]);
      return;
    }
    const at = this.#leafOf(record.key);
    const leaf = this.#leaves[at] as KeyRecord[];
    leaf.splice(lowerBound(leaf, record.key), 0, record);
    if (leaf.length <= LEAF_SIZE) return;
    this.#leaves.splice(at + 1, 0, leaf.splice(leaf.length >> 1));
  }

  remove(key: string): void {
    if (!this.#byKey.delete(key)) return;
    const at = this.#leafOf(key);
    const leaf = this.#leaves[at] as KeyRecord[];
    leaf.splice(lowerBound(leaf, key), 1);
    if (leaf.length === 0) this.#leaves.splice(at, 1);
  }

  /** The records of a range, in order of their keys. Includes deleted keys. */
  scan(range: KeyRange): KeyRecord[] {
    const out: KeyRecord[] = [];
    if (range.end === "") {
      const record = this.#byKey.get(range.key);
      if (record !== undefined) out.push(record);
      return out;
    }
    if (this.#leaves.length === 0) return out;
    const open = range.end === NO_END;
    let at = this.#leafOf(range.key);
    let i = lowerBound(this.#leaves[at] as KeyRecord[], range.key);
    for (; at < this.#leaves.length; at++, i = 0) {
      const leaf = this.#leaves[at] as KeyRecord[];
      for (; i < leaf.length; i++) {
        const record = leaf[i] as KeyRecord;
        if (!open && record.key >= range.end) return out;
        out.push(record);
      }
    }
    return out;
  }

  /** The leaf that holds `key`, or would. */
  #leafOf(key: string): number {
    let low = 0;
    let high = this.#leaves.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (((this.#leaves[middle] as KeyRecord[])[0] as KeyRecord).key <= key) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

/** The first position whose key is not below `key`. */
function lowerBound(leaf: readonly KeyRecord[], key: string): number {
  let low = 0;
  let high = leaf.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((leaf[middle] as KeyRecord).key < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
