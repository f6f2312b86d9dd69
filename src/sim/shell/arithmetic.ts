/** Brackets and signs may nest so deep. */
const DEEPEST = 100;

/** Evaluates what stands in `$((…))`: integers, names, `+ - * / %`, comparisons, brackets. What makes no sense is 0. */
export function evaluate(expression: string, variables: ReadonlyMap<string, string>): number {
  let depth = 0;
  const tokens = expression.match(/\d+|[A-Za-z_]\w*|[<>=!]=|[-+*/%()<>]/g) ?? [];
  let at = 0;
  const atom = (): number => {
    if (++depth > DEEPEST) return 0;
    const value = operand();
    depth--;
    return value;
  };
  const operand = (): number => {
    const token = tokens[at++] ?? "0";
    if (token === "(") {
      const value = compare();
      at++;
      return value;
    }
    if (token === "-") return -atom();
    if (token === "+") return atom();
    const n = Number(/^\d/.test(token) ? token : (variables.get(token) ?? 0));
    return Number.isInteger(n) ? n : 0;
  };
  const product = (): number => {
    let value = atom();
    for (
      let operator = tokens[at];
      operator === "*" || operator === "/" || operator === "%";
      operator = tokens[at]
    ) {
      at++;
      const right = atom();
      if (operator === "*") value *= right;
      else if (right === 0) value = 0;
      else value = operator === "/" ? Math.trunc(value / right) : value % right;
    }
    return value;
  };
  const sum = (): number => {
    let value = product();
    for (let operator = tokens[at]; operator === "+" || operator === "-"; operator = tokens[at]) {
      at++;
      value += operator === "+" ? product() : -product();
    }
    return value;
  };
  const compare = (): number => {
    const left = sum();
    const operator = tokens[at] ?? "";
    const test = COMPARISONS[operator];
    if (test === undefined) return left;
    at++;
    return test(left, sum()) ? 1 : 0;
  };
  return compare();
}

const COMPARISONS: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  "<": (a, b) => a < b,
  ">": (a, b) => a > b,
  "<=": (a, b) => a <= b,
  ">=": (a, b) => a >= b,
  "==": (a, b) => a === b,
  "!=": (a, b) => a !== b,
};
