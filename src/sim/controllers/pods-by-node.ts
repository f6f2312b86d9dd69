import type { Pod } from "../api/types";
import type { Informer } from "../client/informer";

/** Name of the index that `podsByNode` makes. */
export const PODS_BY_NODE = "node";

/** Has an informer find pods by the node that they are bound to. */
export function podsByNode(informer: Informer<Pod>): void {
  informer.index(PODS_BY_NODE, (pod) => pod.spec.nodeName || undefined);
}
