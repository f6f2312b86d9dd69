/**
 * `kubectl __complete WORDS… TYPED`: what the last word may become, one line each, then cobra's directive. All of it
 * comes from the table of commands and from the API.
 */
import type { Task } from "../../kernel/task";
import type { ProgramIo } from "../../terminal/io";
import type { Command, Flag } from "../cli/command";
import { Failure } from "../cli/failure";
import { FlagValues } from "../cli/flags";
import { findCommand, flagsOf, parseFlags, type Parsed } from "../cli/parse";
import { Context } from "../context";

/** Cobra: do not fall back to names of files. */
const NO_FILES = 4;
/** Cobra: files may follow. */
const DEFAULT = 0;

export function* complete(root: Command, io: ProgramIo): Task<number> {
  const words = io.args.slice(1);
  const typed = words.at(-1) ?? "";
  let answer: { lines: readonly string[]; directive: number };
  try {
    answer = yield* answerFor(root, io, words.slice(0, -1), typed);
  } catch (e) {
    if (!(e instanceof Failure)) throw e;
    answer = { lines: [], directive: NO_FILES };
  }
  for (const line of answer.lines) io.out(`${line}\n`);
  io.out(`:${answer.directive}\n`);
  return 0;
}

function* answerFor(
  root: Command,
  io: ProgramIo,
  words: readonly string[],
  typed: string,
): Task<{ lines: readonly string[]; directive: number }> {
  const { path, rest } = findCommand(root, [...words, ""]);
  const given = rest.slice(0, -1);
  const flags = flagsOf(path);
  const open = openFlag(flags, given.at(-1));
  const parsed = parseLoosely(path, open === undefined ? given : given.slice(0, -1));
  const context = new Context(io, parsed);
  if (open !== undefined) return yield* completeValue(context, open, typed, "");
  const inline = /^(--[^=]+)=(.*)$/s.exec(typed);
  if (inline !== null) {
    const flag = flags.find((f) => `--${f.name}` === inline[1]);
    if (flag === undefined) return { lines: [], directive: NO_FILES };
    return yield* completeValue(context, flag, inline[2] as string, `${inline[1]}=`);
  }
  if (typed.startsWith("-")) return { lines: flagNames(flags, typed), directive: NO_FILES };
  const { command } = parsed;
  if (command.commands !== undefined && parsed.args.length === 0) {
    return { lines: commandLines(command.commands, typed), directive: NO_FILES };
  }
  if (command.complete === undefined) return { lines: [], directive: NO_FILES };
  const found = yield* command.complete(context, parsed.args, typed);
  return { lines: found.filter((line) => line.startsWith(typed)), directive: NO_FILES };
}

/** The flag whose value is being typed, when the word before is one that takes its value from the next. */
function openFlag(flags: readonly Flag[], word: string | undefined): Flag | undefined {
  if (word === undefined || !word.startsWith("-") || word.includes("=")) return undefined;
  const flag = word.startsWith("--")
    ? flags.find((f) => `--${f.name}` === word)
    : flags.find((f) => f.short !== undefined && word.endsWith(f.short));
  return flag === undefined || flag.type === "bool" || flag.bare !== undefined ? undefined : flag;
}

/** Flags that are wrong so far are left out. */
function parseLoosely(path: readonly Command[], words: readonly string[]): Parsed {
  const command = path.at(-1) as Command;
  try {
    return parseFlags(path, words);
  } catch (e) {
    if (!(e instanceof Failure)) throw e;
    const args = words.filter((w) => !w.startsWith("-"));
    return { path, command, flags: new FlagValues(flagsOf(path)), args, argsBeforeDash: undefined };
  }
}

function* completeValue(
  context: Context,
  flag: Flag,
  typed: string,
  prefix: string,
): Task<{ lines: readonly string[]; directive: number }> {
  if (flag.complete === undefined) return { lines: [], directive: DEFAULT };
  const all = typeof flag.complete === "function" ? yield* flag.complete(context, typed) : flag.complete;
  return { lines: all.filter((v) => v.startsWith(typed)).map((v) => prefix + v), directive: NO_FILES };
}

function commandLines(commands: readonly Command[], typed: string): readonly string[] {
  return commands
    .filter((c) => c.hidden !== true && c.name.startsWith(typed))
    .map((c) => `${c.name}\t${c.summary}`)
    .sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

function flagNames(flags: readonly Flag[], typed: string): readonly string[] {
  const names = flags
    .filter((f) => f.hidden !== true)
    .flatMap((f) => {
      const long = `--${f.name}${f.type === "bool" || f.bare !== undefined ? "" : "="}`;
      const shown = [`${long}\t${f.help}`];
      if (f.short !== undefined) shown.push(`-${f.short}\t${f.help}`);
      return shown;
    });
  return names.filter((n) => n.startsWith(typed)).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}
