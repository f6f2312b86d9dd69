/**
 * Validation that Deployments, ReplicaSets and ReplicationControllers share
 * (`pkg/apis/apps/validation/validation.go`).
 */
import { forbiddenField, invalid, notSupported, required } from "../field-error";
import type { FieldError } from "../field-error";
import { compileLabelMap, compileLabelSelector } from "../selector";
import type { IntOrString, LabelSelector, Labels, PodTemplateSpec } from "../types";
import { validatePodTemplate } from "./pod-spec";
import { NOT_NEGATIVE, validateNonNegative } from "./resources";
import { validateLabelSelector } from "./scheduling";

const NO_MATCH = "`selector` does not match template `labels`";

/** The selector is given, valid and not empty; `kind` as upstream's message has it, which is not always right. */
export function validateSelector(
  selector: LabelSelector | undefined,
  field: string,
  errors: FieldError[],
  kind = "deployment",
): void {
  if (selector === undefined || selector === null) {
    errors.push(required(field));
    return;
  }
  validateLabelSelector(selector, field, errors);
  const empty =
    Object.keys(selector.matchLabels ?? {}).length + (selector.matchExpressions?.length ?? 0) === 0;
  if (empty) errors.push(invalid(field, selector, `empty selector is invalid for ${kind}`));
}

/** The template is valid, always restarts its pods, and is matched by its own workload's selector. */
export function validateWorkloadTemplate(
  template: PodTemplateSpec | undefined,
  selector: LabelSelector | undefined,
  plural: string,
  errors: FieldError[],
): void {
  if (template === undefined || template === null) {
    errors.push(required("spec.template"));
    return;
  }
  const before = errors.length;
  if (selector !== undefined && selector !== null && before === 0) {
    checkLabels(compileLabelSelector(selector).matches(template.metadata?.labels), template, errors);
  }
  validateTemplateBody(template, plural, errors);
}

/** The same with the plain map of labels that a ReplicationController selects by. */
export function validateMapTemplate(
  template: PodTemplateSpec | undefined,
  selector: Labels | undefined,
  errors: FieldError[],
): void {
  if (template === undefined || template === null) {
    errors.push(required("spec.template"));
    return;
  }
  if (selector !== undefined && Object.keys(selector).length > 0) {
    checkLabels(compileLabelMap(selector).matches(template.metadata?.labels), template, errors);
  }
  validateTemplateBody(template, "ReplicationController", errors);
}

function checkLabels(matched: boolean, template: PodTemplateSpec, errors: FieldError[]): void {
  if (matched) return;
  errors.push(invalid("spec.template.metadata.labels", template.metadata?.labels ?? {}, NO_MATCH));
}

function validateTemplateBody(template: PodTemplateSpec, kind: string, errors: FieldError[]): void {
  errors.push(...validatePodTemplate(template, "spec.template"));
  const policy = template.spec?.restartPolicy;
  if (policy !== undefined && policy !== "Always") {
    errors.push(notSupported("spec.template.spec.restartPolicy", policy, ["Always"]));
  }
  if (template.spec?.activeDeadlineSeconds !== undefined) {
    const text = `activeDeadlineSeconds in ${kind} is not Supported`;
    errors.push(forbiddenField("spec.template.spec.activeDeadlineSeconds", text));
  }
}

/** `spec.replicas` and `spec.minReadySeconds` count. */
export function validateCounts(
  spec: { replicas?: number; minReadySeconds?: number },
  errors: FieldError[],
): void {
  validateNonNegative(spec.replicas, "spec.replicas", errors);
  validateNonNegative(spec.minReadySeconds, "spec.minReadySeconds", errors);
}

/** Counts of a status: none negative, parts no larger than the whole (`replicas`). */
export function validateStatusCounts(
  status: Readonly<Record<string, unknown>>,
  parts: readonly string[],
  errors: FieldError[],
): void {
  const whole = typeof status["replicas"] === "number" ? status["replicas"] : 0;
  validateNonNegative(whole, "status.replicas", errors);
  for (const part of parts) {
    const value = status[part];
    validateNonNegative(value, `status.${part}`, errors);
    if (typeof value === "number" && value > whole) {
      errors.push(invalid(`status.${part}`, value, "cannot be greater than status.replicas"));
    }
  }
}

/** The count of collisions only grows. */
export function validateCollisionCount(
  next: number | undefined,
  prev: number | undefined,
  errors: FieldError[],
): void {
  validateNonNegative(next, "status.collisionCount", errors);
  if (prev !== undefined && (next ?? 0) < prev) {
    errors.push(invalid("status.collisionCount", next ?? 0, "cannot be decremented"));
  }
}

/** No more are available than ready; `ready` as the message of the kind names it. */
export function validateAvailable(
  { availableReplicas = 0, readyReplicas = 0 }: { availableReplicas?: number; readyReplicas?: number },
  errors: FieldError[],
  ready = "readyReplicas",
): void {
  if (availableReplicas <= readyReplicas) return;
  errors.push(invalid("status.availableReplicas", availableReplicas, `cannot be greater than ${ready}`));
}

/** An integer that is not negative, or a percentage. */
export function validateIntOrPercent(
  value: IntOrString | undefined,
  field: string,
  errors: FieldError[],
): void {
  if (typeof value === "number") {
    if (value < 0) errors.push(invalid(field, value, NOT_NEGATIVE));
  } else if (percentOf(value) === undefined) {
    const text =
      "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', " +
      "regex used for validation is '[0-9]+%')";
    errors.push(invalid(field, value, text));
  }
}

/** A percentage of all at the most. */
export function validateAtMostAll(value: IntOrString | undefined, field: string, errors: FieldError[]): void {
  if ((percentOf(value) ?? 0) > 100) errors.push(invalid(field, value, "must not be greater than 100%"));
}

/** The number of an integer or a percentage, whichever it is; 0 for neither. */
export function amountOf(value: IntOrString | undefined): number {
  return typeof value === "number" ? value : (percentOf(value) ?? 0);
}

/** The number before `%`; undefined if the text is no percentage. */
function percentOf(value: IntOrString | undefined): number | undefined {
  if (typeof value !== "string" || value.length < 2 || !value.endsWith("%")) return undefined;
  for (let i = 0; i < value.length - 1; i++) {
    const c = value.charCodeAt(i);
    if (c < 48 || c > 57) return undefined;
  }
  return Number(value.slice(0, -1));
}
