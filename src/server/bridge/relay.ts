import { randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer, type WebSocket } from "ws";
import type { HttpRequestSpec } from "../../sim/cluster/commands";
import type { StreamSink } from "../../sim/cluster/workstation";
import { BRIDGE_PATH } from "../../worker/protocol/bridge";
import type { Backend, Call } from "../backend";
import { sameText } from "../guard";
import { Tab } from "./tab";

/** Longest message of a tab: a list of tens of thousands of objects. */
const MAX_MESSAGE_BYTES = 256 * 1024 * 1024;
const MAX_TABS = 16;
/** How often a tab is asked for a sign of life. One that gave none since the last time is taken to be gone. */
const HEARTBEAT_MS = 20_000;

/** The tabs that have a cluster; requests go to the one that was opened or looked at last. */
export class Relay implements Backend {
  /** Only the page that this server served knows it. */
  readonly tabToken = randomBytes(24).toString("base64url");
  /** Says where the page is, for those who ask before there is one. */
  address = "";
  readonly #server = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_MESSAGE_BYTES,
    perMessageDeflate: false,
  });
  /** The last one is the one that is asked. */
  #tabs: readonly Tab[] = [];
  readonly #alive = new WeakSet<WebSocket>();
  readonly #heartbeat: ReturnType<typeof setInterval>;

  constructor() {
    this.#heartbeat = setInterval(() => this.#beat(), HEARTBEAT_MS);
    this.#heartbeat.unref();
  }

  stream(request: HttpRequestSpec, sink: StreamSink): Call {
    const tab = this.#tabs.at(-1);
    const call = tab?.open(request, sink) ?? `no tab is open: open ${this.address} in a browser`;
    if (typeof call !== "string") return call;
    // Not before the caller knows its call.
    queueMicrotask(() => sink.onResponse({ status: 0, headers: {}, body: undefined, error: call }, false));
    return { cancel() {} };
  }

  now(): number {
    return this.#tabs.at(-1)?.time ?? 0;
  }

  /**
   * Takes in a tab. The request's Host and Origin have been checked.
   *
   * @returns false when it may not come in
   */
  admit(request: IncomingMessage, socket: Duplex, head: Buffer): boolean {
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    const token = url.searchParams.get("token") ?? "";
    if (url.pathname !== `${BRIDGE_PATH}/tab` || !sameText(token, this.tabToken)) return false;
    if (this.#tabs.length >= MAX_TABS) return false;
    this.#server.handleUpgrade(request, socket, head, (opened) => this.#add(opened));
    return true;
  }

  close(): void {
    clearInterval(this.#heartbeat);
    for (const client of this.#server.clients) client.terminate();
  }

  #add(socket: WebSocket): void {
    this.#alive.add(socket);
    socket.on("pong", () => this.#alive.add(socket));
    const tab = new Tab(socket, () => this.#prefer(tab));
    socket.on("close", () => {
      this.#tabs = this.#tabs.filter((other) => other !== tab);
      this.#tabs.at(-1)?.tell(true);
    });
    this.#prefer(tab);
  }

  #prefer(tab: Tab): void {
    const others = this.#tabs.filter((other) => other !== tab);
    others.at(-1)?.tell(false);
    this.#tabs = [...others, tab];
    tab.tell(true);
  }

  #beat(): void {
    for (const client of this.#server.clients) {
      if (!this.#alive.has(client)) client.terminate();
      this.#alive.delete(client);
      client.ping();
    }
  }
}
