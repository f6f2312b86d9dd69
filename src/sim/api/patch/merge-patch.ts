/**
 * JSON merge patch (RFC 7396), copying only what changes.
 */
import { isJsonObject } from "./patch-error";
import type { JsonObject } from "./patch-error";

/** `target` with the patch applied; the same reference if the patch changes nothing. */
export function applyMergePatch(target: unknown, patch: unknown): unknown {
  if (!isJsonObject(patch)) return patch;
  const base: JsonObject = isJsonObject(target) ? target : {};
  let result: Record<string, unknown> | undefined = base === target ? undefined : {};
  for (const key of Object.keys(patch)) {
    const change = patch[key];
    // Assigning to the latter would do something else than to add a member.
    if (change === undefined || key === "__proto__") continue;
    if (change === null) {
      if (!Object.hasOwn(result ?? base, key)) continue;
      result ??= Object.assign({}, base);
      delete result[key];
      continue;
    }
    const before = base[key];
    const after = applyMergePatch(before, change);
    if (after === before && Object.hasOwn(base, key)) continue;
    result ??= Object.assign({}, base);
    result[key] = after;
  }
  return result ?? target;
}
