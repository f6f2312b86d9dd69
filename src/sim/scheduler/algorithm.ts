import type { Rng } from "../kernel/rng";
import { feasibleNodesToFind } from "./config";
import type { Diagnosis, RejectedNode } from "./diagnosis";
import { Rejection } from "./framework/plugin";
import type { FilterSet, Framework, PluginScores, Prepared } from "./framework/framework";
import type { NodeInfo } from "./node-info";
import type { PodInfo } from "./pod-info";
import type { Nominator } from "./queue/nominator";
import type { Snapshot } from "./snapshot";

/** What one attempt to find a node gave. */
export interface Attempt {
  readonly chosen: NodeInfo | undefined;
  /** Nodes that the pod fits; with more than one they were scored. */
  readonly feasible: readonly NodeInfo[];
  /** Scores by plugin, and weighted sums; index as `feasible`. Empty when there was no choice. */
  readonly scores: readonly PluginScores[];
  readonly totals: readonly number[];
  readonly diagnosis: Diagnosis;
  /** The prepared filters, for preemption; undefined if a plugin said no to all nodes at once. */
  readonly filters: FilterSet | undefined;
}

type PreparedFilters = Extract<Prepared, { readonly rejection: undefined }>;

const NO_SCORES: readonly PluginScores[] = [];

/** Filters nodes, scores those that are left and chooses (upstream `pkg/scheduler/schedule_one.go`). */
export class Algorithm {
  readonly #framework: Framework;
  readonly #snapshot: Snapshot;
  readonly #nominator: Nominator;
  readonly #rng: Rng;
  /** Where the next search begins: each takes up where the last one stopped. */
  #start = 0;

  constructor(framework: Framework, snapshot: Snapshot, nominator: Nominator, rng: Rng) {
    this.#framework = framework;
    this.#snapshot = snapshot;
    this.#nominator = nominator;
    this.#rng = rng;
  }

  /** Looks for a node. Reads only; whoever calls it acts on the result within the same event. */
  schedule(pod: PodInfo): Attempt {
    const nodes = this.#snapshot.nodes.length;
    const prepared = this.#framework.prepare(pod);
    if (prepared.rejection !== undefined) {
      const { rejection } = prepared;
      return nothing({ nodes, rejected: [], others: rejection, preFilter: rejection }, undefined);
    }
    const { feasible, rejected } = this.#search(pod, prepared);
    const others = elsewhere(prepared);
    const diagnosis: Diagnosis = { nodes, rejected, others, preFilter: undefined };
    if (feasible.length === 0) return nothing(diagnosis, prepared.filters);
    if (feasible.length === 1) {
      const chosen = feasible[0];
      return { ...nothing(diagnosis, prepared.filters), chosen, feasible };
    }
    const scores = this.#framework.score(pod, feasible);
    const totals = sum(scores, feasible.length);
    const chosen = feasible[this.#best(totals)];
    return { chosen, feasible, scores, totals, diagnosis, filters: prepared.filters };
  }

  /**
   * Whether a pod fits a node. Pods that are nominated for the node and at least as important count as there; but
   * as they may never come, it must fit without them, too.
   */
  check(pod: PodInfo, filters: FilterSet, node: NodeInfo): Rejection | undefined {
    const nominated = this.#nominator.on(node.name);
    if (nominated === undefined) return filters.check(node);
    const rivals = [...nominated.values()].filter((p) => p.priority >= pod.priority && p.uid !== pod.uid);
    if (rivals.length === 0) return filters.check(node);
    const trial = node.clone();
    const trialFilters = filters.clone();
    for (const rival of rivals) if (!trial.pods.has(rival.key)) trialFilters.addPod(rival, trial);
    return trialFilters.check(trial) ?? filters.check(node);
  }

  #search(pod: PodInfo, prepared: PreparedFilters): { feasible: NodeInfo[]; rejected: RejectedNode[] } {
    const { filters, only } = prepared;
    const rejected: RejectedNode[] = [];
    const nominatedFor = this.#nominator.nodeOf(pod.key) || (pod.pod.status.nominatedNodeName ?? "");
    if (nominatedFor !== "") {
      const node = this.#snapshot.node(nominatedFor);
      const allowed = node !== undefined && (only === undefined || only.has(node.name));
      if (allowed && this.check(pod, filters, node) === undefined) return { feasible: [node], rejected };
    }
    const all = this.#snapshot.nodes;
    const nodes = only === undefined ? all : all.filter((node) => only.has(node.name));
    const wanted = feasibleNodesToFind(nodes.length);
    const feasible: NodeInfo[] = [];
    const n = nodes.length;
    let i = 0;
    for (; i < n && feasible.length < wanted; i++) {
      const node = nodes[(this.#start + i) % n]!;
      const rejection = this.check(pod, filters, node);
      if (rejection === undefined) feasible.push(node);
      else rejected.push({ node, rejection });
    }
    if (n > 0) this.#start = (this.#start + i) % n;
    return { feasible, rejected };
  }

  /** Index of the highest sum; among equals each is as likely. */
  #best(totals: readonly number[]): number {
    let best = 0;
    let equals = 1;
    for (let i = 1; i < totals.length; i++) {
      const total = totals[i]!;
      if (total > totals[best]!) {
        best = i;
        equals = 1;
      } else if (total === totals[best]!) {
        equals++;
        if (this.#rng.below(equals) === 0) best = i;
      }
    }
    return best;
  }
}

function nothing(diagnosis: Diagnosis, filters: FilterSet | undefined): Attempt {
  return { chosen: undefined, feasible: [], scores: NO_SCORES, totals: [], diagnosis, filters };
}

/** What is said of the nodes that were not looked at because plugins named others. */
function elsewhere({ only, onlyBy }: PreparedFilters): Rejection | undefined {
  if (only === undefined) return undefined;
  const why = `node(s) didn't satisfy plugin(s) [${onlyBy.join(" ")}]`;
  return new Rejection(onlyBy[0] ?? "", "UnschedulableAndUnresolvable", why);
}

function sum(scores: readonly PluginScores[], nodes: number): number[] {
  const totals: number[] = [];
  for (let i = 0; i < nodes; i++) totals.push(0);
  for (const { weight, scores: own } of scores) {
    for (let i = 0; i < nodes; i++) totals[i] = totals[i]! + weight * own[i]!;
  }
  return totals;
}
