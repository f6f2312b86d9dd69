/**
 * The schema of a custom kind as a shape, for server-side apply: how its lists and maps are owned.
 */
import { shapeOf } from "../schema/shapes";
import type { Shape, StructShape } from "../schema/shape";
import { additionalOf, type Schema } from "./schema";

const SCALARS: Readonly<Record<string, Shape>> = {
  string: "string",
  integer: "int64",
  number: "double",
  boolean: "bool",
};

const known = new WeakMap<Schema, StructShape>();

/** The shape of whole objects; the metadata is that of all kinds. */
export function customShape(schema: Schema, kind: string, version: string): StructShape {
  const found = known.get(schema);
  if (found !== undefined) return found;
  const fields: Record<string, Shape> = Object.create(null) as Record<string, Shape>;
  for (const [name, property] of Object.entries(schema.properties ?? {}))
    fields[name] = toShape(property, name);
  const metadata = shapeOf("v1", "ConfigMap")?.fields["metadata"];
  Object.assign(fields, {
    apiVersion: "string",
    kind: "string",
    ...(metadata === undefined ? {} : { metadata }),
  });
  const shape = { struct: kind, version, fields };
  known.set(schema, shape);
  return shape;
}

function toShape(schema: Schema, name: string): Shape {
  const { type, items, properties } = schema;
  if (schema["x-kubernetes-int-or-string"] === true) return "intOrString";
  const atomic = schema["x-kubernetes-map-type"] === "atomic" ? { atomic: true } : {};
  if (type === "array") return listShape(schema, items ?? {}, name);
  const additional = additionalOf(schema);
  if (additional !== undefined) return { map: toShape(additional, name), ...atomic };
  if (properties !== undefined) {
    const fields: Record<string, Shape> = Object.create(null) as Record<string, Shape>;
    for (const [key, property] of Object.entries(properties)) fields[key] = toShape(property, key);
    return { struct: name, version: "", fields, ...atomic };
  }
  return (type === undefined ? undefined : SCALARS[type]) ?? "any";
}

function listShape(schema: Schema, items: Schema, name: string): Shape {
  const list = toShape(items, name);
  const listType = schema["x-kubernetes-list-type"];
  if (listType === "set") return { list, listType };
  if (listType !== "map") return { list, listType: "atomic" };
  return { list, listType, keys: [...(schema["x-kubernetes-list-map-keys"] ?? [])] };
}
