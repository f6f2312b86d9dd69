import { podCondition } from "../../api/meta";
import type { PodDisruptionBudget } from "../../api/types";
import type { Rng } from "../../kernel/rng";
import type { Algorithm, Attempt } from "../algorithm";
import { MIN_PREEMPTION_CANDIDATES, MIN_PREEMPTION_PERCENTAGE } from "../config";
import { fitErrorMessage, type RejectedNode } from "../diagnosis";
import { Rejection } from "../framework/plugin";
import type { NodeInfo } from "../node-info";
import type { PodInfo } from "../pod-info";
import type { Snapshot } from "../snapshot";
import { pickCandidate } from "./pick-candidate";
import { selectVictims, type Candidate } from "./victims";

export const PREEMPTION = "DefaultPreemption";

const NOT_HELPFUL = new Rejection(
  PREEMPTION,
  "UnschedulableAndUnresolvable",
  "Preemption is not helpful for scheduling",
);

/** What preemption came to: room to be made, or a message for the event. */
export type Verdict =
  | { readonly candidate: Candidate }
  | {
      readonly candidate: undefined;
      readonly message: string;
      /** Room that was made before is of no use: the nomination goes. */
      readonly clearsNomination: boolean;
    };

/** Decides whether a pod that fits nowhere may push others aside (upstream `pkg/scheduler/framework/preemption`). */
export class Preemption {
  readonly #algorithm: Algorithm;
  readonly #snapshot: Snapshot;
  readonly #budgets: () => readonly PodDisruptionBudget[];
  readonly #rng: Rng;

  constructor(
    algorithm: Algorithm,
    snapshot: Snapshot,
    budgets: () => readonly PodDisruptionBudget[],
    rng: Rng,
  ) {
    this.#algorithm = algorithm;
    this.#snapshot = snapshot;
    this.#budgets = budgets;
    this.#rng = rng;
  }

  /** Chooses a node and its victims. `nominated`: the node that room was made on before, or "". */
  evaluate(pod: PodInfo, attempt: Attempt, nominated: string): Verdict {
    const why = this.#notEligible(pod, attempt, nominated);
    if (why !== "") return none(why, false);
    const { diagnosis, filters } = attempt;
    const nodes = diagnosis.nodes;
    const hopeful = diagnosis.rejected
      .filter(({ rejection }) => rejection.resolvable)
      .map(({ node }) => node);
    if (filters === undefined || hopeful.length === 0) return none(explain(nodes, []), true);
    const { candidates, failures } = this.#dryRun(pod, filters, hopeful);
    const candidate = pickCandidate(candidates);
    return candidate === undefined ? none(explain(nodes, failures), true) : { candidate };
  }

  /** Why the pod may not preempt at all; "" if it may. */
  #notEligible(pod: PodInfo, attempt: Attempt, nominated: string): string {
    if (pod.pod.spec.preemptionPolicy === "Never") return "not eligible due to preemptionPolicy=Never.";
    if (nominated === "") return "";
    const before = attempt.diagnosis.rejected.find(({ node }) => node.name === nominated);
    // The room that was made there is of no use any more.
    if (before !== undefined && !before.rejection.resolvable) return "";
    const node = this.#snapshot.node(nominated);
    for (const other of node?.pods.values() ?? []) {
      if (other.priority < pod.priority && other.terminating && isPreempted(other)) {
        return "not eligible due to a terminating pod on the nominated node.";
      }
    }
    return "";
  }

  #dryRun(
    pod: PodInfo,
    filters: NonNullable<Attempt["filters"]>,
    hopeful: readonly NodeInfo[],
  ): { candidates: Candidate[]; failures: RejectedNode[] } {
    const budgets = this.#budgets();
    const n = hopeful.length;
    const share = Math.floor((n * MIN_PREEMPTION_PERCENTAGE) / 100);
    const wanted = Math.min(n, Math.max(share, MIN_PREEMPTION_CANDIDATES));
    const offset = this.#rng.below(n);
    const violating: Candidate[] = [];
    const clean: Candidate[] = [];
    const failures: RejectedNode[] = [];
    for (let i = 0; i < n; i++) {
      if (clean.length > 0 && clean.length + violating.length >= wanted) break;
      const node = hopeful[(offset + i) % n]!;
      const result = selectVictims(pod, filters, node, budgets, (f, trial) =>
        this.#algorithm.check(pod, f, trial),
      );
      if (result instanceof Rejection) failures.push({ node, rejection: result });
      else if (result.victims.length > 0) (result.violations === 0 ? clean : violating).push(result);
    }
    return { candidates: [...clean, ...violating], failures };
  }
}

function isPreempted({ pod }: PodInfo): boolean {
  const target = podCondition(pod, "DisruptionTarget");
  return target?.status === "True" && target.reason === "PreemptionByScheduler";
}

function none(why: string, clearsNomination: boolean): Verdict {
  return { candidate: undefined, message: `preemption: ${why}`, clearsNomination };
}

function explain(nodes: number, rejected: readonly RejectedNode[]): string {
  return fitErrorMessage({ nodes, rejected, others: NOT_HELPFUL, preFilter: undefined }, "");
}
