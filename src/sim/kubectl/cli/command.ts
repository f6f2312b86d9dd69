/** What a command of kubectl is: data from which parsing, help and completion are made, and a function that runs it. */
import type { Task } from "../../kernel/task";
import type { Context } from "../context";

/**
 * Types of flag values, as pflag has them. `strings`: repeated or separated by commas; `array`: repeated only;
 * `map`: `key=value`, repeated or separated by commas.
 */
export type FlagType =
  | "bool"
  | "string"
  | "int"
  | "int32"
  | "int64"
  | "float"
  | "duration"
  | "strings"
  | "array"
  | "map";

/** What completes the value of a flag or an argument. */
export type Completer = (context: Context, typed: string) => Task<readonly string[]>;

export interface Flag {
  readonly name: string;
  readonly short?: string;
  readonly type: FlagType;
  /** As typed: `"true"`, `"30s"`; default: the type's zero. */
  readonly default?: string;
  /** Value when the flag is given without one (pflag's NoOptDefVal); booleans have `true`. */
  readonly bare?: string;
  readonly help: string;
  readonly hidden?: boolean;
  readonly required?: boolean;
  readonly complete?: readonly string[] | Completer;
}

/** How a command and its subcommands are grouped in `kubectl help`. */
export type Group =
  | "beginner"
  | "intermediate"
  | "deploy"
  | "cluster"
  | "debug"
  | "advanced"
  | "settings"
  | "other";

export interface Command {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly group?: Group;
  /** One line for `kubectl help`. */
  readonly summary: string;
  /** What follows `kubectl NAME` in the line of usage. */
  readonly usage: string;
  readonly examples?: readonly string[];
  readonly flags?: readonly Flag[];
  /** Flags of this command and all below it. */
  readonly persistentFlags?: readonly Flag[];
  readonly commands?: readonly Command[];
  /** Only flags before the first argument are parsed: what follows belongs to somebody else (`exec`). */
  readonly stopsAtFirstArgument?: boolean;
  readonly hidden?: boolean;
  /** Other words by which people look for it. */
  readonly suggestFor?: readonly string[];
  /** A group whose help goes to standard error when it is called without a subcommand. */
  readonly helpToStderr?: boolean;
  /** Exit code of failures where one says something else; absent: 1. */
  readonly failureCode?: number;
  /** A group that is content to be called without a subcommand: it ends in success. */
  readonly helpIsSuccess?: boolean;
  /** Completes the argument at this place, given those before it. */
  readonly complete?: (context: Context, before: readonly string[], typed: string) => Task<readonly string[]>;
  /** Absent: a group, which prints its help. Gives the exit code. */
  readonly run?: (context: Context) => Task<number>;
}
