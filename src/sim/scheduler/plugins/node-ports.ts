import { NODE_ADDED, POD_DELETED } from "../framework/events";
import { Rejection, type NodeFilter, type Plugin } from "../framework/plugin";
import { portsConflict } from "../host-ports";
import type { NodeInfo } from "../node-info";
import { PodInfo, type HostPort } from "../pod-info";

const REJECTED = new Rejection(
  "NodePorts",
  "Unschedulable",
  "node(s) didn't have free ports for the requested pod ports",
);

class NodePortsFilter implements NodeFilter {
  readonly #ports: readonly HostPort[];

  constructor(ports: readonly HostPort[]) {
    this.#ports = ports;
  }

  check(node: NodeInfo): Rejection | undefined {
    for (const port of this.#ports) if (node.ports.conflicts(port)) return REJECTED;
    return undefined;
  }
}

/** Two pods cannot have one host port (upstream `plugins/nodeports`). */
export const nodePorts: Plugin = {
  name: "NodePorts",
  prepareFilter: ({ hostPorts }) => (hostPorts.length === 0 ? undefined : new NodePortsFilter(hostPorts)),
  events: [
    {
      kinds: POD_DELETED,
      helps: (pod, event) =>
        event.what === "pod" &&
        event.old !== undefined &&
        portsConflict(new PodInfo(pod).hostPorts, new PodInfo(event.old).hostPorts),
    },
    { kinds: NODE_ADDED },
  ],
};
