/**
 * Which schemas a definition may state: structural ones, in which every field has a type
 * (apiextensions-apiserver `pkg/apiserver/schema/validation.go`, `pkg/apis/apiextensions/validation`).
 */
import { ExpressionError } from "../../../shared/expression";
import { forbiddenField, invalid, notSupported, required } from "../field-error";
import type { FieldError } from "../field-error";
import { patternOf } from "./pattern";
import { additionalOf, type Schema } from "./schema";
import { pruneObject } from "./prune";
import { validateValue } from "./validate";

const TYPES: readonly string[] = ["array", "boolean", "integer", "number", "object", "string"];
const LIST_TYPES: readonly string[] = ["atomic", "map", "set"];
const MAP_TYPES: readonly string[] = ["atomic", "granular"];
/** Words that say what a value is, not what it must be like: only outside of compositions. */
const STRUCTURE_ONLY = ["title", "description", "default", "nullable", "additionalProperties"] as const;

/** Checks the schema of a version; `field` is where it stands. */
export function validateSchema(schema: Schema, field: string): FieldError[] {
  const errors: FieldError[] = [];
  if (schema.nullable === true)
    errors.push(forbiddenField(`${field}.nullable`, "nullable cannot be true at the root"));
  if (schema.type === undefined || schema.type === "") {
    errors.push(required(`${field}.type`, "must not be empty at the root"));
  } else if (schema.type !== "object") {
    errors.push(invalid(`${field}.type`, schema.type, "must be object at the root"));
  }
  checkMetadata(schema, field, errors);
  checkSchema(schema, field, "root", errors);
  return errors;
}

function checkMetadata({ properties }: Schema, field: string, errors: FieldError[]): void {
  const metadata = properties?.["metadata"];
  if (metadata === undefined) return;
  const others = Object.keys(metadata.properties ?? {}).filter((n) => n !== "name" && n !== "generateName");
  if (others.length === 0) return;
  const text =
    "must not specify anything other than name and generateName, but metadata is implicitly specified";
  errors.push(forbiddenField(`${field}.properties[metadata]`, text));
}

type Position = "root" | "field" | "item" | "value";

const PLACES: Readonly<Record<Position, string>> = {
  root: "at the root",
  field: "for specified object fields",
  item: "for specified array items",
  value: "for specified object fields",
};

function checkSchema(schema: Schema, field: string, position: Position, errors: FieldError[]): void {
  const { type, items, properties } = schema;
  const open =
    schema["x-kubernetes-preserve-unknown-fields"] === true || schema["x-kubernetes-int-or-string"] === true;
  const untyped = type === undefined || type === "";
  if (untyped && !open && position !== "root") {
    errors.push(required(`${field}.type`, `must not be empty ${PLACES[position]}`));
  } else if (!untyped && !TYPES.includes(type)) {
    errors.push(notSupported(`${field}.type`, type, TYPES));
  }
  if (type === "array" && items === undefined) errors.push(required(`${field}.items`, "must be specified"));
  if (schema.$ref !== undefined) errors.push(forbiddenField(`${field}.$ref`, "$ref is not supported"));
  if (schema.uniqueItems === true) {
    const text = "uniqueItems cannot be set to true since the runtime complexity becomes quadratic";
    errors.push(forbiddenField(`${field}.uniqueItems`, text));
  }
  checkExtensions(schema, field, errors);
  if (properties !== undefined && schema.additionalProperties !== undefined) {
    errors.push(
      forbiddenField(
        `${field}.additionalProperties`,
        "additionalProperties and properties are mutual exclusive",
      ),
    );
  }
  if (schema.additionalProperties === false) {
    errors.push(
      forbiddenField(`${field}.additionalProperties`, "additionalProperties cannot be set to false"),
    );
  }
  checkPattern(schema, field, errors);
  checkDefault(schema, field, position, errors);
  for (const [name, property] of Object.entries(properties ?? {})) {
    checkSchema(property, `${field}.properties[${name}]`, "field", errors);
  }
  const additional = additionalOf(schema);
  if (additional !== undefined) checkSchema(additional, `${field}.additionalProperties`, "value", errors);
  if (items !== undefined) checkSchema(items, `${field}.items`, "item", errors);
  checkCompositions(schema, field, errors);
}

