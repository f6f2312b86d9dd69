/**
 * The documents by which clients learn what is served, one for each group and each version (apiserver
 * `pkg/endpoints/discovery`): `/api`, `/apis`, `/api/v1`, `/apis/GROUP`, `/apis/GROUP/VERSION`, `/version`.
 */
import type { ResourceDefinition, Subresource } from "../../api/resource";
import { groupsOf, resourcesOf } from "./groups";

const VERSION = {
  major: "1",
  minor: "35",
  emulationMajor: "1",
  emulationMinor: "35",
  minCompatibilityMajor: "1",
  minCompatibilityMinor: "34",
  gitVersion: "v1.35.2",
  gitCommit: "0000000000000000000000000000000000000000",
  gitTreeState: "clean",
  buildDate: "2026-01-01T00:00:00Z",
  goVersion: "go1.25.6",
  compiler: "gc",
  platform: "linux/amd64",
};

/** Paths that are no documents of discovery, for the list of all paths. */
const OTHER_PATHS = ["/healthz", "/livez", "/openapi/v2", "/openapi/v3", "/readyz", "/version"];

/** The documents by their paths. */
export function legacyDocuments(resources: readonly ResourceDefinition[]): ReadonlyMap<string, unknown> {
  const made = new Map<string, unknown>();
  const groups = [];
  for (const { group, versions } of groupsOf(resources)) {
    const entry = apiGroup(group, versions);
    if (group !== "") {
      groups.push(entry);
      made.set(`/apis/${group}`, { kind: "APIGroup", apiVersion: "v1", ...entry });
    }
    for (const version of versions) {
      const groupVersion = group === "" ? version : `${group}/${version}`;
      const path = group === "" ? `/api/${version}` : `/apis/${groupVersion}`;
      made.set(path, resourceList(groupVersion, resourcesOf(resources, group, version)));
    }
  }
  made.set("/api", {
    kind: "APIVersions",
    versions: ["v1"],
    serverAddressByClientCIDRs: [{ clientCIDR: "0.0.0.0/0", serverAddress: "10.0.0.10:6443" }],
  });
  made.set("/apis", { kind: "APIGroupList", apiVersion: "v1", groups });
  made.set("/version", VERSION);
  const paths = [...new Set([...made.keys(), ...OTHER_PATHS])];
  made.set("/", { paths: paths.toSorted((a, b) => (a < b ? -1 : 1)) });
  return made;
}

function apiGroup(name: string, versions: readonly string[]) {
  const entries = versions.map((version) => ({ groupVersion: `${name}/${version}`, version }));
  return { name, versions: entries, preferredVersion: entries[0] };
}

function resourceList(groupVersion: string, defs: readonly ResourceDefinition[]): unknown {
  const list = defs.flatMap((def) => {
    const subresources = Object.entries(def.subresources);
    return [entryOf(def), ...subresources.map(([name, sub]) => subEntryOf(def, name, sub))];
  });
  const resources = list.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return { kind: "APIResourceList", apiVersion: "v1", groupVersion, resources };
}

function entryOf(def: ResourceDefinition) {
  const { resource: name, singular: singularName, namespaced, kind, verbs, shortNames, categories } = def;
  return {
    name,
    singularName,
    namespaced,
    kind,
    verbs,
    ...(shortNames.length > 0 ? { shortNames } : {}),
    ...(categories.length > 0 ? { categories } : {}),
  };
}

function subEntryOf(def: ResourceDefinition, name: string, sub: Subresource) {
  return {
    name: `${def.resource}/${name}`,
    singularName: "",
    namespaced: def.namespaced,
    ...(sub.group === undefined ? {} : { group: sub.group }),
    ...(sub.version === undefined ? {} : { version: sub.version }),
    kind: sub.kind ?? def.kind,
    verbs: sub.verbs,
  };
}
