import { ageColumn, column, nameColumn } from "../columns";
import { canonicalQuantities } from "../defaults/pod-spec";
import { invalid, notSupported, required } from "../field-error";
import type { FieldError } from "../field-error";
import { defineResource } from "../resource";
import { STATUS } from "../subresources";
import type { ResourceQuota } from "../types";
import { isWholeResource, validateQuotaResource } from "../validation/quota-names";
import { validateQuantity } from "../validation/resources";

const SCOPES = new Set([
  "BestEffort",
  "CrossNamespacePodAffinity",
  "NotBestEffort",
  "NotTerminating",
  "PriorityClass",
  "Terminating",
  "VolumeAttributesClass",
]);
const OPERATORS: readonly string[] = ["DoesNotExist", "Exists", "In", "NotIn"];
/** Pairs of scopes that nothing can be in. */
const CONFLICTS: readonly (readonly [string, string])[] = [
  ["BestEffort", "NotBestEffort"],
  ["Terminating", "NotTerminating"],
];
const POD_COMPUTE = new Set([
  "pods",
  "cpu",
  "memory",
  "requests.cpu",
  "requests.memory",
  "limits.cpu",
  "limits.memory",
]);

type Quantities = Readonly<Record<string, string>>;

function validateHard(hard: Quantities | undefined, field: string, errors: FieldError[]): void {
  for (const [name, text] of Object.entries(hard ?? {})) {
    validateQuotaResource(name, `${field}[${name}]`, errors);
    validateQuantity(text, `${field}[${name}]`, errors, isWholeResource(name));
  }
}

function validateScopes({ spec }: ResourceQuota, errors: FieldError[]): void {
  const scopes = spec.scopes;
  if (scopes !== undefined) {
    for (const scope of scopes) {
      if (!SCOPES.has(scope)) errors.push(invalid("spec.scopes", scopes, "unsupported scope"));
      for (const name of Object.keys(spec.hard ?? {})) {
        if (scope === "BestEffort" && name !== "pods") {
          errors.push(invalid("spec.scopes", scopes, "unsupported scope applied to resource"));
        } else if (scope !== "BestEffort" && !POD_COMPUTE.has(name) && !name.includes("ephemeral-storage")) {
          errors.push(invalid("spec.scopes", scopes, "unsupported scope applied to resource"));
        }
      }
    }
    for (const [a, b] of CONFLICTS) {
      if (scopes.includes(a) && scopes.includes(b)) {
        errors.push(invalid("spec.scopes", scopes, "conflicting scopes"));
      }
    }
  }
  for (const [i, term] of (spec.scopeSelector?.matchExpressions ?? []).entries()) {
    const at = `spec.scopeSelector.matchExpressions[${i}]`;
    if (!SCOPES.has(term.scopeName)) {
      errors.push(invalid(`${at}.scopeName`, term.scopeName, "unsupported scope"));
    }
    const count = term.values?.length ?? 0;
    if (!OPERATORS.includes(term.operator)) {
      errors.push(notSupported(`${at}.operator`, term.operator, OPERATORS));
    } else if ((term.operator === "In" || term.operator === "NotIn") && count === 0) {
      errors.push(
        required(
          `${at}.values`,
          "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector",
        ),
      );
    } else if ((term.operator === "Exists" || term.operator === "DoesNotExist") && count > 0) {
      const text = "must be no value when `operator` is 'Exists' or 'DoesNotExist' for scope selector";
      errors.push(invalid(`${at}.values`, term.values, text));
    }
    if (term.scopeName !== "PriorityClass" && term.operator !== "Exists") {
      const text =
        "must be 'Exist' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, " +
        "ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity";
      errors.push(invalid(`${at}.operator`, term.operator, text));
    }
  }
}

function validate(quota: ResourceQuota): FieldError[] {
  const errors: FieldError[] = [];
  validateHard(quota.spec.hard, "spec.hard", errors);
  validateScopes(quota, errors);
  return errors;
}

/** `pods: 2/10, requests.cpu: 100m/1`, of requests or of limits. */
function usedCell(quota: ResourceQuota, limits: boolean): string {
  const { hard = {}, used = {} } = quota.status;
  const names = Object.keys(hard).filter((name) => name.startsWith("limits.") === limits);
  names.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  return names.map((name) => `${name}: ${used[name] ?? "0"}/${hard[name] ?? "0"}`).join(", ");
}

export const resourceQuotas = defineResource<ResourceQuota>({
  group: "",
  version: "v1",
  kind: "ResourceQuota",
  resource: "resourcequotas",
  shortNames: ["quota"],
  namespaced: true,
  generation: false,
  emptyStatus: {},
  subresources: { status: STATUS },
  columns: [
    nameColumn(),
    column("Request", (quota) => usedCell(quota, false)),
    column("Limit", (quota) => usedCell(quota, true)),
    ageColumn(),
  ],
  defaults(quota) {
    const { hard } = quota.spec;
    if (hard === undefined) return quota;
    const canonical = canonicalQuantities(hard);
    return canonical === hard ? quota : { ...quota, spec: { ...quota.spec, hard: canonical } };
  },
  validate,
  validateUpdate(next, prev) {
    const errors = validate(next);
    const before = prev.spec.scopes ?? [];
    const after = next.spec.scopes ?? [];
    if (before.length !== after.length || before.some((scope) => !after.includes(scope))) {
      errors.push(invalid("spec.scopes", after, "field is immutable"));
    }
    return errors;
  },
  validateStatusUpdate({ status }) {
    const errors: FieldError[] = [];
    validateHard(status.hard, "status.hard", errors);
    validateHard(status.used, "status.used", errors);
    return errors;
  },
});
