import { compileExpression, ExpressionError } from "../../../../../shared/expression";
import type { Task } from "../../../../kernel/task";
import type { Command } from "./commands";
import { readAll } from "./io";
import type { Shell } from "./shell";

/** Flags (letters after a single dash) and the rest of the arguments. */
export function split(
  words: readonly string[],
  withValue = "",
): { flags: Map<string, string>; rest: string[] } {
  const flags = new Map<string, string>();
  const rest: string[] = [];
  for (let i = 1; i < words.length; i++) {
    const word = words[i] as string;
    if (word === "--") {
      rest.push(...words.slice(i + 1));
      break;
    }
    if (!/^-[A-Za-z0-9]/.test(word) || word.startsWith("--")) {
      rest.push(word);
      continue;
    }
    for (let k = 1; k < word.length; k++) {
      const letter = word[k] as string;
      if (!withValue.includes(letter)) {
        flags.set(letter, "");
        continue;
      }
      const attached = word.slice(k + 1);
      flags.set(letter, attached === "" ? (words[++i] ?? "") : attached);
      break;
    }
  }
  return { flags, rest };
}

/** The text of the named files, or of the input when none is named; undefined: one is missing, and that was said. */
function* textOf(shell: Shell, tool: string, names: readonly string[]): Task<string | undefined> {
  if (names.length === 0) return yield* readAll(shell.input);
  let text = "";
  for (const name of names) {
    if (name === "-") {
      text += yield* readAll(shell.input);
      continue;
    }
    const path = shell.path(name);
    const content = shell.files.read(path);
    if (content === undefined) {
      const missing = `can't open '${name}': No such file or directory`;
      shell.complain(`${tool}: ${shell.files.isDirectory(path) ? "read error: Is a directory" : missing}`);
      return undefined;
    }
    text += content;
  }
  return text;
}

function linesOf(text: string): string[] {
  return text === "" ? [] : (text.endsWith("\n") ? text.slice(0, -1) : text).split("\n");
}

function* echo(shell: Shell, words: readonly string[]): Task<number> {
  let from = 1;
  let end = "\n";
  let escapes = false;
  for (; /^-[neE]+$/.test(words[from] ?? ""); from++) {
    if (words[from]?.includes("n")) end = "";
    if (words[from]?.includes("e")) escapes = true;
  }
  const text = words.slice(from).join(" ");
  shell.write((escapes ? unescape(text) : text) + end);
  return 0;
}

function unescape(text: string): string {
  return text.replace(
    /\\([ntr\\])/g,
    (_all, c: string) => ({ n: "\n", t: "\t", r: "\r", "\\": "\\" })[c] ?? c,
  );
}

function* printf(shell: Shell, words: readonly string[]): Task<number> {
  const args = words.slice(2);
  let next = 0;
  const format = unescape(words[1] ?? "");
  do {
    shell.write(
      format.replace(/%([sd%])/g, (_all, kind: string) => {
        if (kind === "%") return "%";
        const value = args[next++] ?? "";
        return kind === "d" ? String(Math.trunc(Number(value)) || 0) : value;
      }),
    );
  } while (next > 0 && next < args.length);
  return 0;
}

function* cat(shell: Shell, words: readonly string[]): Task<number> {
  const names = split(words).rest;
  if (names.length === 0) {
    yield* eachLine(shell, "cat", [], (line) => {
      shell.print(line);
      return true;
    });
    return 0;
  }
  let code = 0;
  for (const name of names) {
    const text = yield* textOf(shell, "cat", [name]);
    if (text === undefined) code = 1;
    else shell.write(text);
  }
  return code;
}

/** Gives each line as it comes to `act`, until that says no. @returns false: a file could not be read */
function* eachLine(
  shell: Shell,
  program: string,
  names: readonly string[],
  act: (line: string) => boolean,
): Task<boolean> {
  if (names.length > 0) {
    const text = yield* textOf(shell, program, names);
    if (text === undefined) return false;
    for (const line of linesOf(text)) if (!act(line)) break;
    return true;
  }
  for (;;) {
    const line = yield* shell.input.readLine();
    // Once nobody reads what it writes, a command ends.
    if (line === undefined || !act(line) || shell.stopped) return true;
  }
}

