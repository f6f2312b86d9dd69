/** Regular expressions of schemas, which are Go's. */
import { compileExpression, ExpressionError, type Expression } from "../../../shared/expression";

const CACHE_SIZE = 512;
const compiled = new Map<string, Expression | ExpressionError>();

/** The expression, or what is wrong with it. */
export function patternOf(text: string): Expression | ExpressionError {
  const known = compiled.get(text);
  if (known !== undefined) return known;
  if (compiled.size >= CACHE_SIZE) compiled.clear();
  const made = read(text);
  compiled.set(text, made);
  return made;
}

function read(text: string): Expression | ExpressionError {
  try {
    return compileExpression(text);
  } catch (e) {
    if (e instanceof ExpressionError) return e;
    throw e;
  }
}
