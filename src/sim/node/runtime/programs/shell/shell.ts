import { trimEnd } from "../../../../../shared/trim";
import { assertNever } from "../../../../../shared/assert";
import type { Process } from "../../../../kernel/process";
import { race, type Signal, type Task } from "../../../../kernel/task";
import type { Thread } from "../../../../kernel/thread";
import type { Future } from "../../../../kernel/future";
import { MS } from "../../../../kernel/time";
import { evaluate } from "../../../../shell/arithmetic";
import { parseScript } from "../../../../shell/parser";
import type { Command, CompoundCommand, Conditional, ForLoop, Loop } from "../../../../shell/script";
import type { Redirect, Script, SimpleCommand, Word } from "../../../../shell/script";
import type { ContainerContext } from "../../container-context";
import { COMMANDS, isShell, toolsOf } from "./commands";
import { fileSystem, type FileSystem } from "./file-system";
import { LiveInput, NO_INPUT, TextInput, type Input, type Output } from "./io";

/** Characters that a variable, a file or an output may hold: a loop that doubles one would fill all memory. */
const LONGEST = 1_000_000;
/** A command takes at least this long: a fork, an exec. Also keeps empty loops from stopping time. */
const FORK = 2 * MS;

/** Ctrl+C where a line was waited for. */
const INTERRUPT: unique symbol = Symbol("interrupt");

/** Standard input, output and error. */
export interface Streams {
  readonly input: Input;
  readonly out: Output;
  readonly err: Output;
  /** Ctrl+C; undefined: there is no terminal. */
  readonly interrupts?: Signal | undefined;
  /** Whether it has been found out that nobody reads what is written to the pipe: whoever writes to it ends. */
  readonly unread?: () => boolean;
}

/** What a shell shares with those that it runs its pipes and substitutions in. */
interface State {
  readonly variables: Map<string, string>;
  cwd: string;
  lastCode: number;
  /** Set by `exit`: nothing runs after it. */
  exitCode: number | undefined;
  /** Set by `break` and `continue`, until the loop round them has seen it. */
  jump: { readonly kind: "break" | "continue"; readonly levels: number } | undefined;
  /** Loops round what runs. */
  loops: number;
}

/** Runs commands inside a container: its main program, probes, hooks and what people exec. */
export class Shell {
  readonly process: Process;
  readonly context: ContainerContext;
  readonly files: FileSystem;
  readonly state: State;
  readonly #streams: Streams;

  constructor(process: Process, context: ContainerContext, streams: Streams, state?: State) {
    this.process = process;
    this.context = context;
    this.files = fileSystem(context);
    this.#streams = streams;
    this.state = state ?? {
      variables: environmentOf(context),
      cwd: "/",
      lastCode: 0,
      exitCode: undefined,
      jump: undefined,
      loops: 0,
    };
  }

  get input(): Input {
    return this.#streams.input;
  }

  /** Prints a line. */
  print(line: string): void {
    this.#streams.out(`${line}\n`);
  }

  write(text: string): void {
    if (text !== "") this.#streams.out(text);
  }

  /** Prints a line to the standard error. */
  complain(line: string): void {
    this.#streams.err(`${line}\n`);
  }

  /** An absolute path. */
  path(name: string): string {
    const parts: string[] = [];
    for (const part of (name.startsWith("/") ? name : `${this.state.cwd}/${name}`).split("/")) {
      if (part === "..") parts.pop();
      else if (part !== "" && part !== ".") parts.push(part);
    }
    return `/${parts.join("/")}`;
  }

  /** Runs a command given as arguments; its exit code. */
  *argv(words: readonly string[]): Task<number> {
    const [name = "", flag, script] = words;
    if (!isShell(name)) return yield* this.#invoke(words);
    if (flag === "-c" || flag === "-ec" || flag === "-lc") {
      if (script !== undefined) return yield* this.script(script, name);
      this.complain(`${name}: -c requires an argument`);
      return 2;
    }
    return yield* this.#readScript(name);
  }

  /** Runs a script to its end, or to an `exit` in it. */
  *script(text: string, name = "sh"): Task<number> {
    const script = parseScript(text);
    if (!script.ok) {
      this.complain(`${name}: ${script.error.message}`);
      return 2;
    }
    const code = yield* this.#run(script.value);
    return this.state.exitCode ?? code;
  }

