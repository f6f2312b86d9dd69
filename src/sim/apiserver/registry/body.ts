/**
 * Checks on what clients send, before any strategy sees it
 * (apiserver `pkg/endpoints/handlers/{create,update,rest}.go`).
 */
import { err, ok, type Result } from "../../../shared/result";
import { copyWith } from "../../api/copy";
import { cannotBeHandled, decodeObject } from "../../api/schema/decode";
import { badRequest } from "../../api/status";
import type { ApiObject, ObjectMeta, Status } from "../../api/types";
import type { Scope } from "./scope";

function shown(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * The body as an object of the scope's kind in its stored form, with the namespace of the request. What it shares with
 * `known`, a stored object, need not be looked at again.
 */
export function readObject(scope: Scope, body: unknown, known?: ApiObject): Result<ApiObject, Status> {
  const { def, hub } = scope;
  if (!isRecord(body)) return err(badRequest("the body of the request is no object"));
  const { apiVersion, kind } = body;
  if (apiVersion !== undefined && apiVersion !== def.apiVersion) {
    const text =
      `the API version in the data (${shown(apiVersion)}) ` +
      `does not match the expected API version (${def.apiVersion})`;
    return err(badRequest(text));
  }
  if (kind !== undefined && kind !== def.kind) {
    return err(badRequest(`${shown(kind)} in version "${def.version}" cannot be handled as a ${def.kind}`));
  }
  const decoded = decodeBody(scope, body, known);
  if (!decoded.ok) return decoded;
  const given = decoded.value.metadata as ObjectMeta | undefined;
  const placed = inNamespace(scope, given ?? {});
  if (!placed.ok) return placed;
  const metadata = placed.value;
  let object = decoded.value;
  if (apiVersion === undefined || kind === undefined || metadata !== given) {
    object = copyWith(object, { apiVersion: def.apiVersion, kind: def.kind, metadata });
  }
  if (def === hub) return ok(object);
  return ok(def.conversion === undefined ? object : def.conversion.toHub(object));
}

function inNamespace({ def, namespace: wanted }: Scope, metadata: ObjectMeta): Result<ObjectMeta, Status> {
  const { namespace = "" } = metadata;
  if (def.namespaced) {
    if (namespace === wanted) return ok(metadata);
    return namespace === ""
      ? ok(copyWith(metadata, { namespace: wanted }))
      : err(badRequest(NAMESPACE_MISMATCH));
  }
  if (namespace !== "") return err(badRequest(NAMESPACE_MISMATCH));
  if (metadata.namespace === undefined) return ok(metadata);
  const { namespace: _none, ...rest } = metadata;
  return ok(rest);
}

/** Checks types; only of the members that are not those of `known`. */
function decodeBody(
  { def }: Scope,
  body: Record<string, unknown>,
  known: ApiObject | undefined,
): Result<ApiObject, Status> {
  const whole = body as unknown as ApiObject;
  if (known !== undefined) {
    const before = known as unknown as Record<string, unknown>;
    const changed: Record<string, unknown> = {};
    for (const key in body) if (body[key] !== before[key]) changed[key] = body[key];
    const part = changed as unknown as ApiObject;
    const { object, problem } = decodeObject(def.apiVersion, def.kind, part);
    if (problem !== undefined) return err(badRequest(cannotBeHandled(def.apiVersion, def.kind, problem)));
    if (object === part) return ok(whole);
  }
  const { object, problem } = decodeObject(def.apiVersion, def.kind, whole);
  return problem === undefined
    ? ok(object)
    : err(badRequest(cannotBeHandled(def.apiVersion, def.kind, problem)));
}

const NAMESPACE_MISMATCH =
  "the namespace of the provided object does not match the namespace sent on the request";

/** The body of a PUT must name the object of the path. */
export function checkName(object: ApiObject, name: string): Status | undefined {
  const given = object.metadata.name;
  if (given === name) return undefined;
  if (given === undefined || given === "") return badRequest("name must be provided");
  return badRequest(`the name of the object (${given}) does not match the name on the URL (${name})`);
}
