/** A selector in words, taken apart into labels and expressions (apimachinery `meta/v1` ParseToLabelSelector). */
import { parseLabelSelector, SelectorError } from "../../api/selector";
import { fail } from "../cli/failure";
import { goQuote } from "../cli/quote";

export interface SelectorParts {
  readonly labels: Readonly<Record<string, string>>;
  /** Go's `%v` of the expressions; `""` for none. */
  readonly expressions: string;
}

/** @throws Failure for what is no selector, or one of operators that objects do not have */
export function parseSelectorParts(text: string): SelectorParts {
  const labels: Record<string, string> = {};
  const expressions: string[] = [];
  for (const part of requirementsOf(text)) {
    const set = /^(\S+) (in|notin) \((.*)\)$/.exec(part);
    const other = /^([^=!<>]+)(=|==|!=|<|>)(.*)$/.exec(part);
    if (set !== null) {
      const [, key, operator, values = ""] = set;
      expressions.push(`{${key} ${operator === "in" ? "In" : "NotIn"} [${values.split(",").join(" ")}]}`);
    } else if (other !== null) {
      const [, key = "", operator = "", value = ""] = other;
      if (operator === "!=") throw fail(`${goQuote(operator)} is not a valid label selector operator`);
      if (operator === "<" || operator === ">") {
        throw fail(`${goQuote(operator === "<" ? "lt" : "gt")} isn't supported in label selectors`);
      }
      labels[key] = value;
    } else if (part.startsWith("!")) expressions.push(`{${part.slice(1)} DoesNotExist []}`);
    else if (part !== "") expressions.push(`{${part} Exists []}`);
  }
  return { labels, expressions: expressions.length === 0 ? "" : `[${expressions.join(" ")}]` };
}

/** The requirements in one notation each, in the order of their keys. */
function requirementsOf(text: string): readonly string[] {
  try {
    return (
      parseLabelSelector(text)
        .toString()
        .match(/(?:[^,(]|\([^)]*\))+/g) ?? []
    );
  } catch (e) {
    if (!(e instanceof SelectorError)) throw e;
    throw fail(`couldn't parse the selector string "${text}": ${e.message}`);
  }
}
