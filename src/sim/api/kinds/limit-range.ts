import { column, nameColumn } from "../columns";
import { duplicate, forbiddenField, invalid, required } from "../field-error";
import type { FieldError } from "../field-error";
import { compareQuantities, parseQuantity, quantityProblem } from "../quantity";
import { defineResource } from "../resource";
import type { LimitRange, LimitRangeItem } from "../types";
import { validateLimitResource } from "../validation/quota-names";
import { validateQuantity } from "../validation/resources";

const BOUNDS = ["max", "min", "default", "defaultRequest", "maxLimitRequestRatio"] as const;

/** What a bound of one list demands of another, of the same resource. */
const ORDER = [
  ["min", "max", "min value %s is greater than max value %s"],
  ["defaultRequest", "max", "default request value %s is greater than max value %s"],
  ["default", "max", "default value %s is greater than max value %s"],
  ["defaultRequest", "default", "default request value %s is greater than default limit value %s"],
] as const;

type Quantities = Readonly<Record<string, string>>;

function listOf(item: LimitRangeItem, name: (typeof BOUNDS)[number]): Quantities {
  return (item[name] ?? {}) as Quantities;
}

function complaint(pattern: string, ...values: readonly string[]): string {
  let text = pattern;
  for (const value of values) text = text.replace("%s", value);
  return text;
}

function validateItem(item: LimitRangeItem, at: string, errors: FieldError[]): void {
  const before = errors.length;
  for (const bound of BOUNDS) {
    for (const [name, text] of Object.entries(listOf(item, bound))) {
      validateLimitResource(name, item.type, `${at}.${bound}[${name}]`, errors);
      validateQuantity(text, `${at}.${bound}[${name}]`, errors);
    }
  }
  if (item.type === "Pod") {
    for (const bound of ["default", "defaultRequest"] as const) {
      if (Object.keys(listOf(item, bound)).length > 0) {
        errors.push(forbiddenField(`${at}.${bound}`, "may not be specified when `type` is 'Pod'"));
      }
    }
  }
  if (item.type === "PersistentVolumeClaim") {
    const bounded = listOf(item, "min")["storage"] ?? listOf(item, "max")["storage"];
    if (bounded === undefined) {
      errors.push(
        required(
          `${at}.limits`,
          "either minimum or maximum storage value is required, but neither was provided",
        ),
      );
    }
  }
  if (errors.length > before) return;
  validateOrder(item, at, errors);
}

function validateOrder(item: LimitRangeItem, at: string, errors: FieldError[]): void {
  for (const [low, high, pattern] of ORDER) {
    const highs = listOf(item, high);
    for (const [name, text] of Object.entries(listOf(item, low))) {
      const bound = highs[name];
      if (bound === undefined || compareQuantities(text, bound) <= 0) continue;
      errors.push(invalid(`${at}.${low}[${name}]`, text, complaint(pattern, text, bound)));
    }
    if (low !== "min") continue;
    for (const other of ["defaultRequest", "default"] as const) {
      for (const [name, text] of Object.entries(listOf(item, "min"))) {
        const given = listOf(item, other)[name];
        if (given === undefined || compareQuantities(text, given) <= 0) continue;
        const what = other === "default" ? "default value" : "default request value";
        errors.push(
          invalid(`${at}.${other}[${name}]`, text, `min value ${text} is greater than ${what} ${given}`),
        );
      }
    }
  }
  for (const [name, ratio] of Object.entries(listOf(item, "maxLimitRequestRatio"))) {
    if (quantityProblem(ratio) === undefined && parseQuantity(ratio).nano < 1_000_000_000n) {
      const field = `${at}.maxLimitRequestRatio[${name}]`;
      errors.push(invalid(field, ratio, `ratio ${ratio} is less than 1`));
    }
  }
}

function validate({ spec }: LimitRange): FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  for (const [i, item] of (spec.limits ?? []).entries()) {
    const at = `spec.limits[${i}]`;
    if ((item.type ?? "") === "") errors.push(required(`${at}.type`));
    if (seen.has(item.type)) errors.push(duplicate(`${at}.type`, item.type));
    seen.add(item.type);
    validateItem(item, at, errors);
  }
  return errors;
}

/** Limits are requests' defaults, and the upper bound is the limits' (`SetDefaults_LimitRangeItem`). */
function defaultItem(item: LimitRangeItem): LimitRangeItem {
  if (item.type !== "Container") return item;
  const limits: Record<string, string> = { ...listOf(item, "default") };
  for (const [name, text] of Object.entries(listOf(item, "max"))) limits[name] ??= text;
  const requests: Record<string, string> = { ...listOf(item, "defaultRequest") };
  for (const [name, text] of Object.entries(limits)) requests[name] ??= text;
  for (const [name, text] of Object.entries(listOf(item, "min"))) requests[name] ??= text;
  const made: LimitRangeItem = { ...item };
  if (Object.keys(limits).length > 0) made.default = limits;
  if (Object.keys(requests).length > 0) made.defaultRequest = requests;
  return made;
}

export const limitRanges = defineResource<LimitRange>({
  group: "",
  version: "v1",
  kind: "LimitRange",
  resource: "limitranges",
  shortNames: ["limits"],
  namespaced: true,
  spec: true,
  generation: false,
  columns: [
    nameColumn(),
    column("Created At", (range) => range.metadata.creationTimestamp, {
      description: "When the object was created.",
    }),
  ],
  defaults(range) {
    const limits = (range.spec.limits ?? []).map(defaultItem);
    return { ...range, spec: { ...range.spec, limits } };
  },
  validate,
});
