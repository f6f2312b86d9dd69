import { AssertionError } from "../../shared/assert";
import type { Process } from "../kernel/process";
import type { Task } from "../kernel/task";
import type { Folders } from "./disk-files";
import type { Machine, Screen } from "./screen";

/** Exit code of what Ctrl+C ended. */
export const INTERRUPTED = 130;
/** Exit code of a Go program that panicked. */
const PANICKED = 2;

/** A line that runs: what all of its shells and programs have in common. */
export interface Line {
  readonly machine: Machine;
  readonly files: Folders;
  readonly bash: Process;
  readonly screen: Screen;
  /** Programs that run, and whom Ctrl+C is told to where that does not end them. */
  readonly running: Map<Process, (() => void) | undefined>;
  interrupted: boolean;
  depth: number;
}

/** Runs a program as a process of its own and waits for its end. */
export function* runProgram(
  { machine, running, screen }: Line,
  name: string,
  program: (process: Process) => Task<number>,
): Task<number> {
  const { host } = machine;
  let n = 1;
  while (host.processes.has(`${name}-${n}`)) n++;
  const process = host.start(`${name}-${n}`, function* main(self): Task {
    let code: number;
    try {
      code = yield* program(self);
    } catch (e) {
      // A fault of a program is the program's end, as a panic is in Go, not the whole world's.
      if (!(e instanceof Error) || e instanceof AssertionError) throw e;
      screen.err(`panic: ${e.message}\n`);
      code = PANICKED;
    }
    if (code !== 0) self.exit(code, "Error");
  });
  if (process.alive && !running.has(process)) running.set(process, undefined);
  const { code } = yield* process.exited;
  running.delete(process);
  return code;
}
