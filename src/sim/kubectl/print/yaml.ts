/**
 * YAML to the byte as `sigs.k8s.io/yaml` writes it (go-yaml v2: encode.go, emitterc.go, resolve.go): keys sorted,
 * lists not indented, a text plain if it reads back as the same text.
 */
import { resolvesToString } from "../resource/yaml-scalar";
import { naturalOrder } from "./natural-order";

/** Columns after which a text is broken at its next space. */
const BEST_WIDTH = 80;

export function toYaml(value: unknown): string {
  const out = new Emitter();
  out.root(value);
  return out.text;
}

type Dict = Record<string, unknown>;

function isDict(value: unknown): value is Dict {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

class Emitter {
  text = "";
  #column = 0;

  root(value: unknown): void {
    if (isDict(value) && keysOf(value).length > 0) this.#map(value, 0, true);
    else if (Array.isArray(value) && value.length > 0) this.#list(value, 0, true);
    else this.#leaf(value, -2);
    this.#write("\n");
  }

  #write(text: string): void {
    this.text += text;
    const at = text.lastIndexOf("\n");
    this.#column = at < 0 ? this.#column + codePoints(text) : codePoints(text.slice(at + 1));
  }

  #newLine(indent: number): void {
    this.#write(`\n${" ".repeat(Math.max(indent, 0))}`);
  }

  /** `first`: the cursor already stands where the first key goes. */
  #map(value: Dict, indent: number, first: boolean): void {
    for (const [i, key] of keysOf(value).entries()) {
      if (i > 0 || !first) this.#newLine(indent);
      const simple = isSimpleKey(key);
      if (!simple) this.#write("? ");
      this.#scalar(key, indent, simple);
      if (!simple) this.#newLine(indent);
      this.#write(":");
      this.#member(value[key], indent);
    }
  }

  #member(value: unknown, indent: number): void {
    if (isDict(value) && keysOf(value).length > 0) this.#map(value, indent + 2, false);
    else if (Array.isArray(value) && value.length > 0) this.#list(value, indent, false);
    else {
      this.#write(" ");
      this.#leaf(value, indent);
    }
  }

  #list(value: readonly unknown[], indent: number, first: boolean): void {
    for (const [i, item] of value.entries()) {
      if (i > 0 || !first) this.#newLine(indent);
      this.#write("- ");
      if (isDict(item) && keysOf(item).length > 0) this.#map(item, indent + 2, true);
      else if (Array.isArray(item) && item.length > 0) this.#list(item, indent + 2, true);
      else this.#leaf(item, indent);
    }
  }

  #leaf(value: unknown, indent: number): void {
    if (typeof value === "string") this.#scalar(value, indent, false);
    else if (typeof value === "number") this.#write(yamlNumber(value));
    else if (Array.isArray(value)) this.#write("[]");
    else if (isDict(value)) this.#write("{}");
    else this.#write(value === undefined || value === null ? "null" : String(value as boolean));
  }

  #scalar(text: string, indent: number, simpleKey: boolean): void {
    const style = styleOf(text, simpleKey);
    const inner = indent + 2;
    if (style === "plain") this.#folding(text, inner, !simpleKey, (c) => c);
    else if (style === "single") {
      this.#write("'");
      this.#singleQuoted(text, inner, !simpleKey);
      this.#write("'");
    } else if (style === "double") this.#doubleQuoted(text, inner, !simpleKey);
    else this.#literal(text, inner);
  }

  /** Writes a text, a line break in place of a space beyond the best width. */
  #folding(text: string, indent: number, breaks: boolean, write: (c: string) => string): void {
    const chars = Array.from(text);
    let spaces = false;
    for (const [i, c] of chars.entries()) {
      if (c === " ") {
        if (breaks && !spaces && this.#column > BEST_WIDTH && chars[i + 1] !== " ") this.#newLine(indent);
        else this.#write(c);
        spaces = true;
      } else {
        this.#write(write(c));
        spaces = false;
      }
    }
  }

  #singleQuoted(text: string, indent: number, breaks: boolean): void {
    const chars = Array.from(text);
    let spaces = false;
    for (const [i, c] of chars.entries()) {
      if (c === " ") {
        const inside = i > 0 && i < chars.length - 1;
        if (breaks && !spaces && inside && this.#column > BEST_WIDTH && chars[i + 1] !== " ")
          this.#newLine(indent);
        else this.#write(c);
        spaces = true;
      } else {
        this.#write(c === "'" ? "''" : c);
        spaces = false;
      }
    }
  }

  #doubleQuoted(text: string, indent: number, breaks: boolean): void {
    this.#write('"');
    const chars = Array.from(text);
    let spaces = false;
    for (const [i, c] of chars.entries()) {
      if (!isPrintable(c) || c === '"' || c === "\\" || c === "\n" || c === "\ufeff") {
        this.#write(escapeOf(c));
        spaces = false;
      } else if (c === " ") {
        if (breaks && !spaces && i > 0 && i < chars.length - 1 && this.#column > BEST_WIDTH) {
          this.#newLine(indent);
          if (chars[i + 1] === " ") this.#write("\\");
        } else this.#write(c);
        spaces = true;
      } else {
        this.#write(c);
        spaces = false;
      }
    }
    this.#write('"');
  }

  #literal(text: string, indent: number): void {
    let head = "|";
    if (text.startsWith(" ") || text.startsWith("\n")) head += "2";
    if (!text.endsWith("\n")) head += "-";
    else if (text === "\n" || text.endsWith("\n\n")) head += "+";
    this.#write(head);
    const lines = text.split("\n");
    if (text.endsWith("\n")) lines.pop();
    for (const line of lines) {
      if (line === "") this.#write("\n");
      else {
        this.#newLine(indent);
        this.#write(line);
      }
    }
  }
}

