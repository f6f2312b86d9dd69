/**
 * A small part of the POSIX shell: simple commands, `;` `&&` `||`, `while`/`until` loops, `if`, quotes, variables
 * and redirection to files. Enough for what manifests say: `touch /tmp/healthy; sleep 30; rm /tmp/healthy`.
 */
export type ShellNode =
  | { readonly kind: "command"; readonly words: readonly string[]; readonly output: string | undefined }
  | { readonly kind: "list"; readonly items: readonly ListItem[] }
  | {
      readonly kind: "loop";
      readonly until: boolean;
      readonly condition: ShellNode;
      readonly body: ShellNode;
    }
  | {
      readonly kind: "if";
      readonly condition: ShellNode;
      readonly body: ShellNode;
      readonly otherwise: ShellNode | undefined;
    };

export interface ListItem {
  /** When it runs, seen from the command before it. */
  readonly after: ";" | "&&" | "||";
  readonly node: ShellNode;
}

const OPERATORS: ReadonlySet<string> = new Set([";", "&&", "||", ">", ">>", "&", "|"]);

interface Token {
  readonly text: string;
  /** Quoted text is never an operator or a keyword. */
  readonly quoted: boolean;
}

/** Parses a script; undefined when it says something that this shell does not know. */
export function parseShell(script: string, env: ReadonlyMap<string, string>): ShellNode | undefined {
  const tokens = tokenize(script, env);
  if (tokens === undefined) return undefined;
  const parser = new Parser(tokens);
  const node = parser.list([]);
  return node !== undefined && parser.atEnd ? node : undefined;
}

function tokenize(script: string, env: ReadonlyMap<string, string>): Token[] | undefined {
  const tokens: Token[] = [];
  let at = 0;
  while (at < script.length) {
    const c = script[at] as string;
    if (c === " " || c === "\t") at++;
    else if (c === "\n" || c === ";") {
      tokens.push({ text: ";", quoted: false });
      at++;
    } else if (c === "#") {
      while (at < script.length && script[at] !== "\n") at++;
    } else if (c === "&" || c === "|" || c === ">") {
      const double = script[at + 1] === c;
      tokens.push({ text: double ? c + c : c, quoted: false });
      at += double ? 2 : 1;
    } else {
      const word = readWord(script, at, env);
      if (word === undefined) return undefined;
      tokens.push(word.token);
      at = word.end;
    }
  }
  return tokens;
}

function readWord(
  script: string,
  from: number,
  env: ReadonlyMap<string, string>,
): { token: Token; end: number } | undefined {
  let text = "";
  let quoted = false;
  let at = from;
  while (at < script.length && !" \t\n;&|>".includes(script[at] as string)) {
    const c = script[at] as string;
    if (c === "'" || c === '"') {
      const close = script.indexOf(c, at + 1);
      if (close < 0) return undefined;
      const inner = script.slice(at + 1, close);
      text += c === "'" ? inner : expand(inner, env);
      quoted = true;
      at = close + 1;
    } else {
      let end = at;
      while (end < script.length && !" \t\n;&|>'\"".includes(script[end] as string)) end++;
      text += expand(script.slice(at, end), env);
      at = end;
    }
  }
  return { token: { text, quoted }, end: at };
}

function expand(text: string, env: ReadonlyMap<string, string>): string {
  if (!text.includes("$")) return text;
  return text.replace(/\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))/g, (_all, braced: string, bare: string) => {
    return env.get(braced ?? bare) ?? "";
  });
}

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  get atEnd(): boolean {
    return this.#at === this.#tokens.length;
  }

  /** A list up to one of the closing keywords (not consumed) or the end. */
  list(closing: readonly string[]): ShellNode | undefined {
    const items: ListItem[] = [];
    let after: ListItem["after"] = ";";
    for (;;) {
      while (this.#is(";")) this.#at++;
      if (this.atEnd || closing.some((k) => this.#is(k))) return { kind: "list", items };
      const node = this.#item();
      if (node === undefined) return undefined;
      items.push({ after, node });
      if (this.atEnd || closing.some((k) => this.#is(k))) return { kind: "list", items };
      const operator = this.#tokens[this.#at++] as Token;
      if (operator.text !== ";" && operator.text !== "&&" && operator.text !== "||") return undefined;
      after = operator.text;
    }
  }

  #item(): ShellNode | undefined {
    if (this.#is("while") || this.#is("until")) return this.#loop();
    return this.#is("if") ? this.#conditional() : this.#command();
  }

  #loop(): ShellNode | undefined {
    const until = this.#is("until");
    this.#at++;
    const condition = this.list(["do"]);
    if (condition === undefined || !this.#take("do")) return undefined;
    const body = this.list(["done"]);
    if (body === undefined || !this.#take("done")) return undefined;
    return { kind: "loop", until, condition, body };
  }

  #conditional(): ShellNode | undefined {
    this.#at++;
    const condition = this.list(["then"]);
    if (condition === undefined || !this.#take("then")) return undefined;
    const body = this.list(["else", "fi"]);
    if (body === undefined) return undefined;
    const otherwise = this.#take("else") ? this.list(["fi"]) : undefined;
    return this.#take("fi") ? { kind: "if", condition, body, otherwise } : undefined;
  }

  #command(): ShellNode | undefined {
    const words: string[] = [];
    let output: string | undefined;
    while (!this.atEnd) {
      const token = this.#tokens[this.#at] as Token;
      if (!token.quoted && OPERATORS.has(token.text)) {
        if (!token.text.startsWith(">")) break;
        output = this.#tokens[this.#at + 1]?.text;
        if (output === undefined) return undefined;
        this.#at += 2;
        continue;
      }
      words.push(token.text);
      this.#at++;
    }
    return words.length > 0 ? { kind: "command", words, output } : undefined;
  }

  #is(keyword: string): boolean {
    const token = this.#tokens[this.#at];
    return token !== undefined && !token.quoted && token.text === keyword;
  }

  #take(keyword: string): boolean {
    if (!this.#is(keyword)) return false;
    this.#at++;
    return true;
  }
}
