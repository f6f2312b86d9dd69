import { err, ok, type Result } from "../../shared/result";
import { INCOMPLETE, ScriptFault, unexpected } from "./fault";
import { tokenize, type Operator, type Token } from "./lexer";
import type {
  Assignment,
  Branch,
  Command,
  CompoundCommand,
  Conditional,
  Joint,
  Pipeline,
  Redirect,
  Script,
  ScriptError,
  Word,
} from "./script";

/** Loops and groups may nest so deep, and so deep `$(…)` with all of that in each: more is told no. */
const MOST_NESTED = 12;
const MOST_SUBSTITUTIONS = 6;

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

const JOINS: Partial<Record<Operator, Redirect>> = {
  "2>&1": { kind: "join", from: 2, to: 1 },
  ">&2": { kind: "join", from: 1, to: 2 },
};

const JOINTS: Partial<Record<Operator, Joint>> = { ";": "always", "\n": "always", "&&": "and", "||": "or" };

/** Words that end something, where a command may begin. */
const CLOSING: ReadonlySet<string> = new Set(["do", "done", "then", "else", "elif", "fi", "}"]);
/** Words that begin what is not understood. */
const UNKNOWN: ReadonlySet<string> = new Set(["case", "select", "function", "[["]);

/** Reads a script. */
export function parseScript(text: string): Result<Script, ScriptError> {
  try {
    return ok(parseAt(text, 0));
  } catch (error) {
    if (error instanceof ScriptFault) return err(error.error);
    throw error;
  }
}

/** @param depth how many `$(…)` the text stands in */
function parseAt(text: string, depth: number): Script {
  if (depth > MOST_SUBSTITUTIONS) throw tooDeep();
  const inner = (part: string): Script => parseAt(part, depth + 1);
  return new Parser(tokenize(text, inner)).whole();
}

