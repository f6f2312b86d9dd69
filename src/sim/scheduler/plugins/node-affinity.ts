import { matchesNodeSelectorTerm, matchesRequiredNodeAffinity } from "../../api/node-affinity";
import type { Node, NodeSelectorTerm, Pod, PodSpec } from "../../api/types";
import { NODE_ADDED, NODE_LABELS } from "../framework/events";
import {
  normalizeByMaximum,
  Rejection,
  type NodeFilter,
  type NodeScorer,
  type Plugin,
} from "../framework/plugin";
import type { NodeInfo } from "../node-info";

const REJECTED = new Rejection(
  "NodeAffinity",
  "UnschedulableAndUnresolvable",
  "node(s) didn't match Pod's node affinity/selector",
);

class NodeAffinityFilter implements NodeFilter {
  readonly #spec: PodSpec;

  constructor(spec: PodSpec) {
    this.#spec = spec;
  }

  check({ node }: NodeInfo): Rejection | undefined {
    return node !== undefined && matchesRequiredNodeAffinity(this.#spec, node) ? undefined : REJECTED;
  }
}

type Preference = { readonly weight: number; readonly preference: NodeSelectorTerm };

class NodeAffinityScorer implements NodeScorer {
  readonly #preferences: readonly Preference[];

  constructor(preferences: readonly Preference[]) {
    this.#preferences = preferences;
  }

  score({ node }: NodeInfo): number {
    let sum = 0;
    if (node === undefined) return sum;
    for (const { weight, preference } of this.#preferences) {
      if (matchesNodeSelectorTerm(preference, node)) sum += weight;
    }
    return sum;
  }

  normalize(scores: number[]): void {
    normalizeByMaximum(scores, false);
  }
}

function requiredTerms(pod: Pod): readonly NodeSelectorTerm[] | undefined {
  return pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
}

/** Whether the pod asks anything of its node's labels or name. */
export function hasNodeRequirements(pod: Pod): boolean {
  const selector = pod.spec.nodeSelector;
  if (selector !== undefined) for (const _ in selector) return true;
  return requiredTerms(pod) !== undefined;
}

/** Nodes that the terms name outright (`metadata.name In [x]`), as DaemonSet pods do; undefined if any does not. */
function namedNodes(pod: Pod): ReadonlySet<string> | undefined {
  const terms = requiredTerms(pod);
  if (terms === undefined || terms.length === 0) return undefined;
  const names = new Set<string>();
  for (const term of terms) {
    const fields = term.matchFields ?? [];
    let own: readonly string[] | undefined;
    for (const field of fields) {
      if (field.key !== "metadata.name" || field.operator !== "In") continue;
      const values = field.values ?? [];
      own = own === undefined ? values : own.filter((name) => values.includes(name));
    }
    if (own === undefined) return undefined;
    for (const name of own) names.add(name);
  }
  return names;
}

function matches(pod: Pod, node: Node | undefined): boolean {
  return node !== undefined && matchesRequiredNodeAffinity(pod.spec, node);
}

/** `nodeSelector` and node affinity (upstream `plugins/nodeaffinity`). */
export const nodeAffinity: Plugin = {
  name: "NodeAffinity",
  onlyNodes: ({ pod }) => namedNodes(pod),
  prepareFilter: ({ pod }) => (hasNodeRequirements(pod) ? new NodeAffinityFilter(pod.spec) : undefined),
  prepareScore({ pod }) {
    const preferred = pod.spec.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution;
    return preferred === undefined || preferred.length === 0 ? undefined : new NodeAffinityScorer(preferred);
  },
  events: [
    {
      kinds: NODE_ADDED | NODE_LABELS,
      helps: (pod, event) => {
        if (event.what !== "node" || !matches(pod, event.new)) return false;
        return event.old === undefined || !matches(pod, event.old);
      },
    },
  ],
};
