/**
 * The way of every request (apiserver `pkg/server/config.go` DefaultBuildHandlerChain): what is it about, who asks,
 * is there room for it (`flow/`), may they, and then to whoever serves it.
 */
import { AssertionError } from "../../../shared/assert";
import type { ApiRequest, ApiResponse } from "../../api/http";
import { klogS } from "../../api/klog";
import { requestInfoOf, type RequestInfo } from "../../api/request-info";
import { parseGoDuration } from "../../api/go-duration";
import { internalError, pathNotFound, tooManyRequests, unauthorized } from "../../api/status";
import type { Exchange } from "../../kernel/connection";
import type { Task } from "../../kernel/task";
import { SECOND, type Micros } from "../../kernel/time";
import type { AuthorizationAttributes } from "../auth/attributes";
import { accessDenied } from "../auth/authorizer";
import type { User } from "../auth/user";
import { discoveryAnswer } from "../discovery/discovery";
import { FlowControl, type Flow } from "../flow/flow-control";
import { openApiAnswer } from "../openapi/openapi";
import type { Server } from "../server";
import { answerAggregated, describedResources, discoveryWithAggregated, isAggregated } from "./aggregator";
import { dispatch } from "./dispatch";
import type { Health } from "./health";
import { JSON_HEADERS, refusal, reply, TEXT_HEADERS } from "./reply";

/** How long a request may take (`--request-timeout`), and the part of that for which it may wait in a queue. */
const REQUEST_TIMEOUT: Micros = 60 * SECOND;
const WAITING_PART = 4;
const PANIC = "This request caused apiserver to panic. Look in the logs for details.";
const LONG_RUNNING = new Set(["attach", "exec", "log", "portforward", "proxy"]);

export class HandlerChain {
  requestsTotal = 0;
  refusedTotal = 0;
  /** Requests that ended by an error that nobody expected. */
  panicsTotal = 0;
  readonly #server: Server;
  readonly #health: Health;
  readonly #flows: FlowControl;
  #working = 0;

  constructor(server: Server, health: Health) {
    this.#server = server;
    this.#health = health;
    this.#flows = new FlowControl(server.kernel, server.caches);
  }

  /** Requests that are worked on now; watches do not count once they have begun. */
  get inFlight(): number {
    return this.#working;
  }

  /** Serves one request from its arrival to its answer. */
  *handle(exchange: Exchange): Task {
    this.requestsTotal++;
    const response = yield* this.#recovered(exchange, exchange.request as ApiRequest);
    if (response === undefined) return;
    if (response.status >= 400) this.refusedTotal++;
    exchange.respond(response);
  }

