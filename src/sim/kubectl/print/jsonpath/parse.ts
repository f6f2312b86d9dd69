/** kubectl's JSONPath templates: from text to nodes (client-go `util/jsonpath/parser.go`). */

/** One bound of a slice. `derived`: the end of a single index. */
export interface Bound {
  readonly value: number;
  readonly known: boolean;
  readonly derived: boolean;
}

export type PathNode =
  | { readonly type: "list"; readonly nodes: readonly PathNode[] }
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "field"; readonly name: string }
  | { readonly type: "identifier"; readonly name: string }
  | { readonly type: "number"; readonly value: number; readonly float: boolean }
  | { readonly type: "bool"; readonly value: boolean }
  | { readonly type: "array"; readonly from: Bound; readonly to: Bound; readonly step: Bound }
  | { readonly type: "filter"; readonly left: PathNode; readonly right: PathNode; readonly operator: string }
  | { readonly type: "union"; readonly parts: readonly PathNode[] }
  | { readonly type: "wildcard" }
  | { readonly type: "recursive" };

/** A template that cannot be read, or not be carried out; the message is upstream's. */
export class PathError extends Error {}

/** @throws PathError */
export function parsePath(template: string): readonly PathNode[] {
  return new Parser(template).template();
}

/** The nodes of one expression, as between braces. */
function parseAction(text: string): PathNode {
  return parsePath(`{${text}}`)[0] ?? { type: "list", nodes: [] };
}

const TERMINATORS = " \t\r\n.,[]$@{}";

