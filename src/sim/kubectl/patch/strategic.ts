/**
 * Strategic merge patches that kubectl sends: from two objects, and from three, where what the server or others have
 * set stays (apimachinery `pkg/util/strategicpatch/patch.go`). Nothing is changed in place.
 */
import { listSchema, memberSchema, isReplaced, type MergeSchema } from "../../api/patch/merge-keys";
import { isJsonObject, type JsonObject } from "../../api/patch/patch-error";
import { inOrder } from "../../api/patch/strategic-merge-patch";
import { fail } from "../cli/failure";
import { toYaml } from "../print/yaml";
import { haveConflicts } from "./conflicts";
import { DELETE_PRIMITIVES, diffObjects, DIRECTIVE, RETAIN_KEYS, sameJson, SET_ORDER } from "./differences";

/** The patch that makes `modified` of `original`; `{}` when they are equal. */
export function twoWayPatch(original: JsonObject, modified: JsonObject, schema: MergeSchema): JsonObject {
  return diffObjects(original, modified, schema, { changes: true, deletions: true, order: true });
}

/**
 * The patch that brings `current` to what `modified` says: sets all that it has, and removes what `original`, the
 * configuration before it, had and it has no more.
 *
 * @param overwrite false: fields that somebody else has changed meanwhile are a failure
 * @throws Failure when lists cannot be merged, or on such a conflict
 */
export function threeWayPatch(
  original: JsonObject,
  modified: JsonObject,
  current: JsonObject,
  schema: MergeSchema,
  overwrite = true,
): JsonObject {
  const delta = diffObjects(current, modified, schema, { changes: true, deletions: false, order: true });
  const gone = diffObjects(original, modified, schema, { changes: false, deletions: true, order: true });
  const patch = joinObjects(gone, delta, schema);
  if (overwrite) return patch;
  const changed = diffObjects(original, current, schema, { changes: true, deletions: true, order: false });
  if (haveConflicts(patch, changed, schema)) throw conflict(patch, changed);
  return patch;
}

/** @throws always: the patch would undo what somebody else did */
export function conflict(patch: JsonObject, changed: JsonObject): Error {
  return fail(
    `patch:\n${toYaml(patch)}\nconflicts with changes made from original to current:\n${toYaml(changed)}\n`,
  );
}

/** One patch that does what both do: `delta` over what is to go. Directives stay what they are. */
function joinObjects(gone: JsonObject, delta: JsonObject, schema: MergeSchema): JsonObject {
  const patch: Record<string, unknown> = { ...gone };
  for (const key of Object.keys(delta)) {
    const order = key.startsWith(SET_ORDER);
    if ((order || key === RETAIN_KEYS) && Object.hasOwn(gone, key) && !sameJson(gone[key], delta[key])) {
      throw fail(
        order ? "invalid patch format of setElementOrder list" : "invalid patch format of retainKeys",
      );
    }
    patch[key] = joinMember(gone, delta, key, schema);
  }
  return patch;
}

function joinMember(gone: JsonObject, delta: JsonObject, key: string, parent: MergeSchema): unknown {
  const after = delta[key];
  const before = Object.hasOwn(gone, key) ? gone[key] : undefined;
  if (key === RETAIN_KEYS || key === DIRECTIVE || key.startsWith(SET_ORDER)) return after;
  if (key.startsWith(DELETE_PRIMITIVES)) return after;
  const schema = memberSchema(parent, key);
  if (isJsonObject(before) && isJsonObject(after)) {
    return isReplaced(schema) ? after : joinObjects(before, after, schema);
  }
  if (!Array.isArray(before) || !Array.isArray(after)) return after;
  const order = delta[SET_ORDER + key];
  return joinLists(before, after, Array.isArray(order) ? order : after, schema);
}

/** Items in the order that is wanted; those that are to be deleted after them. */
function joinLists(
  gone: readonly unknown[],
  delta: readonly unknown[],
  order: readonly unknown[],
  schema: MergeSchema,
): readonly unknown[] {
  const { merge, mergeKey, item } = listSchema(schema);
  if (!merge) return delta;
  if (mergeKey === undefined) return inOrder([...new Set([...gone, ...delta])], order, gone, undefined);
  const joined = [...gone] as JsonObject[];
  for (const change of delta as readonly JsonObject[]) {
    const at = joined.findIndex((j) => j[mergeKey] === change[mergeKey]);
    if (at < 0) joined.push(change);
    else joined[at] = joinObjects(joined[at] as JsonObject, change, item);
  }
  return inOrder(joined, order, gone, mergeKey);
}
