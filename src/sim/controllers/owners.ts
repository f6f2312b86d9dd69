/**
 * From a thing to its owner (`pkg/controller/controller_ref_manager.go` and each controller's resolveControllerRef):
 * the one that manages it, and those whose selectors say that they might.
 */
import { controllerOf } from "../api/meta";
import type { Selector } from "../api/selector";
import type { ApiObject, OwnerReference } from "../api/types";
import type { Informer } from "../client/informer";
import { BY_NAMESPACE } from "../client/lister";

/** The object that a reference means, if it is of the informer's kind and not another of the same name. */
export function resolveOwner<T extends ApiObject>(
  owners: Informer<T>,
  namespace: string | undefined,
  ref: OwnerReference | undefined,
): T | undefined {
  if (ref?.kind !== owners.def.kind) return undefined;
  const owner = owners.get(`${namespace}/${ref.name}`);
  return owner?.metadata.uid === ref.uid ? owner : undefined;
}

/** The object of an informer that manages `obj`. */
export function ownerOf<T extends ApiObject>(owners: Informer<T>, obj: ApiObject): T | undefined {
  return resolveOwner(owners, obj.metadata.namespace, controllerOf(obj));
}

/** Calls `wake` for each object of `obj`'s namespace whose selector matches it; needs `indexByNamespace`. */
export function wakeMatching<T extends ApiObject>(
  owners: Informer<T>,
  selectorOf: (owner: T) => Selector,
  obj: ApiObject,
  wake: (owner: T) => void,
): void {
  const { namespace = "", labels } = obj.metadata;
  for (const owner of owners.bucket(BY_NAMESPACE, namespace)?.values() ?? []) {
    if (selectorOf(owner).matches(labels)) wake(owner);
  }
}
