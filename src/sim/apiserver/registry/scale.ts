/**
 * The number of replicas as an object of its own (`pkg/registry/apps/deployment/storage/storage.go` ScaleREST).
 */
import { err, ok, type Result } from "../../../shared/result";
import { invalid as invalidField } from "../../api/field-error";
import { isJsonObject } from "../../api/patch/patch-error";
import type { ScaleAccess } from "../../api/resource";
import { badRequest, conflict, invalid, pathNotFound } from "../../api/status";
import type { ApiObject, ObjectMeta, Scale, Status } from "../../api/types";
import type { Task } from "../../kernel/task";
import type { Server } from "../server";
import { isApply, makePatcher } from "./patch";
import { applied, readConfiguration } from "./apply";
import { asManaged, trackAs } from "./manage";
import { getObject } from "./read";
import { groupResource, type Scope } from "./scope";
import { changeObject } from "./update";

type Access = ScaleAccess<ApiObject>;

/** GET …/scale. */
export function* getScale(server: Server, scope: Scope): Task<Result<Scale, Status>> {
  const { scale } = scope.hub;
  if (scale === undefined) return err(pathNotFound());
  const read = yield* getObject(server, scope);
  return read.ok ? ok(scaleOf(scale, read.value)) : read;
}

/** PUT …/scale. */
export function* updateScale(server: Server, scope: Scope, body: unknown): Task<Result<Scale, Status>> {
  return yield* changeScale(server, scope, () => {
    if (!isJsonObject(body)) return err(badRequest("the body of the request is no object"));
    return ok(body as unknown as Scale);
  });
}

/** PATCH …/scale. */
export function* patchScale(
  server: Server,
  scope: Scope,
  contentType: string,
  body: unknown,
): Task<Result<Scale, Status>> {
  if (isApply(contentType)) return yield* applyScale(server, scope, body);
  const patcher = makePatcher(contentType, { apiVersion: "autoscaling/v1", kind: "Scale" }, body);
  if (!patcher.ok) return patcher;
  return yield* changeScale(server, scope, (scale) => patcher.value(scale) as Result<Scale, Status>);
}

const SCALE = { apiVersion: "autoscaling/v1", kind: "Scale" };

/** Applies the number of replicas: of the object, it is the one field that this door has. */
function* applyScale(server: Server, scope: Scope, body: unknown): Task<Result<Scale, Status>> {
  const { def, hub } = scope;
  const { scale: access } = hub;
  if (access === undefined) return err(pathNotFound());
  const read = readConfiguration(SCALE, body);
  if (!read.ok) return read;
  const { metadata, spec } = read.value as Scale;
  if (metadata.name !== undefined && metadata.name !== scope.name) {
    const text = `the name of the object (${metadata.name}) does not match the name on the URL (${scope.name})`;
    return err(badRequest(text));
  }
  const { apiVersion, kind } = def;
  const config = { ...read.value, apiVersion, kind, spec } as ApiObject;
  const onObject: Scope = { ...scope, subresource: "" };
  const change = (existing: ApiObject) => applied(server, onObject, config, existing, "scale");
  const changed = yield* changeObject(server, onObject, change, asManaged);
  return changed.ok ? ok(scaleOf(access, changed.value.object)) : changed;
}

function* changeScale(
  server: Server,
  scope: Scope,
  change: (present: Scale) => Result<Scale, Status>,
): Task<Result<Scale, Status>> {
  const { scale: access } = scope.hub;
  if (access === undefined) return err(pathNotFound());
  const onObject: Scope = { ...scope, subresource: "" };
  const changed = yield* changeObject(
    server,
    onObject,
    (existing) => {
      const present = scaleOf(access, existing);
      const wanted = change(present);
      if (!wanted.ok) return wanted;
      const { metadata, spec } = wanted.value;
      const given = metadata?.resourceVersion ?? "";
      if (given !== "" && given !== existing.metadata.resourceVersion) {
        return err(conflict(groupResource(scope), scope.name));
      }
      const replicas = spec?.replicas ?? 0;
      if (!Number.isInteger(replicas) || replicas < 0) {
        const error = invalidField("spec.replicas", replicas, "must be greater than or equal to 0");
        return err(invalid("autoscaling", "Scale", scope.name, [error]));
      }
      return ok(access.withReplicas(existing, replicas));
    },
    trackAs("scale"),
  );
  return changed.ok ? ok(scaleOf(access, changed.value.object)) : changed;
}

function scaleOf(access: Access, object: ApiObject): Scale {
  const from = object.metadata;
  const metadata: ObjectMeta = { name: from.name ?? "" };
  if (from.namespace !== undefined) metadata.namespace = from.namespace;
  if (from.uid !== undefined) metadata.uid = from.uid;
  if (from.resourceVersion !== undefined) metadata.resourceVersion = from.resourceVersion;
  if (from.creationTimestamp !== undefined) metadata.creationTimestamp = from.creationTimestamp;
  return {
    kind: "Scale",
    apiVersion: "autoscaling/v1",
    metadata,
    spec: { replicas: access.specReplicas(object) },
    status: { replicas: access.statusReplicas(object), selector: access.selector(object) },
  };
}
