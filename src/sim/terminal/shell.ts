import type { Process } from "../kernel/process";
import type { Task } from "../kernel/task";
import { diskFiles, type Folders } from "./disk-files";
import { Interpreter } from "./interpreter";
import { INTERRUPTED, type Line } from "./line";
import type { Machine, Screen } from "./screen";
import type { ShellState } from "./shell-io";
import type { Streams } from "./streams";

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

/** One bash: runs lines one after another. */
export class Shell {
  readonly state = freshState();
  readonly #machine: Machine;
  readonly #files: Folders;
  #line: Line | undefined;

  constructor(machine: Machine) {
    this.#machine = machine;
    this.#files = diskFiles(machine.host.disk);
  }

  /** Runs a line; gives the exit code of its last pipeline. */
  *run(process: Process, text: string, screen: Screen): Task<number> {
    const streams: Streams = {
      input: screen.keyboard,
      out: (more, ref) => (screen.out(more, ref), true),
      err: (more) => (screen.err(more), true),
      terminal: true,
    };
    const line: Line = {
      machine: this.#machine,
      files: this.#files,
      bash: process,
      screen,
      running: new Set(),
      interrupted: false,
      depth: 0,
    };
    this.#line = line;
    const interpreter = new Interpreter(line, this.state, streams);
    const code = yield* interpreter.text(text);
    if (interpreter.exited) screen.err("The terminal stays; close the panel to put it away.\n");
    return code;
  }

  /** Ctrl+C: ends what runs, and what was to follow it. */
  interrupt(): void {
    const line = this.#line;
    if (line === undefined) return;
    line.interrupted = true;
    for (const p of [...line.running]) p.kill({ code: INTERRUPTED, reason: "Interrupted" });
  }
}
