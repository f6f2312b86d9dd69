/** Carries out Go templates on objects (Go `text/template/exec.go`). */
import { assertNever } from "../../../../shared/assert";
import { goText } from "../go-value";
import { sortedKeys } from "../json";
import { FUNCTIONS, isTrue } from "./functions";
import {
  parseTemplate,
  TemplateError,
  type Call,
  type Expression,
  type Pipeline,
  type TemplateNode,
} from "./parse";

/** What a field that is not there is; printed as `<no value>`. */
const MISSING = Symbol("missing");

const NAMES: ReadonlySet<string> = new Set(Object.keys(FUNCTIONS));

/** Prepares a template. @throws TemplateError */
export function compileTemplate(source: string, allowMissingKeys: boolean): (data: unknown) => string {
  const nodes = parseTemplate(source, NAMES);
  return (data) => new Execution(source, allowMissingKeys, data).run(nodes);
}

class Break extends Error {}
class Continue extends Error {}

class Execution {
  readonly #source: string;
  readonly #allowMissing: boolean;
  readonly #root: unknown;
  #variables: { readonly name: string; value: unknown }[];
  #out = "";

  constructor(source: string, allowMissing: boolean, data: unknown) {
    this.#source = source;
    this.#allowMissing = allowMissing;
    this.#root = data;
    this.#variables = [{ name: "$", value: data }];
  }

  run(nodes: readonly TemplateNode[]): string {
    this.#walk(nodes, this.#root);
    return this.#out;
  }

