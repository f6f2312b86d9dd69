/** OpenAPI schemas as plain text (kubectl `pkg/explain/v2`). */
import { own } from "../../../shared/own";
import { sortedKeys } from "../print/json";
import { indent, wrap } from "../print/wrap";

export interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly additionalProperties?: Schema | boolean;
  readonly allOf?: readonly Schema[];
  readonly enum?: readonly unknown[];
  readonly "x-kubernetes-group-version-kind"?: readonly { group: string; version: string; kind: string }[];
}

export interface OpenApi {
  readonly components?: { readonly schemas?: Readonly<Record<string, Schema>> };
}

/** Enumerated values that a list of fields shows. */
const FEW = 4;

function resolve(document: OpenApi, schema: Schema): Schema {
  if (schema.$ref === undefined) return schema;
  const name = schema.$ref.slice(schema.$ref.lastIndexOf("/") + 1);
  return document.components?.schemas?.[name] ?? schema;
}

/** The schema of a map's values; undefined: it is no such map. */
function valuesOf(schema: Schema): Schema | undefined {
  return typeof schema.additionalProperties === "object" ? schema.additionalProperties : undefined;
}

/** What is said of the field at a path; "" when there is no such field. */
export function schemaText(
  document: OpenApi,
  schema: Schema,
  path: readonly string[],
  recursive: boolean,
  seen: ReadonlySet<string> = new Set(),
): string {
  const resolved = resolve(document, schema);
  const [first, ...rest] = path;
  if (first === undefined) return ownText(document, resolved, recursive);
  if (schema.$ref !== undefined && seen.has(schema.$ref)) return "";
  const next = schema.$ref === undefined ? seen : new Set([...seen, schema.$ref]);
  const field = own(resolved.properties, first);
  if (field !== undefined) {
    const head = rest.length === 0 ? fieldHead(document, first, field) : "";
    const text = schemaText(document, field, rest, recursive);
    return text === "" ? "" : head + text;
  }
  const inner = resolved.items ?? valuesOf(resolved);
  if (inner !== undefined) return schemaText(document, inner, path, recursive, next);
  for (const part of resolved.allOf ?? []) {
    const text = schemaText(document, part, path, recursive, next);
    if (text !== "") return text;
  }
  return "";
}

function fieldHead(document: OpenApi, name: string, schema: Schema): string {
  const values = (schema.enum ?? []).map((v) => `\n    ${enumText(v)}`).join("");
  return `FIELD: ${name} <${typeText(document, schema)}>\n${values === "" ? "" : `ENUM:${values}`}\n\n`;
}

function enumText(value: unknown): string {
  return value === "" ? '""' : String(value as string | number);
}

function ownText(document: OpenApi, schema: Schema, recursive: boolean): string {
  const description = descriptionText(document, schema) || "<empty>";
  const fields = fieldListText(document, schema, 1, recursive, new Set());
  return `DESCRIPTION:\n${indent(wrap(description, 76), 4)}\n${fields === "" ? "" : `FIELDS:\n${fields}`}`;
}

function descriptionText(document: OpenApi, schema: Schema): string {
  const resolved = resolve(document, schema);
  const inner = [...(resolved.allOf ?? []), resolved.items, valuesOf(resolved)];
  const own = resolved.description ? `${resolved.description}\n` : "";
  return own + inner.map((s) => (s === undefined ? "" : descriptionText(document, s))).join("");
}

function fieldListText(
  document: OpenApi,
  schema: Schema,
  level: number,
  recursive: boolean,
  seen: ReadonlySet<string>,
): string {
  if (schema.$ref !== undefined && seen.has(schema.$ref)) return "";
  const next = schema.$ref === undefined ? seen : new Set([...seen, schema.$ref]);
  const resolved = resolve(document, schema);
  let text = "";
  for (const name of sortedKeys(resolved.properties ?? {})) {
    text += fieldText(document, resolved, name, level, recursive);
    const field = resolved.properties?.[name] as Schema;
    if (recursive) text += fieldListText(document, field, level + 1, recursive, next);
  }
  for (const inner of [...(resolved.allOf ?? []), resolved.items, valuesOf(resolved)]) {
    if (inner !== undefined) text += fieldListText(document, inner, level, recursive, next);
  }
  return text;
}

function fieldText(document: OpenApi, schema: Schema, name: string, level: number, short: boolean): string {
  const field = schema.properties?.[name] as Schema;
  const required = schema.required?.includes(name) === true ? " -required-" : "";
  const space = level * 2;
  const line = `${" ".repeat(space)}${name}\t<${typeText(document, field)}>${required}${fewEnums(field, space)}\n`;
  if (short) return line;
  const description = field.description || "<no description>";
  return `${line}${indent(wrap(description, 78 - space), space + 2)}\n\n`;
}

function fewEnums(schema: Schema, space: number): string {
  if (schema.enum === undefined || schema.enum.length === 0) return "";
  const shown = schema.enum.slice(0, FEW).map(enumText).join(", ");
  return `\n${" ".repeat(space)}enum: ${shown}${schema.enum.length > FEW ? ", ...." : ""}`;
}

/** `string`, `[]Container`, `map[string]string`, `ObjectMeta`. */
function typeText(document: OpenApi, schema: Schema): string {
  if (schema.items !== undefined) return `[]${typeText(document, schema.items)}`;
  const values = valuesOf(schema);
  if (values !== undefined) return `map[string]${typeText(document, values)}`;
  if (schema.allOf?.length === 1 && schema.properties === undefined) {
    return typeText(document, schema.allOf[0] as Schema);
  }
  if (schema.$ref !== undefined) {
    const resolved = resolve(document, schema);
    const isObject = resolved === schema || resolved.type === undefined || resolved.type === "object";
    return isObject ? schema.$ref.slice(schema.$ref.lastIndexOf(".") + 1) : (resolved.type ?? "Object");
  }
  return schema.type === undefined || schema.type === "object" ? "Object" : schema.type;
}
