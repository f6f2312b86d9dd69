/**
 * Validation of roles and bindings (`pkg/apis/rbac/validation/validation.go`).
 */
import { invalid, notSupported, required } from "../field-error";
import type { FieldError } from "../field-error";
import type { PolicyRule, RoleRef, Subject } from "../types";
import { isDns1123Subdomain } from "./names";
import { immutable } from "./object-meta";

export const RBAC_GROUP = "rbac.authorization.k8s.io";

/** Subjects and role with the groups that upstream fills in (`pkg/apis/rbac/v1/defaults.go`). */
export function defaultBinding<B extends { subjects?: Subject[]; roleRef: RoleRef }>(binding: B): B {
  const made = { ...binding };
  if (made.roleRef !== undefined && !made.roleRef.apiGroup) {
    made.roleRef = { ...made.roleRef, apiGroup: RBAC_GROUP };
  }
  if (made.subjects !== undefined) {
    made.subjects = made.subjects.map((subject) => {
      const named = subject.kind === "User" || subject.kind === "Group";
      return named && !subject.apiGroup ? { ...subject, apiGroup: RBAC_GROUP } : subject;
    });
  }
  return made;
}

export function validateRules(rules: readonly PolicyRule[] | undefined, namespaced: boolean): FieldError[] {
  const errors: FieldError[] = [];
  for (const [i, rule] of (rules ?? []).entries()) {
    const field = `rules[${i}]`;
    if ((rule.verbs ?? []).length === 0) {
      errors.push(required(`${field}.verbs`, "verbs must contain at least one value"));
    }
    if ((rule.nonResourceURLs ?? []).length > 0) {
      if (namespaced) {
        const text = "namespaced rules cannot apply to non-resource URLs";
        errors.push(invalid(`${field}.nonResourceURLs`, rule.nonResourceURLs, text));
      }
      if ((rule.resources ?? []).length + (rule.apiGroups ?? []).length > 0) {
        const text = "rules cannot apply to both regular resources and non-resource URLs";
        errors.push(invalid(`${field}.nonResourceURLs`, rule.nonResourceURLs, text));
      }
      continue;
    }
    if ((rule.apiGroups ?? []).length === 0) {
      errors.push(required(`${field}.apiGroups`, "resource rules must supply at least one api group"));
    }
    if ((rule.resources ?? []).length === 0) {
      errors.push(required(`${field}.resources`, "resource rules must supply at least one resource"));
    }
  }
  return errors;
}

/** `kinds` are those that the role may be of. */
export function validateBinding(
  binding: { subjects?: Subject[]; roleRef: RoleRef },
  kinds: readonly string[],
  namespaced: boolean,
): FieldError[] {
  const errors: FieldError[] = [];
  const { apiGroup, kind, name } = binding.roleRef ?? {};
  if (apiGroup !== RBAC_GROUP) errors.push(notSupported("roleRef.apiGroup", apiGroup, [RBAC_GROUP]));
  if (!kinds.includes(kind ?? "")) errors.push(notSupported("roleRef.kind", kind, kinds));
  if (!name) errors.push(required("roleRef.name"));
  for (const [i, subject] of (binding.subjects ?? []).entries()) {
    validateSubject(subject, `subjects[${i}]`, namespaced, errors);
  }
  return errors;
}

function validateSubject(subject: Subject, field: string, namespaced: boolean, errors: FieldError[]): void {
  const { kind, name, namespace, apiGroup } = subject;
  if (!name) errors.push(required(`${field}.name`));
  switch (kind) {
    case "ServiceAccount":
      if (name)
        for (const text of isDns1123Subdomain(name, false)) errors.push(invalid(`${field}.name`, name, text));
      if (apiGroup) errors.push(notSupported(`${field}.apiGroup`, apiGroup, [""]));
      if (!namespaced && !namespace) errors.push(required(`${field}.namespace`));
      break;
    case "User":
    case "Group":
      if (apiGroup !== RBAC_GROUP) errors.push(notSupported(`${field}.apiGroup`, apiGroup, [RBAC_GROUP]));
      break;
    default:
      errors.push(notSupported(`${field}.kind`, kind, ["ServiceAccount", "User", "Group"]));
  }
}

/** A binding is to one role for good. */
export function validateRoleRefUpdate(next: RoleRef, prev: RoleRef, errors: FieldError[]): void {
  const changes: FieldError[] = [];
  immutable(next, prev, "roleRef", changes);
  if (changes.length > 0) errors.push(invalid("roleRef", next, "cannot change roleRef"));
}
