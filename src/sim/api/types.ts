/**
 * The kinds that the API serves, as types.
 *
 * The shapes come from the package `kubernetes-types`; what differs here is what the server guarantees of an
 * object that it has stored: kind, identity, `spec` and `status` are always there.
 */
import type * as apiextensions from "kubernetes-types/apiextensions/v1";
import type * as apps from "kubernetes-types/apps/v1";
import type * as authentication from "kubernetes-types/authentication/v1";
import type * as authorization from "kubernetes-types/authorization/v1";
import type * as autoscaling from "kubernetes-types/autoscaling/v1";
import type * as autoscalingV2 from "kubernetes-types/autoscaling/v2";
import type * as batch from "kubernetes-types/batch/v1";
import type * as certificates from "kubernetes-types/certificates/v1";
import type * as coordination from "kubernetes-types/coordination/v1";
import type * as core from "kubernetes-types/core/v1";
import type * as discovery from "kubernetes-types/discovery/v1";
import type * as events from "kubernetes-types/events/v1";
import type * as flowcontrol from "kubernetes-types/flowcontrol/v1";
import type * as meta from "kubernetes-types/meta/v1";
import type * as networking from "kubernetes-types/networking/v1";
import type * as nodeApi from "kubernetes-types/node/v1";
import type * as policy from "kubernetes-types/policy/v1";
import type * as rbac from "kubernetes-types/rbac/v1";
import type * as scheduling from "kubernetes-types/scheduling/v1";
import type * as storage from "kubernetes-types/storage/v1";

/** The package marks what only the server sets as read-only; here the server is us. */
export type ObjectMeta = { -readonly [K in keyof meta.ObjectMeta]: meta.ObjectMeta[K] };
export type OwnerReference = meta.OwnerReference;
export type LabelSelector = meta.LabelSelector;
export type DeleteOptions = meta.DeleteOptions;
export type Labels = Readonly<Record<string, string>>;
/** An integer, a percentage such as `25%`, or (for ports) the name of a port. */
export type IntOrString = number | string;

/** Any object of the API, as a client may send it: of the metadata nothing is certain. */
export interface ApiObject {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
}

/** Metadata of an object that the server has stored. `namespace` is absent on cluster-scoped kinds. */
export interface StoredMeta extends ObjectMeta {
  name: string;
  uid: string;
  resourceVersion: string;
  /** RFC 3339, whole seconds. */
  creationTimestamp: string;
}

/** Metadata of a stored object of a namespaced kind. */
export interface NamespacedMeta extends StoredMeta {
  namespace: string;
}

/** Any stored object. */
export interface StoredObject extends ApiObject {
  metadata: StoredMeta;
}

type Body<T> = Omit<T, "apiVersion" | "kind" | "metadata" | "spec" | "status"> &
  (T extends { spec?: infer S } ? { spec: NonNullable<S> } : unknown) &
  (T extends { status?: infer S } ? { status: NonNullable<S> } : unknown);

/** A stored object of a namespaced kind, with what the server guarantees made non-optional. */
export type Stored<T> = Body<T> & { apiVersion: string; kind: string; metadata: NamespacedMeta };

/** A stored object of a cluster-scoped kind. */
export type StoredCluster<T> = Body<T> & { apiVersion: string; kind: string; metadata: StoredMeta };

/** An object to be created: kind and metadata are there, but the server has not yet filled anything in. */
export type Draft<T> = Omit<T, "apiVersion" | "kind" | "metadata"> & ApiObject;

export type Pod = Stored<core.Pod>;
export type Service = Stored<core.Service>;
export type Endpoints = Stored<core.Endpoints>;
export type EndpointSlice = Stored<discovery.EndpointSlice>;
export type ReplicationController = Stored<core.ReplicationController>;
export type ReplicaSet = Stored<apps.ReplicaSet>;
export type Deployment = Stored<apps.Deployment>;
export type StatefulSet = Stored<apps.StatefulSet>;
export type DaemonSet = Stored<apps.DaemonSet>;
export type ControllerRevision = Stored<apps.ControllerRevision>;
export type PodTemplate = Stored<core.PodTemplate>;
export type Job = Stored<batch.Job>;
export type CronJob = Stored<batch.CronJob>;
export type ConfigMap = Stored<core.ConfigMap>;
export type Secret = Stored<core.Secret>;
export type ServiceAccount = Stored<core.ServiceAccount>;
export type Lease = Stored<coordination.Lease>;
export type Event = Stored<core.Event>;
export type EventV1 = Stored<events.Event>;
export type Role = Stored<rbac.Role>;
export type RoleBinding = Stored<rbac.RoleBinding>;
export type HorizontalPodAutoscaler = Omit<Stored<autoscalingV2.HorizontalPodAutoscaler>, "status"> & {
  /** Upstream leaves out what the controller has not yet set, and writes null for no metrics. */
  status: Partial<Omit<HpaStatus, "currentMetrics">> & { currentMetrics?: HpaMetricStatus[] | null };
};
export type HorizontalPodAutoscalerV1 = Stored<autoscaling.HorizontalPodAutoscaler>;
export type HpaMetric = autoscalingV2.MetricSpec;
export type HpaMetricStatus = autoscalingV2.MetricStatus;
export type HpaMetricTarget = autoscalingV2.MetricTarget;
export type HpaScalingRules = autoscalingV2.HPAScalingRules;
export type HpaCondition = autoscalingV2.HorizontalPodAutoscalerCondition;
type HpaStatus = autoscalingV2.HorizontalPodAutoscalerStatus;
export type PodDisruptionBudget = Stored<policy.PodDisruptionBudget>;
export type PersistentVolumeClaim = Stored<core.PersistentVolumeClaim>;
export type ResourceQuota = Stored<core.ResourceQuota>;
export type LimitRange = Stored<core.LimitRange>;
export type Ingress = Stored<networking.Ingress>;
export type NetworkPolicy = Stored<networking.NetworkPolicy>;

