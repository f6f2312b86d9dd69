/**
 * Taking and giving up ownership: an owner adopts what nobody manages and its selector matches, and
 * releases what it manages but does not match any more (`pkg/controller/controller_ref_manager.go`). /
 */
import { controllerRef } from "../api/meta";
import type { ResourceDefinition } from "../api/resource";
import type { ApiObject, Status } from "../api/types";
import type { RestClient } from "../client/rest-client";
import { isNotFound } from "../client/transport-error";
import type { Task } from "../kernel/task";

/** Makes `owner` the managing owner of an object. */
export function* adopt<T extends ApiObject>(
  client: RestClient,
  def: ResourceDefinition<T>,
  obj: ApiObject,
  owner: ApiObject,
): Task<Status | undefined> {
  const { namespace, name = "", uid } = obj.metadata;
  const body = { metadata: { ownerReferences: [controllerRef(owner)], uid } };
  const patched = yield* client.patch(def, namespace, name, { type: "strategic", body });
  if (patched.ok || isNotFound(patched.error)) return undefined;
  return patched.error;
}

/**
 * Takes `owner` out of an object's owners. An object that is gone, or another by now, is as good as
 * released.
 */
export function* release<T extends ApiObject>(
  client: RestClient,
  def: ResourceDefinition<T>,
  obj: ApiObject,
  ownerUid: string,
): Task<Status | undefined> {
  const { namespace, name = "", uid } = obj.metadata;
  const body = { metadata: { ownerReferences: [{ $patch: "delete", uid: ownerUid }], uid } };
  const patched = yield* client.patch(def, namespace, name, { type: "strategic", body });
  if (patched.ok || isNotFound(patched.error) || patched.error.code === 422) return undefined;
  return patched.error;
}

/**
 * Whether an owner may adopt: asked of the server itself, as the local copy may not know yet that the owner
 * is being deleted or has been replaced. /
 */
export function* mayAdopt<T extends ApiObject>(
  client: RestClient,
  def: ResourceDefinition<T>,
  owner: ApiObject,
): Task<boolean> {
  const { namespace, name = "", uid } = owner.metadata;
  const fresh = yield* client.get(def, namespace, name);
  if (!fresh.ok) return false;
  return fresh.value.metadata.uid === uid && fresh.value.metadata.deletionTimestamp === undefined;
}
