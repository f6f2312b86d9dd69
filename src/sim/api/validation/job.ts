/**
 * Validation of Jobs and of the templates that CronJobs make them from (`pkg/apis/batch/validation/validation.go`).
 */
import { deepEqual } from "../deep-equal";
import { duplicate, invalid, notSupported, required, tooMany } from "../field-error";
import type { FieldError } from "../field-error";
import type { JobSpec, JobStatus, PodTemplateSpec } from "../types";
import { parseIndexes } from "../job-indexes";
import { isQualifiedName } from "./names";
import { immutable } from "./object-meta";
import { validatePodTemplate } from "./pod-spec";
import { validateNonNegative } from "./resources";

const MAX_PARALLELISM_INDEXED = 100_000;
const MAX_FAILED_INDEXES = 100_000;
const MANY_COMPLETIONS = 100_000;
const LIMIT_FOR_MANY = 10_000;
const MAX_RULES = 20;
const MAX_PATTERNS = 20;
const MAX_EXIT_CODES = 255;
const MAX_MANAGED_BY = 63;

type FailurePolicy = NonNullable<JobSpec["podFailurePolicy"]>;
type FailureRule = FailurePolicy["rules"][number];
type ExitCodes = NonNullable<FailureRule["onExitCodes"]>;

const COUNTS = [
  "parallelism",
  "completions",
  "activeDeadlineSeconds",
  "backoffLimit",
  "ttlSecondsAfterFinished",
  "backoffLimitPerIndex",
  "maxFailedIndexes",
] as const;

/** Errors of a Job's spec but for its selector. */
export function validateJobBody(spec: JobSpec, field: string, errors: FieldError[]): void {
  for (const key of COUNTS) validateNonNegative(spec[key], `${field}.${key}`, errors);
  if (spec.maxFailedIndexes !== undefined && spec.backoffLimitPerIndex === undefined) {
    errors.push(required(`${field}.backoffLimitPerIndex`, "when maxFailedIndexes is specified"));
  }
  validateManagedBy(spec.managedBy, `${field}.managedBy`, errors);
  validateMode(spec, field, errors);
  if (spec.podFailurePolicy !== undefined) {
    validateFailurePolicy(spec, spec.podFailurePolicy, `${field}.podFailurePolicy`, errors);
  }
  validateSuccessPolicy(spec, `${field}.successPolicy`, errors);
  validateReplacement(spec, `${field}.podReplacementPolicy`, errors);
  validateTemplate(spec, `${field}.template`, errors);
}

function validateManagedBy(name: string | undefined, field: string, errors: FieldError[]): void {
  if (name === undefined) return;
  const at = name.indexOf("/");
  if (at <= 0 || at === name.length - 1) {
    errors.push(invalid(field, name, 'must be a domain-prefixed path (such as "acme.io/foo")'));
  }
  if (name.length > MAX_MANAGED_BY) {
    errors.push({
      type: "FieldValueTooLong",
      field,
      message: `Too long: may not be more than ${MAX_MANAGED_BY} bytes`,
    });
  }
}

function validateMode(spec: JobSpec, field: string, errors: FieldError[]): void {
  const { completionMode: mode } = spec;
  if (mode !== undefined && mode !== "NonIndexed" && mode !== "Indexed") {
    errors.push(notSupported(`${field}.completionMode`, mode, ["NonIndexed", "Indexed"]));
  }
  if (mode === "Indexed") validateIndexed(spec, field, errors);
  else if (mode === undefined || mode === "NonIndexed") {
    for (const key of ["backoffLimitPerIndex", "maxFailedIndexes"] as const) {
      const text = "requires indexed completion mode";
      if (spec[key] !== undefined) errors.push(invalid(`${field}.${key}`, spec[key], text));
    }
  }
}

