import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import type { Duplex } from "node:stream";
import { toNodeHandler } from "srvx/node";
import { internalError } from "../sim/api/status";
import { refusal } from "./answer";
import type { Backend } from "./backend";
import { ClientTime } from "./client-time";
import { Conversations } from "./conversations";
import { Guard } from "./guard";
import { apiHandler, type Handler } from "./handler";
import { Turns } from "./turns";

const MAX_CONNECTIONS = 256;
const MAX_HEADER_BYTES = 32 * 1024;

/** What a server offers besides the API. */
export interface Besides {
  /** @returns undefined for what is a matter of the API */
  readonly handle: (request: Request) => Promise<Response | undefined>;
  /** Takes over a connection that asks for another protocol. @returns whether it did */
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => boolean;
}

/** The HTTP server: on loopback only, and nothing in it is without bounds. */
export class Door {
  /** How the clients' clock and the cluster's go together. */
  readonly clock = new ClientTime();
  readonly #token: string;
  readonly #server: Server;
  readonly #conversations: Conversations;
  #guard: Guard;

  constructor(backend: Backend, token: string, besides?: Besides) {
    this.#token = token;
    this.#guard = new Guard(token, 0);
    const api = apiHandler(backend, () => this.#guard, this.clock);
    const handle: Handler = async (request) => (await besides?.handle(request)) ?? (await api(request));
    // Its declared type has the requests of HTTP/2 in it, too.
    const turns = new Turns(toNodeHandler(safely(handle)) as RequestListener);
    this.#server = createServer(
      {
        maxHeaderSize: MAX_HEADER_BYTES,
        headersTimeout: 10_000,
        requestTimeout: 30_000,
        keepAliveTimeout: 60_000,
        connectionsCheckingInterval: 5_000,
      },
      turns.take,
    );
    this.#server.maxConnections = MAX_CONNECTIONS;
    this.#conversations = new Conversations(backend, () => this.#guard);
    this.#server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      // Without a listener a connection that breaks would end the whole server.
      socket.on("error", () => socket.destroy());
      // From here on the connection is no longer HTTP's: the answer that is owed could not be given any more.
      if (turns.owed(socket)) socket.destroy();
      else if (besides?.upgrade(request, socket, head) !== true) {
        this.#conversations.begin(request, socket, head);
      }
    });
  }

  /** Opens it on loopback. @returns its port; rejects when that is taken */
  async open(port: number): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(port, "127.0.0.1", () => {
        this.#server.off("error", reject);
        resolve();
      });
    });
    const address = this.#server.address();
    const actual = typeof address === "object" && address !== null ? address.port : port;
    this.#guard = new Guard(this.#token, actual);
    return actual;
  }

  /** Closes it and hangs up on everybody. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#conversations.close();
    this.#server.closeAllConnections();
    await closed;
  }
}

/** A handler that answers even where it fails: then the client has gone, or there is a bug, and nothing of it leaks. */
function safely(handle: Handler): Handler {
  return (request) =>
    handle(request).catch((error: unknown) => {
      if (!request.signal.aborted) console.error(error);
      return refusal(internalError("the server failed"));
    });
}
