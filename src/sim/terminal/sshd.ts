/**
 * sshd: whoever operates the cluster logs into its machines from the workstation. A session is one bash on this
 * machine; what it prints goes to the client as it is printed, and a line is asked for when something reads the
 * keyboard, so that the client's terminal knows whether anybody waits for it.
 */
import { STREAM_END, type Exchange } from "../kernel/connection";
import { Future } from "../kernel/future";
import type { Process, Program } from "../kernel/process";
import type { Task } from "../kernel/task";
import { parseScript } from "../shell/parser";
import { diskFiles, resolvePath } from "./disk-files";
import type { ObjectRef } from "./io";
import { Pipe } from "./pipe";
import type { Machine, Screen } from "./screen";
import { Shell } from "./shell";

export const SSH_PORT = 22;
/** Exit code of what lost its terminal (SIGHUP). */
const HANGUP = 129;
const HOME = "/root";

/** What a client asks for. Files are named as `scp` names them: relative to the home folder. */
export type SshRequest =
  | {
      readonly method: "session";
      /** undefined: whatever is typed, until `exit`. */
      readonly command: string | undefined;
      /** Is there a terminal at the other end? Then there are prompts, and Ctrl+C. */
      readonly tty: boolean;
      readonly width: number;
    }
  | { readonly method: "put"; readonly path: string; readonly name: string; readonly content: unknown }
  | { readonly method: "get"; readonly path: string };

/** What a session says. */
export type SshNews =
  | { readonly t: "text"; readonly stream: "out" | "err"; readonly text: string; readonly ref?: ObjectRef }
  /** Something reads: a line is wanted. */
  | { readonly t: "read" }
  | { readonly t: "edit"; readonly name: string; readonly text: string }
  | { readonly t: "exit"; readonly code: number };

/** What the client says in a session. */
export type SshInput =
  | { readonly t: "line"; readonly text: string }
  | { readonly t: "end" }
  | { readonly t: "interrupt" }
  | { readonly t: "edited"; readonly text: string | undefined };

/** The answer to `put` and `get`. */
export interface SshFile {
  readonly content?: unknown;
  /** As scp says it, without the file's name. */
  readonly problem?: string;
}

/** The program of the service. */
export function sshdProgram(machine: Machine): Program {
  return function* sshd(process): Task {
    let sessions = 0;
    process.listen(SSH_PORT, (exchange) => {
      const request = exchange.request as SshRequest;
      switch (request.method) {
        case "session":
          new Session(machine, process, exchange, request).begin(++sessions);
          break;
        case "put":
        case "get":
          exchange.respond(transferred(machine, request));
          break;
        default:
          // Somebody who does not speak SSH, curl say.
          exchange.connection.abort();
      }
    });
    yield* new Future<void>(process.kernel);
  };
}

function transferred(machine: Machine, request: Exclude<SshRequest, { method: "session" }>): SshFile {
  const files = diskFiles(machine.host.disk);
  const path = resolvePath(HOME, request.path === "" ? "." : request.path);
  if (request.method === "get") {
    const content = files.content(path);
    if (content !== undefined) return { content };
    return { problem: files.isFolder(path) ? "not a regular file" : "No such file or directory" };
  }
  const { content, name } = request;
  const end = files.isFolder(path) ? resolvePath(path, name) : path;
  if (files.isFolder(end)) return { problem: "Is a directory" };
  if (request.path.endsWith("/") && end === path) return { problem: "No such file or directory" };
  if (typeof content === "string") files.write(end, content);
  else files.put(end, content as object);
  return {};
}

class Session {
  readonly #sshd: Process;
  readonly #exchange: Exchange;
  readonly #request: Extract<SshRequest, { method: "session" }>;
  readonly #shell: Shell;
  readonly #keyboard: Pipe;
  readonly #screen: Screen;
  #editor: Future<string | undefined> | undefined;
  /** A line was asked for and has not come yet. */
  #asked = false;
  #running = false;
  #code: number | undefined;

