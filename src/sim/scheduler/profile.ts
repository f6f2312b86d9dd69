import type { DefaultSelector } from "./default-selector";
import type { Plugin } from "./framework/plugin";
import { imageLocality } from "./plugins/image-locality";
import { interPodAffinity } from "./plugins/inter-pod-affinity";
import { nodeAffinity } from "./plugins/node-affinity";
import { nodeName } from "./plugins/node-name";
import { nodePorts } from "./plugins/node-ports";
import { nodeResourcesBalancedAllocation } from "./plugins/node-resources-balanced-allocation";
import { nodeResourcesFit } from "./plugins/node-resources-fit";
import { nodeUnschedulable } from "./plugins/node-unschedulable";
import { podTopologySpread } from "./plugins/pod-topology-spread";
import { schedulingGates } from "./plugins/scheduling-gates";
import { taintToleration } from "./plugins/taint-toleration";
import type { Snapshot } from "./snapshot";

export interface WeightedPlugin {
  readonly plugin: Plugin;
  /** What its score (0..100) is multiplied by; 0: it does not score. */
  readonly weight: number;
}

/**
 * The one table of order and weights (upstream `apis/config/v1/default_plugins.go`). Queue order is PrioritySort's,
 * preemption and binding are `preemption/` and `binding.ts`; plugins about volumes have nothing to do here.
 */
export function defaultProfile(snapshot: Snapshot, selector: DefaultSelector): readonly WeightedPlugin[] {
  return [
    { plugin: schedulingGates, weight: 0 },
    { plugin: nodeUnschedulable, weight: 0 },
    { plugin: nodeName, weight: 0 },
    { plugin: taintToleration, weight: 3 },
    { plugin: nodeAffinity, weight: 2 },
    { plugin: nodePorts, weight: 0 },
    { plugin: nodeResourcesFit, weight: 1 },
    { plugin: podTopologySpread(selector), weight: 2 },
    { plugin: interPodAffinity(snapshot), weight: 2 },
    { plugin: nodeResourcesBalancedAllocation, weight: 1 },
    { plugin: imageLocality, weight: 1 },
  ];
}
