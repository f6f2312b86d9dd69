/**
 * Validation of what steers scheduling: selectors, affinity, tolerations, spread
 * (`pkg/apis/core/validation/validation.go`).
 */
import { duplicate, forbiddenField, invalid, notSupported, required } from "../field-error";
import type { FieldError } from "../field-error";
import type { Affinity, LabelSelector, NodeSelectorTerm, PodSpec, Taint, Toleration } from "../types";
import { isDns1123Subdomain, isLabelValue, isQualifiedName } from "./names";
import { validateLabels } from "./object-meta";

const EFFECTS: readonly string[] = ["NoSchedule", "PreferNoSchedule", "NoExecute"];

export function validateTolerations(list: readonly Toleration[], field: string, errors: FieldError[]): void {
  for (const [i, toleration] of list.entries()) validateToleration(toleration, `${field}[${i}]`, errors);
}

function validateToleration(toleration: Toleration, field: string, errors: FieldError[]): void {
  const { key, operator, value, effect, tolerationSeconds } = toleration;
  if (key) for (const text of isQualifiedName(key)) errors.push(invalid(`${field}.key`, key, text));
  if (!key && operator !== "Exists") {
    const text = 'operator must be Exists when `key` is empty, which means "match all values and all keys"';
    errors.push(invalid(`${field}.operator`, operator ?? "", text));
  }
  if (tolerationSeconds !== undefined && effect !== "NoExecute") {
    const text = "effect must be 'NoExecute' when `tolerationSeconds` is set";
    errors.push(invalid(`${field}.effect`, effect ?? "", text));
  }
  switch (operator) {
    case "Equal":
    case "":
    case undefined:
      for (const text of isLabelValue(value ?? "")) errors.push(invalid(`${field}.operator`, value, text));
      break;
    case "Exists":
      if (value) {
        const text = "value must be empty when `operator` is 'Exists'";
        errors.push(invalid(`${field}.operator`, toleration, text));
      }
      break;
    default:
      errors.push(notSupported(`${field}.operator`, operator, ["Equal", "Exists"]));
  }
  if (effect && !EFFECTS.includes(effect)) errors.push(notSupported(`${field}.effect`, effect, EFFECTS));
}

/** Taints of a node: valid keys and values, one a key and effect. */
export function validateTaints(taints: readonly Taint[], field: string, errors: FieldError[]): void {
  const seen = new Set<string>();
  for (const [i, taint] of taints.entries()) {
    const at = `${field}[${i}]`;
    for (const text of isQualifiedName(taint.key ?? "")) errors.push(invalid(`${at}.key`, taint.key, text));
    for (const text of isLabelValue(taint.value ?? ""))
      errors.push(invalid(`${at}.value`, taint.value, text));
    if (!taint.effect) errors.push(required(`${at}.effect`));
    else if (!EFFECTS.includes(taint.effect))
      errors.push(notSupported(`${at}.effect`, taint.effect, EFFECTS));
    const identity = `${taint.key}:${taint.effect}`;
    if (seen.has(identity)) {
      const error = duplicate(at, taint);
      const text = `${error.message}: taints must be unique by key and effect pair`;
      errors.push({ ...error, message: text });
    }
    seen.add(identity);
  }
}

/** A label selector; `required` ones must not be empty where the caller says so. */
export function validateLabelSelector(selector: LabelSelector, field: string, errors: FieldError[]): void {
  if (selector.matchLabels !== undefined)
    validateLabels(selector.matchLabels, `${field}.matchLabels`, errors);
  for (const [i, expression] of (selector.matchExpressions ?? []).entries()) {
    const at = `${field}.matchExpressions[${i}]`;
    validateExpression(expression, at, errors);
    for (const [j, value] of (expression.values ?? []).entries()) {
      for (const text of isLabelValue(value)) errors.push(invalid(`${at}.values[${j}]`, value, text));
    }
  }
}

/** The operator of an expression goes with its values, and its key is one; `compares`: nodes know `Gt` and `Lt`. */
function validateExpression(
  { key, operator, values }: { key?: string; operator?: string; values?: readonly string[] },
  at: string,
  errors: FieldError[],
  compares = false,
): void {
  const count = values?.length ?? 0;
  if (operator === "In" || operator === "NotIn") {
    if (count === 0)
      errors.push(required(`${at}.values`, "must be specified when `operator` is 'In' or 'NotIn'"));
  } else if (operator === "Exists" || operator === "DoesNotExist") {
    const text = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'";
    if (count > 0) errors.push(forbiddenField(`${at}.values`, text));
  } else if (compares && (operator === "Gt" || operator === "Lt")) {
    const text = "must be specified single value when `operator` is 'Lt' or 'Gt'";
    if (count !== 1) errors.push(required(`${at}.values`, text));
  } else {
    errors.push(invalid(`${at}.operator`, operator, "not a valid selector operator"));
  }
  for (const text of isQualifiedName(key ?? "")) errors.push(invalid(`${at}.key`, key, text));
}

export function validateAffinity(affinity: Affinity, field: string, errors: FieldError[]): void {
  const { nodeAffinity, podAffinity, podAntiAffinity } = affinity;
  if (nodeAffinity !== undefined) validateNodeAffinity(nodeAffinity, `${field}.nodeAffinity`, errors);
  if (podAffinity !== undefined) validatePodAffinity(podAffinity, `${field}.podAffinity`, errors);
  if (podAntiAffinity !== undefined) validatePodAffinity(podAntiAffinity, `${field}.podAntiAffinity`, errors);
}

