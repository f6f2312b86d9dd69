/** What Tab offers in a command line, as far as the shell itself knows: programs, files, variables. */
import { resolvePath, type Folders } from "./disk-files";
import type { ShellState } from "./shell-io";

/** The command that the cursor stands in. */
export interface Cursor {
  /** Its words before the one at the cursor, without quotes. */
  readonly words: readonly string[];
  /** The word at the cursor, as far as it is typed. */
  readonly prefix: string;
  /** A quote that is still open: `"`, `'` or none. */
  readonly quote: string;
  /** The word is the target of a redirection. */
  readonly redirected: boolean;
}

/** What may stand before a command: the beginning of a loop, of a condition, or an assignment. */
const BEFORE_COMMAND = /^(?:do|then|else|elif|if|while|until|!|\{|[A-Za-z_]\w*=.*)$/s;

/** Finds the command that the end of a text stands in. */
export function cursorAt(text: string): Cursor {
  let words: string[] = [];
  let word = "";
  let begun = false;
  let quote = "";
  let redirected = false;
  const end = (): void => {
    if (begun && !redirected) words.push(word);
    if (begun) redirected = false;
    word = "";
    begun = false;
  };
  for (let i = 0; i < text.length; i++) {
    const c = text[i] as string;
    if (quote !== "") {
      if (c === quote) quote = "";
      else word += c;
    } else if (c === "'" || c === '"') {
      quote = c;
      begun = true;
    } else if (c === "\\") {
      word += text[++i] ?? "";
      begun = true;
    } else if (/[|;&\n(]/.test(c)) {
      end();
      words = [];
    } else if (c === ">" || c === "<") {
      end();
      redirected = true;
    } else if (/\s/.test(c)) end();
    else {
      word += c;
      begun = true;
    }
  }
  while (BEFORE_COMMAND.test(words[0] ?? "")) words.shift();
  return { words, prefix: word, quote, redirected };
}

/** Files and folders (with a slash) that a path may go on with, as it was typed. */
export function completeFiles(prefix: string, cwd: string, home: string, files: Folders): string[] {
  const slash = prefix.lastIndexOf("/") + 1;
  const folder = prefix.slice(0, slash);
  const start = prefix.slice(slash);
  const typed = folder.startsWith("~/") ? home + folder.slice(1) : folder;
  const names = files.list(resolvePath(cwd, typed === "" ? "." : typed)) ?? [];
  return names
    .filter((name) => name.startsWith(start) && (start.startsWith(".") || !name.startsWith(".")))
    .map((name) => folder + name);
}

export function completePrograms(prefix: string, known: readonly string[], state: ShellState): string[] {
  const all = new Set([...known, ...state.aliases.keys()]);
  return [...all]
    .filter((name) => name.startsWith(prefix) && /^\w/.test(name))
    .sort((a, b) => (a < b ? -1 : 1));
}

/** The words of a command with its alias put in. */
export function withoutAlias(words: readonly string[], state: ShellState): readonly string[] {
  const [first = "", ...rest] = words;
  const meant = state.aliases.get(first);
  return meant === undefined ? words : [...meant.split(/\s+/), ...rest];
}

/** What a program built with cobra answers to `__complete`. */
export interface Offered {
  readonly values: readonly string[];
  /** Another word may not follow at once: `--namespace=`. */
  readonly noSpace: boolean;
  /** Names of files are meant. */
  readonly files: boolean;
}

const ERROR = 1;
const NO_SPACE = 2;
const NO_FILES = 4;
const FILTER_EXTENSIONS = 8;
const FILTER_FOLDERS = 16;

/** Reads the answer to `__complete`: `value<tab>description`, `:DIRECTIVE`. Models spf13/cobra: completions.go. */
export function readOffer(output: string): Offered {
  const lines = output.split("\n").filter((line) => line !== "");
  const at = lines.findLastIndex((line) => /^:\d+$/.test(line));
  const directive = at < 0 ? ERROR : Number(lines[at]?.slice(1));
  const values = lines.slice(0, Math.max(0, at)).map((line) => line.split("\t")[0] ?? "");
  if ((directive & ERROR) !== 0) return { values: [], noSpace: false, files: false };
  if ((directive & (FILTER_EXTENSIONS | FILTER_FOLDERS)) !== 0)
    return { values: [], noSpace: true, files: true };
  return {
    values: values.filter((v) => !v.startsWith("_activeHelp_")),
    noSpace: (directive & NO_SPACE) !== 0,
    files: values.length === 0 && (directive & NO_FILES) === 0,
  };
}

/** Quotes a word for a command line. */
export const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
