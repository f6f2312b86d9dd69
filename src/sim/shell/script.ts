/**
 * What a script of the shell means: lists of pipelines of commands, as bash reads them.
 *
 * Understood: quotes, backslashes, comments, `$NAME`, `${NAME}`, `$?`, `$(…)`, `` `…` ``, `$((…))`, `|`, `;`, `&&`,
 * `||`, `!`, redirections, here-documents, assignments before a command, `for`, `while`, `until`, `if`, `{ … }` and
 * `( … )`. Not: functions, `case`, `[[ … ]]`, background jobs.
 */

/** A piece of a word. */
export type Part =
  | {
      readonly kind: "text";
      readonly text: string;
      /** Within quotes or behind a backslash: neither split nor matched against files. */
      readonly quoted: boolean;
    }
  /** The value of a variable takes its place. */
  | { readonly kind: "variable"; readonly name: string; readonly quoted: boolean }
  /** What a script writes takes its place. */
  | { readonly kind: "command"; readonly body: Script; readonly quoted: boolean }
  | { readonly kind: "arithmetic"; readonly expression: string; readonly quoted: boolean };

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

export interface SimpleCommand {
  readonly kind: "simple";
  readonly assignments: readonly Assignment[];
  readonly words: readonly Word[];
  readonly redirects: readonly Redirect[];
}

export interface ForLoop {
  readonly kind: "for";
  readonly name: string;
  readonly words: readonly Word[];
  readonly body: Script;
  readonly redirects: readonly Redirect[];
}

/** `while`, or `until`. */
export interface Loop {
  readonly kind: "loop";
  readonly until: boolean;
  readonly condition: Script;
  readonly body: Script;
  readonly redirects: readonly Redirect[];
}

/** `if` or `elif`, up to what follows its body. */
export interface Branch {
  readonly condition: Script;
  readonly body: Script;
}

export interface Conditional {
  readonly kind: "if";
  readonly branches: readonly Branch[];
  /** After `else`. */
  readonly otherwise: Script | undefined;
  readonly redirects: readonly Redirect[];
}

export interface Group {
  readonly kind: "group";
  /** In brackets: what changes in it does not last. */
  readonly subshell: boolean;
  readonly body: Script;
  readonly redirects: readonly Redirect[];
}

export type CompoundCommand = ForLoop | Loop | Conditional | Group;
export type Command = SimpleCommand | CompoundCommand;

/** When a pipeline runs, by how the one before it ended. */
export type Joint = "always" | "and" | "or";

export interface Pipeline {
  readonly joint: Joint;
  /** `!`: what fails succeeds. */
  readonly negated: boolean;
  readonly commands: readonly Command[];
}

export type Script = readonly Pipeline[];

export interface ScriptError {
  /** More text may make it whole: a quote, a here-document, a loop or a pipe is still open. */
  readonly incomplete: boolean;
  /** As a shell says it, without its name. */
  readonly message: string;
}