  /** Is this a shell that reads commands, and takes care of Ctrl+C itself? */
  isInteractive([name = "", flag]: readonly string[]): boolean {
    return isShell(name) && flag !== "-c" && this.#streams.interrupts !== undefined;
  }

  /** Does the image have a command of this name? */
  knows(name: string): boolean {
    return toolsOf(this.context).has(name);
  }

  /** A shell without a script runs what it reads; at a terminal it asks for it. */
  *#readScript(name: string): Task<number> {
    const { interrupts, out } = this.#streams;
    let begun = "";
    for (;;) {
      if (interrupts !== undefined) out(begun === "" ? this.#prompt(name) : "> ");
      const typed = interrupts === undefined ? yield* this.input.readLine() : yield* this.#typed(interrupts);
      if (typed === undefined) {
        if (interrupts !== undefined) out("\n");
        if (begun !== "") this.state.lastCode = yield* this.script(begun, name);
        return this.state.lastCode;
      }
      if (typed === INTERRUPT) {
        begun = "";
        continue;
      }
      const line = begun + typed;
      const script = parseScript(line);
      begun = !script.ok && script.error.incomplete ? `${line}\n` : "";
      if (begun !== "") continue;
      if (interrupts === undefined) this.state.lastCode = yield* this.script(line, name);
      else yield* this.#interruptible(line, name, interrupts);
      if (this.state.exitCode !== undefined) return this.state.exitCode;
    }
  }

