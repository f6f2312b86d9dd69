import type { Cluster } from "../../sim/cluster/cluster";
import { SECOND } from "../../sim/kernel/time";
import { parseScript } from "../../sim/shell/parser";
import {
  completeFiles,
  completePrograms,
  cursorAt,
  quoted,
  readOffer,
  withoutAlias,
} from "../../sim/terminal/completion";
import { installedPrograms } from "../../sim/terminal/programs/installed";
import { goesOn } from "../../sim/terminal/read-only";
import type {
  Command,
  Completion,
  LineEnd,
  ShellInput,
  ShellStateAnswer,
  TerminalNews,
} from "../protocol/protocol";

/** A line may take this much simulated time while the cluster is otherwise paused. */
const LINE_LIMIT = 70 * SECOND;
/** An answer for Tab is not worth more. */
const TAB_LIMIT = 3 * SECOND;

/** What the desk needs of the session that it belongs to. */
export interface DeskOwner {
  /** Does time pass by itself? */
  readonly playing: () => boolean;
  /** Carries out a command; throws when it is refused. `noted`: the stage should look closely. */
  readonly carryOut: (command: Command, noted: boolean) => void;
}

/**
 * The page's terminals: runs lines on the workstation, collects their output for the next frame, and lets time pass
 * for them while the cluster is paused, as far as they need.
 */
export class TerminalDesk {
  readonly #owner: DeskOwner;
  #news: TerminalNews[] = [];
  #lines = 0;

  constructor(owner: DeskOwner) {
    this.#owner = owner;
  }

  /** What terminals have to show since the last time it was asked for. */
  takeNews(): readonly TerminalNews[] {
    if (this.#news.length === 0) return [];
    const news = this.#news;
    this.#news = [];
    return news;
  }

  /** Another cluster, or another time: nothing of before is to be shown. */
  forget(): void {
    this.#news = [];
  }

  run(cluster: Cluster, session: string, line: string, width: number, reply: (end: LineEnd) => void): void {
    this.#free(cluster, session);
    const id = this.#nextId();
    let ended = false;
    let heard = false;
    cluster.machines.terminals.listen(id, {
      output: (stream, text, ref) => {
        heard = true;
        this.#output(session, id, stream, text, ref);
      },
      edit: (name, text) => void this.#news.push({ t: "edit", session, id, name, text }),
      exit: (code, cwd, unread) => {
        ended = true;
        reply({ code, cwd, unread });
      },
    });
    this.#news.push({ t: "started", session, id });
    this.#owner.carryOut({ type: "shell", id, session, line, width }, true);
    const waits = goesOn(line);
    this.#pass(cluster, LINE_LIMIT, () => ended || (waits && heard) || this.#isWaiting(cluster, id));
  }

  input(cluster: Cluster, id: string, input: ShellInput): void {
    const { terminals } = cluster.machines;
    const waited = terminals.state(id) === "waiting";
    this.#owner.carryOut({ type: "shell-input", id, input }, input.kind === "edited");
    // What is typed ahead is for later: time stands still for it.
    if (!waited && (input.kind === "text" || input.kind === "end")) return;
    this.#pass(cluster, LINE_LIMIT, () => terminals.state(id) !== "running");
  }

  /** What may stand at the end of `text`, the line up to the cursor. */
  complete(cluster: Cluster, session: string, text: string, width: number): Completion {
    const { shell, busy } = cluster.machines.terminals.session(session);
    const { state } = shell;
    const { builtins, programs } = installedPrograms();
    const { words, prefix, quote, redirected } = cursorAt(text);
    const none: Completion = { prefix, values: [], noSpace: false, quote };
    if (busy !== undefined) return none;
    const files = (): Completion => {
      const home = state.variables.get("HOME") ?? "/root";
      const values = completeFiles(prefix, state.cwd, home, cluster.machines.workstationFiles);
      return { ...none, values };
    };
    if (redirected) return files();
    if (words.length === 0) {
      if (prefix.includes("/")) return files();
      return { ...none, values: completePrograms(prefix, [...builtins.keys(), ...programs.keys()], state) };
    }
    const meant = withoutAlias(words, state);
    if (meant[0] !== "kubectl" || !programs.has("kubectl")) return files();
    const line = [
      "kubectl",
      "__complete",
      ...meant.slice(1).map(quoted),
      prefix === "" ? "''" : quoted(prefix),
    ];
    const offer = readOffer(this.#ask(cluster, session, `${line.join(" ")} 2>/dev/null`, width));
    if (offer.files) return files();
    return { ...none, values: offer.values.filter((v) => v.startsWith(prefix)), noSpace: offer.noSpace };
  }

  /** Can more text still belong to this line: is a quote, a here-document or a pipe open? */
  unfinished(line: string): boolean {
    const script = parseScript(line);
    return !script.ok && script.error.incomplete;
  }

  /** Runs a line that nobody typed, at once: time passes as far as it needs. */
  #ask(cluster: Cluster, session: string, line: string, width: number): string {
    const id = this.#nextId();
    let output = "";
    let ended = false;
    cluster.machines.terminals.listen(id, {
      output: (stream, text) => void (stream === "out" && (output += text)),
      edit: () => {},
      exit: () => (ended = true),
    });
    this.#owner.carryOut({ type: "shell", id, session, line, width, hidden: true }, false);
    step(cluster, TAB_LIMIT, () => ended);
    if (!ended) this.#owner.carryOut({ type: "shell-input", id, input: { kind: "interrupt" } }, false);
    return output;
  }

  /** A line that still runs (it was there before a rewind) makes room for the next. */
  #free(cluster: Cluster, session: string): void {
    const { busy } = cluster.machines.terminals.session(session);
    if (busy === undefined) return;
    this.#owner.carryOut({ type: "shell-input", id: busy, input: { kind: "interrupt" } }, false);
  }

  #output(session: string, id: string, stream: "out" | "err", text: string, ref: TerminalRef): void {
    const last = this.#news.at(-1);
    if (ref === undefined && last?.t === "output" && last.id === id && last.stream === stream && !last.ref)
      this.#news[this.#news.length - 1] = { ...last, text: last.text + text };
    else this.#news.push({ t: "output", session, id, stream, text, ...(ref === undefined ? {} : { ref }) });
  }

  #isWaiting(cluster: Cluster, id: string): boolean {
    return cluster.machines.terminals.state(id) === "waiting";
  }

  #pass(cluster: Cluster, limit: number, enough: () => boolean): void {
    if (!this.#owner.playing()) step(cluster, limit, enough);
  }

  #nextId(): string {
    return `line-${++this.#lines}`;
  }
}

/** Where a terminal's shell is, and what was typed into it. */
export function shellState(cluster: Cluster, session: string): ShellStateAnswer {
  const { cwd, history } = cluster.machines.terminals.session(session).shell.state;
  return { cwd, history: [...history] };
}

type TerminalRef = Extract<TerminalNews, { t: "output" }>["ref"];

function step(cluster: Cluster, span: number, enough: () => boolean): void {
  const { kernel } = cluster;
  const limit = kernel.now + span;
  while (!enough() && (kernel.nextTime() ?? limit) < limit) kernel.step();
}
