import { MINUTE, MS, SECOND } from "../kernel/time";

/** Figures of the scheduler (upstream `pkg/scheduler/apis/config/v1/defaults.go`, `pkg/scheduler/backend/queue`). */

/** How long a pod is kept back after failed attempts: doubling from the first to the last value. */
export const INITIAL_BACKOFF = 1 * SECOND;
export const MAX_BACKOFF = 10 * SECOND;
/** How often pods whose back-off is over enter the active queue; back-offs end at multiples of this. */
export const BACKOFF_FLUSH_PERIOD = 1 * SECOND;
/** How often, and from which age on, pods that no event concerned are tried again all the same. */
export const UNSCHEDULABLE_FLUSH_PERIOD = 30 * SECOND;
export const UNSCHEDULABLE_TIMEOUT = 5 * MINUTE;
/** Time that a cycle takes here: about what a few dozen nodes cost upstream. */
export const CYCLE_TIME = 1 * MS;

/** Never stop a search before this many feasible nodes. */
export const MIN_FEASIBLE_NODES = 100;
export const MIN_FEASIBLE_PERCENTAGE = 5;
/** Nodes with which preemption is tried: at least this many, or this share. */
export const MIN_PREEMPTION_CANDIDATES = 100;
export const MIN_PREEMPTION_PERCENTAGE = 10;

/** Requests a second of the client, and at once. */
export const CLIENT_QPS = 50;
export const CLIENT_BURST = 100;

export const SCHEDULER_NAME = "default-scheduler";
/** Decisions that are kept for views. */
export const DECISIONS_KEPT = 64;
/** Up to this many nodes a decision tells of each; beyond, of the best and of reasons by number. */
export const NODES_TOLD = 50;

/**
 * How many feasible nodes end the search: all below 100 nodes, else an adaptive share: 50 % less one point for each
 * 125 nodes, at least 5 %, and at least 100 nodes.
 */
export function feasibleNodesToFind(nodes: number): number {
  if (nodes < MIN_FEASIBLE_NODES) return nodes;
  const percentage = Math.max(MIN_FEASIBLE_PERCENTAGE, 50 - Math.floor(nodes / 125));
  return Math.max(MIN_FEASIBLE_NODES, Math.floor((nodes * percentage) / 100));
}
