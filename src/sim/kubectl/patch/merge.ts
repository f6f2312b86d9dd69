/**
 * JSON merge patches that kubectl sends for kinds whose types it does not know (apimachinery
 * `pkg/util/jsonmergepatch/patch.go`).
 */
import { isJsonObject, type JsonObject } from "../../api/patch/patch-error";
import { sameJson } from "./differences";
import { conflict } from "./strategic";

/** The patch that makes `modified` of `original`; `{}` when they are equal. */
export function twoWayMergePatch(original: JsonObject, modified: JsonObject): JsonObject {
  const patch: Record<string, unknown> = {};
  for (const key of Object.keys(modified)) {
    const [before, after] = [original[key], modified[key]];
    if (Object.hasOwn(original, key) && sameJson(before, after)) continue;
    if (isJsonObject(before) && isJsonObject(after)) {
      const inner = twoWayMergePatch(before, after);
      if (Object.keys(inner).length > 0) patch[key] = inner;
    } else patch[key] = after;
  }
  for (const key of Object.keys(original)) if (!Object.hasOwn(modified, key)) patch[key] = null;
  return patch;
}

/**
 * The patch that brings `current` to what `modified` says, and removes what `original` had and it has no more.
 *
 * @param overwrite false: fields that somebody else has changed meanwhile are a failure
 * @throws Failure on such a conflict
 */
export function threeWayMergePatch(
  original: JsonObject,
  modified: JsonObject,
  current: JsonObject,
  overwrite = true,
): JsonObject {
  const added = keep(twoWayMergePatch(current, modified), false) as JsonObject;
  const gone = keep(twoWayMergePatch(original, modified), true) as JsonObject;
  const patch = join(gone, added) as JsonObject;
  if (overwrite) return patch;
  const changed = twoWayMergePatch(original, current);
  if (conflicts(patch, changed)) throw conflict(patch, changed);
  return patch;
}

/** The part of a patch that deletes, or the part that does not; an object without members in it goes too. */
function keep(patch: JsonObject, deletions: boolean): JsonObject | undefined {
  const kept: Record<string, unknown> = {};
  for (const key of Object.keys(patch)) {
    const value = patch[key];
    if (isJsonObject(value)) {
      const inner = keep(value, deletions);
      // What is set to an empty object is a change.
      if (Object.keys(inner ?? {}).length > 0) kept[key] = inner;
      else if (!deletions && Object.keys(value).length === 0) kept[key] = value;
    } else if ((value === null) === deletions) kept[key] = value;
  }
  return kept;
}

function join(a: unknown, b: unknown): unknown {
  if (!isJsonObject(a) || !isJsonObject(b)) return b;
  const joined: Record<string, unknown> = { ...a };
  for (const key of Object.keys(b)) joined[key] = Object.hasOwn(a, key) ? join(a[key], b[key]) : b[key];
  return joined;
}

function conflicts(left: unknown, right: unknown): boolean {
  if (isJsonObject(left)) {
    if (!isJsonObject(right)) return true;
    return Object.keys(left).some((key) => Object.hasOwn(right, key) && conflicts(left[key], right[key]));
  }
  if (Array.isArray(left)) {
    if (!Array.isArray(right) || left.length !== right.length) return true;
    return left.some((item, i) => conflicts(item, (right as unknown[])[i]));
  }
  return !sameJson(left, right);
}
