/**
 * Go templates: from text to a tree (Go `text/template/parse`). What kubectl's users write: pipelines, variables,
 * `if`, `range`, `with`, `else`, `break`, `continue`; no templates within templates.
 */
import { tokenize, type Token } from "./tokens";

export class TemplateError extends Error {}

export type Expression =
  | { readonly type: "dot"; readonly at: number }
  | { readonly type: "field"; readonly names: readonly string[]; readonly at: number }
  | {
      readonly type: "variable";
      readonly name: string;
      readonly names: readonly string[];
      readonly at: number;
    }
  | { readonly type: "literal"; readonly value: unknown; readonly at: number }
  | { readonly type: "function"; readonly name: string; readonly at: number }
  | { readonly type: "chain"; readonly of: Pipeline; readonly names: readonly string[]; readonly at: number };

/** A function or value, and what it is given. */
export type Call = readonly Expression[];

export interface Pipeline {
  /** Variables that it sets: none, one, or for `range` two. */
  readonly variables: readonly string[];
  readonly declares: boolean;
  readonly calls: readonly Call[];
  readonly text: string;
}

export type TemplateNode =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "action"; readonly pipeline: Pipeline }
  | {
      readonly type: "if" | "with" | "range";
      readonly pipeline: Pipeline;
      readonly body: readonly TemplateNode[];
      readonly otherwise: readonly TemplateNode[];
    }
  | { readonly type: "break" }
  | { readonly type: "continue" };

/** @param functions names of the functions that there are. @throws TemplateError */
export function parseTemplate(source: string, functions: ReadonlySet<string>): readonly TemplateNode[] {
  return new TemplateParser(source, functions).parse();
}

const BLOCKS = ["if", "with", "range"] as const;
type Block = (typeof BLOCKS)[number];

class TemplateParser {
  readonly #source: string;
  readonly #functions: ReadonlySet<string>;
  readonly #tokens: readonly Token[];
  readonly #variables: string[] = ["$"];
  #at = 0;
  #loops = 0;

  constructor(source: string, functions: ReadonlySet<string>) {
    this.#source = source;
    this.#functions = functions;
    this.#tokens = tokenize(source, (message, at) => this.#error(message, at));
  }

  parse(): readonly TemplateNode[] {
    const { nodes, end } = this.#nodes();
    if (end !== "") throw this.#error(`unexpected {{${end}}}`, this.#peek().at);
    return nodes;
  }

