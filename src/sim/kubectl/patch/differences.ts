/**
 * What must be patched to make one object of another (apimachinery `pkg/util/strategicpatch/patch.go`, diffMaps):
 * fields that are new or other, `null` for those that go, and the directives `$setElementOrder/x`,
 * `$deleteFromPrimitiveList/x`, `$retainKeys` and `$patch: delete` for lists that merge.
 */
import { compareCodePoints } from "../../../shared/compare";
import {
  isReplaced,
  listSchema,
  memberSchema,
  retainsKeys,
  type MergeSchema,
} from "../../api/patch/merge-keys";
import { isJsonObject, type JsonObject } from "../../api/patch/patch-error";
import { fail } from "../cli/failure";
import { compactJson } from "../print/json";
import { goText } from "../print/go-value";

export const DIRECTIVE = "$patch";
export const RETAIN_KEYS = "$retainKeys";
export const SET_ORDER = "$setElementOrder/";
export const DELETE_PRIMITIVES = "$deleteFromPrimitiveList/";

/** Which differences count. */
export interface DiffOptions {
  /** What is new or other. */
  readonly changes: boolean;
  /** What is gone. */
  readonly deletions: boolean;
  /** Say the order of lists that merge. */
  readonly order: boolean;
}

export function diffObjects(
  original: JsonObject,
  modified: JsonObject,
  schema: MergeSchema,
  options: DiffOptions,
  retain = false,
): Record<string, unknown> {
  const patch: Record<string, unknown> = {};
  for (const key of Object.keys(modified)) {
    if (!Object.hasOwn(original, key)) {
      if (options.changes) patch[key] = modified[key];
    } else diffMember(patch, key, original[key], modified[key], memberSchema(schema, key), options);
  }
  const gone = Object.keys(original).filter((key) => !Object.hasOwn(modified, key));
  if (options.deletions) for (const key of gone) patch[key] = null;
  if (retain) {
    const kept = Object.keys(modified).filter((key) => modified[key] !== null);
    const more = gone.some((key) => original[key] !== null);
    if (kept.length > 0 && (Object.keys(patch).length > 0 || more)) {
      patch[RETAIN_KEYS] = kept.sort(compareCodePoints);
    }
  }
  return patch;
}

function diffMember(
  patch: Record<string, unknown>,
  key: string,
  before: unknown,
  after: unknown,
  schema: MergeSchema,
  options: DiffOptions,
): void {
  if (isJsonObject(before) && isJsonObject(after)) {
    if (isReplaced(schema)) {
      if (options.changes) patch[key] = after;
      return;
    }
    const inner = diffObjects(before, after, schema, options, retainsKeys(schema));
    if (Object.keys(inner).length > 0) patch[key] = inner;
  } else if (Array.isArray(before) && Array.isArray(after) && listSchema(schema).merge) {
    diffLists(patch, key, before, after, schema, options);
  } else if (options.changes && !sameJson(before, after)) {
    patch[key] = after;
  }
}

function diffLists(
  patch: Record<string, unknown>,
  key: string,
  original: readonly unknown[],
  modified: readonly unknown[],
  schema: MergeSchema,
  options: DiffOptions,
): void {
  if (original.length === 0) {
    if (modified.length > 0 && options.changes) patch[key] = modified;
    return;
  }
  checkItems(original, modified);
  const { mergeKey, item } = listSchema(schema);
  const retain = retainsKeys(schema);
  if (mergeKey === undefined) {
    diffScalars(patch, key, original, modified, options);
    return;
  }
  const items = diffItems(original, modified, { mergeKey, item, retain }, options);
  if (items.length > 0) patch[key] = items;
  const sameOrder =
    original.length === modified.length &&
    original.every((o, i) => keyText(o, mergeKey) === keyText(modified[i], mergeKey));
  const other = items.length > 0;
  if (!options.order || !((options.changes && (other || !sameOrder)) || (options.deletions && other))) return;
  if (modified.length > 0) {
    patch[SET_ORDER + key] = modified.map((m) => ({ [mergeKey]: (m as JsonObject)[mergeKey] }));
  }
}

interface ItemRules {
  readonly mergeKey: string;
  readonly item: MergeSchema;
  readonly retain: boolean;
}

/** What is new or other in the order of `modified`; what goes comes last. */
function diffItems(
  original: readonly unknown[],
  modified: readonly unknown[],
  { mergeKey, item, retain }: ItemRules,
  options: DiffOptions,
): unknown[] {
  // Items that share a key are compared one by one, in the order in which they come.
  const left = new Map<string, JsonObject[]>();
  for (const o of original) {
    const text = keyText(o, mergeKey);
    left.set(text, [...(left.get(text) ?? []), o as JsonObject]);
  }
  const found: unknown[] = [];
  for (const m of modified as readonly JsonObject[]) {
    const before = left.get(keyText(m, mergeKey))?.shift();
    if (before === undefined) {
      if (options.changes) found.push(m);
      continue;
    }
    const inner = diffObjects(before, m, item, options, retain);
    if (Object.keys(inner).length > 0) found.push({ ...inner, [mergeKey]: m[mergeKey] });
  }
  if (!options.deletions) return found;
  const texts = [...left].filter(([, rest]) => rest.length > 0).map(([text]) => text);
  for (const text of texts.sort(compareCodePoints)) {
    for (const o of left.get(text) ?? []) found.push({ [DIRECTIVE]: "delete", [mergeKey]: o[mergeKey] });
  }
  return found;
}

function keyText(item: unknown, mergeKey: string): string {
  if (isJsonObject(item) && Object.hasOwn(item, mergeKey)) return goText(item[mergeKey]);
  throw fail(`map: ${goText(item)} does not contain declared merge key: ${mergeKey}`);
}

function diffScalars(
  patch: Record<string, unknown>,
  key: string,
  original: readonly unknown[],
  modified: readonly unknown[],
  options: DiffOptions,
): void {
  const gone = options.deletions ? [...new Set(without(original, modified))].sort(byText) : [];
  const added = options.changes ? without(modified, original) : [];
  if (added.length > 0) patch[key] = added;
  if (gone.length > 0) patch[DELETE_PRIMITIVES + key] = gone;
  const other = options.changes && !sameJson(original, modified);
  if (options.order && modified.length > 0 && (gone.length > 0 || other)) patch[SET_ORDER + key] = modified;
}

/** What is in `list` more often than in `other`. */
function without(list: readonly unknown[], other: readonly unknown[]): unknown[] {
  const left = [...other];
  return list.filter((value) => {
    const at = left.indexOf(value);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

function byText(a: unknown, b: unknown): number {
  return compareCodePoints(goText(a), goText(b));
}

function checkItems(...lists: readonly (readonly unknown[])[]): void {
  const types = new Set(lists.flat().map(typeOf));
  if (types.has("list")) throw fail("lists of lists are not supported");
  if (types.size > 1) {
    throw fail(`list element types are not identical: ${goText(lists)}`);
  }
}

function typeOf(value: unknown): string {
  return Array.isArray(value) ? "list" : value === null ? "nil" : typeof value;
}

/** Equal as JSON: an absent member is not a `null`. */
export function sameJson(a: unknown, b: unknown): boolean {
  return a === b || compactJson(a) === compactJson(b);
}
