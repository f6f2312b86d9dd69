/**
 * Nothing is created in a namespace that does not exist or is being deleted, and the built-in ones stay
 * (apiserver `pkg/admission/plugin/namespace/lifecycle/admission.go`).
 */
import { namespaces } from "../../api/kinds/namespace";
import { storageKey } from "../../api/registry";
import { forbidden, notFound } from "../../api/status";
import type { ApiObject } from "../../api/types";
import type { Task } from "../../kernel/task";
import { MS } from "../../kernel/time";
import type { AdmissionAttributes, AdmissionEnvironment, AdmissionPlugin, Verdict } from "./plugin";
import { refuse } from "./plugin";

const IMMORTAL = new Set(["default", "kube-system", "kube-public", "kube-node-lease"]);
/** How long a cache is given to learn of a namespace that was made a moment ago. */
const MISSING_WAIT = 50 * MS;
const NAMESPACES = { group: "", resource: "namespaces" };

export const namespaceLifecycle: AdmissionPlugin = {
  name: "NamespaceLifecycle",
  handles(def, _subresource, operation) {
    if (def === namespaces) return operation === "DELETE";
    return def.namespaced && operation === "CREATE";
  },
  admit(attributes, environment) {
    if (attributes.operation === "DELETE") {
      if (!IMMORTAL.has(attributes.name)) return undefined;
      return forbidden(NAMESPACES, attributes.name, "this namespace may not be deleted");
    }
    const known = environment.caches.find(namespaces, "", attributes.namespace);
    return known === undefined ? lookUp(attributes, environment) : refuseTerminating(attributes, known);
  },
};

function* lookUp(attributes: AdmissionAttributes, environment: AdmissionEnvironment): Task<Verdict> {
  yield MISSING_WAIT;
  const { namespace } = attributes;
  const cached = environment.caches.find(namespaces, "", namespace);
  if (cached !== undefined) return refuseTerminating(attributes, cached);
  const read = yield* environment.storage.get(storageKey(namespaces, undefined, namespace));
  if (!read.ok) return read.error;
  return read.value === undefined
    ? notFound(NAMESPACES, namespace)
    : refuseTerminating(attributes, read.value);
}

function refuseTerminating(attributes: AdmissionAttributes, namespace: ApiObject): Verdict {
  if (namespace.metadata.deletionTimestamp === undefined) return undefined;
  const name = attributes.namespace;
  const why = `unable to create new content in namespace ${name} because it is being terminated`;
  const status = refuse(attributes, why);
  const message = `namespace ${name} is being terminated`;
  const causes = [{ reason: "NamespaceTerminating", message, field: "metadata.namespace" }];
  return { ...status, details: { ...status.details, causes } };
}
