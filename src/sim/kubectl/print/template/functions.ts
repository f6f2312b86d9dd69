/** Functions of Go templates: Go's own, and kubectl's `exists` and `base64decode`. */
import { decodeBase64 } from "../../../api/base64";
import { goText, goType } from "../go-value";
import { printf } from "./printf";
import { TemplateError } from "./parse";

type Fn = (args: readonly unknown[]) => unknown;

const decode: Fn = ([text]) => {
  const decoded = decodeBase64(text as string);
  if (decoded === undefined)
    throw new TemplateError("error calling base64decode: illegal base64 data at input byte 0");
  return decoded;
};

/** Go's truth: not empty, not zero, not false, not nil. */
export function isTrue(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (typeof value === "object" && value !== null) return Object.keys(value).length > 0;
  return Boolean(value);
}

function member(name: string, value: unknown, key: unknown): unknown {
  if (value === null || value === undefined)
    throw new TemplateError(`error calling ${name}: index of untyped nil`);
  if (Array.isArray(value)) {
    if (typeof key !== "number") {
      throw new TemplateError(`error calling ${name}: cannot index slice/array with type ${goType(key)}`);
    }
    if (key < 0 || key >= value.length) {
      throw new TemplateError(`error calling ${name}: reflect: slice index out of range`);
    }
    return value[key] as unknown;
  }
  if (typeof value === "string") return value.charCodeAt(Number(key));
  if (typeof value !== "object") {
    throw new TemplateError(`error calling ${name}: can't index item of type ${goType(value)}`);
  }
  if (typeof key !== "string") {
    throw new TemplateError(`error calling ${name}: value has type ${goType(key)}; should be string`);
  }
  return Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined;
}

function length(value: unknown): number {
  if (typeof value === "string") {
    let bytes = 0;
    for (const c of value) {
      const code = c.codePointAt(0) ?? 0;
      bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    }
    return bytes;
  }
  if (Array.isArray(value)) return value.length;
  if (typeof value === "object" && value !== null) return Object.keys(value).length;
  if (value === null || value === undefined) throw new TemplateError("error calling len: len of nil pointer");
  throw new TemplateError(`error calling len: len of type ${goType(value)}`);
}

/** Kinds that can be compared with one another. */
function basicKind(name: string, value: unknown): string {
  const type = goType(value);
  if (type.includes("interface"))
    throw new TemplateError(`error calling ${name}: invalid type for comparison`);
  return type;
}

function equal(name: string, a: unknown, b: unknown): boolean {
  const left = basicKind(name, a);
  const right = basicKind(name, b);
  if (left !== right && left !== "nil" && right !== "nil") {
    throw new TemplateError(`error calling ${name}: incompatible types for comparison`);
  }
  return (a ?? null) === (b ?? null);
}

function less(name: string, a: unknown, b: unknown): boolean {
  const left = basicKind(name, a);
  if (left !== basicKind(name, b))
    throw new TemplateError(`error calling ${name}: incompatible types for comparison`);
  if (left === "bool" || left === "nil")
    throw new TemplateError(`error calling ${name}: invalid type for comparison`);
  return (a as string) < (b as string);
}

/** Go's Sprint: a space between two operands when neither is a text. */
function sprint(args: readonly unknown[]): string {
  return args
    .map(
      (arg, i) =>
        (i > 0 && typeof arg !== "string" && typeof args[i - 1] !== "string" ? " " : "") + goText(arg),
    )
    .join("");
}

const HTML: Readonly<Record<string, string>> = {
  "<": "&lt;",
  ">": "&gt;",
  "&": "&amp;",
  '"': "&#34;",
  "'": "&#39;",
};

/** The place of the first that is so, or the last place. */
function firstOr(args: readonly unknown[], is: (arg: unknown) => boolean): number {
  const at = args.findIndex(is);
  return at < 0 ? args.length - 1 : at;
}

export const FUNCTIONS: Readonly<Record<string, Fn>> = {
  and: (args) => args[firstOr(args, (a) => !isTrue(a))],
  or: (args) => args[firstOr(args, isTrue)],
  not: ([a]) => !isTrue(a),
  len: ([a]) => length(a),
  index: ([value, ...keys]) => keys.reduce((of, key) => member("index", of, key), value),
  slice: ([value, from = 0, to]) =>
    (value as string).slice(Number(from), to === undefined ? undefined : Number(to)),
  eq: ([a, ...others]) => others.map((b) => equal("eq", a, b)).some(Boolean),
  ne: ([a, b]) => !equal("ne", a, b),
  lt: ([a, b]) => less("lt", a, b),
  le: ([a, b]) => less("le", a, b) || equal("le", a, b),
  gt: ([a, b]) => !less("gt", a, b) && !equal("gt", a, b),
  ge: ([a, b]) => !less("ge", a, b),
  print: sprint,
  println: (args) => `${args.map(goText).join(" ")}\n`,
  printf: ([format, ...args]) => printf(format as string, args),
  html: (args) => sprint(args).replace(/[<>&"']/g, (c) => HTML[c] ?? c),
  urlquery: (args) => encodeURIComponent(sprint(args)).replaceAll("%20", "+"),
  js: (args) =>
    sprint(args).replace(
      /["'\\<>&=]/g,
      (c) => `\\u${c.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`,
    ),
  exists: ([value, ...keys]) => exists(value, keys),
  base64decode: decode,
};

function exists(value: unknown, keys: readonly unknown[]): boolean {
  let at = value;
  for (const key of keys) {
    if (Array.isArray(at)) {
      if (typeof key !== "number" || key < 0 || key >= at.length) return false;
      at = at[key] as unknown;
    } else if (typeof at === "object" && at !== null) {
      if (typeof key !== "string" || !Object.hasOwn(at, key)) return false;
      at = (at as Record<string, unknown>)[key];
    } else return false;
  }
  return true;
}
