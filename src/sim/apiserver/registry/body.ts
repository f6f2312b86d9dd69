/**
 * Checks on what clients send, before any strategy sees it (apiserver `pkg/endpoints/handlers/{create,update,rest}.go`).
 */
import { err, ok, type Result } from "../../../shared/result";
import { decodeObject } from "../../api/schema/decode";
import { badRequest } from "../../api/status";
import type { ApiObject, ObjectMeta, Status } from "../../api/types";
import type { Scope } from "./scope";

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The body as an object of the scope's kind in its stored form, with the namespace of the request. */
export function readObject(scope: Scope, body: unknown): Result<ApiObject, Status> {
  const { def, hub } = scope;
  if (!isRecord(body)) return err(badRequest("the body of the request is no object"));
  const { apiVersion, kind } = body;
  if (apiVersion !== undefined && apiVersion !== def.apiVersion) {
    const text = `the API version in the data (${String(apiVersion)}) does not match the expected API version (${def.apiVersion})`;
    return err(badRequest(text));
  }
  if (kind !== undefined && kind !== def.kind) {
    return err(badRequest(`${String(kind)} in version "${def.version}" cannot be handled as a ${def.kind}`));
  }
  const given = body["metadata"];
  if (given !== undefined && given !== null && !isRecord(given)) return err(badRequest("metadata must be an object"));
  let metadata = (given ?? {}) as ObjectMeta;
  const { namespace } = metadata;
  if (def.namespaced) {
    if (namespace === undefined || namespace === "") metadata = { ...metadata, namespace: scope.namespace };
    else if (namespace !== scope.namespace) return err(badRequest(NAMESPACE_MISMATCH));
  } else if (namespace !== undefined) {
    if (namespace !== "") return err(badRequest(NAMESPACE_MISMATCH));
    const { namespace: _none, ...rest } = metadata;
    metadata = rest;
  }
  const complete = apiVersion !== undefined && kind !== undefined && metadata === given;
  const { object, problem } = decodeObject(
    def.kind,
    def.version,
    (complete
      ? body
      : { ...body, apiVersion: def.apiVersion, kind: def.kind, metadata }) as unknown as ApiObject,
  );
  if (problem !== undefined) return err(badRequest(problem));
  if (def === hub) return ok(object);
  return ok(def.conversion === undefined ? object : def.conversion.toHub(object));
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
