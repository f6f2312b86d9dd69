/**
 * The page's side of the boundary: starts the worker, sends requests and resolves their replies, hands
 * snapshots and frames to whoever keeps the store, and acknowledges each once the page had a chance to draw it.
 */
import type {
  ApiAnswer,
  Completion,
  BridgeState,
  FromWorker,
  HistoryAnswer,
  Inspection,
  LineEnd,
  PageRequest,
  ShellStateAnswer,
  TerminalNews,
  ToWorker,
} from "../protocol/protocol";

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
export type Fatal = Extract<FromWorker, { t: "fatal" }>;

export interface ClientHandlers {
  readonly snapshot: (snapshot: Snapshot) => void;
  readonly frame: (frame: Frame) => void;
  readonly terminal: (news: readonly TerminalNews[]) => void;
  readonly fatal: (fatal: Fatal) => void;
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

/** A hidden tab draws no frames; it acknowledges at this interval (ms) so that the store stays roughly fresh. */
const HIDDEN_ACK_MS = 250;

/** Starts a worker that waits for `init`. */
export function startClient(handlers: ClientHandlers): ClusterClient {
  const worker = new Worker(new URL("../host/worker.ts", import.meta.url), { type: "module" });
  const waiting = new Map<number, Waiting>();
  let nextId = 1;
  let closed = false;

  const close = (reason: string): void => {
    if (closed) return;
    closed = true;
    worker.terminate();
    for (const { reject } of waiting.values()) reject(new Error(reason));
    waiting.clear();
  };

  const acknowledge = (seq: number): void => {
    const post = (): void => {
      if (!closed) worker.postMessage({ ack: seq });
    };
    if (document.hidden) setTimeout(post, HIDDEN_ACK_MS);
    else requestAnimationFrame(post);
  };

  const fail = (fatal: Fatal): void => {
    if (closed) return;
    close(fatal.error);
    handlers.fatal(fatal);
  };

  worker.onmessage = (event: MessageEvent<FromWorker>) => {
    const message = event.data;
    switch (message.t) {
      case "snapshot":
        handlers.snapshot(message);
        acknowledge(message.seq);
        return;
      case "frame":
        handlers.frame(message);
        acknowledge(message.seq);
        return;
      case "terminal":
        handlers.terminal(message.news);
        return;
      case "fatal":
        fail(message);
        return;
      case "bridge":
        handlers.bridge(message.state);
        return;
      case "reply": {
        const entry = waiting.get(message.id);
        waiting.delete(message.id);
        if (message.ok) entry?.resolve(message.value as never);
        else entry?.reject(new Error(message.error));
      }
    }
  };
  worker.onerror = (event: ErrorEvent) => {
    fail({ t: "fatal", error: event.message || "the worker could not start", history: null });
  };

  return {
    send(request) {
      if (closed) return Promise.reject(new Error("the worker is not running"));
      const id = nextId++;
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve: resolve as Waiting["resolve"], reject });
        worker.postMessage({ id, request } satisfies ToWorker);
      });
    },
    close: () => close("the worker was ended"),
  };
}
