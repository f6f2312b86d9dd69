/**
 * Fills in the defaults of a schema (apiextensions-apiserver `pkg/apiserver/schema/defaulting`). A null where none may
 * be counts as nothing if there is a default for it.
 */
import { additionalOf, isRecord, propertyOf, type Schema } from "./schema";

/** The value with its defaults; the same reference if none was missing. */
export function withDefaults(value: unknown, schema: Schema): unknown {
  if (Array.isArray(value)) return listWithDefaults(value, schema);
  if (!isRecord(value)) return value;
  let made: Record<string, unknown> | undefined;
  const set = (key: string, member: unknown): void => {
    made ??= { ...value };
    made[key] = member;
  };
  for (const [key, property] of Object.entries(schema.properties ?? {})) {
    const present = value[key];
    const missing = present === undefined || (present === null && property.nullable !== true);
    if (missing && property.default !== undefined) set(key, property.default);
  }
  const additional = additionalOf(schema);
  for (const [key, member] of Object.entries(made ?? value)) {
    const known = propertyOf(schema, key) ?? additional;
    if (known === undefined) continue;
    const next = withDefaults(member, known);
    if (next !== member) set(key, next);
  }
  return made ?? value;
}

function listWithDefaults(value: readonly unknown[], { items }: Schema): readonly unknown[] {
  if (items === undefined) return value;
  let changed = false;
  const made = value.map((item) => {
    const next = withDefaults(item, items);
    changed ||= next !== item;
    return next;
  });
  return changed ? made : value;
}
