/**
 * The documents by which clients learn what is served (apiserver `pkg/endpoints/discovery`): `/api`, `/apis`,
 * `/api/v1`, `/apis/GROUP`, `/apis/GROUP/VERSION`, `/version`.
 */
import { groupVersions, resources } from "../../api/registry";
import type { ResourceDefinition, Subresource } from "../../api/resource";

const VERSION = {
  major: "1",
  minor: "35",
  gitVersion: "v1.35.2",
  gitCommit: "0000000000000000000000000000000000000000",
  gitTreeState: "clean",
  buildDate: "2026-01-01T00:00:00Z",
  goVersion: "go1.25.6",
  compiler: "gc",
  platform: "linux/amd64",
};

interface ApiResource {
  readonly name: string;
  readonly singularName: string;
  readonly namespaced: boolean;
  readonly kind: string;
  readonly verbs: readonly string[];
  readonly group?: string;
  readonly version?: string;
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
}

/** The document at a path; undefined where there is none. */
export function discoveryDocument(path: string): unknown {
  return documents().get(path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : path);
}

let built: ReadonlyMap<string, unknown> | undefined;

function documents(): ReadonlyMap<string, unknown> {
  built ??= build();
  return built;
}

function build(): ReadonlyMap<string, unknown> {
  const made = new Map<string, unknown>();
  made.set("/version", VERSION);
  made.set("/api", {
    kind: "APIVersions",
    versions: ["v1"],
    serverAddressByClientCIDRs: [{ clientCIDR: "0.0.0.0/0", serverAddress: "10.0.0.10:6443" }],
  });
  const groups = new Map<string, string[]>();
  for (const { group, version } of groupVersions()) {
    const apiVersion = group === "" ? version : `${group}/${version}`;
    made.set(group === "" ? `/api/${version}` : `/apis/${apiVersion}`, resourceList(apiVersion));
    if (group === "") continue;
    const versions = groups.get(group);
    if (versions === undefined) groups.set(group, [version]);
    else versions.push(version);
  }
  const list = [...groups].map(([name, versions]) => apiGroup(name, versions));
  for (const group of list) made.set(`/apis/${group.name}`, { kind: "APIGroup", apiVersion: "v1", ...group });
  made.set("/apis", { kind: "APIGroupList", apiVersion: "v1", groups: list });
  made.set("/", { paths: [...made.keys(), "/healthz", "/livez", "/readyz"] });
  return made;
}

function apiGroup(name: string, versions: readonly string[]) {
  const entries = versions.map((version) => ({ groupVersion: `${name}/${version}`, version }));
  return { name, versions: entries, preferredVersion: entries[0] };
}

function resourceList(groupVersion: string): unknown {
  const list: ApiResource[] = [];
  for (const def of resources) {
    if (def.apiVersion !== groupVersion) continue;
    list.push(entryOf(def));
    for (const [name, sub] of Object.entries(def.subresources)) list.push(subEntryOf(def, name, sub));
  }
  list.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  return { kind: "APIResourceList", apiVersion: "v1", groupVersion, resources: list };
}

function entryOf(def: ResourceDefinition): ApiResource {
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

function subEntryOf(def: ResourceDefinition, name: string, sub: Subresource): ApiResource {
  return {
    name: `${def.resource}/${name}`,
    singularName: "",
    namespaced: def.namespaced,
    kind: sub.kind ?? def.kind,
    verbs: sub.verbs,
    ...(sub.group === undefined ? {} : { group: sub.group }),
    ...(sub.version === undefined ? {} : { version: sub.version }),
  };
}
