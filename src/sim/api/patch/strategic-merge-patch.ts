/**
 * Strategic merge patch (apimachinery `pkg/util/strategicpatch/patch.go`): a merge patch that knows which lists merge
 * by key, with the directives `$patch`, `$retainKeys`, `$setElementOrder/x` and `$deleteFromPrimitiveList/x`.
 * Copies only what changes; a patch that changes nothing returns its target.
 */
import { deepEqual } from "../deep-equal";
import { goText } from "../go-text";
import { isReplaced, listSchema, memberSchema, type MergeSchema } from "./merge-keys";
import { isJsonObject, PatchError } from "./patch-error";
import type { JsonObject } from "./patch-error";

const DIRECTIVE = "$patch";
const RETAIN_KEYS = "$retainKeys";
const SET_ORDER = "$setElementOrder/";
const BAD_RETAIN_KEYS = "invalid patch format of retainKeys";
const NO_MERGE_DIRECTIVE = "merging lists cannot yet be specified in the patch";
const DELETE_PRIMITIVES = "$deleteFromPrimitiveList/";

/** `target` with the patch applied. Throws `PatchError` on a malformed patch. */
export function applyStrategicMergePatch(
  target: JsonObject,
  patch: unknown,
  schema: MergeSchema,
): JsonObject {
  if (!isJsonObject(patch)) throw new PatchError("a strategic merge patch is an object");
  return mergeObject(target, patch, schema);
}

function mergeObject(target: JsonObject, patch: JsonObject, schema: MergeSchema): JsonObject {
  const directive = patch[DIRECTIVE];
  if (directive === "replace") return withoutDirectives(omit(patch, DIRECTIVE)) as JsonObject;
  if (directive === "delete") return {};
  if (directive !== undefined) throw unknownDirective(directive, patch);
  const result = new Draft(retainKeys(target, patch));
  for (const key of Object.keys(patch)) {
    if (key === DIRECTIVE || key === RETAIN_KEYS || key === "__proto__") continue;
    const change = patch[key];
    if (key.startsWith(SET_ORDER)) {
      mergeOrdered(result, patch, key.slice(SET_ORDER.length), asList(change), schema);
    } else if (key.startsWith(DELETE_PRIMITIVES)) {
      const list = key.slice(DELETE_PRIMITIVES.length);
      const before = result.get(list);
      const gone = new Set(asList(change));
      if (Array.isArray(before))
        result.set(
          list,
          before.filter((item) => !gone.has(item)),
        );
    } else if (!Object.hasOwn(patch, SET_ORDER + key)) {
      mergeField(result, key, change, memberSchema(schema, key));
    }
  }
  return result.finish();
}

/** An object that is copied when first changed. */
class Draft {
  readonly #base: JsonObject;
  #copy: Record<string, unknown> | undefined;

  constructor(base: JsonObject) {
    this.#base = base;
  }

  get(key: string): unknown {
    const at = this.#copy ?? this.#base;
    return Object.hasOwn(at, key) ? at[key] : undefined;
  }

  set(key: string, value: unknown): void {
    if (value === this.get(key)) return;
    this.#copy ??= Object.assign({}, this.#base);
    this.#copy[key] = value;
  }

