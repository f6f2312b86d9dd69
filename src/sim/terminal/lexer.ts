import { err, ok, type Result } from "../../shared/result";
import type { Part, ScriptError, Word } from "./script";

export type Operator =
  | "|"
  | "||"
  | "&&"
  | ";"
  | "\n"
  | ">"
  | ">>"
  | "<"
  | "2>"
  | "2>>"
  | "&>"
  | "&>>"
  | "2>&1"
  | ">&2"
  | "<<<";

export type Token =
  | { readonly kind: "word"; readonly word: Word }
  | { readonly kind: "operator"; readonly operator: Operator }
  | { readonly kind: "document"; readonly word: Word };

/** Longest first. */
const OPERATORS: readonly (readonly [string, Operator])[] = [
  ["2>&1", "2>&1"],
  ["1>&2", ">&2"],
  ["2>>", "2>>"],
  ["&>>", "&>>"],
  ["<<<", "<<<"],
  [">&2", ">&2"],
  ["||", "||"],
  ["&&", "&&"],
  [">>", ">>"],
  ["2>", "2>"],
  ["1>", ">"],
  ["&>", "&>"],
  ["|", "|"],
  [";", ";"],
  [">", ">"],
  ["<", "<"],
  ["\n", "\n"],
];

const NAME = /^[A-Za-z_][A-Za-z0-9_]*/;
const INCOMPLETE: ScriptError = { incomplete: true, message: "bash: syntax error: unexpected end of file" };

const unexpected = (token: string): ScriptError => ({
  incomplete: false,
  message: `bash: syntax error near unexpected token \`${token}'`,
});

/** A here-document whose text is still to come, with the place of its token. */
interface Pending {
  readonly at: number;
  readonly end: string;
  readonly literal: boolean;
  readonly strip: boolean;
}

class Lexer {
  readonly #text: string;
  readonly tokens: Token[] = [];
  #at = 0;
  #parts: Part[] | undefined;
  #pending: Pending[] = [];

  constructor(text: string) {
    this.#text = text;
  }

  /** The first thing wrong, if any. */
  run(): ScriptError | undefined {
    while (this.#at < this.#text.length) {
      const problem = this.#next();
      if (problem !== undefined) return problem;
    }
    this.#endWord();
    return this.#pending.length > 0 ? INCOMPLETE : undefined;
  }

  #next(): ScriptError | undefined {
    const c = this.#text[this.#at] as string;
    if (c === " " || c === "\t" || c === "\r") {
      this.#endWord();
      this.#at++;
      return undefined;
    }
    if (c === "#" && this.#parts === undefined) {
      while (this.#at < this.#text.length && this.#text[this.#at] !== "\n") this.#at++;
      return undefined;
    }
    if (this.#text.startsWith("<<", this.#at) && this.#text[this.#at + 2] !== "<") return this.#document();
    const operator = this.#operator();
    if (operator !== undefined) return this.#take(...operator);
    if (c === "&" || c === "(" || c === ")") return unexpected(c);
    return this.#character(c);
  }

  /** A digit is part of an operator only where a word could begin. */
  #operator(): readonly [string, Operator] | undefined {
    return OPERATORS.find(
      ([sign]) => this.#text.startsWith(sign, this.#at) && (this.#parts === undefined || !/^\d/.test(sign)),
    );
  }

