import { ageColumn, column, nameColumn } from "../columns";
import { deepEqual } from "../deep-equal";
import { invalid } from "../field-error";
import type { FieldError } from "../field-error";
import { defineResource } from "../resource";
import type { Verb } from "../resource";
import { STATUS } from "../subresources";
import type { Namespace } from "../types";
import { isDns1123Label } from "../validation/names";

/** The label by which selectors can name a namespace. */
export const NAMESPACE_NAME_LABEL = "kubernetes.io/metadata.name";
/** The finalizer that keeps a namespace until its content is gone. */
export const NAMESPACE_FINALIZER = "kubernetes";

const VERBS: readonly Verb[] = ["create", "delete", "get", "list", "patch", "update", "watch"];

function withNameLabel(namespace: Namespace): Namespace {
  const { name, labels } = namespace.metadata;
  if (name === undefined || name === "" || labels?.[NAMESPACE_NAME_LABEL] === name) return namespace;
  return {
    ...namespace,
    metadata: { ...namespace.metadata, labels: { ...labels, [NAMESPACE_NAME_LABEL]: name } },
  };
}

/** What a PUT to `namespaces/x/finalize` stores: only the finalizers change. */
export function finalizeNamespace(next: Namespace, prev: Namespace): Namespace {
  return { ...prev, spec: next.spec ?? {} };
}

function validate(namespace: Namespace): FieldError[] {
  const errors: FieldError[] = [];
  for (const [i, finalizer] of (namespace.spec.finalizers ?? []).entries()) {
    if (finalizer === NAMESPACE_FINALIZER || finalizer.includes("/")) continue;
    const text = "name is neither a standard finalizer name nor is it fully qualified";
    errors.push(invalid(`spec.finalizers[${i}]`, finalizer, text));
  }
  return errors;
}

export const namespaces = defineResource<Namespace>({
  group: "",
  version: "v1",
  kind: "Namespace",
  resource: "namespaces",
  shortNames: ["ns"],
  namespaced: false,
  verbs: VERBS,
  generation: false,
  emptyStatus: { phase: "Active" },
  nameRule: isDns1123Label,
  subresources: { status: STATUS, finalize: { verbs: ["update"] } },
  fields: { "status.phase": (namespace) => namespace.status.phase ?? "" },
  columns: [
    nameColumn(),
    column("Status", (namespace) => namespace.status.phase ?? "", { description: "Active or Terminating." }),
    ageColumn(),
  ],
  defaults: withNameLabel,
  prepareCreate(namespace) {
    const finalizers = namespace.spec.finalizers ?? [];
    if (finalizers.includes(NAMESPACE_FINALIZER)) return namespace;
    return { ...namespace, spec: { ...namespace.spec, finalizers: [...finalizers, NAMESPACE_FINALIZER] } };
  },
  prepareUpdate: (next, prev) =>
    deepEqual(next.spec, prev.spec) ? next : { ...next, spec: { ...next.spec, ...prev.spec } },
  validate,
});
