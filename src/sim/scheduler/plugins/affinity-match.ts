import type { NodeInfo } from "../node-info";
import type { AffinityTerm, PodInfo } from "../pod-info";
import type { Snapshot } from "../snapshot";

/** Whether a term of one pod is about another pod. */
export function termMatches(term: AffinityTerm, pod: PodInfo, snapshot: Snapshot): boolean {
  const inNamespace =
    term.namespaces.has(pod.namespace) ||
    (term.namespaceSelector?.matches(snapshot.namespaceLabels(pod.namespace)) ?? false);
  return inNamespace && term.selector.matches(pod.labels);
}

/** Whether all terms are about a pod; false without terms. */
export function allTermsMatch(terms: readonly AffinityTerm[], pod: PodInfo, snapshot: Snapshot): boolean {
  if (terms.length === 0) return false;
  for (const term of terms) if (!termMatches(term, pod, snapshot)) return false;
  return true;
}

/**
 * Answers whether terms of existing pods are about one incoming pod. Pods of one workload share their terms, so
 * the answer for each term is remembered for the length of a cycle.
 */
export class IncomingMatch {
  readonly #pod: PodInfo;
  readonly #snapshot: Snapshot;
  readonly #known = new Map<AffinityTerm, boolean>();

  constructor(pod: PodInfo, snapshot: Snapshot) {
    this.#pod = pod;
    this.#snapshot = snapshot;
  }

  by(term: AffinityTerm): boolean {
    let answer = this.#known.get(term);
    if (answer === undefined) {
      answer = termMatches(term, this.#pod, this.#snapshot);
      this.#known.set(term, answer);
    }
    return answer;
  }
}

/** Calls `visit` for every node with pods that all of the terms are about. */
export function forMatchingNodes(
  terms: readonly AffinityTerm[],
  snapshot: Snapshot,
  visit: (node: NodeInfo, matching: number) => void,
): void {
  if (terms.length === 0) return;
  const key = `affinity ${terms.map(termKey).join(" & ")}`;
  const counts = snapshot.counts.get(key, (pod) => allTermsMatch(terms, pod, snapshot));
  for (const node of snapshot.nodes) {
    const n = counts[node.slot] ?? 0;
    if (n > 0) visit(node, n);
  }
}

const keys = new WeakMap<AffinityTerm, string>();

function termKey(term: AffinityTerm): string {
  let key = keys.get(term);
  if (key === undefined) {
    const bySelector = term.namespaceSelector?.toString() ?? "-";
    key = `[${[...term.namespaces].join(",")}|${bySelector}|${term.selector.toString()}]`;
    keys.set(term, key);
  }
  return key;
}
