import type { Process } from "../kernel/process";
import type { Task } from "../kernel/task";
import { diskFiles, type Folders } from "./disk-files";
import { Interpreter } from "./interpreter";
import { INTERRUPTED, type Line } from "./line";
import type { Machine, Screen } from "./screen";
import type { ShellState } from "./shell-io";
import type { Streams } from "./streams";

export function freshState(given: Readonly<Record<string, string>>, login: boolean): ShellState {
  const variables = new Map([
    ["HOME", "/root"],
    ["USER", "root"],
    ["PATH", "/usr/local/bin:/usr/bin:/bin"],
    ["SHELL", "/bin/bash"],
    ["EDITOR", "vi"],
    ["TERM", "xterm-256color"],
    ...Object.entries(given),
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
    login,
  };
}

/** One bash: runs lines one after another. */
export class Shell {
  readonly state: ShellState;
  readonly #machine: Machine;
  readonly #files: Folders;
  #line: Line | undefined;
  #left = false;

  /** `login`: somebody has logged into it from another machine. */
  constructor(machine: Machine, login = false) {
    this.#machine = machine;
    this.state = freshState(machine.variables, login);
    this.#files = diskFiles(machine.host.disk);
  }

  /** Has `exit` ended it? The terminal's own shells stay. */
  get left(): boolean {
    return this.#left;
  }

  /** Runs a line; gives the exit code of its last pipeline. */
  *run(process: Process, text: string, screen: Screen): Task<number> {
    const streams: Streams = {
      input: screen.keyboard,
      out: (more, ref) => (screen.out(more, ref), true),
      err: (more) => (screen.err(more), true),
      terminal: screen.tty,
    };
    const line: Line = {
      machine: this.#machine,
      files: this.#files,
      bash: process,
      screen,
      running: new Map(),
      interrupted: false,
      depth: 0,
    };
    this.#line = line;
    const interpreter = new Interpreter(line, this.state, streams);
    const code = yield* interpreter.text(text);
    if (!interpreter.exited) return code;
    if (this.state.login) this.#left = true;
    else screen.err("The terminal stays; close the panel to put it away.\n");
    return code;
  }

  /** Ctrl+C: ends what runs, and what was to follow it; or is for the program that has asked for it. */
  interrupt(): void {
    const tell = [...(this.#line?.running.values() ?? [])].find((t) => t !== undefined);
    if (tell === undefined) this.hangUp();
    else tell();
  }

  /** Ends what runs, and what was to follow it. */
  hangUp(): void {
    const line = this.#line;
    if (line === undefined) return;
    line.interrupted = true;
    for (const p of [...line.running.keys()]) p.kill({ code: INTERRUPTED, reason: "Interrupted" });
  }
}
