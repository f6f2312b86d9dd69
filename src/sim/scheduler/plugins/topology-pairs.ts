import type { NodeInfo } from "../node-info";

/** Numbers by topology pair, e.g. 3 for (zone, a). */
export class TopologyPairs {
  readonly #byKey = new Map<string, Map<string, number>>();

  get empty(): boolean {
    return this.#byKey.size === 0;
  }

  /** Adds to the pair that a node is in; nothing if it has no such label. A pair that reaches 0 is dropped. */
  add(node: NodeInfo, key: string, n: number): void {
    const value = node.labels[key];
    if (value === undefined || n === 0) return;
    let values = this.#byKey.get(key);
    if (values === undefined) this.#byKey.set(key, (values = new Map()));
    const sum = (values.get(value) ?? 0) + n;
    if (sum !== 0) values.set(value, sum);
    else if (values.delete(value) && values.size === 0) this.#byKey.delete(key);
  }

  get(key: string, value: string): number {
    return this.#byKey.get(key)?.get(value) ?? 0;
  }

  /** The sum over all pairs that a node is in. */
  sumFor(node: NodeInfo): number {
    let sum = 0;
    for (const [key, values] of this.#byKey) {
      const value = node.labels[key];
      if (value !== undefined) sum += values.get(value) ?? 0;
    }
    return sum;
  }

  /** Whether a node is in any pair. */
  touches(node: NodeInfo): boolean {
    for (const [key, values] of this.#byKey) {
      const value = node.labels[key];
      if (value !== undefined && values.has(value)) return true;
    }
    return false;
  }

  clone(): TopologyPairs {
    const copy = new TopologyPairs();
    for (const [key, values] of this.#byKey) copy.#byKey.set(key, new Map(values));
    return copy;
  }
}
