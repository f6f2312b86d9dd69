/**
 * The part of JSONPath that definitions of custom kinds may use (client-go `util/jsonpath`): fields, indexes, wildcards
 * and filters that compare a field.
 */
import { isRecord } from "./schema";

type Step =
  | { readonly field: string }
  | { readonly index: number }
  | { readonly every: true }
  | { readonly from: number | undefined; readonly to: number | undefined }
  | { readonly filter: readonly Step[]; readonly equal: boolean | undefined; readonly value: unknown };

export type JsonPath = readonly Step[];

const CACHE_SIZE = 512;
const parsed = new Map<string, JsonPath | undefined>();

/** A path such as `.status.conditions[?(@.type=="Ready")].status`; undefined if it cannot be read. */
export function parseJsonPath(text: string): JsonPath | undefined {
  if (parsed.has(text)) return parsed.get(text);
  const made = read(
    text
      .trim()
      .replace(/^\{(.*)\}$/u, "$1")
      .replace(/^\$/u, ""),
  );
  if (parsed.size >= CACHE_SIZE) parsed.clear();
  parsed.set(text, made);
  return made;
}

const FIELD = /^\.((?:\\.|[^.[\]\\])+)/u;
const QUOTED = /^\[(?:'((?:\\.|[^'\\])*)'|"((?:\\.|[^"\\])*)")\]/su;
const INDEX = /^\[(-?\d+)\]/u;
const SLICE = /^\[(-?\d*):(-?\d*)\]/u;
const FILTER =
  /^\[\?\(\s*@((?:\.|\[)[^=!\s)]*)\s*(?:(==|!=)\s*("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[^)\s]+)\s*)?\)\]/u;

function read(text: string): JsonPath | undefined {
  const steps: Step[] = [];
  let rest = text;
  while (rest !== "") {
    const found = readStep(rest);
    if (found === undefined) return undefined;
    steps.push(found.step);
    rest = rest.slice(found.length);
  }
  return steps;
}

function readStep(text: string): { step: Step; length: number } | undefined {
  if (text.startsWith("[*]")) return { step: { every: true }, length: 3 };
  if (text.startsWith(".*")) return { step: { every: true }, length: 2 };
  let match = FIELD.exec(text) ?? undefined;
  if (match !== undefined) return { step: { field: unescaped(match[1] as string) }, length: match[0].length };
  match = QUOTED.exec(text) ?? undefined;
  if (match !== undefined)
    return { step: { field: unescaped(match[1] ?? match[2] ?? "") }, length: match[0].length };
  match = INDEX.exec(text) ?? undefined;
  if (match !== undefined) return { step: { index: Number(match[1]) }, length: match[0].length };
  match = SLICE.exec(text) ?? undefined;
  if (match !== undefined) {
    const bound = (part: string | undefined) =>
      part === undefined || part === "" ? undefined : Number(part);
    return { step: { from: bound(match[1]), to: bound(match[2]) }, length: match[0].length };
  }
  return readFilter(text);
}

function readFilter(text: string): { step: Step; length: number } | undefined {
  const match = FILTER.exec(text);
  if (match === null) return undefined;
  const filter = read(match[1] as string);
  if (filter === undefined) return undefined;
  const operator = match[2];
  const equal = operator === undefined ? undefined : operator === "==";
  return { step: { filter, equal, value: literal(match[3] ?? "") }, length: match[0].length };
}

function literal(text: string): unknown {
  if (text.startsWith('"') || text.startsWith("'")) return unescaped(text.slice(1, -1));
  if (text === "true") return true;
  if (text === "false") return false;
  const number = Number(text);
  return text === "" || Number.isNaN(number) ? text : number;
}

function unescaped(text: string): string {
  return text.includes("\\") ? text.replaceAll(/\\(.)/gu, "$1") : text;
}

/** All that a path leads to, in order; missing members lead nowhere. */
export function findAll(path: JsonPath, root: unknown): unknown[] {
  let found: unknown[] = [root];
  for (const step of path) {
    found = found.flatMap((value) => follow(step, value));
    if (found.length === 0) break;
  }
  return found;
}

function follow(step: Step, value: unknown): unknown[] {
  if ("field" in step) {
    const has = isRecord(value) && Object.hasOwn(value, step.field);
    return has && value[step.field] !== undefined ? [value[step.field]] : [];
  }
  if ("every" in step) {
    if (Array.isArray(value)) return [...(value as readonly unknown[])];
    return isRecord(value) ? Object.values(value) : [];
  }
  if (!Array.isArray(value)) return [];
  const list = value as readonly unknown[];
  if ("index" in step) {
    const item = list.at(step.index);
    return item === undefined ? [] : [item];
  }
  if ("from" in step) return list.slice(step.from, step.to);
  return list.filter((item) => passes(step, item));
}

function passes(step: Extract<Step, { filter: JsonPath }>, item: unknown): boolean {
  const [found] = findAll(step.filter, item);
  if (step.equal === undefined) return found !== undefined;
  return found !== undefined && (found === step.value) === step.equal;
}

/** A copy of `root` with another value at the end of a path of fields. */
export function withValue<T>(root: T, path: JsonPath, value: unknown): T {
  const [step, ...rest] = path;
  if (step === undefined) return value as T;
  if (!("field" in step)) return root;
  const record: Readonly<Record<string, unknown>> = isRecord(root) ? root : {};
  return { ...record, [step.field]: withValue(record[step.field], rest, value) } as T;
}
