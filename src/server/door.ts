import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { serviceUnavailable } from "../sim/api/status";
import type { Status } from "../sim/api/types";
import type { HttpRequestSpec } from "../sim/cluster/commands";
import type { Answer, StreamSink } from "../sim/cluster/workstation";
import { parseBody, readBody } from "./body";
import { Guard } from "./guard";

/** Where requests go on to: the operator's workstation in the simulated world. */
export interface Backend {
  /** Types a request in; `cancel` hangs up. */
  stream(request: HttpRequestSpec, sink: StreamSink): { cancel(): void };
}

/** Most bytes that wait for a client which reads more slowly than its watch tells; then it is dropped. */
const MAX_BACKLOG_BYTES = 8 * 1024 * 1024;
const MAX_CONNECTIONS = 256;
const MAX_HEADER_BYTES = 32 * 1024;

/** Headers that belong to this connection and not to the request, or that only we may know. */
const NOT_PASSED_ON: ReadonlySet<string> = new Set([
  "authorization",
  "connection",
  "content-length",
  "cookie",
  "expect",
  "host",
  "keep-alive",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** The HTTP server: each request that its guard lets in becomes one of the simulated workstation. */
export class Door {
  readonly #backend: Backend;
  readonly #token: string;
  readonly #server: Server;
  #guard: Guard;

  constructor(backend: Backend, token: string) {
    this.#backend = backend;
    this.#token = token;
    this.#guard = new Guard(token, 0);
    this.#server = createServer(
      {
        maxHeaderSize: MAX_HEADER_BYTES,
        headersTimeout: 10_000,
        requestTimeout: 30_000,
        keepAliveTimeout: 60_000,
        connectionsCheckingInterval: 5_000,
      },
      (request, response) => void this.#serve(request, response),
    );
    this.#server.maxConnections = MAX_CONNECTIONS;
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
    this.#server.closeAllConnections();
    await closed;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const method = request.method ?? "";
    const path = this.#guard.admit(method, request.url ?? "/", request.headers);
    if (!path.ok) {
      refuse(response, path.error);
      return;
    }
    const bytes = await readBody(request).catch(() => undefined);
    if (bytes === undefined) {
      // The client went away in the middle of its request.
      response.destroy();
      return;
    }
    const body = bytes.ok ? parseBody(bytes.value, request.headers["content-type"]) : bytes;
    if (!body.ok) {
      refuse(response, body.error);
      return;
    }
    this.#pass(
      {
        method: method as HttpRequestSpec["method"],
        path: path.value,
        headers: headersOf(request),
        ...(body.value === undefined ? {} : { body: body.value }),
      },
      response,
    );
  }

  #pass(spec: HttpRequestSpec, response: ServerResponse): void {
    const call = this.#backend.stream(spec, {
      onResponse(answer, more) {
        if (answer.status === 0) refuse(response, serviceUnavailable(answer.error));
        else if (more) begin(response, answer);
        else finish(response, answer);
      },
      onItem(item) {
        response.write(typeof item === "string" ? item : `${JSON.stringify(item)}\n`);
        if (response.writableLength > MAX_BACKLOG_BYTES) response.destroy();
      },
      onEnd(error) {
        // A stream that broke must not look like one that ended.
        if (error === "") response.end();
        else response.destroy();
      },
    });
    // Of the response: the request closes as soon as its body was read.
    response.once("close", () => call.cancel());
  }
}

function headersOf(request: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined && !NOT_PASSED_ON.has(name)) {
      headers[name] = Array.isArray(value) ? value.join(", ") : value;
    }
  }
  return headers;
}

function begin(response: ServerResponse, answer: Answer): void {
  response.writeHead(answer.status, { "content-type": "application/json", ...answer.headers });
  // A client waits for these before it reads the first event.
  response.flushHeaders();
}

function finish(response: ServerResponse, answer: Answer): void {
  const { body } = answer;
  const isText = typeof body === "string";
  const payload = Buffer.from(isText ? body : body === undefined ? "" : `${JSON.stringify(body)}\n`);
  response.writeHead(answer.status, {
    "content-type": isText ? "text/plain; charset=utf-8" : "application/json",
    ...answer.headers,
    "content-length": payload.length,
  });
  response.end(payload);
}

function refuse(response: ServerResponse, status: Status): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  // What is left of a request that was not read to its end would be taken for the next one.
  response.setHeader("connection", "close");
  finish(response, { status: status.code ?? 500, headers: {}, body: status, error: "" });
}
