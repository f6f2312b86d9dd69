import type { Labels } from "../api/types";
import type { MatchCounts } from "./match-counts";
import type { NodeInfo } from "./node-info";

/** What a scheduling cycle may read (upstream `framework.SharedLister`). Constant for the length of a cycle. */
export interface Snapshot {
  /** All nodes, zones interleaved. */
  readonly nodes: readonly NodeInfo[];
  node(name: string): NodeInfo | undefined;
  readonly nodesWithAffinity: ReadonlySet<NodeInfo>;
  readonly nodesWithRequiredAntiAffinity: ReadonlySet<NodeInfo>;
  /** Numbers of matching pods a node. */
  readonly counts: MatchCounts;
  /** Names of the nodes that have an image. */
  nodesWithImage(image: string): ReadonlySet<string>;
  namespaceLabels(namespace: string): Labels;
}
