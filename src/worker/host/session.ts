import { Cluster } from "../../sim/cluster/cluster";
import { commandError, parseHistory } from "../../sim/cluster/history";
import { configError } from "../../sim/cluster/config";
import type { Answer } from "../../sim/cluster/workstation";
import { SECOND } from "../../sim/kernel/time";
import { inspect } from "../../scene/inspect";
import { SceneBuilder } from "../../scene/scene-builder";
import { isAction } from "./actions";
import { Clients } from "./clients";
import { commandLabel } from "./labels";
import type {
  ApiAnswer,
  ClockView,
  Command,
  FromWorker,
  History,
  HistoryEntry,
  HistoryAnswer,
  PageRequest,
  TerminalNews,
} from "../protocol/protocol";
import { Pacer } from "./pacer";
import { createPulse } from "./pulse";
import { stepTo } from "./step";
import { shellState, TerminalDesk } from "./terminal-desk";

/** A request may take this much simulated time while the cluster is otherwise paused. */
const REQUEST_LIMIT = 70 * SECOND;
/** Work done at a stretch before the worker looks at its messages again, in wall milliseconds. */
const SLICE_MS = 30;

type Reply = (value: unknown) => void;
/** What the page must know though it did not ask, and before what comes next. */
type News = Extract<FromWorker, { t: "alive" | "history" }>;

/** The page asked for something that cannot be done; its message is for the user. Any other error is a bug. */
export class RequestError extends Error {}

