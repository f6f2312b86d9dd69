import { nodes } from "../api/kinds/node";
import type { Node, NodeCondition, Status, Taint } from "../api/types";
import type { RestClient } from "../client/rest-client";
import type { Task } from "../kernel/task";
import type { Result } from "../../shared/result";

/** Taints of the cloud-controller-manager (upstream `cloud-provider/api/well_known_taints.go`). */
export const UNINITIALIZED = "node.cloudprovider.kubernetes.io/uninitialized";
export const SHUTDOWN = "node.cloudprovider.kubernetes.io/shutdown";

/** Writes a node's taints; fails with Conflict if the node is newer than `node`. */
export function* writeTaints(
  client: RestClient,
  node: Node,
  taints: readonly Taint[],
  changes: object = {},
): Task<Result<Node, Status>> {
  const { name, resourceVersion } = node.metadata;
  return yield* client.patch(nodes, undefined, name, {
    type: "merge",
    body: { metadata: { resourceVersion, ...changes }, spec: { taints } },
  });
}

/** Writes one condition of a node. */
export function* writeCondition(
  client: RestClient,
  node: Node,
  condition: NodeCondition,
): Task<Result<Node, Status>> {
  return yield* client.patch(nodes, undefined, node.metadata.name, {
    type: "strategic",
    body: { status: { conditions: [condition] } },
    subresource: "status",
  });
}