function checkPattern({ pattern }: Schema, field: string, errors: FieldError[]): void {
  if (pattern === undefined || pattern === "") return;
  const read = patternOf(pattern);
  if (!(read instanceof ExpressionError)) return;
  const problem = `must be a valid regular expression, but isn't: ${read.message}`;
  errors.push(invalid(`${field}.pattern`, pattern, problem));
}

function checkExtensions(schema: Schema, field: string, errors: FieldError[]): void {
  const listType = schema["x-kubernetes-list-type"];
  const mapType = schema["x-kubernetes-map-type"];
  const keys = schema["x-kubernetes-list-map-keys"] ?? [];
  if (schema["x-kubernetes-preserve-unknown-fields"] === false) {
    errors.push(invalid(`${field}.x-kubernetes-preserve-unknown-fields`, false, "must be true or undefined"));
  }
  if (listType !== undefined) {
    if (schema.type !== "array") {
      errors.push(
        invalid(`${field}.type`, schema.type ?? "", `must be array if x-kubernetes-list-type is ${listType}`),
      );
    }
    if (!LIST_TYPES.includes(listType)) {
      errors.push(notSupported(`${field}.x-kubernetes-list-type`, listType, LIST_TYPES));
    }
  }
  if (listType === "map") {
    const at = `${field}.x-kubernetes-list-map-keys`;
    if (keys.length === 0) {
      errors.push(required(at, "must not be empty if x-kubernetes-list-type is map"));
    }
    for (const [i, key] of keys.entries()) {
      if (schema.items?.properties?.[key] !== undefined) continue;
      errors.push(invalid(`${at}[${i}]`, key, "entries must all be names of item properties"));
    }
    for (const key of keys) {
      const property = schema.items?.properties?.[key];
      if (property === undefined || property.default !== undefined) continue;
      if (schema.items?.required?.includes(key) === true) continue;
      const text =
        "this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property";
      errors.push(required(`${field}.items.properties[${key}].default`, text));
    }
  } else if (keys.length > 0) {
    errors.push(
      invalid(
        `${field}.x-kubernetes-list-type`,
        listType ?? "",
        "must be map if x-kubernetes-list-map-keys is non-empty",
      ),
    );
  }
  if (mapType !== undefined && !MAP_TYPES.includes(mapType)) {
    errors.push(notSupported(`${field}.x-kubernetes-map-type`, mapType, MAP_TYPES));
  }
}

function checkDefault(schema: Schema, field: string, position: Position, errors: FieldError[]): void {
  const value = schema.default;
  if (value === undefined) return;
  if (position === "root") errors.push(forbiddenField(`${field}.default`, "must not be set at the root"));
  const problems = validateValue(value, schema, "x");
  for (const { type, message } of problems) errors.push({ type, field: `${field}.default`, message });
  if (typeof value !== "object" || value === null || problems.length > 0) return;
  const { unknown } = pruneObject({ x: value }, { type: "object", properties: { x: schema } });
  if (unknown.length > 0) errors.push(invalid(`${field}.default`, value, "must not have unknown fields"));
}

function checkCompositions(schema: Schema, field: string, errors: FieldError[]): void {
  const lists = { allOf: schema.allOf, anyOf: schema.anyOf, oneOf: schema.oneOf };
  for (const [name, options] of Object.entries(lists)) {
    for (const [i, option] of (options ?? []).entries()) {
      checkNested(option, `${field}.${name}[${i}]`, schema["x-kubernetes-int-or-string"] === true, errors);
    }
  }
  if (schema.not !== undefined) checkNested(schema.not, `${field}.not`, false, errors);
}

/** Inside of a composition a schema only restricts. */
function checkNested(schema: Schema, field: string, mayType: boolean, errors: FieldError[]): void {
  const { type } = schema;
  if (type !== undefined && type !== "" && !mayType) {
    errors.push(forbiddenField(`${field}.type`, "must be empty to be structural"));
  }
  for (const word of STRUCTURE_ONLY) {
    const given = schema[word];
    if (given === undefined || given === "" || given === false) continue;
    errors.push(forbiddenField(`${field}.${word}`, "must be undefined to be structural"));
  }
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    checkNested(property, `${field}.properties[${name}]`, false, errors);
  }
  if (schema.items !== undefined) checkNested(schema.items, `${field}.items`, false, errors);
  checkCompositions(schema, field, errors);
}
