/** JSON as Go's encoder writes it: keys sorted, `<`, `>` and `&` escaped. */
import { compareCodePoints } from "../../../shared/compare";

export { compareCodePoints };

/** A text in quotes. */
export function jsonString(text: string): string {
  return JSON.stringify(text).replace(/[<>&\u2028\u2029\u007f]/g, escape);
}

function escape(c: string): string {
  return c === "\u007f" ? c : `\\u${(c.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`;
}

/** Sorted as Go sorts map keys: by UTF-8 bytes, which is by code points. */
export function sortedKeys(object: object): string[] {
  return Object.keys(object)
    .filter((key) => (object as Record<string, unknown>)[key] !== undefined)
    .sort(compareCodePoints);
}

/** On one line, without spaces. */
export function compactJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(compactJson).join(",")}]`;
  if (typeof value === "object" && value !== null) {
    const entries = sortedKeys(value).map(
      (k) => `${jsonString(k)}:${compactJson((value as Record<string, unknown>)[k])}`,
    );
    return `{${entries.join(",")}}`;
  }
  return scalar(value);
}

/**
 * With one line a value. `order`: keys sorted, as of maps, or as they were given, as of Go's structs.
 */
export function indentedJson(
  value: unknown,
  indent: string,
  current = "",
  order: "sorted" | "given" = "sorted",
): string {
  const inner = current + indent;
  if (Array.isArray(value)) {
    if (value.length === 0) return "[]";
    return `[\n${value.map((v) => inner + indentedJson(v, indent, inner, order)).join(",\n")}\n${current}]`;
  }
  if (typeof value === "object" && value !== null) {
    const keys = order === "sorted" ? sortedKeys(value) : Object.keys(value);
    const lines = keys.map(
      (k) =>
        `${inner}${jsonString(k)}: ${indentedJson((value as Record<string, unknown>)[k], indent, inner, order)}`,
    );
    return lines.length === 0 ? "{}" : `{\n${lines.join(",\n")}\n${current}}`;
  }
  return scalar(value);
}

function scalar(value: unknown): string {
  if (typeof value === "string") return jsonString(value);
  if (typeof value === "number") return jsonNumber(value);
  return value === undefined || value === null ? "null" : String(value as boolean);
}

/** Go's encoding of floats: exponents below 1e-6 and from 1e21 on, at least two digits in them. */
export function jsonNumber(value: number): string {
  return String(value).replace(/e-(\d)$/, "e-0$1");
}
