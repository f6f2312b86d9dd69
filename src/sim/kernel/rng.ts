/** A seeded stream of random integers (sfc32); the same seed and name give the same draws everywhere. */
export class Rng {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  constructor(seed: number, name: string) {
    let h = 0x811c9dc5 ^ seed;
    for (let i = 0; i < name.length; i++) h = Math.imul(h ^ name.charCodeAt(i), 0x01000193);
    this.#a = h | 0;
    this.#b = Math.imul(h ^ 0x9e3779b9, 0x85ebca6b) | 0;
    this.#c = (seed ^ 0x6a09e667) | 0;
    // The first draws of sfc32 still show the seed; throw them away.
    for (let i = 0; i < 12; i++) this.next();
  }

  /** The next unsigned 32-bit integer. */
  next(): number {
    const t = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (this.#c << 21) | (this.#c >>> 11);
    this.#c = (this.#c + t) | 0;
    return t >>> 0;
  }

  /** A uniform integer in [0, n); n up to 2^32. */
  below(n: number): number {
    return Math.floor((this.next() / 4294967296) * n);
  }

  /** A uniform integer in [from, to], both included. */
  between(from: number, to: number): number {
    return from + this.below(to - from + 1);
  }

  /** True with a chance of `ppm` in a million. */
  chance(ppm: number): boolean {
    return ppm > 0 && this.below(1_000_000) < ppm;
  }

  /** A duration around `value`: uniform in [value, value × (1 + percent/100)], as the jitter of client-go. */
  jitter(value: number, percent: number): number {
    return value + this.below(Math.floor((value * percent) / 100) + 1);
  }

  /** One of the items; the list must not be empty. */
  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }
}
