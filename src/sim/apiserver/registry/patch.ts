/**
 * Patches of all types (apiserver `pkg/endpoints/handlers/patch.go`).
 */
import { err, ok, type Result } from "../../../shared/result";
import { applyJsonPatch } from "../../api/patch/json-patch";
import { mergeSchemaOf } from "../../api/patch/merge-keys";
import { applyMergePatch } from "../../api/patch/merge-patch";
import { isJsonObject, PatchError, type JsonObject } from "../../api/patch/patch-error";
import { applyStrategicMergePatch } from "../../api/patch/strategic-merge-patch";
import { badRequest, requestEntityTooLarge, unprocessable, unsupportedMediaType } from "../../api/status";
import type { ApiObject, Status } from "../../api/types";
import type { Task } from "../../kernel/task";
import type { Server } from "../server";
import { plainError } from "../storage/errors";
import { applyObject } from "./apply";
import { checkName, readObject } from "./body";
import { refusePatched } from "./patch-refusal";
import type { Scope } from "./scope";
import { changeObject, type Change, type Updated } from "./update";

export const JSON_PATCH = "application/json-patch+json";
export const MERGE_PATCH = "application/merge-patch+json";
export const STRATEGIC_PATCH = "application/strategic-merge-patch+json";
export const APPLY_PATCH = "application/apply-patch+yaml";
const ACCEPTED = [JSON_PATCH, MERGE_PATCH, STRATEGIC_PATCH, APPLY_PATCH];
/** How lists of a custom kind merge is for its schema to say, which strategic merge patch does not ask. */
const ACCEPTED_BY_CUSTOM = [JSON_PATCH, MERGE_PATCH, APPLY_PATCH];

/** How a patch is applied to an object, as the client sees it. */
export type Patcher = (target: ApiObject) => Result<unknown, Status>;

/** Reads a patch; its errors show when it is applied. */
export function makePatcher(
  contentType: string,
  { apiVersion, kind }: { readonly apiVersion: string; readonly kind: string },
  body: unknown,
): Result<Patcher, Status> {
  const type = mediaType(contentType);
  const misshapen = patchProblem(type, body);
  if (misshapen !== undefined) return err(badRequest(misshapen));
  switch (type) {
    case JSON_PATCH:
      return ok((target) => attempt(() => applyJsonPatch(target, body), rejected));
    case MERGE_PATCH:
      return ok((target) => attempt(() => applyMergePatch(target, body), badRequest));
    case STRATEGIC_PATCH: {
      const schema = mergeSchemaOf(apiVersion, kind);
      return ok((target) =>
        attempt(() => applyStrategicMergePatch(target as unknown as JsonObject, body, schema), badRequest),
      );
    }
    default:
      return err(unsupportedMediaType(ACCEPTED));
  }
}

/** PATCH: gives the object as it was stored. */
export function* patchObject(
  server: Server,
  scope: Scope,
  contentType: string,
  body: unknown,
): Task<Result<Updated, Status>> {
  if (isApply(contentType)) return yield* applyObject(server, scope, body);
  const { def, hub } = scope;
  if (def.custom !== undefined && mediaType(contentType) === STRATEGIC_PATCH) {
    return err(unsupportedMediaType(ACCEPTED_BY_CUSTOM));
  }
  const patcher = makePatcher(contentType, def, body);
  if (!patcher.ok) return patcher;
  const change: Change = (existing) => {
    const shown = def === hub ? existing : (def.conversion?.fromHub(existing) ?? existing);
    const patched = patcher.value(shown);
    if (!patched.ok) return patched;
    if (patched.value === shown) return ok(existing);
    if (!isJsonObject(patched.value))
      return err(badRequest("a patch may not turn an object into something else"));
    const read = readObject(scope, patched.value, shown, (problem) =>
      refusePatched(mediaType(contentType) === STRATEGIC_PATCH, body, patched.value, problem),
    );
    if (!read.ok) return read;
    const misnamed = checkName(read.value, scope.name);
    return misnamed === undefined ? read : err(misnamed);
  };
  const changed = yield* changeObject(server, scope, change);
  return changed.ok ? ok({ object: changed.value.object, created: false }) : changed;
}

export function isApply(contentType: string): boolean {
  return mediaType(contentType) === APPLY_PATCH;
}

/** Why a body is no patch of its type, as Go's decoder says it. */
function patchProblem(type: string, body: unknown): string | undefined {
  if (type === JSON_PATCH) {
    if (Array.isArray(body)) return undefined;
    return `error decoding patch: ${notDecoded(body, "[]handlers.jsonPatchOp")}`;
  }
  const known = type === MERGE_PATCH || type === STRATEGIC_PATCH;
  if (!known || isJsonObject(body)) return undefined;
  const problem = notDecoded(body, "map[string]interface {}");
  return type === MERGE_PATCH ? `error decoding patch: ${problem}` : problem;
}

function notDecoded(body: unknown, type: string): string {
  if (body === undefined || body === null) return "unexpected end of JSON input";
  const what = Array.isArray(body) ? "array" : typeof body === "boolean" ? "bool" : typeof body;
  return `json: cannot unmarshal ${what} into Go value of type ${type}`;
}

function mediaType(contentType: string): string {
  const end = contentType.indexOf(";");
  return end < 0 ? contentType : contentType.slice(0, end).trim();
}

function rejected(): Status {
  return unprocessable("the server rejected our request due to an error in our request");
}

function attempt(apply: () => unknown, refuse: (message: string) => Status): Result<unknown, Status> {
  try {
    return ok(apply());
  } catch (e) {
    if (!(e instanceof PatchError)) throw e;
    if (e.code === 413) return err(requestEntityTooLarge(e.message));
    if (e.code === 500) return err(plainError(e.message));
    return err(e.code === 422 ? rejected() : refuse(e.message));
  }
}
