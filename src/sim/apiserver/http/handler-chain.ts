/**
 * The way of every request (apiserver `pkg/server/config.go` DefaultBuildHandlerChain): what is it about, who asks,
 * is there room for it, may they, and then to whoever serves it.
 */
import type { ApiRequest, ApiResponse } from "../../api/http";
import { requestInfoOf, type RequestInfo } from "../../api/request-info";
import { pathNotFound, tooManyRequests, unauthorized } from "../../api/status";
import type { Exchange } from "../../kernel/connection";
import type { Task } from "../../kernel/task";
import type { AuthorizationAttributes } from "../auth/attributes";
import { accessDenied } from "../auth/authorizer";
import { MASTERS, type User } from "../auth/user";
import { discoveryAnswer } from "../discovery/discovery";
import { openApiAnswer } from "../openapi/openapi";
import type { Server } from "../server";
import { answerAggregated, discoveryWithAggregated, isAggregated } from "./aggregator";
import { dispatch } from "./dispatch";
import type { Health } from "./health";
import { refusal, reply, TEXT_HEADERS } from "./reply";

/** Requests that are worked on at once (`--max-requests-inflight`, `--max-mutating-requests-inflight`). */
const READS_MAX = 400;
const WRITES_MAX = 200;
const LONG_RUNNING = new Set(["attach", "exec", "log", "portforward", "proxy"]);
const READ_VERBS = new Set(["get", "list", "watch"]);

export class HandlerChain {
  requestsTotal = 0;
  refusedTotal = 0;
  readonly #server: Server;
  readonly #health: Health;
  #reads = 0;
  #writes = 0;

  constructor(server: Server, health: Health) {
    this.#server = server;
    this.#health = health;
  }

  /** Requests that are worked on now; watches do not count. */
  get inFlight(): number {
    return this.#reads + this.#writes;
  }

  /** Serves one request from its arrival to its answer. */
  *handle(exchange: Exchange): Task {
    this.requestsTotal++;
    const response = yield* this.#serve(exchange, exchange.request as ApiRequest);
    if (response === undefined) return;
    if (response.status >= 400) this.refusedTotal++;
    exchange.respond(response);
  }

  *#serve(exchange: Exchange, request: ApiRequest): Task<ApiResponse | undefined> {
    const { authenticator, authorizer, feed, kernel } = this.#server;
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
    const asked = attributesOf(user, info);
    // A stream holds no worker once it has begun.
    if (isLongRunning(info)) {
      const decision = authorizer.authorize(asked);
      if (!decision.allowed) return refusal(accessDenied(asked, decision.reason));
      return yield* dispatch(this.#server, info, user, request, exchange);
    }
    const reading = READ_VERBS.has(info.verb);
    const full = reading ? this.#reads >= READS_MAX : this.#writes >= WRITES_MAX;
    if (full && !user.groups.includes(MASTERS)) {
      return refusal(tooManyRequests("Too many requests, please try again later.", 1));
    }
    if (reading) this.#reads++;
    else this.#writes++;
    const decision = authorizer.authorize(asked);
    const response = decision.allowed
      ? yield* this.#answer(info, user, request, exchange)
      : refusal(accessDenied(asked, decision.reason));
    if (reading) this.#reads--;
    else this.#writes--;
    return response;
  }

  *#answer(
    info: RequestInfo,
    user: User,
    request: ApiRequest,
    exchange: Exchange,
  ): Task<ApiResponse | undefined> {
    if (isAggregated(this.#server, info.path)) return yield* answerAggregated(this.#server, request);
    if (info.isResource) return yield* dispatch(this.#server, info, user, request, exchange);
    const health = yield* this.#health.answer(info.path, info.query);
    if (health !== undefined) return health;
    const resources = this.#server.served.all();
    const document =
      discoveryWithAggregated(this.#server, request, (r) => discoveryAnswer(resources, r)) ??
      openApiAnswer(resources, request);
    if (document === undefined) return refusal(pathNotFound());
    return request.method === "GET" ? document : reply(405, "405: Method Not Allowed", TEXT_HEADERS);
  }
}

/** What may take as long as it likes (`pkg/controlplane/apiserver/config.go`: LongRunningFunc). */
function isLongRunning({ isResource, verb, subresource }: RequestInfo): boolean {
  return isResource && (verb === "watch" || LONG_RUNNING.has(subresource));
}

function attributesOf(user: User, info: RequestInfo): AuthorizationAttributes {
  const { verb, isResource, path, group, resource, subresource, namespace, name, query } = info;
  const fieldSelector = query["fieldSelector"] ?? "";
  return { user, verb, isResource, path, group, resource, subresource, namespace, name, fieldSelector };
}
