import { assertNever } from "../../../../shared/assert";
import type { Process } from "../../../kernel/process";
import type { Task } from "../../../kernel/task";
import { MS, SECOND } from "../../../kernel/time";
import type { ContainerContext } from "../container-context";
import type { ExecResult } from "../cri/types";
import { httpGet, parseUrl, resolve } from "./http-client";
import { parseShell, type ShellNode } from "./shell-parser";

/** A command takes at least this long: a fork, an exec. Also keeps empty loops from stopping time. */
const FORK = 2 * MS;
const WGET_TIMEOUT = 10 * SECOND;

type Builtin = (shell: Shell, words: readonly string[]) => Task<number>;

/** Runs commands inside a container: its main program, probes, hooks and what people exec. */
export class Shell {
  readonly process: Process;
  readonly context: ContainerContext;
  readonly #env: ReadonlyMap<string, string>;
  readonly #print: (line: string) => void;
  /** Set by `exit`: nothing runs after it. */
  exitCode: number | undefined;

  constructor(process: Process, context: ContainerContext, print: (line: string) => void) {
    this.process = process;
    this.context = context;
    this.#env = new Map([
      ["HOSTNAME", context.sandbox.name],
      ...context.container.env.map((e) => [e.name, e.value] as const),
    ]);
    this.#print = print;
  }

  print(line: string): void {
    this.#print(line);
  }

  get env(): ReadonlyMap<string, string> {
    return this.#env;
  }

  /** Runs a command given as arguments; its exit code. */
  *argv(words: readonly string[]): Task<number> {
    const name = words[0] as string;
    const script = words[2];
    if (isShell(name) && words[1] === "-c" && script !== undefined) {
      const node = parseShell(script, this.#env);
      if (node === undefined) {
        this.print(`${name}: syntax error`);
        return 2;
      }
      const code = yield* this.#run(node);
      return this.exitCode ?? code;
    }
    return yield* this.#command(words);
  }

  *#run(node: ShellNode): Task<number> {
    switch (node.kind) {
      case "command":
        return yield* this.#redirected(node.words, node.output);
      case "list":
        return yield* this.#list(node);
      case "loop": {
        let code = 0;
        while (((yield* this.#run(node.condition)) === 0) !== node.until && this.exitCode === undefined) {
          code = yield* this.#run(node.body);
          if (this.exitCode !== undefined) return code;
        }
        return code;
      }
      case "if": {
        const holds = (yield* this.#run(node.condition)) === 0;
        if (this.exitCode !== undefined) return this.exitCode;
        if (holds) return yield* this.#run(node.body);
        return node.otherwise === undefined ? 0 : yield* this.#run(node.otherwise);
      }
      default:
        return assertNever(node);
    }
  }

  *#list(node: Extract<ShellNode, { kind: "list" }>): Task<number> {
    let code = 0;
    for (const { after, node: item } of node.items) {
      if (this.exitCode !== undefined) return this.exitCode;
      if ((after === "&&" && code !== 0) || (after === "||" && code === 0)) continue;
      code = yield* this.#run(item);
    }
    return code;
  }

  *#redirected(words: readonly string[], output: string | undefined): Task<number> {
    if (output === undefined) return yield* this.#command(words);
    const lines: string[] = [];
    const inner = new Shell(this.process, this.context, (line) => lines.push(line));
    const code = yield* inner.#command(words);
    if (output !== "/dev/null") this.context.files.set(output, lines.join("\n"));
    return code;
  }

  *#command(words: readonly string[]): Task<number> {
    const path = words[0] as string;
    const builtin = BUILTINS.get(path.slice(path.lastIndexOf("/") + 1));
    yield FORK;
    if (builtin === undefined) {
      this.print(`sh: ${path}: not found`);
      return 127;
    }
    return yield* builtin(this, words);
  }
}

function isShell(name: string): boolean {
  return name === "sh" || name === "/bin/sh" || name === "bash" || name === "/bin/bash";
}

/** Does a shell's image have this executable? */
export function isExecutable(name: string): boolean {
  return isShell(name) || BUILTINS.has(name.slice(name.lastIndexOf("/") + 1));
}

/** Runs one command to its end, as `exec` does. */
export function* execute(
  process: Process,
  context: ContainerContext,
  command: readonly string[],
): Task<ExecResult> {
  const lines: string[] = [];
  const shell = new Shell(process, context, (line) => lines.push(line));
  const exitCode = yield* shell.argv(command);
  return { exitCode, output: lines.join("\n") };
}

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

