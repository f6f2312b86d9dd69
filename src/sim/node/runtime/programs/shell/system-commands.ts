import { dateText } from "../../../../api/date-text";
import { race, type Task } from "../../../../kernel/task";
import { Future } from "../../../../kernel/future";
import { SECOND } from "../../../../kernel/time";
import type { ContainerContext } from "../../container-context";
import type { Command } from "./commands";
import type { Shell } from "./shell";
import { split } from "./text-commands";

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

function seconds(text: string): number {
  if (text === "infinity" || text === "inf") return 1e9;
  const unit = UNITS[text.slice(-1)];
  if (text === "") return NaN;
  return unit === undefined ? Number(text) : Number(text.slice(0, -1)) * unit;
}

/** A year: longer than anybody looks on, in seconds. */
const LONGEST_SLEEP = 31_536_000;

function* sleep(shell: Shell, words: readonly string[]): Task<number> {
  const time = seconds(words[1] ?? "");
  if (!(time >= 0)) {
    shell.complain(`sleep: invalid number '${words[1] ?? ""}'`);
    return 1;
  }
  yield Math.round(Math.min(time, LONGEST_SLEEP) * SECOND);
  return 0;
}

/** The name that a container's machine goes by: its pod's, or that of the node whose network it shares. */
export function hostnameOf({ sandbox, host }: ContainerContext): string {
  return sandbox.hostNetwork ? host.name : sandbox.name;
}

function* hostname(shell: Shell, words: readonly string[]): Task<number> {
  shell.print(split(words).flags.has("i") ? shell.context.ip : hostnameOf(shell.context));
  return 0;
}

function* env(shell: Shell): Task<number> {
  for (const [name, value] of shell.state.variables) shell.print(`${name}=${value}`);
  return 0;
}

function* printenv(shell: Shell, words: readonly string[]): Task<number> {
  const [, name] = words;
  if (name === undefined) return yield* env(shell);
  const value = shell.state.variables.get(name);
  if (value === undefined) return 1;
  shell.print(value);
  return 0;
}

function* date(shell: Shell, words: readonly string[]): Task<number> {
  const format = words.find((w) => w.startsWith("+"));
  shell.print(dateText(shell.process.now, format?.slice(1)));
  return 0;
}

function* ps(shell: Shell, words: readonly string[]): Task<number> {
  const { container } = shell.context;
  const main = [...container.command, ...container.args].join(" ") || shell.context.executable;
  shell.print("PID   USER     TIME  COMMAND");
  shell.print(`    1 root      0:00 ${main}`);
  shell.print(`   ${7 + (shell.process.now % 90)} root      0:00 ${words.join(" ")}`);
  return 0;
}

function* id(shell: Shell): Task<number> {
  shell.print("uid=0(root) gid=0(root) groups=0(root)");
  return 0;
}

function* whoami(shell: Shell): Task<number> {
  shell.print("root");
  return 0;
}

function* uname(shell: Shell, words: readonly string[]): Task<number> {
  const { flags } = split(words);
  const name = hostnameOf(shell.context);
  if (flags.has("a")) shell.print(`Linux ${name} 6.12.0 #1 SMP x86_64 GNU/Linux`);
  else if (flags.has("n")) shell.print(name);
  else if (flags.has("r")) shell.print("6.12.0");
  else shell.print(flags.has("m") ? "x86_64" : "Linux");
  return 0;
}

/** `kill 1`: asks the container's main program to end. What it makes of that is its own affair, SIGKILL included. */
function* kill(shell: Shell, words: readonly string[]): Task<number> {
  const target = words.at(-1) ?? "";
  if (target !== "1") {
    const isNumber = /^\d+$/.test(target);
    shell.complain(
      isNumber ? `sh: can't kill pid ${target}: No such process` : `sh: invalid number '${target}'`,
    );
    return 1;
  }
  const signal = words.length > 2 ? (words[1] ?? "").replace(/^-(?:SIG)?/, "") : "TERM";
  if (signal === "TERM" || signal === "15" || signal === "QUIT" || signal === "3")
    shell.context.term.resolve();
  return 0;
}

function* exit(shell: Shell, words: readonly string[]): Task<number> {
  shell.state.exitCode = words[1] === undefined ? shell.state.lastCode : Number(words[1]) & 255;
  return shell.state.exitCode;
}

/** `break` and `continue`, of so many loops. */
function jump(kind: "break" | "continue"): Command {
  return function* (shell, [, count = "1"]) {
    const { state } = shell;
    const levels = /^[1-9]\d{0,8}$/.test(count) ? Math.min(Number(count), state.loops) : 1;
    if (state.loops > 0) state.jump = { kind, levels };
    return 0;
  };
}

function* set(shell: Shell, words: readonly string[]): Task<number> {
  for (const word of words.slice(1)) {
    const equals = word.indexOf("=");
    if (words[0] === "unset") shell.state.variables.delete(word);
    else if (equals > 0) shell.state.variables.set(word.slice(0, equals), word.slice(equals + 1));
  }
  return 0;
}

/** Waits until the container ends: `wait`, `tail -f /dev/null` and the like do as much. */
function* wait(shell: Shell): Task<number> {
  yield* race(shell.process.kernel, [new Future<unknown>(shell.process.kernel)]);
  return 0;
}

function* which(shell: Shell, words: readonly string[]): Task<number> {
  let code = 0;
  for (const name of words.slice(1)) {
    if (shell.knows(name)) shell.print(`/bin/${name}`);
    else code = 1;
  }
  return code;
}

function* exec(shell: Shell, words: readonly string[]): Task<number> {
  const code = words.length > 1 ? yield* shell.argv(words.slice(1)) : 0;
  if (words.length > 1) shell.state.exitCode = code;
  return code;
}

export const SYSTEM_COMMANDS: Readonly<Record<string, Command>> = {
  sleep,
  true: constant(0),
  ":": constant(0),
  false: constant(1),
  hostname,
  env,
  printenv,
  date,
  ps,
  id,
  whoami,
  uname,
  kill,
  exit,
  break: jump("break"),
  continue: jump("continue"),
  export: set,
  set,
  unset: set,
  wait,
  which,
  exec,
};

function constant(code: number): Command {
  return function* () {
    return code;
  };
}
