/** Small programs about the machine and the terminal itself. */
import { dateText } from "../../api/date-text";
import type { Task } from "../../kernel/task";
import { SECOND } from "../../kernel/time";
import { resolvePath } from "../disk-files";
import type { ShellIo, ShellProgram } from "../shell-io";
import { misused } from "./inputs";
import { options } from "./options";

/** What sends the cursor home and wipes the screen and what scrolled off it. */
export const CLEAR = "\u001B[H\u001B[2J\u001B[3J";

function* date(io: ShellIo): Task<number> {
  const given = options(io.args, { flags: "uI", values: "", long: { utc: "u", "iso-8601": "I" } });
  if (given.problem !== undefined) return misused(io, "date", given.problem);
  const { now } = io.process;
  const [format] = given.rest;
  if (format !== undefined && !format.startsWith("+")) {
    return misused(io, "date", `invalid date '${format}'`);
  }
  io.out(`${dateText(now, given.has("I") ? "%F" : format?.slice(1))}\n`);
  return 0;
}

const UNITS: Readonly<Record<string, number>> = { "": 1, s: 1, m: 60, h: 3600, d: 86_400 };

/** `2`, `0.5`, `3m`: in seconds. */
function seconds(text: string): number | undefined {
  const found = /^(\d+(?:\.\d+)?|\.\d+)([smhd]?)$/.exec(text);
  return found === null ? undefined : Number(found[1]) * (UNITS[found[2] ?? ""] ?? 1);
}

function* sleep(io: ShellIo): Task<number> {
  if (io.args.length === 0) return misused(io, "sleep", "missing operand");
  let total = 0;
  for (const arg of io.args) {
    const time = seconds(arg);
    if (time === undefined) return misused(io, "sleep", `invalid time interval '${arg}'`);
    total += time;
  }
  yield Math.round(Math.min(total, 86_400 * 365) * SECOND);
  return 0;
}

function* clear(io: ShellIo): Task<number> {
  io.out(CLEAR);
  return 0;
}

function* env(io: ShellIo): Task<number> {
  for (const [name, value] of io.env) io.out(`${name}=${value}\n`);
  return 0;
}

function* which(io: ShellIo): Task<number> {
  let code = io.args.length === 0 ? 1 : 0;
  for (const name of io.args) {
    const found = io.known(name);
    if (found === "program") io.out(`/usr/local/bin/${name}\n`);
    else if (found !== "builtin") code = 1;
  }
  return code;
}

function* hostname(io: ShellIo): Task<number> {
  io.out(`${io.process.host.name}\n`);
  return 0;
}

function* whoami(io: ShellIo): Task<number> {
  io.out(`${io.env.get("USER") ?? "root"}\n`);
  return 0;
}

/** `vi`, `vim`, `nano`: opens the editor on a file. */
const editor = (program: string): ShellProgram =>
  function* edit(io): Task<number> {
    const name = io.args.findLast((arg) => !arg.startsWith("-") && !arg.startsWith("+"));
    if (name === undefined) return misused(io, program, "name a file: this editor opens one at a time");
    const path = resolvePath(io.cwd, name);
    if (io.files.isFolder(path)) return misused(io, program, `${name} is a directory`);
    const text = io.files.read(path);
    const saved = yield* io.edit(name, text ?? "");
    if (saved !== undefined && saved !== text) io.files.write(path, saved);
    return 0;
  };

/** Runs a command again and again, each time on a wiped screen. */
function* watch(io: ShellIo): Task<number> {
  const given = options(io.args, {
    flags: "dtbex",
    values: "n",
    long: { interval: "n", "no-title": "t", differences: "d" },
    strict: true,
  });
  if (given.problem !== undefined) return misused(io, "watch", given.problem);
  const interval = seconds(given.value("n") ?? "2");
  if (interval === undefined) return misused(io, "watch", `failed to parse argument: '${given.value("n")}'`);
  if (given.rest.length === 0) return misused(io, "watch", "a command is missing");
  const line = given.rest.join(" ");
  const wait = Math.max(0.1, interval);
  for (;;) {
    if (io.isTerminal) io.out("\u001B[H\u001B[2J");
    if (!given.has("t")) {
      const left = `Every ${wait.toFixed(1)}s: ${line}`;
      const right = `${io.process.host.name}: ${dateText(io.process.now)}`;
      io.out(`${left}${" ".repeat(Math.max(2, io.width - left.length - right.length))}${right}\n\n`);
    }
    yield* io.runLine(line);
    yield Math.round(wait * SECOND);
  }
}

