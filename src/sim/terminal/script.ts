/**
 * What a command line means: lists of pipelines of commands, as bash reads them.
 *
 * Understood: quotes, backslashes, comments, `$NAME`, `${NAME}`, `$?`, `$(…)`, `|`, `;`, `&&`, `||`, redirections,
 * here-documents, assignments before a command. Not: loops, functions, arithmetic, background jobs.
 */

/** A piece of a word. `variable`: `text` is a name whose value takes its place; `command`: a line whose output does. */
export interface Part {
  readonly kind: "text" | "variable" | "command";
  readonly text: string;
  /** Within quotes or behind a backslash: neither split nor matched against files. */
  readonly quoted: boolean;
}

export type Word = readonly Part[];

export type Redirect =
  /** `fd`: 1 output, 2 errors, 3 both. */
  | { readonly kind: "write" | "append"; readonly fd: 1 | 2 | 3; readonly target: Word }
  | { readonly kind: "read"; readonly target: Word }
  /** A here-document or here-string. */
  | { readonly kind: "text"; readonly text: Word }
  /** `2>&1` and `>&2`. */
  | { readonly kind: "join"; readonly from: 1 | 2; readonly to: 1 | 2 };

export interface Assignment {
  readonly name: string;
  readonly value: Word;
}

export interface Command {
  readonly assignments: readonly Assignment[];
  readonly words: readonly Word[];
  readonly redirects: readonly Redirect[];
}

/** When a pipeline runs, by how the one before it ended. */
export type Joint = "always" | "and" | "or";

export interface Pipeline {
  readonly joint: Joint;
  readonly commands: readonly Command[];
}

export type Script = readonly Pipeline[];

export interface ScriptError {
  /** More text may make it whole: a quote, a here-document or a pipe is still open. */
  readonly incomplete: boolean;
  /** As bash says it. */
  readonly message: string;
}
