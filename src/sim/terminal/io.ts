/**
 * What a program on the operator's workstation is given, whichever it is: kubectl, etcdctl, `grep`. The shell makes
 * it; programs know the shell by nothing else. Each program runs as a process of its own on the workstation's host,
 * and Ctrl+C kills that process.
 */
import type { ClientCertificate } from "../api/http";
import type { Process } from "../kernel/process";
import type { Task } from "../kernel/task";

/** An object that a line of output is about, for the stage to light up. */
export interface ObjectRef {
  /** API group; `""` for core. */
  readonly group: string;
  /** Plural, e.g. `pods`. */
  readonly resource: string;
  /** `""` for cluster-scoped kinds. */
  readonly namespace: string;
  readonly name: string;
}

/** The files of a machine's disk. Paths are absolute; whoever takes a path from a user resolves it first. */
export interface Files {
  /** Text of a file; undefined when there is none, or it is a folder. */
  read(path: string): string | undefined;
  /** What a file holds: text, or what only the programs read that write such files; undefined when there is none. */
  content(path: string): unknown;
  /** Writes a file that is no text, making its folders. */
  put(path: string, content: object): void;
  /** Writes a file, making its folders. */
  write(path: string, text: string): void;
  /** Removes a file. @returns whether there was one */
  remove(path: string): boolean;
  /** Names in a folder, sorted, folders with a trailing slash; undefined when there is no such folder. */
  list(path: string): readonly string[] | undefined;
}

/** What comes in from a pipe, a redirection or the keyboard. */
export interface Input {
  /** False: the keyboard, nothing is piped in. */
  readonly piped: boolean;
  /** The next line without its newline; undefined at the end. */
  line(): Task<string | undefined>;
  /** All that is left. */
  rest(): Task<string>;
}

export interface ProgramIo {
  /** The process that runs it: its clock, its connections. */
  readonly process: Process;
  /** Arguments without the program's own name. */
  readonly args: readonly string[];
  readonly env: ReadonlyMap<string, string>;
  /** Absolute path of the working folder. */
  readonly cwd: string;
  readonly files: Files;
  readonly input: Input;
  /** Whether standard output is the terminal rather than a pipe or a file. */
  readonly isTerminal: boolean;
  /** Writes to standard output; `ref`: what this text, a line, is about. */
  out(text: string, ref?: ObjectRef): void;
  /** Writes to standard error. */
  err(text: string): void;
  /** Opens the editor on a text; gives the text as saved, undefined when it was closed unsaved. */
  edit(name: string, text: string): Task<string | undefined>;
  /** Who the holder of a certificate is (`client-certificate-data` of a kubeconfig); undefined: not ours. */
  certificate(data: string): ClientCertificate | undefined;
}

/** A program: runs to its exit code. */
export type WorkstationProgram = (io: ProgramIo) => Task<number>;
