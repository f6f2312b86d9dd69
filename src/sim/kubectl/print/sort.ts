/** `--sort-by` (kubectl `pkg/cmd/get/sorter.go`). */
import { compareQuantities, quantityProblem } from "../../api/quantity";
import { fail } from "../cli/failure";
import { goQuote } from "../cli/quote";
import { goSort } from "./go-sort";
import { goType } from "./go-value";
import { findPath, relaxedPath } from "./jsonpath/evaluate";
import { parsePath, PathError } from "./jsonpath/parse";

/**
 * Sorts things by a field of the objects behind them.
 *
 * @throws Failure when the path is wrong, or no object has the field, or it cannot be sorted by
 */
export function sortBy<T>(things: readonly T[], path: string, objectOf: (thing: T) => unknown): T[] {
  const expression = checkedPath(path);
  const keyed = things.map((thing) => ({ thing, key: keyOf(objectOf(thing), expression) }));
  if (things.length > 0 && keyed.every(({ key }) => key === undefined)) {
    throw fail(`couldn't find any field with path ${goQuote(expression)} in the list of objects`);
  }
  return goSort(keyed, (a, b) => order(a.key, b.key) < 0).map(({ thing }) => thing);
}

function checkedPath(path: string): string {
  try {
    const expression = relaxedPath(path);
    parsePath(expression);
    return expression;
  } catch (e) {
    if (e instanceof PathError) throw fail(e.message);
    throw e;
  }
}

function keyOf(object: unknown, expression: string): unknown {
  try {
    return findPath(expression, object, { allowMissingKeys: true })[0]?.[0];
  } catch (e) {
    if (e instanceof PathError) throw fail(e.message);
    throw e;
  }
}

/** What is missing comes first. */
function order(a: unknown, b: unknown): number {
  const gone = Number(b === undefined || b === null) - Number(a === undefined || a === null);
  if (a === undefined || a === null || b === undefined || b === null) return gone;
  if (typeof a === "number" && typeof b === "number") return a - b;
  if (typeof a === "string" && typeof b === "string") return compareTexts(a, b);
  if (typeof a === "boolean" || typeof a === "object") {
    throw fail(`unsortable type: ${goType(a)}`);
  }
  return 0;
}

function compareTexts(a: string, b: string): number {
  const quantities = quantityProblem(a) === undefined && quantityProblem(b) === undefined;
  return quantities ? compareQuantities(a, b) : a < b ? -1 : a > b ? 1 : 0;
}
