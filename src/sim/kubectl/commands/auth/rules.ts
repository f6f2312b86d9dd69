/** Rules of a review as rows: one for each resource with all of its verbs (kubectl `pkg/util/rbac/rbac.go`). */
import { goList } from "../../cli/quote";
import { compareCodePoints } from "../../../../shared/compare";

export interface ResourceRule {
  readonly verbs: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
}

export interface UrlRule {
  readonly verbs: readonly string[];
  readonly nonResourceURLs?: readonly string[];
}

/** A rule about one resource, or one path, and one object or all. */
interface Simple {
  readonly group: string;
  readonly resource: string;
  /** `""` for all. */
  readonly name: string;
  readonly url: string;
  readonly verbs: readonly string[];
}

/** Cells: resource, paths, names, verbs. */
export function ruleRows(resources: readonly ResourceRule[], urls: readonly UrlRule[]): readonly string[][] {
  const simple = [...compacted(resources.flatMap(broken)), ...urls.flatMap(brokenUrls)];
  return simple
    .sort((a, b) => compareCodePoints(sortText(a), sortText(b)))
    .map((rule) => [resourceText(rule), listOf(rule.url), listOf(rule.name), goList(rule.verbs)]);
}

function broken({ verbs, apiGroups = [], resources = [], resourceNames = [] }: ResourceRule): Simple[] {
  const names = resourceNames.length === 0 ? [""] : resourceNames;
  return apiGroups.flatMap((group) =>
    resources.flatMap((resource) =>
      verbs.flatMap((verb) => names.map((name) => ({ group, resource, name, url: "", verbs: [verb] }))),
    ),
  );
}

function brokenUrls({ verbs, nonResourceURLs = [] }: UrlRule): Simple[] {
  return nonResourceURLs.flatMap((url) =>
    verbs.map((verb) => ({ group: "", resource: "", name: "", url, verbs: [verb] })),
  );
}

/** Rules about the same become one. */
function compacted(rules: readonly Simple[]): Simple[] {
  const found = new Map<string, Simple>();
  for (const rule of rules) {
    const key = JSON.stringify([rule.group, rule.resource, rule.name]);
    const before = found.get(key)?.verbs ?? [];
    found.set(key, { ...rule, verbs: [...before, ...rule.verbs] });
  }
  return [...found.values()];
}

/** As Go prints the rule, by which rows are in order. */
function sortText({ group, resource, name, url, verbs }: Simple): string {
  const groups = url === "" ? `[${group}]` : "[]";
  return (
    `Verbs:${goList(verbs)},APIGroups:${groups},Resources:${listOf(resource)},` +
    `ResourceNames:${listOf(name)},NonResourceURLs:${listOf(url)},`
  );
}

function listOf(text: string): string {
  return text === "" ? "[]" : `[${text}]`;
}

/** `deployments.apps/scale`. */
function resourceText({ group, resource }: Simple): string {
  const [main = "", sub] = resource.split(/\/(.*)/s);
  return main + (group === "" ? "" : `.${group}`) + (sub === undefined ? "" : `/${sub}`);
}