function validateNodeAffinity(
  affinity: NonNullable<Affinity["nodeAffinity"]>,
  field: string,
  errors: FieldError[],
): void {
  const hard = affinity.requiredDuringSchedulingIgnoredDuringExecution;
  if (hard !== undefined) {
    const at = `${field}.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms`;
    const terms = hard.nodeSelectorTerms ?? [];
    if (terms.length === 0) errors.push(required(at, "must have at least one node selector term"));
    for (const [i, term] of terms.entries()) validateNodeTerm(term, `${at}[${i}]`, errors);
  }
  const soft = affinity.preferredDuringSchedulingIgnoredDuringExecution ?? [];
  for (const [i, term] of soft.entries()) {
    const at = `${field}.preferredDuringSchedulingIgnoredDuringExecution[${i}]`;
    validateWeight(term.weight, `${at}.weight`, errors);
    validateNodeTerm(term.preference ?? {}, `${at}.preference`, errors);
  }
}

function validateWeight(weight: number, field: string, errors: FieldError[]): void {
  if (!(weight >= 1 && weight <= 100)) errors.push(invalid(field, weight, "must be in the range 1-100"));
}

function validateNodeTerm(term: NodeSelectorTerm, field: string, errors: FieldError[]): void {
  for (const [i, expression] of (term.matchExpressions ?? []).entries()) {
    validateExpression(expression, `${field}.matchExpressions[${i}]`, errors, true);
  }
  for (const [i, { key, operator, values }] of (term.matchFields ?? []).entries()) {
    const at = `${field}.matchFields[${i}]`;
    if (operator !== "In" && operator !== "NotIn") {
      errors.push(invalid(`${at}.operator`, operator, "not a valid selector operator"));
    } else if (values?.length !== 1) {
      const text = "must be only one value when `operator` is 'In' or 'NotIn' for node field selector";
      errors.push(required(`${at}.values`, text));
    }
    if (key !== "metadata.name") errors.push(invalid(`${at}.key`, key, "not a valid field selector key"));
    else {
      for (const [j, value] of (values ?? []).entries()) {
        for (const text of isDns1123Subdomain(value, false))
          errors.push(invalid(`${at}.values[${j}]`, value, text));
      }
    }
  }
}

type PodAffinity = NonNullable<Affinity["podAffinity"]>;
type PodAffinityTerm = NonNullable<PodAffinity["requiredDuringSchedulingIgnoredDuringExecution"]>[number];

function validatePodAffinity(affinity: PodAffinity, field: string, errors: FieldError[]): void {
  const hard = affinity.requiredDuringSchedulingIgnoredDuringExecution ?? [];
  for (const [i, term] of hard.entries()) {
    validatePodTerm(term, `${field}.requiredDuringSchedulingIgnoredDuringExecution[${i}]`, errors);
  }
  const soft = affinity.preferredDuringSchedulingIgnoredDuringExecution ?? [];
  for (const [i, term] of soft.entries()) {
    const at = `${field}.preferredDuringSchedulingIgnoredDuringExecution[${i}]`;
    validateWeight(term.weight, `${at}.weight`, errors);
    validatePodTerm(term.podAffinityTerm ?? {}, `${at}.podAffinityTerm`, errors);
  }
}

function validatePodTerm(term: Partial<PodAffinityTerm>, field: string, errors: FieldError[]): void {
  if (term.labelSelector !== undefined)
    validateLabelSelector(term.labelSelector, `${field}.labelSelector`, errors);
  if (term.namespaceSelector !== undefined) {
    validateLabelSelector(term.namespaceSelector, `${field}.namespaceSelector`, errors);
  }
  if (!term.topologyKey) errors.push(required(`${field}.topologyKey`, "can not be empty"));
  else {
    for (const text of isQualifiedName(term.topologyKey)) {
      errors.push(invalid(`${field}.topologyKey`, term.topologyKey, text));
    }
  }
}

export function validateSpread(
  list: NonNullable<PodSpec["topologySpreadConstraints"]>,
  field: string,
  errors: FieldError[],
): void {
  const seen = new Set<string>();
  const actions = ["DoNotSchedule", "ScheduleAnyway"];
  for (const [i, constraint] of list.entries()) {
    const at = `${field}[${i}]`;
    const { maxSkew, topologyKey, whenUnsatisfiable, minDomains, labelSelector } = constraint;
    if (!(maxSkew > 0)) errors.push(invalid(`${at}.maxSkew`, maxSkew, "must be greater than zero"));
    if (!topologyKey) errors.push(required(`${at}.topologyKey`, "can not be empty"));
    if (!actions.includes(whenUnsatisfiable)) {
      errors.push(notSupported(`${at}.whenUnsatisfiable`, whenUnsatisfiable, actions));
    }
    if (minDomains !== undefined && minDomains <= 0) {
      errors.push(invalid(`${at}.minDomains`, minDomains, "must be greater than zero"));
    }
    const pair = `{${topologyKey}, ${whenUnsatisfiable}}`;
    if (seen.has(pair)) errors.push(duplicate(`${at}.{topologyKey, whenUnsatisfiable}`, pair));
    seen.add(pair);
    if (labelSelector !== undefined) validateLabelSelector(labelSelector, `${at}.labelSelector`, errors);
  }
}

/** The reference to a class must be one that exists; admission knows, here only its form is checked. */
export function validateReference(name: string | undefined, field: string, errors: FieldError[]): void {
  if (name === undefined || name === "") return;
  for (const text of isDns1123Subdomain(name, false)) errors.push(invalid(field, name, text));
}
