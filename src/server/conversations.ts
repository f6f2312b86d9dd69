/**
 * `exec` and `attach`: a WebSocket whose messages begin with the number of a channel (protocol v5.channel.k8s.io;
 * client-go `tools/remotecommand/websocket.go`), and behind it a conversation in the simulated world.
 */
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import { WebSocketServer, type RawData, type WebSocket } from "ws";
import { CHANNEL, type StreamInput, type StreamOutput } from "../sim/api/http";
import { badRequest, methodNotSupported, forbidden } from "../sim/api/status";
import type { Status } from "../sim/api/types";
import type { HttpRequestSpec } from "../sim/cluster/commands";
import type { Answer } from "../sim/cluster/workstation";
import type { Backend, Call } from "./backend";
import type { Guard } from "./guard";
import { headersFor } from "./handler";
import { refuse, refuseWith } from "./refuse";

/** The protocols spoken here, best first. The fifth knows of closing a channel, else they are the same. */
const PROTOCOLS = ["v5.channel.k8s.io", "v4.channel.k8s.io"] as const;
/** Longest message of a client. */
const MAX_MESSAGE_BYTES = 1024 * 1024;
/** Most bytes that wait for a client which does not read. */
const MAX_BACKLOG_BYTES = 8 * 1024 * 1024;
/** Refusals that are remembered. */
const MAX_REFUSALS = 16;
/** WebSocket's codes for an end as it should be, and for one that should not have been. */
const NORMAL = 1000;
const BROKEN = 1011;

export class Conversations {
  readonly #backend: Backend;
  readonly #guard: () => Guard;
  readonly #server = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_MESSAGE_BYTES,
    perMessageDeflate: false,
    handleProtocols: (offered) => PROTOCOLS.find((p) => offered.has(p)) ?? false,
  });
  readonly #open = new Set<Duplex>();
  /** What clients were refused with last, by path: the next thing they do is to ask for the same over SPDY. */
  readonly #refusals = new Map<string, Answer>();

  constructor(backend: Backend, guard: () => Guard) {
    this.#backend = backend;
    this.#guard = guard;
  }

  /** Hangs up on everybody. */
  close(): void {
    for (const socket of this.#open) socket.destroy();
  }

  /** Takes over a connection that asks for another protocol. */
  begin(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.#open.add(socket);
    socket.once("close", () => this.#open.delete(socket));
    const headers = new Headers(Object.entries(request.headers).map(([k, v]) => [k, String(v)]));
    const path = this.#guard().admit(request.method ?? "", request.url ?? "/", headers);
    if (!path.ok) {
      refuse(socket, path.error);
      return;
    }
    if (request.method === "HEAD") {
      refuse(socket, methodNotSupported({ group: "", resource: "" }, "head"));
      return;
    }
    const of = /^([^?]*\/pods\/([^/?]+))\/(exec|attach|portforward)(?:\?|$)/.exec(path.value);
    if (of === null) {
      refuse(socket, badRequest("nothing here can be upgraded to another protocol"));
      return;
    }
    const [, podPath = "", pod = "", verb = ""] = of;
    const spec = { method: request.method as HttpRequestSpec["method"], path: path.value };
    const earlier = isWebSocket(headers) ? undefined : this.#refusals.get(path.value);
    if (earlier !== undefined) {
      this.#refusals.delete(path.value);
      refuseWith(socket, earlier);
      return;
    }
    const why = whyNot(verb, pod, headers);
    const passed = headersFor(headers);
    if (why === undefined) this.#ask(request, { ...spec, headers: passed }, socket, head);
    else this.#refuseUnlessMissing({ method: "GET", path: podPath, headers: passed }, socket, why);
  }

  /** That there is no such pod comes first, as in a real server. */
  #refuseUnlessMissing(pod: HttpRequestSpec, socket: Duplex, why: Status): void {
    const call = this.#backend.stream(pod, {
      onResponse(answer) {
        if (answer.status === 200) refuse(socket, why);
        else refuseWith(socket, answer);
      },
      onItem() {},
      onEnd() {},
    });
    socket.once("close", () => call.cancel());
  }

  #remember(path: string, refusal: Answer): void {
    this.#refusals.set(path, refusal);
    for (const oldest of this.#refusals.keys()) {
      if (this.#refusals.size <= MAX_REFUSALS) return;
      this.#refusals.delete(oldest);
    }
  }

  #ask(request: IncomingMessage, spec: HttpRequestSpec, socket: Duplex, head: Buffer): void {
    let client: WebSocket | undefined;
    // What is said before the WebSocket stands; the answer and the first items may come at once.
    const early: StreamOutput[] = [];
    let ended: string | undefined;
    const call = this.#backend.stream(
      { ...spec, headers: { ...spec.headers, upgrade: "websocket" } },
      {
        onResponse: (answer, more) => {
          if (!more) {
            this.#remember(spec.path, answer);
            refuseWith(socket, answer);
            return;
          }
          this.#server.handleUpgrade(request, socket, head, (opened) => {
            client = opened;
            listen(client, () => call);
            for (const output of early) say(client, output);
            if (ended !== undefined) end(client, ended);
          });
        },
        onItem(item) {
          if (client === undefined) early.push(item as StreamOutput);
          else say(client, item as StreamOutput);
        },
        onEnd(error) {
          ended = error;
          if (client !== undefined) end(client, error);
        },
      },
    );
    socket.once("close", () => call.cancel());
  }
}

