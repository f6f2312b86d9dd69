/** Tokens of Go templates (Go `text/template/parse/lex.go`). */
import { trimEnd } from "../../../../shared/trim";

export interface Token {
  readonly type:
    | "text"
    | "open"
    | "close"
    | "space"
    | "field"
    | "variable"
    | "word"
    | "literal"
    | "."
    | "("
    | ")"
    | "|"
    | ","
    | "="
    | ":="
    | "eof";
  readonly text: string;
  readonly at: number;
  readonly value?: unknown;
}

type Complain = (message: string, at: number) => Error;

export function tokenize(source: string, complain: Complain): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  let trimNext = false;
  for (;;) {
    const open = source.indexOf("{{", at);
    const end = open < 0 ? source.length : open;
    const trims = open >= 0 && /^-\s/.test(source.slice(open + 2, open + 4));
    let text = source.slice(at, end);
    if (trimNext) text = text.replace(/^[ \t\r\n]+/, "");
    if (trims) text = trimEnd(text, " \t\r\n");
    if (text !== "") tokens.push({ type: "text", text, at });
    if (open < 0) break;
    at = open + 2 + (trims ? 2 : 0);
    const comment = /^\/\*.*?\*\/( -)?\}\}/s.exec(source.slice(at));
    if (comment === null) {
      tokens.push({ type: "open", text: "{{", at: open });
      at = insideAction(source, at, tokens, complain);
      trimNext = source.slice(0, at).endsWith("-}}");
    } else {
      at += comment[0].length;
      trimNext = comment[1] !== undefined;
    }
  }
  tokens.push({ type: "eof", text: "", at: source.length });
  return tokens;
}

type Rule = readonly [pattern: RegExp, type: Token["type"], value?: (text: string) => unknown];

const RULES: readonly Rule[] = [
  [/^(?:[ \t\r\n]+-(?=\}\}))/, "space"],
  [/^[ \t\r\n]+/, "space"],
  [/^:=/, ":="],
  [/^=/, "="],
  [/^\|/, "|"],
  [/^,/, ","],
  [/^\(/, "("],
  [/^\)/, ")"],
  [/^"(?:[^"\\\n]|\\.)*"/, "literal", goString],
  [/^`[^`]*`/, "literal", (text) => text.slice(1, -1)],
  [/^'(?:[^'\\\n]|\\.)+'/, "literal", (text) => goString(text).codePointAt(0)],
  [/^[-+]?(?:0[xX][0-9a-fA-F]+|\d+\.?\d*(?:[eE][-+]?\d+)?|\.\d+)/, "literal", Number],
  [/^\.[\p{L}\p{Nd}_]+/u, "field"],
  [/^\./, "."],
  [/^\$[\p{L}\p{Nd}_]*/u, "variable"],
  [/^[\p{L}_][\p{L}\p{Nd}_]*/u, "word"],
];

const CONSTANTS: Readonly<Record<string, unknown>> = { true: true, false: false, nil: null };

/** Reads up to the end of an action; gives the place after it. */
function insideAction(source: string, from: number, tokens: Token[], complain: Complain): number {
  let at = from;
  for (;;) {
    const rest = source.slice(at);
    if (rest.startsWith("}}")) {
      tokens.push({ type: "close", text: "}}", at });
      return at + 2;
    }
    if (rest === "") throw complain("unclosed action", at);
    const rule = RULES.find(([pattern]) => pattern.test(rest));
    if (rule === undefined) throw complain(badCharacter(rest), at);
    const [pattern, type, value] = rule;
    const text = (pattern.exec(rest) as RegExpExecArray)[0];
    tokens.push(tokenOf(type, text, at, value));
    at += text.length;
  }
}

function tokenOf(type: Token["type"], text: string, at: number, value?: (text: string) => unknown): Token {
  if (type === "word" && Object.hasOwn(CONSTANTS, text))
    return { type: "literal", text, at, value: CONSTANTS[text] };
  if (type === "field") return { type, text: text.slice(1), at };
  return value === undefined ? { type, text, at } : { type, text, at, value: value(text) };
}

function badCharacter(rest: string): string {
  if (rest.startsWith('"')) return "unterminated quoted string";
  if (rest.startsWith("`")) return "unterminated raw quoted string";
  if (rest.startsWith("'")) return "unterminated character constant";
  const c = String.fromCodePoint(rest.codePointAt(0) ?? 0);
  if (c === "}") return 'unexpected "}" in operand';
  const code = (c.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
  return `unrecognized character in action: U+${code} '${c}'`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  "0": "\0",
  a: "\u0007",
  b: "\b",
  f: "\f",
  v: "\v",
};

function goString(quoted: string): string {
  return quoted.slice(1, -1).replace(/\\(u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|.)/gs, (_, escape: string) => {
    if (/^[ux]./.test(escape)) return String.fromCodePoint(Number.parseInt(escape.slice(1), 16));
    return ESCAPES[escape] ?? escape;
  });
}
