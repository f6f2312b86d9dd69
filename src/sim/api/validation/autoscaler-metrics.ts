/**
 * What an autoscaler goes by: one source of metrics for each of its metrics, with a target
 * (`pkg/apis/autoscaling/validation/validation.go` validateMetricSpec).
 */
import { forbiddenField, invalid, notSupported, required, type FieldError } from "../field-error";
import { compareQuantities } from "../quantity";
import type { HpaMetric, HpaMetricTarget } from "../types";
import { isPathSegment } from "./names";

const METRIC_TYPES: readonly string[] = ["ContainerResource", "External", "Object", "Pods", "Resource"];
const TARGET_TYPES: ReadonlySet<string> = new Set(["AverageValue", "Utilization", "Value"]);
const SOURCES = ["object", "external", "pods", "resource", "containerResource"] as const;

type SourceName = (typeof SOURCES)[number];

export function validateMetric(metric: HpaMetric, field: string, errors: FieldError[]): void {
  if (!metric.type) {
    errors.push(required(`${field}.type`, "must specify a metric source type"));
    return;
  }
  if (!METRIC_TYPES.includes(metric.type)) {
    errors.push(notSupported(`${field}.type`, metric.type, METRIC_TYPES));
    return;
  }
  const present = SOURCES.filter((name) => metric[name] !== undefined);
  const [first] = present;
  if (first !== undefined) validateSource(metric, first, `${field}.${first}`, errors);
  const expected = (metric.type.slice(0, 1).toLowerCase() + metric.type.slice(1)) as SourceName;
  if (metric[expected] === undefined) {
    const text = "must populate information for the given metric source";
    errors.push(required(`${field}.${expected}`, text));
  }
  if (present.length === 1) return;
  for (const other of present) {
    if (other === expected) continue;
    errors.push(forbiddenField(`${field}.${other}`, "must populate the given metric source only"));
  }
}

function validateSource(metric: HpaMetric, name: SourceName, at: string, errors: FieldError[]): void {
  const source = metric[name];
  if (source === undefined) return;
  const { containerResource, object } = metric;
  if (name === "containerResource" || name === "resource") {
    if (!(source as { name?: string }).name)
      errors.push(required(`${at}.name`, "must specify a resource name"));
    if (name === "containerResource" && !containerResource?.container) {
      errors.push(required(`${at}.container`, "must specify a container name"));
    }
  } else {
    if (name === "object") validateReference(object?.describedObject, `${at}.describedObject`, errors);
    validateIdentifier((source as { metric?: { name?: string } }).metric?.name, `${at}.metric.name`, errors);
  }
  validateTarget(source.target, `${at}.target`, errors);
  validateAmounts(name, source.target, `${at}.target`, errors);
}

function validateReference(
  reference: { kind?: string; name?: string } | undefined,
  at: string,
  errors: FieldError[],
): void {
  for (const key of ["kind", "name"] as const) {
    const given = reference?.[key] ?? "";
    if (given === "") errors.push(required(`${at}.${key}`));
    else for (const text of isPathSegment(given, false)) errors.push(invalid(`${at}.${key}`, given, text));
  }
}

function validateIdentifier(name: string | undefined, at: string, errors: FieldError[]): void {
  if (!name) errors.push(required(at, "must specify a metric name"));
  else for (const text of isPathSegment(name, false)) errors.push(invalid(at, name, text));
}

function validateTarget(target: HpaMetricTarget | undefined, field: string, errors: FieldError[]): void {
  const { type = "", value, averageUtilization, averageValue } = target ?? ({} as Partial<HpaMetricTarget>);
  if (type === "") errors.push(required(`${field}.type`, "must specify a metric target type"));
  if (!TARGET_TYPES.has(type)) {
    errors.push(invalid(`${field}.type`, type, "must be either Utilization, Value, or AverageValue"));
  }
  for (const [key, amount] of Object.entries({ value, averageValue })) {
    if (amount !== undefined && !isPositive(amount)) {
      errors.push(invalid(`${field}.${key}`, amount, "must be positive"));
    }
  }
  if (averageUtilization !== undefined && averageUtilization < 1) {
    errors.push(invalid(`${field}.averageUtilization`, averageUtilization, "must be greater than 0"));
  }
}

/** Which amounts a target of such a source has to have. */
function validateAmounts(
  source: SourceName,
  target: HpaMetricTarget | undefined,
  at: string,
  errors: FieldError[],
): void {
  const { value, averageUtilization, averageValue } = target ?? ({} as Partial<HpaMetricTarget>);
  if (source === "pods") {
    if (averageValue !== undefined && isPositive(averageValue)) return;
    errors.push(required(`${at}.averageValue`, "must specify a positive target averageValue"));
  } else if (source === "object" || source === "external") {
    if (value === undefined && averageValue === undefined) {
      const text = "must set either a target value for metric or a per-pod target";
      errors.push(required(`${at}.averageValue`, text));
    } else if (source === "external" && value !== undefined && averageValue !== undefined) {
      const text = "may not set both a target value for metric and a per-pod target";
      errors.push(forbiddenField(`${at}.value`, text));
    }
  } else if (averageUtilization === undefined && averageValue === undefined) {
    const text = "must set either a target raw value or a target utilization";
    errors.push(required(`${at}.averageUtilization`, text));
  } else if (averageUtilization !== undefined && averageValue !== undefined) {
    const text = "may not set both a target raw value and a target utilization";
    errors.push(forbiddenField(`${at}.averageValue`, text));
  }
}

function isPositive(amount: string): boolean {
  return compareQuantities(amount, "0") > 0;
}
