/** ssh and scp: the way to the machines of the cluster. Messages are OpenSSH's. */
import { STREAM_END, type Connection, type Exchange, type TransportError } from "../../kernel/connection";
import type { Task } from "../../kernel/task";
import type { Thread } from "../../kernel/thread";
import { SECOND, type Micros } from "../../kernel/time";
import { resolvePath } from "../disk-files";
import type { ShellIo, ShellProgram } from "../shell-io";
import { SSH_PORT, type SshFile, type SshInput, type SshNews, type SshRequest } from "../sshd";
import { misused } from "./inputs";
import { options, type Options, type OptionRules } from "./options";

/** Exit code of ssh itself, as against that of what ran there. */
const FAILED = 255;
/** Linux gives up a connection after six tries (tcp_syn_retries). */
const SYN_TIMEOUT: Micros = 127 * SECOND;
/** A machine that is silent for so long is given up (ServerAliveInterval 15, ServerAliveCountMax 3). */
const SILENCE: Micros = 45 * SECOND;

const RULES: OptionRules = { flags: "tTqvAxXnN46C", values: "plioFEJ", strict: true };

/** A way to the sshd of a machine. */
interface Way {
  readonly host: string;
  readonly port: number;
  readonly connection: Connection;
}

/** Looks a name up as the system does: an address, or a line of /etc/hosts. */
function addressOf(io: ShellIo, name: string): string | undefined {
  if (/^\d+\.\d+\.\d+\.\d+$/.test(name)) return name;
  if (name === "localhost") return "127.0.0.1";
  for (const line of (io.files.read("/etc/hosts") ?? "").split("\n")) {
    const [address, ...names] = line.replace(/#.*/, "").trim().split(/\s+/);
    if (names.includes(name)) return address;
  }
  return undefined;
}

/** Prepares the connection; a number: it cannot be, and that is said. `program`: who asks. */
function wayTo(io: ShellIo, destination: string, given: Options, portFlag: string): Way | number {
  const [, user, host = ""] = /^(?:([^@]*)@)?(.*)$/.exec(destination) ?? [];
  const ip = addressOf(io, host);
  if (ip === undefined) {
    io.err(`ssh: Could not resolve hostname ${host}: Name or service not known\n`);
    return FAILED;
  }
  const port = Number(given.value(portFlag) ?? SSH_PORT);
  if (!Number.isInteger(port) || port < 1 || port > 65535) {
    io.err(`Bad port '${given.value(portFlag)}'\n`);
    return FAILED;
  }
  if ((user ?? given.value("l") ?? "root") !== "root") {
    io.err(`${user ?? given.value("l")}@${host}: Permission denied (publickey).\n`);
    return FAILED;
  }
  const seconds = given.all("o").flatMap((o) => /^ConnectTimeout[= ](\d+)$/i.exec(o)?.[1] ?? []);
  const dialTimeout = seconds[0] === undefined ? SYN_TIMEOUT : Number(seconds[0]) * SECOND;
  return { host, port, connection: io.process.connect(ip, port, { dialTimeout, keepalive: SILENCE }) };
}

const WHY: Readonly<Record<TransportError, string>> = {
  refused: "Connection refused",
  timeout: "Connection timed out",
  lost: "Connection timed out",
  reset: "Connection reset by peer",
  closed: "Connection reset by peer",
};

function unreachable(io: ShellIo, { host, port }: Way, error: TransportError): number {
  io.err(`ssh: connect to host ${host} port ${port}: ${WHY[error]}\n`);
  return FAILED;
}

function* ssh(io: ShellIo): Task<number> {
  const given = options(io.args, RULES);
  if (given.problem !== undefined) return misused(io, "ssh", given.problem, FAILED);
  const [destination, ...words] = given.rest;
  if (destination === undefined) {
    io.err("usage: ssh [-tT] [-l user] [-o option] [-p port] destination [command [argument ...]]\n");
    return FAILED;
  }
  const way = wayTo(io, destination, given, "p");
  if (typeof way === "number") return way;
  const command = words.length === 0 ? undefined : words.join(" ");
  const wanted = command === undefined || given.has("t");
  const tty = wanted && !io.input.piped;
  if (wanted && !tty) io.err("Pseudo-terminal will not be allocated because stdin is not a terminal.\n");
  const request: SshRequest = { method: "session", command, tty, width: io.width };
  const exchange = way.connection.start(request, { timeout: 0, quiet: false });
  const begun = yield* exchange.response;
  if (!begun.ok) return unreachable(io, way, begun.error);
  const say = (input: SshInput): void => exchange.send(input, false);
  const code = yield* follow(io, exchange, say, tty);
  way.connection.close();
  if (code !== undefined) {
    if (tty) io.err(`Connection to ${way.host} closed.\n`);
    return code;
  }
  if (exchange.endError === "lost") io.err(`Timeout, server ${way.host} not responding.\n`);
  else io.err(`Connection to ${way.host} closed by remote host.\n`);
  return FAILED;
}

/** Shows what the session says, and gives it what it asks for; its exit code, undefined when it broke. */
function* follow(
  io: ShellIo,
  exchange: Exchange,
  say: (input: SshInput) => void,
  tty: boolean,
): Task<number | undefined> {
  let reader: Thread<void> | undefined;
  if (tty)
    io.onInterrupt(() => {
      // It asks anew for what is typed from now on.
      reader?.kill();
      say({ t: "interrupt" });
    });
  for (;;) {
    const item = (yield* exchange.inbox.receive()) as SshNews | typeof STREAM_END;
    if (item === STREAM_END) return undefined;
    switch (item.t) {
      case "text":
        if (item.stream === "out") io.out(item.text, item.ref);
        else io.err(item.text);
        break;
      case "read":
        reader = io.process.spawn("stdin", typed(io, say));
        break;
      case "edit":
        io.process.spawn("editor", edited(io, item.name, item.text, say));
        break;
      case "exit":
        return item.code;
    }
  }
}

function* typed(io: ShellIo, say: (input: SshInput) => void): Task {
  const text = yield* io.input.line();
  say(text === undefined ? { t: "end" } : { t: "line", text });
}

function* edited(io: ShellIo, name: string, text: string, say: (input: SshInput) => void): Task {
  say({ t: "edited", text: yield* io.edit(name, text) });
}

/** One end of a copy: a file here, or on a machine. */
interface Place {
  readonly host: string | undefined;
  readonly path: string;
}

function placeOf(name: string): Place {
  const colon = name.indexOf(":");
  const slash = name.indexOf("/");
  return colon < 0 || (slash >= 0 && slash < colon)
    ? { host: undefined, path: name }
    : { host: name.slice(0, colon), path: name.slice(colon + 1) };
}

const baseName = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

function* scp(io: ShellIo): Task<number> {
  const given = options(io.args, { flags: "qvCBp346", values: "PioF" });
  if (given.problem !== undefined) return misused(io, "scp", given.problem);
  const target = given.rest.at(-1);
  const sources = given.rest.slice(0, -1);
  if (target === undefined || sources.length === 0) {
    io.err("usage: scp [-q] [-o ssh_option] [-P port] source ... target\n");
    return 1;
  }
  let code = 0;
  for (const source of sources) {
    const failed = yield* copied(io, given, placeOf(source), placeOf(target));
    if (failed) code = 1;
  }
  return code;
}

/** Copies one file; true when that failed. */
function* copied(io: ShellIo, given: Options, from: Place, to: Place): Task<boolean> {
  let content: unknown;
  const name = baseName(from.path);
  const problem = (text: string): true => {
    io.err(`scp: ${text}\n`);
    return true;
  };
  if (from.host === undefined) {
    const path = resolvePath(io.cwd, from.path);
    content = io.files.content(path);
    if (content === undefined)
      return problem(
        io.files.isFolder(path)
          ? `local "${from.path}" is not a regular file`
          : `stat local "${from.path}": No such file or directory`,
      );
  } else {
    const answer = yield* asked(io, given, from.host, { method: "get", path: from.path });
    if (answer === undefined) return true;
    if (answer.problem !== undefined) return problem(`${from.path}: ${answer.problem}`);
    ({ content } = answer);
  }
  if (to.host !== undefined) {
    const request = { method: "put", path: to.path, name, content } as const;
    const answer = yield* asked(io, given, to.host, request);
    if (answer === undefined) return true;
    if (answer.problem !== undefined) return problem(`dest open "${to.path}": ${answer.problem}`);
  } else {
    const path = resolvePath(io.cwd, to.path);
    const end = io.files.isFolder(path) ? resolvePath(path, name) : path;
    if (typeof content === "string") io.files.write(end, content);
    else io.files.put(end, content as object);
  }
  if (io.isTerminal && !given.has("q")) io.out(`${name.padEnd(Math.max(20, io.width - 30))} 100%\n`);
  return false;
}

/** What sshd answers; undefined when nothing does, which is said. */
function* asked(
  io: ShellIo,
  given: Options,
  destination: string,
  request: SshRequest,
): Task<SshFile | undefined> {
  const way = wayTo(io, destination, given, "P");
  if (typeof way !== "number") {
    const result = yield* way.connection.call(request, { timeout: 0, quiet: false });
    way.connection.close();
    if (result.ok) return result.value as SshFile;
    unreachable(io, way, result.error);
  }
  io.err("scp: Connection closed\n");
  return undefined;
}

export const remoteTools: ReadonlyMap<string, ShellProgram> = new Map<string, ShellProgram>([
  ["ssh", ssh],
  ["scp", scp],
]);
