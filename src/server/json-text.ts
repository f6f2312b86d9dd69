/**
 * Looks through the text of a JSON body for what a parser does not tell: keys that are there twice, numbers that
 * JavaScript cannot hold, and, where it is no JSON, what is wrong in the words of Go (`encoding/json`, scanner.go),
 * in which API servers say it.
 */

/** Deeper than any real object; Go's own limit is 10,000. */
export const MAX_DEPTH = 200;

export interface JsonFindings {
  /** Paths of fields that are there more than once, as `spec.containers[0].name`. */
  readonly duplicates: readonly string[];
  /** The first thing wrong; undefined for a good text. */
  readonly problem: string | undefined;
}

class Problem extends Error {}

export function inspectJson(text: string): JsonFindings {
  const scanner = new Scanner(text);
  try {
    scanner.document();
    return { duplicates: [...scanner.duplicates], problem: undefined };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { duplicates: [], problem: error.message };
  }
}

const END = "unexpected end of JSON input";
const ESCAPES: ReadonlySet<string> = new Set('"\\/bfnrt');
const LITERALS: Readonly<Record<string, string>> = { t: "true", f: "false", n: "null" };

class Scanner {
  readonly duplicates = new Set<string>();
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): void {
    this.#value("");
    if (this.#peek() !== undefined) this.#bad("after top-level value");
  }

  /** The next character that is no white space, where the scanner then stands. */
  #peek(): string | undefined {
    while (" \t\r\n".includes(this.#text[this.#at] ?? "x")) this.#at++;
    return this.#text[this.#at];
  }

  #value(path: string): void {
    const first = this.#peek();
    if (first === "{") this.#nested(() => this.#object(path));
    else if (first === "[") this.#nested(() => this.#array(path));
    else if (first === '"') this.#string();
    else if (first !== undefined && (first === "-" || isDigit(first))) this.#number();
    else if (first !== undefined && first in LITERALS) this.#literal(LITERALS[first] ?? "");
    else this.#bad("looking for beginning of value");
  }

  #nested(read: () => void): void {
    if (++this.#depth > MAX_DEPTH) throw new Problem("exceeded max depth");
    this.#at++;
    read();
    this.#depth--;
  }

  #object(path: string): void {
    const keys = new Set<string>();
    if (this.#peek() === "}") {
      this.#at++;
      return;
    }
    for (;;) {
      if (this.#peek() !== '"') this.#bad("looking for beginning of object key string");
      const key = this.#string();
      const own = path === "" ? key : `${path}.${key}`;
      if (keys.has(key)) this.duplicates.add(own);
      keys.add(key);
      if (this.#peek() !== ":") this.#bad("after object key");
      this.#at++;
      this.#value(own);
      if (!this.#goesOn("}", "after object key:value pair")) return;
    }
  }

  #array(path: string): void {
    if (this.#peek() === "]") {
      this.#at++;
      return;
    }
    for (let i = 0; ; i++) {
      this.#value(`${path}[${i}]`);
      if (!this.#goesOn("]", "after array element")) return;
    }
  }

  /** Reads what stands behind an element. @returns whether another one follows */
  #goesOn(close: string, context: string): boolean {
    const next = this.#peek();
    if (next !== "," && next !== close) this.#bad(context);
    this.#at++;
    return next === ",";
  }

  #string(): string {
    const start = this.#at++;
    for (;;) {
      const c = this.#text[this.#at];
      if (c === undefined || c < " ") this.#bad("in string literal");
      this.#at++;
      if (c === '"') return this.#unquoted(start);
      if (c === "\\") this.#escape();
    }
  }

  #unquoted(start: number): string {
    const raw = this.#text.slice(start, this.#at);
    return raw.includes("\\") ? (JSON.parse(raw) as string) : raw.slice(1, -1);
  }

  #escape(): void {
    const c = this.#text[this.#at];
    if (c === "u") {
      for (let i = 0; i < 4; i++) {
        this.#at++;
        if (!/[\da-f]/i.test(this.#text[this.#at] ?? "")) this.#bad("in \\u hexadecimal character escape");
      }
    } else if (c === undefined || !ESCAPES.has(c)) this.#bad("in string escape code");
    this.#at++;
  }

  #number(): void {
    const start = this.#at;
    if (this.#text[this.#at] === "-") this.#at++;
    if (this.#text[this.#at] === "0") this.#at++;
    else this.#digits("in numeric literal");
    if (this.#text[this.#at] === ".") {
      this.#at++;
      this.#digits("after decimal point in numeric literal");
    }
    if (/e/i.test(this.#text[this.#at] ?? "")) {
      this.#at++;
      if (/[+-]/.test(this.#text[this.#at] ?? "")) this.#at++;
      this.#digits("in exponent of numeric literal");
    }
    const problem = numberProblem(this.#text.slice(start, this.#at));
    if (problem !== undefined) throw new Problem(problem);
  }

  #digits(context: string): void {
    if (!isDigit(this.#text[this.#at] ?? "")) this.#bad(context);
    while (isDigit(this.#text[this.#at] ?? "")) this.#at++;
  }

  #literal(word: string): void {
    for (const [i, c] of word.split("").entries()) {
      if (this.#text[this.#at] !== c) {
        this.#bad(i === 0 ? "looking for beginning of value" : `in literal ${word} (expecting '${c}')`);
      }
      this.#at++;
    }
  }

  #bad(context: string): never {
    const c = this.#text[this.#at];
    throw new Problem(c === undefined ? END : `invalid character ${quoted(c)} ${context}`);
  }
}

/** What is wrong with a number that a JSON text writes as `raw`; integers of 64 bits are more exact than ours. */
export function numberProblem(raw: string): string | undefined {
  const value = Number(raw);
  if (!Number.isFinite(value)) return `json: cannot unmarshal number ${raw} into Go value of type float64`;
  if (Number.isSafeInteger(value) || !/^-?\d{1,19}$/.test(raw) || BigInt(raw) === BigInt(value)) {
    return undefined;
  }
  return `the number ${raw} cannot be held exactly: the simulation knows integers up to 2^53`;
}

function isDigit(c: string): boolean {
  return c >= "0" && c <= "9" && c.length === 1;
}

/** As Go writes a byte in quotes. */
function quoted(c: string): string {
  if (c === "'") return String.raw`'\''`;
  if (c === '"') return `'"'`;
  const byte = String.fromCharCode(Buffer.from(c)[0] ?? 0);
  return `'${JSON.stringify(byte).slice(1, -1)}'`;
}