  /**
   * Serves a request; an error that nobody expected ends this one request, as a panic does upstream
   * (apiserver `pkg/server/filters/wrap.go` WithPanicRecovery). Broken invariants and exits of processes go through.
   */
  *#recovered(exchange: Exchange, request: ApiRequest): Task<ApiResponse | undefined> {
    try {
      return yield* this.#serve(exchange, request);
    } catch (error) {
      if (!(error instanceof Error) || error instanceof AssertionError) throw error;
      this.panicsTotal++;
      const { process } = this.#server;
      const { method, path } = request;
      klogS(process, "E", "runtime.go:142", "Observed a panic", { panic: `${error.name}: ${error.message}` });
      klogS(process, "E", "wrap.go:69", "apiserver panic'd", { method, URI: path });
      if (!exchange.streaming) return refusal(internalError(PANIC));
      exchange.end();
      return undefined;
    }
  }

  *#serve(exchange: Exchange, request: ApiRequest): Task<ApiResponse | undefined> {
    const { authenticator, feed, kernel } = this.#server;
    const info = requestInfoOf(request.method, request.path, request.query);
    const { identity } = exchange.connection;
    const caller = authenticator.authenticate(identity, request.headers["authorization"], kernel.now);
    if (caller === undefined) return refusal(unauthorized());
    // Without its caches the server knows no roles, and would refuse what it ought to allow.
    if (info.isResource && !feed.synced.settled)
      return refusal(tooManyRequests("storage is (re)initializing", 1));
    const acting = this.#server.impersonation.apply(caller, request.headers);
    if (!acting.ok) return refusal(acting.error);
    const user = acting.value;
    if (isAttached(info)) return yield* this.#attend(info, user, request, exchange);
    const flow = this.#flows.flowOf(user, info);
    const response = yield* this.#inFlow(flow, info, user, request, exchange);
    return response === undefined ? undefined : withFlow(response, flow);
  }

  /** Serves a request when its level has room for it. Of a watch only the beginning takes up room. */
  *#inFlow(
    flow: Flow,
    info: RequestInfo,
    user: User,
    request: ApiRequest,
    exchange: Exchange,
  ): Task<ApiResponse | undefined> {
    const { level } = flow;
    const seats = this.#flows.seatsOf(flow, info, () => this.#stored(info));
    if (!level.take(seats)) {
      const key = this.#flows.keyOf(flow, user, info);
      const seated = yield* level.wait(key, seats, patienceOf(info), exchange.closed);
      if (!seated) return refusal(tooManyRequests("Too many requests, please try again later.", 1));
    }
    this.#working++;
    try {
      return yield* this.#attend(info, user, request, exchange, flow);
    } finally {
      this.#working--;
      level.release(seats);
    }
  }

  /** Objects of a resource, as far as this server knows. */
  #stored({ group, version, resource }: RequestInfo): number {
    const def = this.#server.served.find(group, version, resource);
    return def === undefined || def.virtual ? 0 : this.#server.caches.of(def).size;
  }

  *#attend(
    info: RequestInfo,
    user: User,
    request: ApiRequest,
    exchange: Exchange,
    flow?: Flow,
  ): Task<ApiResponse | undefined> {
    const asked = attributesOf(user, info);
    const decision = this.#server.authorizer.authorize(asked);
    if (!decision.allowed) return refusal(accessDenied(asked, decision.reason));
    return yield* this.#answer(info, user, request, exchange, flow);
  }

  *#answer(
    info: RequestInfo,
    user: User,
    request: ApiRequest,
    exchange: Exchange,
    flow: Flow | undefined,
  ): Task<ApiResponse | undefined> {
    if (isAggregated(this.#server, info.path)) return yield* answerAggregated(this.#server, request);
    if (info.isResource) return yield* dispatch(this.#server, info, user, request, exchange, flow?.headers);
    const health = yield* this.#health.answer(info.path, info.query);
    if (health !== undefined) return health;
    const resources = this.#server.served.all();
    const document =
      discoveryWithAggregated(this.#server, request, (r) => discoveryAnswer(resources, r)) ??
      openApiAnswer(describedResources(this.#server), request);
    if (document === undefined) return refusal(pathNotFound());
    return request.method === "GET" ? document : reply(405, "405: Method Not Allowed", TEXT_HEADERS);
  }
}

/** What lasts as long as somebody is interested, and holds no worker (upstream's long-running requests). */
function isAttached({ isResource, subresource }: RequestInfo): boolean {
  return isResource && LONG_RUNNING.has(subresource);
}

/** How long a request may wait for its turn. */
function patienceOf({ query }: RequestInfo): Micros {
  const asked = parseGoDuration(query["timeout"] ?? "") ?? 0;
  return Math.floor((asked > 0 ? Math.min(asked, REQUEST_TIMEOUT) : REQUEST_TIMEOUT) / WAITING_PART);
}

/** The answer, saying which schema and level the request was of. */
function withFlow(response: ApiResponse, flow: Flow): ApiResponse {
  const { status, headers, body } = response;
  const all = headers === JSON_HEADERS ? flow.jsonHeaders : { ...headers, ...flow.headers };
  return { status, headers: all, body };
}

function attributesOf(user: User, info: RequestInfo): AuthorizationAttributes {
  const { verb, isResource, path, group, resource, subresource, namespace, name, query } = info;
  const fieldSelector = query["fieldSelector"] ?? "";
  return { user, verb, isResource, path, group, resource, subresource, namespace, name, fieldSelector };
}