  #error(message: string, at: number, what: string): TemplateError {
    const before = this.#source.slice(0, at).split("\n");
    const where = `output:${before.length}:${(before.at(-1) ?? "").length}`;
    return new TemplateError(`template: ${where}: executing "output" at <${what}>: ${message}`);
  }

  #walk(nodes: readonly TemplateNode[], dot: unknown): void {
    for (const node of nodes) this.#node(node, dot);
  }

  #node(node: TemplateNode, dot: unknown): void {
    switch (node.type) {
      case "text":
        this.#out += node.text;
        return;
      case "action": {
        const value = this.#pipeline(node.pipeline, dot);
        if (node.pipeline.variables.length === 0) this.#out += printed(value);
        return;
      }
      case "if":
      case "with":
        this.#branch(node, dot);
        return;
      case "range":
        this.#range(node, dot);
        return;
      case "break":
        throw new Break();
      case "continue":
        throw new Continue();
      default:
        assertNever(node);
    }
  }

  #branch(node: TemplateNode & { type: "if" | "with" | "range" }, dot: unknown): void {
    const scope = this.#variables.length;
    const value = this.#pipeline(node.pipeline, dot);
    if (value !== MISSING && isTrue(value)) this.#walk(node.body, node.type === "with" ? value : dot);
    else this.#walk(node.otherwise, dot);
    this.#variables.length = scope;
  }

  #range(node: TemplateNode & { type: "if" | "with" | "range" }, dot: unknown): void {
    const scope = this.#variables.length;
    const value = this.#pipeline(node.pipeline, dot, true);
    const entries = entriesOf(value);
    if (entries === undefined) {
      throw this.#error(
        `range can't iterate over ${goText(value)}`,
        this.#source.indexOf(node.pipeline.text),
        node.pipeline.text,
      );
    }
    if (entries.length === 0) this.#walk(node.otherwise, dot);
    for (const [key, item] of entries) {
      const inner = this.#variables.length;
      this.#setLoopVariables(node.pipeline, key, item);
      try {
        this.#walk(node.body, item);
      } catch (e) {
        if (e instanceof Break) break;
        if (!(e instanceof Continue)) throw e;
      } finally {
        this.#variables.length = inner;
      }
    }
    this.#variables.length = scope;
  }

  #setLoopVariables({ variables, declares }: Pipeline, key: unknown, item: unknown): void {
    const values = variables.length === 2 ? [key, item] : [item];
    for (const [i, name] of variables.entries()) this.#set(name, values[i], declares);
  }

  #set(name: string, value: unknown, declares: boolean): void {
    if (declares) {
      this.#variables.push({ name, value });
      return;
    }
    const variable = this.#variables.findLast((v) => v.name === name);
    if (variable !== undefined) variable.value = value;
  }

  #pipeline(pipeline: Pipeline, dot: unknown, forRange = false): unknown {
    let value: unknown;
    for (const [i, call] of pipeline.calls.entries()) value = this.#call(call, dot, i > 0, value);
    if (!forRange) for (const name of pipeline.variables) this.#set(name, value, pipeline.declares);
    return value;
  }

  #call([first, ...rest]: Call, dot: unknown, piped: boolean, last: unknown): unknown {
    const head = first as Expression;
    if (head.type !== "function") {
      if (rest.length > 0 || piped) {
        throw this.#error(`can't give argument to non-function ${textOf(head)}`, head.at, textOf(head));
      }
      return this.#value(head, dot);
    }
    const args = rest.map((e) => this.#value(e, dot));
    if (piped) args.push(last);
    const name = textOf(head);
    if (args.length === 0)
      throw this.#error(`wrong number of args for ${name}: want at least 1 got 0`, head.at, name);
    try {
      return FUNCTIONS[head.name]?.(args.map((a) => (a === MISSING ? undefined : a)));
    } catch (e) {
      if (e instanceof TemplateError) throw this.#error(e.message, head.at, name);
      throw e;
    }
  }

  #value(expression: Expression, dot: unknown): unknown {
    switch (expression.type) {
      case "dot":
        return dot;
      case "literal":
        return expression.value;
      case "field":
        return this.#fields(dot, expression.names, expression);
      case "variable": {
        const variable = this.#variables.findLast((v) => v.name === expression.name);
        return this.#fields(variable?.value, expression.names, expression);
      }
      case "chain":
        return this.#fields(this.#pipeline(expression.of, dot), expression.names, expression);
      case "function":
        return this.#call([expression], dot, false, undefined);
      default:
        return assertNever(expression);
    }
  }

  #fields(of: unknown, names: readonly string[], expression: Expression): unknown {
    let value = of;
    for (const name of names) {
      if (value === MISSING) continue;
      if (value === null || value === undefined) {
        throw this.#error(`nil pointer evaluating interface {}.${name}`, expression.at, textOf(expression));
      }
      if (typeof value !== "object" || Array.isArray(value)) {
        throw this.#error(
          `can't evaluate field ${name} in type interface {}`,
          expression.at,
          textOf(expression),
        );
      }
      if (Object.hasOwn(value, name)) value = (value as Record<string, unknown>)[name];
      else if (this.#allowMissing) value = MISSING;
      else throw this.#error(`map has no entry for key "${name}"`, expression.at, textOf(expression));
    }
    return value;
  }
}

function printed(value: unknown): string {
  return value === MISSING || value === undefined || value === null ? "<no value>" : goText(value);
}

/** Keys and values in Go's order; undefined: not to be iterated over. */
function entriesOf(value: unknown): (readonly [unknown, unknown])[] | undefined {
  if (value === MISSING || value === null || value === undefined) return [];
  if (Array.isArray(value)) return value.map((item, i) => [i, item as unknown] as const);
  if (typeof value === "number" && Number.isInteger(value))
    return Array.from({ length: value }, (_, i) => [i, i] as const);
  if (typeof value !== "object") return undefined;
  return sortedKeys(value).map((key) => [key, (value as Record<string, unknown>)[key]] as const);
}

function textOf(expression: Expression): string {
  switch (expression.type) {
    case "dot":
      return ".";
    case "literal":
      return goText(expression.value);
    case "field":
      return expression.names.map((n) => `.${n}`).join("");
    case "variable":
      return expression.name + expression.names.map((n) => `.${n}`).join("");
    case "chain":
      return `(${expression.of.text})${expression.names.map((n) => `.${n}`).join("")}`;
    case "function":
      return expression.name;
    default:
      return assertNever(expression);
  }
}
