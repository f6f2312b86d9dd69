import { compileExpression, ExpressionError, type Expression } from "../../../shared/expression";
import { err, ok, type Result } from "../../../shared/result";
import type { Task } from "../../kernel/task";
import type { Row } from "../pipe";
import type { ShellIo } from "../shell-io";
import { misused, readNamed, rowsOf } from "./inputs";
import { options, type Options } from "./options";

const LONG = {
  "ignore-case": "i",
  "invert-match": "v",
  "extended-regexp": "E",
  "fixed-strings": "F",
  count: "c",
  "line-number": "n",
  "after-context": "A",
  "before-context": "B",
  context: "C",
  "only-matching": "o",
  "word-regexp": "w",
  "max-count": "m",
  quiet: "q",
  regexp: "e",
  color: "G",
};

/** A basic regular expression in the extended notation: there `+?|(){}` are literal unless escaped. */
export function basicToExtended(pattern: string): string {
  return pattern.replace(/\\?[+?|(){}]/g, (sign) => (sign.startsWith("\\") ? sign.slice(1) : `\\${sign}`));
}

/** What GNU programs say where Go's words say something else. */
const PROBLEMS: readonly (readonly [string, string])[] = [
  ["escape sequence: `\\\\[1-9]", "Invalid back reference"],
  ["missing closing \\)|unexpected \\)", "Unmatched ( or \\("],
  ["missing closing \\]", "Unmatched [, [^, [:, [., or [="],
  ["repetition operator", "Invalid preceding regular expression"],
  ["repeat count", "Invalid content of \\{\\}"],
  ["class range", "Invalid range end"],
  ["trailing backslash", "Trailing backslash"],
  ["too large", "Regular expression too big"],
];

/** A pattern as `grep` and `sed` take it, or what they say of one that makes no sense (\1 is not to be had). */
export function readPattern(
  pattern: string,
  how: { extended?: boolean; fixed?: boolean; ignoreCase?: boolean; word?: boolean },
): Result<Expression, string> {
  let source = how.fixed === true ? pattern.replace(/[.*+?^${}()|[\]\\]/g, "\\$&") : pattern;
  if (how.fixed !== true && how.extended !== true) source = basicToExtended(source);
  if (how.word === true) source = `\\b(?:${source})\\b`;
  try {
    return ok(compileExpression(source, how.ignoreCase));
  } catch (e) {
    if (!(e instanceof ExpressionError)) throw e;
    const { message } = e;
    return err(PROBLEMS.find(([go]) => new RegExp(go).test(message))?.[1] ?? "Invalid regular expression");
  }
}

function patternsOf(given: Options): { patterns: string[]; files: readonly string[] } | undefined {
  const asked = given.all("e");
  if (asked.length > 0) return { patterns: asked.flatMap((p) => p.split("\n")), files: given.rest };
  const [first, ...files] = given.rest;
  return first === undefined ? undefined : { patterns: first.split("\n"), files };
}

/** Lines that match, with those around them; writes each as soon as it is read, so that a watch can be filtered. */
class Filter {
  readonly #io: ShellIo;
  readonly #given: Options;
  readonly #tests: readonly Expression[];
  readonly #prefix: string;
  readonly #before: number;
  readonly #after: number;
  readonly #most: number;
  count = 0;
  #line = 0;
  #held: { row: Row; line: number }[] = [];
  #owed = 0;
  #last = 0;

  constructor(io: ShellIo, given: Options, tests: readonly Expression[], prefix: string) {
    this.#io = io;
    this.#given = given;
    this.#tests = tests;
    this.#prefix = prefix;
    const around = Number(given.value("C") ?? 0);
    this.#before = Number(given.value("B") ?? around);
    this.#after = Number(given.value("A") ?? around);
    this.#most = Number(given.value("m") ?? Number.POSITIVE_INFINITY);
  }

  /** False when it has seen enough. */
  take(row: Row): boolean {
    const line = ++this.#line;
    if (this.#matches(row.text) && this.count < this.#most) {
      this.count++;
      if (this.#given.has("q")) return false;
      this.#flush(line);
      this.#print(row, line, ":");
      this.#owed = this.#after;
      return this.count < this.#most || this.#owed > 0;
    }
    if (this.#owed > 0) {
      this.#owed--;
      this.#print(row, line, "-");
      return this.count < this.#most || this.#owed > 0;
    }
    if (this.#before > 0) {
      this.#held.push({ row, line });
      if (this.#held.length > this.#before) this.#held.shift();
    }
    return true;
  }

  #matches(text: string): boolean {
    return this.#tests.some((test) => test.test(text)) !== this.#given.has("v");
  }

  #flush(line: number): void {
    const first = this.#held[0]?.line ?? line;
    if (this.#before + this.#after > 0 && this.#last > 0 && first > this.#last + 1 && !this.#given.has("c"))
      this.#io.out("--\n");
    for (const held of this.#held) this.#print(held.row, held.line, "-");
    this.#held = [];
  }

  #print(row: Row, line: number, sign: string): void {
    this.#last = line;
    if (this.#given.has("c") || this.#given.has("l")) return;
    const start = `${this.#prefix === "" ? "" : this.#prefix + sign}${this.#given.has("n") ? line + sign : ""}`;
    if (this.#given.has("o")) {
      for (const test of this.#tests)
        for (const [[from, to]] of test.all(row.text))
          if (to > from) this.#io.row(start + row.text.slice(from, to), row.ref);
    } else this.#io.row(start + row.text, row.ref);
  }
}

/** grep, with basic, extended (-E) and fixed (-F) patterns. */
export function* grep(io: ShellIo): Task<number> {
  const given = options(io.args, { flags: "ivEFcnowqlhHsGP", values: "ABCem", long: LONG });
  if (given.problem !== undefined) return misused(io, "grep", given.problem, 2);
  const wanted = patternsOf(given);
  if (wanted === undefined) return misused(io, "grep", "no pattern was given", 2);
  const how = {
    extended: given.has("E") || given.has("P"),
    fixed: given.has("F"),
    ignoreCase: given.has("i"),
    word: given.has("w"),
  };
  const good: Expression[] = [];
  for (const pattern of wanted.patterns) {
    const read = readPattern(pattern, how);
    if (!read.ok) return misused(io, "grep", read.error, 2);
    good.push(read.value);
  }
  const many = (wanted.files.length > 1 || given.has("H")) && !given.has("h");
  let found = false;
  let failed = false;
  for (const name of wanted.files.length === 0 ? ["-"] : wanted.files) {
    const filter = new Filter(io, given, good, many ? name : "");
    if (name === "-") {
      for (;;) {
        const row = yield* io.input.row();
        if (row === undefined || !filter.take(row)) break;
      }
    } else {
      const text = readNamed(io, "grep", name);
      if (text === undefined) failed = true;
      else for (const row of rowsOf(text)) if (!filter.take(row)) break;
    }
    if (given.has("c")) io.out(`${many ? `${name}:` : ""}${filter.count}\n`);
    if (given.has("l") && filter.count > 0) io.out(`${name === "-" ? "(standard input)" : name}\n`);
    found ||= filter.count > 0;
  }
  return failed ? 2 : found ? 0 : 1;
}
