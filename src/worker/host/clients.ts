import type { Cluster } from "../../sim/cluster/cluster";
import { commandError, MAX_ENTRIES } from "../../sim/cluster/history";
import type { StreamSink } from "../../sim/cluster/workstation";
import { MS, SECOND } from "../../sim/kernel/time";
import type { Command, HttpRequestSpec } from "../protocol/protocol";
import { isAction } from "./actions";

/** A request may take this much simulated time while the cluster is otherwise paused. */
const ANSWER_LIMIT = 70 * SECOND;
/** A stream on which nothing came for this long has said all it has to say for now. */
const QUIET = 100 * MS;

type Input = Extract<Command, { type: "http-input" }>["input"];

interface ClientCall {
  readonly name: string;
  readonly sink: StreamSink;
  answered: boolean;
  over: boolean;
  /** When something was heard of it last. */
  heard: number;
}

/** Whose cluster it is, and how its time passes. */
export interface ClientsHost {
  readonly cluster: Cluster | undefined;
  /** Does time pass by itself? */
  readonly flowing: boolean;
  /** Somebody did something that deserves a close look. */
  acted(): void;
}

/**
 * The requests of clients outside. Each is a command of the session like any other, and so are what they say on the
 * way and that they hang up: a session with them is lived through again as any other.
 */
export class Clients {
  readonly #host: ClientsHost;
  readonly #calls = new Map<number, ClientCall>();
  /** Clients send the same headers again and again: a long history holds each set of them once. */
  readonly #headers = new Map<string, NonNullable<HttpRequestSpec["headers"]>>();
  #count = 0;

  constructor(host: ClientsHost) {
    this.#host = host;
  }

  /** The cluster's time in virtual microseconds; 0 before there is one. */
  get now(): number {
    return this.#host.cluster?.kernel.now ?? 0;
  }

  /** @param key the client's own number for it */
  open(key: number, request: HttpRequestSpec, sink: StreamSink): void {
    const { cluster } = this.#host;
    const refuse = (error: string): void =>
      sink.onResponse({ status: 0, headers: {}, body: undefined, error }, false);
    if (cluster === undefined) {
      refuse("the cluster in the tab has not started yet");
      return;
    }
    if (cluster.history.entries.length >= MAX_ENTRIES) {
      refuse("this session has grown too long to be lived through again: start a new one in the tab");
      return;
    }
    const name = `client-${++this.#count}`;
    const shared = { ...request, headers: this.#shared(request.headers ?? {}) };
    const command: Command = { type: "http", id: name, request: shared, stream: true };
    const wrong = commandError(command);
    if (wrong !== undefined) {
      refuse(wrong);
      return;
    }
    const call: ClientCall = { name, sink, answered: false, over: false, heard: cluster.kernel.now };
    this.#calls.set(key, call);
    cluster.calls.follow(name, this.#listener(cluster, key, call));
    cluster.apply(command);
    if (isAction({ command })) this.#host.acted();
    this.#settle(cluster, call);
  }

  say(key: number, input: Input): void {
    const call = this.#calls.get(key);
    const { cluster } = this.#host;
    if (call === undefined || cluster === undefined) return;
    const command: Command = { type: "http-input", id: call.name, input };
    // What is said to a stream that has just ended goes nowhere.
    if (commandError(command) !== undefined || !cluster.apply(command).ok) return;
    call.heard = cluster.kernel.now;
    this.#settle(cluster, call);
  }

  hangUp(key: number): void {
    const call = this.#calls.get(key);
    if (call === undefined) return;
    this.#calls.delete(key);
    call.over = true;
    this.#host.cluster?.apply({ type: "http-cancel", id: call.name });
  }

  /** The cluster that they asked is gone, or turned back: their streams end, as when a server closes. */
  forget(why: string): void {
    for (const call of this.#calls.values()) {
      if (call.over) continue;
      call.over = true;
      if (call.answered) call.sink.onEnd("");
      else call.sink.onResponse({ status: 0, headers: {}, body: undefined, error: why }, false);
    }
    this.#calls.clear();
  }

  /** The way to the clients is lost: they hang up. */
  hangUpAll(): void {
    for (const key of [...this.#calls.keys()]) this.hangUp(key);
  }

  #listener(cluster: Cluster, key: number, call: ClientCall): StreamSink {
    const heard = (): void => void (call.heard = cluster.kernel.now);
    const over = (): void => {
      call.over = true;
      this.#calls.delete(key);
    };
    return {
      onResponse(answer, more) {
        if (call.over) return;
        call.answered = true;
        heard();
        if (!more) over();
        call.sink.onResponse(answer, more);
      },
      onItem(item) {
        if (call.over) return;
        heard();
        call.sink.onItem(item);
      },
      onEnd(error) {
        if (call.over) return;
        over();
        call.sink.onEnd(error);
      },
    };
  }

  /** While paused, time passes just as far as the answer needs, and what follows it at once. */
  #settle({ kernel }: Cluster, call: ClientCall): void {
    if (this.#host.flowing) return;
    const limit = kernel.now + ANSWER_LIMIT;
    while (!call.over) {
      const next = kernel.nextTime() ?? limit;
      if (next >= limit || (call.answered && next > call.heard + QUIET)) return;
      kernel.step();
    }
  }

  #shared(headers: NonNullable<HttpRequestSpec["headers"]>): NonNullable<HttpRequestSpec["headers"]> {
    const key = JSON.stringify(headers);
    const known = this.#headers.get(key);
    if (known !== undefined) return known;
    if (this.#headers.size < 1000) this.#headers.set(key, headers);
    return headers;
  }
}
