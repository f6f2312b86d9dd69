import { compileLabelSelector } from "../../api/selector";
import { parseTime } from "../../api/time";
import type { PodDisruptionBudget } from "../../api/types";
import type { FilterSet } from "../framework/framework";
import { Rejection } from "../framework/plugin";
import type { NodeInfo } from "../node-info";
import type { PodInfo } from "../pod-info";

/** Whom to remove from a node so that a pod fits. */
export interface Candidate {
  readonly node: NodeInfo;
  /** Most important first; never empty. */
  readonly victims: readonly PodInfo[];
  /** How many of them are protected by a disruption budget that has nothing left. */
  readonly violations: number;
}

const NO_VICTIMS = new Rejection(
  "DefaultPreemption",
  "UnschedulableAndUnresolvable",
  "No preemption victims found for incoming pod",
);

/** When a pod was started, in virtual microseconds; one that has not counts as the latest. */
export function startTime({ pod }: PodInfo): number {
  return pod.status.startTime === undefined ? Infinity : parseTime(pod.status.startTime);
}

/** Higher priority first, then the one that has run longer (upstream `util.MoreImportantPod`). */
export function byImportance(a: PodInfo, b: PodInfo): number {
  if (a.priority !== b.priority) return b.priority - a.priority;
  const [first, second] = [startTime(a), startTime(b)];
  if (first !== second) return first < second ? -1 : 1;
  return a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
}

/** Pods whose removal would break a budget, and the others, both in the order given. */
export function splitByBudget(
  pods: readonly PodInfo[],
  budgets: readonly PodDisruptionBudget[],
): { violating: PodInfo[]; others: PodInfo[] } {
  const left = budgets.map((budget) => budget.status.disruptionsAllowed);
  const violating: PodInfo[] = [];
  const others: PodInfo[] = [];
  for (const pod of pods) {
    let breaks = false;
    for (const [i, budget] of budgets.entries()) {
      if (!covers(budget, pod)) continue;
      left[i] = left[i]! - 1;
      if (left[i]! < 0) breaks = true;
    }
    (breaks ? violating : others).push(pod);
  }
  return { violating, others };
}

function covers(budget: PodDisruptionBudget, pod: PodInfo): boolean {
  if (budget.metadata.namespace !== pod.namespace) return false;
  // A pod without labels is in no budget, and one that is being disrupted has been counted already.
  let labelled = false;
  for (const _ in pod.labels) labelled = true;
  if (!labelled || budget.status.disruptedPods?.[pod.pod.metadata.name] !== undefined) return false;
  const selector = compileLabelSelector(budget.spec.selector);
  return !selector.empty && selector.matches(pod.labels);
}

/**
 * Finds the fewest and least important pods of a node without which `pod` fits: removes all that are less
 * important, then lets as many as possible stay, the most important and those under a budget first
 * (upstream `SelectVictimsOnNode`). `fits` judges a trial.
 */
export function selectVictims(
  pod: PodInfo,
  filters: FilterSet,
  node: NodeInfo,
  budgets: readonly PodDisruptionBudget[],
  fits: (filters: FilterSet, node: NodeInfo) => Rejection | undefined,
): Candidate | Rejection {
  const lesser = [...node.pods.values()].filter((p) => p.priority < pod.priority);
  if (lesser.length === 0) return NO_VICTIMS;
  const trial = node.clone();
  const trialFilters = filters.clone();
  for (const p of lesser) trialFilters.removePod(p, trial);
  const rejection = fits(trialFilters, trial);
  if (rejection !== undefined) return rejection;
  lesser.sort(byImportance);
  const { violating, others } = splitByBudget(lesser, budgets);
  const victims: PodInfo[] = [];
  const spare = (p: PodInfo): boolean => {
    trialFilters.addPod(p, trial);
    if (fits(trialFilters, trial) === undefined) return true;
    trialFilters.removePod(p, trial);
    victims.push(p);
    return false;
  };
  let violations = 0;
  for (const p of violating) if (!spare(p)) violations++;
  for (const p of others) spare(p);
  victims.sort(byImportance);
  return { node, victims, violations };
}
