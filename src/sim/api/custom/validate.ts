/**
 * Checks values against a schema, in the words of kube-openapi (`pkg/validation/{validate,errors}`,
 * apiextensions-apiserver `pkg/apiserver/validation/validation.go`).
 */
import { deepEqual } from "../deep-equal";
import { duplicate, invalid, notSupported, required, tooLong, tooMany } from "../field-error";
import type { FieldError } from "../field-error";
import { formatProblem } from "./formats";
import { patternOf } from "./pattern";
import { Expression } from "../../../shared/expression";
import { additionalOf, isRecord, propertyOf, type Schema } from "./schema";

/** Checks a value; `path` is its field, `""` for a whole object. */
export function validateValue(value: unknown, schema: Schema, path: string): FieldError[] {
  const errors: FieldError[] = [];
  check(value, schema, path, errors);
  return errors;
}

function check(value: unknown, schema: Schema, path: string, errors: FieldError[]): void {
  if (value === null && schema.nullable === true) return;
  if (!checkType(value, schema, path, errors)) return;
  if (schema.enum !== undefined && !schema.enum.some((allowed) => deepEqual(allowed, value))) {
    const shown = schema.enum.map((v) => (typeof v === "string" ? v : JSON.stringify(v)));
    errors.push(notSupported(path, value, shown));
  }
  if (typeof value === "string") checkString(value, schema, path, errors);
  else if (typeof value === "number") checkNumber(value, schema, path, errors);
  else if (Array.isArray(value)) checkList(value, schema, path, errors);
  else if (isRecord(value)) checkObject(value, schema, path, errors);
  checkComposition(value, schema, path, errors);
}

/** The type of a JSON value, as schemas name it. */
function typeOf(value: unknown): string {
  if (value === null || value === undefined) return "null";
  if (Array.isArray(value)) return "array";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  return typeof value;
}

function checkType(value: unknown, schema: Schema, path: string, errors: FieldError[]): boolean {
  const actual = typeOf(value);
  if (schema["x-kubernetes-int-or-string"] === true) {
    if (actual === "integer" || actual === "string") return true;
    errors.push(typeInvalid(path, actual, "integer,string"));
    return false;
  }
  const { type } = schema;
  if (type === undefined || type === "" || type === actual || (type === "number" && actual === "integer")) {
    return true;
  }
  errors.push(typeInvalid(path, actual, type));
  return false;
}

function typeInvalid(path: string, actual: string, wanted: string): FieldError {
  const detail = `${path} in body must be of type ${wanted}: ${JSON.stringify(actual)}`;
  return { ...invalid(path, actual, detail), type: "FieldValueTypeInvalid" };
}

function complain(path: string, value: unknown, text: string, errors: FieldError[]): void {
  errors.push(invalid(path, value, `${path} in body ${text}`));
}

function checkString(value: string, schema: Schema, path: string, errors: FieldError[]): void {
  const { minLength, maxLength, pattern, format } = schema;
  const length = value.length === 0 ? 0 : Array.from(value).length;
  if (maxLength !== undefined && length > maxLength) errors.push(tooLong(path, maxLength));
  if (minLength !== undefined && length < minLength) {
    complain(path, value, `should be at least ${minLength} chars long`, errors);
  }
  const wanted = pattern === undefined ? undefined : patternOf(pattern);
  if (wanted instanceof Expression && !wanted.test(value)) {
    complain(path, value, `should match '${pattern}'`, errors);
  }
  if (format !== undefined && formatProblem(format, value)) {
    complain(path, value, `must be of type ${format}: ${JSON.stringify(value)}`, errors);
  }
}

function checkNumber(value: number, schema: Schema, path: string, errors: FieldError[]): void {
  const { minimum, maximum, multipleOf } = schema;
  if (multipleOf !== undefined && !Number.isInteger(value / multipleOf)) {
    complain(path, value, `should be a multiple of ${multipleOf}`, errors);
  }
  if (maximum !== undefined) {
    const exclusive = schema.exclusiveMaximum === true;
    if (exclusive ? value >= maximum : value > maximum) {
      complain(path, value, `should be less than ${exclusive ? "" : "or equal to "}${maximum}`, errors);
    }
  }
  if (minimum !== undefined) {
    const exclusive = schema.exclusiveMinimum === true;
    if (exclusive ? value <= minimum : value < minimum) {
      complain(path, value, `should be greater than ${exclusive ? "" : "or equal to "}${minimum}`, errors);
    }
  }
}

