/**
 * The names under which quotas and limits speak of resources (`pkg/apis/core/helper/helpers.go`,
 * `pkg/apis/core/validation/validation.go`).
 */
import { invalid } from "../field-error";
import type { FieldError } from "../field-error";
import { isQualifiedName } from "./names";

/** Counted in whole units. */
const WHOLE = new Set([
  "pods",
  "resourcequotas",
  "services",
  "replicationcontrollers",
  "secrets",
  "persistentvolumeclaims",
  "configmaps",
  "services.nodeports",
  "services.loadbalancers",
]);

/** What a quota may name without a domain. */
const STANDARD_QUOTA = new Set([
  ...WHOLE,
  "cpu",
  "memory",
  "ephemeral-storage",
  "requests.cpu",
  "requests.memory",
  "requests.storage",
  "requests.ephemeral-storage",
  "limits.cpu",
  "limits.memory",
  "limits.ephemeral-storage",
]);
const STANDARD = new Set([...STANDARD_QUOTA, "storage"]);

export function isWholeResource(name: string): boolean {
  return WHOLE.has(name) || name.startsWith("count/");
}

/** A resource in `spec.hard` of a quota. */
export function validateQuotaResource(name: string, field: string, errors: FieldError[]): void {
  validateName(name, STANDARD_QUOTA, field, "must be a standard resource for quota", errors);
}

/** A resource in a limit. */
export function validateLimitResource(name: string, type: string, field: string, errors: FieldError[]): void {
  if (type === "Pod" || type === "Container") {
    const names = new Set(["cpu", "memory", "ephemeral-storage"]);
    validateName(name, names, field, "must be a standard resource for containers", errors);
  } else validateName(name, STANDARD, field, "must be a standard resource type or fully qualified", errors);
}

function validateName(
  name: string,
  known: ReadonlySet<string>,
  field: string,
  complaint: string,
  errors: FieldError[],
): void {
  const complaints = isQualifiedName(name);
  for (const text of complaints) errors.push(invalid(field, name, text));
  if (complaints.length > 0 || name.includes("/") || name.includes("hugepages-") || known.has(name)) return;
  errors.push(invalid(field, name, complaint));
}