/** One cluster and its audience: takes the page's requests, keeps time, and says what changed. */
export class Session {
  readonly pacer: Pacer;
  #cluster: Cluster | undefined;
  #builder: SceneBuilder | undefined;
  #requests = 0;
  #fresh = false;
  #goal: { readonly time: number; readonly done: Reply } | undefined;
  readonly #clock: () => number;
  readonly #desk = new TerminalDesk({
    playing: () => this.flowing,
    carryOut: (command, noted) => this.#command(command, noted && isAction({ command })),
  });
  /** Requests of clients outside. */
  readonly clients: Clients;
  #actions: HistoryEntry[] = [];
  #marks: ClockView["marks"] = [];
  /** How much of the history has been looked through for actions. */
  #seen = 0;

  readonly #post: (news: News) => void;
  readonly #pulse: (now: number) => void;

  constructor(clock: () => number, post: (news: News) => void = () => {}) {
    this.#clock = clock;
    this.#post = post;
    this.#pulse = createPulse(clock, () => post({ t: "alive" }));
    this.clients = new Clients(this);
    this.pacer = new Pacer(clock);
  }

  /** Virtual time of the cluster; undefined while there is none. */
  get now(): number | undefined {
    return this.#cluster?.kernel.now;
  }

  /** Is there anything to do as wall time passes? */
  get busy(): boolean {
    return this.#cluster !== undefined && this.flowing;
  }

  /** The cluster that is shown. */
  get cluster(): Cluster | undefined {
    return this.#cluster;
  }

  /** Does time pass by itself? */
  get flowing(): boolean {
    return this.pacer.playing || this.#goal !== undefined;
  }

  /** Somebody did something: what follows deserves a close look. */
  acted(): void {
    this.pacer.director.action();
  }

  /** Carries out a request; throws a RequestError when it cannot be. */
  handle(request: Exclude<PageRequest, { t: "bridge" | "focus" }>, reply: Reply): void {
    switch (request.t) {
      case "init":
        reply(this.#init(request));
        return;
      case "play":
      case "pause":
        this.pacer.playing = request.t === "play";
        reply(undefined);
        return;
      case "pace":
        this.pacer.pace = request.pace;
        reply(undefined);
        return;
      case "command":
        this.#command(request.command);
        reply(undefined);
        return;
      case "step":
        this.pacer.playing = false;
        stepTo(this.#need(), request.kind);
        reply(undefined);
        return;
      case "run-until":
        this.#finishGoal();
        this.#goal = { time: request.time, done: reply };
        return;
      case "undo":
      case "restart":
        reply(this.#goBack(request.t));
        return;
      case "request":
        this.#request(request.request, reply);
        return;
      case "shell":
        this.#desk.run(this.#need(), request.session, request.line, request.width, reply);
        return;
      case "shell-input":
        this.#desk.input(this.#need(), request.id, request.input);
        reply(undefined);
        return;
      case "complete":
        reply(this.#desk.complete(this.#need(), request.session, request.text, request.width));
        return;
      case "shell-state":
        reply(shellState(this.#need(), request.session));
        return;
      case "unfinished":
        reply(this.#desk.unfinished(request.line));
        return;
      case "inspect":
        reply(inspect(this.#need(), request.target));
        return;
      case "history":
        reply(this.#historyAnswer());
        return;
    }
  }

  /** Lets `wallMs` of wall time pass. */
  tick(wallMs: number): void {
    const cluster = this.#cluster;
    if (cluster === undefined) return;
    if (this.#goal !== undefined) {
      this.#chase(cluster);
      return;
    }
    this.pacer.advance(cluster, wallMs, SLICE_MS / 2);
  }

  /** What the page should be told; undefined when nothing changed. */
  frame(seq: number): FromWorker | undefined {
    const builder = this.#builder;
    if (builder === undefined) return undefined;
    if (this.#fresh) {
      this.#fresh = false;
      return { t: "snapshot", scene: builder.snapshot(), clock: this.clockView(), seq };
    }
    const delta = builder.delta();
    const { messages, skipped } = builder.messages();
    return { t: "frame", seq, delta, clock: this.clockView(), messages, skipped };
  }

  /** What terminals have to show since the last time it was asked for. */
  terminalNews(): readonly TerminalNews[] {
    return this.#desk.takeNews();
  }

  clockView(): ClockView {
    const cluster = this.#need();
    this.#lookForActions(cluster);
    return {
      time: cluster.kernel.now,
      playing: this.pacer.playing,
      pace: this.pacer.pace,
      speed: this.pacer.speed,
      canUndo: this.#actions.length > 0,
      marks: this.#marks,
    };
  }

  /** Most entries of a long history are looks; and most frames bring no new one. */
  #lookForActions({ history: { entries } }: Cluster): void {
    const news = entries.slice(this.#seen).filter(isAction);
    this.#seen = entries.length;
    if (news.length === 0) return;
    this.#actions.push(...news);
    this.#marks = this.#actions.map((e) => ({ at: e.at, label: commandLabel(e.command) }));
  }

  #init({ config, history, withoutLast }: Extract<PageRequest, { t: "init" }>): void {
    if (history !== undefined) {
      const parsed = parseHistory(history);
      if (!parsed.ok) throw new RequestError(parsed.error);
      this.#show(withoutLast === true ? this.#withoutLast(parsed.value) : this.#replay(parsed.value));
      return;
    }
    const wrong = configError(config);
    if (wrong !== undefined) throw new RequestError(wrong);
    const cluster = new Cluster(config, { pulse: this.#pulse });
    cluster.boot();
    this.#show(cluster);
  }

  #show(cluster: Cluster): void {
    this.#finishGoal();
    this.clients.forget("the cluster was turned back, or replaced by another");
    this.#post({ t: "history", kept: cluster.history.entries.length, entries: [] });
    cluster.onEntry((entry) => {
      this.#post({ t: "history", kept: cluster.history.entries.length - 1, entries: [entry] });
    });
    // Those who asked in the life that was lived through again are not there any more.
    for (const id of cluster.calls.open) cluster.apply({ type: "http-cancel", id });
    this.#actions = [];
    this.#marks = [];
    this.#seen = 0;
    this.#cluster = cluster;
    this.#builder = new SceneBuilder(cluster);
    this.#fresh = true;
    this.#desk.forget();
    this.pacer.reset(cluster);
  }

  /** `noted`: what follows from it deserves a close look. */
  #command(command: Command, noted = true): void {
    const wrong = commandError(command);
    if (wrong !== undefined) throw new RequestError(wrong);
    const outcome = this.#need().apply(command);
    if (!outcome.ok) throw new RequestError(outcome.error);
    if (noted) this.acted();
  }

  /** Undo: to the instant before the last action (to have looked is none). Restart: to the opening instant. */
  #goBack(how: "undo" | "restart"): void {
    const { history } = this.#need();
    if (how === "undo") {
      if (!history.entries.some(isAction)) throw new RequestError("there is nothing to undo");
      this.#show(this.#undone(history));
      return;
    }
    this.#show(this.#replay({ ...history, entries: [] }));
    this.pacer.playing = false;
  }

  /** A history without its last action and what came after. */
  #undone(history: History): Cluster {
    return this.#cut(history, history.entries.findLastIndex(isAction));
  }

  /**
   * A history without what was done last, which may be why the simulation broke: a line that only looks can, too. To
   * hang up does not count: that is done again for whoever is there (see `#show`), so no recovery would get past it.
   */
  #withoutLast(history: History): Cluster {
    const last = history.entries.findLastIndex(({ command }) => command.type !== "http-cancel");
    return this.#cut(history, last);
  }

  /** A history without the entry at `place` and what came after, at the instant before it; at -1, the opening. */
  #cut(history: History, place: number): Cluster {
    const { entries } = history;
    return this.#replay({ ...history, entries: entries.slice(0, Math.max(place, 0)) }, entries[place]?.at);
  }

  #replay(history: History, until?: number): Cluster {
    return Cluster.replay(history, until, { pulse: this.#pulse });
  }

  #request(spec: Extract<PageRequest, { t: "request" }>["request"], reply: Reply): void {
    const cluster = this.#need();
    const command: Command = { type: "http", id: `request-${++this.#requests}`, request: spec };
    const wrong = commandError(command);
    if (wrong !== undefined) throw new RequestError(wrong);
    let answered = false;
    cluster.onAnswer(command.id, (answer: Answer) => {
      answered = true;
      reply(answer satisfies ApiAnswer);
    });
    this.#command(command);
    if (this.flowing) return;
    // While paused, time passes just as far as the answer needs.
    const limit = cluster.kernel.now + REQUEST_LIMIT;
    while (!answered && (cluster.kernel.nextTime() ?? limit) < limit) cluster.kernel.step();
  }

  #historyAnswer(): HistoryAnswer {
    const cluster = this.#need();
    return { history: cluster.history, hash: cluster.hash(), time: cluster.kernel.now };
  }

  #chase(cluster: Cluster): void {
    const goal = this.#goal;
    if (goal === undefined) return;
    const deadline = this.#clock() + SLICE_MS;
    while (cluster.kernel.now < goal.time && this.#clock() < deadline) {
      cluster.kernel.runUntil(Math.min(goal.time, cluster.kernel.now + 20_000));
    }
    if (cluster.kernel.now >= goal.time) this.#finishGoal();
  }

  #finishGoal(): void {
    const goal = this.#goal;
    this.#goal = undefined;
    if (goal === undefined) return;
    this.pacer.playing = false;
    if (this.#cluster !== undefined) this.pacer.reset(this.#cluster);
    goal.done(undefined);
  }

  #need(): Cluster {
    if (this.#cluster === undefined) throw new RequestError("there is no cluster yet");
    return this.#cluster;
  }
}
