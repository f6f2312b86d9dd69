/**
 * Nobody gives what they do not have: who writes a role must hold all that it allows, or the right to `escalate`; who
 * binds one must hold it, or the right to `bind` it (`pkg/registry/rbac/{escalation_check.go,validation}`).
 */
import { clusterRoleBindings } from "../../api/kinds/cluster-role-binding";
import { clusterRoles } from "../../api/kinds/cluster-role";
import { roleBindings } from "../../api/kinds/role-binding";
import { roles } from "../../api/kinds/role";
import { deepEqual } from "../../api/deep-equal";
import type { ResourceDefinition } from "../../api/resource";
import { forbidden, notFound } from "../../api/status";
import type { ApiObject, ClusterRole, PolicyRule, Role, RoleBinding, RoleRef, Status } from "../../api/types";
import { RBAC_GROUP } from "../../api/validation/rbac";
import type { Authorizer } from "./authorizer";
import { LOOPBACK, MASTERS, type User } from "./user";

export interface EscalationQuestion {
  readonly def: ResourceDefinition;
  readonly user: User;
  readonly namespace: string;
  readonly object: ApiObject;
  /** Undefined for creations. */
  readonly old: ApiObject | undefined;
}

const ROLES = new Set<ResourceDefinition>([roles, clusterRoles]);
const BINDINGS = new Set<ResourceDefinition>([roleBindings, clusterRoleBindings]);

/** The 403 of a write that would give more than its writer has. */
export function checkEscalation(authorizer: Authorizer, asked: EscalationQuestion): Status | undefined {
  const { def, user } = asked;
  if (def.group !== RBAC_GROUP || user === LOOPBACK || user.groups.includes(MASTERS)) return undefined;
  if (ROLES.has(def)) return checkRole(authorizer, asked);
  return BINDINGS.has(def) ? checkBinding(authorizer, asked) : undefined;
}

function checkRole(authorizer: Authorizer, asked: EscalationQuestion): Status | undefined {
  const { def, user, namespace, object, old } = asked;
  const next = object as Role | ClusterRole;
  const prev = old as Role | ClusterRole | undefined;
  const aggregates = "aggregationRule" in next ? next.aggregationRule : undefined;
  const before = prev !== undefined && "aggregationRule" in prev ? prev.aggregationRule : undefined;
  const same = prev !== undefined && deepEqual(next.rules, prev.rules) && deepEqual(aggregates, before);
  if (same || may(authorizer, asked, "escalate", def.resource, next.metadata.name)) return undefined;
  const rules = [...(next.rules ?? [])];
  // What a role will aggregate is not known: that takes everything.
  if (aggregates !== undefined) rules.push(...EVERYTHING);
  return missing(authorizer, asked, rules, user, namespace);
}

const EVERYTHING: readonly PolicyRule[] = [
  { verbs: ["*"], apiGroups: ["*"], resources: ["*"] },
  { verbs: ["*"], nonResourceURLs: ["*"] },
];

function checkBinding(authorizer: Authorizer, asked: EscalationQuestion): Status | undefined {
  const { user, namespace, object, old } = asked;
  const { roleRef, subjects } = object as RoleBinding;
  const before = old as RoleBinding | undefined;
  const same =
    before !== undefined && deepEqual(before.roleRef, roleRef) && deepEqual(before.subjects, subjects);
  if (same) return undefined;
  const resource = roleRef.kind === "Role" ? "roles" : "clusterroles";
  if (may(authorizer, asked, "bind", resource, roleRef.name)) return undefined;
  const rules = authorizer.rbac.rulesOfRef(roleRef, namespace);
  if (rules === undefined) return notFound({ group: RBAC_GROUP, resource }, roleRef.name);
  return missing(authorizer, asked, rules, user, namespace);
}

function may(
  authorizer: Authorizer,
  { user, namespace }: EscalationQuestion,
  verb: string,
  resource: RoleRef["name"],
  name: string,
): boolean {
  const group = RBAC_GROUP;
  const fixed = { isResource: true, path: "", subresource: "", fieldSelector: "" };
  return authorizer.authorize({ user, verb, group, resource, namespace, name, ...fixed }).allowed;
}

