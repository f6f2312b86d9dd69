/** Brackets and signs may nest so deep. */
const DEEPEST = 50;

type Operation = (a: number, b: number) => number;

const truth = (holds: boolean): number => (holds ? 1 : 0);

/** Operators with two sides, the loosest first. */
const LEVELS: readonly ReadonlyMap<string, Operation>[] = [
  new Map([["||", (a: number, b: number) => truth(a !== 0 || b !== 0)]]),
  new Map([["&&", (a: number, b: number) => truth(a !== 0 && b !== 0)]]),
  new Map([
    ["==", (a: number, b: number) => truth(a === b)],
    ["!=", (a: number, b: number) => truth(a !== b)],
  ]),
  new Map([
    ["<", (a: number, b: number) => truth(a < b)],
    [">", (a: number, b: number) => truth(a > b)],
    ["<=", (a: number, b: number) => truth(a <= b)],
    [">=", (a: number, b: number) => truth(a >= b)],
  ]),
  new Map([
    ["+", (a: number, b: number) => a + b],
    ["-", (a: number, b: number) => a - b],
  ]),
  new Map([
    ["*", (a: number, b: number) => a * b],
    ["/", (a: number, b: number) => Math.trunc(a / nonZero(b))],
    ["%", (a: number, b: number) => a % nonZero(b)],
  ]),
];

/** Why an expression has no value. */
class Wrong extends Error {}

function nonZero(divisor: number): number {
  if (divisor === 0) throw new Wrong("division by 0");
  return divisor;
}

/**
 * Evaluates what stands in `$((…))`: integers, names, `+ - * / % **`, comparisons, `! && ||` and brackets.
 * @returns a text: why it has no value
 */
export function evaluate(expression: string, variables: ReadonlyMap<string, string>): number | string {
  try {
    return new Evaluation(expression, variables).whole();
  } catch (e) {
    if (e instanceof Wrong) return `${expression.trim().slice(0, 80)}: ${e.message}`;
    throw e;
  }
}

class Evaluation {
  readonly #tokens: readonly string[];
  readonly #variables: ReadonlyMap<string, string>;
  #at = 0;
  #depth = 0;

  constructor(expression: string, variables: ReadonlyMap<string, string>) {
    this.#tokens = expression.match(/\d\w*|\$?[A-Za-z_]\w*|\*\*|&&|\|\||[<>=!]=|\S/g) ?? [];
    this.#variables = variables;
  }

  whole(): number {
    const value = this.#tokens.length === 0 ? 0 : this.#level(0);
    const left = this.#tokens[this.#at];
    if (left !== undefined) throw new Wrong(`syntax error in expression (error token is "${left}")`);
    return value;
  }

  #level(level: number): number {
    const operators = LEVELS[level];
    if (operators === undefined) return this.#power();
    let value = this.#level(level + 1);
    for (;;) {
      const operation = operators.get(this.#tokens[this.#at] ?? "");
      if (operation === undefined) return value;
      this.#at++;
      value = exact(operation(value, this.#level(level + 1)));
    }
  }

  #power(): number {
    const base = this.#operand();
    if (this.#tokens[this.#at] !== "**") return base;
    this.#at++;
    if (++this.#depth > DEEPEST) throw new Wrong("expression recursion level exceeded");
    const exponent = this.#power();
    this.#depth--;
    if (exponent < 0) throw new Wrong("exponent less than 0");
    let value = 1;
    for (let i = 0; i < exponent && value !== 0 && (value !== 1 || base !== 1); i++)
      value = exact(value * base);
    return value;
  }

  #operand(): number {
    if (++this.#depth > DEEPEST) throw new Wrong("expression recursion level exceeded");
    const value = this.#signed();
    this.#depth--;
    return value;
  }

  #signed(): number {
    const token = this.#tokens[this.#at++];
    switch (token) {
      case "-":
        return -this.#operand();
      case "+":
        return this.#operand();
      case "!":
        return truth(this.#operand() === 0);
      case "(": {
        const value = this.#level(0);
        if (this.#tokens[this.#at++] !== ")") throw new Wrong("missing `)'");
        return value;
      }
      default:
        return this.#value(token);
    }
  }

  #value(token: string | undefined): number {
    if (token === undefined || !/^\$?\w/.test(token))
      throw new Wrong(
        `syntax error: operand expected${token === undefined ? "" : ` (error token is "${token}")`}`,
      );
    const named = /^\d/.test(token) ? token : (this.#variables.get(token.replace("$", "")) ?? "0");
    const text = named.trim();
    if (/^0[0-7]+$/.test(text)) return Number.parseInt(text, 8);
    if (!/^(?:[-+]?\d+|0x[\da-fA-F]+|)$/.test(text))
      throw new Wrong(`value too great for base or no number: ${text}`);
    return exact(Number(text));
  }
}

/** Numbers beyond those that are exact everywhere are refused rather than wrong. */
function exact(value: number): number {
  if (!Number.isSafeInteger(value)) throw new Wrong("number too large");
  // There is no -0 among integers.
  return value === 0 ? 0 : value;
}