  remove(key: string): void {
    if (!Object.hasOwn(this.#copy ?? this.#base, key)) return;
    this.#copy ??= Object.assign({}, this.#base);
    delete this.#copy[key];
  }

  finish(): JsonObject {
    return this.#copy ?? this.#base;
  }
}

function mergeField(result: Draft, key: string, change: unknown, schema: MergeSchema): void {
  if (change === undefined) return;
  if (change === null) {
    result.remove(key);
    return;
  }
  const before = result.get(key);
  if (isJsonObject(change)) {
    if (isJsonObject(before) && !isReplaced(schema)) result.set(key, mergeObject(before, change, schema));
    else if (change[DIRECTIVE] !== "delete") result.set(key, withoutDirectives(change));
  } else if (Array.isArray(change)) {
    const after = Array.isArray(before) ? mergeList(before, change, schema) : withoutDirectives(change);
    if (!deepEqual(after, before) || before === undefined) result.set(key, after);
  } else {
    result.set(key, change);
  }
}

/** Drops the keys of `target` that `$retainKeys` of the patch does not name. */
function retainKeys(target: JsonObject, patch: JsonObject): JsonObject {
  const retained = patch[RETAIN_KEYS];
  if (retained === undefined) return target;
  if (!Array.isArray(retained)) throw new PatchError(BAD_RETAIN_KEYS);
  const keep = new Set(retained as unknown[]);
  for (const key of Object.keys(patch)) {
    if (!key.startsWith("$") && patch[key] !== null && !keep.has(key)) throw new PatchError(BAD_RETAIN_KEYS);
  }
  const made: Record<string, unknown> = {};
  let dropped = false;
  for (const key of Object.keys(target)) {
    if (keep.has(key)) made[key] = target[key];
    else dropped = true;
  }
  return dropped ? made : target;
}

function asList(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value as readonly unknown[];
  throw new PatchError(`expected a []interface {}, but received a ${goTypeOf(value)}`, 500);
}

function goTypeOf(value: unknown): string {
  if (value === null || value === undefined) return "%!s(<nil>)";
  if (typeof value === "object") return "map[string]interface {}";
  if (typeof value === "boolean") return "bool";
  return typeof value === "number" ? "int64" : "string";
}

function unknownDirective(directive: unknown, patch: JsonObject): PatchError {
  return new PatchError(`unknown patch type: ${goText(directive)} in map: ${goText(patch)}`, 500);
}

/** Lists of which all items are plain values, or all are objects. */
function checkItems(...lists: readonly (readonly unknown[])[]): void {
  const types = new Set(lists.flatMap((list) => list.map((item) => goTypeOf(item))));
  if (lists.some((list) => list.some((item) => Array.isArray(item)))) {
    throw new PatchError("lists of lists are not supported", 422);
  }
  if (types.size > 1) throw new PatchError(`list element types are not identical: ${goText(lists)}`, 500);
}

function mergeList(before: readonly unknown[], patch: readonly unknown[], schema: MergeSchema): unknown[] {
  const { merge, mergeKey, item: itemSchema } = listSchema(schema);
  if (!merge) return withoutDirectives(patch) as unknown[];
  checkItems(before, patch);
  if (mergeKey === undefined) {
    const merged = [...new Set([...before, ...patch])];
    return inOrder(merged, patch, before, undefined);
  }
  const deleted = new Set<unknown>();
  const items: JsonObject[] = [];
  let replace = false;
  for (const item of patch) {
    if (!isJsonObject(item)) throw noMergeKey(item, mergeKey);
    const directive = item[DIRECTIVE];
    if (directive === undefined) items.push(item);
    else if (directive === "replace") replace = true;
    else if (directive === "delete") deleted.add(keyOf(item, mergeKey));
    else if (directive === "merge") throw new PatchError(NO_MERGE_DIRECTIVE, 500);
    else throw unknownDirective(directive, item);
  }
  if (replace) return items.map((item) => withoutDirectives(item));
  const merged = before.filter((m) => !isJsonObject(m) || !deleted.has(m[mergeKey]));
  const places = new Map<unknown, number>();
  for (const [i, item] of merged.entries()) {
    if (isJsonObject(item) && !places.has(item[mergeKey])) places.set(item[mergeKey], i);
  }
  for (const item of items) {
    const key = keyOf(item, mergeKey);
    const at = places.get(key);
    if (at === undefined) {
      places.set(key, merged.length);
      merged.push(withoutDirectives(item));
    } else merged[at] = mergeObject(merged[at] as JsonObject, item, itemSchema);
  }
  return inOrder(merged, items, before, mergeKey);
}

function keyOf(item: JsonObject, mergeKey: string): unknown {
  const key = item[mergeKey];
  if (key === undefined) throw noMergeKey(item, mergeKey);
  return key;
}

function noMergeKey(item: unknown, mergeKey: string): PatchError {
  return new PatchError(`map: ${goText(item)} does not contain declared merge key: ${mergeKey}`, 500);
}

/** A list field whose order the patch gives: merge the list if the patch has it, then put it in order. */
function mergeOrdered(
  result: Draft,
  patch: JsonObject,
  key: string,
  order: readonly unknown[],
  parent: MergeSchema,
): void {
  const schema = memberSchema(parent, key);
  const change = patch[key];
  const before = result.get(key);
  if (schema === undefined && typeof parent === "object" && "struct" in parent) {
    const text = `unable to find api field in struct ${parent.struct} for the json field "${key}"`;
    throw new PatchError(text, 500);
  }
  if (change === null) {
    result.remove(key);
    return;
  }
  const original = Array.isArray(before) ? (before as unknown[]) : undefined;
  let merged = original;
  if (change !== undefined) {
    const list = asList(change);
    checkOrder(list, order, listSchema(schema).mergeKey);
    merged =
      original === undefined ? (withoutDirectives(list) as unknown[]) : mergeList(original, list, schema);
  }
  if (merged === undefined) return;
  const ordered = inOrder(merged, order, original ?? [], listSchema(schema).mergeKey);
  if (original === undefined || !sameItems(ordered, original)) result.set(key, ordered);
}

/** Items of the patch must come in the order that it asks for. */
function checkOrder(
  patch: readonly unknown[],
  order: readonly unknown[],
  mergeKey: string | undefined,
): void {
  if (order.length === 0 || patch.length === 0) return;
  let at = 0;
  for (const item of patch) {
    if (isJsonObject(item) && item[DIRECTIVE] !== undefined) continue;
    while (at < order.length && identity(order[at], mergeKey) !== identity(item, mergeKey)) at++;
    if (at < order.length) continue;
    const [given, wanted] = [goText(patch), goText(order)];
    throw new PatchError(
      `The order in patch list:\n${given}\n doesn't match $setElementOrder list:\n${wanted}\n`,
      500,
    );
  }
}

function sameItems(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((item, i) => item === b[i]);
}

function identity(item: unknown, mergeKey: string | undefined): unknown {
  return mergeKey !== undefined && isJsonObject(item) ? item[mergeKey] : item;
}

/**
 * Items that the patch names in the patch's order, the others in the server's; woven together so that two items that
 * the server had keep their order, and new ones come before what they cannot be compared with.
 */
export function inOrder(
  merged: readonly unknown[],
  patchOrder: readonly unknown[],
  serverOrder: readonly unknown[],
  mergeKey: string | undefined,
): unknown[] {
  const patchAt = positions(patchOrder, mergeKey);
  const serverAt = positions(serverOrder, mergeKey);
  const place = (item: unknown, at: ReadonlyMap<unknown, number>): number =>
    at.get(identity(item, mergeKey)) ?? -1;
  const named = merged.filter((item) => place(item, patchAt) >= 0);
  named.sort((a, b) => place(a, patchAt) - place(b, patchAt));
  const others = merged.filter((item) => place(item, patchAt) < 0);
  others.sort((a, b) => place(a, serverAt) - place(b, serverAt));
  const woven: unknown[] = [];
  let i = 0;
  let j = 0;
  while (i < others.length && j < named.length) {
    const left = place(others[i], serverAt);
    const right = place(named[j], serverAt);
    if (left >= 0 && right >= 0 && left < right) woven.push(others[i++]);
    else woven.push(named[j++]);
  }
  while (i < others.length) woven.push(others[i++]);
  while (j < named.length) woven.push(named[j++]);
  return woven;
}

function positions(list: readonly unknown[], mergeKey: string | undefined): Map<unknown, number> {
  const at = new Map<unknown, number>();
  for (const [i, item] of list.entries()) {
    const key = identity(item, mergeKey);
    if (!at.has(key)) at.set(key, i);
  }
  return at;
}

function omit(object: JsonObject, key: string): JsonObject {
  const { [key]: _omitted, ...rest } = object;
  return rest;
}

/** A value of the patch that meets nothing to merge with: directives and nulls mean nothing there. */
function withoutDirectives<T>(value: T): T {
  if (Array.isArray(value)) {
    const kept = (value as unknown[]).filter((item) => !isJsonObject(item) || item[DIRECTIVE] === undefined);
    return kept.map((item) => withoutDirectives(item)) as T;
  }
  if (!isJsonObject(value)) return value;
  const made: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    const member: unknown = (value as JsonObject)[key];
    if (member === null || key === DIRECTIVE || key === RETAIN_KEYS || key === "__proto__") continue;
    if (key.startsWith(SET_ORDER) || key.startsWith(DELETE_PRIMITIVES)) continue;
    made[key] = withoutDirectives(member);
  }
  return made as T;
}
