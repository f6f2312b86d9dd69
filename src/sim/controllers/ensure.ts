import type { ResourceDefinition } from "../api/resource";
import type { ApiObject, Status } from "../api/types";
import type { RestClient } from "../client/rest-client";
import { isAlreadyExists, isNamespaceTerminating } from "../client/transport-error";
import type { Task } from "../kernel/task";

/**
 * Creates an object that ought to be there. That it is there already, or that its namespace goes, is no
 * error.
 */
export function* ensureCreated<T extends ApiObject>(
  client: RestClient,
  def: ResourceDefinition<T>,
  namespace: string,
  obj: ApiObject,
): Task<Status | undefined> {
  const made = yield* client.create(def, namespace, obj);
  if (made.ok || isAlreadyExists(made.error) || isNamespaceTerminating(made.error)) return undefined;
  return made.error;
}
