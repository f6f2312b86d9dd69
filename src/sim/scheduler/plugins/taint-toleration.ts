import { findUntolerated, toleratesAny } from "../../api/taints";
import type { Node, Pod, Toleration } from "../../api/types";
import { NODE_ADDED, NODE_TAINTS, SELF_TOLERATIONS } from "../framework/events";
import {
  normalizeByMaximum,
  Rejection,
  type NodeFilter,
  type NodeScorer,
  type Plugin,
} from "../framework/plugin";
import type { NodeInfo } from "../node-info";

const HARD = ["NoSchedule", "NoExecute"];

const REJECTED = new Rejection(
  "TaintToleration",
  "UnschedulableAndUnresolvable",
  "node(s) had untolerated taint(s)",
);

class TaintFilter implements NodeFilter {
  readonly #tolerations: readonly Toleration[] | undefined;

  constructor(tolerations: readonly Toleration[] | undefined) {
    this.#tolerations = tolerations;
  }

  check(node: NodeInfo): Rejection | undefined {
    const taints = node.hardTaints;
    for (const taint of taints) if (!toleratesAny(this.#tolerations, taint)) return REJECTED;
    return undefined;
  }
}

/** Fewer PreferNoSchedule taints that the pod does not tolerate are better. */
class TaintScorer implements NodeScorer {
  readonly #tolerations: readonly Toleration[];

  constructor(pod: Pod) {
    this.#tolerations = (pod.spec.tolerations ?? []).filter(
      ({ effect }) => effect === undefined || effect === "" || effect === "PreferNoSchedule",
    );
  }

  score(node: NodeInfo): number {
    let intolerable = 0;
    for (const taint of node.softTaints) if (!toleratesAny(this.#tolerations, taint)) intolerable++;
    return intolerable;
  }

  normalize(scores: number[]): void {
    normalizeByMaximum(scores, true);
  }
}

function untolerated(pod: Pod, node: Node | undefined): boolean {
  return findUntolerated(node?.spec.taints, pod.spec.tolerations, HARD) !== undefined;
}

/** Keeps pods off nodes whose taints they do not tolerate (upstream `plugins/tainttoleration`). */
export const taintToleration: Plugin = {
  name: "TaintToleration",
  prepareFilter: ({ pod }) => new TaintFilter(pod.spec.tolerations),
  prepareScore: ({ pod }) => new TaintScorer(pod),
  events: [
    {
      kinds: NODE_ADDED | NODE_TAINTS,
      helps: (pod, event) => {
        if (event.what !== "node" || untolerated(pod, event.new)) return false;
        return event.old === undefined || untolerated(pod, event.old);
      },
    },
    { kinds: SELF_TOLERATIONS },
  ],
};
