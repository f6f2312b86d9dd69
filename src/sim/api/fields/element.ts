/**
 * Elements of the paths of fields, in the notation of FieldsV1 (structured-merge-diff `fieldpath/serialize-pe.go`):
 * `f:name` a member of an object, `k:{"name":"web"}` an item of a list of type map, `v:"a"` a value of a list of type
 * set, `i:3` an index.
 */
import { compareText } from "../../../shared/compare";

/** Members of an object in their own order, as keys of list items have it. */
type KeyFields = Readonly<Record<string, unknown>>;

export function fieldElement(name: string): string {
  const known = fields.get(name);
  if (known !== undefined) return known;
  if (fields.size >= FIELDS_MAX) fields.clear();
  const made = `f:${name}`;
  fields.set(name, made);
  return made;
}

/** Elements of members by their name: kinds have some hundred names, labels and annotations any number. */
const FIELDS_MAX = 4096;
const fields = new Map<string, string>();

export function valueElement(value: unknown): string {
  return `v:${JSON.stringify(sortedValue(value))}`;
}

/**
 * The value of a key that an item leaves out (`x-kubernetes-list-map-keys` with a `default`): ports of containers and
 * Services are the only lists that have one.
 */
const KEY_DEFAULTS: Readonly<Record<string, string>> = { protocol: "TCP" };

/** The item of a list of type map; `keys` in alphabetical order. Undefined for an item without any of its keys. */
export function keyElement(item: unknown, keys: readonly string[]): string | undefined {
  if (typeof item !== "object" || item === null) return undefined;
  const fields = item as KeyFields;
  let text = "";
  for (const key of keys) {
    const value = fields[key] ?? KEY_DEFAULTS[key];
    if (value === undefined) continue;
    text += `${text === "" ? "" : ","}${JSON.stringify(key)}:${JSON.stringify(sortedValue(value))}`;
  }
  return text === "" ? undefined : `k:{${text}}`;
}

/** The element as it is written here, whatever the spaces and the order of keys; undefined for no element. */
export function canonicalElement(text: string): string | undefined {
  const rest = text.slice(2);
  switch (text.slice(0, 2)) {
    case "f:":
      return text;
    case "k:": {
      const key = parseJson(rest);
      if (typeof key !== "object" || key === null || Array.isArray(key)) return undefined;
      return `k:${JSON.stringify(sortedValue(key))}`;
    }
    case "v:": {
      const value = parseJson(rest);
      return value === undefined ? undefined : valueElement(value);
    }
    case "i:":
      return /^-?\d{1,15}$/.test(rest) ? `i:${Number(rest)}` : undefined;
    default:
      return undefined;
  }
}

/** Undefined when the text is no JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** The value with the members of its objects in alphabetical order. */
function sortedValue(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(sortedValue);
  const fields = value as KeyFields;
  const sorted: Record<string, unknown> = {};
  for (const name of Object.keys(fields).sort(compareText)) sorted[name] = sortedValue(fields[name]);
  return sorted;
}

const KINDS = "fkvi";

/** The order of elements in FieldsV1: members, keys, values, indexes; numbers by value (`PathElement.Compare`). */
export function compareElements(a: string, b: string): number {
  if (a === b) return 0;
  const kind = a.charAt(0);
  if (kind !== b.charAt(0)) return KINDS.indexOf(kind) - KINDS.indexOf(b.charAt(0));
  if (kind === "f") return compareText(a, b);
  return compareValues(parsedElement(a), parsedElement(b));
}

const PARSED_MAX = 4096;
const parsed = new Map<string, unknown>();

/** The value of an element `k:` or `v:`, of an object its names and values in turn. */
function parsedElement(element: string): unknown {
  const known = parsed.get(element);
  if (known !== undefined) return known;
  if (parsed.size >= PARSED_MAX) parsed.clear();
  const value = JSON.parse(element.slice(2)) as unknown;
  const flat = element.startsWith("k") ? Object.entries(value as object).flat() : value;
  parsed.set(element, flat);
  return flat;
}

/** Numbers, then texts, then booleans, then lists, then objects (`value.Compare`). */
function rank(value: unknown): number {
  switch (typeof value) {
    case "number":
      return 0;
    case "string":
      return 1;
    case "boolean":
      return 2;
    default:
      if (Array.isArray(value)) return 3;
      return value === null ? 5 : 4;
  }
}

function compareValues(a: unknown, b: unknown): number {
  const ranks = rank(a) - rank(b);
  if (ranks !== 0) return ranks;
  if (typeof a === "number") return a - (b as number);
  if (typeof a === "string") return compareText(a, b as string);
  if (typeof a === "boolean") return Number(a) - Number(b);
  if (a === null) return 0;
  const left = Array.isArray(a) ? (a as unknown[]) : Object.entries(a as object).flat();
  const right = Array.isArray(b) ? (b as unknown[]) : Object.entries(b as object).flat();
  for (let i = 0; i < left.length && i < right.length; i++) {
    const order = compareValues(left[i], right[i]);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

/** The element as paths in messages show it: `.name`, `[name="web"]`, `[="a"]`, `[3]`. */
export function describeElement(element: string): string {
  const rest = element.slice(2);
  switch (element.charAt(0)) {
    case "f":
      return `.${rest}`;
    case "k": {
      const fields = Object.entries(JSON.parse(rest) as KeyFields);
      return `[${fields.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(",")}]`;
    }
    case "v":
      return `[=${rest}]`;
    default:
      return `[${rest}]`;
  }
}
