/** Carries out JSONPath templates on objects (client-go `util/jsonpath/jsonpath.go`). */
import { compactJson, indentedJson, sortedKeys } from "../json";
import { goText, goType } from "../go-value";
import { parsePath, PathError, type PathNode } from "./parse";

export interface PathOptions {
  readonly allowMissingKeys: boolean;
  /** Each expression's results as one JSON list. */
  readonly asJson?: boolean;
}

type Dict = Readonly<Record<string, unknown>>;

/** Results of each expression of the template. @throws PathError */
export function findPath(template: string, data: unknown, options: PathOptions): unknown[][] {
  return new Evaluation(options).results(parsePath(template), data);
}

/** The template's text for an object. @throws PathError */
export function printPath(template: string, data: unknown, options: PathOptions): string {
  return findPath(template, data, options)
    .map((results) => textOf(results, options.asJson === true))
    .join("");
}

function textOf(results: readonly unknown[], asJson: boolean): string {
  if (asJson) return `${indentedJson(results, "    ")}\n`;
  return results.map((r) => (typeof r === "object" && r !== null ? compactJson(r) : goText(r))).join(" ");
}

/**
 * `range` and `end` reach over the expressions of a template, so the state of the loops is kept beside them, as
 * upstream does.
 */
class Evaluation {
  readonly #options: PathOptions;
  #begin = 0;
  #inside = 0;
  #end = 0;
  #lastEnd: PathNode | undefined;

  constructor(options: PathOptions) {
    this.#options = options;
  }

  results(nodes: readonly PathNode[], data: unknown): unknown[][] {
    const all: unknown[][] = [];
    for (let i = 0; i < nodes.length; i++) {
      const node = nodes[i] as PathNode;
      const found = this.#walk([data], node);
      if (this.#end > 0 && this.#end <= this.#inside) {
        this.#end--;
        this.#lastEnd = node;
        break;
      }
      if (this.#begin > 0) {
        i = this.#range(nodes, i, found, all);
        continue;
      }
      all.push(found);
    }
    return all;
  }

  /** Goes through what follows a `range` once for each result; gives the place of its `end`. */
  #range(nodes: readonly PathNode[], i: number, found: readonly unknown[], all: unknown[][]): number {
    this.#begin--;
    this.#inside++;
    const rest = nodes.slice(i + 1);
    // Without results it is gone through once for its end alone.
    if (found.length === 0) this.results(rest, undefined);
    for (const value of found) all.push(...this.results(rest, value));
    this.#inside--;
    const end = this.#lastEnd === undefined ? -1 : nodes.indexOf(this.#lastEnd, i + 1);
    return end < 0 ? i : end;
  }

  #walk(input: readonly unknown[], node: PathNode): unknown[] {
    switch (node.type) {
      case "list": {
        let current = [...input];
        for (const inner of node.nodes) current = this.#walk(current, inner);
        return current;
      }
      case "text":
        return [node.text];
      case "number":
      case "bool":
        return [node.value];
      case "field":
        return this.#field(input, node.name);
      case "array":
        return input.flatMap((value) => slice(value, node));
      case "filter":
        return input.flatMap((value) => this.#filter(value, node));
      case "union":
        return node.parts.flatMap((part) => this.#walk(input, part));
      case "wildcard":
        return input.flatMap(children);
      case "recursive":
        return descend(input);
      case "identifier":
        return this.#identifier(input, node.name);
    }
  }

  #field(input: readonly unknown[], name: string): unknown[] {
    if (input.length === 0) return [];
    const found: unknown[] = [];
    for (const value of input) {
      if (isDict(value) && Object.hasOwn(value, name)) found.push(value[name]);
    }
    if (found.length === 0 && !this.#options.allowMissingKeys) throw new PathError(`${name} is not found`);
    return found;
  }

  #identifier(input: readonly unknown[], name: string): unknown[] {
    if (name === "range") {
      this.#begin++;
      return [...input];
    }
    if (name !== "end") throw new PathError(`unrecognized identifier ${name}`);
    if (this.#inside <= 0) throw new PathError("not in range, nothing to end");
    this.#end++;
    return [];
  }

  #filter(value: unknown, node: PathNode & { type: "filter" }): unknown[] {
    if (!Array.isArray(value)) {
      throw new PathError(`${goText(value)} is not array or slice and cannot be filtered`);
    }
    return (value as unknown[]).filter((item) => this.#passes(item, node));
  }

  #passes(item: unknown, node: PathNode & { type: "filter" }): boolean {
    if (node.operator === "exists") {
      try {
        return this.#walk([item], node.left).length > 0;
      } catch (e) {
        if (e instanceof PathError) return false;
        throw e;
      }
    }
    const lefts = this.#walk([item], node.left);
    if (lefts.length === 0) return false;
    if (lefts.length > 1) throw new PathError("can only compare one element at a time");
    const rights = this.#walk([item], node.right);
    if (rights.length === 0) return false;
    if (rights.length > 1) throw new PathError("can only compare one element at a time");
    return compare(lefts[0], rights[0], node.operator);
  }
}

