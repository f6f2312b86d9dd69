/** Reads YAML and JSON as kubectl does: several documents, each turned into what JSON can say. */
import { isAlias, isMap, isScalar, isSeq, parseDocument, type Document, type Node } from "yaml";
import { resolvePlain } from "./yaml-scalar";

export type Read =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: string };

/** One document. Errors in go-yaml's words, lines counted from its beginning. */
export function readYaml(text: string): Read {
  const doc = parseDocument(text, {
    schema: "failsafe",
    uniqueKeys: false,
    merge: false,
    strict: true,
    logLevel: "silent",
  });
  const problem = doc.errors[0];
  if (problem !== undefined)
    return { ok: false, error: problemText(problem.code, problem.message, text, problem.pos[0]) };
  try {
    return { ok: true, value: valueOf(doc.contents, doc, 0) };
  } catch (e) {
    if (e instanceof TooDeep) return { ok: false, error: "yaml: document contains excessive aliasing" };
    throw e;
  }
}

class TooDeep extends Error {}

const MAX_DEPTH = 200;

function valueOf(node: unknown, doc: Document, depth: number): unknown {
  if (depth > MAX_DEPTH) throw new TooDeep();
  if (isAlias(node)) return valueOf(node.resolve(doc), doc, depth + 1);
  if (isScalar(node)) {
    if (node.type === "PLAIN" && node.tag === undefined)
      return resolvePlain((node.source ?? node.value ?? "") as string);
    return (node.value ?? "") as string;
  }
  if (isSeq(node)) return node.items.map((item) => valueOf(item, doc, depth + 1));
  if (!isMap(node)) return null;
  const made: Record<string, unknown> = {};
  for (const { key, value } of node.items) {
    const content = valueOf(value, doc, depth + 1);
    if (isMergeKey(key)) {
      for (const from of Array.isArray(content) ? content : [content]) {
        for (const [k, v] of Object.entries((from ?? {}) as object)) if (!Object.hasOwn(made, k)) made[k] = v;
      }
    } else made[keyText(valueOf(key, doc, depth + 1))] = content;
  }
  return made;
}

function isMergeKey(key: unknown): boolean {
  return isScalar(key) && key.type === "PLAIN" && key.value === "<<";
}

/** Keys of JSON are texts: numbers and booleans become theirs. */
function keyText(key: unknown): string {
  return key === null ? "null" : String(key as string | number);
}

/** What go-yaml calls the parser's complaint. */
function problemText(code: string, message: string, text: string, at: number): string {
  const line = text.slice(0, at).split("\n").length;
  switch (code) {
    case "TAB_AS_INDENT":
      return `yaml: line ${line}: found character that cannot start any token`;
    case "BLOCK_AS_IMPLICIT_KEY":
      return `yaml: line ${line}: mapping values are not allowed in this context`;
    case "MISSING_CHAR":
      if (message.includes("flow")) {
        const what = message.includes("]") ? "',' or ']'" : "',' or '}'";
        return `yaml: line ${line}: did not find expected ${what}`;
      }
      if (message.includes("quote")) return `yaml: line ${line}: found unexpected end of stream`;
      return `yaml: line ${line}: could not find expected ':'`;
    case "BAD_INDENT":
    case "UNEXPECTED_TOKEN":
      return `yaml: line ${line}: did not find expected key`;
    case "IMPOSSIBLE":
    default:
      return `yaml: line ${line}: could not find expected ':'`;
  }
}

/** Documents between lines that begin with `---`; a text that begins with `{` or `[` is a stream of JSON. */
export function splitDocuments(text: string): string[] {
  return text.split(/^---(?:[ \t].*)?(?:\r?\n|$)/m);
}

export type { Node };
