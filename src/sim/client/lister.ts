import type { ApiObject } from "../api/types";
import type { Informer } from "./informer";

/** Name of the index that `indexByNamespace` makes. */
export const BY_NAMESPACE = "namespace";

/** Name of the index that `indexByController` makes. */
export const BY_CONTROLLER = "controller";

/** Has an informer find objects by namespace. */
export function indexByNamespace<T extends ApiObject>(informer: Informer<T>): void {
  informer.index(BY_NAMESPACE, (obj) => obj.metadata.namespace);
}

/**
 * Has an informer find objects by the uid of the owner that manages them; those without such an owner are
 * under `orphans/NAMESPACE`.
 */
export function indexByController<T extends ApiObject>(informer: Informer<T>): void {
  informer.index(BY_CONTROLLER, controllerIndexValue);
}

/** The value under which `indexByController` files what nobody manages. */
export function orphansOf(namespace: string | undefined): string {
  return `orphans/${namespace ?? ""}`;
}

function controllerIndexValue(obj: ApiObject): string {
  const owners = obj.metadata.ownerReferences;
  if (owners !== undefined) for (const owner of owners) if (owner.controller === true) return owner.uid;
  return orphansOf(obj.metadata.namespace);
}
