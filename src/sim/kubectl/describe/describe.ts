/** Which kind is described how; any other kind is described field by field. */
import type { ApiObject } from "../../api/types";
import type { Task } from "../../kernel/task";
import { describeAutoscaler } from "./autoscaler";
import { describeCronJob, describeJob } from "./batch";
import {
  describeConfigMap,
  describeRole,
  describeRoleBinding,
  describeSecret,
  describeServiceAccount,
} from "./config";
import { describeAnything } from "./generic";
import {
  describeBudget,
  describeLimitRange,
  describeNamespace,
  describePriorityClass,
  describeQuota,
} from "./limits";
import {
  describeEndpoints,
  describeEndpointSlice,
  describeIngress,
  describeIngressClass,
  describeNetworkPolicy,
  describeService,
} from "./network";
import { describeNode } from "./node";
import { describePod } from "./pod";
import type { Describer, Related } from "./related";
import { describeClaim, describePersistentVolume, describeStorageClass } from "./storage";
import {
  describeDaemonSet,
  describeDeployment,
  describeReplicaSet,
  describeReplicationController,
  describeStatefulSet,
} from "./workloads";

/** By `Kind.group`; the core group is empty. */
const DESCRIBERS: Readonly<Record<string, Describer<never>>> = {
  "ConfigMap.": describeConfigMap,
  "Endpoints.": describeEndpoints,
  "LimitRange.": describeLimitRange,
  "Namespace.": describeNamespace,
  "Node.": describeNode,
  "PersistentVolume.": describePersistentVolume,
  "PersistentVolumeClaim.": describeClaim,
  "Pod.": describePod,
  "ReplicationController.": describeReplicationController,
  "ResourceQuota.": describeQuota,
  "Secret.": describeSecret,
  "Service.": describeService,
  "ServiceAccount.": describeServiceAccount,
  "DaemonSet.apps": describeDaemonSet,
  "Deployment.apps": describeDeployment,
  "ReplicaSet.apps": describeReplicaSet,
  "StatefulSet.apps": describeStatefulSet,
  "HorizontalPodAutoscaler.autoscaling": describeAutoscaler,
  "CronJob.batch": describeCronJob,
  "Job.batch": describeJob,
  "EndpointSlice.discovery.k8s.io": describeEndpointSlice,
  "Ingress.networking.k8s.io": describeIngress,
  "IngressClass.networking.k8s.io": describeIngressClass,
  "NetworkPolicy.networking.k8s.io": describeNetworkPolicy,
  "PodDisruptionBudget.policy": describeBudget,
  "ClusterRole.rbac.authorization.k8s.io": describeRole,
  "ClusterRoleBinding.rbac.authorization.k8s.io": describeRoleBinding,
  "Role.rbac.authorization.k8s.io": describeRole,
  "RoleBinding.rbac.authorization.k8s.io": describeRoleBinding,
  "PriorityClass.scheduling.k8s.io": describePriorityClass,
  "StorageClass.storage.k8s.io": describeStorageClass,
};

/** Describes an object as `kubectl describe` does. */
export function* describe(object: ApiObject, related: Related): Task<string> {
  const slash = object.apiVersion.indexOf("/");
  const group = slash < 0 ? "" : object.apiVersion.slice(0, slash);
  const describer = DESCRIBERS[`${object.kind}.${group}`] as Describer | undefined;
  return yield* (describer ?? describeAnything)(object, related);
}
