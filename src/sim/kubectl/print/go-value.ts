/** Values as Go prints them: `%v` and `%#v` of what came from JSON. */
import { goQuote } from "../cli/quote";
import { sortedKeys } from "./json";

/** Go's `%v`: `map[a:1 b:[x y]]`, `<nil>`. */
export function goText(value: unknown): string {
  if (value === null || value === undefined) return "<nil>";
  if (typeof value === "number") return goNumber(value);
  if (Array.isArray(value)) return `[${value.map(goText).join(" ")}]`;
  if (typeof value === "object") {
    const fields = sortedKeys(value).map((k) => `${k}:${goText((value as Record<string, unknown>)[k])}`);
    return `map[${fields.join(" ")}]`;
  }
  return String(value as string | boolean);
}

/** Go's `%#v`: `map[string]interface {}{"a":1}`. */
export function goSyntax(value: unknown): string {
  if (value === null || value === undefined) return "interface {}(nil)";
  if (typeof value === "string") return goQuote(value);
  if (typeof value === "number") return goNumber(value);
  if (Array.isArray(value)) return `[]interface {}{${value.map(goSyntax).join(", ")}}`;
  if (typeof value === "object") {
    const fields = sortedKeys(value).map(
      (k) => `${goQuote(k)}:${goSyntax((value as Record<string, unknown>)[k])}`,
    );
    return `map[string]interface {}{${fields.join(", ")}}`;
  }
  return String(value as boolean);
}

/** Integers plainly; others with the shortest digits, exponents from 1e21 on and below 1e-4. */
export function goNumber(value: number): string {
  if (Number.isInteger(value)) return Math.abs(value) < 1e21 ? String(value) : exponential(value);
  const size = Math.abs(value);
  return size >= 1e-4 && size < 1e21 ? String(value) : exponential(value);
}

function exponential(value: number): string {
  return value.toExponential().replace(/e([-+])(\d)$/, "e$10$2");
}

/** Name of a value's Go type, as decoded from JSON. */
export function goType(value: unknown): string {
  if (value === null || value === undefined) return "nil";
  if (typeof value === "number") return Number.isInteger(value) ? "int64" : "float64";
  if (typeof value === "boolean") return "bool";
  if (Array.isArray(value)) return "[]interface {}";
  return typeof value === "object" ? "map[string]interface {}" : "string";
}
