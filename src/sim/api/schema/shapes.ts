/**
 * Shapes of the kinds of the Kubernetes API, made of the records in `structure.ts` as they are asked for.
 */
import type { Shape, ScalarShape, StructShape } from "./shape";
import { schemaOfKind, structRecord } from "./structure";
import type { FieldRecord, StructRecord, TypeRecord } from "./structure";

const SCALARS: Readonly<Record<string, ScalarShape>> = {
  s: "string",
  i: "int32",
  l: "int64",
  d: "double",
  b: "bool",
  B: "bytes",
  T: "time",
  M: "microTime",
  Q: "quantity",
  I: "intOrString",
  // Objects of any kind, and sets of fields.
  R: "object",
  F: "object",
  P: "object",
  // JSON, and a schema or something else in its place.
  J: "any",
  A: "any",
  O: "any",
  Y: "any",
};

const byKind = new Map<string, StructShape>();
const bySchema = new Map<string, StructShape>();

/** The shape of a kind, e.g. `("apps/v1", "Deployment")`; undefined for kinds that are not known. */
export function shapeOf(apiVersion: string, kind: string): StructShape | undefined {
  const key = `${apiVersion} ${kind}`;
  const known = byKind.get(key);
  if (known !== undefined) return known;
  const schema = schemaOfKind(apiVersion, kind);
  if (schema === undefined) return undefined;
  const shape = structShape(schema);
  byKind.set(key, shape);
  return shape;
}

function structShape(schema: string): StructShape {
  const known = bySchema.get(schema);
  if (known !== undefined) return known;
  const record = structRecord(schema) as StructRecord;
  const fields = Object.create(null) as Record<string, Shape>;
  const { name, version, atomic } = record;
  const shape: StructShape = { struct: name, version, fields, ...(atomic ? { atomic } : {}) };
  // Known before its fields are: types may hold themselves.
  bySchema.set(schema, shape);
  for (const field of record.fields) fields[field.name] = fieldShape(field);
  return shape;
}

function fieldShape(field: FieldRecord): Shape {
  const { type, listType, keys, merge, mergeKey, replace, retainKeys } = field;
  if ("list" in type) {
    return {
      list: typeShape(type.list),
      ...(listType === undefined || listType === "granular" ? {} : { listType }),
      ...(keys === undefined ? {} : { keys }),
      ...(merge ? { merge } : {}),
      ...(mergeKey === undefined ? {} : { mergeKey }),
      ...(retainKeys ? { retainKeys } : {}),
    };
  }
  const shape = typeShape(type);
  if (typeof shape === "string") return shape;
  // Here it may be owned and merged otherwise than elsewhere.
  const own = listType === "atomic" || listType === "granular";
  if (!own && !replace && !retainKeys) return shape;
  return {
    ...shape,
    ...(own ? { atomic: listType === "atomic" } : {}),
    ...(replace ? { replace } : {}),
    ...(retainKeys ? { retainKeys } : {}),
  };
}

function typeShape(type: TypeRecord): Shape {
  if ("schema" in type) return structShape(type.schema);
  if ("list" in type) return { list: typeShape(type.list) };
  if ("map" in type) return { map: typeShape(type.map) };
  return SCALARS[type.letter] ?? "any";
}
