/**
 * Checks on what clients send, before any strategy sees it
 * (apiserver `pkg/endpoints/handlers/{create,update,rest}.go`).
 */
import { err, ok, type Result } from "../../../shared/result";
import { copyWith } from "../../api/copy";
import { cannotBeHandled, decodeObject, type Problem } from "../../api/schema/decode";
import { badRequest } from "../../api/status";
import type { CustomKind } from "../../api/custom/custom-resources";
import type { ApiObject, ObjectMeta, Status } from "../../api/types";
import { reportFields } from "./field-validation";
import type { Scope } from "./scope";

function shown(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Makes a refusal of what is wrong with a body. */
export type Refuse = (problem: Problem) => Status;

/**
 * The body as an object of the scope's kind in its stored form, with the namespace of the request. What it shares with
 * `known`, a stored object, need not be looked at again.
 */
export function readObject(
  scope: Scope,
  body: unknown,
  known?: ApiObject,
  refuse: Refuse = (problem) =>
    badRequest(cannotBeHandled(scope.def.apiVersion, scope.def.kind, problem.text)),
): Result<ApiObject, Status> {
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
  const decoded = decodeBody(scope, body, known, refuse);
  if (!decoded.ok) return decoded;
  const given = decoded.value.metadata as ObjectMeta | undefined;
  const placed = inNamespace(scope, withoutEmpty(given ?? {}));
  if (!placed.ok) return placed;
  const metadata = placed.value;
  let object = decoded.value;
  if (apiVersion === undefined || kind === undefined || metadata !== given) {
    object = copyWith(object, { apiVersion: def.apiVersion, kind: def.kind, metadata });
  }
  if (def === hub) return ok(object);
  return ok(def.conversion === undefined ? object : def.conversion.toHub(object));
}

const MAPS_AND_LISTS = ["labels", "annotations", "ownerReferences", "finalizers"] as const;

/** Go leaves out maps and lists that are empty. */
function withoutEmpty(metadata: ObjectMeta): ObjectMeta {
  let made = metadata;
  for (const name of MAPS_AND_LISTS) {
    const member = metadata[name];
    if (member === undefined || !isEmpty(member)) continue;
    if (made === metadata) made = { ...metadata };
    delete made[name];
  }
  return made;
}

function isEmpty(member: object): boolean {
  for (const _ in member) return false;
  return true;
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

/** A body that is not the object itself: what one of its doors takes, or a question. */
export function readOther(
  scope: Scope,
  { apiVersion, kind }: { readonly apiVersion: string; readonly kind: string },
  body: unknown,
): Result<unknown, Status> {
  if (body === undefined) return ok(body);
  if (!isRecord(body)) return err(badRequest("the body of the request is no object"));
  const given = body["kind"];
  if (given !== undefined && given !== kind) {
    const version = apiVersion.slice(apiVersion.indexOf("/") + 1);
    return err(badRequest(`${shown(given)} in version "${version}" cannot be handled as a ${kind}`));
  }
  const { object, problem, unknown } = decodeObject(apiVersion, kind, body as unknown as ApiObject);
  const wrong = problem?.text ?? reportFields(scope, unknown);
  return wrong === undefined ? ok(object) : err(badRequest(cannotBeHandled(apiVersion, kind, wrong)));
}

/** Checks types and fields; only of the members that are not those of `known`. */
function decodeBody(
  scope: Scope,
  body: Record<string, unknown>,
  known: ApiObject | undefined,
  refuse: Refuse,
): Result<ApiObject, Status> {
  const { apiVersion, kind } = scope.def;
  const whole = body as unknown as ApiObject;
  const { custom } = scope.def;
  if (custom !== undefined) return decodeCustom(scope, whole, custom, refuse);
  const part = known === undefined ? whole : changedMembers(body, known);
  const { object, problem, unknown } = decodeObject(apiVersion, kind, part);
  if (problem !== undefined) return err(refuse(problem));
  const strict = reportFields(scope, unknown);
  if (strict !== undefined) return err(refuse({ text: strict, converter: strict }));
  if (object === part) return ok(whole);
  return ok(part === whole ? object : decodeObject(apiVersion, kind, whole).object);
}

function changedMembers(body: Record<string, unknown>, known: ApiObject): ApiObject {
  const before = known as unknown as Record<string, unknown>;
  const changed: Record<string, unknown> = {};
  for (const key in body) if (body[key] !== before[key]) changed[key] = body[key];
  return changed as unknown as ApiObject;
}

/** Of a custom kind the metadata is as of all kinds; the rest loses what its schema does not know. */
function decodeCustom(
  scope: Scope,
  whole: ApiObject,
  custom: CustomKind,
  refuse: Refuse,
): Result<ApiObject, Status> {
  const { apiVersion, kind } = scope.def;
  const { problem } = decodeObject(apiVersion, kind, whole);
  if (problem !== undefined) return err(refuse(problem));
  const { object, unknown } = custom.prune(whole);
  const { metadata } = whole as { metadata?: ObjectMeta };
  // The metadata of any kind will do.
  const bare = { apiVersion: "v1", kind: "ConfigMap", metadata: metadata ?? {} };
  const meta = decodeObject("v1", "ConfigMap", bare);
  if (meta.problem !== undefined) return err(refuse(meta.problem));
  const strict = reportFields(scope, [...unknown, ...meta.unknown]);
  if (strict !== undefined) return err(refuse({ text: strict, converter: strict }));
  return ok(meta.object === bare ? object : { ...object, metadata: meta.object.metadata });
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