/** Makes a command of what it reads. */
function* xargs(io: ShellIo): Task<number> {
  const given = options(io.args, { flags: "rt", values: "nI", strict: true });
  if (given.problem !== undefined) return misused(io, "xargs", given.problem);
  const command = given.rest.length === 0 ? ["echo"] : given.rest;
  const text = yield* io.input.rest();
  const marker = given.value("I");
  const most = Number(given.value("n") ?? "5000");
  if (!(most >= 1)) return misused(io, "xargs", `invalid number '${given.value("n")}' for -n option`);
  const words =
    marker === undefined
      ? text.split(/\s+/).filter((w) => w !== "")
      : text.split("\n").filter((l) => l.trim() !== "");
  const calls: string[][] = [];
  if (marker !== undefined)
    for (const w of words) calls.push(command.map((c) => c.replaceAll(marker, w.trim())));
  else for (let i = 0; i < words.length; i += most) calls.push([...command, ...words.slice(i, i + most)]);
  if (words.length === 0 && !given.has("r") && marker === undefined) calls.push([...command]);
  let code = 0;
  for (const call of calls) {
    const ended = yield* io.run(call, "");
    if (ended === 127) return 127;
    if (ended !== 0) code = 123;
  }
  return code;
}

function* seq(io: ShellIo): Task<number> {
  const numbers = io.args.map(Number);
  if (numbers.length === 0 || numbers.length > 3 || numbers.some((n) => !Number.isInteger(n)))
    return misused(io, "seq", "give one to three whole numbers");
  const [first, step, last] =
    numbers.length === 1 ? [1, 1, numbers[0]] : numbers.length === 2 ? [numbers[0], 1, numbers[1]] : numbers;
  const [from, by, to] = [first as number, step as number, last as number];
  if (by === 0) return misused(io, "seq", "invalid Zero increment value: '0'");
  for (let n = from, count = 0; (by > 0 ? n <= to : n >= to) && count < 100_000; n += by, count++)
    io.out(`${n}\n`);
  return 0;
}

const NAME = /^[A-Za-z_]\w*$/;

/** Reads a line into variables. A process of its own, so that Ctrl+C ends it. */
function* read(io: ShellIo): Task<number> {
  const given = options(io.args, { flags: "r", values: "p" });
  if (given.problem !== undefined) return misused(io, "read", given.problem, 2);
  const names = given.rest.length === 0 ? ["REPLY"] : given.rest;
  const wrong = names.find((name) => !NAME.test(name));
  if (wrong !== undefined) return misused(io, "read", `\`${wrong}': not a valid identifier`);
  if (!io.input.piped) io.err(given.value("p") ?? "");
  const line = yield* io.input.line();
  // Blanks stand for one cut however many they are, other separators each for its own.
  const separators = io.env.get("IFS") ?? io.state.variables.get("IFS") ?? " \t";
  const blanks = separators.trim() === "" && separators !== "";
  let rest = blanks ? (line ?? "").trim() : (line ?? "");
  for (const [i, name] of names.entries()) {
    let end = i === names.length - 1 ? rest.length : 0;
    while (end < rest.length && !separators.includes(rest.charAt(end))) end++;
    io.state.variables.set(name, rest.slice(0, end));
    rest = blanks ? rest.slice(end).trimStart() : rest.slice(end + 1);
  }
  return line === undefined ? 1 : 0;
}

export const systemTools: ReadonlyMap<string, ShellProgram> = new Map<string, ShellProgram>([
  ["date", date],
  ["sleep", sleep],
  ["clear", clear],
  ["env", env],
  ["printenv", env],
  ["which", which],
  ["hostname", hostname],
  ["whoami", whoami],
  ["vi", editor("vi")],
  ["vim", editor("vim")],
  ["nano", editor("nano")],
  ["edit", editor("edit")],
  ["watch", watch],
  ["xargs", xargs],
  ["seq", seq],
  ["read", read],
]);
