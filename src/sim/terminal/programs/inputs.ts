import type { Task } from "../../kernel/task";
import { resolvePath } from "../disk-files";
import type { Row } from "../pipe";
import type { ShellIo } from "../shell-io";

/** Text of a file that was named by a user; says what is wrong with the name otherwise. */
export function readNamed(io: ShellIo, program: string, name: string): string | undefined {
  const path = resolvePath(io.cwd, name);
  const text = io.files.read(path);
  if (text === undefined)
    io.err(
      `${program}: ${name}: ${io.files.isFolder(path) ? "Is a directory" : "No such file or directory"}\n`,
    );
  return text;
}

/** Rows of a text, as a pipe would give them. */
export function rowsOf(text: string): Row[] {
  if (text === "") return [];
  const whole = text.endsWith("\n");
  const lines = (whole ? text.slice(0, -1) : text).split("\n");
  return lines.map((line, i) => ({ text: line, ref: undefined, whole: whole || i < lines.length - 1 }));
}

export interface Source {
  /** "-" for standard input. */
  readonly name: string;
  readonly rows: readonly Row[];
}

/** Everything in the named files, or in standard input when none is named; `failed`: some could not be read. */
export function* sources(
  io: ShellIo,
  program: string,
  names: readonly string[],
): Task<{ readonly sources: readonly Source[]; readonly failed: boolean }> {
  const found: Source[] = [];
  let failed = false;
  for (const name of names.length === 0 ? ["-"] : names) {
    if (name === "-") {
      const rows: Row[] = [];
      for (;;) {
        const row = yield* io.input.row();
        if (row === undefined) break;
        rows.push(row);
      }
      found.push({ name, rows });
      continue;
    }
    const text = readNamed(io, program, name);
    if (text === undefined) failed = true;
    else found.push({ name, rows: rowsOf(text) });
  }
  return { sources: found, failed };
}

/** Says what is wrong with the options of a program; its exit code then. */
export function misused(io: ShellIo, program: string, problem: string, code = 1): number {
  io.err(`${program}: ${problem}\n`);
  return code;
}

/** Writes a row as it was, with or without a newline. */
export function emit(io: ShellIo, row: Row): void {
  if (row.whole) io.row(row.text, row.ref);
  else io.out(row.text, row.ref);
}
