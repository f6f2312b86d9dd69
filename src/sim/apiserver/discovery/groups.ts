/**
 * The order of groups and versions in discovery: the most wanted first (`cmd/kube-apiserver/app/server.go`
 * apiVersionPriorities, `apimachinery/pkg/version/helpers.go`).
 */
import type { ResourceDefinition } from "../../api/resource";

export interface GroupVersions {
  /** `""` for core. */
  readonly group: string;
  /** The preferred one first. */
  readonly versions: readonly string[];
}

/** Upstream's order of the groups that it brings along; then come custom ones, then aggregated ones. */
const BUILT_IN = [
  "",
  "apps",
  "events.k8s.io",
  "authentication.k8s.io",
  "authorization.k8s.io",
  "autoscaling",
  "batch",
  "certificates.k8s.io",
  "networking.k8s.io",
  "policy",
  "rbac.authorization.k8s.io",
  "storage.k8s.io",
  "admissionregistration.k8s.io",
  "apiextensions.k8s.io",
  "scheduling.k8s.io",
  "coordination.k8s.io",
  "node.k8s.io",
  "discovery.k8s.io",
  "flowcontrol.apiserver.k8s.io",
  "resource.k8s.io",
];
const AGGREGATED = new Set(["metrics.k8s.io"]);

/** The groups that some resources are of, with their versions. */
export function groupsOf(resources: readonly ResourceDefinition[]): GroupVersions[] {
  const versions = new Map<string, string[]>();
  for (const { group, version } of resources) {
    const known = versions.get(group);
    if (known === undefined) versions.set(group, [version]);
    else if (!known.includes(version)) known.push(version);
  }
  const groups = [...versions].map(([group, list]) => ({ group, versions: list.toSorted(compareVersions) }));
  return groups.toSorted((a, b) => rank(a.group) - rank(b.group) || (a.group < b.group ? -1 : 1));
}

function rank(group: string): number {
  if (AGGREGATED.has(group)) return BUILT_IN.length + 1;
  const at = BUILT_IN.indexOf(group);
  return at < 0 ? BUILT_IN.length : at;
}

/** `v10` before `v2` before `v2beta1` before `v1alpha3` before any other text, those by the alphabet. */
export function compareVersions(a: string, b: string): number {
  const left = versionParts(a);
  const right = versionParts(b);
  if (left === undefined && right === undefined) return a < b ? -1 : a > b ? 1 : 0;
  if (left === undefined) return 1;
  if (right === undefined) return -1;
  for (const [i, part] of left.entries()) {
    const other = right[i] ?? 0;
    if (part !== other) return other - part;
  }
  return 0;
}

const STAGES = ["alpha", "beta"];

/** Stage (stable is the highest), major and minor number. */
function versionParts(version: string): readonly number[] | undefined {
  const found = /^v([1-9]\d*)(?:(alpha|beta)([1-9]\d*))?$/.exec(version);
  if (found === null) return undefined;
  const [, major, stage, minor] = found;
  return [stage === undefined ? STAGES.length : STAGES.indexOf(stage), Number(major), Number(minor ?? 0)];
}

/** The resources of one group version, by the alphabet. */
export function resourcesOf(
  resources: readonly ResourceDefinition[],
  group: string,
  version: string,
): ResourceDefinition[] {
  const found = resources.filter((def) => def.group === group && def.version === version);
  return found.toSorted((a, b) => (a.resource < b.resource ? -1 : 1));
}
