import { INCOMPLETE, ScriptFault, unexpected } from "./fault";
import type { Part, Script, Word } from "./script";

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
  | "<<<"
  | "("
  | ")";

export type Token =
  | { readonly kind: "word"; readonly word: Word }
  | { readonly kind: "operator"; readonly operator: Operator }
  | { readonly kind: "document"; readonly word: Word };

/** Longest first. */
const OPERATORS: readonly (readonly [string, Operator])[] = [
  ["2>&1", "2>&1"],
  ["1>&2", ">&2"],
  ["2>>", "2>>"],
  ["1>>", ">>"],
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
  ["(", "("],
  [")", ")"],
  [">", ">"],
  ["<", "<"],
  ["\n", "\n"],
];

/** What may follow a `$`. Of the special ones only `$?` has a value. */
const NAME = /^(?:\{([A-Za-z_]\w*|[?#@*$\d])\}|([A-Za-z_]\w*|[?#@*$\d]))/;

/** What means nothing else in a here-document. */
const PLAIN = /[^$`\\]+/y;

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
  readonly #parse: (text: string) => Script;

  constructor(text: string, parse: (text: string) => Script) {
    this.#text = text;
    this.#parse = parse;
  }

  run(): readonly Token[] {
    while (this.#at < this.#text.length) this.#next();
    this.#endWord();
    if (this.#pending.length > 0) throw new ScriptFault(INCOMPLETE);
    return this.tokens;
  }

  /** The text of a here-document, in which `$` and backticks count but quotes do not. */
  template(): Word {
    this.#addText("", true);
    while (this.#at < this.#text.length) {
      PLAIN.lastIndex = this.#at;
      const [text = ""] = PLAIN.exec(this.#text) ?? [];
      const c = this.#text[this.#at];
      const next = this.#text[this.#at + 1] ?? " ";
      if (text !== "") {
        this.#addText(text, true);
        this.#at += text.length;
      } else if (c === "$") this.#dollar(true);
      else if (c === "`") this.#backticks(true);
      else {
        const escapes = "\\$`\n".includes(next);
        if (next !== "\n") this.#addText(escapes ? next : "\\", true);
        this.#at += escapes ? 2 : 1;
      }
    }
    return this.#parts ?? [];
  }

  #next(): void {
    const c = this.#text[this.#at] as string;
    if (c === " " || c === "\t" || c === "\r") {
      this.#endWord();
      this.#at++;
      return;
    }
    if (c === "#" && this.#parts === undefined) {
      while (this.#at < this.#text.length && this.#text[this.#at] !== "\n") this.#at++;
      return;
    }
    if (this.#text.startsWith("<<", this.#at) && this.#text[this.#at + 2] !== "<") {
      this.#document();
      return;
    }
    const operator = this.#operator();
    if (operator !== undefined) this.#take(...operator);
    else if (c === "&") throw new ScriptFault(unexpected(c));
    else this.#character(c);
  }

  /** A digit is part of an operator only where a word could begin. */
  #operator(): readonly [string, Operator] | undefined {
    return OPERATORS.find(
      ([sign]) => this.#text.startsWith(sign, this.#at) && (this.#parts === undefined || !/^\d/.test(sign)),
    );
  }

  #take(sign: string, operator: Operator): void {
    this.#endWord();
    this.tokens.push({ kind: "operator", operator });
    this.#at += sign.length;
    if (operator === "\n" && this.#pending.length > 0) this.#documents();
  }

  #character(c: string): void {
    switch (c) {
      case "'": {
        const end = this.#text.indexOf("'", this.#at + 1);
        if (end < 0) throw new ScriptFault(INCOMPLETE);
        this.#addText(this.#text.slice(this.#at + 1, end), true);
        this.#at = end + 1;
        break;
      }
      case '"':
        this.#at++;
        this.#double();
        break;
      case "\\":
        this.#backslash();
        break;
      case "$":
        this.#dollar(false);
        break;
      case "`":
        this.#backticks(false);
        break;
      default:
        this.#addText(c, false);
        this.#at++;
    }
  }

  #backslash(): void {
    const next = this.#text[this.#at + 1];
    // A line that goes on in the next one may end the text for now.
    if (next === undefined || (next === "\n" && this.#at + 2 >= this.#text.length))
      throw new ScriptFault(INCOMPLETE);
    if (next !== "\n") this.#addText(next, true);
    this.#at += 2;
  }

  #double(): void {
    this.#addText("", true);
    for (;;) {
      const c = this.#text[this.#at];
      if (c === undefined) throw new ScriptFault(INCOMPLETE);
      if (c === '"') break;
      const next = this.#text[this.#at + 1];
      if (c === "$") this.#dollar(true);
      else if (c === "`") this.#backticks(true);
      else if (c === "\\" && next !== undefined && '"\\$`\n'.includes(next)) {
        if (next !== "\n") this.#addText(next, true);
        this.#at += 2;
      } else {
        this.#addText(c, true);
        this.#at++;
      }
    }
    this.#at++;
  }

  #dollar(quoted: boolean): void {
    const rest = this.#text.slice(this.#at + 1);
    if (rest.startsWith("(")) {
      const end = this.#bracket(this.#at + 1);
      const inner = this.#text.slice(this.#at + 2, end);
      if (inner.startsWith("(") && inner.endsWith(")"))
        this.#add({ kind: "arithmetic", expression: inner.slice(1, -1), quoted });
      else this.#add({ kind: "command", body: this.#parse(inner), quoted });
      this.#at = end + 1;
      return;
    }
    const found = NAME.exec(rest);
    if (found === null) {
      if (rest.startsWith("{")) throw new ScriptFault({ incomplete: false, message: "bad substitution" });
      this.#addText("$", quoted);
      this.#at++;
      return;
    }
    this.#add({ kind: "variable", name: found[1] ?? found[2] ?? "", quoted });
    this.#at += 1 + found[0].length;
  }

  #backticks(quoted: boolean): void {
    let inner = "";
    for (let i = this.#at + 1; ; i++) {
      let c = this.#text[i];
      if (c === "`") {
        this.#at = i + 1;
        break;
      }
      if (c === "\\" && "\\`$".includes(this.#text[i + 1] ?? " ")) c = this.#text[++i];
      if (c === undefined) throw new ScriptFault(INCOMPLETE);
      inner += c;
    }
    this.#add({ kind: "command", body: this.#parse(inner), quoted });
  }

  /** The bracket that closes the one at `open`; quotes inside may hold others. */
  #bracket(open: number): number {
    let depth = 0;
    let quote = "";
    for (let i = open; i < this.#text.length; i++) {
      const c = this.#text[i] as string;
      if (c === "\\" && quote !== "'") i++;
      else if (quote !== "") {
        if (c === quote) quote = "";
      } else if (c === "'" || c === '"') quote = c;
      else if (c === "(") depth++;
      else if (c === ")" && --depth === 0) return i;
    }
    throw new ScriptFault(INCOMPLETE);
  }

  #document(): void {
    this.#endWord();
    const found = /^<<(-?)[ \t]*(?:'([^'\n]+)'|"([^"\n]+)"|\\?([^\s'"<>|;&()]+))/.exec(
      this.#text.slice(this.#at),
    );
    if (found === null) throw new ScriptFault(unexpected("newline"));
    const literal = found[4] === undefined || found[0].includes("\\");
    const end = found[2] ?? found[3] ?? found[4] ?? "";
    this.#pending.push({ at: this.tokens.length, end, literal, strip: found[1] === "-" });
    this.tokens.push({ kind: "document", word: [] });
    this.#at += found[0].length;
  }

  /** Reads the texts of the here-documents of the line that has just ended. */
  #documents(): void {
    for (const { at, end, literal, strip } of this.#pending) {
      const lines: string[] = [];
      for (;;) {
        if (this.#at >= this.#text.length) throw new ScriptFault(INCOMPLETE);
        const stop = this.#text.indexOf("\n", this.#at);
        const raw = this.#text.slice(this.#at, stop < 0 ? undefined : stop);
        const line = strip ? raw.replace(/^\t+/, "") : raw;
        this.#at = stop < 0 ? this.#text.length : stop + 1;
        if (line.replace(/\r$/, "") === end) break;
        if (stop < 0) throw new ScriptFault(INCOMPLETE);
        lines.push(`${line}\n`);
      }
      this.tokens[at] = {
        kind: "document",
        word: literal ? verbatim(lines.join("")) : new Lexer(lines.join(""), this.#parse).template(),
      };
    }
    this.#pending = [];
  }

  #addText(text: string, quoted: boolean): void {
    this.#parts ??= [];
    const last = this.#parts.at(-1);
    if (last?.kind === "text" && last.quoted === quoted) {
      this.#parts[this.#parts.length - 1] = { kind: "text", text: last.text + text, quoted };
    } else this.#parts.push({ kind: "text", text, quoted });
  }

  #add(part: Part): void {
    this.#parts ??= [];
    this.#parts.push(part);
  }

  #endWord(): void {
    if (this.#parts !== undefined) this.tokens.push({ kind: "word", word: this.#parts });
    this.#parts = undefined;
  }
}

const verbatim = (text: string): Word => [{ kind: "text", text, quoted: true }];

/**
 * Cuts a script into words and operators; `parse` is asked for what stands in `$(…)`.
 * @throws ScriptFault
 */
export function tokenize(text: string, parse: (text: string) => Script): readonly Token[] {
  return new Lexer(text, parse).run();
}