function validateIndexed(spec: JobSpec, field: string, errors: FieldError[]): void {
  const { completions, parallelism = 0, maxFailedIndexes } = spec;
  if (completions === undefined) {
    errors.push(required(`${field}.completions`, "when completion mode is Indexed"));
  }
  if (parallelism > MAX_PARALLELISM_INDEXED) {
    const text = `must be less than or equal to ${MAX_PARALLELISM_INDEXED} when completion mode is Indexed`;
    errors.push(invalid(`${field}.parallelism`, parallelism, text));
  }
  const most = `${field}.maxFailedIndexes`;
  if (completions !== undefined && maxFailedIndexes !== undefined && maxFailedIndexes > completions) {
    errors.push(invalid(most, maxFailedIndexes, "must be less than or equal to completions"));
  }
  if (maxFailedIndexes !== undefined && maxFailedIndexes > MAX_FAILED_INDEXES) {
    errors.push(invalid(most, maxFailedIndexes, `must be less than or equal to ${MAX_FAILED_INDEXES}`));
  }
  if ((completions ?? 0) <= MANY_COMPLETIONS || spec.backoffLimitPerIndex === undefined) return;
  if (maxFailedIndexes === undefined) {
    errors.push(required(most, `must be specified when completions is above ${MANY_COMPLETIONS}`));
  }
  const text =
    `must be less than or equal to ${LIMIT_FOR_MANY} when completions are above ${MANY_COMPLETIONS} ` +
    "and used with backoff limit per index";
  if (parallelism > LIMIT_FOR_MANY) errors.push(invalid(`${field}.parallelism`, parallelism, text));
  if ((maxFailedIndexes ?? 0) > LIMIT_FOR_MANY) errors.push(invalid(most, maxFailedIndexes, text));
}

function validateFailurePolicy(
  spec: JobSpec,
  policy: FailurePolicy,
  field: string,
  errors: FieldError[],
): void {
  const rules = policy.rules ?? [];
  if (rules.length > MAX_RULES) errors.push(tooMany(`${field}.rules`, rules.length, MAX_RULES));
  const { containers = [], initContainers = [] } = spec.template?.spec ?? {};
  const names = new Set([...containers, ...initContainers].map((c) => c.name));
  for (const [i, rule] of rules.entries()) {
    validateFailureRule(spec, rule, names, `${field}.rules[${i}]`, errors);
  }
}

const ACTIONS = ["Count", "FailIndex", "FailJob", "Ignore"];

function validateFailureRule(
  spec: JobSpec,
  rule: FailureRule,
  names: ReadonlySet<string>,
  field: string,
  errors: FieldError[],
): void {
  const { action, onExitCodes, onPodConditions = [] } = rule;
  if (!action) errors.push(required(`${field}.action`, `valid values: ${goList(ACTIONS)}`));
  else if (action === "FailIndex" && spec.backoffLimitPerIndex === undefined) {
    errors.push(invalid(`${field}.action`, action, "requires the backoffLimitPerIndex to be set"));
  } else if (!ACTIONS.includes(action)) errors.push(notSupported(`${field}.action`, action, ACTIONS));
  if (onExitCodes !== undefined) {
    validateExitCodes(onExitCodes, names, `${field}.onExitCodes`, errors);
  }
  const conditions = `${field}.onPodConditions`;
  if (onPodConditions.length > MAX_PATTERNS) {
    errors.push(tooMany(conditions, onPodConditions.length, MAX_PATTERNS));
  }
  for (const [i, { type, status }] of onPodConditions.entries()) {
    const at = `${conditions}[${i}]`;
    for (const text of isQualifiedName(type ?? "")) errors.push(invalid(`${at}.type`, type, text));
    const known = ["False", "True", "Unknown"];
    if (!status) errors.push(required(`${at}.status`, `valid values: ${goList(known)}`));
    else if (!known.includes(status)) errors.push(notSupported(`${at}.status`, status, known));
  }
  const both = onExitCodes !== undefined && onPodConditions.length > 0;
  const neither = onExitCodes === undefined && onPodConditions.length === 0;
  if (!both && !neither) return;
  const text = both
    ? "specifying both OnExitCodes and OnPodConditions is not supported"
    : "specifying one of OnExitCodes and OnPodConditions is required";
  errors.push({ type: "FieldValueInvalid", field, message: `Invalid value: ${text}` });
}

