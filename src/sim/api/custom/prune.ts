/**
 * Drops the fields that a schema does not know (apiextensions-apiserver `pkg/apiserver/schema/pruning`).
 */
import { additionalOf, isRecord, propertyOf, type Schema } from "./schema";

const ROOT = new Set(["apiVersion", "kind", "metadata"]);

export interface Pruned {
  readonly value: unknown;
  /** Paths of the fields that went. */
  readonly unknown: readonly string[];
}

/** A whole object without what its kind does not have; the same reference if nothing went. */
export function pruneObject<T extends object>(
  object: T,
  schema: Schema,
): { object: T; unknown: readonly string[] } {
  const unknown: string[] = [];
  const value = pruneRecord(object as Readonly<Record<string, unknown>>, schema, "", unknown, true);
  return { object: value as T, unknown };
}

function prune(value: unknown, schema: Schema, path: string, unknown: string[]): unknown {
  if (Array.isArray(value)) {
    const { items } = schema;
    if (items === undefined) return value;
    let changed = false;
    const made = value.map((item: unknown, i) => {
      const next = prune(item, items, `${path}[${i}]`, unknown);
      changed ||= next !== item;
      return next;
    });
    return changed ? made : value;
  }
  if (!isRecord(value)) return value;
  return pruneRecord(value, schema, path, unknown, schema["x-kubernetes-embedded-resource"] === true);
}

function pruneRecord(
  value: Readonly<Record<string, unknown>>,
  schema: Schema,
  path: string,
  unknown: string[],
  whole: boolean,
): unknown {
  const keeps =
    schema["x-kubernetes-preserve-unknown-fields"] === true || schema.additionalProperties === true;
  const additional = additionalOf(schema);
  let changed = false;
  const made: Record<string, unknown> = {};
  for (const [key, member] of Object.entries(value)) {
    const at = path === "" ? key : `${path}.${key}`;
    const known = propertyOf(schema, key) ?? additional;
    if (whole && ROOT.has(key)) made[key] = member;
    else if (known !== undefined) {
      made[key] = prune(member, known, at, unknown);
      changed ||= made[key] !== member;
    } else if (keeps) made[key] = member;
    else {
      changed = true;
      unknown.push(at);
    }
  }
  return changed ? made : value;
}
