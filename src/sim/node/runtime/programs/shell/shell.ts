import { trimEnd } from "../../../../../shared/trim";
import { assertNever } from "../../../../../shared/assert";
import type { Process } from "../../../../kernel/process";
import { race, type Signal, type Task } from "../../../../kernel/task";
import type { Future } from "../../../../kernel/future";
import { MS } from "../../../../kernel/time";
import { evaluate } from "../../../../shell/arithmetic";
import { parseScript } from "../../../../shell/parser";
import type { Command, CompoundCommand, Conditional, ForLoop, Loop } from "../../../../shell/script";
import type { Redirect, Script, SimpleCommand, Word } from "../../../../shell/script";
import type { ContainerContext } from "../../container-context";
import { COMMANDS, isShell, toolsOf } from "./commands";
import { fileSystem, type FileSystem } from "./file-system";
import { NO_INPUT, TextInput, type Input, type Output } from "./io";

/** Longest value of a variable, in characters: a loop that doubles one is out of memory sooner or later. */
const LONGEST_VALUE = 1_000_000;
/** A command takes at least this long: a fork, an exec. Also keeps empty loops from stopping time. */
const FORK = 2 * MS;

/** Standard input, output and error. */
export interface Streams {
  readonly input: Input;
  readonly out: Output;
  readonly err: Output;
  /** Ctrl+C; undefined: there is no terminal. */
  readonly interrupts?: Signal | undefined;
}

/** What a shell shares with those that it runs its pipes and substitutions in. */
interface State {
  readonly variables: Map<string, string>;
  cwd: string;
  lastCode: number;
  /** Set by `exit`: nothing runs after it. */
  exitCode: number | undefined;
  /** Set by `break` and `continue`, until the loop round them has seen it. */
  jump: "break" | "continue" | undefined;
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
    for (;;) {
      if (interrupts !== undefined) out(this.#prompt(name));
      const line = interrupts === undefined ? yield* this.input.readLine() : yield* this.#typed(interrupts);
      if (line === undefined) {
        if (interrupts !== undefined) out("\n");
        return this.state.lastCode;
      }
      if (interrupts === undefined) this.state.lastCode = yield* this.script(line, name);
      else yield* this.#interruptible(line, name, interrupts);
      if (this.state.exitCode !== undefined) return this.state.exitCode;
    }
  }

  /** The next line; Ctrl+C instead gives an empty one. */
  *#typed(interrupts: Signal): Task<string | undefined> {
    const reading = this.process.spawn("read", this.input.readLine());
    const ends = [reading.done as Future<unknown>, interrupts.wait() as Future<unknown>];
    if ((yield* race(this.process.kernel, ends)) === 0) return reading.done.value;
    reading.cancel();
    return "";
  }

  *#interruptible(line: string, name: string, interrupts: Signal): Task {
    const running = this.process.spawn("command", this.script(line, name));
    const ends = [running.done as Future<unknown>, interrupts.wait() as Future<unknown>];
    if ((yield* race(this.process.kernel, ends)) === 0) this.state.lastCode = running.done.value as number;
    else {
      running.cancel();
      this.state.lastCode = 130;
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
    return this.state.exitCode !== undefined || this.state.jump !== undefined;
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
      if (this.#over ? this.#leaves() : holds === until) break;
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
    }
    this.state.loops--;
    return code;
  }

  /** After a turn of a loop: is it left? */
  #leaves(): boolean {
    const { jump, exitCode } = this.state;
    this.state.jump = undefined;
    return exitCode !== undefined || jump === "break";
  }

  *#if({ condition, body, otherwise }: Conditional): Task<number> {
    const holds = (yield* this.#run(condition)) === 0;
    if (this.#over) return this.state.lastCode;
    if (holds) return yield* this.#run(body);
    return otherwise === undefined ? 0 : yield* this.#run(otherwise);
  }

  /** One stage after the other: what a stage has written when it ended is the next one's input. */
  *#pipe(stages: readonly Command[]): Task<number> {
    let input = this.input;
    let code = 0;
    for (const [i, stage] of stages.entries()) {
      let text = "";
      const out: Output = i === stages.length - 1 ? this.#streams.out : (more) => (text += more);
      const shell = this.#with({ ...this.#streams, input, out }, this.#copy());
      code = yield* shell.#command(stage);
      input = new TextInput(text);
    }
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
    const words = yield* this.#expandAll(command.words);
    for (const { name, value } of command.assignments) {
      const text = (yield* this.#expand(value)).join(" ");
      if (text.length > LONGEST_VALUE) {
        this.complain("sh: out of memory");
        return 2;
      }
      this.state.variables.set(name, text);
    }
    return yield* this.#redirected(command.redirects, (shell) => shell.#invoke(words));
  }

  *#redirected(redirects: readonly Redirect[], act: (shell: Shell) => Task<number>): Task<number> {
    if (redirects.length === 0) return yield* act(this);
    const streams = { ...this.#streams };
    const written: { readonly path: string; text: string }[] = [];
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
      const file = { path, text: redirect.kind === "append" ? (this.files.read(path) ?? "") : "" };
      written.push(file);
      const write: Output = (text) => void (file.text += text);
      if (redirect.fd !== 2) streams.out = write;
      if (redirect.fd !== 1) streams.err = write;
    }
    const code = yield* act(this.#with(streams));
    for (const { path, text } of written) if (path !== "/dev/null") this.files.write(path, text);
    return code;
  }

  *#invoke(words: readonly string[]): Task<number> {
    const [path] = words;
    if (path === undefined) return 0;
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
        return String(evaluate(part.expression, variables));
      case "command": {
        let text = "";
        const out: Output = (more) => (text += more);
        yield* this.#with({ ...this.#streams, input: NO_INPUT, out }, this.#copy()).#run(part.body);
        return trimEnd(text, "\n");
      }
      default:
        return assertNever(part);
    }
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
