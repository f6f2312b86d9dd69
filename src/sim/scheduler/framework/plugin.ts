import type { Pod } from "../../api/types";
import type { NodeInfo } from "../node-info";
import type { PodInfo } from "../pod-info";
import type { Snapshot } from "../snapshot";
import type { EventInterest } from "./events";

/**
 * Whether removing other pods could help: "Unschedulable" yes, "UnschedulableAndUnresolvable" no; so only nodes
 * with the former are candidates for preemption.
 */
export type RejectionCode = "Unschedulable" | "UnschedulableAndUnresolvable";

/** A plugin's no. */
export class Rejection {
  readonly plugin: string;
  readonly code: RejectionCode;
  readonly reasons: readonly string[];

  constructor(plugin: string, code: RejectionCode, ...reasons: string[]) {
    this.plugin = plugin;
    this.code = code;
    this.reasons = reasons;
  }

  get resolvable(): boolean {
    return this.code === "Unschedulable";
  }
}

/** A plugin's filter, prepared for one pod. */
export interface NodeFilter {
  /** undefined when the pod fits as far as this plugin is concerned. */
  check(node: NodeInfo): Rejection | undefined;
  /** What-if: a pod more or less on a node. Filters whose answer depends on `node` alone need neither. */
  addPod?(pod: PodInfo, node: NodeInfo): void;
  removePod?(pod: PodInfo, node: NodeInfo): void;
  /** A copy for a what-if; needed where `addPod` is there. */
  clone?(): NodeFilter;
}

/** A plugin's score, prepared for one pod and the nodes that it fits. */
export interface NodeScorer {
  score(node: NodeInfo): number;
  /** Brings the scores (index as `nodes`) into 0..100, in place. Absent: they are already. */
  normalize?(scores: number[], nodes: readonly NodeInfo[]): void;
}

/** The highest score that a plugin gives. */
export const MAX_SCORE = 100;

/**
 * One rule of the scheduler. Each method is an extension point; a plugin has those it needs
 * (upstream `pkg/scheduler/framework/interface.go`).
 */
export interface Plugin {
  readonly name: string;
  /** Why the pod may not enter the active queue at all; undefined if it may. */
  preEnqueue?(pod: Pod): string | undefined;
  /** Names of the only nodes worth looking at; undefined: all. */
  onlyNodes?(pod: PodInfo): ReadonlySet<string> | undefined;
  /** The filter for this pod; undefined if there is nothing to check; a rejection if no node can do. */
  prepareFilter?(pod: PodInfo, snapshot: Snapshot): NodeFilter | Rejection | undefined;
  /** The score for this pod among `nodes`; undefined if it has no opinion. */
  prepareScore?(pod: PodInfo, nodes: readonly NodeInfo[], snapshot: Snapshot): NodeScorer | undefined;
  /** What may make a pod schedulable that this plugin rejected. */
  readonly events: readonly EventInterest[];
}

/**
 * The usual normalization: the highest raw score becomes 100, the others in proportion; `reverse` turns high into
 * low (upstream `plugins/helper/normalize_score.go`).
 */
export function normalizeByMaximum(scores: number[], reverse: boolean): void {
  let highest = 0;
  for (const score of scores) if (score > highest) highest = score;
  for (let i = 0; i < scores.length; i++) {
    const scaled = highest === 0 ? 0 : Math.floor((MAX_SCORE * scores[i]!) / highest);
    scores[i] = reverse ? MAX_SCORE - scaled : scaled;
  }
}
