import { assertNever } from "../../shared/assert";
import type { Process } from "../kernel/process";
import type { Task } from "../kernel/task";
import { MS } from "../kernel/time";
import { evaluate } from "../shell/arithmetic";
import { parseScript } from "../shell/parser";
import type { Command, CompoundCommand, Conditional, ForLoop, Loop, Pipeline } from "../shell/script";
import type { Script, SimpleCommand, Word } from "../shell/script";
import { expandText, expandWords, ExpansionError, type Surroundings } from "./expand";
import type { ObjectRef } from "./io";
import { INTERRUPTED, runProgram, type Line } from "./line";
import { Pipe } from "./pipe";
import { installedPrograms } from "./programs/installed";
import type { Departure, ShellIo, ShellState } from "./shell-io";
import { filled, redirect, type Streams, type Write } from "./streams";

/** Exit code of what wrote to a pipe that nobody reads. */
const BROKEN_PIPE = 141;
/** Scripts may run scripts (`source`, aliases) so deep. */
const DEEPEST = 8;
/** Longest value of a variable, in characters: a loop that doubles one is out of memory sooner or later. */
const LONGEST_VALUE = 1_000_000;

/** Variables that the shell itself keeps. A line has no arguments. */
const SPECIAL: ReadonlyMap<string, (state: ShellState) => string> = new Map([
  ["?", (state: ShellState) => String(state.status)],
  ["#", () => "0"],
  ["0", () => "bash"],
]);

/** A shell, or a subshell: what it remembers, and how it is to be left. */
interface Frame {
  readonly state: ShellState;
  /** Loops round the command that runs. */
  loops: number;
  /** `break`, `continue` and `exit` under way: nothing else runs. */
  leaving: Departure | undefined;
}

/** Runs scripts as bash does, with one set of streams. Each program runs as a process of its own on the machine. */
export class Interpreter {
  readonly #line: Line;
  readonly #frame: Frame;
  readonly #streams: Streams;

  constructor(line: Line, state: ShellState, streams: Streams, frame?: Frame) {
    this.#line = line;
    this.#frame = frame ?? { state, loops: 0, leaving: undefined };
    this.#streams = streams;
  }

  /** The script came upon `exit`. */
  get exited(): boolean {
    return this.#frame.leaving?.kind === "exit";
  }

  /** Reads a text and runs it; gives the exit code of its last pipeline. */
  *text(text: string): Task<number> {
    const script = parseScript(text);
    if (script.ok) return yield* this.#whole(this.#script(script.value));
    this.#streams.err(`bash: ${script.error.message}\n`);
    return (this.#state.status = 2);
  }

  /** Runs something to its end, or to an expansion that cannot be. */
  *#whole(task: Task<number>): Task<number> {
    try {
      return yield* task;
    } catch (e) {
      if (!(e instanceof ExpansionError)) throw e;
      this.#streams.err(`bash: ${e.message}\n`);
      return (this.#state.status = 1);
    }
  }

  get #state(): ShellState {
    return this.#frame.state;
  }

