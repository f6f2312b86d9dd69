import { NODE_ADDED } from "../framework/events";
import { Rejection, type NodeFilter, type Plugin } from "../framework/plugin";
import type { NodeInfo } from "../node-info";

const REJECTED = new Rejection(
  "NodeName",
  "UnschedulableAndUnresolvable",
  "node(s) didn't match the requested node name",
);

class NodeNameFilter implements NodeFilter {
  readonly #name: string;

  constructor(name: string) {
    this.#name = name;
  }

  check(node: NodeInfo): Rejection | undefined {
    return node.name === this.#name ? undefined : REJECTED;
  }
}

/** A pod that names its node fits nowhere else (upstream `plugins/nodename`). */
export const nodeName: Plugin = {
  name: "NodeName",
  prepareFilter({ pod }) {
    const name = pod.spec.nodeName ?? "";
    return name === "" ? undefined : new NodeNameFilter(name);
  },
  events: [
    {
      kinds: NODE_ADDED,
      helps: (pod, event) => event.what === "node" && event.new?.metadata.name === pod.spec.nodeName,
    },
  ],
};
