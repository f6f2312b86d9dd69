/**
 * Label selectors: the string form of queries and the object form of specs, compiled once to a predicate
 * (apimachinery `pkg/labels/selector.go`).
 */
import { compareText } from "../../shared/compare";
import { assert } from "../../shared/assert";
import type { LabelSelector, Labels } from "./types";
import { isLabelValue, isQualifiedName } from "./validation/names";

type SelectorOperator = "In" | "NotIn" | "Exists" | "DoesNotExist" | "Gt" | "Lt" | "=" | "==" | "!=";

interface Requirement {
  readonly key: string;
  readonly operator: SelectorOperator;
  readonly values: readonly string[];
}

/** A compiled selector. */
export interface Selector {
  /** Whether a set of labels satisfies every requirement. */
  matches(labels: Labels | undefined): boolean;
  /** True if it matches everything. */
  readonly empty: boolean;
  /** The string form, requirements sorted by key: what `status.selector` of a Scale holds. */
  toString(): string;
}

/** A selector that cannot be parsed; `message` is upstream's. */
export class SelectorError extends Error {
  override readonly name = "SelectorError";
}

class RequirementList implements Selector {
  readonly empty: boolean;
  readonly #requirements: readonly Requirement[];

  constructor(requirements: readonly Requirement[]) {
    this.#requirements = [...requirements].sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
    this.empty = requirements.length === 0;
  }

  matches(labels: Labels | undefined): boolean {
    for (const requirement of this.#requirements) {
      if (!satisfies(requirement, valueOf(labels, requirement.key))) return false;
    }
    return true;
  }

  toString(): string {
    return this.#requirements.map(requirementText).join(",");
  }
}

/** Matches every object. */
const EVERYTHING: Selector = new RequirementList([]);

/** Matches no object: what an absent selector means. */
export const NOTHING: Selector = { matches: () => false, empty: false, toString: () => "<null>" };

/** A label's value. Every object has a `constructor`, but that is no text. */
function valueOf(labels: Labels | undefined, key: string): string | undefined {
  const value: unknown = labels?.[key];
  return typeof value === "string" ? value : undefined;
}

function satisfies(requirement: Requirement, value: string | undefined): boolean {
  switch (requirement.operator) {
    case "=":
    case "==":
      return value === requirement.values[0];
    case "In":
      return value !== undefined && requirement.values.includes(value);
    case "!=":
      return value !== requirement.values[0];
    case "NotIn":
      return value === undefined || !requirement.values.includes(value);
    case "Exists":
      return value !== undefined;
    case "DoesNotExist":
      return value === undefined;
    case "Gt":
      return value !== undefined && integer(value) > integer(requirement.values[0]);
    case "Lt":
      return value !== undefined && integer(value) < integer(requirement.values[0]);
  }
}

/** NaN, which compares false with everything, unless the text is a decimal integer. */
function integer(text: string | undefined): number {
  if (text === undefined || text === "") return NaN;
  const n = Number(text);
  return Number.isInteger(n) ? n : NaN;
}

function requirementText({ key, operator, values }: Requirement): string {
  switch (operator) {
    case "=":
    case "==":
    case "!=":
      return `${key}${operator}${values[0]}`;
    case "In":
      return `${key} in (${values.toSorted(compareText).join(",")})`;
    case "NotIn":
      return `${key} notin (${values.toSorted(compareText).join(",")})`;
    case "Exists":
      return key;
    case "DoesNotExist":
      return `!${key}`;
    case "Gt":
      return `${key}>${values[0]}`;
    case "Lt":
      return `${key}<${values[0]}`;
  }
}

const compiled = new WeakMap<LabelSelector, Selector>();

/**
 * Compiles the object form, remembered for each object. An absent selector matches nothing, an empty one everything.
 * Throws `SelectorError` on an unknown operator, which validation keeps out of stored objects.
 */
export function compileLabelSelector(selector: LabelSelector | undefined): Selector {
  if (selector === undefined || selector === null) return NOTHING;
  const known = compiled.get(selector);
  if (known !== undefined) return known;
  const requirements: Requirement[] = [];
  for (const [key, value] of Object.entries(selector.matchLabels ?? {})) {
    requirements.push({ key, operator: "=", values: [value] });
  }
  for (const { key, operator, values } of selector.matchExpressions ?? []) {
    if (!EXPRESSION_OPERATORS.has(operator)) {
      throw new SelectorError(`"${operator}" is not a valid label selector operator`);
    }
    requirements.push({ key, operator: operator as SelectorOperator, values: values ?? [] });
  }
  const made = requirements.length === 0 ? EVERYTHING : new RequirementList(requirements);
  compiled.set(selector, made);
  return made;
}

const EXPRESSION_OPERATORS = new Set(["In", "NotIn", "Exists", "DoesNotExist"]);

const compiledMaps = new WeakMap<Labels, Selector>();

/** Compiles a plain map of labels, as Services have; an absent or empty map matches nothing. */
export function compileLabelMap(labels: Labels | undefined): Selector {
  if (labels === undefined || labels === null) return NOTHING;
  const known = compiledMaps.get(labels);
  if (known !== undefined) return known;
  const requirements = Object.entries(labels).map(([key, value]): Requirement => ({
    key,
    operator: "=",
    values: [value],
  }));
  const made = requirements.length === 0 ? NOTHING : new RequirementList(requirements);
  compiledMaps.set(labels, made);
  return made;
}

const CACHE_SIZE = 1024;
const parsed = new Map<string, Selector>();

