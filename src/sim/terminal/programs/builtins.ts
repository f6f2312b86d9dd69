/** What the shell does itself, because it changes the shell: cd, export, alias, … */
import type { Task } from "../../kernel/task";
import { holds } from "../../shell/condition";
import { resolvePath } from "../disk-files";
import type { ShellIo, ShellProgram } from "../shell-io";

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

const complain = (io: ShellIo, what: string, code = 1): number => {
  io.err(`bash: ${what}\n`);
  return code;
};

function* cd(io: ShellIo): Task<number> {
  const { state } = io;
  const [name] = io.args;
  if (io.args.length > 1) return complain(io, "cd: too many arguments");
  const wanted = name === "-" ? state.variables.get("OLDPWD") : (name ?? state.variables.get("HOME"));
  if (wanted === undefined) return complain(io, "cd: OLDPWD not set");
  const path = resolvePath(state.cwd, wanted);
  if (!io.files.isFolder(path)) {
    const what = io.files.read(path) === undefined ? "No such file or directory" : "Not a directory";
    return complain(io, `cd: ${wanted}: ${what}`);
  }
  if (name === "-") io.out(`${path}\n`);
  state.variables.set("OLDPWD", state.cwd);
  state.cwd = path;
  return 0;
}

function* pwd(io: ShellIo): Task<number> {
  io.out(`${io.state.cwd}\n`);
  return 0;
}

function* echo(io: ShellIo): Task<number> {
  let { args } = io;
  let newline = true;
  let escapes = false;
  for (;;) {
    const [first] = args;
    if (first === undefined || !/^-[neE]+$/.test(first)) break;
    if (first.includes("n")) newline = false;
    escapes = first.includes("e") || (escapes && !first.includes("E"));
    args = args.slice(1);
  }
  const text = args.join(" ");
  io.out((escapes ? unescaped(text) : text) + (newline ? "\n" : ""));
  return 0;
}

const unescaped = (text: string): string =>
  text.replace(/\\([nte\\])/g, (_, c: string) => ({ n: "\n", t: "\t", e: "\u001B", "\\": "\\" })[c] ?? c);

/** What `printf` fills in: text, and whole numbers in several ways. */
const DIRECTIVE = /%([-0]*)(\d*)([sdixXo%])/g;
const WIDEST = 1000;

function integer(text: string, kind: string): string {
  const value = Number.parseInt(text, 10) || 0;
  if (kind === "o") return value.toString(8);
  const hex = value.toString(16);
  return kind === "x" ? hex : kind === "X" ? hex.toUpperCase() : String(value);
}

function* printf(io: ShellIo): Task<number> {
  const [format, ...values] = io.args;
  if (format === undefined) return complain(io, "printf: usage: printf format [arguments]", 2);
  let used = 0;
  do {
    const before = used;
    io.out(
      unescaped(format).replace(DIRECTIVE, (_, signs: string, width: string, kind: string) => {
        if (kind === "%") return "%";
        const given = values[used++];
        const text = kind === "s" ? (given ?? "") : integer(given ?? "0", kind);
        const columns = Math.min(Number(width), WIDEST);
        if (signs.includes("-")) return text.padEnd(columns);
        return text.padStart(columns, signs.includes("0") && kind !== "s" ? "0" : " ");
      }),
    );
    if (used === before) break;
  } while (used < values.length);
  return 0;
}

function* exportVariables(io: ShellIo): Task<number> {
  const { variables, exported } = io.state;
  const names = io.args.filter((arg) => arg !== "-p");
  if (names.length === 0)
    for (const name of [...exported].sort((a, b) => (a < b ? -1 : 1)))
      io.out(`declare -x ${name}="${variables.get(name) ?? ""}"\n`);
  let code = 0;
  for (const arg of names) {
    const [name = "", ...value] = arg.split("=");
    if (!NAME.test(name)) code = complain(io, `export: \`${arg}': not a valid identifier`);
    else {
      if (arg.includes("=")) variables.set(name, value.join("="));
      exported.add(name);
    }
  }
  return code;
}

function* unset(io: ShellIo): Task<number> {
  for (const name of io.args) {
    io.state.variables.delete(name);
    io.state.exported.delete(name);
  }
  return 0;
}

function* alias(io: ShellIo): Task<number> {
  const { aliases } = io.state;
  const show = (name: string): void => io.out(`alias ${name}='${aliases.get(name) ?? ""}'\n`);
  if (io.args.length === 0)
    for (const name of [...aliases.keys()].sort((a, b) => (a < b ? -1 : 1))) show(name);
  let code = 0;
  for (const arg of io.args) {
    const at = arg.indexOf("=");
    if (at > 0) aliases.set(arg.slice(0, at), arg.slice(at + 1));
    else if (aliases.has(arg)) show(arg);
    else code = complain(io, `alias: ${arg}: not found`);
  }
  return code;
}

