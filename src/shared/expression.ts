/**
 * Regular expressions that somebody outside wrote: Go's (RE2), whose matching takes time in proportion to the text,
 * where JavaScript's own may try an exponential number of ways.
 */
import { RE2JS, RE2JSSyntaxException } from "re2js";

/** How Go's `regexp` begins each complaint. */
const COMPLAINT = "error parsing regexp: ";
/**
 * Go allows far larger ones; each step of matching costs as much as the expression is large, so here the same complaint
 * comes earlier: at 10,000 characters, or 5,000 once repetitions are written out.
 */
const TOO_LARGE = `${COMPLAINT}expression too large`;
const MAX_LENGTH = 10_000;
const MAX_SIZE = 5_000;

/** Why an expression cannot be used. */
export class ExpressionError extends Error {}

type Span = readonly [start: number, end: number];

/** An expression that has been read. */
export class Expression {
  readonly #compiled: RE2JS;

  constructor(compiled: RE2JS) {
    this.#compiled = compiled;
  }

  /** Is it found anywhere in the text? */
  test(text: string): boolean {
    return this.#compiled.test(text);
  }

  /** Where it is found, one after the other: `[start, end)`, then each group's, -1 for one that took no part. */
  *all(text: string): Generator<readonly [Span, ...Span[]]> {
    const matcher = this.#compiled.matcher(text);
    const span = (group: number): Span => [matcher.start(group), matcher.end(group)];
    while (matcher.find())
      yield [span(0), ...Array.from({ length: matcher.groupCount() }, (_, i) => span(i + 1))];
  }

  /** With the first or every place replaced; `by` in the notation of JavaScript's `replace` (`$1`, `$&`). */
  replace(text: string, by: string, every: boolean): string {
    const matcher = this.#compiled.matcher(text);
    return every ? matcher.replaceAll(by) : matcher.replaceFirst(by);
  }
}

/** @throws ExpressionError with what Go's `regexp.Compile` says of an expression that makes no sense */
export function compileExpression(source: string, ignoreCase = false): Expression {
  if (source.length > MAX_LENGTH || writtenOut(source) > MAX_SIZE) throw new ExpressionError(TOO_LARGE);
  try {
    return new Expression(RE2JS.compile(source, ignoreCase ? RE2JS.CASE_INSENSITIVE : 0));
  } catch (e) {
    if (e instanceof RE2JSSyntaxException) throw new ExpressionError(e.message);
    throw e;
  }
}

/** An escape, a class, a repetition, or one sign. */
const PIECE = /\\.|\[\^?\]?(?:\[:\w*:\]|\\.|[^\]\\])*\]|\{(?<least>\d{1,4})(?:,(?<most>\d{0,4}))?\}|./gsu;

/** About how many parts an expression has when its repetitions (`{2,5}`) are written out. */
function writtenOut(source: string): number {
  const open = [0];
  let last = 0;
  for (const { 0: piece, groups } of source.matchAll(PIECE)) {
    if (piece === "(") {
      open.push(0);
      continue;
    }
    if (piece === ")" && open.length > 1) last = open.pop() ?? 0;
    else if (groups?.["least"] === undefined) last = 1;
    else last *= Math.max(Number(groups["least"]), Number(groups["most"] ?? 0)) - 1;
    open[open.length - 1] = (open.at(-1) ?? 0) + Math.max(last, 0);
    // Between \Q and \E no sign means anything: nothing is taken for small that may be large.
    if (piece === "\\Q") return source.length * 1000;
  }
  return open.reduce((sum, size) => sum + size, 0);
}