function keysOf(value: Dict): string[] {
  return Object.keys(value)
    .filter((key) => value[key] !== undefined)
    .sort(naturalOrder);
}

function codePoints(text: string): number {
  let n = 0;
  for (const _ of text) n++;
  return n;
}

/** A key longer than that, or of several lines, needs `?`. */
function isSimpleKey(key: string): boolean {
  return codePoints(key) <= 128 && !key.includes("\n");
}

type Style = "plain" | "single" | "double" | "literal";

function styleOf(text: string, simpleKey: boolean): Style {
  const may = analyze(text);
  if (text.includes("\n")) {
    if (may.block && !simpleKey) return "literal";
    return "double";
  }
  if (!resolvesToString(text)) return "double";
  if (may.plain && !(text === "" && simpleKey)) return "plain";
  return may.single ? "single" : "double";
}

/** Which styles can carry a text at all (emitterc.go yaml_emitter_analyze_scalar), in block context. */
function analyze(text: string): { plain: boolean; single: boolean; block: boolean } {
  if (text === "") return { plain: true, single: true, block: false };
  const special = Array.from(text).some((c) => c !== "\n" && !isPrintable(c));
  const spaceBreak = / \n/.test(text);
  const breakSpace = /\n /.test(text);
  const edges = /^[ \n]|[ \n]$/.test(text);
  const indicators =
    /^(?:---|\.\.\.)/.test(text) ||
    /^[#,[\]{}&*!|>'"%@`]/.test(text) ||
    /^[-?:](?:\s|$)/.test(text) ||
    /:(?:\s|$)/.test(text) ||
    /\s#/.test(text);
  const all = !spaceBreak && !special;
  return {
    plain: all && !edges && !breakSpace && !text.includes("\n") && !indicators,
    single: all && !breakSpace,
    block: all && !text.endsWith(" "),
  };
}

function isPrintable(c: string): boolean {
  const code = c.codePointAt(0) as number;
  return (
    code === 0x0a ||
    (code >= 0x20 && code <= 0x7e) ||
    (code >= 0xa0 && code <= 0xd7ff) ||
    (code >= 0xe000 && code <= 0xfffd && code !== 0xfeff)
  );
}

const ESCAPES: Readonly<Record<string, string>> = {
  "\0": "\\0",
  "\u0007": "\\a",
  "\b": "\\b",
  "\t": "\\t",
  "\n": "\\n",
  "\v": "\\v",
  "\f": "\\f",
  "\r": "\\r",
  "\u001b": "\\e",
  '"': '\\"',
  "\\": "\\\\",
  "\u0085": "\\N",
  "\u00a0": "\\_",
  "\u2028": "\\L",
  "\u2029": "\\P",
};

function escapeOf(c: string): string {
  const known = ESCAPES[c];
  if (known !== undefined) return known;
  const code = c.codePointAt(0) as number;
  if (code <= 0xff) return `\\x${code.toString(16).toUpperCase().padStart(2, "0")}`;
  if (code <= 0xffff) return `\\u${code.toString(16).toUpperCase().padStart(4, "0")}`;
  return `\\U${code.toString(16).toUpperCase().padStart(8, "0")}`;
}

/** Go's `%g` with the shortest digits: an exponent below 1e-4 and from 1e21 on. */
function yamlNumber(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e21) return String(value);
  const [digits, exponent] = value.toExponential().split("e") as [string, string];
  const power = Number(exponent);
  if (power >= -4 && power < 21) return String(value);
  const size = Math.abs(power);
  return `${digits}e${power < 0 ? "-" : "+"}${size < 10 ? "0" : ""}${size}`;
}
