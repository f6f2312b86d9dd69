/**
 * Sorts as Go's `sort.Sort` does, which does not keep the order of equal items but is the same on every run:
 * pattern-defeating quicksort (Go `sort/zsortinterface.go`), insertion sort for twelve items or fewer.
 */
type Less<T> = (a: T, b: T) => boolean;

const SMALL = 12;
/** From here on the pivot is a median of medians. */
const NINTHER = 50;
/** Swaps of all medians together. */
const MOST_SWAPS = 12;
const MAX_STEPS = 5;
const SHORTEST_SHIFT = 50;

export function goSort<T>(items: readonly T[], less: Less<T>): T[] {
  const sorter = new Sorter([...items], less);
  const limit = items.length === 0 ? 0 : log2(items.length) + 1;
  sorter.sort(0, items.length, limit);
  return sorter.items;
}

function log2(n: number): number {
  return 31 - Math.clz32(n);
}

type Hint = "unknown" | "increasing" | "decreasing";

class Sorter<T> {
  readonly items: T[];
  readonly #less: Less<T>;

  constructor(items: T[], less: Less<T>) {
    this.items = items;
    this.#less = less;
  }

  #before(i: number, j: number): boolean {
    return this.#less(this.items[i] as T, this.items[j] as T);
  }

  #swap(i: number, j: number): void {
    const kept = this.items[i] as T;
    this.items[i] = this.items[j] as T;
    this.items[j] = kept;
  }

  /** Sorts `[a, b)`; after `limit` bad pivots it falls back to heap sort. */
  sort(from: number, to: number, limitAtFirst: number): void {
    let a = from;
    let b = to;
    let limit = limitAtFirst;
    let wasBalanced = true;
    let wasPartitioned = true;
    for (;;) {
      const length = b - a;
      if (length <= SMALL) {
        this.#insertion(a, b);
        return;
      }
      if (limit === 0) {
        this.#heap(a, b);
        return;
      }
      if (!wasBalanced) {
        this.#breakPatterns(a, b);
        limit--;
      }
      let { pivot, hint } = this.#choosePivot(a, b);
      if (hint === "decreasing") {
        this.#reverse(a, b);
        pivot = b - 1 - (pivot - a);
        hint = "increasing";
      }
      if (wasBalanced && wasPartitioned && hint === "increasing" && this.#nearlySorted(a, b)) return;
      if (a > 0 && !this.#before(a - 1, pivot)) {
        a = this.#partitionEqual(a, b, pivot);
        continue;
      }
      const { mid, already } = this.#partition(a, b, pivot);
      wasPartitioned = already;
      const left = mid - a;
      const right = b - mid;
      const balance = Math.floor(length / 8);
      if (left < right) {
        wasBalanced = left >= balance;
        this.sort(a, mid, limit);
        a = mid + 1;
      } else {
        wasBalanced = right >= balance;
        this.sort(mid + 1, b, limit);
        b = mid;
      }
    }
  }

  #insertion(a: number, b: number): void {
    for (let i = a + 1; i < b; i++)
      for (let j = i; j > a && this.#before(j, j - 1); j--) this.#swap(j, j - 1);
  }

  #heap(a: number, b: number): void {
    const n = b - a;
    for (let i = Math.floor((n - 1) / 2); i >= 0; i--) this.#siftDown(i, n, a);
    for (let i = n - 1; i >= 0; i--) {
      this.#swap(a, a + i);
      this.#siftDown(0, i, a);
    }
  }

  #siftDown(low: number, high: number, first: number): void {
    for (let root = low; ;) {
      let child = 2 * root + 1;
      if (child >= high) return;
      if (child + 1 < high && this.#before(first + child, first + child + 1)) child++;
      if (!this.#before(first + root, first + child)) return;
      this.#swap(first + root, first + child);
      root = child;
    }
  }

  /** Items before the result are less than the pivot, which stands there; the others are not. */
  #partition(a: number, b: number, pivot: number): { mid: number; already: boolean } {
    this.#swap(a, pivot);
    let i = a + 1;
    let j = b - 1;
    while (i <= j && this.#before(i, a)) i++;
    while (i <= j && !this.#before(j, a)) j--;
    if (i > j) {
      this.#swap(j, a);
      return { mid: j, already: true };
    }
    this.#swap(i++, j--);
    for (;;) {
      while (i <= j && this.#before(i, a)) i++;
      while (i <= j && !this.#before(j, a)) j--;
      if (i > j) break;
      this.#swap(i++, j--);
    }
    this.#swap(j, a);
    return { mid: j, already: false };
  }

  /** Items before the result equal the pivot; the others are greater. */
  #partitionEqual(a: number, b: number, pivot: number): number {
    this.#swap(a, pivot);
    let i = a + 1;
    let j = b - 1;
    for (;;) {
      while (i <= j && !this.#before(a, i)) i++;
      while (i <= j && this.#before(a, j)) j--;
      if (i > j) return i;
      this.#swap(i++, j--);
    }
  }

  /** Mends a few places that are out of order; true when all are in order then. */
  #nearlySorted(a: number, b: number): boolean {
    let i = a + 1;
    for (let step = 0; step < MAX_STEPS; step++) {
      while (i < b && !this.#before(i, i - 1)) i++;
      if (i === b) return true;
      if (b - a < SHORTEST_SHIFT) return false;
      this.#swap(i, i - 1);
      if (i - a >= 2) {
        for (let j = i - 1; j >= 1 && this.#before(j, j - 1); j--) this.#swap(j, j - 1);
      }
      if (b - i >= 2) {
        for (let j = i + 1; j < b && this.#before(j, j - 1); j++) this.#swap(j, j - 1);
      }
    }
    return false;
  }

  /** Swaps three items about the middle with places drawn from the length alone. */
  #breakPatterns(a: number, b: number): void {
    const length = b - a;
    if (length < 8) return;
    const modulus = 1 << (log2(length) + 1);
    const first = a + Math.floor(length / 4) * 2 - 1;
    let random = BigInt(length);
    for (let i = 0; i < 3; i++) {
      random ^= BigInt.asUintN(64, random << 13n);
      random ^= random >> 7n;
      random ^= BigInt.asUintN(64, random << 17n);
      let other = Number(random & BigInt(modulus - 1));
      if (other >= length) other -= length;
      this.#swap(first + i, a + other);
    }
  }

  #choosePivot(a: number, b: number): { pivot: number; hint: Hint } {
    const length = b - a;
    const quarter = Math.floor(length / 4);
    const state = { swaps: 0 };
    let [i, j, k] = [a + quarter, a + quarter * 2, a + quarter * 3];
    if (length >= 8) {
      if (length >= NINTHER) {
        i = this.#median(i - 1, i, i + 1, state);
        j = this.#median(j - 1, j, j + 1, state);
        k = this.#median(k - 1, k, k + 1, state);
      }
      j = this.#median(i, j, k, state);
    }
    if (state.swaps === 0) return { pivot: j, hint: "increasing" };
    return { pivot: j, hint: state.swaps === MOST_SWAPS ? "decreasing" : "unknown" };
  }

  #median(x: number, y: number, z: number, state: { swaps: number }): number {
    let [a, b, c] = [x, y, z];
    if (this.#before(b, a)) {
      state.swaps++;
      [a, b] = [b, a];
    }
    if (this.#before(c, b)) {
      state.swaps++;
      [b, c] = [c, b];
    }
    if (this.#before(b, a)) {
      state.swaps++;
      [a, b] = [b, a];
    }
    return b;
  }

  #reverse(a: number, b: number): void {
    for (let i = a, j = b - 1; i < j; i++, j--) this.#swap(i, j);
  }
}
