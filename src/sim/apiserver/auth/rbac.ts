/**
 * Role-based access control over the cached Roles and bindings (`plugin/pkg/auth/authorizer/rbac/rbac.go`,
 * `pkg/registry/rbac/validation/rule.go`). Nothing is forbidden by a rule; what no rule allows is refused.
 */
import { clusterRoleBindings } from "../../api/kinds/cluster-role-binding";
import { clusterRoles } from "../../api/kinds/cluster-role";
import { roleBindings } from "../../api/kinds/role-binding";
import { roles } from "../../api/kinds/role";
import type { ClusterRoleBinding, PolicyRule, RoleBinding, RoleRef, Subject } from "../../api/types";
import type { Caches } from "../cache/caches";
import { ALLOWED, type AuthorizationAttributes, type Decision } from "./attributes";
import type { User } from "./user";

/** The rules that a user has: everywhere, and in single namespaces. */
interface Rules {
  readonly everywhere: readonly PolicyRule[];
  readonly inNamespace: ReadonlyMap<string, readonly PolicyRule[]>;
  /** Bindings whose role does not exist. */
  readonly errors: readonly string[];
}

export class RbacAuthorizer {
  readonly #caches: Caches;
  /** By user; emptied when any role or binding changes. */
  #rules = new WeakMap<User, Rules>();

  constructor(caches: Caches) {
    this.#caches = caches;
    const forget = () => {
      this.#rules = new WeakMap();
    };
    for (const def of [clusterRoles, clusterRoleBindings, roles, roleBindings]) {
      caches.of(def).listeners.push(forget);
    }
  }

  authorize(attributes: AuthorizationAttributes): Decision {
    const rules = this.rulesOf(attributes.user);
    for (const rule of rules.everywhere) if (ruleAllows(rule, attributes)) return ALLOWED;
    if (attributes.namespace !== "") {
      const own = rules.inNamespace.get(attributes.namespace);
      if (own !== undefined) for (const rule of own) if (ruleAllows(rule, attributes)) return ALLOWED;
    }
    const reason = rules.errors.length === 0 ? "" : `RBAC: [${rules.errors.join(", ")}]`;
    return { allowed: false, reason: rules.errors.length === 1 ? `RBAC: ${rules.errors[0]}` : reason };
  }

  /** All that a user may do, resolved through bindings. */
  rulesOf(user: User): Rules {
    const known = this.#rules.get(user);
    if (known !== undefined) return known;
    const made = this.#resolve(user);
    this.#rules.set(user, made);
    return made;
  }

  /** The rules that a user has in a namespace (`""`: at the cluster scope). */
  rulesIn(user: User, namespace: string): readonly PolicyRule[] {
    const { everywhere, inNamespace } = this.rulesOf(user);
    const own = namespace === "" ? undefined : inNamespace.get(namespace);
    return own === undefined ? everywhere : [...everywhere, ...own];
  }

  /** The rules of the role that a binding in a namespace means; undefined if there is no such role. */
  rulesOfRef(ref: RoleRef, namespace: string): readonly PolicyRule[] | undefined {
    const errors: string[] = [];
    const rules = this.#rulesOfRole(ref, namespace, errors);
    return errors.length === 0 ? rules : undefined;
  }

  #resolve(user: User): Rules {
    const everywhere: PolicyRule[] = [];
    const inNamespace = new Map<string, PolicyRule[]>();
    const errors: string[] = [];
    for (const binding of this.#caches.of(clusterRoleBindings).all() as readonly ClusterRoleBinding[]) {
      if (!appliesTo(binding.subjects, user, "")) continue;
      everywhere.push(...this.#rulesOfRole(binding.roleRef, "", errors));
    }
    for (const binding of this.#caches.of(roleBindings).all() as readonly RoleBinding[]) {
      const { namespace } = binding.metadata;
      if (!appliesTo(binding.subjects, user, namespace)) continue;
      const rules = this.#rulesOfRole(binding.roleRef, namespace, errors);
      const list = inNamespace.get(namespace);
      if (list === undefined) inNamespace.set(namespace, [...rules]);
      else list.push(...rules);
    }
    return { everywhere, inNamespace, errors };
  }

  #rulesOfRole(ref: RoleRef, namespace: string, errors: string[]): readonly PolicyRule[] {
    if (ref.kind === "Role") {
      const role = this.#caches.find(roles, namespace, ref.name);
      if (role === undefined) errors.push(`role.rbac.authorization.k8s.io "${ref.name}" not found`);
      return role?.rules ?? [];
    }
    const role = this.#caches.find(clusterRoles, "", ref.name);
    if (role === undefined) errors.push(`clusterrole.rbac.authorization.k8s.io "${ref.name}" not found`);
    return role?.rules ?? [];
  }
}

/** Whether one of a binding's subjects is the user. */
export function appliesTo(subjects: readonly Subject[] | undefined, user: User, namespace: string): boolean {
  if (subjects === undefined) return false;
  for (const subject of subjects) {
    switch (subject.kind) {
      case "User":
        if (subject.name === user.name) return true;
        break;
      case "Group":
        if (user.groups.includes(subject.name)) return true;
        break;
      case "ServiceAccount": {
        const where = subject.namespace ?? namespace;
        if (where !== "" && user.name === `system:serviceaccount:${where}:${subject.name}`) return true;
        break;
      }
      default:
    }
  }
  return false;
}

/** Whether a rule allows what is asked. */
export function ruleAllows(rule: PolicyRule, asked: AuthorizationAttributes): boolean {
  if (!rule.verbs.includes("*") && !rule.verbs.includes(asked.verb)) return false;
  if (!asked.isResource) return rule.nonResourceURLs?.some((url) => pathMatches(url, asked.path)) ?? false;
  const { apiGroups, resources, resourceNames } = rule;
  if (apiGroups === undefined || resources === undefined) return false;
  if (!apiGroups.includes("*") && !apiGroups.includes(asked.group)) return false;
  if (!resourceMatches(resources, asked)) return false;
  return resourceNames === undefined || resourceNames.length === 0 || resourceNames.includes(asked.name);
}

function resourceMatches(resources: readonly string[], asked: AuthorizationAttributes): boolean {
  const { resource, subresource } = asked;
  for (const allowed of resources) {
    if (allowed === "*") return true;
    if (subresource === "") {
      if (allowed === resource) return true;
    } else if (allowed === `${resource}/${subresource}` || allowed === `*/${subresource}`) return true;
  }
  return false;
}

function pathMatches(url: string, path: string): boolean {
  if (url === "*" || url === path) return true;
  return url.endsWith("*") && path.startsWith(url.slice(0, -1));
}
