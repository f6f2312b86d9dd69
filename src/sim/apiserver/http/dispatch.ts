/**
 * From a request on a resource to the function of the registry that serves it (apiserver `pkg/endpoints/installer.go`).
 */
import { ok, type Result } from "../../../shared/result";
import type { ApiRequest, ApiResponse } from "../../api/http";
import { bindings } from "../../api/kinds/virtual";
import { pods } from "../../api/kinds/pod";
import { serviceAccounts } from "../../api/kinds/service-account";
import { hubOf } from "../../api/registry";
import { parsePath, type RequestInfo } from "../../api/request-info";
import type { ResourceDefinition, Subresource, Verb } from "../../api/resource";
import { badRequest, methodNotSupported, pathNotFound, serviceUnavailable, success } from "../../api/status";
import type { ApiObject, Binding, Status } from "../../api/types";
import type { Exchange } from "../../kernel/connection";
import type { Task } from "../../kernel/task";
import type { User } from "../auth/user";
import { bindPod } from "../registry/binding";
import { readOther } from "../registry/body";
import { createObject } from "../registry/create";
import { deleteCollection, deleteObject } from "../registry/delete";
import { readDeleteOptions } from "../registry/delete-options";
import { evictPod } from "../registry/eviction";
import type { Outcome } from "../registry/guaranteed-update";
import { podLogs } from "../registry/pod-logs";
import { podSession, refusePortForward } from "../registry/pod-sessions";
import { checkManagerOptions, managerOfAgent } from "../registry/manage";
import { isApply, patchObject } from "../registry/patch";
import { getObject, listObjects } from "../registry/read";
import { answerReview } from "../registry/reviews";
import { getScale, patchScale, updateScale } from "../registry/scale";
import { checkWriteOptions } from "../registry/field-validation";
import type { Scope } from "../registry/scope";
import { requestToken } from "../registry/token-request";
import { updateObject, type Updated } from "../registry/update";
import { newNotes, warn, withWarnings } from "../registry/warnings";
import { watchObjects } from "../registry/watch";
import type { Server } from "../server";
import {
  isPlain,
  presentationOf,
  presentList,
  presentObject,
  refusal,
  reply,
  type Presentation,
} from "./reply";

/** Kinds that answer a deletion with the object as it was. */
const RETURN_DELETED = new Set<ResourceDefinition>([pods, serviceAccounts]);

/** What rows of tables may carry. */
const INCLUDED = new Set(["", "Metadata", "Object", "None"]);

/** The object itself, and parts of it that are written like it. */
const OBJECT_DOORS = new Set(["", "status", "finalize", "approval"]);

const NO_HEADERS: Readonly<Record<string, string>> = Object.freeze({});

interface Call {
  readonly server: Server;
  readonly scope: Scope;
  readonly request: ApiRequest;
  readonly exchange: Exchange;
  readonly shown: Presentation;
  /** What a watch says beside its own headers. */
  readonly streamHeaders: Readonly<Record<string, string>>;
}

/** Serves a request on a resource; undefined when the answer is a stream that has begun. */
export function* dispatch(
  server: Server,
  info: RequestInfo,
  user: User,
  request: ApiRequest,
  exchange: Exchange,
  streamHeaders: Readonly<Record<string, string>> = NO_HEADERS,
): Task<ApiResponse | undefined> {
  const def = server.served.find(info.group, info.version, info.resource);
  if (def === undefined) return refusal(pathNotFound());
  const hub = hubOf(def);
  const { context } = server.kernel;
  const scope: Scope = {
    user,
    verb: info.verb,
    def,
    hub,
    namespace: def.namespaced ? info.namespace : "",
    // A list by field selector is about a name, but it is not the path of an object.
    name: parsePath(request.path).name,
    subresource: info.subresource,
    manager: info.query["fieldManager"] || managerOfAgent(request.headers["user-agent"]),
    query: info.query,
    dryRun: info.query["dryRun"] === "All",
    quiet: context.quiet,
    story: context.story,
    notes: newNotes(request.duplicateFields),
  };
  const answer = yield* serve(server, scope, request, exchange, streamHeaders);
  if (answer === undefined) return undefined;
  if (def.deprecation !== undefined) warn(scope, def.deprecation);
  return withWarnings(answer, scope);
}

