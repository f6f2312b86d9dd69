import type { DefaultSelector } from "../default-selector";
import {
  NODE_ADDED,
  NODE_DELETED,
  NODE_LABELS,
  POD_ADDED,
  POD_DELETED,
  POD_LABELS,
} from "../framework/events";
import type { ClusterEvent } from "../framework/events";
import { MAX_SCORE, Rejection, type NodeFilter, type NodeScorer, type Plugin } from "../framework/plugin";
import { naturalLog } from "../natural-log";
import type { NodeInfo } from "../node-info";
import { PodInfo } from "../pod-info";
import type { Snapshot } from "../snapshot";
import { defaultConstraints, HOSTNAME_KEY, ownConstraints, type SpreadConstraint } from "./spread-constraint";
import type { Pod } from "../../api/types";

const NAME = "PodTopologySpread";

const MISSING_LABEL = new Rejection(
  NAME,
  "UnschedulableAndUnresolvable",
  "node(s) didn't match pod topology spread constraints (missing required label)",
);
const TOO_SKEWED = new Rejection(
  NAME,
  "Unschedulable",
  "node(s) didn't match pod topology spread constraints",
);

function hasAllKeys(node: NodeInfo, constraints: readonly SpreadConstraint[]): boolean {
  for (const { topologyKey } of constraints) if (node.labels[topologyKey] === undefined) return false;
  return true;
}

/** Matching pods in each domain of one constraint. */
class Domains {
  readonly constraint: SpreadConstraint;
  readonly selfMatch: 0 | 1;
  readonly #counts: Map<string, number>;
  #least: number | undefined;

  constructor(constraint: SpreadConstraint, selfMatch: 0 | 1, counts: Map<string, number>) {
    this.constraint = constraint;
    this.selfMatch = selfMatch;
    this.#counts = counts;
  }

  add(value: string, n: number): void {
    this.#counts.set(value, (this.#counts.get(value) ?? 0) + n);
    this.#least = undefined;
  }

  has(value: string): boolean {
    return this.#counts.has(value);
  }