  /** Nothing more of this shell runs. */
  get #over(): boolean {
    return this.#line.interrupted || this.#frame.leaving !== undefined;
  }

  *#script(script: Script): Task<number> {
    const state = this.#state;
    for (const pipeline of script) {
      const { status } = state;
      if (pipeline.joint === "and" ? status !== 0 : pipeline.joint === "or" && status === 0) continue;
      state.status = yield* this.#pipeline(pipeline);
      if (this.#line.interrupted) return (state.status = INTERRUPTED);
      if (this.#over) break;
    }
    return state.status;
  }

  *#pipeline({ commands, negated }: Pipeline): Task<number> {
    const status = yield* commands.length === 1
      ? this.#command(commands[0] as Command)
      : this.#pipe(commands);
    return negated ? Number(status === 0) : status;
  }

  /** Each command in a subshell of its own, all at once. */
  *#pipe(commands: readonly Command[]): Task<number> {
    const { bash } = this.#line;
    let { input } = this.#streams;
    const threads = commands.map((command, i) => {
      const last = i === commands.length - 1;
      const next = last ? undefined : new Pipe(bash.kernel, true);
      const out: Write = next === undefined ? this.#streams.out : (text, ref) => next.write(text, ref);
      const streams = { ...this.#streams, input, out, terminal: this.#streams.terminal && last };
      const thread = bash.spawn("pipe", this.#subshell(streams).#stage(command, i > 0, next));
      if (next !== undefined) input = next;
      return thread;
    });
    let status = 0;
    for (const thread of threads) status = yield* thread.done;
    return status;
  }

  *#stage(command: Command, piped: boolean, next: Pipe | undefined): Task<number> {
    const status = yield* this.#whole(this.#command(command));
    if (piped) this.#streams.input.broken = true;
    next?.end();
    return status;
  }

  #subshell(streams: Streams): Interpreter {
    const { variables, exported, aliases } = this.#state;
    const state: ShellState = {
      ...this.#state,
      variables: new Map(variables),
      exported: new Set(exported),
      aliases: new Map(aliases),
    };
    return new Interpreter(this.#line, state, streams);
  }

  /** This shell, with other streams. */
  #with(streams: Streams): Interpreter {
    return new Interpreter(this.#line, this.#state, streams, this.#frame);
  }

  *#command(command: Command): Task<number> {
    if (command.kind === "simple") return yield* this.#simple(command);
    const { redirects } = command;
    if (redirects.length === 0) return yield* this.#compound(command);
    const streams = yield* redirect(redirects, this.#streams, this.#surroundings(), this.#line.bash);
    if (typeof streams !== "string") return yield* this.#with(streams).#compound(command);
    this.#streams.err(`bash: ${streams}\n`);
    return 1;
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
        return yield* (command.subshell ? this.#subshell(this.#streams) : this).#script(command.body);
      default:
        return assertNever(command);
    }
  }

  *#for({ name, words, body }: ForLoop): Task<number> {
    const values = yield* expandWords(words, this.#surroundings());
    let status = 0;
    this.#frame.loops++;
    for (const value of values) {
      if (this.#over) break;
      this.#state.variables.set(name, value);
      status = yield* this.#script(body);
      if (yield* this.#turned()) break;
    }
    this.#frame.loops--;
    return status;
  }

  *#loop({ until, condition, body }: Loop): Task<number> {
    let status = 0;
    this.#frame.loops++;
    for (;;) {
      const holds = (yield* this.#script(condition)) === 0;
      if (this.#over) {
        if (yield* this.#turned()) break;
        continue;
      }
      if (holds === until) break;
      status = yield* this.#script(body);
      if (yield* this.#turned()) break;
    }
    this.#frame.loops--;
    return status;
  }

  /**
   * One turn of a loop is over. It has taken time, so that a loop of builtins does not stop the clock.
   * @returns whether the loop is to be left
   */
  *#turned(): Task<boolean> {
    yield MS;
    const { leaving } = this.#frame;
    if (this.#line.interrupted || leaving?.kind === "exit") return true;
    if (leaving === undefined) return false;
    const left = leaving.levels - 1;
    this.#frame.leaving = left > 0 ? { ...leaving, levels: left } : undefined;
    return left > 0 || leaving.kind === "break";
  }

  *#if({ branches, otherwise }: Conditional): Task<number> {
    for (const { condition, body } of branches) {
      const holds = (yield* this.#script(condition)) === 0;
      if (this.#over) return this.#state.status;
      if (holds) return yield* this.#script(body);
    }
    return otherwise === undefined ? 0 : yield* this.#script(otherwise);
  }

  *#simple(command: SimpleCommand): Task<number> {
    const given = new Map<string, string>();
    const at = this.#surroundings();
    const words = this.#aliased(yield* expandWords(command.words, at), command.words[0]);
    const beside = this.#surroundings(given);
    for (const { name, value } of command.assignments) {
      const text = yield* expandText(value, beside);
      if (text.length > LONGEST_VALUE) {
        this.#streams.err("bash: out of memory\n");
        return 2;
      }
      given.set(name, text);
    }
    // Ctrl+C has ended what stood in a `$(…)`: nothing is made of the half of it.
    if (this.#line.interrupted) return INTERRUPTED;
    const streams = yield* redirect(command.redirects, this.#streams, at, this.#line.bash);
    if (typeof streams === "string") {
      this.#streams.err(`bash: ${streams}\n`);
      return 1;
    }
    if (words.length > 0) return yield* this.#with(streams).#execute(words, given);
    for (const [name, value] of given) this.#state.variables.set(name, value);
    const substituted = [...command.words, ...command.assignments.map((a) => a.value)].some((word) =>
      word.some((part) => part.kind === "command"),
    );
    return substituted ? this.#state.status : 0;
  }

  *#execute(words: readonly string[], given: ReadonlyMap<string, string>): Task<number> {
    const name = words[0] ?? "";
    const env = this.#environment(given);
    const make = (process: Process): ShellIo => this.#io(process, words.slice(1), env);
    const { builtins, programs } = installedPrograms();
    const builtin = builtins.get(name);
    if (builtin !== undefined) return yield* builtin(make(this.#line.bash));
    if (this.#line.interrupted) return INTERRUPTED;
    const { has } = this.#line.machine;
    const program = has(baseName(name)) ? programs.get(baseName(name)) : undefined;
    if (program === undefined) {
      const what = name.includes("/") ? "No such file or directory" : "command not found";
      this.#streams.err(`bash: ${name}: ${what}\n`);
      return 127;
    }
    return yield* runProgram(this.#line, baseName(name), (process) => program(make(process)));
  }

  #io(process: Process, args: readonly string[], env: ReadonlyMap<string, string>): ShellIo {
    const { builtins, programs } = installedPrograms();
    const { machine, files, screen, running } = this.#line;
    const { has } = machine;
    const streams = this.#streams;
    const emit = (text: string, ref?: ObjectRef): void => {
      if (!streams.out(text, ref)) this.#unread(process);
    };
    return {
      process,
      args,
      env,
      cwd: this.#state.cwd,
      files,
      input: streams.input,
      isTerminal: streams.terminal,
      state: this.#state,
      width: screen.width,
      out: emit,
      row: (text, ref) => emit(`${text}\n`, ref),
      err: (text) => void streams.err(text),
      edit: (name, text) => screen.edit(name, text),
      certificate: (data) => machine.certificate(data),
      known: (name) =>
        builtins.has(name) ? "builtin" : programs.has(name) && has(name) ? "program" : undefined,
      names: () => [...builtins.keys(), ...[...programs.keys()].filter(has)],
      onInterrupt: (tell) => void running.set(process, tell),
      leave: (departure) => this.#leave(departure),
      runLine: (text) => this.#subshell(streams).#nested(text),
      runHere: (text) => this.#nested(text),
      run: (words, stdin) => this.#child(words, stdin),
    };
  }

  /** Nobody reads what this process writes: it ends, or the shell does whose builtin it is. */
  #unread(process: Process): void {
    if (process !== this.#line.bash) process.exit(BROKEN_PIPE, "Error");
    else this.#frame.leaving = { kind: "exit", levels: 0 };
  }

  #leave(departure: Departure): boolean {
    if (departure.kind !== "exit" && this.#frame.loops === 0) return false;
    const levels = Math.min(departure.levels, this.#frame.loops);
    this.#frame.leaving = { ...departure, levels };
    return true;
  }

  *#child(words: readonly string[], stdin: string | undefined): Task<number> {
    const { bash } = this.#line;
    const own = stdin === undefined ? this : this.#with({ ...this.#streams, input: filled(bash, stdin) });
    return yield* own.#execute(this.#aliased(words, undefined), new Map());
  }

  *#nested(text: string): Task<number> {
    const line = this.#line;
    if (line.depth >= DEEPEST) {
      this.#streams.err("bash: too many levels of nesting\n");
      return 1;
    }
    // It takes time, so that what runs itself again and again does not stop the clock.
    yield MS;
    line.depth++;
    const code = yield* this.text(text);
    line.depth--;
    return code;
  }

  /** @param given values that are seen before those of the shell's own variables */
  #surroundings(given?: ReadonlyMap<string, string>): Surroundings {
    const state = this.#state;
    return {
      cwd: state.cwd,
      files: this.#line.files,
      variable: (name) => SPECIAL.get(name)?.(state) ?? given?.get(name) ?? state.variables.get(name) ?? "",
      value: (expression) => evaluate(expression, state.variables),
      output: (script) => this.#output(script),
    };
  }

  *#output(script: Script): Task<string> {
    let text = "";
    const out: Write = (more) => {
      if (text.length > LONGEST_VALUE) return false;
      text += more;
      return true;
    };
    const shell = this.#subshell({ ...this.#streams, terminal: false, out });
    this.#state.status = yield* shell.#whole(shell.#script(script));
    return text;
  }

  /** Aliases stand for words that were typed plainly, and for none that came out of another. */
  #aliased(words: readonly string[], typed: Word | undefined): readonly string[] {
    const [first, ...rest] = words;
    if (first === undefined || typed?.some((part) => part.quoted || part.kind !== "text") === true)
      return words;
    const meant = this.#state.aliases.get(first);
    return meant === undefined ? words : [...meant.split(/\s+/).filter((w) => w !== ""), ...rest];
  }

  #environment(given: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
    const { variables, exported, cwd } = this.#state;
    const env = new Map([...variables].filter(([name]) => exported.has(name)));
    env.set("PWD", cwd);
    env.set("COLUMNS", String(this.#line.screen.width));
    for (const [name, value] of given) env.set(name, value);
    return env;
  }
}

const baseName = (path: string): string => path.slice(path.lastIndexOf("/") + 1);
