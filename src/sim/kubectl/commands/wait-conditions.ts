/** What `kubectl wait --for` may wait for. */
import { trimEnd } from "../../../shared/trim";
import { fail } from "../cli/failure";
import { goQuote } from "../cli/quote";
import { goText } from "../print/go-value";
import { findPath, relaxedPath } from "../print/jsonpath/evaluate";
import { parsePath, PathError } from "../print/jsonpath/parse";
import type { AnyObject } from "../resource/info";

export type WaitFor =
  | { readonly type: "delete" }
  | { readonly type: "create" }
  /** Until this is true of the object. */
  | { readonly type: "state"; readonly holds: (object: AnyObject) => boolean };

/** @throws Failure when there is no such condition */
export function parseWaitFor(text: string): WaitFor {
  const lower = text.toLowerCase();
  if (lower === "delete" || lower === "create") return { type: lower };
  if (text.startsWith("condition="))
    return { type: "state", holds: conditionHolds(text.slice("condition=".length)) };
  if (text.startsWith("jsonpath="))
    return { type: "state", holds: pathHolds(text.slice("jsonpath=".length)) };
  throw fail(`unrecognized condition: ${goQuote(text)}`);
}

interface Condition {
  readonly type?: string;
  readonly status?: string;
  readonly observedGeneration?: number;
}

/** `NAME` or `NAME=VALUE`; both without regard to case. */
function conditionHolds(text: string): (object: AnyObject) => boolean {
  const [name = "", value = "true"] = text.split("=", 2);
  return (object) => {
    const status = (object["status"] ?? {}) as {
      conditions?: readonly Condition[];
      observedGeneration?: number;
    };
    const condition = status.conditions?.find((c) => c.type?.toLowerCase() === name.toLowerCase());
    if (condition === undefined) return false;
    // A condition that was seen before the last change says nothing of it.
    const generation = object.metadata?.generation ?? 0;
    const observed = condition.observedGeneration ?? status.observedGeneration;
    if (observed !== undefined && observed < generation) return false;
    return condition.status?.toLowerCase() === value.toLowerCase();
  };
}

const FORMAT =
  "jsonpath wait format must be --for=jsonpath='{.status.readyReplicas}'=3 or --for=jsonpath='{.status.readyReplicas}'";

function pathHolds(text: string): (object: AnyObject) => boolean {
  const close = text.startsWith("{") ? text.lastIndexOf("}") : text.indexOf("=") - 1;
  const path = close < 0 ? text : text.slice(0, close + 1);
  const rest = close < 0 ? "" : text.slice(close + 1);
  if (rest !== "" && !rest.startsWith("=")) throw fail(FORMAT);
  const expected = trimEnd(rest.slice(1).replace(/^['"]+/, ""), "'\"");
  if (rest !== "" && expected === "") {
    throw fail(
      "jsonpath wait has to have a value after equal sign, like --for=jsonpath='{.status.readyReplicas}'=3",
    );
  }
  const expression = checked(path);
  return (object) => pathValueHolds(object, expression, rest === "" ? undefined : expected);
}

function checked(path: string): string {
  try {
    const expression = relaxedPath(path);
    if (expression === "") throw fail("jsonpath expression cannot be empty");
    parsePath(expression);
    return expression;
  } catch (e) {
    if (e instanceof PathError) throw fail(e.message);
    throw e;
  }
}

function pathValueHolds(object: AnyObject, expression: string, expected: string | undefined): boolean {
  const results = resultsOf(object, expression);
  const [first = []] = results;
  if (first.length === 0) return false;
  if (expected === undefined) return true;
  if (results.length > 1) throw fail("given jsonpath expression matches more than one list");
  if (first.length > 1) throw fail("given jsonpath expression matches more than one value");
  const [value] = first;
  if (typeof value === "object" && value !== null) {
    throw fail("jsonpath leads to a nested object or list which is not supported");
  }
  return goText(value).trim() === expected.trim();
}

function resultsOf(object: AnyObject, expression: string): unknown[][] {
  try {
    return findPath(expression, object, { allowMissingKeys: true });
  } catch (e) {
    if (e instanceof PathError) throw fail(e.message);
    throw e;
  }
}
