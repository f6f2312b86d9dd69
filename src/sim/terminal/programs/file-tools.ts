/** Programs that look after files: cat, ls, cp, mv, rm, mkdir, touch, tee. */
import type { Task } from "../../kernel/task";
import { resolvePath } from "../disk-files";
import type { ShellIo, ShellProgram } from "../shell-io";
import { emit, misused, readNamed, rowsOf } from "./inputs";
import { options } from "./options";

const baseName = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

function* cat(io: ShellIo): Task<number> {
  const given = options(io.args, { flags: "n" });
  if (given.problem !== undefined) return misused(io, "cat", given.problem);
  let code = 0;
  let n = 0;
  const number = (): string => (given.has("n") ? `${String(++n).padStart(6)}\t` : "");
  for (const name of given.rest.length === 0 ? ["-"] : given.rest) {
    if (name === "-") {
      for (;;) {
        const row = yield* io.input.row();
        if (row === undefined) break;
        emit(io, { ...row, text: number() + row.text });
      }
      continue;
    }
    const text = readNamed(io, "cat", name);
    if (text === undefined) code = 1;
    else for (const row of rowsOf(text)) emit(io, { ...row, text: number() + row.text });
  }
  return code;
}

function* ls(io: ShellIo): Task<number> {
  const given = options(io.args, { flags: "la1RhF", long: { all: "a" } });
  if (given.problem !== undefined) return misused(io, "ls", given.problem, 2);
  let code = 0;
  const names = given.rest.length === 0 ? ["."] : given.rest;
  for (const name of names) {
    const path = resolvePath(io.cwd, name);
    const isFile = io.files.isFile(path);
    const found = isFile ? [name] : io.files.list(path);
    if (found === undefined) {
      io.err(`ls: cannot access '${name}': No such file or directory\n`);
      code = 2;
      continue;
    }
    if (names.length > 1 && !isFile) io.out(`${name}:\n`);
    const shown = found.filter((entry) => given.has("a") || isFile || !entry.startsWith("."));
    listNames(io, path, shown, given.has("l"), isFile);
  }
  return code;
}

function listNames(
  io: ShellIo,
  folder: string,
  names: readonly string[],
  long: boolean,
  isFile: boolean,
): void {
  const plain = names.map((entry) => entry.replace(/\/$/, ""));
  if (!long) {
    if (!io.isTerminal) for (const name of plain) io.out(`${name}\n`);
    else if (plain.length > 0) io.out(`${plain.join("  ")}\n`);
    return;
  }
  for (const [i, name] of plain.entries()) {
    const isFolder = names[i]?.endsWith("/") === true;
    const path = isFile ? folder : `${folder === "/" ? "" : folder}/${name}`;
    const size = isFolder ? 4096 : (io.files.read(path) ?? "").length;
    io.out(`${isFolder ? "drwxr-xr-x" : "-rw-r--r--"} 1 root root ${String(size).padStart(7)} ${name}\n`);
  }
}

function* remove(io: ShellIo): Task<number> {
  const given = options(io.args, { flags: "rRfv" });
  if (given.problem !== undefined) return misused(io, "rm", given.problem);
  const force = given.has("f");
  if (given.rest.length === 0) return force ? 0 : misused(io, "rm", "missing operand");
  let code = 0;
  for (const name of given.rest) {
    const path = resolvePath(io.cwd, name);
    if (io.files.remove(path)) continue;
    if (io.files.isFolder(path) && path !== "/") {
      if (given.has("r") || given.has("R")) io.files.rmdir(path);
      else code = misused(io, "rm", `cannot remove '${name}': Is a directory`);
    } else if (!force) code = misused(io, "rm", `cannot remove '${name}': No such file or directory`);
  }
  return code;
}