function* unalias(io: ShellIo): Task<number> {
  let code = 0;
  for (const name of io.args)
    if (!io.state.aliases.delete(name)) code = complain(io, `unalias: ${name}: not found`);
  return code;
}

function* history(io: ShellIo): Task<number> {
  for (const [i, line] of io.state.history.entries()) io.out(`${String(i + 1).padStart(5)}  ${line}\n`);
  return 0;
}

function* type(io: ShellIo): Task<number> {
  let code = 0;
  for (const name of io.args) {
    const meant = io.state.aliases.get(name);
    const found = io.known(name);
    if (meant !== undefined) io.out(`${name} is aliased to \`${meant}'\n`);
    else if (found === "builtin") io.out(`${name} is a shell builtin\n`);
    else if (found === "program") io.out(`${name} is /usr/local/bin/${name}\n`);
    else code = complain(io, `type: ${name}: not found`);
  }
  return code;
}

function* source(io: ShellIo): Task<number> {
  const [name] = io.args;
  if (name === undefined) return complain(io, "source: filename argument required", 2);
  const text = io.files.read(resolvePath(io.cwd, name));
  if (text === undefined) return complain(io, `${name}: No such file or directory`);
  return yield* io.runHere(text);
}

function* exit(io: ShellIo): Task<number> {
  io.leave({ kind: "exit", levels: 0 });
  const [code = String(io.state.status)] = io.args;
  return /^-?\d{1,9}$/.test(code)
    ? Number(code) & 255
    : complain(io, `exit: ${code}: numeric argument required`, 2);
}

const leaving = (kind: "break" | "continue"): ShellProgram =>
  function* leave(io): Task<number> {
    const [count = "1"] = io.args;
    if (!/^[1-9]\d{0,8}$/.test(count)) return complain(io, `${kind}: ${count}: loop count out of range`);
    if (!io.leave({ kind, levels: Number(count) }))
      io.err(`bash: ${kind}: only meaningful in a \`for', \`while', or \`until' loop\n`);
    return 0;
  };

/** `test` and `[`. */
const condition = (name: string): ShellProgram =>
  function* decide(io): Task<number> {
    const bracketed = name === "[";
    if (bracketed && io.args.at(-1) !== "]") return complain(io, "[: missing `]'", 2);
    const result = holds(bracketed ? io.args.slice(0, -1) : io.args, {
      read: (file) => io.files.read(resolvePath(io.cwd, file)),
      isFolder: (file) => io.files.isFolder(resolvePath(io.cwd, file)),
    });
    return typeof result === "string" ? complain(io, `${name}: ${result}`, 2) : Number(!result);
  };

const HELP = `  kubectl (alias k)          talks to the API servers, as the real one does
  etcdctl, etcdutl           talk to the etcd members (source etcd.env), and work on their data
  ssh master-1 [COMMAND]     a shell on a machine of the cluster; scp FILE master-1: brings files there
  crictl ps -a, crictl logs  what the container runtime of this machine has
  systemctl restart kubelet  starts a service of this machine anew
  vi FILE, kubectl edit      open the editor
  watch -n 2 COMMAND         runs a command again and again
  curl http://ADDRESS:PORT   asks an address of the simulated network
  cat ls cp mv rm mkdir touch tee head tail wc sort uniq grep cut tr sed awk diff xargs base64 …

Pipes, > >> < 2>, here-documents, && || ;, variables, $(…), $((…)), *, {1..5}, for, while and if work as in bash.`;

function* help(io: ShellIo): Task<number> {
  const where = io.state.login ? io.process.host.name : "the operator's workstation";
  const lines = HELP.split("\n").filter((line) => {
    const [, program] = /^ {2}(\w+)/.exec(line) ?? [];
    return program === undefined || io.known(program) !== undefined;
  });
  io.out(`This is ${where}. What runs here:\n\n${lines.join("\n")}\n`);
  io.out(
    io.state.login
      ? "Ctrl+C stops what runs, exit leaves this machine.\n"
      : "Tab completes, Ctrl+R searches, Ctrl+C stops. Files live in /root until the page is closed.\n",
  );
  return 0;
}

const ending = (code: number): ShellProgram =>
  function* end(): Task<number> {
    return code;
  };

export const shellBuiltins: ReadonlyMap<string, ShellProgram> = new Map<string, ShellProgram>([
  ["cd", cd],
  ["pwd", pwd],
  ["echo", echo],
  ["printf", printf],
  ["export", exportVariables],
  ["unset", unset],
  ["alias", alias],
  ["unalias", unalias],
  ["history", history],
  ["type", type],
  ["source", source],
  [".", source],
  ["exit", exit],
  ["logout", exit],
  ["break", leaving("break")],
  ["continue", leaving("continue")],
  ["test", condition("test")],
  ["[", condition("[")],
  ["help", help],
  ["true", ending(0)],
  [":", ending(0)],
  ["false", ending(1)],
]);
