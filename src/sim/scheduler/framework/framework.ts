import { assert } from "../../../shared/assert";
import type { Pod } from "../../api/types";
import type { NodeInfo } from "../node-info";
import type { PodInfo } from "../pod-info";
import type { WeightedPlugin } from "../profile";
import type { Snapshot } from "../snapshot";
import type { EventInterest } from "./events";
import { MAX_SCORE, Rejection, type NodeFilter } from "./plugin";

/** The filters of one pod, in the table's order. */
export class FilterSet {
  readonly filters: readonly NodeFilter[];

  constructor(filters: readonly NodeFilter[]) {
    this.filters = filters;
  }

  /** The first no; undefined if the pod fits. */
  check(node: NodeInfo): Rejection | undefined {
    const { filters } = this;
    for (let i = 0; i < filters.length; i++) {
      const rejection = filters[i]!.check(node);
      if (rejection !== undefined) return rejection;
    }
    return undefined;
  }

  /** A copy on which pods may be added and removed without a trace. */
  clone(): FilterSet {
    return new FilterSet(this.filters.map((filter) => filter.clone?.() ?? filter));
  }

  /** What if the pod were on the node, too? Changes `node`, which must be a clone. */
  addPod(pod: PodInfo, node: NodeInfo): void {
    node.addPod(pod);
    for (const filter of this.filters) filter.addPod?.(pod, node);
  }

  removePod(pod: PodInfo, node: NodeInfo): void {
    node.removePod(pod.key);
    for (const filter of this.filters) filter.removePod?.(pod, node);
  }
}

/** What the preparation of the filters gave. */
export type Prepared =
  | { readonly rejection: Rejection }
  | {
      readonly rejection: undefined;
      readonly filters: FilterSet;
      /** The only nodes worth looking at, and who said so; undefined: all. */
      readonly only: ReadonlySet<string> | undefined;
      readonly onlyBy: readonly string[];
    };

/** Scores of one plugin, index as the nodes. */
export interface PluginScores {
  readonly plugin: string;
  readonly weight: number;
  /** 0..100, not yet weighted. */
  readonly scores: readonly number[];
}

/** Runs the plugins at their extension points (upstream `pkg/scheduler/framework/runtime`). */
export class Framework {
  readonly #plugins: readonly WeightedPlugin[];
  readonly #snapshot: Snapshot;
  readonly #interests = new Map<string, readonly EventInterest[]>();

  constructor(plugins: readonly WeightedPlugin[], snapshot: Snapshot) {
    this.#plugins = plugins;
    this.#snapshot = snapshot;
    for (const { plugin } of plugins) this.#interests.set(plugin.name, plugin.events);
  }

  /** The plugin that keeps a pod out of the queue, with its reason; undefined if none does. */
  gate(pod: Pod): { readonly plugin: string; readonly reason: string } | undefined {
    for (const { plugin } of this.#plugins) {
      const reason = plugin.preEnqueue?.(pod);
      if (reason !== undefined) return { plugin: plugin.name, reason };
    }
    return undefined;
  }

  /** What may make a pod schedulable that a plugin rejected; undefined for a plugin that is not known. */
  interests(plugin: string): readonly EventInterest[] | undefined {
    return this.#interests.get(plugin);
  }

  prepare(pod: PodInfo): Prepared {
    const filters: NodeFilter[] = [];
    let only: ReadonlySet<string> | undefined;
    const onlyBy: string[] = [];
    for (const { plugin } of this.#plugins) {
      const names = plugin.onlyNodes?.(pod);
      if (names !== undefined) {
        const before = only;
        only = before === undefined ? names : new Set([...names].filter((name) => before.has(name)));
        onlyBy.push(plugin.name);
      }
      const made = plugin.prepareFilter?.(pod, this.#snapshot);
      if (made instanceof Rejection) return { rejection: made };
      if (made !== undefined) filters.push(made);
    }
    return { rejection: undefined, filters: new FilterSet(filters), only, onlyBy };
  }

  /** Scores the nodes that the pod fits: 0..100 from each plugin that has an opinion. */
  score(pod: PodInfo, nodes: readonly NodeInfo[]): PluginScores[] {
    const all: PluginScores[] = [];
    for (const { plugin, weight } of this.#plugins) {
      if (weight === 0) continue;
      const scorer = plugin.prepareScore?.(pod, nodes, this.#snapshot);
      if (scorer === undefined) continue;
      const scores: number[] = [];
      for (let i = 0; i < nodes.length; i++) scores.push(scorer.score(nodes[i]!));
      scorer.normalize?.(scores, nodes);
      for (const score of scores) {
        // Written out: a closure for each score would cost more than the scores.
        if (!(score >= 0 && score <= MAX_SCORE)) assert(false, `${plugin.name} gave the score ${score}`);
      }
      all.push({ plugin: plugin.name, weight, scores });
    }
    return all;
  }
}
