import { err, ok, type Result } from "../../shared/result";
import { tokens, type Operator, type Token } from "./lexer";
import type { Assignment, Command, Joint, Pipeline, Redirect, Script, ScriptError, Word } from "./script";

interface Open {
  readonly assignments: Assignment[];
  readonly words: Word[];
  readonly redirects: Redirect[];
}

const empty = (): Open => ({ assignments: [], words: [], redirects: [] });
const isEmpty = (c: Open): boolean => c.assignments.length + c.words.length + c.redirects.length === 0;

const TARGETS: Partial<Record<Operator, (target: Word) => Redirect>> = {
  ">": (target) => ({ kind: "write", fd: 1, target }),
  ">>": (target) => ({ kind: "append", fd: 1, target }),
  "2>": (target) => ({ kind: "write", fd: 2, target }),
  "2>>": (target) => ({ kind: "append", fd: 2, target }),
  "&>": (target) => ({ kind: "write", fd: 3, target }),
  "&>>": (target) => ({ kind: "append", fd: 3, target }),
  "<": (target) => ({ kind: "read", target }),
  "<<<": (target) => ({ kind: "text", text: [...target, { kind: "text", text: "\n", quoted: true }] }),
};

const unexpected = (operator: string): ScriptError => ({
  incomplete: false,
  message: `bash: syntax error near unexpected token \`${operator === "\n" ? "newline" : operator}'`,
});

/** Words that begin what this shell does not know; bash would wait for their end. */
const COMPOUND: ReadonlySet<string> = new Set(["for", "while", "until", "if", "case", "function", "{", "[["]);

/** Reads a command line. */
export function parse(text: string): Result<Script, ScriptError> {
  const read = tokens(text);
  return read.ok ? new Parser(read.value).run() : read;
}

class Parser {
  readonly #tokens: readonly Token[];
  readonly #script: Pipeline[] = [];
  #joint: Joint = "always";
  #done: Command[] = [];
  #command = empty();
  /** A pipe, `&&` or `||` stands at the end: something must follow. */
  #owes = false;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  run(): Result<Script, ScriptError> {
    for (let i = 0; i < this.#tokens.length; i++) {
      const token = this.#tokens[i] as Token;
      if (token.kind === "word") this.#word(token.word);
      else if (token.kind === "document") this.#command.redirects.push({ kind: "text", text: token.word });
      else {
        const redirect = TARGETS[token.operator];
        if (redirect === undefined) {
          const problem = this.#operator(token.operator);
          if (problem !== undefined) return err(problem);
          continue;
        }
        const target = this.#tokens[++i];
        if (target?.kind !== "word")
          return err(unexpected(target?.kind === "operator" ? target.operator : "\n"));
        this.#command.redirects.push(redirect(target.word));
      }
    }
    if (this.#owes && isEmpty(this.#command))
      return err({ incomplete: true, message: "bash: syntax error: unexpected end of file" });
    this.#endPipeline("always");
    return this.#compound() ?? ok(this.#script);
  }

  #word(word: Word): void {
    const [first] = word;
    const found =
      first?.kind === "text" && !first.quoted ? /^([A-Za-z_][A-Za-z0-9_]*)=/.exec(first.text) : null;
    if (found !== null && first !== undefined && this.#command.words.length === 0) {
      const rest = first.text.slice(found[0].length);
      const head = rest === "" ? [] : [{ ...first, text: rest }];
      this.#command.assignments.push({ name: found[1] ?? "", value: [...head, ...word.slice(1)] });
    } else this.#command.words.push(word);
  }

  #operator(operator: Operator): ScriptError | undefined {
    switch (operator) {
      case "2>&1":
        this.#command.redirects.push({ kind: "join", from: 2, to: 1 });
        return undefined;
      case ">&2":
        this.#command.redirects.push({ kind: "join", from: 1, to: 2 });
        return undefined;
      case "\n":
        if (!isEmpty(this.#command)) this.#endPipeline("always");
        return undefined;
      default:
    }
    if (isEmpty(this.#command)) return unexpected(operator);
    if (operator === "|") {
      this.#endCommand();
      this.#owes = true;
      return undefined;
    }
    this.#endPipeline(operator === "&&" ? "and" : operator === "||" ? "or" : "always");
    this.#owes = operator !== ";";
    return undefined;
  }

  #endCommand(): void {
    if (isEmpty(this.#command)) return;
    this.#done.push(this.#command);
    this.#command = empty();
    this.#owes = false;
  }

  #endPipeline(next: Joint): void {
    this.#endCommand();
    if (this.#done.length > 0) this.#script.push({ joint: this.#joint, commands: this.#done });
    this.#done = [];
    this.#joint = next;
  }

  #compound(): Result<Script, ScriptError> | undefined {
    for (const { commands } of this.#script) {
      for (const { words } of commands) {
        const [first] = words[0] ?? [];
        if (first?.kind !== "text" || first.quoted || words[0]?.length !== 1) continue;
        if (COMPOUND.has(first.text))
          return err({
            incomplete: false,
            message: `bash: ${first.text}: this shell knows no compound commands`,
          });
      }
    }
    return undefined;
  }
}