export type Node = StoredCluster<core.Node>;
export type Namespace = StoredCluster<core.Namespace>;
export type ClusterRole = StoredCluster<rbac.ClusterRole>;
export type ClusterRoleBinding = StoredCluster<rbac.ClusterRoleBinding>;
export type FlowSchema = StoredCluster<flowcontrol.FlowSchema>;
export type PriorityLevelConfiguration = StoredCluster<flowcontrol.PriorityLevelConfiguration>;
export type PriorityClass = StoredCluster<scheduling.PriorityClass>;
export type PersistentVolume = StoredCluster<core.PersistentVolume>;
export type StorageClass = StoredCluster<storage.StorageClass>;
export type IngressClass = StoredCluster<networking.IngressClass>;
export type RuntimeClass = StoredCluster<nodeApi.RuntimeClass>;
export type CustomResourceDefinition = StoredCluster<apiextensions.CustomResourceDefinition>;
export type CertificateSigningRequest = StoredCluster<certificates.CertificateSigningRequest>;

export type Binding = Draft<core.Binding>;
export type Eviction = Draft<policy.Eviction>;
export type Scale = Draft<autoscaling.Scale>;
export type TokenRequest = Draft<authentication.TokenRequest>;
export type TokenReview = Draft<authentication.TokenReview>;
export type SubjectAccessReview = Draft<authorization.SubjectAccessReview>;
export type SelfSubjectAccessReview = Draft<authorization.SelfSubjectAccessReview>;
export type LocalSubjectAccessReview = Draft<authorization.LocalSubjectAccessReview>;
export type SelfSubjectRulesReview = Draft<authorization.SelfSubjectRulesReview>;
export type SelfSubjectReview = Draft<authentication.SelfSubjectReview>;

export type PodSpec = core.PodSpec;
export type PodStatus = core.PodStatus;
export type PodTemplateSpec = core.PodTemplateSpec;
export type JobSpec = batch.JobSpec;
export type JobStatus = batch.JobStatus;
export type JobCondition = batch.JobCondition;
export type PodCondition = core.PodCondition;
export type Container = core.Container;
export type ContainerStatus = core.ContainerStatus;
export type ContainerPort = core.ContainerPort;
export type Probe = core.Probe;
export type Volume = core.Volume;
export type Taint = core.Taint;
export type Toleration = core.Toleration;
export type NodeCondition = core.NodeCondition;
export type NodeSelectorTerm = core.NodeSelectorTerm;
export type Affinity = core.Affinity;
export type ServicePort = core.ServicePort;
export type Subject = rbac.Subject;
export type PolicyRule = rbac.PolicyRule;
export type FlowRule = flowcontrol.PolicyRulesWithSubjects;
export type FlowSubject = flowcontrol.Subject;
export type FlowResourceRule = flowcontrol.ResourcePolicyRule;
export type FlowPathRule = flowcontrol.NonResourcePolicyRule;
export type QueuingConfiguration = flowcontrol.QueuingConfiguration;
export type RoleRef = rbac.RoleRef;
export type ScopeSelector = core.ScopeSelector;
export type LimitRangeItem = core.LimitRangeItem;
export type IngressBackend = networking.IngressBackend;
export type NetworkPolicyPeer = networking.NetworkPolicyPeer;
export type NetworkPolicyPort = networking.NetworkPolicyPort;

/** Machine-readable cause of a failure that concerns one field. */
export interface StatusCause {
  reason?: string;
  message?: string;
  field?: string;
}

export interface StatusDetails {
  name?: string;
  group?: string;
  /** The plural resource for most reasons, the Kind for Invalid. */
  kind?: string;
  uid?: string;
  causes?: StatusCause[];
  retryAfterSeconds?: number;
}

/** What the server answers when it has no object to answer with: an error, or a bare success. */
export interface Status {
  kind: "Status";
  apiVersion: "v1";
  metadata: { resourceVersion?: string; continue?: string };
  status: "Success" | "Failure";
  message?: string;
  reason?: string;
  details?: StatusDetails;
  /** HTTP status code. */
  code: number;
}

/** A list of objects as the server answers it. */
export interface ApiList<T = ApiObject> {
  kind: string;
  apiVersion: string;
  metadata: { resourceVersion?: string; continue?: string; remainingItemCount?: number };
  items: T[];
}
