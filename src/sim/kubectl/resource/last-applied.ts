/** The annotation in which `kubectl apply` remembers what it applied (kubectl `pkg/util/apply.go`). */
import type { AnyObject } from "./info";

export const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

/** An object without the annotation. */
export function withoutLastApplied(object: AnyObject): AnyObject {
  const { annotations } = object.metadata ?? {};
  if (annotations?.[LAST_APPLIED] === undefined) return object;
  const { [LAST_APPLIED]: _, ...rest } = annotations;
  const { annotations: _all, ...metadata } = object.metadata ?? {};
  if (Object.keys(rest).length === 0) return { ...object, metadata };
  return { ...object, metadata: { ...metadata, annotations: rest } };
}

/** What is remembered of an object: itself in one line of JSON, keys sorted, without the memory. */
export function appliedText(object: AnyObject): string {
  const bare = withoutLastApplied(object);
  const annotations = bare.metadata?.annotations ?? {};
  return `${sortedJson({ ...bare, metadata: { ...bare.metadata, annotations } })}\n`;
}

/** The object with what is to be remembered of it. */
export function withLastApplied(object: AnyObject): AnyObject {
  const annotations = { ...object.metadata?.annotations, [LAST_APPLIED]: appliedText(object) };
  return { ...object, metadata: { ...object.metadata, annotations } };
}

function sortedJson(value: unknown): string {
  const text = JSON.stringify(value, (_, item: unknown) => {
    if (typeof item !== "object" || item === null || Array.isArray(item)) return item;
    const entries = Object.entries(item).filter(([, member]) => member !== undefined);
    return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
  });
  // As Go's encoder escapes them.
  return text.replace(/[<>&\u2028\u2029]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
