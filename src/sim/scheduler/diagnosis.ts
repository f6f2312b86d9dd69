import type { Rejection } from "./framework/plugin";
import type { NodeInfo } from "./node-info";

/** A node that a pod does not fit, and why. */
export interface RejectedNode {
  readonly node: NodeInfo;
  readonly rejection: Rejection;
}

/** Why a pod fits no node (upstream `framework.Diagnosis`). */
export interface Diagnosis {
  /** Nodes of the cluster. */
  readonly nodes: number;
  /** Nodes that were looked at, all in vain. */
  readonly rejected: readonly RejectedNode[];
  /** Said of all nodes that are not in `rejected`; undefined if there are none. */
  readonly others: Rejection | undefined;
  /** A plugin found that no node can do; then the nodes were not looked at. */
  readonly preFilter: Rejection | undefined;
}

/** One reason and for how many nodes it holds. */
export interface ReasonCount {
  readonly reason: string;
  readonly count: number;
}

/** The reasons with their numbers, most frequent first as far as text order goes: sorted as upstream's message. */
export function countReasons({ nodes, rejected, others }: Diagnosis): ReasonCount[] {
  const counts = new Map<string, number>();
  for (const { rejection } of rejected) {
    for (const reason of rejection.reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  const rest = nodes - rejected.length;
  if (others !== undefined && rest > 0) {
    for (const reason of others.reasons) counts.set(reason, (counts.get(reason) ?? 0) + rest);
  }
  return [...counts]
    .map(([reason, count]) => ({ reason, count, text: `${count} ${reason}` }))
    .sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0))
    .map(({ reason, count }) => ({ reason, count }));
}

/** `0/3 nodes are available: 1 Insufficient cpu, 2 …. preemption: …` (upstream `framework.FitError`). */
export function fitErrorMessage(diagnosis: Diagnosis, preemption: string): string {
  let message = `0/${diagnosis.nodes} nodes are available:`;
  const { preFilter } = diagnosis;
  if (preFilter !== undefined) message += ` ${preFilter.reasons.join(", ")}.`;
  else {
    const reasons = countReasons(diagnosis).map(({ reason, count }) => `${count} ${reason}`);
    if (reasons.length > 0) message += ` ${reasons.join(", ")}.`;
  }
  return preemption === "" ? message : `${message} ${preemption}`;
}

/** Names of the plugins that said no. */
export function rejectingPlugins({ rejected, others, preFilter }: Diagnosis): Set<string> {
  const plugins = new Set<string>();
  if (preFilter !== undefined) plugins.add(preFilter.plugin);
  for (const { rejection } of rejected) plugins.add(rejection.plugin);
  if (others !== undefined) plugins.add(others.plugin);
  return plugins;
}