function missing(
  authorizer: Authorizer,
  { def, object }: EscalationQuestion,
  wanted: readonly PolicyRule[],
  user: User,
  namespace: string,
): Status | undefined {
  const held = authorizer.rbac.rulesIn(user, namespace);
  const lacking = wanted.flatMap(breakDown).filter((part) => !held.some((rule) => covers(rule, part)));
  if (lacking.length === 0) return undefined;
  const texts = [...new Set(compact(lacking).map(ruleText))].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const why =
    `user ${JSON.stringify(user.name)} (groups=${quoted(user.groups)}) ` +
    `is attempting to grant RBAC permissions not currently held:\n${texts.join("\n")}`;
  return forbidden(def, object.metadata.name ?? "", why);
}

/** A rule as rules of one verb, group, resource and name each. */
function breakDown(rule: PolicyRule): PolicyRule[] {
  const { apiGroups = [], resources = [], verbs, resourceNames = [], nonResourceURLs = [] } = rule;
  const parts: PolicyRule[] = [];
  for (const group of apiGroups) {
    for (const resource of resources) {
      for (const verb of verbs) {
        const part = { verbs: [verb], apiGroups: [group], resources: [resource] };
        if (resourceNames.length === 0) parts.push(part);
        for (const name of resourceNames) parts.push({ ...part, resourceNames: [name] });
      }
    }
  }
  for (const url of nonResourceURLs) {
    for (const verb of verbs) parts.push({ verbs: [verb], nonResourceURLs: [url] });
  }
  return parts;
}

/** Whether a rule that somebody has allows all that a broken down rule does. */
function covers(held: PolicyRule, part: PolicyRule): boolean {
  const has = (list: readonly string[] | undefined, item: string): boolean =>
    list !== undefined && (list.includes("*") || list.includes(item));
  if (!has(held.verbs, part.verbs[0] as string)) return false;
  const url = part.nonResourceURLs?.[0];
  if (url !== undefined) {
    return (held.nonResourceURLs ?? []).some(
      (own) => own === url || (own.endsWith("*") && url.startsWith(own.slice(0, -1))),
    );
  }
  const resource = part.resources?.[0] ?? "";
  const slash = resource.indexOf("/");
  const anySub = slash < 0 ? undefined : `*${resource.slice(slash)}`;
  if (!has(held.apiGroups, part.apiGroups?.[0] ?? "")) return false;
  if (!has(held.resources, resource) && (anySub === undefined || !has(held.resources, anySub))) return false;
  const names = held.resourceNames ?? [];
  if (names.length === 0) return true;
  const name = part.resourceNames?.[0];
  return name !== undefined && names.includes(name);
}

/** Rules of one resource joined again: all their verbs in one. */
function compact(parts: readonly PolicyRule[]): PolicyRule[] {
  const joined = new Map<string, PolicyRule>();
  const made: PolicyRule[] = [];
  for (const part of parts) {
    if (part.nonResourceURLs !== undefined) {
      made.push(part);
      continue;
    }
    const key = JSON.stringify([part.apiGroups, part.resources, part.resourceNames]);
    const known = joined.get(key);
    joined.set(key, known === undefined ? part : { ...known, verbs: [...known.verbs, ...part.verbs] });
  }
  return [...made, ...joined.values()];
}

function ruleText({ apiGroups, resources, nonResourceURLs, resourceNames, verbs }: PolicyRule): string {
  const parts: string[] = [];
  const add = (name: string, list: readonly string[] | undefined): void => {
    if (list !== undefined && list.length > 0) parts.push(`${name}:${quoted(list)}`);
  };
  add("APIGroups", apiGroups);
  add("Resources", resources);
  add("NonResourceURLs", nonResourceURLs);
  add("ResourceNames", resourceNames);
  add("Verbs", verbs);
  return `{${parts.join(", ")}}`;
}

/** A list as Go's `%q` prints it. */
function quoted(list: readonly string[]): string {
  return `[${list.map((item) => JSON.stringify(item)).join(" ")}]`;
}
