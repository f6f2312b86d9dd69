/**
 * Field selectors: `spec.nodeName=worker-1,status.phase!=Failed` (apimachinery `pkg/fields/selector.go`).
 */
import type { ResourceDefinition } from "./resource";
import { SelectorError } from "./selector";
import type { ApiObject } from "./types";

export interface FieldRequirement {
  readonly field: string;
  /** False for `!=`. */
  readonly equal: boolean;
  readonly value: string;
}

/** A compiled field selector of one resource. */
export interface FieldSelector {
  matches(obj: ApiObject): boolean;
  readonly empty: boolean;
  /** The value that the selector demands of a field, if it does: for dispatch and single-key reads. */
  exact(field: string): string | undefined;
  readonly requirements: readonly FieldRequirement[];
}

const CACHE_SIZE = 1024;
const parsed = new Map<string, readonly FieldRequirement[]>();

/** Parses the text. Throws `SelectorError` with upstream's message. */
export function parseFieldRequirements(text: string): readonly FieldRequirement[] {
  const known = parsed.get(text);
  if (known !== undefined) return known;
  const made = splitTerms(text)
    .filter((term) => term !== "")
    .map(parseTerm);
  if (parsed.size >= CACHE_SIZE) parsed.clear();
  parsed.set(text, made);
  return made;
}

/**
 * Compiles a field selector for a resource. Throws `SelectorError`: a malformed text, or
 * `field label not supported: X`.
 */
export function compileFieldSelector(resource: ResourceDefinition, text: string): FieldSelector {
  const requirements = text === "" ? [] : parseFieldRequirements(text);
  for (const { field } of requirements) {
    if (!resource.hasField(field)) throw new SelectorError(unsupported(resource, field));
  }
  return {
    requirements,
    empty: requirements.length === 0,
    matches(obj) {
      for (const { field, equal, value } of requirements) {
        if ((resource.fieldValue(obj, field) === value) !== equal) return false;
      }
      return true;
    },
    exact: (field) => requirements.find((r) => r.field === field && r.equal)?.value,
  };
}

/** Upstream words it in two ways: kinds with selectable fields of their own, and kinds with the common ones. */
function unsupported(resource: ResourceDefinition, field: string): string {
  const common =
    resource.custom === undefined && resource.fieldNames.every((name) => name.startsWith("metadata."));
  return common
    ? `"${field}" is not a known field selector: only "metadata.name", "metadata.namespace"`
    : `field label not supported: ${field}`;
}

/** Splits at commas that no backslash escapes. */
function splitTerms(text: string): string[] {
  const terms: string[] = [];
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === "\\") i++;
    else if (text[i] === ",") {
      terms.push(text.slice(start, i));
      start = i + 1;
    }
  }
  terms.push(text.slice(start));
  return terms;
}

function parseTerm(term: string): FieldRequirement {
  for (let i = 0; i < term.length; i++) {
    if (term[i] === "!" && term[i + 1] === "=") {
      return { field: term.slice(0, i), equal: false, value: unescapeValue(term.slice(i + 2)) };
    }
    if (term[i] === "=") {
      const from = term[i + 1] === "=" ? i + 2 : i + 1;
      return { field: term.slice(0, i), equal: true, value: unescapeValue(term.slice(from)) };
    }
  }
  throw new SelectorError(`invalid selector: '${term}'; can't understand '${term}'`);
}

/** `\\`, `\,` and `\=` stand for the character itself. */
function unescapeValue(text: string): string {
  if (!text.includes("\\")) return text;
  let made = "";
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!;
    if (c !== "\\") {
      made += c;
      continue;
    }
    const next = text[++i];
    if (next !== "\\" && next !== "," && next !== "=") {
      throw new SelectorError(`invalid field selector: invalid escape sequence: \\${next ?? ""}`);
    }
    made += next;
  }
  return made;
}