function checkList(value: readonly unknown[], schema: Schema, path: string, errors: FieldError[]): void {
  const { minItems, maxItems, uniqueItems, items } = schema;
  if (minItems !== undefined && value.length < minItems) {
    complain(path, value.length, `should have at least ${minItems} items`, errors);
  }
  if (maxItems !== undefined && value.length > maxItems) errors.push(tooMany(path, value.length, maxItems));
  if (uniqueItems === true && firstDuplicate(value, (item) => item) !== undefined) {
    complain(path, value, "shouldn't contain duplicates", errors);
  }
  if (items !== undefined) value.forEach((item, i) => check(item, items, `${path}[${i}]`, errors));
  const listType = schema["x-kubernetes-list-type"];
  if (listType !== "set" && listType !== "map") return;
  const keys = schema["x-kubernetes-list-map-keys"] ?? [];
  const identity = (item: unknown): unknown => (listType === "set" ? item : identityOf(item, keys, items));
  const found = firstDuplicate(value, identity);
  if (found !== undefined) errors.push(duplicate(`${path}[${found}]`, identity(value[found])));
}

/** What tells the items of a map list apart; keys that are left out have their default. */
function identityOf(item: unknown, keys: readonly string[], schema: Schema | undefined): unknown {
  const record = isRecord(item) ? item : {};
  const entries = keys.map((key) => [key, record[key] ?? schema?.properties?.[key]?.default]);
  return Object.fromEntries(entries) as unknown;
}

function firstDuplicate(list: readonly unknown[], identity: (item: unknown) => unknown): number | undefined {
  const seen = new Set<string>();
  for (const [i, item] of list.entries()) {
    const text = JSON.stringify(identity(item));
    if (seen.has(text)) return i;
    seen.add(text);
  }
  return undefined;
}

function checkObject(
  value: Readonly<Record<string, unknown>>,
  schema: Schema,
  path: string,
  errors: FieldError[],
): void {
  const { minProperties, maxProperties } = schema;
  const count = Object.keys(value).length;
  if (minProperties !== undefined && count < minProperties) {
    complain(path, count, `should have at least ${minProperties} properties`, errors);
  }
  if (maxProperties !== undefined && count > maxProperties) errors.push(tooMany(path, count, maxProperties));
  const additional = additionalOf(schema);
  // In one order, whatever the client's was: upstream goes through a Go map.
  for (const [key, member] of Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) {
    // Metadata is the business of whoever checks all objects alike.
    if (path === "" && (key === "metadata" || key === "apiVersion" || key === "kind")) continue;
    const known = propertyOf(schema, key) ?? additional;
    if (known !== undefined) check(member, known, path === "" ? key : `${path}.${key}`, errors);
  }
  for (const name of schema.required ?? []) {
    if (!Object.hasOwn(value, name)) errors.push(required(path === "" ? name : `${path}.${name}`));
  }
}

function fits(value: unknown, schema: Schema, path: string): boolean {
  return validateValue(value, schema, path).length === 0;
}

function checkComposition(value: unknown, schema: Schema, path: string, errors: FieldError[]): void {
  const { allOf, anyOf, oneOf, not } = schema;
  const refuse = (text: string): void => {
    errors.push(invalid(path, value, `${JSON.stringify(path)} ${text}`));
  };
  if (anyOf !== undefined && !anyOf.some((option) => fits(value, option, path))) {
    refuse("must validate at least one schema (anyOf)");
  }
  if (oneOf !== undefined) {
    const valid = oneOf.filter((option) => fits(value, option, path)).length;
    const found = valid === 0 ? "Found none valid" : `Found ${valid} valid alternatives`;
    if (valid !== 1) refuse(`must validate one and only one schema (oneOf). ${found}`);
  }
  if (allOf !== undefined && !allOf.every((option) => fits(value, option, path))) {
    refuse("must validate all the schemas (allOf)");
  }
  if (not !== undefined && fits(value, not, path)) refuse("must not validate the schema (not)");
}