  /** The next line, or Ctrl+C instead. */
  *#typed(interrupts: Signal): Task<string | typeof INTERRUPT | undefined> {
    const reading = this.process.spawn("read", this.input.readLine());
    const ends = [reading.done as Future<unknown>, interrupts.wait() as Future<unknown>];
    if ((yield* race(this.process.kernel, ends)) === 0) return reading.done.value;
    reading.cancel();
    return INTERRUPT;
  }

  *#interruptible(line: string, name: string, interrupts: Signal): Task {
    const running = this.process.spawn("command", this.script(line, name));
    const ends = [running.done as Future<unknown>, interrupts.wait() as Future<unknown>];
    if ((yield* race(this.process.kernel, ends)) === 0) this.state.lastCode = running.done.value as number;
    else {
      running.cancel();
      Object.assign(this.state, { lastCode: 130, loops: 0, jump: undefined });
    }
  }

  #prompt(name: string): string {
    const { cwd } = this.state;
    if (name.endsWith("bash")) return `root@${this.context.sandbox.name}:${cwd}# `;
    return this.knows("ash") ? `${cwd === "/root" ? "~" : cwd} # ` : "# ";
  }

  *#run(script: Script): Task<number> {
    const { state } = this;
    for (const { joint, negated, commands } of script) {
      if (joint === "and" ? state.lastCode !== 0 : joint === "or" && state.lastCode === 0) continue;
      const code = yield* commands.length === 1
        ? this.#command(commands[0] as Command)
        : this.#pipe(commands);
      state.lastCode = negated ? Number(code === 0) : code;
      if (this.#over) break;
    }
    return state.exitCode ?? state.lastCode;
  }

  /** Nothing more of this shell runs, or of the loop that it is in. */
  get #over(): boolean {
    return this.stopped || this.state.jump !== undefined;
  }

  /** This shell ends, and what runs in it: it was told to, or nobody reads what it writes. */
  get stopped(): boolean {
    return this.state.exitCode !== undefined || this.#streams.unread?.() === true;
  }

  *#command(command: Command): Task<number> {
    if (command.kind === "simple") return yield* this.#simple(command);
    return yield* this.#redirected(command.redirects, (shell) => shell.#compound(command));
  }

  *#compound(command: CompoundCommand): Task<number> {
    switch (command.kind) {
      case "for":
        return yield* this.#for(command);
      case "loop":
        return yield* this.#loop(command);
      case "if":
        return yield* this.#if(command);
      case "group":
        return yield* (command.subshell ? this.#with(this.#streams, this.#copy()) : this).#run(command.body);
      default:
        return assertNever(command);
    }
  }

  *#loop({ condition, body, until }: Loop): Task<number> {
    let code = 0;
    this.state.loops++;
    for (;;) {
      const holds = (yield* this.#run(condition)) === 0;
      if (this.#over) {
        if (this.#leaves()) break;
        yield 1;
        continue;
      }
      if (holds === until) break;
      code = yield* this.#run(body);
      if (this.#leaves()) break;
      // A loop that runs nothing but builtins must not stop time.
      yield 1;
    }
    this.state.loops--;
    return code;
  }

  *#for({ name, words, body }: ForLoop): Task<number> {
    let code = 0;
    this.state.loops++;
    for (const value of yield* this.#expandAll(words)) {
      this.state.variables.set(name, value);
      code = yield* this.#run(body);
      if (this.#leaves()) break;
      yield 1;
    }
    this.state.loops--;
    return code;
  }

  /** After a turn of a loop: is it left? */
  #leaves(): boolean {
    const { jump } = this.state;
    if (this.stopped) return true;
    if (jump === undefined) return false;
    const levels = jump.levels - 1;
    this.state.jump = levels > 0 ? { ...jump, levels } : undefined;
    return levels > 0 || jump.kind === "break";
  }

  *#if({ branches, otherwise }: Conditional): Task<number> {
    for (const { condition, body } of branches) {
      const holds = (yield* this.#run(condition)) === 0;
      if (this.#over) return this.state.lastCode;
      if (holds) return yield* this.#run(body);
    }
    return otherwise === undefined ? 0 : yield* this.#run(otherwise);
  }

  /** All stages at once, each in a shell of its own. */
  *#pipe(stages: readonly Command[]): Task<number> {
    const threads: Thread<number>[] = [];
    let source: LiveInput | undefined;
    try {
      for (const [i, stage] of stages.entries()) {
        const from: LiveInput | undefined = source;
        const to = i === stages.length - 1 ? undefined : new LiveInput(this.process.kernel);
        let unread = false;
        const pipe = {
          out: (more: string) => void (unread ||= to?.push(more) === false),
          unread: () => unread,
        };
        const streams = { ...this.#streams, input: from ?? this.input, ...(to === undefined ? {} : pipe) };
        const shell = this.#with(streams, this.#copy());
        threads.push(this.process.spawn("pipe", shell.#stage(stage, from, to)));
        source = to;
      }
      let code = 0;
      for (const thread of threads) code = yield* thread.done;
      return code;
    } finally {
      // Ctrl+C ends them with the shell that waits.
      for (const thread of threads) thread.cancel();
    }
  }

  *#stage(command: Command, from: LiveInput | undefined, to: LiveInput | undefined): Task<number> {
    const code = yield* this.#command(command);
    from?.close();
    to?.close();
    return code;
  }

  /** The state of a shell of its own: what it changes does not last. */
  #copy(): State {
    return { ...this.state, variables: new Map(this.state.variables) };
  }

  #with(streams: Streams, state: State = this.state): Shell {
    return new Shell(this.process, this.context, streams, state);
  }

  *#simple(command: SimpleCommand): Task<number> {
    const { variables } = this.state;
    const words = yield* this.#expandAll(command.words);
    const before: [string, string | undefined][] = [];
    for (const { name, value } of command.assignments) {
      const text = (yield* this.#expand(value)).join(" ");
      if (text.length > LONGEST) {
        this.complain("sh: out of memory");
        return 2;
      }
      before.push([name, variables.get(name)]);
      variables.set(name, text);
    }
    const parts = [...command.words, ...command.assignments.map((a) => a.value)].flat();
    const status = parts.some((part) => part.kind === "command") ? this.state.lastCode : 0;
    if (this.state.exitCode !== undefined) return this.state.exitCode;
    const code = yield* this.#redirected(command.redirects, (shell) =>
      words.length === 0 ? shell.#nothing(status) : shell.#invoke(words),
    );
    // Before a command they are for that command alone.
    if (words.length > 0)
      for (const [name, value] of before.reverse())
        if (value === undefined) variables.delete(name);
        else variables.set(name, value);
    return code;
  }

  *#nothing(status: number): Task<number> {
    return status;
  }

  *#redirected(redirects: readonly Redirect[], act: (shell: Shell) => Task<number>): Task<number> {
    if (redirects.length === 0) return yield* act(this);
    const streams = { ...this.#streams };
    for (const redirect of redirects) {
      if (redirect.kind === "join") {
        Object.assign(streams, redirect.from === 2 ? { err: streams.out } : { out: streams.err });
        continue;
      }
      if (redirect.kind === "text") {
        streams.input = new TextInput((yield* this.#expand(redirect.text)).join(" "));
        continue;
      }
      const path = this.path((yield* this.#expand(redirect.target)).join(" "));
      if (redirect.kind === "read") {
        const content = this.files.read(path);
        if (content === undefined) {
          this.complain(`sh: can't open ${path}: no such file`);
          return 1;
        }
        streams.input = new TextInput(content);
        continue;
      }
      const write = this.#writer(path, redirect.kind === "append");
      if (redirect.fd !== 2) streams.out = write;
      if (redirect.fd !== 1) streams.err = write;
    }
    return yield* act(this.#with(streams));
  }

  #writer(path: string, append: boolean): Output {
    const { files } = this;
    if (path === "/dev/null") return () => {};
    if (path === "/dev/stdout") return this.#streams.out;
    if (path === "/dev/stderr") return this.#streams.err;
    if (!append || files.read(path) === undefined) files.write(path, "");
    return (text) => {
      const whole = (files.read(path) ?? "") + text;
      if (whole.length > LONGEST) this.complain("sh: write error: No space left on device");
      else files.write(path, whole);
    };
  }

  *#invoke(words: readonly string[]): Task<number> {
    const [path = ""] = words;
    yield FORK;
    const name = path.slice(path.lastIndexOf("/") + 1);
    if (isShell(path) && toolsOf(this.context).has(name)) {
      return yield* this.#with(this.#streams, this.#copy()).argv(words);
    }
    const command = COMMANDS.get(name);
    if (command === undefined || !toolsOf(this.context).has(name)) {
      this.complain(`sh: ${path}: not found`);
      return 127;
    }
    return yield* command(this, words);
  }

  *#expandAll(words: readonly Word[]): Task<string[]> {
    const all: string[] = [];
    for (const word of words) all.push(...(yield* this.#expand(word)));
    return all;
  }

  /** A word's fields: what is expanded outside quotes is split at blanks. */
  *#expand(word: Word): Task<string[]> {
    const fields: string[] = [];
    let field = "";
    let begun = false;
    for (const part of word) {
      const text = yield* this.#part(part);
      if (part.kind === "text" || part.quoted) {
        field += text;
        begun = begun || part.quoted || text !== "";
        continue;
      }
      const pieces = text.split(/[ \t\n]+/);
      for (const [i, piece] of pieces.entries()) {
        if (i > 0 && begun) {
          fields.push(field);
          field = "";
          begun = false;
        }
        field += piece;
        begun = begun || piece !== "";
      }
    }
    if (begun) fields.push(field);
    return fields;
  }

  *#part(part: Word[number]): Task<string> {
    const { variables } = this.state;
    switch (part.kind) {
      case "text":
        return part.text;
      case "variable":
        if (part.name === "?") return String(this.state.lastCode);
        return variables.get(part.name) ?? "";
      case "arithmetic":
        return this.#number(part.expression);
      case "command": {
        let text = "";
        const out: Output = (more) => {
          if (text.length <= LONGEST) text += more;
        };
        const shell = this.#with({ ...this.#streams, input: NO_INPUT, out }, this.#copy());
        this.state.lastCode = yield* shell.#run(part.body);
        return trimEnd(text, "\n");
      }
      default:
        return assertNever(part);
    }
  }

  /** What stands in `$((…))`. A script ends by one that makes no sense; at a prompt it is nothing. */
  #number(expression: string): string {
    const value = evaluate(expression, this.state.variables);
    if (typeof value === "number") return String(value);
    this.complain(`sh: ${value}`);
    if (this.#streams.interrupts === undefined) this.state.exitCode = 2;
    return "";
  }
}

function environmentOf({ sandbox, container }: ContainerContext): Map<string, string> {
  return new Map([
    ["PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
    ["HOSTNAME", sandbox.name],
    ["HOME", "/root"],
    ...container.env.map((e) => [e.name, e.value] as const),
  ]);
}
