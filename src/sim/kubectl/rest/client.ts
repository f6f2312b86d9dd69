/**
 * Requests of kubectl to the API server: one connection a command, credentials of the kubeconfig, failures in Go's
 * words, warnings to standard error.
 */
import { trimEnd } from "../../../shared/trim";
import type { ApiRequest, ApiResponse, HttpMethod, WatchEvent } from "../../api/http";
import type { Status } from "../../api/types";
import { STREAM_END, type Connection, type Exchange, type TransportError } from "../../kernel/connection";
import { TIMED_OUT, within, type Task } from "../../kernel/task";
import { SECOND } from "../../kernel/time";
import type { ProgramIo } from "../../terminal/io";
import { Failure, statusFailure } from "../cli/failure";
import type { ClientConfig } from "../config/client-config";

export type Query = Readonly<Record<string, string>>;

export interface CallExtras {
  readonly query?: Query;
  /** Parameters that are given more than once. */
  readonly repeated?: Readonly<Record<string, readonly string[]>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly accept?: string;
  readonly contentType?: string;
}

/** Where a server is, taken from its address. */
interface Endpoint {
  /** `host:port` as configured. */
  readonly host: string;
  readonly ip: string | undefined;
  readonly port: number;
  /** Path that comes before every request's, without a slash at the end. */
  readonly base: string;
  /** `https://host:port` and base. */
  readonly url: string;
}

const JSON_TYPE = "application/json";
const VERBS: Readonly<Record<HttpMethod, string>> = {
  GET: "Get",
  POST: "Post",
  PUT: "Put",
  PATCH: "Patch",
  DELETE: "Delete",
};
/** Nobody answers within that: Go's dialer gives up (client-go's default). */
const DIAL_TIMEOUT = 30 * SECOND;
const LIMIT = "Client.Timeout exceeded while awaiting headers";

/** An answer that items follow: a watch, a log. */
export class Stream {
  readonly #exchange: Exchange;

  constructor(exchange: Exchange) {
    this.#exchange = exchange;
  }

  /** The next item; undefined at the end. */
  *next(): Task<unknown> {
    const item = yield* this.#exchange.inbox.receive();
    return item === STREAM_END ? undefined : item;
  }

  /** The next event of a watch; undefined at its end. */
  *event(): Task<WatchEvent | undefined> {
    return (yield* this.next()) as WatchEvent | undefined;
  }

