import { ShellSyntaxError, tokenize, type Token } from "./lexer";
import type { Assignment, ListItem, Redirection, ShellNode, Word } from "./tree";

/** Parses a script; undefined when it says something that this shell does not know. */
export function parseShell(script: string): ShellNode | undefined {
  try {
    return parseText(script);
  } catch (error) {
    if (error instanceof ShellSyntaxError) return undefined;
    throw error;
  }
}

function parseText(script: string): ShellNode {
  const parser = new Parser(tokenize(script, parseText));
  const node = parser.list([]);
  if (!parser.atEnd) throw new ShellSyntaxError("unexpected");
  return node;
}

const RESERVED: ReadonlySet<string> = new Set(["do", "done", "then", "else", "elif", "fi", "}", "in"]);

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  get atEnd(): boolean {
    return this.#at === this.#tokens.length;
  }

  /** A list up to one of the closing words (not consumed) or the end. */
  list(closing: readonly string[]): ShellNode {
    const items: ListItem[] = [];
    let after: ListItem["after"] = ";";
    for (;;) {
      while (this.#isOperator(";")) this.#at++;
      if (this.#closes(closing)) {
        if (after !== ";") throw new ShellSyntaxError("unexpected end");
        return { kind: "list", items };
      }
      items.push({ after, node: this.#pipeline() });
      if (this.#closes(closing)) return { kind: "list", items };
      const operator = this.#tokens[this.#at++];
      const text = operator?.kind === "operator" ? operator.text : "";
      if (text !== ";" && text !== "&&" && text !== "||") throw new ShellSyntaxError(`unexpected ${text}`);
      after = text;
    }
  }

  #closes(closing: readonly string[]): boolean {
    return this.atEnd || closing.some((word) => this.#is(word) || (word === ")" && this.#isOperator(")")));
  }

  #pipeline(): ShellNode {
    if (this.#is("!")) {
      this.#at++;
      return { kind: "not", node: this.#pipeline() };
    }
    const stages = [this.#item()];
    while (this.#isOperator("|")) {
      this.#at++;
      while (this.#isOperator(";")) this.#at++;
      stages.push(this.#item());
    }
    return stages.length === 1 ? (stages[0] as ShellNode) : { kind: "pipe", stages };
  }

  #item(): ShellNode {
    if (this.#is("while") || this.#is("until")) return this.#loop();
    if (this.#is("if")) return this.#conditional();
    if (this.#is("for")) return this.#for();
    if (this.#is("{")) return this.#group("}");
    return this.#isOperator("(") ? this.#group(")") : this.#command();
  }

  #group(close: string): ShellNode {
    this.#at++;
    const body = this.list([close]);
    if (this.atEnd) throw new ShellSyntaxError(`missing ${close}`);
    this.#at++;
    return { kind: "group", subshell: close === ")", body, redirections: this.#redirections() };
  }

  #loop(): ShellNode {
    const until = this.#is("until");
    this.#at++;
    const condition = this.list(["do"]);
    this.#take("do");
    const body = this.list(["done"]);
    this.#take("done");
    return { kind: "loop", until, condition, body };
  }

  #for(): ShellNode {
    this.#at++;
    const name = this.#tokens[this.#at++];
    if (name?.kind !== "word" || !/^[A-Za-z_]\w*$/.test(name.plain))
      throw new ShellSyntaxError("bad for loop variable");
    this.#take("in");
    const words: Word[] = [];
    for (let token = this.#tokens[this.#at]; token?.kind === "word"; token = this.#tokens[this.#at]) {
      words.push(token.word);
      this.#at++;
    }
    while (this.#isOperator(";")) this.#at++;
    this.#take("do");
    const body = this.list(["done"]);
    this.#take("done");
    return { kind: "for", name: name.plain, words, body };
  }

  /** After `if` or `elif`. */
  #conditional(): ShellNode {
    this.#at++;
    const condition = this.list(["then"]);
    this.#take("then");
    const body = this.list(["elif", "else", "fi"]);
    if (this.#is("elif")) return { kind: "if", condition, body, otherwise: this.#conditional() };
    let otherwise: ShellNode | undefined;
    if (this.#is("else")) {
      this.#at++;
      otherwise = this.list(["fi"]);
    }
    this.#take("fi");
    return { kind: "if", condition, body, otherwise };
  }

  #command(): ShellNode {
    const assignments: Assignment[] = [];
    const words: Word[] = [];
    const redirections: Redirection[] = [];
    const first = this.#tokens[this.#at];
    if (first?.kind === "word" && RESERVED.has(first.plain))
      throw new ShellSyntaxError(`unexpected ${first.plain}`);
    for (let token = this.#tokens[this.#at]; token !== undefined; token = this.#tokens[this.#at]) {
      if (token.kind === "operator") {
        const redirection = this.#redirection();
        if (redirection === undefined) break;
        redirections.push(redirection);
        continue;
      }
      this.#at++;
      const assignment = words.length === 0 ? assignmentOf(token.word) : undefined;
      if (assignment === undefined) words.push(token.word);
      else assignments.push(assignment);
    }
    if (words.length + assignments.length + redirections.length === 0)
      throw new ShellSyntaxError("no command");
    return { kind: "command", assignments, words, redirections };
  }

  #redirections(): Redirection[] {
    const all: Redirection[] = [];
    for (let one = this.#redirection(); one !== undefined; one = this.#redirection()) all.push(one);
    return all;
  }

  #redirection(): Redirection | undefined {
    const token = this.#tokens[this.#at];
    if (token?.kind !== "operator") return undefined;
    const { text } = token;
    if (text === "2>&1" || text === ">&2" || text === "1>&2") {
      this.#at++;
      return text === "2>&1" ? { from: 2, append: false, to: 1 } : { from: 1, append: false, to: 2 };
    }
    if (!text.includes(">") && text !== "<") return undefined;
    const target = this.#tokens[this.#at + 1];
    if (target?.kind !== "word") throw new ShellSyntaxError("missing file");
    this.#at += 2;
    const from = text === "<" ? 0 : text.startsWith("2") ? 2 : 1;
    return { from, append: text.endsWith(">>"), to: target.word };
  }

  #isOperator(text: string): boolean {
    const token = this.#tokens[this.#at];
    return token?.kind === "operator" && token.text === text;
  }

  #is(word: string): boolean {
    const token = this.#tokens[this.#at];
    return token?.kind === "word" && token.plain === word;
  }

  #take(word: string): void {
    if (!this.#is(word)) throw new ShellSyntaxError(`missing ${word}`);
    this.#at++;
  }
}

/** `NAME=value`, where the name and the sign are as they stand. */
function assignmentOf(word: Word): Assignment | undefined {
  const [first, ...rest] = word;
  if (first?.kind !== "text" || first.quoted) return undefined;
  const match = /^([A-Za-z_]\w*)=/.exec(first.text);
  if (match === null) return undefined;
  const text = first.text.slice(match[0].length);
  const head = text === "" ? [] : [{ kind: "text", text, quoted: false } as const];
  return { name: match[1] as string, value: [...head, ...rest] };
}