const tooDeep = (): ScriptFault => new ScriptFault({ incomplete: false, message: "nested too deep" });

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  whole(): Script {
    const script = this.#list([]);
    const left = this.#tokens[this.#at];
    if (left !== undefined) throw new ScriptFault(unexpected(shown(left)));
    return script;
  }

  /** Pipelines up to a word or bracket that closes them, which is left for the caller. */
  #list(closing: readonly string[]): Script {
    const script: Pipeline[] = [];
    let joint: Joint = "always";
    for (;;) {
      this.#skipLines();
      if (this.#ends(closing)) {
        if (joint === "always") return script;
        throw new ScriptFault(this.#token === undefined ? INCOMPLETE : unexpected(shown(this.#token)));
      }
      script.push(this.#pipeline(joint));
      const operator = this.#operator;
      const next = operator === undefined ? undefined : JOINTS[operator];
      if (next === undefined) return script;
      this.#at++;
      joint = next;
    }
  }

  /** A list that must not be empty, and what closes it. */
  #body(...closing: readonly string[]): Script {
    if (++this.#depth > MOST_NESTED) throw tooDeep();
    const body = this.#list(closing);
    this.#depth--;
    if (body.length === 0 && this.#token !== undefined) throw new ScriptFault(unexpected(shown(this.#token)));
    this.#expect(...closing);
    return body;
  }

  #pipeline(joint: Joint): Pipeline {
    let negated = false;
    while (this.#word === "!") {
      negated = !negated;
      this.#at++;
    }
    const commands = [this.#command()];
    while (this.#isOperator("|")) {
      this.#at++;
      this.#skipLines();
      commands.push(this.#command());
    }
    return { joint, negated, commands };
  }

  #command(): Command {
    const compound = this.#compound();
    if (compound === undefined) return this.#simple();
    return { ...compound, redirects: this.#redirects() };
  }

  #compound(): CompoundCommand | undefined {
    if (this.#isOperator("(")) return this.#group(")");
    const word = this.#word;
    switch (word) {
      case "{":
        return this.#group("}");
      case "for":
        return this.#for();
      case "while":
      case "until": {
        this.#at++;
        const condition = this.#body("do");
        this.#at++;
        const body = this.#body("done");
        this.#at++;
        return { kind: "loop", until: word === "until", condition, body, redirects: [] };
      }
      case "if":
        return this.#if();
      default:
        if (word !== undefined && UNKNOWN.has(word))
          throw new ScriptFault({ incomplete: false, message: `${word}: not understood by this shell` });
        if (word !== undefined && CLOSING.has(word)) throw new ScriptFault(unexpected(word));
        return undefined;
    }
  }

  #group(close: ")" | "}"): CompoundCommand {
    this.#at++;
    const body = this.#body(close);
    this.#at++;
    return { kind: "group", subshell: close === ")", body, redirects: [] };
  }

  #for(): CompoundCommand {
    this.#at++;
    const name = this.#word;
    if (name === undefined || !/^[A-Za-z_]\w*$/.test(name)) {
      if (this.#token === undefined) throw new ScriptFault(INCOMPLETE);
      throw new ScriptFault({
        incomplete: false,
        message:
          name === undefined ? unexpected(shown(this.#token)).message : `\`${name}': not a valid identifier`,
      });
    }
    this.#at++;
    this.#skipLines();
    const words: Word[] = [];
    if (this.#word === "in") {
      this.#at++;
      for (let token = this.#token; token?.kind === "word"; token = this.#token) {
        words.push(token.word);
        this.#at++;
      }
    }
    if (this.#isOperator(";")) this.#at++;
    this.#skipLines();
    this.#expect("do");
    this.#at++;
    const body = this.#body("done");
    this.#at++;
    return { kind: "for", name, words, body, redirects: [] };
  }

  #if(): Conditional {
    const branches: Branch[] = [];
    do {
      this.#at++;
      const condition = this.#body("then");
      this.#at++;
      branches.push({ condition, body: this.#body("elif", "else", "fi") });
    } while (this.#word === "elif");
    let otherwise: Script | undefined;
    if (this.#word === "else") {
      this.#at++;
      otherwise = this.#body("fi");
    }
    this.#at++;
    return { kind: "if", branches, otherwise, redirects: [] };
  }

  #simple(): Command {
    const assignments: Assignment[] = [];
    const words: Word[] = [];
    const redirects: Redirect[] = [];
    for (;;) {
      redirects.push(...this.#redirects());
      const token = this.#token;
      if (token?.kind !== "word") break;
      this.#at++;
      const assignment = words.length === 0 ? assignmentOf(token.word) : undefined;
      if (assignment === undefined) words.push(token.word);
      else assignments.push(assignment);
    }
    if (assignments.length + words.length + redirects.length === 0)
      throw new ScriptFault(this.#token === undefined ? INCOMPLETE : unexpected(shown(this.#token)));
    return { kind: "simple", assignments, words, redirects };
  }

  #redirects(): Redirect[] {
    const found: Redirect[] = [];
    for (;;) {
      const token = this.#token;
      if (token?.kind === "document") {
        found.push({ kind: "text", text: token.word });
        this.#at++;
        continue;
      }
      if (token?.kind !== "operator") return found;
      const join = JOINS[token.operator];
      const target = TARGETS[token.operator];
      if (join === undefined && target === undefined) return found;
      this.#at++;
      if (join !== undefined) found.push(join);
      if (target === undefined) continue;
      const name = this.#token;
      if (name?.kind !== "word") throw new ScriptFault(unexpected(name === undefined ? "\n" : shown(name)));
      found.push(target(name.word));
      this.#at++;
    }
  }

  #skipLines(): void {
    while (this.#isOperator("\n")) this.#at++;
  }

  #isOperator(operator: Operator): boolean {
    const token = this.#tokens[this.#at];
    return token?.kind === "operator" && token.operator === operator;
  }

  get #token(): Token | undefined {
    return this.#tokens[this.#at];
  }

  get #operator(): Operator | undefined {
    const token = this.#token;
    return token?.kind === "operator" ? token.operator : undefined;
  }

  /** The word here, if it stands as it is: neither quoted nor with anything to expand. */
  get #word(): string | undefined {
    const token = this.#token;
    return token?.kind === "word" ? plain(token.word) : undefined;
  }

  #ends(closing: readonly string[]): boolean {
    if (this.#token === undefined) return true;
    const here = this.#word ?? this.#operator ?? "";
    return closing.includes(here);
  }

  #expect(...words: readonly string[]): void {
    if (this.#token === undefined) throw new ScriptFault(INCOMPLETE);
    if (!this.#ends(words)) throw new ScriptFault(unexpected(shown(this.#token)));
  }
}

function plain(word: Word): string | undefined {
  const [part] = word;
  return word.length === 1 && part?.kind === "text" && !part.quoted ? part.text : undefined;
}

function shown(token: Token): string {
  if (token.kind === "operator") return token.operator;
  return token.word.map((part) => (part.kind === "text" ? part.text : "$")).join("");
}

/** `NAME=value`, where the name and the sign are as they stand. */
function assignmentOf(word: Word): Assignment | undefined {
  const [first, ...rest] = word;
  if (first?.kind !== "text" || first.quoted) return undefined;
  const found = /^([A-Za-z_]\w*)=/.exec(first.text);
  if (found === null) return undefined;
  const text = first.text.slice(found[0].length);
  const head = text === "" ? [] : [{ ...first, text }];
  return { name: found[1] ?? "", value: [...head, ...rest] };
}
