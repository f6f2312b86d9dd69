/** KYAML: YAML in braces with quoted texts (`sigs.k8s.io/yaml/kyaml`). */
import { compareCodePoints } from "../../../shared/compare";
import { resolvesToString } from "../resource/yaml-scalar";
import { goNumber } from "./go-value";

export function toKyaml(value: unknown): string {
  return `---\n${node(value, "")}\n`;
}

type Dict = Readonly<Record<string, unknown>>;

function isNested(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function node(value: unknown, indent: string): string {
  if (Array.isArray(value)) return list(value, indent);
  if (isNested(value)) return map(value as Dict, indent);
  if (typeof value === "string") return quoted(value, indent);
  if (typeof value === "number") return goNumber(value);
  return value === undefined || value === null ? "null" : String(value as boolean);
}

function map(value: Dict, indent: string): string {
  const keys = Object.keys(value).filter((k) => value[k] !== undefined);
  if (keys.length === 0) return "{}";
  const inner = `${indent}  `;
  const lines = keys.sort(compareCodePoints).map((k) => `${inner}${keyText(k)}: ${node(value[k], inner)},\n`);
  return `{\n${lines.join("")}${indent}}`;
}

/** Lists of maps and lists keep their brackets together. */
function list(value: readonly unknown[], indent: string): string {
  if (value.length === 0) return "[]";
  if (value.every(isNested)) return `[${value.map((v) => node(v, indent)).join(", ")}]`;
  const inner = `${indent}  `;
  return `[\n${value.map((v) => `${inner}${node(v, inner)},\n`).join("")}${indent}]`;
}

function keyText(key: string): string {
  return /^[A-Za-z_][\w./-]*$/.test(key) && resolvesToString(key) ? key : escaped(key);
}

function escaped(text: string): string {
  return JSON.stringify(text).replaceAll("\\t", "\t");
}

/** Texts of several lines are folded, one line each. */
function quoted(text: string, indent: string): string {
  if (!text.includes("\n")) return escaped(text);
  const lines = text.split("\n");
  const last = lines.pop() as string;
  const shown = lines.map((line) => `${lineText(line, indent)}\\n\\\n`);
  if (last !== "") shown.push(`${lineText(last, indent)}\\\n`);
  return `"\\\n${shown.join("")}${indent}  "`;
}

function lineText(line: string, indent: string): string {
  return `${indent}  ${line.startsWith(" ") ? "\\" : " "}${escaped(line).slice(1, -1)}`;
}
