/**
 * The command line as cobra and pflag take it apart: which command is meant, then its flags and arguments.
 */
import type { Command, Flag } from "./command";
import { Failure, fail, usageFailure } from "./failure";
import { FlagValues } from "./flags";
import { goQuote } from "./quote";
import { suggestionsText } from "./suggest";

/** `--help` stands for itself: it is asked for, not wrong. */
export const HELP: Flag = { name: "help", short: "h", type: "bool", help: "Shows help for the command." };

export interface Parsed {
  /** From the root down to the command that runs. */
  readonly path: readonly Command[];
  readonly command: Command;
  readonly flags: FlagValues;
  readonly args: readonly string[];
  /** How many arguments stood before `--`; undefined without one. */
  readonly argsBeforeDash: number | undefined;
}

/** `kubectl config view`. */
export function commandPath(path: readonly Command[]): string {
  return path.map((c) => c.name).join(" ");
}

/** All flags that a command understands: its own, and persistent ones from the root down that none of them hides. */
export function flagsOf(path: readonly Command[]): readonly Flag[] {
  const own = path.at(-1)?.flags ?? [];
  const hidden = new Set(own.map((flag) => flag.name));
  const above = path.flatMap((c) => c.persistentFlags ?? []).filter((flag) => !hidden.has(flag.name));
  return [...own, ...above, HELP];
}

export function subcommand(command: Command, name: string): Command | undefined {
  return command.commands?.find((c) => c.name === name || (c.aliases ?? []).includes(name));
}

/** Which command the arguments name, and what is left of them (cobra Command.Find). */
export function findCommand(root: Command, args: readonly string[]): { path: Command[]; rest: string[] } {
  const path = [root];
  let rest = [...args];
  for (;;) {
    const command = path.at(-1) as Command;
    const word = words(rest, flagsOf(path))[0];
    const next = word === undefined ? undefined : subcommand(command, word);
    if (next === undefined) return { path, rest };
    rest = withoutFirst(rest, word as string, flagsOf(path));
    path.push(next);
  }
}

/** Does a flag as written take the word after it as its value? */
function takesNext(word: string, flags: readonly Flag[]): boolean {
  if (word.includes("=") || !word.startsWith("-") || word === "-") return false;
  if (!word.startsWith("--") && word.length !== 2) return false;
  const name = word.startsWith("--") ? normalize(word.slice(2)) : word.slice(1);
  const flag = flags.find((f) => (word.startsWith("--") ? f.name === name : f.short === name));
  return flag === undefined || bareValue(flag) === undefined;
}

function words(args: readonly string[], flags: readonly Flag[]): string[] {
  const found: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const word = args[i] as string;
    if (word === "--") break;
    if (takesNext(word, flags)) {
      if (args.length - i - 1 <= 1) break;
      i++;
    } else if (word !== "" && !word.startsWith("-")) found.push(word);
  }
  return found;
}

function withoutFirst(args: readonly string[], word: string, flags: readonly Flag[]): string[] {
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] as string;
    if (arg === "--") break;
    if (takesNext(arg, flags)) i++;
    else if (arg === word) return args.toSpliced(i, 1);
  }
  return [...args];
}

/**
 * Takes the whole command line apart.
 *
 * @throws Failure with cobra's words
 */
export function parseCommandLine(root: Command, args: readonly string[]): Parsed {
  const { path, rest } = findCommand(root, args);
  if (path.length === 1) {
    const unknown = words(rest, flagsOf(path))[0];
    if (unknown !== undefined) throw unknownCommand(root, unknown, args[0] as string);
  }
  return parseFlags(path, rest);
}

/** Takes apart what follows a command. @throws Failure with pflag's words */
export function parseFlags(path: readonly Command[], rest: readonly string[]): Parsed {
  const command = path.at(-1) as Command;
  const flags = new FlagValues(flagsOf(path));
  const parser = new FlagParser(flags, command.stopsAtFirstArgument === true);
  try {
    parser.parse(rest);
  } catch (e) {
    if (!(e instanceof Failure)) throw e;
    if (command.failureCode !== undefined) throw usageFailure(commandPath(path), e.message);
    throw fail(`${e.message}\nSee '${commandPath(path)} --help' for usage.`);
  }
  return { path, command, flags, args: parser.args, argsBeforeDash: parser.argsBeforeDash };
}

