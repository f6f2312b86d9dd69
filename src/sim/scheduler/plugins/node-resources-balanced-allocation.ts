import { MAX_SCORE, type NodeScorer, type Plugin } from "../framework/plugin";
import type { NodeInfo } from "../node-info";
import type { PodInfo } from "../pod-info";

class BalancedScorer implements NodeScorer {
  readonly #cpu: number;
  readonly #memory: number;

  constructor(pod: PodInfo) {
    this.#cpu = pod.requests.cpuMilli;
    this.#memory = pod.requests.memoryBytes;
  }

  score(node: NodeInfo): number {
    const { cpuMilli, memoryBytes } = node.allocatable;
    // With one resource alone there is nothing to balance: the deviation is 0.
    if (cpuMilli === 0 || memoryBytes === 0) return MAX_SCORE;
    const cpu = Math.min(1, (node.usedCpu + this.#cpu) / cpuMilli);
    const memory = Math.min(1, (node.usedMemory + this.#memory) / memoryBytes);
    // The standard deviation of two values is half their distance.
    const deviation = Math.abs((cpu - memory) / 2);
    return Math.floor((1 - deviation) * MAX_SCORE);
  }
}

/** Prefers nodes on which CPU and memory would be used to the same share (upstream `balanced_allocation.go`). */
export const nodeResourcesBalancedAllocation: Plugin = {
  name: "NodeResourcesBalancedAllocation",
  prepareScore(pod) {
    const { cpuMilli, memoryBytes } = pod.requests;
    // A pod that asks for nothing changes no balance.
    return cpuMilli === 0 && memoryBytes === 0 ? undefined : new BalancedScorer(pod);
  },
  events: [],
};
