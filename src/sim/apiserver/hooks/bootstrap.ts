/**
 * The objects that every cluster has from the beginning: system namespaces, RBAC policy, priority classes
 * (`pkg/controlplane/controller/systemnamespaces`, `pkg/registry/rbac/rest/storage_rbac.go`,
 * `pkg/registry/scheduling/rest/storage_scheduling.go`). Every API server makes what is missing when it starts.
 */
import { clusterRoleBindings } from "../../api/kinds/cluster-role-binding";
import { clusterRoles } from "../../api/kinds/cluster-role";
import { namespaces } from "../../api/kinds/namespace";
import { priorityClasses } from "../../api/kinds/priority-class";
import { roleBindings } from "../../api/kinds/role-binding";
import { roles } from "../../api/kinds/role";
import type { ResourceDefinition } from "../../api/resource";
import type { ApiObject, ObjectMeta } from "../../api/types";
import type { Task } from "../../kernel/task";
import { MINUTE, MS } from "../../kernel/time";
import {
  BOOTSTRAP_BINDINGS,
  BOOTSTRAP_ROLES,
  type BootstrapBinding,
  type BootstrapRole,
} from "../auth/bootstrap-policy";
import { createObject } from "../registry/create";
import { ownScope } from "../registry/scope";
import type { Server } from "../server";

const SYSTEM_NAMESPACES = ["kube-system", "kube-public", "kube-node-lease", "default"];
const NAMESPACE_CHECK = 1 * MINUTE;
const RETRY = 500 * MS;
const LABELS = { "kubernetes.io/bootstrapping": "rbac-defaults" };
const ANNOTATIONS = { "rbac.authorization.kubernetes.io/autoupdate": "true" };
const RBAC = "rbac.authorization.k8s.io";

const PRIORITY_CLASSES = [
  {
    name: "system-node-critical",
    value: 2_000_001_000,
    description: "Used for system critical pods that must not be moved from their current node.",
  },
  {
    name: "system-cluster-critical",
    value: 2_000_000_000,
    description:
      "Used for system critical pods that must run in the cluster, but can be moved to another node if necessary.",
  },
];

interface Wanted {
  readonly def: ResourceDefinition;
  readonly object: ApiObject;
}

/** Makes what is missing; tries again until all is there. */
export function* bootstrap(server: Server): Task {
  for (const wanted of [...namespacesWanted(), ...policyWanted(), ...classesWanted()]) {
    while (!(yield* ensure(server, wanted))) yield RETRY;
  }
}

/** Keeps the system namespaces there. */
export function* keepNamespaces(server: Server): Task {
  for (;;) {
    yield NAMESPACE_CHECK;
    for (const wanted of namespacesWanted()) yield* ensure(server, wanted);
  }
}

/** Creates an object unless it is there; false when that failed. */
export function* ensure(server: Server, { def, object }: Wanted): Task<boolean> {
  const { name = "", namespace = "" } = object.metadata;
  if (server.caches.find(def, namespace, name) !== undefined) return true;
  server.kernel.setQuiet(false);
  const created = yield* createObject(server, ownScope(server, def, "create", namespace), object);
  return created.ok || created.error.reason === "AlreadyExists";
}

function namespacesWanted(): Wanted[] {
  return SYSTEM_NAMESPACES.map((name) => ({ def: namespaces, object: make(namespaces, { name }) }));
}

function classesWanted(): Wanted[] {
  return PRIORITY_CLASSES.map(({ name, value, description }) => {
    const object = { ...make(priorityClasses, { name }), value, description } as ApiObject;
    return { def: priorityClasses, object };
  });
}

function policyWanted(): Wanted[] {
  return [...BOOTSTRAP_ROLES.map(roleWanted), ...BOOTSTRAP_BINDINGS.map(bindingWanted)];
}

function roleWanted({ name, namespace, rules, labels, aggregates }: BootstrapRole): Wanted {
  const def: ResourceDefinition = namespace === "" ? clusterRoles : roles;
  const base = make(def, policyMeta(name, namespace, labels));
  if (aggregates === undefined) return { def, object: { ...base, rules } as ApiObject };
  // A controller finds its rules.
  const aggregationRule = { clusterRoleSelectors: [{ matchLabels: aggregates }] };
  return { def, object: { ...base, aggregationRule } as ApiObject };
}

function bindingWanted({ name, namespace, role, subjects }: BootstrapBinding): Wanted {
  const def: ResourceDefinition = namespace === "" ? clusterRoleBindings : roleBindings;
  const kind = namespace === "" ? "ClusterRole" : "Role";
  const roleRef = { apiGroup: RBAC, kind, name: role };
  return { def, object: { ...make(def, policyMeta(name, namespace)), roleRef, subjects } as ApiObject };
}

function policyMeta(name: string, namespace: string, labels?: Readonly<Record<string, string>>): ObjectMeta {
  const metadata: ObjectMeta = { name, labels: { ...LABELS, ...labels }, annotations: ANNOTATIONS };
  return namespace === "" ? metadata : { ...metadata, namespace };
}

function make(def: ResourceDefinition, metadata: ObjectMeta): ApiObject {
  return { apiVersion: def.apiVersion, kind: def.kind, metadata };
}
