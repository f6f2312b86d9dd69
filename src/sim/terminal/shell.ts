import { AssertionError } from "../../shared/assert";
import type { ClientCertificate } from "../api/http";
import type { Host } from "../kernel/host";
import type { Process } from "../kernel/process";
import type { Task } from "../kernel/task";
import { diskFiles, resolvePath, type Folders } from "./disk-files";
import { expandText, expandWords, type Surroundings } from "./expand";
import type { ObjectRef } from "./io";
import { parse } from "./parse";
import { Pipe } from "./pipe";
import { installedPrograms } from "./programs/installed";
import type { Command, Pipeline, Redirect, Word } from "./script";
import type { ShellIo, ShellProgram, ShellState } from "./shell-io";

/** Exit code of what Ctrl+C ended, and of what wrote to a pipe that nobody reads. */
export const INTERRUPTED = 130;
/** Exit code of a Go program that panicked. */
const PANICKED = 2;
const BROKEN_PIPE = 141;
/** `$(…)` and aliases may nest so deep. */
const DEEPEST = 8;

/** Where text goes. False: nobody reads it any more. */
export type Write = (text: string, ref?: ObjectRef) => boolean;

/** The terminal that a line was typed into. */
export interface Screen {
  readonly width: number;
  out(text: string, ref?: ObjectRef): void;
  err(text: string): void;
  /** Opens the editor; the text as saved, undefined when it was closed unsaved. */
  edit(name: string, text: string): Task<string | undefined>;
  readonly keyboard: Pipe;
}

/** What a machine of the workstation's kind provides to all of its shells. */
export interface Machine {
  readonly host: Host;
  certificate(data: string): ClientCertificate | undefined;
}

interface Streams {
  readonly input: Pipe;
  readonly out: Write;
  readonly err: Write;
  /** Standard output is the terminal. */
  readonly terminal: boolean;
}

export function freshState(): ShellState {
  const variables = new Map([
    ["HOME", "/root"],
    ["USER", "root"],
    ["PATH", "/usr/local/bin:/usr/bin:/bin"],
    ["SHELL", "/bin/bash"],
    ["EDITOR", "vi"],
    ["TERM", "xterm-256color"],
    ["KUBECONFIG", "/root/.kube/config"],
  ]);
  return {
    variables,
    exported: new Set(variables.keys()),
    aliases: new Map([
      ["k", "kubectl"],
      ["ll", "ls -l"],
    ]),
    history: [],
    cwd: "/root",
    status: 0,
  };
}

/** One bash: runs lines one after another. Each program runs as a process of its own on the machine. */
export class Shell {
  readonly state = freshState();
  readonly #machine: Machine;
  readonly #files: Folders;
  readonly #running = new Set<Process>();
  #interrupted = false;
  #depth = 0;

  constructor(machine: Machine) {
    this.#machine = machine;
    this.#files = diskFiles(machine.host.disk);
  }

  /** Runs a line; gives the exit code of its last pipeline. */
  *run(process: Process, line: string, screen: Screen): Task<number> {
    this.#interrupted = false;
    this.#depth = 0;
    const streams: Streams = {
      input: screen.keyboard,
      out: (text, ref) => (screen.out(text, ref), true),
      err: (text) => (screen.err(text), true),
      terminal: true,
    };
    return yield* this.#line(process, line, screen, streams);
  }

