import type { KernelEvent } from "../kernel/event-queue";
import { Future, type Waiter } from "../kernel/future";
import type { Process } from "../kernel/process";
import { Mailbox, type Task } from "../kernel/task";
import type { ObjectRef } from "./io";
import { Pipe } from "./pipe";
import type { Machine, Screen } from "./screen";
import { Shell } from "./shell";

/** Characters of output that one line may give; what is more is dropped, with a word about it. */
const OUTPUT_LIMIT = 4_000_000;
/** Lines that a terminal remembers. */
const HISTORY = 1000;

/** Where the output of a line goes, each in the event in which it is written. */
export interface TerminalSink {
  output(stream: "out" | "err", text: string, ref?: ObjectRef): void;
  /** The line asks for the editor; `edited` in an input answers. */
  edit(name: string, text: string): void;
  /** The line is done; `cwd` is where the shell is now, `unread` what was typed meanwhile and read by nothing. */
  exit(code: number, cwd: string, unread: readonly string[]): void;
}

/** What a user gives to a line that runs. */
export type ShellInput =
  | { readonly kind: "interrupt" }
  /** A line typed into what reads the keyboard, without its newline. */
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "end" }
  /** The editor was closed; null: without saving. */
  | { readonly kind: "edited"; readonly text: string | null };

/** What a line waits for: nothing but time, the user, or it is done. */
export type LineState = "running" | "waiting" | "done";

interface Job {
  readonly id: string;
  readonly line: string;
  readonly width: number;
  /** Tab's questions are no lines that anyone typed. */
  readonly hidden: boolean;
  readonly keyboard: Pipe;
  readonly context: KernelEvent;
  sink: TerminalSink | undefined;
  editor: Future<string | undefined> | undefined;
  written: number;
}

/** A terminal on the operator's workstation: one bash, one line at a time. */
export class TerminalSession {
  readonly shell: Shell;
  readonly #machine: Machine;
  readonly #name: string;
  readonly #lines: Mailbox<Job>;
  #bash: Process | undefined;
  #job: Job | undefined;

  constructor(machine: Machine, name: string) {
    this.#machine = machine;
    this.#name = name;
    this.shell = new Shell(machine);
    this.#lines = new Mailbox<Job>(machine.host.kernel);
  }

  /** Id of the line that runs; undefined at the prompt. */
  get busy(): string | undefined {
    return this.#job?.id;
  }

  run(id: string, line: string, width: number, hidden: boolean, sink: TerminalSink | undefined): void {
    const { kernel } = this.#machine.host;
    const keyboard = new Pipe(kernel, false);
    this.#job = {
      id,
      line,
      width,
      hidden,
      keyboard,
      context: kernel.context,
      sink,
      editor: undefined,
      written: 0,
    };
    const { history } = this.shell.state;
    if (!hidden && line.trim() !== "") history.push(line);
    if (history.length > HISTORY) history.shift();
    this.#lines.push(this.#job);
    if (this.#bash?.alive !== true) this.#start();
  }

  input(input: ShellInput): void {
    const job = this.#job;
    if (job === undefined) return;
    switch (input.kind) {
      case "interrupt":
        // A terminal forgets with Ctrl+C what was typed and not read yet.
        job.keyboard.takeUnread();
        this.shell.interrupt();
        return;
      case "text":
        job.keyboard.write(`${input.text}\n`);
        return;
      case "end":
        job.keyboard.end();
        return;
      case "edited": {
        const { editor } = job;
        job.editor = undefined;
        editor?.resolve(input.text ?? undefined);
      }
    }
  }

  state(id: string): LineState {
    const job = this.#job;
    if (job?.id !== id) return "done";
    return job.editor !== undefined || job.keyboard.waiting ? "waiting" : "running";
  }

  #start(): void {
    const bash = this.#machine.host.start(`bash-${this.#name}`, (process) => this.#serve(process));
    this.#bash = bash;
    // Somebody killed it: what it ran ends with it, and the next line starts another.
    const waiter: Waiter = { settled: () => this.#died() };
    bash.exited.addWaiter(waiter);
  }

  *#serve(process: Process): Task {
    for (;;) {
      const job = yield* this.#lines.receive();
      process.kernel.adopt(job.context);
      const { state } = this.shell;
      const { status } = state;
      const code = yield* this.shell.run(process, job.line, this.#screen(job));
      if (job.hidden) state.status = status;
      this.#done(job, code);
    }
  }

  #died(): void {
    this.shell.hangUp();
    if (this.#job !== undefined) this.#done(this.#job, 137);
  }

  #done(job: Job, code: number): void {
    if (this.#job === job) this.#job = undefined;
    job.sink?.exit(code, this.shell.state.cwd, job.keyboard.takeUnread());
    job.sink = undefined;
  }

  #screen(job: Job): Screen {
    const { kernel } = this.#machine.host;
    const write = (stream: "out" | "err", text: string, ref?: ObjectRef): void => {
      if (job.sink === undefined || job.written > OUTPUT_LIMIT) return;
      job.written += text.length;
      if (job.written > OUTPUT_LIMIT) job.sink.output("err", "\n… (the rest of this output is not shown)\n");
      else job.sink.output(stream, text, ref);
    };
    return {
      width: job.width,
      tty: true,
      keyboard: job.keyboard,
      out: (text, ref) => write("out", text, ref),
      err: (text) => write("err", text),
      *edit(name, text): Task<string | undefined> {
        const saved = new Future<string | undefined>(kernel);
        job.editor = saved;
        job.sink?.edit(name, text);
        return yield* saved;
      },
    };
  }
}

/** All terminals of the workstation. */
export class Terminals {
  readonly #machine: Machine;
  readonly #sessions = new Map<string, TerminalSession>();
  /** Sinks of lines that are about to be run, by their id. */
  readonly #awaited = new Map<string, TerminalSink>();

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  /** Asks to be told what becomes of the line of this id. */
  listen(id: string, sink: TerminalSink): void {
    this.#awaited.set(id, sink);
  }

  session(name: string): TerminalSession {
    let found = this.#sessions.get(name);
    if (found === undefined) this.#sessions.set(name, (found = new TerminalSession(this.#machine, name)));
    return found;
  }

  /** The session in which this line runs; undefined when it is done or was never run. */
  running(id: string): TerminalSession | undefined {
    for (const session of this.#sessions.values()) if (session.busy === id) return session;
    return undefined;
  }

  run(session: string, id: string, line: string, width: number, hidden: boolean): void {
    const sink = this.#awaited.get(id);
    this.#awaited.delete(id);
    this.session(session).run(id, line, width, hidden, sink);
  }

  state(id: string): LineState {
    return this.running(id)?.state(id) ?? "done";
  }
}