/** Compiles the string form, e.g. `app=web,tier in (a,b),!beta`. Throws `SelectorError` with upstream's message. */
export function parseLabelSelector(text: string): Selector {
  if (text === "") return EVERYTHING;
  const known = parsed.get(text);
  if (known !== undefined) return known;
  const made = new RequirementList(new Parser(text).parse());
  if (parsed.size >= CACHE_SIZE) parsed.clear();
  parsed.set(text, made);
  return made;
}

/** Tokens of the grammar; `identifier` covers keys, values and the words `in` and `notin`. */
type Token = { readonly type: "identifier" | "symbol" | "end"; readonly text: string };

const END: Token = { type: "end", text: "" };

function isBlank(c: string): boolean {
  return c === " " || c === "\t" || c === "\r" || c === "\n";
}

function isSpecial(c: string): boolean {
  return c === "=" || c === "!" || c === "(" || c === ")" || c === "," || c === ">" || c === "<";
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const c = text[at]!;
    if (isBlank(c)) {
      at++;
    } else if (isSpecial(c)) {
      const pair = text.slice(at, at + 2);
      const symbol = pair === "==" || pair === "!=" ? pair : c;
      tokens.push({ type: "symbol", text: symbol });
      at += symbol.length;
    } else {
      const start = at;
      while (at < text.length && !isBlank(text[at]!) && !isSpecial(text[at]!)) at++;
      tokens.push({ type: "identifier", text: text.slice(start, at) });
    }
  }
  return tokens;
}

/** Recursive descent over the tokens of one selector. */
class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(text: string) {
    this.#tokens = tokenize(text);
  }

  parse(): Requirement[] {
    const requirements: Requirement[] = [];
    for (;;) {
      const token = this.#peek();
      if (token.type === "end") return requirements;
      if (token.type !== "identifier" && token.text !== "!") {
        throw new SelectorError(`found '${token.text}', expected: !, identifier, or 'end of string'`);
      }
      requirements.push(this.#requirement());
      const after = this.#next();
      if (after.type === "end") return requirements;
      if (after.text !== ",")
        throw new SelectorError(`found '${after.text}', expected: ',' or 'end of string'`);
      const follower = this.#peek();
      if (follower.type !== "identifier" && follower.text !== "!") {
        throw new SelectorError(`found '${follower.text}', expected: identifier after ','`);
      }
    }
  }

  #peek(): Token {
    return this.#tokens[this.#at] ?? END;
  }

  #next(): Token {
    const token = this.#peek();
    this.#at++;
    return token;
  }

  #requirement(): Requirement {
    const negated = this.#peek().text === "!";
    if (negated) this.#next();
    const token = this.#next();
    if (token.type !== "identifier") throw parseError(`found '${token.text}', expected: identifier`);
    const key = token.text;
    checkKey(key);
    if (negated) return { key, operator: "DoesNotExist", values: [] };
    const following = this.#peek();
    if (following.type === "end" || following.text === ",") return { key, operator: "Exists", values: [] };
    return this.#comparison(key);
  }

  #comparison(key: string): Requirement {
    const { text } = this.#next();
    switch (text) {
      case "in":
      case "notin": {
        const values = this.#valueSet();
        for (const value of values) checkValue(key, value);
        return { key, operator: text === "in" ? "In" : "NotIn", values };
      }
      case "=":
      case "==":
      case "!=": {
        const value = this.#peek().type === "identifier" ? this.#next().text : "";
        checkValue(key, value);
        return { key, operator: text, values: [value] };
      }
      case ">":
      case "<": {
        const value = this.#next().text;
        if (Number.isNaN(integer(value))) {
          throw new SelectorError(
            `values[0][${key}]: Invalid value: ${JSON.stringify(value)}: ` +
              `for 'Gt', 'Lt' operators, the value must be an integer`,
          );
        }
        return { key, operator: text === ">" ? "Gt" : "Lt", values: [value] };
      }
      default:
        throw parseError(`found '${text}', expected: in, notin, =, ==, !=, gt, lt`);
    }
  }

  /** `(a, b)`; an empty place is the empty value. */
  #valueSet(): string[] {
    const open = this.#next();
    if (open.text !== "(") throw parseError(`found '${open.text}' expected: '('`);
    const values: string[] = [];
    let pending = true;
    for (;;) {
      const token = this.#next();
      if (token.type === "end") throw parseError(`found '', expected: ',', ')' or identifier`);
      if (token.type === "identifier") {
        values.push(token.text);
        pending = false;
      } else if (token.text === ",") {
        if (pending) values.push("");
        pending = true;
      } else if (token.text === ")") {
        if (pending) values.push("");
        return [...new Set(values)];
      } else {
        throw parseError(`found '${token.text}', expected: ',', ')' or identifier`);
      }
    }
  }
}

/** An error inside one requirement; those between requirements come without the prefix. */
function parseError(detail: string): SelectorError {
  return new SelectorError(`unable to parse requirement: ${detail}`);
}

function checkKey(key: string): void {
  const complaints = isQualifiedName(key);
  if (complaints.length === 0) return;
  throw new SelectorError(
    `unable to parse requirement: <nil>: Invalid value: ${JSON.stringify(key)}: ${complaints.join("; ")}`,
  );
}

function checkValue(key: string, value: string): void {
  const complaints = isLabelValue(value);
  assert(key !== "", "a key has been checked before its value");
  if (complaints.length === 0) return;
  throw new SelectorError(
    `unable to parse requirement: values[0][${key}]: Invalid value: ${JSON.stringify(value)}: ` +
      complaints.join("; "),
  );
}
