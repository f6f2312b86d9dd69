import { podRequests, toResources, type Resources } from "../../api/pod-requests";
import { value } from "../../api/quantity";
import type { Node, Pod } from "../../api/types";
import {
  NODE_ADDED,
  NODE_ALLOCATABLE,
  POD_DELETED,
  POD_SCALED_DOWN,
  SELF_SCALED_DOWN,
} from "../framework/events";
import { MAX_SCORE, Rejection, type NodeFilter, type NodeScorer, type Plugin } from "../framework/plugin";
import type { NodeInfo } from "../node-info";
import type { PodInfo } from "../pod-info";

const NAME = "NodeResourcesFit";

/** Whether a node has enough of everything left. */
class FitFilter implements NodeFilter {
  readonly #requests: Resources;

  constructor(requests: Resources) {
    this.#requests = requests;
  }

  check(node: NodeInfo): Rejection | undefined {
    const want = this.#requests;
    const have = node.allocatable;
    if (
      node.pods.size < node.allowedPods &&
      want.extended === undefined &&
      (want.cpuMilli === 0 || want.cpuMilli <= have.cpuMilli - node.usedCpu) &&
      (want.memoryBytes === 0 || want.memoryBytes <= have.memoryBytes - node.usedMemory) &&
      (want.ephemeralBytes === 0 || want.ephemeralBytes <= have.ephemeralBytes - node.usedEphemeral)
    ) {
      return undefined;
    }
    return explain(want, node);
  }
}

/** All that is short on a node; undefined if nothing is after all. */
function explain(want: Resources, node: NodeInfo): Rejection | undefined {
  const reasons: string[] = [];
  let resolvable = true;
  if (node.pods.size + 1 > node.allowedPods) reasons.push("Too many pods");
  const need = (name: string, asked: number, has: number, used: number) => {
    if (asked === 0 || asked <= has - used) return;
    reasons.push(`Insufficient ${name}`);
    if (asked > has) resolvable = false;
  };
  const have = node.allocatable;
  need("cpu", want.cpuMilli, have.cpuMilli, node.usedCpu);
  need("memory", want.memoryBytes, have.memoryBytes, node.usedMemory);
  need("ephemeral-storage", want.ephemeralBytes, have.ephemeralBytes, node.usedEphemeral);
  for (const [name, asked] of want.extended ?? []) {
    need(name, asked, have.extended?.get(name) ?? 0, node.usedExtended?.get(name) ?? 0);
  }
  if (reasons.length === 0) return undefined;
  return new Rejection(NAME, resolvable ? "Unschedulable" : "UnschedulableAndUnresolvable", ...reasons);
}

/** The emptier, the better: spreads pods (upstream `least_allocated.go`; CPU and memory, weight 1 each). */
class LeastAllocatedScorer implements NodeScorer {
  readonly #cpu: number;
  readonly #memory: number;

  constructor(pod: PodInfo) {
    this.#cpu = pod.scoredCpu;
    this.#memory = pod.scoredMemory;
  }

  score(node: NodeInfo): number {
    const { cpuMilli, memoryBytes } = node.allocatable;
    let sum = 0;
    let weights = 0;
    if (cpuMilli > 0) {
      sum += unusedShare(cpuMilli, node.scoredCpu + this.#cpu);
      weights++;
    }
    if (memoryBytes > 0) {
      sum += unusedShare(memoryBytes, node.scoredMemory + this.#memory);
      weights++;
    }
    return weights === 0 ? 0 : Math.floor(sum / weights);
  }
}

function unusedShare(capacity: number, requested: number): number {
  return requested > capacity ? 0 : Math.floor(((capacity - requested) * MAX_SCORE) / capacity);
}

/** Whether a node, were it empty, would be large enough. */
function couldFit(pod: Pod, node: Node | undefined): boolean {
  if (node === undefined) return false;
  const have = toResources(node.status.allocatable);
  const want = podRequests(pod);
  const pods = node.status.allocatable?.["pods"];
  if (pods === undefined || value(pods) === 0) return false;
  if (want.cpuMilli > have.cpuMilli || want.memoryBytes > have.memoryBytes) return false;
  if (want.ephemeralBytes > have.ephemeralBytes) return false;
  for (const [name, n] of want.extended ?? []) if (n > (have.extended?.get(name) ?? 0)) return false;
  return true;
}

/** Requests against what is left on the node (upstream `plugins/noderesources/fit.go`). */
export const nodeResourcesFit: Plugin = {
  name: NAME,
  prepareFilter: ({ requests }) => new FitFilter(requests),
  prepareScore: (pod) => new LeastAllocatedScorer(pod),
  events: [
    { kinds: POD_DELETED | POD_SCALED_DOWN | SELF_SCALED_DOWN },
    {
      kinds: NODE_ADDED | NODE_ALLOCATABLE,
      helps: (pod, event) => event.what === "node" && couldFit(pod, event.new),
    },
  ],
};
