/**
 * Talks to the API server: paths from resource definitions, client-side rate limit, retries that the server
 * asks for (client-go `rest/request.go`, `rest/with_retry.go`). Failures are values: the server's Status,
 * or one with code 0 and reason `Transport`.
 */
import type { ApiRequest, ApiResponse, ClientCertificate, HttpMethod } from "../api/http";
import type { ResourceDefinition } from "../api/resource";
import type { ApiList, ApiObject, DeleteOptions, Status } from "../api/types";
import { Channel, type CallOptions, type RpcResult } from "../kernel/connection";
import type { Process } from "../kernel/process";
import type { Task } from "../kernel/task";
import { SECOND, type Micros } from "../kernel/time";
import { err, ok, type Result } from "../../shared/result";
import { TokenBucket } from "./token-bucket";
import { transportStatus } from "./transport-error";
import { WatchStream } from "./watch-stream";

export interface RestClientLimits {
  readonly userAgent: string;
  /** Requests a second over a long time; default 5. */
  readonly qps?: number | undefined;
  /** Requests at once; default 10. */
  readonly burst?: number | undefined;
  /** Limit of every request that sets none; default 60 s, as the server's own. */
  readonly timeout?: Micros | undefined;
}

export interface RestClientOptions extends RestClientLimits {
  readonly ip: string;
  readonly port: number;
  /** The certificate that the client shows. */
  readonly identity: ClientCertificate;
}

export interface RequestOptions {
  /** Serves heartbeats and polls. Writes that do not say so are part of a story; reads follow their cause. */
  readonly quiet?: boolean | undefined;
  readonly timeout?: Micros | undefined;
}

export interface ListOptions extends RequestOptions {
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
  /** `"0"`: what the server has at hand; absent: the newest, by asking the store. */
  readonly resourceVersion?: string | undefined;
  readonly limit?: number | undefined;
  readonly continue?: string | undefined;
}

export interface WatchOptions extends ListOptions {
  readonly timeoutSeconds?: number | undefined;
  readonly bookmarks?: boolean | undefined;
}

export interface UpdateOptions extends RequestOptions {
  readonly subresource?: string | undefined;
}

export type PatchType = "merge" | "strategic" | "json" | "apply";

export interface PatchOptions extends RequestOptions {
  readonly type: PatchType;
  /** Who applies (`apply` only); what others own is taken from them. */
  readonly manager?: string;
  readonly body: unknown;
  readonly subresource?: string | undefined;
}

export interface DeleteRequestOptions extends RequestOptions {
  readonly gracePeriodSeconds?: number | undefined;
  readonly propagationPolicy?: "Background" | "Foreground" | "Orphan" | undefined;
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string } | undefined;
}

/** A list's content and the revision at which it was true. */
export interface Listed<T> {
  readonly items: readonly T[];
  readonly resourceVersion: string;
  /** Token of the next page; `""` at the end. */
  readonly continue: string;
}

type Query = Record<string, string>;
type Headers = Readonly<Record<string, string>>;

const NO_QUERY: Readonly<Query> = Object.freeze({});
const PATCH_TYPES: Readonly<Record<PatchType, string>> = {
  merge: "application/merge-patch+json",
  strategic: "application/strategic-merge-patch+json",
  json: "application/json-patch+json",
  apply: "application/apply-patch+yaml",
};
const MAX_RETRIES = 10;

/** The path of a collection, an object or a subresource. */
export function resourcePath(
  def: Pick<ResourceDefinition, "group" | "version" | "apiVersion" | "namespaced" | "resource">,
  namespace: string | undefined,
  name?: string,
  subresource?: string,
): string {
  let path = def.group === "" ? `/api/${def.version}` : `/apis/${def.apiVersion}`;
  if (def.namespaced && namespace !== undefined && namespace !== "") path += `/namespaces/${namespace}`;
  path += `/${def.resource}`;
  if (name !== undefined) path += `/${name}`;
  if (subresource !== undefined) path += `/${subresource}`;
  return path;
}

/** A client of one API address with a rate limit of its own. Clients of one process share the connection. */
export class RestClient {
  readonly process: Process;
  readonly userAgent: string;
  readonly #options: RestClientOptions;
  readonly #channel: Channel;
  readonly #bucket: TokenBucket;
  readonly #timeout: Micros;
  readonly #jsonHeaders: Headers;
  readonly #patchHeaders: Readonly<Record<PatchType, Headers>>;