function isDict(value: unknown): value is Dict {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function children(value: unknown): unknown[] {
  if (Array.isArray(value)) return value as unknown[];
  return isDict(value) ? sortedKeys(value).map((k) => value[k]) : [];
}

/** All that has something inside, from the top down. */
function descend(input: readonly unknown[]): unknown[] {
  return input.flatMap((value) => {
    if (typeof value === "string" && value !== "") return [value];
    const inner = children(value);
    return inner.length === 0 ? [] : [value, ...descend(inner)];
  });
}

function slice(value: unknown, node: PathNode & { type: "array" }): unknown[] {
  if (value === null || value === undefined) return [];
  if (!Array.isArray(value)) throw new PathError(`${goType(value)} is not array or slice`);
  const { length } = value;
  let from = node.from.known ? node.from.value : 0;
  if (from < 0) from += length;
  let to = node.to.known ? node.to.value : length;
  if (to < 0 || (to === 0 && node.to.derived)) to += length;
  if (from === to) return [];
  if (from >= length || from < 0) throw outOfBounds(from, length);
  if (to > length || to < 0) throw outOfBounds(to - 1, length);
  if (from > to) throw new PathError(`starting index ${from} is greater than ending index ${to}`);
  if (node.step.known && node.step.value <= 0) throw new PathError("step must be > 0");
  const step = node.step.known ? node.step.value : 1;
  return (value as unknown[]).slice(from, to).filter((_, i) => i % step === 0);
}

function outOfBounds(index: number, length: number): PathError {
  return new PathError(`array index out of bounds: index ${index}, length ${length}`);
}

/** Compares two values of one basic type. */
function compare(left: unknown, right: unknown, operator: string): boolean {
  if (!["<", ">", "==", "!=", "<=", ">="].includes(operator)) {
    throw new PathError(`unrecognized filter operator ${operator}`);
  }
  const kinds = [left, right].map(goType);
  if (kinds.some((kind) => kind === "nil" || kind.includes("interface"))) {
    throw new PathError("invalid type for comparison");
  }
  if (kinds[0] !== kinds[1]) throw new PathError("incompatible types for comparison");
  const a = left as string | number;
  const b = right as string | number;
  if (operator === "==") return a === b;
  if (operator === "!=") return a !== b;
  if (typeof left === "boolean") throw new PathError("invalid type for comparison");
  if (operator === "<") return a < b;
  if (operator === "<=") return a <= b;
  return operator === ">" ? a > b : a >= b;
}

/**
 * The laxer notation of columns and sort keys: `a.b`, `.a.b`, `{a.b}`, `{.a.b}` (kubectl RelaxedJSONPathExpression).
 *
 * @throws PathError
 */
export function relaxedPath(text: string): string {
  if (text === "") return "";
  const match = /^\{\.?([^{}]+)\}$|^\.?([^{}]+)$/.exec(text);
  if (match !== null) return `{.${match[1] ?? match[2] ?? ""}}`;
  throw new PathError(
    "unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'",
  );
}
