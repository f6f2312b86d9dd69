/**
 * The table of every kind that the API serves, and how to find one. A new kind is one line here.
 */
import { certificateSigningRequests } from "./kinds/certificate-signing-request";
import { ingresses } from "./kinds/ingress";
import { flowSchemas } from "./kinds/flow-schema";
import { priorityLevelConfigurations } from "./kinds/priority-level-configuration";
import { horizontalPodAutoscalersV1 } from "./kinds/horizontal-pod-autoscaler-v1";
import { horizontalPodAutoscalers } from "./kinds/horizontal-pod-autoscaler";
import { ingressClasses } from "./kinds/ingress-class";
import { limitRanges } from "./kinds/limit-range";
import { networkPolicies } from "./kinds/network-policy";
import { persistentVolumes } from "./kinds/persistent-volume";
import { persistentVolumeClaims } from "./kinds/persistent-volume-claim";
import { resourceQuotas } from "./kinds/resource-quota";
import { runtimeClasses } from "./kinds/runtime-class";
import { storageClasses } from "./kinds/storage-class";
import { clusterRoleBindings } from "./kinds/cluster-role-binding";
import { clusterRoles } from "./kinds/cluster-role";
import { configMaps } from "./kinds/config-map";
import { controllerRevisions } from "./kinds/controller-revision";
import { customResourceDefinitions } from "./kinds/custom-resource-definition";
import { cronJobs } from "./kinds/cron-job";
import { daemonSets } from "./kinds/daemon-set";
import { deployments } from "./kinds/deployment";
import { endpointSlices } from "./kinds/endpoint-slice";
import { endpoints } from "./kinds/endpoints";
import { events } from "./kinds/event";
import { eventsV1 } from "./kinds/event-v1";
import { jobs } from "./kinds/job";
import { leases } from "./kinds/lease";
import { namespaces } from "./kinds/namespace";
import { nodes } from "./kinds/node";
import { podDisruptionBudgets } from "./kinds/pod-disruption-budget";
import { podTemplates } from "./kinds/pod-template";
import { pods } from "./kinds/pod";
import { priorityClasses } from "./kinds/priority-class";
import { replicaSets } from "./kinds/replica-set";
import { replicationControllers } from "./kinds/replication-controller";
import { roleBindings } from "./kinds/role-binding";
import { roles } from "./kinds/role";
import { secrets } from "./kinds/secret";
import { serviceAccounts } from "./kinds/service-account";
import { services } from "./kinds/service";
import { statefulSets } from "./kinds/stateful-set";
import {
  bindings,
  localSubjectAccessReviews,
  selfSubjectAccessReviews,
  selfSubjectReviews,
  selfSubjectRulesReviews,
  subjectAccessReviews,
  tokenReviews,
} from "./kinds/virtual";
import type { ResourceDefinition } from "./resource";

/** Every served resource, in the order of discovery: by group, then by plural. */
export const resources: readonly ResourceDefinition[] = [
  bindings,
  configMaps,
  endpoints,
  events,
  limitRanges,
  namespaces,
  nodes,
  persistentVolumeClaims,
  persistentVolumes,
  pods,
  podTemplates,
  replicationControllers,
  resourceQuotas,
  secrets,
  serviceAccounts,
  services,
  controllerRevisions,
  daemonSets,
  deployments,
  replicaSets,
  statefulSets,
  selfSubjectReviews,
  tokenReviews,
  localSubjectAccessReviews,
  selfSubjectAccessReviews,
  selfSubjectRulesReviews,
  subjectAccessReviews,
  horizontalPodAutoscalers,
  horizontalPodAutoscalersV1,
  cronJobs,
  jobs,
  certificateSigningRequests,
  customResourceDefinitions,
  leases,
  endpointSlices,
  eventsV1,
  flowSchemas,
  priorityLevelConfigurations,
  ingressClasses,
  ingresses,
  networkPolicies,
  runtimeClasses,
  podDisruptionBudgets,
  clusterRoleBindings,
  clusterRoles,
  roleBindings,
  roles,
  priorityClasses,
  storageClasses,
];

const byPath = new Map(resources.map((r) => [`${r.group}/${r.version}/${r.resource}`, r]));
const byKind = new Map(resources.map((r) => [`${r.apiVersion}/${r.kind}`, r]));
const byName = new Map<string, ResourceDefinition>();
// Earlier entries win, so that `events` means the core ones, as for kubectl.
for (const r of resources) {
  for (const name of [r.resource, r.singular, ...r.shortNames]) {
    if (!byName.has(name)) byName.set(name, r);
    const full = `${name}.${r.group}`;
    if (r.group !== "" && !byName.has(full)) byName.set(full, r);
  }
}

/** The resource of a path, e.g. `("apps", "v1", "deployments")`. */
export function findResource(
  group: string,
  version: string,
  resource: string,
): ResourceDefinition | undefined {
  return byPath.get(`${group}/${version}/${resource}`);
}

/** The resource whose objects say `apiVersion` and `kind`. */
export function findKind(apiVersion: string, kind: string): ResourceDefinition | undefined {
  return byKind.get(`${apiVersion}/${kind}`);
}

/** The resource that a person means: plural, singular or short name, with `.group` if they like; lower case. */
export function findByName(name: string): ResourceDefinition | undefined {
  return byName.get(name);
}

/** The resources with which a category (`all`) is answered. */
export function findCategory(category: string): ResourceDefinition[] {
  return resources.filter((r) => r.categories.includes(category));
}

/** The definition whose storage and strategy a resource uses: itself, but for kinds served in two groups. */
export function hubOf(resource: ResourceDefinition): ResourceDefinition {
  if (resource.conversion === undefined) return resource;
  if (resource.conversion.hub !== undefined) return resource.conversion.hub;
  return findResource(resource.conversion.hubGroup, "v1", resource.resource) ?? resource;
}

/** Every API group with its versions, in the order of discovery; the core group is `""`. */
export function groupVersions(): { group: string; version: string }[] {
  const seen = new Map<string, { group: string; version: string }>();
  for (const { group, version, apiVersion } of resources) seen.set(apiVersion, { group, version });
  return [...seen.values()];
}

/** Key of an object in etcd. */
export function storageKey(
  resource: ResourceDefinition,
  namespace: string | undefined,
  name: string,
): string {
  return resource.namespaced
    ? `${resource.storagePrefix}/${namespace}/${name}`
    : `${resource.storagePrefix}/${name}`;
}