/** `cp` and `mv` of files and folders; the last name may be a folder. */
const transfer = (program: "cp" | "mv"): ShellProgram =>
  function* run(io): Task<number> {
    const given = options(io.args, { flags: program === "cp" ? "rRafipv" : "fiv" });
    if (given.problem !== undefined) return misused(io, program, given.problem);
    const target = given.rest.at(-1);
    const names = given.rest.slice(0, -1);
    if (target === undefined) return misused(io, program, "missing file operand");
    if (names.length === 0) return misused(io, program, `missing destination file operand after '${target}'`);
    const to = resolvePath(io.cwd, target);
    const intoFolder = io.files.isFolder(to);
    if (!intoFolder && (names.length > 1 || target.endsWith("/"))) {
      const what = io.files.isFile(to) ? "Not a directory" : "No such file or directory";
      return misused(io, program, `target '${target}': ${what}`);
    }
    const folders = program === "mv" || ["r", "R", "a"].some((flag) => given.has(flag));
    let code = 0;
    for (const name of names) {
      const from = resolvePath(io.cwd, name);
      const end = intoFolder ? resolvePath(to, baseName(from)) : to;
      const problem = transferProblem(io, program, { name, from, target, end }, folders);
      if (problem !== undefined) code = misused(io, program, problem);
      else if (program === "mv") io.files.move(from, end);
      else io.files.copy(from, end);
    }
    return code;
  };

function transferProblem(
  { files }: ShellIo,
  program: string,
  { name, from, target, end }: Readonly<Record<"name" | "from" | "target" | "end", string>>,
  folders: boolean,
): string | undefined {
  if (end === from) return `'${name}' and '${target}' are the same file`;
  if (files.isFile(from))
    return files.isFolder(end) ? `cannot overwrite directory '${end}' with non-directory` : undefined;
  if (!files.isFolder(from) || from === "/") return `cannot stat '${name}': No such file or directory`;
  if (!folders) return `-r not specified; omitting directory '${name}'`;
  if (end.startsWith(`${from}/`))
    return program === "mv"
      ? `cannot move '${name}' to a subdirectory of itself, '${end}'`
      : `cannot copy a directory, '${name}', into itself, '${end}'`;
  if (files.isFile(end)) return `cannot overwrite non-directory '${end}' with directory '${name}'`;
  if (program === "mv" && (files.list(end) ?? []).length > 0)
    return `cannot overwrite '${end}': Directory not empty`;
  return undefined;
}

function* mkdir(io: ShellIo): Task<number> {
  const given = options(io.args, { flags: "pv" });
  if (given.problem !== undefined) return misused(io, "mkdir", given.problem);
  if (given.rest.length === 0) return misused(io, "mkdir", "missing operand");
  let code = 0;
  for (const name of given.rest) {
    const path = resolvePath(io.cwd, name);
    const there = io.files.isFolder(path) || io.files.isFile(path);
    if (there && !given.has("p"))
      code = misused(io, "mkdir", `cannot create directory '${name}': File exists`);
    else if (!there) io.files.mkdir(path);
  }
  return code;
}

function* touch(io: ShellIo): Task<number> {
  if (io.args.length === 0) return misused(io, "touch", "missing file operand");
  for (const name of io.args) {
    const path = resolvePath(io.cwd, name);
    if (!io.files.isFile(path) && !io.files.isFolder(path)) io.files.write(path, "");
  }
  return 0;
}

function* tee(io: ShellIo): Task<number> {
  const given = options(io.args, { flags: "a" });
  if (given.problem !== undefined) return misused(io, "tee", given.problem);
  const paths = given.rest.map((name) => resolvePath(io.cwd, name));
  for (const path of paths) if (!given.has("a")) io.files.write(path, "");
  for (;;) {
    const row = yield* io.input.row();
    if (row === undefined) return 0;
    const text = row.whole ? `${row.text}\n` : row.text;
    for (const path of paths) io.files.write(path, (io.files.read(path) ?? "") + text);
    emit(io, row);
  }
}

export const fileTools: ReadonlyMap<string, ShellProgram> = new Map<string, ShellProgram>([
  ["cat", cat],
  ["ls", ls],
  ["rm", remove],
  ["cp", transfer("cp")],
  ["mv", transfer("mv")],
  ["mkdir", mkdir],
  ["touch", touch],
  ["tee", tee],
]);