function unknownCommand(root: Command, name: string, first: string): Failure {
  if (first.startsWith("-")) {
    const message = `Error: flags cannot be placed before plugin name: ${first}`;
    return new Failure({ type: "bare", message });
  }
  return fail(`unknown command ${goQuote(name)} for ${goQuote(root.name)}${suggestionsText(root, name)}`);
}

/** The value of a flag that is given without one; undefined when it needs one. */
function bareValue(flag: Flag): string | undefined {
  return flag.bare ?? (flag.type === "bool" ? "true" : undefined);
}

/** Flag names may be written with underscores. */
function normalize(name: string): string {
  return name.replaceAll("_", "-");
}

class FlagParser {
  readonly args: string[] = [];
  argsBeforeDash: number | undefined;
  readonly #flags: FlagValues;
  readonly #stops: boolean;
  #rest: string[] = [];

  constructor(flags: FlagValues, stopsAtFirstArgument: boolean) {
    this.#flags = flags;
    this.#stops = stopsAtFirstArgument;
  }

  parse(args: readonly string[]): void {
    this.#rest = [...args];
    for (let word = this.#rest.shift(); word !== undefined; word = this.#rest.shift()) {
      if (word === "--") {
        this.argsBeforeDash = this.args.length;
        break;
      }
      if (word.startsWith("--")) this.#long(word);
      else if (word.startsWith("-") && word !== "-") this.#short(word.slice(1));
      else {
        this.args.push(word);
        if (!this.#stops) continue;
        // What follows is not ours, but `--` still says where it begins.
        if (this.#rest[0] === "--") {
          this.argsBeforeDash = this.args.length;
          this.#rest.shift();
        }
        break;
      }
    }
    this.args.push(...this.#rest);
  }

  #long(word: string): void {
    const body = word.slice(2);
    if (body.startsWith("-") || body.startsWith("=")) throw fail(`bad flag syntax: ${word}`);
    const at = body.indexOf("=");
    const name = at < 0 ? body : body.slice(0, at);
    const flag = this.#flags.known.find((f) => f.name === normalize(name));
    if (flag === undefined) throw fail(`unknown flag: --${name}`);
    const value = at < 0 ? (bareValue(flag) ?? this.#rest.shift()) : body.slice(at + 1);
    if (value === undefined) throw fail(`flag needs an argument: --${name}`);
    this.#flags.set(flag, value);
  }

  #short(cluster: string): void {
    let letters = cluster;
    while (letters !== "") {
      const letter = String.fromCodePoint(letters.codePointAt(0) as number);
      const flag = this.#flags.known.find((f) => f.short === letter);
      if (flag === undefined) throw fail(`unknown shorthand flag: '${letter}' in -${cluster}`);
      const after = letters.slice(letter.length);
      letters = this.#shortValue(flag, after, letters);
    }
  }

  /** Sets a flag from what follows its letter; gives the letters that are left. */
  #shortValue(flag: Flag, after: string, cluster: string): string {
    const bareText = bareValue(flag);
    if (after.length > 1 && after.startsWith("=")) this.#flags.set(flag, after.slice(1));
    else if (bareText !== undefined) {
      this.#flags.set(flag, bareText);
      return after;
    } else if (after !== "") this.#flags.set(flag, after);
    else {
      const value = this.#rest.shift();
      if (value === undefined) throw fail(`flag needs an argument: '${flag.short}' in -${cluster}`);
      this.#flags.set(flag, value);
    }
    return "";
  }
}

/** @throws Failure when a flag that the command cannot do without is missing */
export function requireFlags(parsed: Parsed): void {
  const missing = parsed.flags.known.filter((f) => f.required === true && !parsed.flags.changed(f.name));
  if (missing.length === 0) return;
  throw fail(`required flag(s) ${missing.map((f) => `"${f.name}"`).join(", ")} not set`);
}