  /** Ctrl+C: ends what runs, and what was to follow it. */
  interrupt(): void {
    this.#interrupted = true;
    for (const p of [...this.#running]) p.kill({ code: INTERRUPTED, reason: "Interrupted" });
  }

  *#line(bash: Process, line: string, screen: Screen, streams: Streams): Task<number> {
    const script = parse(line);
    if (!script.ok) {
      streams.err(`${script.error.message}\n`);
      return (this.state.status = 2);
    }
    for (const pipeline of script.value) {
      const { status } = this.state;
      if (pipeline.joint === "and" ? status !== 0 : pipeline.joint === "or" && status === 0) continue;
      this.state.status = yield* this.#pipeline(bash, pipeline, screen, streams);
      if (this.#interrupted) return (this.state.status = INTERRUPTED);
    }
    return this.state.status;
  }

  *#pipeline(bash: Process, { commands }: Pipeline, screen: Screen, streams: Streams): Task<number> {
    const started: Task<number>[] = [];
    let { input } = streams;
    for (const [i, command] of commands.entries()) {
      const last = i === commands.length - 1;
      const next = last ? undefined : new Pipe(bash.kernel, true);
      const out: Write =
        next === undefined ? streams.out : (text, ref) => (next.write(text, ref), !next.broken);
      const own: Streams = { input, out, err: streams.err, terminal: streams.terminal && last };
      started.push(this.#command(bash, command, screen, own, () => next?.end()));
      if (next !== undefined) input = next;
    }
    if (started.length === 1) return yield* started[0] as Task<number>;
    const threads = started.map((task) => bash.spawn("pipe", task));
    let status = 0;
    for (const thread of threads) status = yield* thread.done;
    return status;
  }

  *#command(
    bash: Process,
    command: Command,
    screen: Screen,
    streams: Streams,
    ended: () => void,
  ): Task<number> {
    const at = this.#surroundings(bash, screen, streams);
    const given: [string, string][] = [];
    for (const { name, value } of command.assignments) given.push([name, yield* expandText(value, at)]);
    const words = this.#aliased(yield* expandWords(command.words, at), command.words[0]);
    const redirected = yield* this.#redirect(command.redirects, streams, at, bash);
    let status = 1;
    if (typeof redirected === "string") streams.err(`bash: ${redirected}\n`);
    else if (words.length === 0) {
      for (const [name, value] of given) this.state.variables.set(name, value);
      status = command.words.length > 0 ? this.state.status : 0;
    } else status = yield* this.#execute(bash, words, given, screen, redirected);
    if (streams.input.piped) streams.input.broken = true;
    ended();
    return status;
  }

  *#execute(
    bash: Process,
    words: readonly string[],
    given: readonly [string, string][],
    screen: Screen,
    streams: Streams,
  ): Task<number> {
    const name = words[0] ?? "";
    const env = this.#environment(given, screen);
    const make = (process: Process): ShellIo => this.#io(process, bash, words.slice(1), env, screen, streams);
    const { builtins, programs } = installedPrograms();
    const builtin = builtins.get(name);
    if (builtin !== undefined) return yield* builtin(make(bash));
    const program = programs.get(baseName(name));
    if (program === undefined || this.#interrupted) {
      if (this.#interrupted) return INTERRUPTED;
      const what = name.includes("/") ? "No such file or directory" : "command not found";
      streams.err(`bash: ${name}: ${what}\n`);
      return 127;
    }
    return yield* this.#process(baseName(name), program, make);
  }

  /** Runs a program as a process of its own and waits for its end. */
  *#process(name: string, program: ShellProgram, make: (process: Process) => ShellIo): Task<number> {
    const { host } = this.#machine;
    let n = 1;
    while (host.processes.has(`${name}-${n}`)) n++;
    const process = host.start(`${name}-${n}`, function* main(self): Task {
      const io = make(self);
      let code: number;
      try {
        code = yield* program(io);
      } catch (e) {
        // A fault of a program is the program's end, as a panic is in Go, not the whole world's.
        if (!(e instanceof Error) || e instanceof AssertionError) throw e;
        io.err(`panic: ${e.message}\n`);
        code = PANICKED;
      }
      if (code !== 0) self.exit(code, "Error");
    });
    if (process.alive) this.#running.add(process);
    const { code } = yield* process.exited;
    this.#running.delete(process);
    return code;
  }

