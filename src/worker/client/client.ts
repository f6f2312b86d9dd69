/**
 * The page's side of the boundary: starts the worker, sends requests and resolves their replies, hands
 * snapshots and frames to whoever keeps the store, and acknowledges each once the page had a chance to draw it.
 * It tells when the worker does not answer any more.
 */
import type {
  Ack,
  ApiAnswer,
  Completion,
  BridgeState,
  FromWorker,
  HistoryAnswer,
  Inspection,
  LineEnd,
  PageRequest,
  Ping,
  ShellStateAnswer,
  TerminalNews,
  ToWorker,
} from "../protocol/protocol";
import { createWatchdog } from "./watchdog";

/** What a request is answered with; those not named here carry nothing that the page needs. */
interface ReplyValues {
  readonly request: ApiAnswer;
  readonly inspect: Inspection | null;
  readonly history: HistoryAnswer;
  readonly shell: LineEnd;
  readonly complete: Completion;
  readonly unfinished: boolean;
  readonly "shell-state": ShellStateAnswer;
}

export type ReplyTo<R extends PageRequest> = R["t"] extends keyof ReplyValues ? ReplyValues[R["t"]] : unknown;

export type Snapshot = Extract<FromWorker, { t: "snapshot" }>;
export type Frame = Extract<FromWorker, { t: "frame" }>;
export type HistoryNews = Extract<FromWorker, { t: "history" }>;
export type Fatal = Extract<FromWorker, { t: "fatal" }>;

export interface ClientHandlers {
  readonly snapshot: (snapshot: Snapshot) => void;
  readonly frame: (frame: Frame) => void;
  readonly terminal: (news: readonly TerminalNews[]) => void;
  readonly history: (news: HistoryNews) => void;
  readonly fatal: (fatal: Fatal) => void;
  /** The worker gives no sign of life; or it does again. */
  readonly silent: (silent: boolean) => void;
  readonly bridge: (state: BridgeState) => void;
}

export interface ClusterClient {
  /** Sends a request; rejects with the worker's own words when it refuses, or when the worker is gone. */
  readonly send: <R extends PageRequest>(request: R) => Promise<ReplyTo<R>>;
  /** Ends the worker; what is still unanswered is rejected. */
  readonly close: () => void;
}

interface Waiting {
  readonly resolve: (value: never) => void;
  readonly reject: (error: Error) => void;
}

type Reply = Extract<FromWorker, { t: "reply" }>;

function settle(waiting: Map<number, Waiting>, reply: Reply): void {
  const entry = waiting.get(reply.id);
  waiting.delete(reply.id);
  if (reply.ok) entry?.resolve(reply.value as never);
  else entry?.reject(new Error(reply.error));
}

function deliver(handlers: ClientHandlers, message: Exclude<FromWorker, Reply | Fatal>): void {
  switch (message.t) {
    case "snapshot":
      handlers.snapshot(message);
      return;
    case "frame":
      handlers.frame(message);
      return;
    case "terminal":
      handlers.terminal(message.news);
      return;
    case "history":
      handlers.history(message);
      return;
    case "bridge":
      handlers.bridge(message.state);
      return;
    case "alive":
  }
}

/** Tells whether the page can be seen, now and whenever that changes. @returns a function that ends it */
function onLook(tell: (visible: boolean) => void): () => void {
  const look = (): void => tell(!document.hidden);
  look();
  document.addEventListener("visibilitychange", look);
  return () => document.removeEventListener("visibilitychange", look);
}

/** A hidden tab draws no frames; it acknowledges at this interval (ms) so that the store stays roughly fresh. */
const HIDDEN_ACK_MS = 250;

function whenDrawn(then: () => void): void {
  if (document.hidden) setTimeout(then, HIDDEN_ACK_MS);
  else requestAnimationFrame(then);
}

/** Starts a worker that waits for `init`. */
export function startClient(handlers: ClientHandlers): ClusterClient {
  const worker = new Worker(new URL("../host/worker.ts", import.meta.url), { type: "module" });
  const waiting = new Map<number, Waiting>();
  let nextId = 1;
  let closed = false;

  const post = (message: ToWorker | Ack | Ping): void => {
    if (closed) return;
    worker.postMessage(message);
    watchdog.sent();
  };
  const watchdog = createWatchdog(() => post({ ping: true }), handlers.silent);
  const lookAway = onLook(watchdog.looked);

  const close = (reason: string): void => {
    if (closed) return;
    closed = true;
    worker.terminate();
    watchdog.stop();
    lookAway();
    for (const { reject } of waiting.values()) reject(new Error(reason));
    waiting.clear();
  };

  const fail = (fatal: Fatal): void => {
    if (closed) return;
    close(fatal.error);
    handlers.fatal(fatal);
  };

  worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
    // What was under way when the worker was ended is of a cluster that is not shown any more.
    if (closed) return;
    watchdog.heard();
    if (data.t === "fatal") fail(data);
    else if (data.t === "reply") settle(waiting, data);
    else deliver(handlers, data);
    if ("seq" in data) whenDrawn(() => post({ ack: data.seq }));
  };
  worker.onerror = (event: ErrorEvent) => {
    fail({ t: "fatal", error: event.message || "the worker could not start" });
  };

  return {
    send(request) {
      if (closed) return Promise.reject(new Error("the worker is not running"));
      const id = nextId++;
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve: resolve as Waiting["resolve"], reject });
        post({ id, request });
      });
    },
    close: () => close("the worker was ended"),
  };
}