  constructor(process: Process, options: RestClientOptions, channel?: Channel) {
    this.process = process;
    this.#options = options;
    this.userAgent = options.userAgent;
    const { ip, port, identity } = options;
    this.#channel = channel ?? new Channel(process, ip, port, { identity });
    this.#bucket = new TokenBucket(options.qps ?? 5, options.burst ?? 10);
    this.#timeout = options.timeout ?? 60 * SECOND;
    const base = { accept: "application/json", "user-agent": options.userAgent };
    this.#jsonHeaders = { ...base, "content-type": "application/json" };
    this.#patchHeaders = {
      merge: { ...base, "content-type": PATCH_TYPES.merge },
      strategic: { ...base, "content-type": PATCH_TYPES.strategic },
      json: { ...base, "content-type": PATCH_TYPES.json },
      apply: { ...base, "content-type": PATCH_TYPES.apply },
    };
  }

  /** A client with limits of its own over the same connection. */
  sibling(options: Partial<RestClientLimits>): RestClient {
    return new RestClient(this.process, { ...this.#options, ...options }, this.#channel);
  }

  /** Reads one object. */
  *get<T extends ApiObject>(
    def: ResourceDefinition<T>,
    namespace: string | undefined,
    name: string,
    options: RequestOptions & { readonly resourceVersion?: string | undefined } = {},
  ): Task<Result<T, Status>> {
    const query =
      options.resourceVersion === undefined ? NO_QUERY : { resourceVersion: options.resourceVersion };
    const path = resourcePath(def, namespace, name);
    return yield* this.#call<T>("GET", path, query, undefined, options.quiet, options.timeout);
  }

  /** Reads a collection; namespace undefined or `""`: of all namespaces. */
  *list<T extends ApiObject>(
    def: ResourceDefinition<T>,
    namespace: string | undefined,
    options: ListOptions = {},
  ): Task<Result<Listed<T>, Status>> {
    const path = resourcePath(def, namespace);
    const query = listQuery(options);
    const result = yield* this.#call<ApiList<T>>(
      "GET",
      path,
      query,
      undefined,
      options.quiet,
      options.timeout,
    );
    if (!result.ok) return result;
    const { items, metadata } = result.value;
    return ok({ items, resourceVersion: metadata.resourceVersion ?? "", continue: metadata.continue ?? "" });
  }

  /** Creates an object; gives it as the server stored it. */
  *create<T extends ApiObject>(
    def: ResourceDefinition<T>,
    namespace: string | undefined,
    obj: NoInfer<T> | ApiObject,
    options: RequestOptions = {},
  ): Task<Result<T, Status>> {
    const path = resourcePath(def, namespace);
    return yield* this.#call<T>("POST", path, NO_QUERY, obj, options.quiet ?? false, options.timeout);
  }

  /** Replaces an object (or its `status`); fails with Conflict when its resourceVersion is not the newest. */
  *update<T extends ApiObject>(
    def: ResourceDefinition<T>,
    obj: NoInfer<T> | ApiObject,
    options: UpdateOptions = {},
  ): Task<Result<T, Status>> {
    const { namespace, name } = obj.metadata;
    const path = resourcePath(def, namespace, name ?? "", options.subresource);
    return yield* this.#call<T>("PUT", path, NO_QUERY, obj, options.quiet ?? false, options.timeout);
  }

  /** Changes parts of an object. */
  *patch<T extends ApiObject>(
    def: ResourceDefinition<T>,
    namespace: string | undefined,
    name: string,
    patch: PatchOptions,
  ): Task<Result<T, Status>> {
    const path = resourcePath(def, namespace, name, patch.subresource);
    const headers = this.#patchHeaders[patch.type];
    const { manager } = patch;
    const query = manager === undefined ? NO_QUERY : { fieldManager: manager, force: "true" };
    return yield* this.#call<T>(
      "PATCH",
      path,
      query,
      patch.body,
      patch.quiet ?? false,
      patch.timeout,
      headers,
    );
  }

  /** Deletes an object: gives it as it was left (being deleted), or a Status of success. */
  *delete<T extends ApiObject>(
    def: ResourceDefinition<T>,
    namespace: string | undefined,
    name: string,
    options: DeleteRequestOptions = {},
  ): Task<Result<T | Status, Status>> {
    const path = resourcePath(def, namespace, name);
    const body = deleteOptions(options);
    return yield* this.#call<T | Status>(
      "DELETE",
      path,
      NO_QUERY,
      body,
      options.quiet ?? false,
      options.timeout,
    );
  }

  /** Deletes all objects of a collection. */
  *deleteCollection(
    def: ResourceDefinition,
    namespace: string | undefined,
    options: DeleteRequestOptions & ListOptions = {},
  ): Task<Result<unknown, Status>> {
    const path = resourcePath(def, namespace);
    const body = deleteOptions(options);
    return yield* this.#call(
      "DELETE",
      path,
      listQuery(options),
      body,
      options.quiet ?? false,
      options.timeout,
    );
  }

  /** Posts to a subresource: `pods/NAME/binding`, `…/eviction`, `serviceaccounts/NAME/token`. */
  *createSubresource<R = unknown>(
    def: ResourceDefinition,
    namespace: string | undefined,
    name: string,
    subresource: string,
    body: unknown,
    options: RequestOptions = {},
  ): Task<Result<R, Status>> {
    const path = resourcePath(def, namespace, name, subresource);
    return yield* this.#call<R>("POST", path, NO_QUERY, body, options.quiet ?? false, options.timeout);
  }

  /** Opens a watch; gives a stream of events, or why there is none. */
  *watch<T extends ApiObject>(
    def: ResourceDefinition<T>,
    namespace: string | undefined,
    options: WatchOptions = {},
  ): Task<Result<WatchStream<T>, Status>> {
    const query = listQuery(options);
    query["watch"] = "true";
    if (options.bookmarks !== false) query["allowWatchBookmarks"] = "true";
    if (options.timeoutSeconds !== undefined) query["timeoutSeconds"] = String(options.timeoutSeconds);
    const request: ApiRequest = {
      method: "GET",
      path: resourcePath(def, namespace),
      query,
      headers: this.#jsonHeaders,
      body: undefined,
    };
    yield* this.#throttle();
    const connection = this.#channel.get();
    const exchange = connection.start(request, this.#callOptions(options.quiet, options.timeout));
    const answer: RpcResult = yield* exchange.response;
    if (!answer.ok)
      return err(transportStatus(request, this.#address, answer.error, connection.server !== undefined));
    const response = answer.value as ApiResponse;
    if (response.status !== 200) return err(response.body as Status);
    return ok(new WatchStream<T>(exchange));
  }

  /** Sends any request: for paths that are no resources, and for those who speak HTTP themselves. */
  *raw(request: ApiRequest, options: RequestOptions = {}): Task<Result<ApiResponse, Status>> {
    yield* this.#throttle();
    return yield* this.#send(request, options.quiet, options.timeout);
  }

  get #address(): string {
    return `${this.#channel.ip}:${this.#channel.port}`;
  }

  #callOptions(quiet: boolean | undefined, timeout: Micros | undefined): CallOptions {
    const limit = timeout ?? this.#timeout;
    return quiet === undefined ? { timeout: limit } : { timeout: limit, quiet };
  }

  *#throttle(): Task {
    const wait = this.#bucket.reserve(this.process.kernel.now);
    if (wait > 0) yield wait;
  }

  *#call<R>(
    method: HttpMethod,
    path: string,
    query: Readonly<Query>,
    body: unknown,
    quiet: boolean | undefined,
    timeout: Micros | undefined,
    headers: Headers = this.#jsonHeaders,
  ): Task<Result<R, Status>> {
    const request: ApiRequest = { method, path, query, headers, body };
    for (let attempt = 0; ; attempt++) {
      yield* this.#throttle();
      const result = yield* this.#send(request, quiet, timeout);
      let wait: number | undefined;
      if (result.ok) {
        const { status, body } = result.value;
        if (status < 400) return ok(body as R);
        wait = retryAfter(result.value);
        if (wait === undefined || attempt >= MAX_RETRIES) return err(body as Status);
      } else {
        // A connection that died under an idempotent request is worth another try, and only that.
        if (method !== "GET" || attempt >= MAX_RETRIES) return result;
        if (result.error.details?.causes?.[0]?.reason !== "reset") return result;
        wait = 1;
      }
      yield wait * SECOND;
    }
  }

  *#send(
    request: ApiRequest,
    quiet: boolean | undefined,
    timeout: Micros | undefined,
  ): Task<Result<ApiResponse, Status>> {
    const connection = this.#channel.get();
    const answer = yield* connection.start(request, this.#callOptions(quiet, timeout)).response;
    if (answer.ok) return ok(answer.value as ApiResponse);
    return err(transportStatus(request, this.#address, answer.error, connection.server !== undefined));
  }
}

/** Seconds after which the server wants the request again: only 429 and 5xx that say so. */
function retryAfter(response: ApiResponse): number | undefined {
  if (response.status !== 429 && response.status < 500) return undefined;
  const text = response.headers["retry-after"];
  if (text === undefined) return undefined;
  const seconds = Number(text);
  return Number.isInteger(seconds) && seconds >= 0 ? seconds : undefined;
}

function listQuery(options: ListOptions): Query {
  const query: Query = {};
  if (options.labelSelector) query["labelSelector"] = options.labelSelector;
  if (options.fieldSelector) query["fieldSelector"] = options.fieldSelector;
  if (options.resourceVersion !== undefined) query["resourceVersion"] = options.resourceVersion;
  if (options.limit !== undefined) query["limit"] = String(options.limit);
  if (options.continue) query["continue"] = options.continue;
  return query;
}

function deleteOptions(options: DeleteRequestOptions): DeleteOptions | undefined {
  const { gracePeriodSeconds, propagationPolicy, preconditions } = options;
  if (gracePeriodSeconds === undefined && propagationPolicy === undefined && preconditions === undefined) {
    return undefined;
  }
  const body: DeleteOptions = { apiVersion: "v1", kind: "DeleteOptions" };
  if (gracePeriodSeconds !== undefined) body.gracePeriodSeconds = gracePeriodSeconds;
  if (propagationPolicy !== undefined) body.propagationPolicy = propagationPolicy;
  if (preconditions !== undefined) body.preconditions = { ...preconditions };
  return body;
}
