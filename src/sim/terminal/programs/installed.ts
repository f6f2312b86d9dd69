/**
 * What is installed on every workstation. The programs are large (kubectl above all) and no cluster needs them before a
 * line is typed, so whoever runs the simulation loads `everything.ts` when it likes and hands it in, before the first
 * line, the first Tab, or a history with lines in it. They are the same for every cluster.
 */
import type { ShellProgram } from "../shell-io";

export interface Programs {
  /** Run in the shell's own process. */
  readonly builtins: ReadonlyMap<string, ShellProgram>;
  readonly programs: ReadonlyMap<string, ShellProgram>;
  /** Reading and writing YAML, which is large too. */
  readonly yaml: {
    /** undefined when the text is none. */
    readonly read: (text: string) => unknown;
    readonly write: (value: unknown) => string;
  };
}

let found: Programs | undefined;

/** Hands the programs in; once is enough for all clusters of a program. */
export function installPrograms(given: Programs): void {
  found = given;
}

/** Have they been handed in? */
export function areProgramsInstalled(): boolean {
  return found !== undefined;
}

export function installedPrograms(): Programs {
  if (found === undefined) throw new Error("nobody has installed the workstation's programs");
  return found;
}
