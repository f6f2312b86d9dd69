import type { Task } from "../../../../kernel/task";
import { holds } from "../../../../shell/condition";
import type { Command } from "./commands";
import type { Shell } from "./shell";
import { split } from "./text-commands";

const MISSING = "No such file or directory";

function* ls(shell: Shell, words: readonly string[]): Task<number> {
  const { flags, rest } = split(words);
  let code = 0;
  const names = rest.length === 0 ? ["."] : rest;
  for (const name of names) {
    const path = shell.path(name);
    const listed = shell.files.list(path);
    if (listed !== undefined) {
      if (names.length > 1) shell.print(`${name}:`);
      for (const entry of listed) shell.print(flags.has("l") ? long(shell, path, entry) : entry);
    } else if (shell.files.read(path) === undefined) {
      shell.complain(`ls: ${name}: ${MISSING}`);
      code = 1;
    } else shell.print(flags.has("l") ? long(shell, "/", path.slice(1)) : name);
  }
  return code;
}

function long(shell: Shell, directory: string, name: string): string {
  const path = shell.path(`${directory}/${name}`);
  const isDirectory = shell.files.isDirectory(path);
  const size = isDirectory ? 4096 : (shell.files.read(path) ?? "").length;
  return `${isDirectory ? "drwxr-xr-x" : "-rw-r--r--"}    1 root     root     ${String(size).padStart(9)} ${name}`;
}

function* touch(shell: Shell, words: readonly string[]): Task<number> {
  for (const name of split(words).rest) {
    const path = shell.path(name);
    shell.files.write(path, shell.files.read(path) ?? "");
  }
  return 0;
}

function* rm(shell: Shell, words: readonly string[]): Task<number> {
  const { flags, rest } = split(words);
  let code = 0;
  for (const name of rest) {
    const path = shell.path(name);
    if (flags.has("r") && shell.files.isDirectory(path)) {
      removeTree(shell, path);
      continue;
    }
    if (shell.files.remove(path) || flags.has("f")) continue;
    shell.complain(`rm: can't remove '${name}': ${MISSING}`);
    code = 1;
  }
  return code;
}

function removeTree(shell: Shell, path: string): void {
  for (const name of shell.files.list(path) ?? []) removeTree(shell, `${path === "/" ? "" : path}/${name}`);
  shell.files.remove(path);
}

function* mkdir(shell: Shell, words: readonly string[]): Task<number> {
  for (const name of split(words).rest) shell.files.makeDirectory(shell.path(name));
  return 0;
}

function* pwd(shell: Shell): Task<number> {
  shell.print(shell.state.cwd);
  return 0;
}

function* cd(shell: Shell, words: readonly string[]): Task<number> {
  const path = shell.path(words[1] ?? "/root");
  if (!shell.files.isDirectory(path)) {
    shell.complain(`sh: cd: can't cd to ${words[1] ?? ""}: ${MISSING}`);
    return 2;
  }
  shell.state.cwd = path;
  return 0;
}

/** `test` and `[`. */
function* test(shell: Shell, words: readonly string[]): Task<number> {
  const bracketed = words[0] === "[";
  if (bracketed && words.at(-1) !== "]") {
    shell.complain("sh: missing ]");
    return 2;
  }
  const decided = holds(bracketed ? words.slice(1, -1) : words.slice(1), {
    read: (name) => shell.files.read(shell.path(name)),
    isFolder: (name) => shell.files.isDirectory(shell.path(name)),
  });
  if (typeof decided === "boolean") return Number(!decided);
  shell.complain(`sh: ${decided}`);
  return 2;
}

export const FILE_COMMANDS: Readonly<Record<string, Command>> = {
  ls,
  touch,
  rm,
  mkdir,
  pwd,
  cd,
  test,
  "[": test,
};