  /** As `event`, for at most `limit` microseconds. */
  *eventWithin(limit: number): Task<WatchEvent | typeof TIMED_OUT | undefined> {
    if (this.#exchange.inbox.size === 0) {
      if (limit <= 0) return TIMED_OUT;
      if ((yield* within(this.#exchange.inbox.nonEmpty(), limit)) === TIMED_OUT) return TIMED_OUT;
    }
    return yield* this.event();
  }

  /** Why it broke; undefined when it ended properly. */
  get error(): TransportError | undefined {
    return this.#exchange.endError;
  }

  get exchange(): Exchange {
    return this.#exchange;
  }

  close(): void {
    this.#exchange.cancel();
  }
}

export class Rest {
  readonly #io: ProgramIo;
  readonly #config: ClientConfig;
  readonly #endpoint: Endpoint;
  readonly #warned = new Set<string>();
  #connection: Connection | undefined;

  constructor(io: ProgramIo, config: ClientConfig) {
    this.#io = io;
    this.#config = config;
    this.#endpoint = endpointOf(config.server);
  }

  /** `host:port`, by which caches are kept. */
  get host(): string {
    return this.#endpoint.host;
  }

  /** How many warnings the server has sent. */
  get warnings(): number {
    return this.#warned.size;
  }

  /** Sends a request; gives the answer's body. @throws Failure when it fails or is refused */
  *call<T = unknown>(method: HttpMethod, path: string, extras: CallExtras = {}): Task<T> {
    const response = yield* this.send(method, path, extras);
    if (response.status >= 400) throw refusal(response);
    return response.body as T;
  }

  /** As `call`, with failures as values. */
  *attempt<T = unknown>(method: HttpMethod, path: string, extras: CallExtras = {}): Task<T | Failure> {
    try {
      return yield* this.call<T>(method, path, extras);
    } catch (e) {
      if (e instanceof Failure) return e;
      throw e;
    }
  }

  *get<T = unknown>(path: string, query: Query = {}, accept: string = JSON_TYPE): Task<T> {
    return yield* this.call<T>("GET", path, { query, accept });
  }

  /** Sends a request; gives the whole answer, whatever its status. @throws Failure when no answer comes */
  *send(method: HttpMethod, path: string, extras: CallExtras = {}): Task<ApiResponse> {
    const { response, exchange } = yield* this.#start(method, path, extras);
    if (exchange.streaming) exchange.cancel();
    return response;
  }

  /** Opens a stream. @throws Failure when it is refused */
  *stream(
    path: string,
    query: Query,
    accept: string = JSON_TYPE,
  ): Task<{ body: unknown; stream: Stream | undefined }> {
    const { response, exchange } = yield* this.#start("GET", path, { query, accept });
    if (response.status >= 400) throw refusal(response);
    return { body: response.body, stream: exchange.streaming ? new Stream(exchange) : undefined };
  }

  /** Begins a conversation (`exec`, `attach`). @throws Failure when it is refused */
  *converse(path: string, extras: CallExtras): Task<Stream> {
    const headers = { upgrade: "websocket", ...extras.headers };
    const { response, exchange } = yield* this.#start("GET", path, { ...extras, headers });
    if (response.status >= 400) throw refusal(response);
    return new Stream(exchange);
  }

  *#start(
    method: HttpMethod,
    path: string,
    extras: CallExtras,
  ): Task<{ response: ApiResponse; exchange: Exchange }> {
    const { ip, port, base } = this.#endpoint;
    const request: ApiRequest = {
      method,
      path: base + path,
      query: extras.query ?? {},
      ...(extras.repeated === undefined ? {} : { repeated: extras.repeated }),
      headers: this.#headers(extras),
      body: extras.body,
    };
    if (ip === undefined) throw this.#lost(request, `dial tcp: lookup ${hostName(this.host)}: no such host`);
    if (this.#connection === undefined || this.#connection.state === "closed") {
      const options = { identity: this.#config.identity, dialTimeout: DIAL_TIMEOUT };
      this.#connection = this.#io.process.connect(ip, port, options);
    }
    const connection = this.#connection;
    const exchange = connection.start(request, { timeout: this.#config.timeout, quiet: false });
    const answer = yield* exchange.response;
    if (!answer.ok) throw this.#lost(request, this.#explain(answer.error, connection.server !== undefined));
    const response = answer.value as ApiResponse;
    this.#warn(response.headers["warning"]);
    return { response, exchange };
  }

  #headers(extras: CallExtras): Record<string, string> {
    const headers: Record<string, string> = {
      accept: extras.accept ?? JSON_TYPE,
      "user-agent": "kubectl/v1.35.2 (linux/amd64)",
      ...this.#config.headers,
      ...extras.headers,
    };
    if (extras.body !== undefined) headers["content-type"] = extras.contentType ?? JSON_TYPE;
    return headers;
  }

  #lost(request: ApiRequest, message: string): Failure {
    const query = Object.entries(request.query).map(([k, v]) => `${k}=${encodeURIComponent(v)}`);
    const path = request.path.slice(this.#endpoint.base.length);
    const url = this.#endpoint.url + path + (query.length > 0 ? `?${query.join("&")}` : "");
    return new Failure({
      type: "transport",
      url: `${VERBS[request.method]} "${url}"`,
      host: this.host,
      message,
    });
  }

  #explain(error: TransportError, connected: boolean): string {
    const { ip, port } = this.#endpoint;
    const address = `${ip}:${port}`;
    switch (error) {
      case "refused":
        return `dial tcp ${address}: connect: connection refused`;
      case "reset":
        return `read tcp ${this.#io.process.ip}->${address}: read: connection reset by peer`;
      case "lost":
        return "http2: client connection lost";
      case "timeout":
        if (this.#config.timeout > 0 && (connected || this.#config.timeout <= DIAL_TIMEOUT)) {
          return connected
            ? `context deadline exceeded (${LIMIT})`
            : `net/http: request canceled while waiting for connection (${LIMIT})`;
        }
        return `dial tcp ${address}: i/o timeout`;
      case "closed":
        return "EOF";
    }
  }

  /** Each warning once, as client-go's warning writer does. */
  #warn(header: string | undefined): void {
    if (header === undefined) return;
    for (const [, text] of header.matchAll(/299 \S+ "((?:[^"\\]|\\.)*)"/g)) {
      const message = (text as string).replace(/\\(.)/g, "$1");
      if (this.#warned.has(message)) continue;
      this.#warned.add(message);
      this.#io.err(`Warning: ${message}\n`);
    }
  }
}

/** What a refusal's body says: a Status, or one made from the code (client-go rest.transformResponse). */
function refusal(response: ApiResponse): Failure {
  const body = response.body as Partial<Status> | undefined;
  if (typeof body === "object" && body !== null && body.kind === "Status")
    return statusFailure(body as Status);
  const status: Status = {
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    message:
      GENERIC[response.status]?.[1] ??
      `the server responded with the status code ${response.status} but did not return more information`,
    ...(GENERIC[response.status] === undefined ? {} : { reason: GENERIC[response.status]?.[0] ?? "" }),
    code: response.status,
  };
  return statusFailure(status);
}

const GENERIC: Readonly<Record<number, readonly [reason: string, message: string]>> = {
  401: ["Unauthorized", "the server has asked for the client to provide credentials"],
  403: ["Forbidden", "unknown"],
  404: ["NotFound", "the server could not find the requested resource"],
  405: ["MethodNotAllowed", "the server does not allow this method on the requested resource"],
  500: ["InternalError", "an error on the server has prevented the request from succeeding"],
  503: ["ServiceUnavailable", "the server is currently unable to handle the request"],
};

function hostName(host: string): string {
  return host.replace(/:\d+$/, "");
}

function endpointOf(server: string): Endpoint {
  const parts = /^(https?):\/\/([^/?#]*)([^?#]*)/.exec(server);
  if (parts === null) {
    throw new Failure({
      type: "text",
      message: `host must be a URL or a host:port pair: ${JSON.stringify(server)}`,
    });
  }
  const [, scheme, authority, path] = parts as unknown as [string, string, string, string];
  const host = authority.replace(/^.*@/, "");
  const name = hostName(host);
  const port = /:(\d+)$/.exec(host)?.[1];
  const ip = name === "localhost" ? "127.0.0.1" : /^\d+\.\d+\.\d+\.\d+$/.test(name) ? name : undefined;
  const base = trimEnd(path, "/");
  return {
    host,
    ip,
    port: port === undefined ? (scheme === "https" ? 443 : 80) : Number(port),
    base,
    url: `${scheme}://${host}${base}`,
  };
}
