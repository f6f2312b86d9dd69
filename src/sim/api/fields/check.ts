/**
 * Whether a configuration fits the schema of its kind (structured-merge-diff `typed/validate.go`), in its words.
 */
import type { ListShape, ScalarShape, Shape } from "../schema/shape";
import { isRecord } from "./always";
import { itemElement } from "./compare";
import { describeElement, fieldElement } from "./element";

/** What is wrong, one text each; empty if nothing is. */
export function checkConfiguration(value: unknown, shape: Shape | undefined): string[] {
  const errors: string[] = [];
  check(value, shape, "", errors);
  return errors;
}

function check(value: unknown, shape: Shape | undefined, path: string, errors: string[]): void {
  if (shape === undefined || value === undefined || value === null) return;
  const at = path === "" ? "" : `${path}: `;
  if (typeof shape === "string") {
    const problem = scalarProblem(value, shape);
    if (problem !== undefined) errors.push(at + problem);
  } else if ("list" in shape) {
    if (Array.isArray(value)) checkItems(value as unknown[], shape, path, errors);
    else errors.push(`${at}expected list, got ${shown(value)}`);
  } else if (!isRecord(value)) {
    errors.push(`${at}expected map, got ${shown(value)}`);
  } else {
    for (const name of Object.keys(value)) {
      const below = path + describeElement(fieldElement(name));
      if ("map" in shape) check(value[name], shape.map, below, errors);
      else if (shape.fields[name] === undefined) errors.push(`${below}: field not declared in schema`);
      else check(value[name], shape.fields[name], below, errors);
    }
  }
}

function checkItems(items: readonly unknown[], shape: ListShape, path: string, errors: string[]): void {
  const { listType = "atomic" } = shape;
  const seen = new Set<string>();
  for (const [i, item] of items.entries()) {
    const element = listType === "atomic" ? `i:${i}` : itemElement(item, shape);
    if (element === undefined) {
      errors.push(`${path}: element ${i}: ${missingKey(item, shape)}`);
      continue;
    }
    const below = path + describeElement(element);
    if (seen.has(element)) errors.push(`${path}: duplicate entries for key ${describeElement(element)}`);
    seen.add(element);
    check(item, shape.list, below, errors);
  }
}

function missingKey(item: unknown, { keys = [] }: ListShape): string {
  if (!isRecord(item)) return "associative list with keys may not have non-map elements";
  const key = JSON.stringify(keys[0]);
  return `associative list with keys has an element that omits key field ${key} (and doesn't have default value)`;
}

/** As Go prints a value with %v. */
function shown(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** As Go names the type of a decoded value. */
function goTypeOf(value: unknown): string {
  if (typeof value === "string") return "string";
  if (typeof value === "boolean") return "bool";
  return Array.isArray(value) ? "[]interface {}" : "map[string]interface {}";
}

function scalarProblem(value: unknown, shape: ScalarShape): string | undefined {
  switch (shape) {
    case "int32":
    case "int64":
    case "double":
      return typeof value === "number"
        ? undefined
        : `expected numeric (int or float), got ${goTypeOf(value)}`;
    case "bool":
      return typeof value === "boolean" ? undefined : `expected boolean, got ${shown(value)}`;
    case "intOrString":
    case "quantity":
      return typeof value === "object" ? `expected any scalar, got ${shown(value)}` : undefined;
    case "object":
      return isRecord(value) ? undefined : `expected map, got ${shown(value)}`;
    case "any":
      return undefined;
    default:
      return typeof value === "string"
        ? undefined
        : `expected string, got &value.valueUnstructured{Value:${shown(value)}}`;
  }
}