function* grep(shell: Shell, words: readonly string[]): Task<number> {
  const { flags, rest } = split(words, "e");
  const given = flags.get("e");
  const [pattern = "", ...names] = given === undefined ? rest : [given, ...rest];
  const matches = matcher(pattern, flags);
  if (matches === undefined) {
    shell.complain(`grep: bad regex '${pattern}'`);
    return 2;
  }
  let found = 0;
  const silent = flags.has("c") || flags.has("q");
  const read = yield* eachLine(shell, "grep", names, (line) => {
    if (matches(line) === flags.has("v")) return true;
    found++;
    if (!silent) shell.print(line);
    return !flags.has("q");
  });
  if (!read) return 2;
  if (flags.has("c")) shell.print(String(found));
  return found > 0 ? 0 : 1;
}

function matcher(
  pattern: string,
  flags: ReadonlyMap<string, string>,
): ((line: string) => boolean) | undefined {
  const fold = flags.has("i");
  if (flags.has("F")) {
    const wanted = fold ? pattern.toLowerCase() : pattern;
    return (line) => (fold ? line.toLowerCase() : line).includes(wanted);
  }
  try {
    const expression = compileExpression(pattern, fold);
    return (line) => expression.test(line);
  } catch (e) {
    if (e instanceof ExpressionError) return undefined;
    throw e;
  }
}

/** `head -5`, `head -n 5`. */
function countOf(words: readonly string[]): { count: number; names: string[] } {
  const old = words.find((w) => /^-\d+$/.test(w));
  const { flags, rest } = split(
    words.filter((w) => w !== old),
    "n",
  );
  return { count: Math.abs(Number(old?.slice(1) ?? flags.get("n") ?? 10)) || 0, names: rest };
}

function* head(shell: Shell, words: readonly string[]): Task<number> {
  const { count, names } = countOf(words);
  let left = count;
  if (left === 0) return 0;
  const read = yield* eachLine(shell, "head", names, (line) => {
    shell.print(line);
    return --left > 0;
  });
  return read ? 0 : 1;
}

function* tail(shell: Shell, words: readonly string[]): Task<number> {
  const { count, names } = countOf(words);
  const text = yield* textOf(shell, "tail", names);
  if (text === undefined) return 1;
  const lines = linesOf(text);
  for (const line of lines.slice(Math.max(0, lines.length - count))) shell.print(line);
  return 0;
}

function* wc(shell: Shell, words: readonly string[]): Task<number> {
  const { flags, rest } = split(words);
  const text = yield* textOf(shell, "wc", rest);
  if (text === undefined) return 1;
  const counts = {
    l: text.split("\n").length - 1,
    w: text.split(/\s+/).filter((word) => word !== "").length,
    c: text.length,
  };
  const asked = (["l", "w", "c"] as const).filter((key) => flags.size === 0 || flags.has(key));
  const name = rest[0] === undefined ? "" : ` ${rest[0]}`;
  const shown = asked.map((key) => String(counts[key]));
  shell.print((shown.length === 1 ? (shown[0] as string) : shown.map((n) => n.padStart(9)).join(" ")) + name);
  return 0;
}

function* sort(shell: Shell, words: readonly string[]): Task<number> {
  const { flags, rest } = split(words);
  const text = yield* textOf(shell, "sort", rest);
  if (text === undefined) return 1;
  const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
  const byNumber = (a: string, b: string): number =>
    (parseFloat(a) || 0) - (parseFloat(b) || 0) || byText(a, b);
  let lines = linesOf(text).sort(flags.has("n") ? byNumber : byText);
  if (flags.has("r")) lines.reverse();
  if (flags.has("u")) lines = lines.filter((line, i) => line !== lines[i - 1]);
  for (const line of lines) shell.print(line);
  return 0;
}

function* seq(shell: Shell, words: readonly string[]): Task<number> {
  const [a = 1, b] = words.slice(1).map(Number);
  const [from, to] = b === undefined ? [1, a] : [a, b];
  for (let i = from; i <= to && i < from + 10_000; i++) shell.print(String(i));
  return 0;
}

export const TEXT_COMMANDS: Readonly<Record<string, Command>> = {
  echo,
  printf,
  cat,
  grep,
  head,
  tail,
  wc,
  sort,
  seq,
};
