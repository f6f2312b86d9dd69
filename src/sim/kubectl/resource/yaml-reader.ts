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
    return { ok: true, value: valueOf(doc.contents, { doc, read: 0, aliased: 0, aliases: 0 }, 0) };
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

/** A document that is being read, and how much of it has been. */
interface Reading {
  readonly doc: Document;
  /** Nodes so far, and how many of them inside of aliases. */
  read: number;
  aliased: number;
  /** Aliases that the reader stands in. */
  aliases: number;
}

/** As go-yaml (`decode.go`): small documents may alias as they like; the larger, the smaller the share of aliases. */
function isBomb({ read, aliased }: Reading): boolean {
  if (aliased <= 100 || read <= 1000) return false;
  const share = read <= 400_000 ? 0.99 : Math.max(0.1, 0.99 - (0.89 * (read - 400_000)) / 3_600_000);
  return aliased / read > share;
}

function valueOf(node: unknown, reading: Reading, depth: number): unknown {
  reading.read++;
  if (reading.aliases > 0) reading.aliased++;
  if (depth > MAX_DEPTH || isBomb(reading)) throw new TooDeep();
  if (isAlias(node)) {
    const target = node.resolve(reading.doc);
    if (target === undefined) throw new UnknownAnchor(node.source);
    reading.aliases++;
    const value = valueOf(target, reading, depth + 1);
    reading.aliases--;
    return value;
  }
  if (isScalar(node)) {
    if (node.type === "PLAIN" && node.tag === undefined)
      return resolvePlain((node.source ?? node.value ?? "") as string);
    return (node.value ?? "") as string;
  }
  if (isSeq(node)) return node.items.map((item) => valueOf(item, reading, depth + 1));
  if (!isMap(node)) return null;
  const made = new Map<string, unknown>();
  for (const { key, value } of node.items) {
    const content = valueOf(value, reading, depth + 1);
    if (isMergeKey(key)) {
      for (const from of Array.isArray(content) ? content : [content]) {
        for (const [k, v] of Object.entries((from ?? {}) as object)) if (!made.has(k)) made.set(k, v);
      }
    } else made.set(keyText(valueOf(key, reading, depth + 1)), content);
  }
  return Object.fromEntries(made);
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
