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
    return { ok: false, error: problemText(problem.code, problem.message, text, problem.pos[1] - 1) };
  try {
    return { ok: true, value: valueOf(doc.contents, doc, 0) };
  } catch (e) {
    if (e instanceof UnknownAnchor)
      return { ok: false, error: `yaml: unknown anchor '${e.message}' referenced` };
    if (e instanceof TooDeep) return { ok: false, error: "yaml: document contains excessive aliasing" };
    throw e;
  }
}

class TooDeep extends Error {}
class UnknownAnchor extends Error {}

const MAX_DEPTH = 200;

function valueOf(node: unknown, doc: Document, depth: number): unknown {
  if (depth > MAX_DEPTH) throw new TooDeep();
  if (isAlias(node)) {
    const target = node.resolve(doc);
    if (target === undefined) throw new UnknownAnchor(node.source);
    return valueOf(target, doc, depth + 1);
  }
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

/**
 * What go-yaml says instead of the parser's complaint. Its scanner counts lines from one, its parser from zero, and
 * what is wrong in the first line has no number.
 */
function problemText(code: string, message: string, text: string, at: number): string {
  const lines = (until: number): number => text.slice(0, until).split("\n").length - 1;
  const scanner = (line: number, what: string): string =>
    `yaml: ${line === 0 ? "" : `line ${line + 1}: `}${what}`;
  const parser = (line: number, what: string): string => `yaml: ${line === 0 ? "" : `line ${line}: `}${what}`;
  const end = lines(text.length);
  const line = lines(at);
  if (code === "TAB_AS_INDENT" || /reserved character|cannot start/.test(message)) {
    return scanner(line, "found character that cannot start any token");
  }
  if (code === "BLOCK_AS_IMPLICIT_KEY") {
    const colon = text.slice(at + 1).search(/:(?:\s|$)/);
    return scanner(lines(at + 1 + Math.max(colon, 0)), "mapping values are not allowed in this context");
  }
  if (/quote/.test(message)) return scanner(end, "found unexpected end of stream");
  if (/flow.*(?:\]|seq)/i.test(message)) return parser(end, "did not find expected ',' or ']'");
  if (/flow/i.test(message)) return parser(end, "did not find expected ',' or '}'");
  if (/sequence/i.test(message)) return parser(line, "did not find expected '-' indicator");
  if (code === "BAD_INDENT" || code === "UNEXPECTED_TOKEN") return parser(line, "did not find expected key");
  return scanner(line + 1, "could not find expected ':'");
}

/** Documents between lines that begin with `---`; a text that begins with `{` or `[` is a stream of JSON. */
export function splitDocuments(text: string): string[] {
  return text.split(/^---(?:[ \t].*)?(?:\r?\n|$)/m);
}

export type { Node };