  constructor(
    machine: Machine,
    sshd: Process,
    exchange: Exchange,
    request: Extract<SshRequest, { method: "session" }>,
  ) {
    this.#sshd = sshd;
    this.#exchange = exchange;
    this.#request = request;
    this.#shell = new Shell(machine, true);
    this.#keyboard = new Pipe(sshd.kernel, !request.tty, () => this.#ask());
    this.#screen = {
      width: request.width,
      tty: request.tty,
      keyboard: this.#keyboard,
      out: (text, ref) => this.#write("out", text, ref),
      err: (text) => this.#write("err", text),
      edit: (name, text) => this.#edit(name, text),
    };
  }

  /** Starts its bash; `number`: how many sessions there were. */
  begin(number: number): void {
    const { host } = this.#sshd;
    this.#exchange.begin({ ok: true });
    let n = number;
    while (host.processes.has(`bash-ssh-${n}`)) n++;
    const bash = host.start(`bash-ssh-${n}`, (process) => this.#main(process));
    bash.exited.addWaiter({ settled: (status) => this.#ended((status as { code: number }).code) });
    const hangUp = { settled: () => bash.kill({ code: HANGUP, reason: "Hangup" }) };
    this.#exchange.closed.addWaiter(hangUp);
    this.#sshd.exited.addWaiter(hangUp);
    this.#sshd.spawn("input", this.#listen());
  }

  *#main(bash: Process): Task {
    const { command } = this.#request;
    this.#code = yield* command === undefined
      ? this.#typed(bash)
      : this.#shell.run(bash, command, this.#screen);
  }

  /** Runs what is typed, line by line; what is not finished with one line goes on in the next. */
  *#typed(bash: Process): Task<number> {
    const { state } = this.#shell;
    let begun = "";
    for (;;) {
      this.#prompt(begun !== "");
      const row = yield* this.#keyboard.row();
      if (row === undefined) {
        if (this.#request.tty) this.#write("out", "logout\n");
        return state.status;
      }
      const line = begun + row.text;
      const script = parseScript(line);
      begun = !script.ok && script.error.incomplete ? `${line}\n` : "";
      if (begun !== "" || line.trim() === "") continue;
      state.history.push(line);
      this.#running = true;
      const code = yield* this.#shell.run(bash, line, this.#screen);
      this.#running = false;
      if (!this.#shell.left) continue;
      if (this.#request.tty) this.#write("err", "logout\n");
      return code;
    }
  }

  #prompt(goesOn: boolean): void {
    const { cwd } = this.#shell.state;
    const where = cwd === HOME || cwd.startsWith(`${HOME}/`) ? `~${cwd.slice(HOME.length)}` : cwd;
    if (this.#request.tty) this.#write("out", goesOn ? "> " : `root@${this.#sshd.host.name}:${where}# `);
  }

  *#listen(): Task {
    for (;;) {
      const item = (yield* this.#exchange.input.receive()) as SshInput | typeof STREAM_END;
      if (item === STREAM_END) return;
      switch (item.t) {
        case "line":
          this.#asked = false;
          this.#keyboard.write(`${item.text}\n`);
          break;
        case "end":
          this.#asked = false;
          this.#keyboard.end();
          break;
        case "edited":
          this.#editor?.resolve(item.text);
          break;
        case "interrupt":
          this.#asked = false;
          if (this.#running) this.#shell.interrupt();
          else {
            this.#prompt(false);
            this.#ask();
          }
      }
    }
  }

  *#edit(name: string, text: string): Task<string | undefined> {
    const saved = new Future<string | undefined>(this.#sshd.kernel);
    this.#editor = saved;
    this.#say({ t: "edit", name, text });
    return yield* saved;
  }

  #ask(): void {
    if (this.#asked) return;
    this.#asked = true;
    this.#say({ t: "read" });
  }

  #ended(code: number): void {
    this.#shell.hangUp();
    this.#say({ t: "exit", code: this.#code ?? code });
    this.#exchange.end();
  }

  #write(stream: "out" | "err", text: string, ref?: ObjectRef): void {
    this.#say({ t: "text", stream, text, ...(ref === undefined ? {} : { ref }) });
  }

  #say(news: SshNews): void {
    this.#exchange.push(news);
  }
}
