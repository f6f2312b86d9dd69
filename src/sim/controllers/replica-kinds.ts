import { replicaSets } from "../api/kinds/replica-set";
import { replicationControllers } from "../api/kinds/replication-controller";
import type { ResourceDefinition } from "../api/resource";
import { compileLabelMap, compileLabelSelector, type Selector } from "../api/selector";
import type {
  ApiObject,
  NamespacedMeta,
  PodTemplateSpec,
  ReplicaSet,
  ReplicationController,
} from "../api/types";

/** What a ReplicaSet and a ReplicationController have in common. */
export interface ReplicaObject extends ApiObject {
  metadata: NamespacedMeta;
  spec: { replicas?: number; minReadySeconds?: number; template?: PodTemplateSpec };
  status: ReplicaSet["status"];
}

/** A kind that keeps a number of pods. */
export interface ReplicaKind {
  /** Name of its controller, as `--controllers` knows it. */
  readonly controller: string;
  /** What its Events give as their source. */
  readonly component: string;
  readonly def: ResourceDefinition<ReplicaObject>;
  selector(obj: ReplicaObject): Selector;
}

export const REPLICA_SET: ReplicaKind = {
  controller: "replicaset-controller",
  component: "replicaset-controller",
  def: replicaSets as unknown as ResourceDefinition<ReplicaObject>,
  selector: (obj) => compileLabelSelector((obj as ReplicaSet).spec.selector),
};

export const REPLICATION_CONTROLLER: ReplicaKind = {
  controller: "replicationcontroller-controller",
  component: "replication-controller",
  def: replicationControllers as unknown as ResourceDefinition<ReplicaObject>,
  selector: (obj) => compileLabelMap((obj as ReplicationController).spec.selector),
};
