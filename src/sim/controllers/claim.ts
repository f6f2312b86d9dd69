/**
 * Taking and giving up ownership: an owner adopts what nobody manages and its selector matches, and
 * releases what it manages but does not match any more (`pkg/controller/controller_ref_manager.go`).
 */
import { controllerRef } from "../api/meta";
import type { ResourceDefinition } from "../api/resource";
import type { ApiObject, Status } from "../api/types";
import type { RestClient } from "../client/rest-client";
import { isNotFound } from "../client/transport-error";
import type { Task } from "../kernel/task";
import type { SyncError } from "./engine";

/** Who claims: an owner, its kind, and the client that writes in its name. */
export interface Claimant {
  readonly client: RestClient;
  readonly def: ResourceDefinition;
  readonly owner: ApiObject;
}

/**
 * Makes the claimant the managing owner of some objects, unless it is being deleted; tells of each that has been
 * adopted, though the watch may have yet to say so.
 */
export function* adoptAll<T extends ApiObject>(
  { client, def: ownerDef, owner }: Claimant,
  def: ResourceDefinition<T>,
  found: readonly T[],
  adopted: (obj: T) => void,
): Task<SyncError> {
  if (found.length === 0 || !(yield* mayAdopt(client, ownerDef, owner))) return undefined;
  for (const obj of found) {
    const error = yield* adopt(client, def, obj, owner);
    if (error !== undefined) return error;
    adopted(obj);
  }
  return undefined;
}

/** Takes the claimant out of the owners of some objects. */
export function* releaseAll<T extends ApiObject>(
  { client, owner }: Claimant,
  def: ResourceDefinition<T>,
  strangers: readonly T[],
): Task<SyncError> {
  for (const obj of strangers) {
    const error = yield* release(client, def, obj, owner.metadata.uid);
    if (error !== undefined) return error;
  }
  return undefined;
}

function* adopt<T extends ApiObject>(
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

/** An object that is gone, or another by now, is as good as released. */
function* release<T extends ApiObject>(
  client: RestClient,
  def: ResourceDefinition<T>,
  obj: ApiObject,
  ownerUid: string | undefined,
): Task<Status | undefined> {
  const { namespace, name = "", uid } = obj.metadata;
  const body = { metadata: { ownerReferences: [{ $patch: "delete", uid: ownerUid }], uid } };
  const patched = yield* client.patch(def, namespace, name, { type: "strategic", body });
  if (patched.ok || isNotFound(patched.error) || patched.error.code === 422) return undefined;
  return patched.error;
}

/**
 * Whether an owner may adopt: asked of the server itself, as the local copy may not know yet that the owner
 * is being deleted or has been replaced.
 */
function* mayAdopt<T extends ApiObject>(
  client: RestClient,
  def: ResourceDefinition<T>,
  owner: ApiObject,
): Task<boolean> {
  const { namespace, name = "", uid } = owner.metadata;
  const fresh = yield* client.get(def, namespace, name);
  if (!fresh.ok) return false;
  return fresh.value.metadata.uid === uid && fresh.value.metadata.deletionTimestamp === undefined;
}
