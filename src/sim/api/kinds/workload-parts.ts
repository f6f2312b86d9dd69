/** What definitions of workloads have in common beyond their validation. */
import type { FieldError } from "../field-error";
import type { ScaleAccess } from "../resource";
import type { Selector } from "../selector";
import type { ApiObject } from "../types";
import { immutable } from "../validation/object-meta";

/**
 * Defaults of a kind whose specs are large: `fill` completes a copy of a spec. A spec gets the same defaulted spec each
 * time, and that one itself, so that what has not changed can be told by identity.
 */
export function specDefaults<T extends ApiObject & { spec: object }>(
  fill: (spec: T["spec"]) => void,
): (obj: T) => T {
  const known = new WeakMap<T["spec"], T["spec"]>();
  return (obj) => {
    let spec = known.get(obj.spec);
    if (spec === undefined) {
      spec = Object.assign({}, obj.spec) as T["spec"];
      fill(spec);
      known.set(obj.spec, spec);
      known.set(spec, spec);
    }
    return spec === obj.spec ? obj : { ...obj, spec };
  };
}

/** The numbers of a kind that has `spec.replicas` and `status.replicas`. */
export function replicaScale<
  T extends ApiObject & { spec: { replicas?: number }; status: { replicas?: number } },
>(selectorOf: (obj: T) => Selector): ScaleAccess<T> {
  return {
    specReplicas: (obj) => obj.spec.replicas ?? 0,
    statusReplicas: (obj) => obj.status.replicas ?? 0,
    selector: (obj) => selectorOf(obj).toString(),
    withReplicas: (obj, replicas) => ({ ...obj, spec: { ...obj.spec, replicas } }),
  };
}

/** An update is valid if the whole is, and the selector stays what it was. */
export function keepsSelector<T extends ApiObject & { spec: { selector?: unknown } }>(
  validate: (obj: T) => FieldError[],
): (next: T, prev: T) => FieldError[] {
  return (next, prev) => {
    if (next.spec === prev.spec) return [];
    const errors = validate(next);
    immutable(next.spec.selector, prev.spec.selector, "spec.selector", errors);
    return errors;
  };
}