  #io(
    process: Process,
    bash: Process,
    args: readonly string[],
    env: ReadonlyMap<string, string>,
    screen: Screen,
    streams: Streams,
  ): ShellIo {
    const { builtins, programs } = installedPrograms();
    const emit = (text: string, ref?: ObjectRef): void => {
      if (!streams.out(text, ref) && process !== bash) process.exit(BROKEN_PIPE, "Error");
    };
    return {
      process,
      args,
      env,
      cwd: this.state.cwd,
      files: this.#files,
      input: streams.input,
      isTerminal: streams.terminal,
      state: this.state,
      width: screen.width,
      out: emit,
      row: (text, ref) => emit(`${text}\n`, ref),
      err: (text) => void streams.err(text),
      edit: (name, text) => screen.edit(name, text),
      certificate: (data) => this.#machine.certificate(data),
      known: (name) => (builtins.has(name) ? "builtin" : programs.has(name) ? "program" : undefined),
      names: () => [...builtins.keys(), ...programs.keys()],
      runLine: (line) => this.#nested(bash, line, screen, streams),
      run: (words, stdin) => this.#child(bash, words, screen, streams, stdin),
    };
  }

  *#child(
    bash: Process,
    words: readonly string[],
    screen: Screen,
    streams: Streams,
    stdin: string | undefined,
  ): Task<number> {
    const own = stdin === undefined ? streams : { ...streams, input: filled(bash, stdin) };
    return yield* this.#execute(bash, this.#aliased(words, undefined), [], screen, own);
  }

  *#nested(bash: Process, line: string, screen: Screen, streams: Streams): Task<number> {
    if (this.#depth >= DEEPEST) {
      streams.err("bash: too many levels of nesting\n");
      return 1;
    }
    this.#depth++;
    const code = yield* this.#line(bash, line, screen, streams);
    this.#depth--;
    return code;
  }

  #surroundings(bash: Process, screen: Screen, streams: Streams): Surroundings {
    const { state } = this;
    return {
      cwd: state.cwd,
      files: this.#files,
      variable: (name) => (name === "?" ? String(state.status) : (state.variables.get(name) ?? "")),
      output: (line) => this.#output(bash, line, screen, streams),
    };
  }

  *#output(bash: Process, line: string, screen: Screen, streams: Streams): Task<string> {
    let text = "";
    const own: Streams = { ...streams, terminal: false, out: (more) => ((text += more), true) };
    yield* this.#nested(bash, line, screen, own);
    return text;
  }

  /** Aliases stand for words that were typed plainly, and for none that came out of another. */
  #aliased(words: readonly string[], typed: Word | undefined): readonly string[] {
    const [first, ...rest] = words;
    if (first === undefined || typed?.some((part) => part.quoted) === true) return words;
    const meant = this.state.aliases.get(first);
    return meant === undefined ? words : [...meant.split(/\s+/).filter((w) => w !== ""), ...rest];
  }

  #environment(given: readonly [string, string][], screen: Screen): ReadonlyMap<string, string> {
    const { variables, exported } = this.state;
    const env = new Map([...variables].filter(([name]) => exported.has(name)));
    env.set("PWD", this.state.cwd);
    env.set("COLUMNS", String(screen.width));
    for (const [name, value] of given) env.set(name, value);
    return env;
  }

  *#redirect(
    redirects: readonly Redirect[],
    streams: Streams,
    at: Surroundings,
    bash: Process,
  ): Task<Streams | string> {
    let own = streams;
    for (const redirect of redirects) {
      if (redirect.kind === "join") {
        own = redirect.from === 2 ? { ...own, err: own.out } : { ...own, out: own.err, terminal: false };
        continue;
      }
      if (redirect.kind === "text") {
        own = { ...own, input: filled(bash, yield* expandText(redirect.text, at)) };
        continue;
      }
      const target = yield* expandText(redirect.target, at);
      const path = resolvePath(at.cwd, target);
      if (redirect.kind === "read") {
        const text = path === "/dev/null" ? "" : this.#files.read(path);
        if (text === undefined)
          return `${target}: ${this.#files.isFolder(path) ? "Is a directory" : "No such file or directory"}`;
        own = { ...own, input: filled(bash, text) };
        continue;
      }
      if (target === "") return `: No such file or directory`;
      if (this.#files.isFolder(path)) return `${target}: Is a directory`;
      const write = this.#fileWriter(path, redirect.kind === "append");
      if (redirect.fd !== 2) own = { ...own, out: write, terminal: false };
      if (redirect.fd !== 1) own = { ...own, err: write };
    }
    return own;
  }

  #fileWriter(path: string, append: boolean): Write {
    if (path === "/dev/null") return () => true;
    if (!append || this.#files.read(path) === undefined) this.#files.write(path, "");
    return (text) => {
      this.#files.write(path, (this.#files.read(path) ?? "") + text);
      return true;
    };
  }
}

function filled(process: Process, text: string): Pipe {
  const pipe = new Pipe(process.kernel, true);
  pipe.write(text);
  pipe.end();
  return pipe;
}

const baseName = (path: string): string => path.slice(path.lastIndexOf("/") + 1);
