import { NODE_ADDED, NODE_LABELS, POD_ADDED, POD_DELETED, POD_LABELS } from "../framework/events";
import type { ClusterEvent } from "../framework/events";
import { MAX_SCORE, Rejection, type NodeFilter, type NodeScorer, type Plugin } from "../framework/plugin";
import type { NodeInfo } from "../node-info";
import { PodInfo } from "../pod-info";
import type { Snapshot } from "../snapshot";
import type { Pod } from "../../api/types";
import { allTermsMatch, forMatchingNodes, IncomingMatch, termMatches } from "./affinity-match";
import { TopologyPairs } from "./topology-pairs";

const NAME = "InterPodAffinity";
/** What a required affinity of an existing pod counts in the score of a node near it. */
const HARD_AFFINITY_WEIGHT = 1;

const NO_FRIENDS = new Rejection(
  NAME,
  "UnschedulableAndUnresolvable",
  "node(s) didn't match pod affinity rules",
);
const FOES_HERE = new Rejection(NAME, "Unschedulable", "node(s) didn't match pod anti-affinity rules");
const FOE_OF_OTHERS = new Rejection(
  NAME,
  "Unschedulable",
  "node(s) didn't satisfy existing pods anti-affinity rules",
);

/** Required affinity and anti-affinity, in both directions. */
class AffinityFilter implements NodeFilter {
  readonly #pod: PodInfo;
  readonly #snapshot: Snapshot;
  readonly #incoming: IncomingMatch;
  /** Pairs in which existing pods do not want this one; with pods it wants; with pods it does not want. */
  readonly #unwelcome: TopologyPairs;
  readonly #friends: TopologyPairs;
  readonly #foes: TopologyPairs;