class Parser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  template(): PathNode[] {
    const nodes: PathNode[] = [];
    while (this.#at < this.#text.length) {
      const open = this.#text.indexOf("{", this.#at);
      const end = open < 0 ? this.#text.length : open;
      if (end > this.#at) nodes.push({ type: "text", text: this.#text.slice(this.#at, end) });
      this.#at = end;
      if (open < 0) break;
      this.#at++;
      nodes.push({ type: "list", nodes: this.#action() });
    }
    return nodes;
  }

  #looking(at: string): boolean {
    return this.#text.startsWith(at, this.#at);
  }

  #action(): PathNode[] {
    const nodes: PathNode[] = [];
    for (;;) {
      if (this.#looking("}")) {
        this.#at++;
        return nodes;
      }
      if (this.#looking("[?(")) nodes.push(this.#filter());
      else if (this.#looking("..")) this.#recursive(nodes);
      else this.#element(nodes);
    }
  }

  #element(nodes: PathNode[]): void {
    const c = this.#text[this.#at] ?? "";
    if (c === "" || c === "\n" || c === "\r") throw new PathError("unclosed action");
    if (c === " " || c === "@" || c === "$") this.#at++;
    else if (c === "[") nodes.push(...this.#array());
    else if (c === '"' || c === "'") nodes.push(this.#quote(c));
    else if (c === ".") {
      this.#at++;
      nodes.push(this.#field());
    } else if (/[-+0-9]/.test(c)) nodes.push(this.#number());
    else if (/[\p{L}\p{Nd}_]/u.test(c)) nodes.push(this.#identifier());
    else {
      const code = (c.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
      throw new PathError(`unrecognized character in action: U+${code} '${c}'`);
    }
  }

  #recursive(nodes: PathNode[]): void {
    if (nodes.at(-1)?.type === "recursive") throw new PathError("invalid multiple recursive descent");
    this.#at += 2;
    nodes.push({ type: "recursive" });
    if (/[\p{L}\p{Nd}_]/u.test(this.#text[this.#at] ?? "")) nodes.push(this.#field());
  }

  #field(): PathNode {
    const from = this.#at;
    while (this.#at < this.#text.length && !TERMINATORS.includes(this.#text[this.#at] as string)) {
      this.#at += this.#text[this.#at] === "\\" ? 2 : 1;
    }
    const name = this.#text.slice(from, this.#at);
    return name === "*" ? { type: "wildcard" } : { type: "field", name: name.replaceAll("\\", "") };
  }

  #identifier(): PathNode {
    const from = this.#at;
    while (this.#at < this.#text.length && !TERMINATORS.includes(this.#text[this.#at] as string)) this.#at++;
    const name = this.#text.slice(from, this.#at);
    if (name === "true" || name === "false") return { type: "bool", value: name === "true" };
    return { type: "identifier", name };
  }

  #number(): PathNode {
    const text = /^[-+]?[0-9.]*/.exec(this.#text.slice(this.#at))?.[0] ?? "";
    this.#at += text.length;
    if (/^[-+]?\d+$/.test(text)) return { type: "number", value: Number(text), float: false };
    if (/^[-+]?(?:\d+(?:\.\d*)?|\.\d+)$/.test(text))
      return { type: "number", value: Number(text), float: true };
    throw new PathError(`cannot parse number ${text}`);
  }

  #quote(end: string): PathNode {
    const from = this.#at++;
    for (;;) {
      const c = this.#text[this.#at++];
      if (c === undefined || c === "\n") throw new PathError("unterminated quoted string");
      if (c === end && this.#text[this.#at - 2] !== "\\") break;
    }
    return { type: "text", text: unquote(this.#text.slice(from + 1, this.#at - 1)) };
  }

  #array(): PathNode[] {
    const end = this.#text.slice(this.#at).search(/[\]\n]/);
    if (end < 0 || this.#text[this.#at + end] === "\n") throw new PathError("unterminated array");
    const inside = this.#text.slice(this.#at + 1, this.#at + end);
    this.#at += end + 1;
    const text = inside === "*" ? ":" : inside;
    const parts = text.split(",");
    if (parts.length > 1) return [{ type: "union", parts: parts.map((p) => parseAction(`[${p.trim()}]`)) }];
    const key = /^'([^']*)'$/.exec(text)?.[1];
    if (key !== undefined) return listNodes(parseAction(`.${key}`));
    return [sliceNode(text)];
  }

  #filter(): PathNode {
    this.#at += "[?(".length;
    const from = this.#at;
    let pair = "";
    let closed = false;
    for (;;) {
      const c = this.#text[this.#at++];
      if (c === undefined || c === "\n") throw new PathError("unterminated filter");
      if (c === '"' || c === "'") {
        if (pair === "") pair = c;
        else if (this.#text[this.#at - 2] !== "\\" && c === pair) closed = true;
      } else if (c === ")" && (pair !== "") === closed) break;
    }
    if (this.#text[this.#at++] !== "]") throw new PathError("unclosed array expect ]");
    const text = this.#text.slice(from, this.#at - 2);
    const parts = /^([^!<>=]+)([!<>=]+)(.+)$/s.exec(text);
    if (parts === null) {
      return {
        type: "filter",
        left: parseAction(text),
        right: { type: "list", nodes: [] },
        operator: "exists",
      };
    }
    const [, left, operator, right] = parts as unknown as [string, string, string, string];
    return { type: "filter", left: parseAction(left), right: parseAction(right), operator };
  }
}

function listNodes(node: PathNode): PathNode[] {
  return node.type === "list" ? [...node.nodes] : [node];
}

function sliceNode(text: string): PathNode {
  const parts = /^(-?\d*)(:-?\d*)?(:-?\d*)?$/.exec(text);
  if (parts === null) throw new PathError(`invalid array index ${text}`);
  const [, first = "", second, third] = parts;
  const from = boundOf(first);
  const single: Bound = { value: from.value + 1, known: true, derived: true };
  const to = second === undefined || second === "" ? single : boundOf(second.slice(1));
  return { type: "array", from, to, step: boundOf((third ?? "").slice(1)) };
}

function boundOf(text: string): Bound {
  if (text === "") return { value: 0, known: false, derived: false };
  if (text === "-") throw new PathError(`array index ${text} is not a number`);
  return { value: Number(text), known: true, derived: false };
}

/** Escapes in quoted texts: those of Go. */
function unquote(text: string): string {
  return text.replace(/\\(u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|.)/gs, (_, escape: string) => {
    if (/^[ux]./.test(escape)) return String.fromCodePoint(Number.parseInt(escape.slice(1), 16));
    return ESCAPES[escape] ?? escape;
  });
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  a: "\u0007",
  b: "\b",
  f: "\f",
  v: "\v",
};
