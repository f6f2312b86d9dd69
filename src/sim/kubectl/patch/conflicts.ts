/** Whether two strategic merge patches set a field differently (`strategicpatch`, MergingMapsHaveConflicts). */
import { compareCodePoints } from "../../../shared/compare";
import { isReplaced, listSchema, memberSchema, type MergeSchema } from "../../api/patch/merge-keys";
import { isJsonObject, type JsonObject } from "../../api/patch/patch-error";
import { goText } from "../print/go-value";

import { DIRECTIVE, RETAIN_KEYS, sameJson } from "./differences";

export function haveConflicts(left: unknown, right: unknown, schema: MergeSchema): boolean {
  if (isJsonObject(left)) {
    // A directive is about the object as a whole.
    if (!isJsonObject(right) || left[DIRECTIVE] !== right[DIRECTIVE]) return true;
    if (isReplaced(schema)) return false;
    return Object.keys(left).some(
      (key) =>
        key !== DIRECTIVE &&
        key !== RETAIN_KEYS &&
        Object.hasOwn(right, key) &&
        haveConflicts(left[key], right[key], memberSchema(schema, key)),
    );
  }
  if (Array.isArray(left)) return !Array.isArray(right) || listsConflict(left, right, schema);
  return !sameJson(left, right);
}

function listsConflict(left: readonly unknown[], right: readonly unknown[], schema: MergeSchema): boolean {
  const { merge, mergeKey, item } = listSchema(schema);
  if (merge) {
    // Lists of plain values grow together.
    if (mergeKey === undefined) return false;
    const byKey = new Map((right as readonly JsonObject[]).map((r) => [goText(r[mergeKey]), r]));
    return (left as readonly JsonObject[]).some((l) => {
      const other = byKey.get(goText(l[mergeKey]));
      return other !== undefined && haveConflicts(l, other, item);
    });
  }
  if (left.length !== right.length) return true;
  const [a, b] = [plainSorted(left), plainSorted(right)];
  return a.some((l, i) => haveConflicts(l, b[i], item));
}

/** The order of plain values does not count; objects stay where they are. */
function plainSorted(list: readonly unknown[]): readonly unknown[] {
  if (list.some((v) => typeof v === "object")) return list;
  return [...new Set(list)].sort((a, b) => compareCodePoints(goText(a), goText(b)));
}
