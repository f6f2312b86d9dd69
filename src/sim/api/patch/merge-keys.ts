/**
 * How lists and objects merge in a strategic merge patch: what upstream keeps in the `patchStrategy` and
 * `patchMergeKey` tags of its types, which the shapes of kinds carry. What no shape is known of is replaced (lists) or
 * merged key by key (objects).
 */
import type { Shape, StructShape } from "../schema/shape";
import { shapeOf } from "../schema/shapes";

/** How one value merges, and what is in it. */
export type MergeSchema = Shape | undefined;

/** How objects of a kind merge, e.g. `("apps/v1", "Deployment")`. */
export function mergeSchemaOf(apiVersion: string, kind: string): StructShape | undefined {
  return shapeOf(apiVersion, kind);
}

/** How a member of an object merges. */
export function memberSchema(schema: MergeSchema, key: string): MergeSchema {
  if (typeof schema !== "object") return undefined;
  if ("struct" in schema) return schema.fields[key];
  return "map" in schema ? schema.map : undefined;
}

/** Whether an object is put in the place of what there was. */
export function isReplaced(schema: MergeSchema): boolean {
  return typeof schema === "object" && !("list" in schema) && schema.replace === true;
}

/** Whether patches name all fields of an object, or of a list's items, that stay. */
export function retainsKeys(schema: MergeSchema): boolean {
  return typeof schema === "object" && schema.retainKeys === true;
}

/** The rules of a list: whether its items merge, by which key, and what they are. */
export function listSchema(schema: MergeSchema): {
  merge: boolean;
  mergeKey: string | undefined;
  item: MergeSchema;
} {
  if (typeof schema !== "object" || !("list" in schema)) return REPLACED;
  return { merge: schema.merge === true, mergeKey: schema.mergeKey, item: schema.list };
}

const REPLACED = { merge: false, mergeKey: undefined, item: undefined };
