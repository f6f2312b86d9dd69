import type { Micros } from "../kernel/time";
import type { Attempt } from "./algorithm";
import { NODES_TOLD } from "./config";
import { countReasons, type ReasonCount } from "./diagnosis";
import type { Candidate } from "./preemption/victims";
import type { PodInfo } from "./pod-info";

/** What a decision says of one node: `failed` and `reason`, or scores. */
export interface NodeVerdict {
  readonly node: string;
  /** The plugin whose filter it did not pass. */
  readonly failed?: string;
  readonly reason?: string;
  /** The weighted sum of the scores; 0 when there was no choice and nothing was scored. */
  readonly score?: number;
  /** Scores (0..100, not weighted), index as the decision's `plugins`. */
  readonly scores?: readonly number[];
}

/** A decision of the scheduler on one pod, as data. */
export interface Decision {
  /** `namespace/name`. */
  readonly pod: string;
  readonly uid: string;
  readonly at: Micros;
  /** Which attempt it was, from 1 on. */
  readonly attempt: number;
  /** The chosen node, or "". */
  readonly node: string;
  /** Nodes of the cluster, and how many of them the pod fits among those looked at. */
  readonly total: number;
  readonly feasible: number;
  /** Scoring plugins with their weights. */
  readonly plugins: readonly { readonly name: string; readonly weight: number }[];
  /** Each node that was looked at, feasible ones first, the best on top; of many only the best ones. */
  readonly nodes: readonly NodeVerdict[];
  /** Why nodes fell out, with numbers. */
  readonly reasons: readonly ReasonCount[];
  /** What the event says when there is no node; "" otherwise. */
  readonly message: string;
  /** Room that is being made for it. */
  readonly preemption?: { readonly node: string; readonly victims: readonly string[] };
}

/** Nodes that are told of when there are more than `NODES_TOLD`. */
const BEST_TOLD = 10;

/** Puts an attempt on record. */
export function toDecision(
  pod: PodInfo,
  attempt: Attempt,
  at: Micros,
  number: number,
  message: string,
  candidate: Candidate | undefined,
): Decision {
  const { chosen, diagnosis, feasible, scores } = attempt;
  const made: Decision = {
    pod: pod.key,
    uid: pod.uid,
    at,
    attempt: number,
    node: chosen?.name ?? "",
    total: diagnosis.nodes,
    feasible: feasible.length,
    plugins: scores.map(({ plugin, weight }) => ({ name: plugin, weight })),
    nodes: verdicts(attempt),
    reasons: countReasons(diagnosis),
    message,
  };
  if (candidate === undefined) return made;
  return {
    ...made,
    preemption: { node: candidate.node.name, victims: candidate.victims.map(({ key }) => key) },
  };
}

function verdicts({ chosen, diagnosis, feasible, scores, totals }: Attempt): NodeVerdict[] {
  const few = feasible.length + diagnosis.rejected.length <= NODES_TOLD;
  const order = feasible.map((_, i) => i);
  order.sort((a, b) => {
    const difference = (totals[b] ?? 0) - (totals[a] ?? 0);
    if (difference !== 0) return difference;
    // The chosen one is on top of its equals.
    return feasible[a] === chosen ? -1 : feasible[b] === chosen ? 1 : a - b;
  });
  const told: NodeVerdict[] = [];
  for (const i of few ? order : order.slice(0, BEST_TOLD)) {
    told.push({
      node: feasible[i]!.name,
      score: totals[i] ?? 0,
      scores: scores.map((plugin) => plugin.scores[i]!),
    });
  }
  if (!few) return told;
  for (const { node, rejection } of diagnosis.rejected) {
    told.push({ node: node.name, failed: rejection.plugin, reason: rejection.reasons.join(", ") });
  }
  return told;
}