function* serve(
  server: Server,
  scope: Scope,
  request: ApiRequest,
  exchange: Exchange,
  streamHeaders: Call["streamHeaders"],
): Task<ApiResponse | undefined> {
  const { def, hub, query } = scope;
  const badOptions = checkOptions(scope, request);
  if (badOptions !== undefined) return refusal(badOptions);
  const shown = presentationOf(def, hub, request.headers["accept"], query);
  if (shown.table && !INCLUDED.has(shown.includeObject)) {
    return refusal(badRequest(`unrecognized includeObject value: ${JSON.stringify(shown.includeObject)}`));
  }
  const call: Call = { server, scope, request, exchange, shown, streamHeaders };
  if (!OBJECT_DOORS.has(scope.subresource)) {
    return yield* serveSubresource(call);
  }
  const wrong = checkPath(scope);
  if (wrong !== undefined) return refusal(wrong);
  return yield* serveObject(call);
}

const OPTIONS: Readonly<Partial<Record<string, string>>> = {
  create: "CreateOptions",
  update: "UpdateOptions",
  patch: "PatchOptions",
};

function checkOptions({ verb, query }: Scope, { headers }: ApiRequest): Status | undefined {
  const options = OPTIONS[verb];
  if (options === undefined) return undefined;
  return (
    checkWriteOptions(options, query) ??
    checkManagerOptions(query, options, verb === "patch" && isApply(headers["content-type"] ?? ""))
  );
}

function checkPath({ def, verb, namespace, name, subresource }: Scope): Status | undefined {
  if (subresource !== "") {
    const sub = def.subresources[subresource];
    if (sub === undefined) return pathNotFound();
    return sub.verbs.includes(verb as Verb) ? undefined : methodNotSupported(def, verb);
  }
  if (!def.verbs.includes(verb as Verb)) return methodNotSupported(def, verb);
  const onObject = name !== "" || verb === "create";
  if (def.namespaced && onObject && namespace === "") return pathNotFound();
  if (verb === "create" && def.custom?.accepts === false) {
    const text = "create not allowed while custom resource definition is terminating";
    return { ...methodNotSupported(def, verb), message: text };
  }
  return verb === "create" && name !== "" ? methodNotSupported(def, verb) : undefined;
}

function* serveObject(call: Call): Task<ApiResponse | undefined> {
  const { server, scope, request } = call;
  const { body } = request;
  switch (scope.verb) {
    case "create":
      return scope.def.virtual ? yield* serveVirtual(call) : yield* serveCreate(call);
    case "get":
      return showObject(call, yield* getObject(server, scope));
    case "list":
      return showList(call, yield* listObjects(server, scope));
    case "watch":
      return yield* serveWatch(call);
    case "update":
      return showUpdated(call, yield* updateObject(server, scope, body));
    case "patch": {
      const patched = yield* patchObject(server, scope, request.headers["content-type"] ?? "", body);
      return showUpdated(call, patched);
    }
    case "delete":
    case "deletecollection":
      return yield* serveDelete(call);
    default:
      return refusal(methodNotSupported(scope.def, scope.verb));
  }
}

function* serveCreate({ server, scope, request, shown }: Call): Task<ApiResponse> {
  const created = yield* createObject(server, scope, request.body);
  if (!created.ok) return refusal(created.error);
  return reply(201, presentObject(shown, created.value, server.kernel.now));
}

function* serveVirtual({ server, scope, request }: Call): Task<ApiResponse> {
  const read = readOther(scope, scope.def, request.body);
  if (!read.ok) return refusal(read.error);
  const body = read.value;
  if (scope.def === (bindings as ResourceDefinition)) {
    const name = (body as Binding | undefined)?.metadata?.name ?? "";
    if (name === "") return refusal(badRequest("name must be provided"));
    const bound = yield* bindPod(server, { ...scope, def: pods, hub: pods, name }, body);
    return bound.ok ? reply(201, bound.value) : refusal(bound.error);
  }
  const answered = answerReview(server, scope, body);
  return answered.ok ? reply(201, answered.value) : refusal(answered.error);
}

function* serveWatch({ server, scope, exchange, shown, streamHeaders }: Call): Task<ApiResponse | undefined> {
  const present = isPlain(shown)
    ? undefined
    : (obj: ApiObject) => presentObject(shown, obj, server.kernel.now);
  const begun = yield* watchObjects(server, scope, exchange, present, streamHeaders);
  return begun.ok ? undefined : refusal(begun.error);
}

