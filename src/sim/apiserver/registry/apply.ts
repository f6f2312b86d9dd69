/**
 * Server-side apply (apiserver `pkg/endpoints/handlers/patch.go` applyPatcher).
 */
import { err, ok, type Result } from "../../../shared/result";
import { applyConfiguration } from "../../api/fields/apply";
import { isJsonObject } from "../../api/patch/patch-error";
import { shapeOf } from "../../api/schema/shapes";
import { badRequest, conflict } from "../../api/status";
import { formatTime } from "../../api/time";
import type { ApiObject, Status } from "../../api/types";
import type { Task } from "../../kernel/task";
import { accessDenied } from "../auth/authorizer";
import type { Server } from "../server";
import { checkName, readObject } from "./body";
import { createObject } from "./create";
import { asManaged, atVersions, managerOf, resetBy } from "./manage";
import { groupResource, type Scope } from "./scope";
import { changeObject, type Change, type Updated } from "./update";

/** An object that is made and deleted again and again by others is not fought over for ever. */
const TRIES = 5;

/** PATCH with a configuration: creates the object, or changes of it what the configuration names. */
export function* applyObject(server: Server, scope: Scope, body: unknown): Task<Result<Updated, Status>> {
  const config = readConfiguration(scope.def, body);
  if (!config.ok) return config;
  const change: Change = (existing) => applied(server, scope, config.value, existing);
  for (let tries = 1; ; tries++) {
    const changed = yield* changeObject(server, scope, change, asManaged);
    if (changed.ok) return ok({ object: changed.value.object, created: false });
    if (changed.error.code !== 404 || scope.subresource !== "") return changed;
    const created = yield* createApplied(server, scope, config.value);
    if (created.ok) return ok({ object: created.value, created: true });
    if (created.error.reason !== "AlreadyExists" || tries >= TRIES) return created;
  }
}

/** The body as far as it can be read without knowing what it is. */
export function readConfiguration(
  def: { readonly apiVersion: string; readonly kind: string },
  body: unknown,
): Result<ApiObject, Status> {
  if (!isJsonObject(body)) {
    const type = Array.isArray(body) ? "array" : typeof body;
    const text =
      "error decoding YAML: error unmarshaling JSON: while decoding JSON: " +
      `json: cannot unmarshal ${type} into Go value of type map[string]interface {}`;
    return err(badRequest(text));
  }
  const { apiVersion = "", kind = "" } = body as { apiVersion?: unknown; kind?: unknown };
  if (kind !== def.kind || apiVersion !== def.apiVersion) {
    const wanted = `${groupVersion(def.apiVersion)}, Kind=${def.kind}`;
    const given = `${groupVersion(String(apiVersion))}, Kind=${String(kind)}`;
    return err(badRequest(`invalid object type: expected ${wanted}, got ${given}`));
  }
  const { metadata } = body;
  if (metadata !== undefined && !isJsonObject(metadata)) {
    return err(badRequest("metadata of the applied configuration is no object"));
  }
  return ok({ ...body, apiVersion: def.apiVersion, kind: def.kind, metadata: metadata ?? {} });
}

/** As Go prints a group and a version; the core group has no name. */
function groupVersion(apiVersion: string): string {
  return apiVersion.includes("/") ? apiVersion : `/${apiVersion}`;
}

/** The object, as it is stored, with the configuration laid over it. */
export function applied(
  server: Server,
  scope: Scope,
  config: ApiObject,
  existing: ApiObject | undefined,
  door = scope.subresource,
): Result<ApiObject, Status> {
  const { def, hub, query } = scope;
  const toDef = (object: ApiObject) => (def === hub ? object : (def.conversion?.fromHub(object) ?? object));
  const toHub = (object: ApiObject) => (def === hub ? object : (def.conversion?.toHub(object) ?? object));
  const live = existing === undefined ? undefined : toDef(existing);
  const result = applyConfiguration({
    live,
    config,
    shape: def.custom?.shape ?? shapeOf(def.apiVersion, def.kind),
    manager: managerOf(scope, door, "Apply"),
    force: isTrue(query["force"]),
    reset: resetBy(scope, door),
    atVersion(before, after) {
      return atVersions(scope, before === undefined ? undefined : toHub(before), toHub(after));
    },
    time: formatTime(server.kernel.now),
  });
  if (!result.ok) return result;
  if (result.value === live && existing !== undefined) return ok(existing);
  const read = readObject(scope, result.value, live);
  if (!read.ok) return read;
  const misnamed = checkAppliedName(read.value, scope.name);
  return misnamed === undefined ? read : err(misnamed);
}

function isTrue(value: string | undefined): boolean {
  return value !== undefined && value !== "false" && value !== "0";
}

function checkAppliedName(object: ApiObject, name: string): Status | undefined {
  if ((object.metadata.name ?? "") !== "") return checkName(object, name);
  const why = "name must be provided";
  return badRequest(`the name of the object (${name} based on URL) was undeterminable: ${why}`);
}

function* createApplied(server: Server, scope: Scope, config: ApiObject): Task<Result<ApiObject, Status>> {
  const denied = mayCreate(server, scope);
  if (denied !== undefined) return err(denied);
  const made = applied(server, scope, config, undefined);
  if (!made.ok) return made;
  const { uid = "" } = config.metadata;
  if (uid !== "") {
    const why = `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`;
    return err(conflict(groupResource(scope), scope.name, why));
  }
  const { resourceVersion: _any, ...metadata } = made.value.metadata;
  const object = { ...made.value, metadata };
  // The object is in its stored form by now.
  const onHub: Scope = { ...scope, verb: "create", def: scope.hub };
  return yield* createObject(server, onHub, object, asManaged);
}

/** Who may patch but not create does not create by a patch either. */
function mayCreate({ authorizer }: Server, scope: Scope): Status | undefined {
  const { user, def, namespace, name, subresource } = scope;
  const { group, resource } = def;
  const asked = {
    user,
    verb: "create",
    isResource: true,
    path: "",
    group,
    resource,
    subresource,
    namespace,
    name,
    fieldSelector: "",
  };
  const decision = authorizer.authorize(asked);
  return decision.allowed ? undefined : accessDenied(asked, decision.reason);
}
