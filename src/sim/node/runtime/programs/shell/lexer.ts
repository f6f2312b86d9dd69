import type { ShellNode, Word, WordPart } from "./tree";

/** An operator, or a word with what has to be expanded in it. */
export type Token =
  | { readonly kind: "operator"; readonly text: string }
  | {
      readonly kind: "word";
      readonly word: Word;
      /** As it stands, if nothing is quoted or expanded. */ readonly plain: string;
    };

/** Thrown inside the lexer and the parser: the script makes no sense. Never leaves `parseShell`. */
export class ShellSyntaxError extends Error {}

const OPERATORS = [
  "&&",
  "||",
  ">>",
  "2>&1",
  "1>&2",
  ">&2",
  "2>>",
  "2>",
  "1>",
  ";",
  "|",
  "&",
  ">",
  "<",
  "(",
  ")",
];
const BREAKS = " \t\n;|&><()";

/** Cuts a script into tokens; `parse` is asked for what stands in `$(…)`. */
export function tokenize(script: string, parse: (inner: string) => ShellNode): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < script.length) {
    const c = script[at] as string;
    if (c === " " || c === "\t") at++;
    else if (c === "\\" && script[at + 1] === "\n") at += 2;
    else if (c === "\n") {
      tokens.push({ kind: "operator", text: ";" });
      at++;
    } else if (c === "#") {
      while (at < script.length && script[at] !== "\n") at++;
    } else {
      const operator = OPERATORS.find((o) => script.startsWith(o, at));
      if (operator !== undefined) {
        tokens.push({ kind: "operator", text: operator });
        at += operator.length;
      } else {
        const reader = new WordReader(script, at, parse);
        tokens.push(reader.read());
        at = reader.at;
      }
    }
  }
  return tokens;
}

/** Reads one word, with its quotes and expansions. */
class WordReader {
  at: number;
  readonly #script: string;
  readonly #parse: (inner: string) => ShellNode;
  readonly #parts: WordPart[] = [];
  #text = "";
  #plain = true;

  constructor(script: string, at: number, parse: (inner: string) => ShellNode) {
    this.#script = script;
    this.at = at;
    this.#parse = parse;
  }

  read(): Token {
    const script = this.#script;
    while (this.at < script.length && !BREAKS.includes(script[this.at] as string)) {
      const c = script[this.at] as string;
      if (c === "'") this.#single();
      else if (c === '"') this.#double();
      else if (c === "$" || c === "`") this.#expansion(false);
      else if (c === "\\" && this.at + 1 < script.length) {
        this.#add("text", script[this.at + 1] as string, true);
        this.at += 2;
      } else {
        this.#text += c;
        this.at++;
      }
    }
    this.#flush(false);
    const plain = this.#plain ? this.#parts.map((p) => (p.kind === "text" ? p.text : "")).join("") : "";
    return { kind: "word", word: this.#parts, plain };
  }

  #flush(quoted: boolean): void {
    if (this.#text !== "") this.#parts.push({ kind: "text", text: this.#text, quoted });
    this.#text = "";
  }

  #add(kind: "text", text: string, quoted: boolean): void {
    this.#flush(false);
    this.#plain = false;
    this.#parts.push({ kind, text, quoted });
  }

  #single(): void {
    const close = this.#script.indexOf("'", this.at + 1);
    if (close < 0) throw new ShellSyntaxError("unterminated quoted string");
    this.#add("text", this.#script.slice(this.at + 1, close), true);
    this.at = close + 1;
  }

  #double(): void {
    this.#flush(false);
    this.#plain = false;
    this.at++;
    this.#parts.push({ kind: "text", text: "", quoted: true });
    for (;;) {
      const c = this.#script[this.at];
      if (c === undefined) throw new ShellSyntaxError("unterminated quoted string");
      if (c === '"') break;
      if (c === "$" || c === "`") {
        this.#flush(true);
        this.#expansion(true);
      } else if (c === "\\" && '"\\$`'.includes(this.#script[this.at + 1] ?? " ")) {
        this.#text += this.#script[this.at + 1] as string;
        this.at += 2;
      } else {
        this.#text += c;
        this.at++;
      }
    }
    this.#flush(true);
    this.at++;
  }

  #expansion(quoted: boolean): void {
    const script = this.#script;
    this.#flush(quoted);
    const rest = script.slice(this.at);
    if (rest.startsWith("$((")) {
      const close = script.indexOf("))", this.at);
      if (close < 0) throw new ShellSyntaxError("missing '))'");
      this.#part({ kind: "arithmetic", expression: script.slice(this.at + 3, close), quoted }, close + 2);
    } else if (rest.startsWith("$(")) {
      const close = closing(script, this.at + 1);
      this.#part({ kind: "command", body: this.#parse(script.slice(this.at + 2, close)), quoted }, close + 1);
    } else if (rest.startsWith("`")) {
      const close = script.indexOf("`", this.at + 1);
      if (close < 0) throw new ShellSyntaxError("unterminated quoted string");
      this.#part({ kind: "command", body: this.#parse(script.slice(this.at + 1, close)), quoted }, close + 1);
    } else {
      const name = /^\$(?:\{([A-Za-z_]\w*|[?#@*\d$])\}|([A-Za-z_]\w*|[?#@*\d$]))/.exec(rest);
      if (name !== null) {
        this.#part({ kind: "variable", name: name[1] ?? name[2] ?? "", quoted }, this.at + name[0].length);
      } else if (rest.startsWith("${")) throw new ShellSyntaxError("bad substitution");
      else {
        this.#text += "$";
        this.at++;
      }
    }
  }

  #part(part: WordPart, end: number): void {
    this.#parts.push(part);
    this.#plain = false;
    this.at = end;
  }
}

/** The bracket that closes the one at `open`; quotes inside are skipped. */
function closing(script: string, open: number): number {
  let depth = 0;
  for (let at = open; at < script.length; at++) {
    const c = script[at] as string;
    if (c === "'" || c === '"') {
      const close = script.indexOf(c, at + 1);
      if (close < 0) break;
      at = close;
    } else if (c === "(") depth++;
    else if (c === ")" && --depth === 0) return at;
  }
  throw new ShellSyntaxError("missing ')'");
}
