/**
 * Objects out of files and standard input, as kubectl takes them (apimachinery `util/yaml` decoder, cli-runtime
 * `resource/visitor.go`).
 */
import { fail, Failure } from "../cli/failure";
import { goQuote } from "../cli/quote";
import { compactJson } from "../print/json";
import { readYaml, splitDocuments } from "./yaml-reader";

export interface LoadedObject {
  readonly object: Record<string, unknown>;
  /** File it comes from, as the user named it; `STDIN`. */
  readonly source: string;
}

/**
 * All objects of a text, and failures in the places of those that are none. What is no YAML or JSON at all ends the
 * text.
 */
export function readObjects(text: string, source: string): (LoadedObject | Failure)[] {
  const documents = /^\s*\{/.test(text) ? jsonDocuments(text, source) : yamlDocuments(text, source);
  return documents
    .filter((d) => d !== null && d !== undefined)
    .map((d) => (d instanceof Failure ? d : checked(d, source)));
}

function yamlDocuments(text: string, source: string): unknown[] {
  const found: unknown[] = [];
  for (const document of splitDocuments(text)) {
    const read = readYaml(document);
    found.push(
      read.ok ? read.value : fail(`error parsing ${source}: error converting YAML to JSON: ${read.error}`),
    );
    if (!read.ok) break;
  }
  return found;
}

/** JSON values one after the other, with or without `---` between them. */
function jsonDocuments(text: string, source: string): unknown[] {
  const found: unknown[] = [];
  let rest = text.trimStart();
  while (rest !== "") {
    const end = endOfJson(rest);
    try {
      found.push(JSON.parse(rest.slice(0, end)));
    } catch {
      return yamlDocuments(text, source);
    }
    rest = rest.slice(end).replace(/^\s*(?:---[^\n]*\n?)?\s*/, "");
  }
  return found;
}

/** Where the first value of a text ends: after the bracket that closes its first one. */
function endOfJson(text: string): number {
  let depth = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (quoted) {
      if (c === "\\") i++;
      else if (c === '"') quoted = false;
    } else if (c === '"') quoted = true;
    else if (c === "{" || c === "[") depth++;
    else if (c === "}" || c === "]") {
      depth--;
      if (depth === 0) return i + 1;
    }
  }
  return text.length;
}

function checked(document: unknown, source: string): LoadedObject | Failure {
  const named = goQuote(source);
  if (typeof document !== "object" || Array.isArray(document)) {
    const kind = Array.isArray(document)
      ? "array"
      : typeof document === "object"
        ? "object"
        : typeof document;
    return fail(
      `unable to decode ${named}: json: cannot unmarshal ${kind} into Go value of type unstructured.detector`,
    );
  }
  const object = document as Record<string, unknown>;
  const { kind } = object;
  if (typeof kind !== "string" || kind === "") {
    return fail(`unable to decode ${named}: Object 'Kind' is missing in '${compact(object)}'`);
  }
  // Go's maps have no order of their own: what is sent is sorted.
  return { object: JSON.parse(compactJson(object)) as Record<string, unknown>, source };
}

function compact(object: unknown): string {
  return JSON.stringify(object);
}