/** `["a" "b"]`, as Go prints a list of quoted texts. */
function goList(texts: readonly string[]): string {
  return `[${texts.map((text) => JSON.stringify(text)).join(" ")}]`;
}

function validateExitCodes(
  codes: ExitCodes,
  names: ReadonlySet<string>,
  field: string,
  errors: FieldError[],
): void {
  const operators = ["In", "NotIn"];
  const { operator, containerName } = codes;
  const values = (codes.values as number[] | undefined) ?? [];
  if (!operator) errors.push(required(`${field}.operator`, `valid values: ${goList(operators)}`));
  else if (!operators.includes(operator)) {
    errors.push(notSupported(`${field}.operator`, operator, operators));
  }
  if (containerName !== undefined && !names.has(containerName)) {
    const text = "must be one of the container or initContainer names in the pod template";
    errors.push(invalid(`${field}.containerName`, containerName, text));
  }
  if (values.length === 0) errors.push(invalid(`${field}.values`, values, "at least one value is required"));
  if (values.length > MAX_EXIT_CODES) errors.push(tooMany(`${field}.values`, values.length, MAX_EXIT_CODES));
  const seen = new Set<number>();
  let ordered = true;
  for (const [i, value] of values.entries()) {
    const at = `${field}.values[${i}]`;
    if (operator === "In" && value === 0) {
      errors.push(invalid(at, value, "must not be 0 for the In operator"));
    }
    if (seen.has(value)) errors.push(duplicate(at, value));
    seen.add(value);
    if (i > 0 && values[i - 1]! > value) ordered = false;
  }
  if (!ordered) errors.push(invalid(`${field}.values`, values, "must be ordered"));
}

function validateSuccessPolicy(spec: JobSpec, field: string, errors: FieldError[]): void {
  const policy = spec.successPolicy;
  if (policy === undefined) return;
  if (spec.completionMode !== "Indexed") {
    errors.push(invalid(field, policy, "requires indexed completion mode"));
    return;
  }
  const rules = policy.rules ?? [];
  if (rules.length === 0) {
    const text = "at least one rules must be specified when the successPolicy is specified";
    errors.push(required(`${field}.rules`, text));
  }
  if (rules.length > MAX_RULES) errors.push(tooMany(`${field}.rules`, rules.length, MAX_RULES));
  const completions = spec.completions ?? 0;
  for (const [i, { succeededCount, succeededIndexes }] of rules.entries()) {
    const at = `${field}.rules[${i}]`;
    if (succeededCount === undefined && succeededIndexes === undefined) {
      errors.push(required(at, "at least one of succeededCount or succeededIndexes must be specified"));
    }
    if (succeededIndexes !== undefined && parseIndexes(succeededIndexes, completions) === undefined) {
      const text = `cannot parse the list of indexes below ${completions}`;
      errors.push(invalid(`${at}.succeededIndexes`, succeededIndexes, text));
    }
    if (succeededCount === undefined) continue;
    validateNonNegative(succeededCount, `${at}.succeededCount`, errors);
    if (succeededCount > completions) {
      const text = `must be less than or equal to ${completions} (the number of specified completions)`;
      errors.push(invalid(`${at}.succeededCount`, succeededCount, text));
    }
  }
}

function validateReplacement(spec: JobSpec, field: string, errors: FieldError[]): void {
  const policy = spec.podReplacementPolicy;
  if (policy === undefined) return;
  const known = spec.podFailurePolicy === undefined ? ["Failed", "TerminatingOrFailed"] : ["Failed"];
  if (!known.includes(policy)) errors.push(notSupported(field, policy, known));
}