function seconds(text: string): number {
  if (text === "infinity") return 1e9;
  const unit = UNITS[text.slice(-1)];
  return unit === undefined ? Number(text) : Number(text.slice(0, -1)) * unit;
}

function* sleepFor(shell: Shell, words: readonly string[]): Task<number> {
  const time = seconds(words[1] ?? "");
  if (!(time >= 0)) {
    shell.print(`sleep: invalid number '${words[1] ?? ""}'`);
    return 1;
  }
  yield Math.round(time * SECOND);
  return 0;
}

function* readFiles(shell: Shell, words: readonly string[]): Task<number> {
  for (const name of words.slice(1)) {
    const content = shell.context.files.get(name);
    if (content === undefined) {
      shell.print(`cat: can't open '${name}': No such file or directory`);
      return 1;
    }
    if (content !== "") shell.print(content);
  }
  return 0;
}

function* removeFiles(shell: Shell, words: readonly string[]): Task<number> {
  const names = words.slice(1).filter((w) => !w.startsWith("-"));
  const force = words.some((w) => w.startsWith("-") && w.includes("f"));
  let code = 0;
  for (const name of names) {
    if (shell.context.files.delete(name) || force) continue;
    shell.print(`rm: can't remove '${name}': No such file or directory`);
    code = 1;
  }
  return code;
}

function* test(shell: Shell, words: readonly string[]): Task<number> {
  const args = words[0] === "[" ? words.slice(1, -1) : words.slice(1);
  const [a, b, c] = args;
  if (args.length === 2 && (a === "-f" || a === "-e")) return shell.context.files.has(b as string) ? 0 : 1;
  if (args.length === 2 && a === "-z") return b === "" ? 0 : 1;
  if (args.length === 2 && a === "-n") return b === "" ? 1 : 0;
  if (args.length === 3 && (b === "=" || b === "==")) return a === c ? 0 : 1;
  if (args.length === 3 && b === "!=") return a === c ? 1 : 0;
  return args.length === 1 && a !== "" ? 0 : 1;
}

function* fetchUrl(shell: Shell, words: readonly string[]): Task<number> {
  const url = words.slice(1).find((w) => !w.startsWith("-"));
  const parsed = url === undefined ? undefined : parseUrl(url);
  const tool = words[0] as string;
  if (parsed === undefined) {
    shell.print(`${tool}: bad URL`);
    return 1;
  }
  const { dns } = shell.context.sandbox;
  const outcome = yield* httpGet(shell.process, parsed, dns, { timeout: WGET_TIMEOUT, userAgent: tool });
  if (outcome.status >= 200 && outcome.status < 400) {
    shell.print(String(outcome.body));
    return 0;
  }
  shell.print(
    `${tool}: ${outcome.status === 0 ? outcome.error : `server returned error: HTTP ${outcome.status}`}`,
  );
  return 1;
}

function* lookUp(shell: Shell, words: readonly string[]): Task<number> {
  const name = words[1] ?? "";
  const address = yield* resolve(shell.process, name, shell.context.sandbox.dns);
  shell.print(address === undefined ? `** server can't find ${name}: NXDOMAIN` : `Address: ${address}`);
  return address === undefined ? 1 : 0;
}

const BUILTINS: ReadonlyMap<string, Builtin> = new Map<string, Builtin>([
  ["sleep", sleepFor],
  ["true", constant(0)],
  [":", constant(0)],
  ["false", constant(1)],
  [
    "exit",
    function* exit(shell, words) {
      shell.exitCode = Number(words[1] ?? 0) & 255;
      return shell.exitCode;
    },
  ],
  [
    "echo",
    function* echo(shell, words) {
      shell.print(words.slice(words[1] === "-n" || words[1] === "-e" ? 2 : 1).join(" "));
      return 0;
    },
  ],
  [
    "touch",
    function* touch(shell, words) {
      for (const name of words.slice(1)) shell.context.files.set(name, shell.context.files.get(name) ?? "");
      return 0;
    },
  ],
  [
    "hostname",
    function* hostname(shell) {
      shell.print(shell.context.sandbox.name);
      return 0;
    },
  ],
  [
    "env",
    function* env(shell) {
      for (const [name, value] of shell.env) shell.print(`${name}=${value}`);
      return 0;
    },
  ],
  ["cat", readFiles],
  ["ls", constant(0)],
  ["rm", removeFiles],
  ["test", test],
  ["[", test],
  ["wget", fetchUrl],
  ["curl", fetchUrl],
  ["nslookup", lookUp],
]);

function constant(code: number): Builtin {
  return function* () {
    return code;
  };
}
