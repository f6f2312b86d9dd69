/**
 * Discovery in two documents, one for the core group and one for all others (apidiscovery.k8s.io, apiserver
 * `pkg/endpoints/discovery/aggregated`).
 */
import type { ResourceDefinition, Subresource } from "../../api/resource";
import { groupsOf, resourcesOf, type GroupVersions } from "./groups";

export type AggregatedVersion = "v2" | "v2beta1";

/** What a client that asks for it gets as the content type; it checks it. */
export function aggregatedType(version: AggregatedVersion): string {
  return `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`;
}

/** Documents of both versions have the same members. */
export function aggregatedDiscovery(
  version: AggregatedVersion,
  resources: readonly ResourceDefinition[],
  core: boolean,
): unknown {
  const groups = groupsOf(resources).filter(({ group }) => (group === "") === core);
  return {
    kind: "APIGroupDiscoveryList",
    apiVersion: `apidiscovery.k8s.io/${version}`,
    metadata: {},
    items: groups.map((group) => groupEntry(group, resources)),
  };
}

function groupEntry({ group, versions }: GroupVersions, resources: readonly ResourceDefinition[]) {
  return {
    metadata: group === "" ? {} : { name: group },
    versions: versions.map((version) => ({
      version,
      resources: resourcesOf(resources, group, version).map(resourceEntry),
      freshness: "Current",
    })),
  };
}

function resourceEntry(def: ResourceDefinition) {
  const { resource, singular: singularResource, verbs, shortNames, categories } = def;
  const names = Object.keys(def.subresources).toSorted((a, b) => (a < b ? -1 : 1));
  return {
    resource,
    responseKind: responseKind(def),
    scope: def.namespaced ? "Namespaced" : "Cluster",
    singularResource,
    verbs,
    ...(shortNames.length > 0 ? { shortNames } : {}),
    ...(categories.length > 0 ? { categories } : {}),
    ...(names.length > 0
      ? { subresources: names.map((name) => subresourceEntry(def, name, def.subresources[name]!)) }
      : {}),
  };
}

function subresourceEntry(def: ResourceDefinition, subresource: string, sub: Subresource) {
  return { subresource, responseKind: responseKind({ ...def, ...sub }), verbs: sub.verbs };
}

function responseKind({ group, version, kind }: { group: string; version: string; kind: string }) {
  return { group, version, kind };
}