  #error(message: string, at: number): TemplateError {
    const line = this.#source.slice(0, at).split("\n").length;
    return new TemplateError(`template: output:${line}: ${message}`);
  }

  #peek(): Token {
    return this.#tokens[this.#at] as Token;
  }

  #next(): Token {
    return this.#tokens[this.#at++] as Token;
  }

  #skipSpace(): void {
    while (this.#peek().type === "space") this.#at++;
  }

  /** Nodes up to `end`, `else` or the end of the text; gives which it was. */
  #nodes(): { nodes: TemplateNode[]; end: string } {
    const nodes: TemplateNode[] = [];
    for (;;) {
      const token = this.#next();
      if (token.type === "eof") return { nodes, end: "" };
      if (token.type === "text") {
        nodes.push({ type: "text", text: token.text });
        continue;
      }
      this.#skipSpace();
      const word = this.#peek();
      if (word.type === "word" && (word.text === "end" || word.text === "else")) {
        this.#at++;
        return { nodes, end: word.text };
      }
      nodes.push(this.#node(word));
    }
  }

  #node(word: Token): TemplateNode {
    if (word.type === "word" && (BLOCKS as readonly string[]).includes(word.text)) {
      this.#at++;
      return this.#block(word.text as Block);
    }
    if (word.type === "word" && (word.text === "break" || word.text === "continue")) {
      this.#at++;
      if (this.#loops === 0) throw this.#error(`{{${word.text}}} outside {{range}}`, word.at);
      this.#close(word.text);
      return { type: word.text };
    }
    const pipeline = this.#pipeline("command");
    this.#close("command");
    return { type: "action", pipeline };
  }

  #block(type: Block): TemplateNode {
    const scope = this.#variables.length;
    const pipeline = this.#pipeline(type);
    this.#close(type);
    if (type === "range") this.#loops++;
    const { nodes: body, end } = this.#nodes();
    if (type === "range") this.#loops--;
    if (end === "") throw this.#error("unexpected EOF", this.#source.length);
    const otherwise = end === "else" ? this.#otherwise() : [];
    if (end === "end") this.#close("end");
    this.#variables.length = scope;
    return { type, pipeline, body, otherwise };
  }

  /** What follows `else`, up to its `end`. */
  #otherwise(): readonly TemplateNode[] {
    this.#skipSpace();
    const word = this.#peek();
    if (word.type === "word" && (word.text === "if" || word.text === "with")) {
      this.#at++;
      return [this.#block(word.text)];
    }
    this.#close("else");
    const { nodes, end } = this.#nodes();
    if (end !== "end")
      throw this.#error(end === "" ? "unexpected EOF" : "unexpected {{else}}", this.#peek().at);
    this.#close("end");
    return nodes;
  }

  #close(context: string): void {
    this.#skipSpace();
    const token = this.#next();
    if (token.type !== "close") throw this.#error(`unexpected ${shown(token)} in ${context}`, token.at);
  }

  #pipeline(context: string): Pipeline {
    this.#skipSpace();
    const from = this.#peek().at;
    const { variables, declares } = this.#declaration(context);
    const calls: Call[] = [];
    for (;;) {
      this.#skipSpace();
      const token = this.#peek();
      if (token.type === "close" || token.type === ")") break;
      if (calls.length > 0) {
        if (token.type !== "|") throw this.#error(`unexpected ${shown(token)} in ${context}`, token.at);
        this.#at++;
      }
      calls.push(this.#call(context));
    }
    if (calls.length === 0) throw this.#error(`missing value for ${context}`, this.#peek().at);
    return { variables, declares, calls, text: this.#source.slice(from, this.#peek().at).trim() };
  }

  #declaration(context: string): { variables: readonly string[]; declares: boolean } {
    const start = this.#at;
    const variables: string[] = [];
    while (this.#peek().type === "variable") {
      variables.push(this.#next().text);
      this.#skipSpace();
      const token = this.#peek();
      if (token.type === ":=" || token.type === "=") {
        this.#at++;
        if (token.type === ":=") this.#variables.push(...variables);
        return { variables, declares: token.type === ":=" };
      }
      if (token.type !== "," || context !== "range" || variables.length > 1) break;
      this.#at++;
      this.#skipSpace();
    }
    this.#at = start;
    return { variables: [], declares: false };
  }

  #call(context: string): Call {
    const terms: Expression[] = [];
    for (;;) {
      this.#skipSpace();
      const token = this.#peek();
      if (token.type === "close" || token.type === ")" || token.type === "|") break;
      terms.push(this.#term(context));
      const after = this.#peek();
      if (after.type !== "space" && after.type !== "close" && after.type !== ")" && after.type !== "|") {
        throw this.#error(`unexpected ${shown(after)} in operand`, after.at);
      }
    }
    if (terms.length === 0) throw this.#error(`missing value for ${context}`, this.#peek().at);
    return terms;
  }

  #term(context: string): Expression {
    const token = this.#next();
    const { at } = token;
    switch (token.type) {
      case ".":
        return { type: "dot", at };
      case "field":
        return { type: "field", names: [token.text, ...this.#names()], at: this.#chainAt(at, token) };
      case "variable":
        if (!this.#variables.includes(token.text))
          throw this.#error(`undefined variable "${token.text}"`, at);
        return { type: "variable", name: token.text, names: this.#names(), at: this.#chainAt(at, token) };
      case "literal":
        return { type: "literal", value: token.value, at };
      case "word":
        if (!this.#functions.has(token.text)) throw this.#error(`function "${token.text}" not defined`, at);
        return { type: "function", name: token.text, at };
      case "(": {
        const of = this.#pipeline("parenthesized pipeline");
        if (this.#next().type !== ")") throw this.#error("unclosed left paren", at);
        return { type: "chain", of, names: this.#names(), at };
      }
      default:
        throw this.#error(`unexpected ${shown(token)} in ${context}`, at);
    }
  }

  /** Where Go says that a chain of fields is: at its second part. */
  #chainAt(at: number, first: Token): number {
    const second = this.#tokens[this.#tokens.indexOf(first, 0) + 1];
    return second?.type === "field" ? second.at : at;
  }

  #names(): string[] {
    const names: string[] = [];
    while (this.#peek().type === "field") names.push(this.#next().text);
    return names;
  }
}

function shown(token: Token): string {
  if (token.type === "eof") return "EOF";
  return token.type === "close" ? '"}}"' : `"${token.type === "field" ? "." : ""}${token.text}"`;
}