function* serveDelete(call: Call): Task<ApiResponse> {
  const { server, request } = call;
  const options = readDeleteOptions(call.scope, request);
  if (!options.ok) return refusal(options.error);
  const scope = { ...call.scope, dryRun: options.value.dryRun?.includes("All") === true };
  if (scope.verb === "delete") return showDeleted(call, yield* deleteObject(server, scope, options.value));
  return showList(call, yield* deleteCollection(server, scope, options.value));
}

function* serveSubresource(call: Call): Task<ApiResponse | undefined> {
  const { server, scope, request, exchange, shown } = call;
  const sub = scope.def.subresources[scope.subresource];
  if (sub === undefined) return refusal(pathNotFound());
  if (!sub.verbs.includes(scope.verb as Verb)) return refusal(methodNotSupported(scope.def, scope.verb));
  const contentType = request.headers["content-type"] ?? "";
  const read =
    scope.verb === "patch" ? ok(request.body) : readOther(scope, bodyType(scope.def, sub), request.body);
  if (!read.ok) return refusal(read.error);
  const body = read.value;
  switch (`${scope.subresource} ${scope.verb}`) {
    case "ephemeralcontainers get":
    case "resize get":
      return showObject(call, yield* getObject(server, scope));
    case "ephemeralcontainers patch":
    case "resize patch":
      return showUpdated(call, yield* patchObject(server, scope, contentType, body));
    case "ephemeralcontainers update":
    case "resize update":
      return showUpdated(call, yield* updateObject(server, scope, body));
    case "log get":
      return yield* podLogs(server, scope, exchange);
    case "exec get":
    case "exec create":
      return yield* podSession(server, scope, exchange, "exec");
    case "attach get":
    case "attach create":
      return yield* podSession(server, scope, exchange, "attach");
    case "portforward get":
    case "portforward create":
      return refusePortForward(scope);
    case "binding create":
      return answer(201, yield* bindPod(server, scope, body));
    case "eviction create":
      return answer(201, yield* evictPod(server, scope, body));
    case "token create":
      return answer(201, yield* requestToken(server, scope, body));
    case "scale get":
      return answer(200, yield* getScale(server, scope));
    case "scale update":
      return answer(200, yield* updateScale(server, scope, body));
    case "scale patch":
      return answer(200, yield* patchScale(server, scope, contentType, body));
    default:
      return refusal(serviceUnavailable(`${shown.def.resource}/${scope.subresource} is not served`));
  }
}

/** The type of what a door takes. */
function bodyType(def: ResourceDefinition, sub: Subresource): { apiVersion: string; kind: string } {
  const { group, version, kind } = { ...def, ...sub };
  return { apiVersion: group === "" ? version : `${group}/${version}`, kind };
}

function answer(status: number, result: Result<unknown, Status>): ApiResponse {
  return result.ok ? reply(status, result.value) : refusal(result.error);
}

function showObject({ server, shown }: Call, result: Result<ApiObject, Status>): ApiResponse {
  return result.ok
    ? reply(200, presentObject(shown, result.value, server.kernel.now))
    : refusal(result.error);
}

function showUpdated({ server, shown }: Call, updated: Result<Updated, Status>): ApiResponse {
  if (!updated.ok) return refusal(updated.error);
  const { created, object } = updated.value;
  return reply(created ? 201 : 200, presentObject(shown, object, server.kernel.now));
}

function showList(
  { server, shown }: Call,
  result: Result<Parameters<typeof presentList>[1], Status>,
): ApiResponse {
  return result.ok ? reply(200, presentList(shown, result.value, server.kernel.now)) : refusal(result.error);
}

function showDeleted(call: Call, result: Result<Outcome, Status>): ApiResponse {
  if (!result.ok) return refusal(result.error);
  const { object, removed } = result.value;
  const { def } = call.scope;
  if (!removed || RETURN_DELETED.has(def)) {
    return reply(200, presentObject(call.shown, object, call.server.kernel.now));
  }
  const details: NonNullable<Status["details"]> = { name: object.metadata.name ?? "", kind: def.resource };
  if (def.group !== "") details.group = def.group;
  if (object.metadata.uid !== undefined) details.uid = object.metadata.uid;
  return reply(200, success(details));
}