function isWebSocket(headers: Headers): boolean {
  return (headers.get("upgrade") ?? "").toLowerCase() === "websocket";
}

/** Why a conversation is refused, whatever the API server says. */
function whyNot(verb: string, pod: string, headers: Headers): Status | undefined {
  const of = { group: "", resource: "pods" };
  if (verb === "portforward") return forbidden(of, pod, "forwarding of ports is not simulated");
  if (!isWebSocket(headers)) {
    return forbidden(of, pod, `${verb} is served over WebSocket only, which kubectl speaks since 1.30`);
  }
  const offered = (headers.get("sec-websocket-protocol") ?? "").split(",").map((p) => p.trim());
  if (PROTOCOLS.some((p) => offered.includes(p))) return undefined;
  return badRequest(
    `unable to negotiate protocol: client supports [${offered.join(" ")}], server accepts [${PROTOCOLS.join(" ")}]`,
  );
}

function listen(client: WebSocket, call: () => Call): void {
  const decoder = new StringDecoder("utf8");
  client.on("message", (data: RawData) => {
    const input = inputOf(data as Buffer, decoder);
    if (input !== undefined) call().send?.(input);
  });
  // A frame that is none closes the connection by itself.
  client.on("error", () => client.terminate());
}

function inputOf(data: Buffer, decoder: StringDecoder): StreamInput | undefined {
  switch (data[0]) {
    case CHANNEL.stdin:
      return { channel: CHANNEL.stdin, data: decoder.write(data.subarray(1)) };
    case CHANNEL.resize:
      return { channel: CHANNEL.resize, data: data.toString("utf8", 1) };
    case CHANNEL.close:
      return { channel: CHANNEL.close, data: String(data[1] ?? CHANNEL.stdin) };
    default:
      return undefined;
  }
}

function say(client: WebSocket, { channel, data }: StreamOutput): void {
  client.send(Buffer.concat([Buffer.of(channel), Buffer.from(data, "utf8")]));
  if (client.bufferedAmount > MAX_BACKLOG_BYTES) client.terminate();
}

function end(client: WebSocket, error: string): void {
  if (error === "") client.close(NORMAL);
  else client.close(BROKEN, shortReason(error));
}

/** The beginning of a text that fits into the frame that closes a WebSocket (RFC 6455: 125 bytes, two for the code). */
function shortReason(text: string): string {
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(123));
  return text.slice(0, read);
}
