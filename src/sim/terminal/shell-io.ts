import type { Task } from "../kernel/task";
import type { Folders } from "./disk-files";
import type { ObjectRef, ProgramIo } from "./io";
import type { RowInput } from "./pipe";

/** What one terminal remembers between its lines. Programs of the shell itself (`cd`, `export`, …) change it. */
export interface ShellState {
  readonly variables: Map<string, string>;
  readonly exported: Set<string>;
  readonly aliases: Map<string, string>;
  readonly history: string[];
  cwd: string;
  /** Exit code of the last pipeline. */
  status: number;
  /** Is it a shell that somebody has logged into over the network? Then `exit` ends it. */
  readonly login: boolean;
}

/** How a part of a script is left: of `break` and `continue`, how many loops. */
export interface Departure {
  readonly kind: "break" | "continue" | "exit";
  readonly levels: number;
}

/** What the workstation's own programs are given: more than a foreign one gets. */
export interface ShellIo extends ProgramIo {
  readonly files: Folders;
  readonly input: RowInput;
  readonly state: ShellState;
  /** Columns of the terminal. */
  readonly width: number;
  /** Is there a program of this name? */
  known(name: string): "program" | "builtin" | undefined;
  names(): readonly string[];
  /** For what is part of the shell: leaves the script, or loops of it. @returns false when there is no loop */
  leave(departure: Departure): boolean;
  /** Runs a program; its output goes where ours goes. `stdin` is what it reads, the keyboard when absent. */
  run(words: readonly string[], stdin?: string): Task<number>;
  /** Runs a whole command line in a shell of its own; its output goes where ours goes. */
  runLine(line: string): Task<number>;
  /** For what is part of the shell: runs lines as if they stood here. */
  runHere(text: string): Task<number>;
  /** From now on Ctrl+C does not end this program: it is told. */
  onInterrupt(tell: () => void): void;
  /** Writes a line with what it is about. */
  row(text: string, ref: ObjectRef | undefined): void;
}

export type ShellProgram = (io: ShellIo) => Task<number>;
