import type { NodeInfo } from "./node-info";
import type { PodInfo } from "./pod-info";

/** How many counters are kept; the least recently used one makes room. */
const CAPACITY = 128;

/** How many pods that a question matches each node has; index by `NodeInfo.slot`. */
interface Counter {
  readonly matches: (pod: PodInfo) => boolean;
  readonly counts: number[];
}

/**
 * Numbers of matching pods for each node, kept up to date as pods come and go. Spreading and affinity ask the
 * same question for every pod of a workload, so a cycle reads numbers instead of walking all pods.
 */
export class MatchCounts {
  readonly #counters = new Map<string, Counter>();
  readonly #nodes: () => Iterable<NodeInfo>;

  /** `nodes` gives every node that may hold pods. */
  constructor(nodes: () => Iterable<NodeInfo>) {
    this.#nodes = nodes;
  }

  /**
   * The numbers for a question, by slot; absent means 0. `key` must name the question completely. The list is
   * live: read it within the current event only.
   */
  get(key: string, matches: (pod: PodInfo) => boolean): readonly (number | undefined)[] {
    const known = this.#counters.get(key);
    if (known !== undefined) {
      this.#counters.delete(key);
      this.#counters.set(key, known);
      return known.counts;
    }
    const counter: Counter = { matches, counts: [] };
    for (const node of this.#nodes()) {
      let n = 0;
      for (const pod of node.pods.values()) if (matches(pod)) n++;
      while (counter.counts.length <= node.slot) counter.counts.push(0);
      counter.counts[node.slot] = n;
    }
    this.#counters.set(key, counter);
    if (this.#counters.size > CAPACITY) {
      for (const oldest of this.#counters.keys()) {
        this.#counters.delete(oldest);
        break;
      }
    }
    return counter.counts;
  }

  /** A pod came to (+1) or left (-1) a node. */
  count(pod: PodInfo, node: NodeInfo, change: 1 | -1): void {
    for (const { matches, counts } of this.#counters.values()) {
      if (!matches(pod)) continue;
      while (counts.length <= node.slot) counts.push(0);
      counts[node.slot] = counts[node.slot]! + change;
    }
  }

  /** Forgets all answers: something besides pods changed that questions depend on. */
  clear(): void {
    this.#counters.clear();
  }

  /** A slot is free again. */
  release(slot: number): void {
    for (const { counts } of this.#counters.values()) if (slot < counts.length) counts[slot] = 0;
  }
}
