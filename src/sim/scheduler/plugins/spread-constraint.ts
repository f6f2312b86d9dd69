import { matchesRequiredNodeAffinity } from "../../api/node-affinity";
import { compileLabelSelector, type Selector } from "../../api/selector";
import { toleratesAny } from "../../api/taints";
import type { PodSpec } from "../../api/types";
import type { NodeInfo } from "../node-info";
import type { PodInfo } from "../pod-info";
import type { Snapshot } from "../snapshot";

export const HOSTNAME_KEY = "kubernetes.io/hostname";
export const ZONE_KEY = "topology.kubernetes.io/zone";

type Spec = NonNullable<PodSpec["topologySpreadConstraints"]>[number] & {
  // Newer than the package of types.
  readonly nodeAffinityPolicy?: string;
  readonly nodeTaintsPolicy?: string;
  readonly matchLabelKeys?: readonly string[];
};

/** A topology spread constraint, compiled for one pod (upstream `plugins/podtopologyspread/common.go`). */
export class SpreadConstraint {
  readonly topologyKey: string;
  readonly maxSkew: number;
  readonly minDomains: number;
  readonly selector: Selector;
  readonly #namespace: string;
  readonly #honorAffinity: boolean;
  readonly #honorTaints: boolean;

  constructor(pod: PodInfo, spec: Spec, selector: Selector) {
    this.topologyKey = spec.topologyKey;
    this.maxSkew = spec.maxSkew;
    this.minDomains = spec.minDomains ?? 1;
    this.selector = selector;
    this.#namespace = pod.namespace;
    this.#honorAffinity = spec.nodeAffinityPolicy !== "Ignore";
    this.#honorTaints = spec.nodeTaintsPolicy === "Honor";
  }

  /** Whether a pod on a node counts. */
  counts(pod: PodInfo): boolean {
    return !pod.terminating && pod.namespace === this.#namespace && this.selector.matches(pod.labels);
  }

  /** The numbers of counting pods, by the nodes' slots. */
  countsByNode(snapshot: Snapshot): readonly (number | undefined)[] {
    const { selector } = this;
    const namespace = this.#namespace;
    return snapshot.counts.get(
      `spread ${namespace} ${selector.toString()}`,
      (pod) => !pod.terminating && pod.namespace === namespace && selector.matches(pod.labels),
    );
  }

  /** Whether a node takes part in the count at all. */
  includes({ pod }: PodInfo, node: NodeInfo): boolean {
    if (node.node === undefined) return false;
    if (this.#honorAffinity && !matchesRequiredNodeAffinity(pod.spec, node.node)) return false;
    return !this.#honorTaints || node.hardTaints.every((t) => toleratesAny(pod.spec.tolerations, t));
  }
}

/** The pod's own constraints of one kind. */
export function ownConstraints(
  pod: PodInfo,
  whenUnsatisfiable: "DoNotSchedule" | "ScheduleAnyway",
): SpreadConstraint[] {
  const specs = (pod.pod.spec.topologySpreadConstraints ?? []) as readonly Spec[];
  return specs
    .filter((spec) => spec.whenUnsatisfiable === whenUnsatisfiable)
    .map((spec) => new SpreadConstraint(pod, spec, selectorOf(pod, spec)));
}

function selectorOf(pod: PodInfo, spec: Spec): Selector {
  const keys = (spec.matchLabelKeys ?? []).filter((key) => pod.labels[key] !== undefined);
  if (keys.length === 0) return compileLabelSelector(spec.labelSelector);
  const own = keys.map((key) => ({ key, operator: "In", values: [pod.labels[key]!] }));
  const { matchExpressions = [], ...rest } = spec.labelSelector ?? {};
  return compileLabelSelector({ ...rest, matchExpressions: [...matchExpressions, ...own] });
}

/** What applies to pods without constraints of their own. */
const DEFAULTS: readonly Spec[] = [
  { topologyKey: HOSTNAME_KEY, maxSkew: 3, whenUnsatisfiable: "ScheduleAnyway" },
  { topologyKey: ZONE_KEY, maxSkew: 5, whenUnsatisfiable: "ScheduleAnyway" },
];

export function defaultConstraints(pod: PodInfo, selector: Selector): SpreadConstraint[] {
  return DEFAULTS.map((spec) => new SpreadConstraint(pod, spec, selector));
}
