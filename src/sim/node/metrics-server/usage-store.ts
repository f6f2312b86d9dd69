import type { ContainerUsage, ResourceMetrics } from "../wire/resource-metrics";

/** Use over a stretch of time that has passed. Times are virtual microseconds. */
export interface Usage {
  /** When the stretch ended. */
  readonly at: number;
  readonly window: number;
  /** Billionths of a core, on average over it. */
  readonly nanoCores: number;
  /** At its end. */
  readonly memoryBytes: number;
}

/** A container that started within the last stretch is told about when it has run for so long. */
const FRESH_MINIMUM = 10_000_000;
const RESOLUTION = 15_000_000;

interface Point {
  readonly at: number;
  readonly startedAt: number;
  readonly cpuTime: number;
  readonly memoryBytes: number;
}

interface Pair {
  readonly last: Point;
  readonly before: Point | undefined;
}

/**
 * The newest two measurements of everything; use is what lies between them (metrics-server
 * `pkg/storage/{node,pod}.go`). What a round of scrapes does not bring, is forgotten.
 */
export class UsageStore {
  #nodes = new Map<string, Pair>();
  /** By `namespace/pod`, then by container. */
  #pods = new Map<string, Map<string, Pair>>();

  /** Whether there is anything to tell. */
  get ready(): boolean {
    return [...this.#nodes.values()].some((pair) => pair.before !== undefined);
  }

  /** Takes what one round of scrapes brought, by node. */
  store(round: ReadonlyMap<string, ResourceMetrics>): void {
    const nodes = new Map<string, Pair>();
    const pods = new Map<string, Map<string, Pair>>();
    for (const [name, { at, node, containers }] of round) {
      nodes.set(name, follow(this.#nodes.get(name), { at, ...node }));
      for (const usage of containers) {
        const key = `${usage.namespace}/${usage.pod}`;
        let ofPod = pods.get(key);
        if (ofPod === undefined) pods.set(key, (ofPod = new Map()));
        const before = this.#pods.get(key)?.get(usage.container);
        ofPod.set(usage.container, fresh(follow(before, pointOf(usage, at))));
      }
    }
    this.#nodes = nodes;
    this.#pods = pods;
  }

  node(name: string): Usage | undefined {
    return usageOf(this.#nodes.get(name));
  }

  /** The use of each container of a pod; undefined: not known yet of one of them, or of the whole pod. */
  pod(namespace: string, name: string): ReadonlyMap<string, Usage> | undefined {
    const pairs = this.#pods.get(`${namespace}/${name}`);
    if (pairs === undefined) return undefined;
    const found = new Map<string, Usage>();
    for (const [container, pair] of pairs) {
      const usage = usageOf(pair);
      if (usage === undefined) return undefined;
      found.set(container, usage);
    }
    return found;
  }
}

function pointOf({ startedAt, cpuTime, memoryBytes }: ContainerUsage, at: number): Point {
  return { at, startedAt, cpuTime, memoryBytes };
}

/** The pair after a new measurement; one of an earlier life does not count. */
function follow(pair: Pair | undefined, last: Point): Pair {
  const before = pair?.last;
  const usable = before !== undefined && before.startedAt === last.startedAt && before.at < last.at;
  return { last, before: usable ? before : undefined };
}

/** What began within the last stretch is measured from its beginning, once that is long enough ago. */
function fresh(pair: Pair): Pair {
  const { last, before } = pair;
  const age = last.at - last.startedAt;
  if (before !== undefined || age < FRESH_MINIMUM || age >= RESOLUTION) return pair;
  return { last, before: { at: last.startedAt, startedAt: last.startedAt, cpuTime: 0, memoryBytes: 0 } };
}

function usageOf(pair: Pair | undefined): Usage | undefined {
  if (pair?.before === undefined) return undefined;
  const { last, before } = pair;
  const window = last.at - before.at;
  const nanoCores = Math.round(((last.cpuTime - before.cpuTime) * 1e9) / window);
  return { at: last.at, window, nanoCores, memoryBytes: last.memoryBytes };
}
