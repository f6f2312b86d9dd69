/**
 * Which nodes a pod may run on by labels: `nodeSelector` and required node affinity
 * (`staging/src/k8s.io/component-helpers/scheduling/corev1/nodeaffinity`). Shared by scheduler and kubelet.
 */
import { own } from "../../shared/own";
import type { Labels, Node, NodeSelectorTerm, PodSpec } from "./types";

type NodeLike = Pick<Node, "metadata">;
type Requirement = NonNullable<NodeSelectorTerm["matchExpressions"]>[number];

/** Whether the labels have every pair of the selector. */
function matchesNodeSelector(selector: Labels | undefined, labels: Labels | undefined): boolean {
  if (selector === undefined) return true;
  for (const key in selector) if (labels?.[key] !== selector[key]) return false;
  return true;
}

/** Whether a node satisfies `nodeSelector` and the required node affinity of a pod. */
export function matchesRequiredNodeAffinity(spec: PodSpec, node: NodeLike): boolean {
  if (!matchesNodeSelector(spec.nodeSelector, node.metadata.labels)) return false;
  const required = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  return required === undefined || matchesNodeSelectorTerms(required.nodeSelectorTerms, node);
}

/** Whether a node matches at least one term. */
function matchesNodeSelectorTerms(terms: readonly NodeSelectorTerm[], node: NodeLike): boolean {
  for (const term of terms) if (matchesNodeSelectorTerm(term, node)) return true;
  return false;
}

/** Whether a node matches all of a term; an empty term matches nothing. */
export function matchesNodeSelectorTerm(term: NodeSelectorTerm | undefined, node: NodeLike): boolean {
  const expressions = term?.matchExpressions ?? [];
  const fields = term?.matchFields ?? [];
  if (expressions.length === 0 && fields.length === 0) return false;
  for (const r of expressions) if (!matches(r, own(node.metadata.labels, r.key))) return false;
  for (const r of fields) {
    if (!matches(r, r.key === "metadata.name" ? node.metadata.name : undefined)) return false;
  }
  return true;
}

function matches(requirement: Requirement, value: string | undefined): boolean {
  const values = requirement.values ?? [];
  switch (requirement.operator) {
    case "In":
      return value !== undefined && values.includes(value);
    case "NotIn":
      return value === undefined || !values.includes(value);
    case "Exists":
      return value !== undefined;
    case "DoesNotExist":
      return value === undefined;
    case "Gt":
    case "Lt": {
      const left = Number(value ?? NaN);
      const right = Number(values[0] ?? NaN);
      if (!Number.isInteger(left) || !Number.isInteger(right)) return false;
      return requirement.operator === "Gt" ? left > right : left < right;
    }
    default:
      return false;
  }
}