  constructor(
    pod: PodInfo,
    snapshot: Snapshot,
    incoming: IncomingMatch,
    pairs: readonly [unwelcome: TopologyPairs, friends: TopologyPairs, foes: TopologyPairs],
  ) {
    this.#pod = pod;
    this.#snapshot = snapshot;
    this.#incoming = incoming;
    [this.#unwelcome, this.#friends, this.#foes] = pairs;
  }

  check(node: NodeInfo): Rejection | undefined {
    if (!this.#hasFriends(node)) return NO_FRIENDS;
    for (const { topologyKey } of this.#pod.requiredAntiAffinity) {
      const value = node.labels[topologyKey];
      if (value !== undefined && this.#foes.get(topologyKey, value) > 0) return FOES_HERE;
    }
    return this.#unwelcome.touches(node) ? FOE_OF_OTHERS : undefined;
  }

  addPod(pod: PodInfo, node: NodeInfo): void {
    this.#change(pod, node, 1);
  }

  removePod(pod: PodInfo, node: NodeInfo): void {
    this.#change(pod, node, -1);
  }

  clone(): AffinityFilter {
    return new AffinityFilter(this.#pod, this.#snapshot, this.#incoming, [
      this.#unwelcome.clone(),
      this.#friends.clone(),
      this.#foes.clone(),
    ]);
  }

  #hasFriends(node: NodeInfo): boolean {
    const terms = this.#pod.requiredAffinity;
    let everywhere = true;
    for (const { topologyKey } of terms) {
      const value = node.labels[topologyKey];
      if (value === undefined) return false;
      if (this.#friends.get(topologyKey, value) <= 0) everywhere = false;
    }
    if (everywhere) return true;
    // The first pod of a group that wants to be together has nobody to join yet.
    return this.#friends.empty && allTermsMatch(terms, this.#pod, this.#snapshot);
  }

  #change(pod: PodInfo, node: NodeInfo, change: 1 | -1): void {
    for (const term of pod.requiredAntiAffinity) {
      if (this.#incoming.by(term)) this.#unwelcome.add(node, term.topologyKey, change);
    }
    const own = this.#pod;
    if (allTermsMatch(own.requiredAffinity, pod, this.#snapshot)) {
      for (const term of own.requiredAffinity) this.#friends.add(node, term.topologyKey, change);
    }
    for (const term of own.requiredAntiAffinity) {
      if (termMatches(term, pod, this.#snapshot)) this.#foes.add(node, term.topologyKey, change);
    }
  }
}

function prepareFilter(pod: PodInfo, snapshot: Snapshot): NodeFilter | undefined {
  const incoming = new IncomingMatch(pod, snapshot);
  const unwelcome = new TopologyPairs();
  for (const node of snapshot.nodesWithRequiredAntiAffinity) {
    for (const existing of node.withRequiredAntiAffinity) {
      for (const term of existing.requiredAntiAffinity) {
        if (incoming.by(term)) unwelcome.add(node, term.topologyKey, 1);
      }
    }
  }
  const { requiredAffinity, requiredAntiAffinity } = pod;
  if (requiredAffinity.length === 0 && requiredAntiAffinity.length === 0 && unwelcome.empty) return undefined;
  const friends = new TopologyPairs();
  forMatchingNodes(requiredAffinity, snapshot, (node, n) => {
    for (const { topologyKey } of requiredAffinity) friends.add(node, topologyKey, n);
  });
  const foes = new TopologyPairs();
  for (const term of requiredAntiAffinity) {
    forMatchingNodes([term], snapshot, (node, n) => foes.add(node, term.topologyKey, n));
  }
  return new AffinityFilter(pod, snapshot, incoming, [unwelcome, friends, foes]);
}

class AffinityScorer implements NodeScorer {
  readonly #pairs: TopologyPairs;

  constructor(pairs: TopologyPairs) {
    this.#pairs = pairs;
  }

  score(node: NodeInfo): number {
    return this.#pairs.sumFor(node);
  }

  normalize(scores: number[]): void {
    let least = Infinity;
    let most = -Infinity;
    for (const score of scores) {
      if (score < least) least = score;
      if (score > most) most = score;
    }
    const span = most - least;
    for (let i = 0; i < scores.length; i++) {
      scores[i] = span > 0 ? Math.floor(MAX_SCORE * ((scores[i]! - least) / span)) : 0;
    }
  }
}

function prepareScore(pod: PodInfo, _nodes: readonly NodeInfo[], snapshot: Snapshot): NodeScorer | undefined {
  const pairs = new TopologyPairs();
  for (const { term, weight } of pod.preferredAffinity) {
    forMatchingNodes([term], snapshot, (node, n) => pairs.add(node, term.topologyKey, n * weight));
  }
  for (const { term, weight } of pod.preferredAntiAffinity) {
    forMatchingNodes([term], snapshot, (node, n) => pairs.add(node, term.topologyKey, -n * weight));
  }
  if (snapshot.nodesWithAffinity.size > 0) {
    const incoming = new IncomingMatch(pod, snapshot);
    for (const node of snapshot.nodesWithAffinity) {
      for (const existing of node.withAffinity) addExisting(pairs, node, existing, incoming);
    }
  }
  return pairs.empty ? undefined : new AffinityScorer(pairs);
}

/** What an existing pod's own terms make of a node for the incoming pod. */
function addExisting(pairs: TopologyPairs, node: NodeInfo, existing: PodInfo, incoming: IncomingMatch): void {
  for (const term of existing.requiredAffinity) {
    if (incoming.by(term)) pairs.add(node, term.topologyKey, HARD_AFFINITY_WEIGHT);
  }
  for (const { term, weight } of existing.preferredAffinity) {
    if (incoming.by(term)) pairs.add(node, term.topologyKey, weight);
  }
  for (const { term, weight } of existing.preferredAntiAffinity) {
    if (incoming.by(term)) pairs.add(node, term.topologyKey, -weight);
  }
}

/** A pod that came may be one it wants to be near; one that went may be one that kept it away. */
function podHelps(snapshot: Snapshot, pod: Pod, event: ClusterEvent): boolean {
  if (event.what !== "pod") return false;
  const waiting = new PodInfo(pod);
  if (event.new !== undefined) {
    if (allTermsMatch(waiting.requiredAffinity, new PodInfo(event.new), snapshot)) return true;
    if (event.old === undefined) return false;
  }
  if (event.old === undefined) return false;
  const gone = new PodInfo(event.old);
  return (
    waiting.requiredAntiAffinity.some((term) => termMatches(term, gone, snapshot)) ||
    gone.requiredAntiAffinity.some((term) => termMatches(term, waiting, snapshot))
  );
}

/** Affinity and anti-affinity between pods (upstream `plugins/interpodaffinity`). */
export function interPodAffinity(snapshot: Snapshot): Plugin {
  return {
    name: NAME,
    prepareFilter,
    prepareScore,
    events: [
      {
        kinds: POD_ADDED | POD_LABELS | POD_DELETED,
        helps: (pod, event) => podHelps(snapshot, pod, event),
      },
      { kinds: NODE_ADDED | NODE_LABELS },
    ],
  };
}
