import { assert } from "../../../shared/assert";

/** A binary heap whose items can be found and taken out by key (upstream `backend/heap`). */
export class Heap<T extends { readonly key: string }> {
  readonly #before: (a: T, b: T) => boolean;
  readonly #items: T[] = [];
  readonly #places = new Map<string, number>();

  /** `before(a, b)`: a comes out first. Must be a strict total order. */
  constructor(before: (a: T, b: T) => boolean) {
    this.#before = before;
  }

  get size(): number {
    return this.#items.length;
  }

  get(key: string): T | undefined {
    const place = this.#places.get(key);
    return place === undefined ? undefined : this.#items[place];
  }

  peek(): T | undefined {
    return this.#items[0];
  }

  push(item: T): void {
    assert(!this.#places.has(item.key), () => `${item.key} is in the heap already`);
    this.#items.push(item);
    this.#up(this.#items.length - 1, item);
  }

  pop(): T | undefined {
    const top = this.#items[0];
    if (top !== undefined) this.remove(top.key);
    return top;
  }

  /** Takes an item out, wherever it is. */
  remove(key: string): T | undefined {
    const place = this.#places.get(key);
    if (place === undefined) return undefined;
    const item = this.#items[place]!;
    this.#places.delete(key);
    const last = this.#items.pop()!;
    if (last !== item) {
      this.#up(place, last);
      this.#down(this.#places.get(last.key)!, last);
    }
    return item;
  }

  /** The items in no particular order. */
  values(): readonly T[] {
    return this.#items;
  }

  #up(from: number, item: T): void {
    let i = from;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      const p = this.#items[parent]!;
      if (!this.#before(item, p)) break;
      this.#put(i, p);
      i = parent;
    }
    this.#put(i, item);
  }

  #down(from: number, item: T): void {
    const n = this.#items.length;
    let i = from;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= n) break;
      if (child + 1 < n && this.#before(this.#items[child + 1]!, this.#items[child]!)) child++;
      const c = this.#items[child]!;
      if (!this.#before(c, item)) break;
      this.#put(i, c);
      i = child;
    }
    this.#put(i, item);
  }

  #put(place: number, item: T): void {
    this.#items[place] = item;
    this.#places.set(item.key, place);
  }
}
