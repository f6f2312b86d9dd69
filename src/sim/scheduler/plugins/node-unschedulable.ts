import { toleratesAny } from "../../api/taints";
import type { Pod } from "../../api/types";
import { NODE_ADDED, NODE_TAINTS, SELF_TOLERATIONS } from "../framework/events";
import { Rejection, type NodeFilter, type Plugin } from "../framework/plugin";

const UNSCHEDULABLE = { key: "node.kubernetes.io/unschedulable", effect: "NoSchedule" } as const;

const REJECTED = new Rejection(
  "NodeUnschedulable",
  "UnschedulableAndUnresolvable",
  "node(s) were unschedulable",
);

const filter: NodeFilter = { check: (node) => (node.unschedulable ? REJECTED : undefined) };

function toleratesCordon(pod: Pod): boolean {
  return toleratesAny(pod.spec.tolerations, UNSCHEDULABLE);
}

/** Respects cordoned nodes, but for pods that tolerate it (upstream `plugins/nodeunschedulable`). */
export const nodeUnschedulable: Plugin = {
  name: "NodeUnschedulable",
  prepareFilter: ({ pod }) => (toleratesCordon(pod) ? undefined : filter),
  events: [
    {
      kinds: NODE_ADDED | NODE_TAINTS,
      helps: (_pod, event) => event.what === "node" && event.new?.spec.unschedulable !== true,
    },
    { kinds: SELF_TOLERATIONS, helps: toleratesCordon },
  ],
};