function validateTemplate(spec: JobSpec, field: string, errors: FieldError[]): void {
  if (spec.template === undefined) {
    errors.push(required(`${field}.spec.containers`));
    return;
  }
  errors.push(...validatePodTemplate(spec.template, field));
  const policy = spec.template.spec?.restartPolicy;
  const at = `${field}.spec.restartPolicy`;
  if (policy === undefined || policy === "" || policy === "Always") {
    errors.push(required(at, 'valid values: "OnFailure", "Never"'));
  } else if (policy !== "OnFailure" && policy !== "Never") {
    errors.push(notSupported(at, policy, ["OnFailure", "Never"]));
  } else if (spec.podFailurePolicy !== undefined && policy !== "Never") {
    errors.push(invalid(at, policy, 'only "Never" is supported when podFailurePolicy is specified'));
  }
}

/** Errors of what changed between two specs; `open`: the pods' placement may still change. */
export function validateJobSpecUpdate(
  next: JobSpec,
  prev: JobSpec,
  open: boolean,
  errors: FieldError[],
): void {
  validateCompletions(next, prev, errors);
  immutable(next.selector, prev.selector, "spec.selector", errors);
  const before = open ? withPlacement(prev.template, next.template) : prev.template;
  immutable(next.template, before, "spec.template", errors);
  for (const key of [
    "completionMode",
    "podFailurePolicy",
    "backoffLimitPerIndex",
    "managedBy",
    "successPolicy",
  ] as const) {
    immutable(next[key], prev[key], `spec.${key}`, errors);
  }
}

function validateCompletions(next: JobSpec, prev: JobSpec, errors: FieldError[]): void {
  if (next.completionMode !== "Indexed") {
    immutable(next.completions, prev.completions, "spec.completions", errors);
    return;
  }
  if (next.completions === prev.completions || next.completions === undefined) return;
  if (next.completions === next.parallelism) return;
  const text = "can only be modified in tandem with spec.parallelism";
  errors.push(invalid("spec.completions", next.completions, text));
}

/** The old template with what a suspended Job that has not begun may change, taken from the new one. */
function withPlacement(prev: PodTemplateSpec, next: PodTemplateSpec | undefined): PodTemplateSpec {
  if (prev.spec === undefined || next?.spec === undefined || deepEqual(prev, next)) return prev;
  const { nodeSelector, tolerations, schedulingGates, affinity } = next.spec;
  const { nodeAffinity: _mine, ...others } = prev.spec.affinity ?? {};
  const nodeAffinity = affinity?.nodeAffinity;
  const merged = nodeAffinity === undefined ? others : { ...others, nodeAffinity };
  const spec = { ...prev.spec };
  setOrDrop(spec, "nodeSelector", nodeSelector);
  setOrDrop(spec, "tolerations", tolerations);
  setOrDrop(spec, "schedulingGates", schedulingGates);
  const keptAffinity = Object.keys(merged).length > 0 || affinity !== undefined ? merged : undefined;
  setOrDrop(spec, "affinity", keptAffinity);
  const metadata = { ...prev.metadata };
  setOrDrop(metadata, "labels", next.metadata?.labels);
  setOrDrop(metadata, "annotations", next.metadata?.annotations);
  return { ...prev, metadata, spec };
}

function setOrDrop<T extends object, K extends keyof T>(target: T, key: K, value: T[K] | undefined): void {
  if (value === undefined) delete target[key];
  else target[key] = value;
}

/** Counts and uncounted pods of a Job's status. */
export function validateJobStatus(status: JobStatus, errors: FieldError[]): void {
  for (const key of ["active", "succeeded", "failed", "ready", "terminating"] as const) {
    validateNonNegative(status[key], `status.${key}`, errors);
  }
  const seen = new Set<string>();
  for (const key of ["succeeded", "failed"] as const) {
    for (const [i, uid] of (status.uncountedTerminatedPods?.[key] ?? []).entries()) {
      const field = `status.uncountedTerminatedPods.${key}[${i}]`;
      if (uid === "") errors.push(invalid(field, uid, "must not be empty"));
      else if (seen.has(uid)) errors.push(duplicate(field, uid));
      seen.add(uid);
    }
  }
}
