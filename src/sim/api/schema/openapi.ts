/**
 * Types as schemas of OpenAPI 3.0, in the form of the documents that kube-openapi makes
 * (`pkg/builder3`, `pkg/generators`).
 */
import { descriptionOf } from "./descriptions";
import { namedString } from "./named-strings";
import { schemaOfKind, specialSchemas, structRecord, zeroOf } from "./structure";
import type { FieldRecord, StructRecord, TypeRecord } from "./structure";

export type Json = Readonly<Record<string, unknown>>;

const PREFIX = "#/components/schemas/";

/** Types that all groups share and that clients know by these groups. */
const SHARED_KINDS = new Set(["APIResourceList", "DeleteOptions", "Status", "WatchEvent"]);

/** Types with a notation of their own, by letter. */
const SPECIAL: Readonly<Record<string, Json>> = {
  T: { type: "string", format: "date-time" },
  M: { type: "string", format: "date-time" },
  F: { type: "object" },
  P: { type: "object" },
  R: { type: "object" },
  Q: { oneOf: [{ type: "string" }, { type: "number" }] },
  I: { format: "int-or-string", oneOf: [{ type: "integer" }, { type: "string" }] },
  J: {},
  A: {},
  O: {},
  Y: {},
};

const PLAIN: Readonly<Record<string, Json>> = {
  s: { type: "string" },
  i: { type: "integer", format: "int32" },
  l: { type: "integer", format: "int64" },
  d: { type: "number", format: "double" },
  b: { type: "boolean" },
  B: { type: "string", format: "byte" },
};

/** A reference to a schema. */
export function refTo(schema: string): Json {
  return { $ref: PREFIX + schema };
}

/** The schemas named, and all that they mention, by name. */
export function componentSchemas(roots: Iterable<string>): Record<string, Json> {
  const byName = new Map([...specialSchemas()].map(([letter, name]) => [name, letter]));
  const made = new Map<string, Json>();
  const open = [...roots];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (made.has(name)) continue;
    const letter = byName.get(name);
    const record = letter === undefined ? structRecord(name) : undefined;
    if (letter !== undefined) made.set(name, described(name, "", SPECIAL[letter] ?? {}));
    if (record === undefined) continue;
    made.set(name, structSchema(record));
    for (const field of record.fields) open.push(...mentioned(field.type));
  }
  const sorted = [...made].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(sorted);
}

function mentioned(type: TypeRecord): string[] {
  if ("schema" in type) return [type.schema];
  if ("list" in type) return mentioned(type.list);
  if ("map" in type) return mentioned(type.map);
  const special = specialSchemas().get(type.letter);
  return special === undefined ? [] : [special];
}

/** The schemas of a kind and of its list, where there is one. */
export function kindSchemas(apiVersion: string, kind: string): string[] {
  return [kind, `${kind}List`].flatMap((name) => schemaOfKind(apiVersion, name) ?? []);
}

function described(schema: string, field: string, body: Json): Json {
  const description = descriptionOf(schema, field);
  return description === undefined ? body : { description, ...body };
}

function structSchema(record: StructRecord): Json {
  const { schema, fields, atomic, name, group, version } = record;
  const required = fields.filter((field) => field.required).map((field) => field.name);
  const isKind = ["apiVersion", "kind"].every((key) => fields.some((field) => field.name === key));
  const known = isKind || SHARED_KINDS.has(name);
  return described(schema, "", {
    type: "object",
    ...(fields.length > 0
      ? { properties: Object.fromEntries(fields.map((f) => [f.name, property(schema, f)])) }
      : {}),
    ...(required.length > 0 ? { required } : {}),
    ...(known ? { "x-kubernetes-group-version-kind": [{ group, kind: name, version }] } : {}),
    ...(atomic ? { "x-kubernetes-map-type": "atomic" } : {}),
  });
}

function property(schema: string, field: FieldRecord): Json {
  const { type, defaultValue } = field;
  const body = typeSchema(type);
  const named = namedString(schema.slice(schema.lastIndexOf(".") + 1), field.name);
  const extra = {
    ...(defaultValue === undefined ? {} : { default: defaultValue }),
    ...(named === undefined ? {} : { enum: named.values }),
    ...extensions(field),
  };
  const description = descriptionOf(schema, field.name);
  // Beside a reference nothing else counts, so what there is to say goes round it.
  const bare = "$ref" in body && (description !== undefined || Object.keys(extra).length > 0);
  return described(schema, field.name, { ...(bare ? { allOf: [body] } : body), ...extra });
}

function extensions({ type, listType, keys, merge, mergeKey, ...field }: FieldRecord): Json {
  const ownership = "list" in type ? "x-kubernetes-list-type" : "x-kubernetes-map-type";
  const { retainKeys, replace } = field;
  const strategy = [merge && "merge", retainKeys && "retainKeys", replace && "replace"].filter(Boolean);
  return {
    ...(keys === undefined ? {} : { "x-kubernetes-list-map-keys": keys }),
    ...(listType === undefined ? {} : { [ownership]: listType }),
    ...(mergeKey === undefined ? {} : { "x-kubernetes-patch-merge-key": mergeKey }),
    ...(strategy.length === 0 ? {} : { "x-kubernetes-patch-strategy": strategy.join(",") }),
  };
}

function typeSchema(type: TypeRecord): Json {
  if ("schema" in type) return refTo(type.schema);
  if ("list" in type) return { type: "array", items: member(type.list) };
  if ("map" in type) return { type: "object", additionalProperties: member(type.map) };
  const special = specialSchemas().get(type.letter);
  return special === undefined ? (PLAIN[type.letter] ?? {}) : refTo(special);
}

/** An item of a list or a value of a map. */
function member(type: TypeRecord): Json {
  const body = typeSchema(type);
  const zero = zeroOf(type);
  if (zero === undefined) return body;
  return "$ref" in body ? { allOf: [body], default: zero } : { ...body, default: zero };
}
