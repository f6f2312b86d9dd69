import type { WebSocket } from "ws";
import type { StreamInput, StreamOutput } from "../../sim/api/http";
import type { HttpRequestSpec } from "../../sim/cluster/commands";
import type { StreamSink } from "../../sim/cluster/workstation";
import { decodeFromTab, type FromTab, type PayloadForm, type ToTab } from "../../worker/protocol/bridge";
import type { Call } from "../backend";

/** Most bytes that wait for a tab which does not read. */
const MAX_BACKLOG_BYTES = 16 * 1024 * 1024;
/** Requests that one tab works on, watches included. */
const MAX_CALLS = 1000;
/** WebSocket's code for a message that makes no sense. */
const UNSUPPORTED = 1003;

interface Open {
  readonly sink: StreamSink;
  /** `exec`: its items are looked into, not only passed on. */
  readonly talks: boolean;
  answered: boolean;
}

/** A tab with a cluster, and the requests that it works on. */
export class Tab {
  readonly #socket: WebSocket;
  readonly #calls = new Map<number, Open>();
  #count = 0;
  /** The cluster's time when it last said something, in virtual microseconds. */
  time = 0;

  /** @param onFocus told when somebody looks at the tab */
  constructor(socket: WebSocket, onFocus: () => void) {
    this.#socket = socket;
    socket.on("message", (data: Buffer) => {
      const decoded = decodeFromTab(data.toString("utf8"));
      if (decoded?.message.t === "focus") onFocus();
      else if (decoded === undefined || !this.#hear(decoded.message, decoded.payload)) {
        socket.close(UNSUPPORTED);
      }
    });
    socket.on("close", () => this.#end());
    socket.on("error", () => socket.terminate());
  }

  /** @returns why not, when it cannot take a request */
  open(request: HttpRequestSpec, sink: StreamSink): Call | string {
    if (this.#calls.size >= MAX_CALLS) return "the tab works on too many requests already";
    if (this.#socket.bufferedAmount > MAX_BACKLOG_BYTES) return "the tab does not keep up";
    const id = ++this.#count;
    this.#calls.set(id, { sink, talks: request.headers?.["upgrade"] !== undefined, answered: false });
    this.#send({ t: "open", id, request });
    return {
      cancel: () => {
        if (this.#calls.delete(id)) this.#send({ t: "cancel", id });
      },
      send: (input: StreamInput) => {
        if (this.#calls.has(id)) this.#send({ t: "input", id, input });
      },
    };
  }

  /** Tells it whether requests go to it. */
  tell(active: boolean): void {
    this.#send({ t: "active", active });
  }

  #send(message: ToTab): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    this.#socket.send(JSON.stringify(message));
    if (this.#socket.bufferedAmount > 2 * MAX_BACKLOG_BYTES) this.#socket.terminate();
  }

  /** @returns whether the message makes sense */
  #hear(message: Exclude<FromTab, { t: "focus" }>, payload: string): boolean {
    const call = this.#calls.get(message.id);
    // It may have hung up while this was on its way.
    if (call === undefined) return true;
    if (message.t !== "end") this.time = message.time;
    switch (message.t) {
      case "answer": {
        const { status, headers, error, more, form } = message;
        if (more) call.answered = true;
        else this.#calls.delete(message.id);
        const type = form === "json" ? { "content-type": "application/json" } : {};
        const body = bodyOf(form, payload);
        call.sink.onResponse({ status, headers: { ...type, ...headers }, body, error }, more);
        return true;
      }
      case "item": {
        const item = call.talks ? outputIn(payload) : itemOf(message.form, payload);
        if (item === undefined) return false;
        call.sink.onItem(item);
        return true;
      }
      case "end":
        this.#calls.delete(message.id);
        call.sink.onEnd(message.error);
        return true;
    }
  }

  /** The tab was closed: what it worked on ends as when a server closes. */
  #end(): void {
    for (const { sink, answered } of this.#calls.values()) {
      const error = "the tab with the cluster was closed";
      if (answered) sink.onEnd("");
      else sink.onResponse({ status: 0, headers: {}, body: undefined, error }, false);
    }
    this.#calls.clear();
  }
}

function itemOf(form: PayloadForm, payload: string): unknown {
  return form === "json" ? `${payload}\n` : bodyOf(form, payload);
}

/** What a command in a container says; undefined when it is nothing of that kind. */
function outputIn(payload: string): StreamOutput | undefined {
  try {
    const { channel, data } = (JSON.parse(payload) ?? {}) as { channel?: unknown; data?: unknown };
    const known = Number.isInteger(channel) && typeof data === "string";
    return known ? ({ channel, data } as StreamOutput) : undefined;
  } catch {
    return undefined;
  }
}

/** JSON stays the text that it is: nobody here needs to look into it. */
function bodyOf(form: PayloadForm, payload: string): unknown {
  if (form === "none") return undefined;
  return form === "bytes" ? new Uint8Array(Buffer.from(payload, "base64")) : payload;
}
