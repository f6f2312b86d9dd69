/**
 * Validation of resource lists and requirements (`pkg/apis/core/validation/validation.go`).
 */
import { invalid } from "../field-error";
import type { FieldError } from "../field-error";
import { compareQuantities, parseQuantity, quantityProblem } from "../quantity";
import type { Container } from "../types";
import { isQualifiedName } from "./names";

export const NOT_NEGATIVE = "must be greater than or equal to 0";

type Quantities = Readonly<Record<string, string>>;

const CONTAINER_RESOURCES = new Set(["cpu", "memory", "ephemeral-storage"]);

/** Extended resources have a domain that is not Kubernetes' own, and are counted in whole units. */
function isExtended(name: string): boolean {
  if (!name.includes("/") || name.includes("kubernetes.io/")) return false;
  return !name.startsWith("requests.");
}

export function validateResources(
  resources: NonNullable<Container["resources"]>,
  field: string,
  errors: FieldError[],
): void {
  const { limits, requests } = resources;
  if (limits !== undefined) validateList(limits, `${field}.limits`, errors);
  if (requests === undefined) return;
  const before = errors.length;
  validateList(requests, `${field}.requests`, errors);
  if (limits === undefined || errors.length > before) return;
  for (const name in requests) {
    const limit = limits[name];
    const request = requests[name]!;
    if (limit === undefined || quantityProblem(limit) !== undefined) continue;
    const order = compareQuantities(request, limit);
    if (order > 0) {
      const text = `must be less than or equal to ${name} limit of ${limit}`;
      errors.push(invalid(`${field}.requests`, request, text));
    } else if (order !== 0 && (isExtended(name) || name.startsWith("hugepages-"))) {
      errors.push(invalid(`${field}.requests`, request, `must be equal to ${name} limit of ${limit}`));
    }
  }
}

function validateList(list: Quantities, field: string, errors: FieldError[]): void {
  for (const name in list) {
    if (!CONTAINER_RESOURCES.has(name)) validateResourceName(name, field, errors);
    validateQuantity(list[name], `${field}[${name}]`, errors, isExtended(name));
  }
}

function validateResourceName(name: string, field: string, errors: FieldError[]): void {
  const complaints = isQualifiedName(name);
  for (const text of complaints) errors.push(invalid(field, name, text));
  if (complaints.length > 0) return;
  if (name.includes("/")) {
    if (!isExtended(name)) errors.push(invalid(field, name, "must be a standard resource for containers"));
  } else if (!name.startsWith("hugepages-")) {
    errors.push(invalid(field, name, "must be a standard resource type or fully qualified"));
    errors.push(invalid(field, name, "must be a standard resource for containers"));
  }
}

/** A quantity that parses, is not negative and, where asked, is whole. */
export function validateQuantity(text: unknown, field: string, errors: FieldError[], whole = false): void {
  const problem = quantityProblem(text);
  if (problem !== undefined) {
    errors.push(invalid(field, text, problem));
    return;
  }
  const { nano, value } = parseQuantity(String(text));
  if (nano < 0n) errors.push(invalid(field, text, NOT_NEGATIVE));
  else if (whole && BigInt(value) * 1_000_000_000n !== nano) {
    errors.push(invalid(field, text, "must be an integer"));
  }
}

/** An integer that is not negative; absent is fine. */
export function validateNonNegative(value: unknown, field: string, errors: FieldError[]): void {
  if (value === undefined || value === null) return;
  if (typeof value === "number" && Number.isInteger(value) && value >= 0) return;
  errors.push(invalid(field, value, NOT_NEGATIVE));
}
