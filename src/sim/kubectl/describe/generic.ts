/** Any other object, field by field (kubectl `pkg/describe/describe.go` genericDescriber). */
import type { ApiObject } from "../../api/types";
import type { Task } from "../../kernel/task";
import { describeEvents, eventsOf } from "./events";
import type { Related } from "./related";
import { annotations, labels, sortedKeys, Writer } from "./writer";

type Fields = Readonly<Record<string, unknown>>;

/** Told already, or only for machines. */
const SKIPPED = new Set([
  ".metadata.managedFields",
  ".metadata.name",
  ".metadata.namespace",
  ".metadata.labels",
  ".metadata.annotations",
]);
const ACRONYMS = new Set(["API", "URL", "UID", "GUID"]);

export function* describeAnything(object: ApiObject, related: Related): Task<string> {
  const { name, namespace = "", labels: marks, annotations: notes } = object.metadata;
  const events = yield* eventsOf(related, object);
  const w = new Writer();
  w.line(0, `Name:\t${name}`);
  w.line(0, `Namespace:\t${namespace}`);
  labels(w, "Labels", marks);
  annotations(w, "Annotations", notes);
  fields(w, 0, object as unknown as Fields, "");
  describeEvents(w, events, related.nowUs);
  return w.toString();
}

function fields(w: Writer, level: number, content: Fields, path: string): void {
  for (const key of sortedKeys(content)) {
    const at = `${path}.${key}`;
    if (SKIPPED.has(at)) continue;
    const value = content[key];
    const label = labelFor(key);
    if (Array.isArray(value)) {
      w.line(level, `${label}:`);
      for (const item of value as unknown[]) {
        if (isFields(item)) fields(w, level + 1, item, at);
        else w.line(level + 1, plain(item));
      }
    } else if (isFields(value)) {
      w.line(level, `${label}:`);
      fields(w, level + 1, value, at);
    } else w.line(level, `${label}:\t${plain(value)}`);
  }
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function plain(value: unknown): string {
  if (value === null || value === undefined) return "<nil>";
  return Array.isArray(value)
    ? `[${value.map(plain).join(" ")}]`
    : String(value as string | number | boolean);
}

/** `apiVersion` → `API Version`; names that are not made of letters stay as they are. */
function labelFor(field: string): string {
  if (!/^[\p{L}-]*$/u.test(field)) return field;
  const words = field.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[A-Z]|-+|[^A-Za-z-]+/g) ?? [];
  return words
    .map((word) => {
      if (ACRONYMS.has(word.toUpperCase())) return word.toUpperCase();
      return word === word.toLowerCase() ? word.slice(0, 1).toUpperCase() + word.slice(1) : word;
    })
    .join(" ");
}