  /** By how much the domain would exceed the least populated one with the pod in it. */
  skew(value: string): number {
    return (this.#counts.get(value) ?? 0) + this.selfMatch - this.#minimum();
  }

  clone(): Domains {
    return new Domains(this.constraint, this.selfMatch, new Map(this.#counts));
  }

  #minimum(): number {
    if (this.#counts.size < this.constraint.minDomains) return 0;
    if (this.#least !== undefined) return this.#least;
    let least = Infinity;
    for (const n of this.#counts.values()) if (n < least) least = n;
    return (this.#least = least === Infinity ? 0 : least);
  }
}

class SpreadFilter implements NodeFilter {
  readonly #pod: PodInfo;
  readonly #domains: readonly Domains[];

  constructor(pod: PodInfo, domains: readonly Domains[]) {
    this.#pod = pod;
    this.#domains = domains;
  }

  check(node: NodeInfo): Rejection | undefined {
    for (const domains of this.#domains) {
      const value = node.labels[domains.constraint.topologyKey];
      if (value === undefined) return MISSING_LABEL;
      if (domains.skew(value) > domains.constraint.maxSkew) return TOO_SKEWED;
    }
    return undefined;
  }

  addPod(pod: PodInfo, node: NodeInfo): void {
    this.#change(pod, node, 1);
  }

  removePod(pod: PodInfo, node: NodeInfo): void {
    this.#change(pod, node, -1);
  }

  clone(): SpreadFilter {
    return new SpreadFilter(
      this.#pod,
      this.#domains.map((d) => d.clone()),
    );
  }

  #change(pod: PodInfo, node: NodeInfo, change: 1 | -1): void {
    for (const domains of this.#domains) {
      const { constraint } = domains;
      const value = node.labels[constraint.topologyKey];
      if (value === undefined || !domains.has(value) || !constraint.includes(this.#pod, node)) continue;
      if (constraint.counts(pod)) domains.add(value, change);
    }
  }
}

function prepareFilter(pod: PodInfo, snapshot: Snapshot): NodeFilter | undefined {
  const constraints = ownConstraints(pod, "DoNotSchedule");
  if (constraints.length === 0) return undefined;
  const domains = constraints.map((constraint) => {
    const made = new Domains(constraint, constraint.selector.matches(pod.labels) ? 1 : 0, new Map());
    const counts = constraint.countsByNode(snapshot);
    for (const node of snapshot.nodes) {
      if (!hasAllKeys(node, constraints) || !constraint.includes(pod, node)) continue;
      made.add(node.labels[constraint.topologyKey]!, counts[node.slot] ?? 0);
    }
    return made;
  });
  return new SpreadFilter(pod, domains);
}

/** One soft constraint with what its score needs. */
interface SoftDomain {
  readonly constraint: SpreadConstraint;
  readonly byNode: readonly (number | undefined)[];
  /** Sums of each domain; undefined where a domain is a node (hostname). */
  readonly byValue: Map<string, number> | undefined;
  /** The more domains, the more a pod in one of them counts. */
  readonly weight: number;
}

class SpreadScorer implements NodeScorer {
  readonly #domains: readonly SoftDomain[];
  readonly #ignored: ReadonlySet<NodeInfo>;

  constructor(domains: readonly SoftDomain[], ignored: ReadonlySet<NodeInfo>) {
    this.#domains = domains;
    this.#ignored = ignored;
  }

  /** The lower the better, until normalized. */
  score(node: NodeInfo): number {
    if (this.#ignored.size > 0 && this.#ignored.has(node)) return 0;
    let score = 0;
    for (const { constraint, byNode, byValue, weight } of this.#domains) {
      const value = node.labels[constraint.topologyKey];
      if (value === undefined) continue;
      const count = (byValue === undefined ? byNode[node.slot] : byValue.get(value)) ?? 0;
      score += count * weight + (constraint.maxSkew - 1);
    }
    return Math.round(score);
  }

  normalize(scores: number[], nodes: readonly NodeInfo[]): void {
    let least = Infinity;
    let most = 0;
    for (let i = 0; i < scores.length; i++) {
      if (this.#ignored.has(nodes[i]!)) continue;
      const score = scores[i]!;
      if (score < least) least = score;
      if (score > most) most = score;
    }
    for (let i = 0; i < scores.length; i++) {
      if (this.#ignored.has(nodes[i]!)) scores[i] = 0;
      else if (most === 0) scores[i] = MAX_SCORE;
      else scores[i] = Math.floor((MAX_SCORE * (most + least - scores[i]!)) / most);
    }
  }
}

function prepareScorer(
  pod: PodInfo,
  nodes: readonly NodeInfo[],
  snapshot: Snapshot,
  constraints: readonly SpreadConstraint[],
  requireAllKeys: boolean,
): NodeScorer {
  const ignored = new Set<NodeInfo>();
  if (requireAllKeys) for (const node of nodes) if (!hasAllKeys(node, constraints)) ignored.add(node);
  const domains = constraints.map((constraint): SoftDomain => {
    const byNode = constraint.countsByNode(snapshot);
    const key = constraint.topologyKey;
    if (key === HOSTNAME_KEY) {
      const weight = naturalLog(nodes.length - ignored.size + 2);
      return { constraint, byNode, byValue: undefined, weight };
    }
    const byValue = new Map<string, number>();
    for (const node of nodes) {
      const value = node.labels[key];
      if (value !== undefined && !ignored.has(node)) byValue.set(value, 0);
    }
    // Nodes that the pod does not fit count as well, as long as one in their domain does fit.
    if (byValue.size > 0) {
      for (const node of snapshot.nodes) {
        const count = byNode[node.slot] ?? 0;
        const value = node.labels[key];
        if (count === 0 || value === undefined || !byValue.has(value)) continue;
        if (requireAllKeys && !hasAllKeys(node, constraints)) continue;
        if (constraint.includes(pod, node)) byValue.set(value, byValue.get(value)! + count);
      }
    }
    return { constraint, byNode, byValue, weight: naturalLog(byValue.size + 2) };
  });
  return new SpreadScorer(domains, ignored);
}

function podHelps(pod: Pod, event: ClusterEvent): boolean {
  if (event.what !== "pod") return false;
  const changed = event.new ?? event.old;
  if (changed === undefined || changed.metadata.namespace !== pod.metadata.namespace) return false;
  const constraints = ownConstraints(new PodInfo(pod), "DoNotSchedule");
  return constraints.some(
    ({ selector }) =>
      (event.new !== undefined && selector.matches(event.new.metadata.labels)) ||
      (event.old !== undefined && selector.matches(event.old.metadata.labels)),
  );
}

function nodeHelps(pod: Pod, event: ClusterEvent): boolean {
  if (event.what !== "node") return false;
  const constraints = pod.spec.topologySpreadConstraints ?? [];
  const sides = [event.old, event.new].filter((node) => node !== undefined);
  return sides.some((node) => constraints.every((c) => node.metadata.labels?.[c.topologyKey] !== undefined));
}

/** Spreads pods evenly over domains (upstream `plugins/podtopologyspread`). */
export function podTopologySpread(defaults: DefaultSelector): Plugin {
  return {
    name: NAME,
    prepareFilter,
    prepareScore(pod, nodes, snapshot) {
      const own = pod.pod.spec.topologySpreadConstraints;
      if (own !== undefined && own.length > 0) {
        const soft = ownConstraints(pod, "ScheduleAnyway");
        return soft.length === 0 ? undefined : prepareScorer(pod, nodes, snapshot, soft, true);
      }
      const selector = defaults.of(pod.pod);
      if (selector === undefined) return undefined;
      return prepareScorer(pod, nodes, snapshot, defaultConstraints(pod, selector), false);
    },
    events: [
      { kinds: POD_ADDED | POD_LABELS | POD_DELETED, helps: podHelps },
      { kinds: NODE_ADDED | NODE_DELETED | NODE_LABELS, helps: nodeHelps },
    ],
  };
}