  #take(sign: string, operator: Operator): ScriptError | undefined {
    this.#endWord();
    this.tokens.push({ kind: "operator", operator });
    this.#at += sign.length;
    return operator === "\n" && this.#pending.length > 0 ? this.#documents() : undefined;
  }

  #character(c: string): ScriptError | undefined {
    switch (c) {
      case "'": {
        const end = this.#text.indexOf("'", this.#at + 1);
        if (end < 0) return INCOMPLETE;
        this.#add("text", this.#text.slice(this.#at + 1, end), true);
        this.#at = end + 1;
        return undefined;
      }
      case '"':
        this.#at++;
        return this.#double();
      case "\\":
        return this.#backslash();
      case "$":
        return this.#dollar(false);
      default:
        this.#add("text", c, false);
        this.#at++;
        return undefined;
    }
  }

  #backslash(): ScriptError | undefined {
    const next = this.#text[this.#at + 1];
    if (next === undefined) return INCOMPLETE;
    if (next !== "\n") this.#add("text", next, true);
    // A line that goes on in the next one may end the text for now.
    else if (this.#at + 2 >= this.#text.length) return INCOMPLETE;
    this.#at += 2;
    return undefined;
  }

  #double(): ScriptError | undefined {
    this.#add("text", "", true);
    for (;;) {
      const c = this.#text[this.#at];
      if (c === undefined) return INCOMPLETE;
      if (c === '"') break;
      if (c === "$") {
        const problem = this.#dollar(true);
        if (problem !== undefined) return problem;
        continue;
      }
      const next = this.#text[this.#at + 1];
      if (c === "\\" && next !== undefined && '"\\$`\n'.includes(next)) {
        if (next !== "\n") this.#add("text", next, true);
        this.#at += 2;
      } else {
        this.#add("text", c, true);
        this.#at++;
      }
    }
    this.#at++;
    return undefined;
  }

  #dollar(quoted: boolean): ScriptError | undefined {
    const rest = this.#text.slice(this.#at + 1);
    if (rest.startsWith("(")) return this.#substitution(quoted);
    const braced = /^\{([A-Za-z_][A-Za-z0-9_]*|\?)\}/.exec(rest);
    const name = braced?.[1] ?? (rest.startsWith("?") ? "?" : NAME.exec(rest)?.[0]);
    if (name === undefined) {
      if (rest.startsWith("{")) return { incomplete: false, message: "bash: bad substitution" };
      this.#add("text", "$", quoted);
      this.#at++;
      return undefined;
    }
    this.#add("variable", name, quoted);
    this.#at += 1 + (braced?.[0] ?? name).length;
    return undefined;
  }

  /** `$(…)`, up to the parenthesis that closes it; quotes inside may hold others. */
  #substitution(quoted: boolean): ScriptError | undefined {
    let depth = 0;
    let quote = "";
    for (let i = this.#at + 1; i < this.#text.length; i++) {
      const c = this.#text[i] as string;
      if (quote !== "") {
        if (c === quote) quote = "";
      } else if (c === "'" || c === '"') quote = c;
      else if (c === "(") depth++;
      else if (c === ")" && --depth === 0) {
        this.#add("command", this.#text.slice(this.#at + 2, i), quoted);
        this.#at = i + 1;
        return undefined;
      }
    }
    return INCOMPLETE;
  }

  #document(): ScriptError | undefined {
    this.#endWord();
    const found = /^<<(-?)[ \t]*(?:'([^'\n]+)'|"([^"\n]+)"|\\?([^\s'"<>|;&()]+))/.exec(
      this.#text.slice(this.#at),
    );
    if (found === null) return unexpected("newline");
    const literal = found[4] === undefined || found[0].includes("\\");
    const end = found[2] ?? found[3] ?? found[4] ?? "";
    this.#pending.push({ at: this.tokens.length, end, literal, strip: found[1] === "-" });
    this.tokens.push({ kind: "document", word: [] });
    this.#at += found[0].length;
    return undefined;
  }

  /** Reads the texts of the here-documents of the line that has just ended. */
  #documents(): ScriptError | undefined {
    for (const { at, end, literal, strip } of this.#pending) {
      const lines: string[] = [];
      for (;;) {
        if (this.#at >= this.#text.length) return INCOMPLETE;
        const stop = this.#text.indexOf("\n", this.#at);
        const raw = this.#text.slice(this.#at, stop < 0 ? undefined : stop);
        const line = strip ? raw.replace(/^\t+/, "") : raw;
        this.#at = stop < 0 ? this.#text.length : stop + 1;
        if (line.replace(/\r$/, "") === end) break;
        if (stop < 0) return INCOMPLETE;
        lines.push(`${line}\n`);
      }
      this.tokens[at] = {
        kind: "document",
        word: literal ? verbatim(lines.join("")) : template(lines.join("")),
      };
    }
    this.#pending = [];
    return undefined;
  }

  #add(kind: Part["kind"], text: string, quoted: boolean): void {
    this.#parts ??= [];
    const last = this.#parts.at(-1);
    if (last !== undefined && last.kind === "text" && kind === "text" && last.quoted === quoted) {
      this.#parts[this.#parts.length - 1] = { kind, text: last.text + text, quoted };
    } else this.#parts.push({ kind, text, quoted });
  }

  #endWord(): void {
    if (this.#parts !== undefined) this.tokens.push({ kind: "word", word: this.#parts });
    this.#parts = undefined;
  }
}

const verbatim = (text: string): Word => [{ kind: "text", text, quoted: true }];

/** The text of a here-document, in which variables count but quotes do not. */
function template(text: string): Word {
  const parts: Part[] = [];
  let rest = text;
  for (;;) {
    const found = /\\([$`\\])|\$\{?([A-Za-z_][A-Za-z0-9_]*)\}?/.exec(rest);
    if (found === null) break;
    parts.push({ kind: "text", text: rest.slice(0, found.index) + (found[1] ?? ""), quoted: true });
    if (found[2] !== undefined) parts.push({ kind: "variable", text: found[2], quoted: true });
    rest = rest.slice(found.index + found[0].length);
  }
  return [...parts, { kind: "text", text: rest, quoted: true }];
}

/** Cuts a command line into words and operators. */
export function tokens(text: string): Result<readonly Token[], ScriptError> {
  const lexer = new Lexer(text);
  const problem = lexer.run();
  return problem === undefined ? ok(lexer.tokens) : err(problem);
}
