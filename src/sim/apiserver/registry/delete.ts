/**
 * Deletes objects: at once, after a grace period, or when the last finalizer has gone
 * (apiserver `pkg/registry/generic/registry/store.go` Delete, `pkg/registry/rest/delete.go`).
 */
import { err, ok, type Result } from "../../../shared/result";
import { jobs } from "../../api/kinds/job";
import { CLEANUP_FINALIZER, customResourceDefinitions } from "../../api/kinds/custom-resource-definition";
import { namespaces } from "../../api/kinds/namespace";
import { replicationControllers } from "../../api/kinds/replication-controller";
import { services } from "../../api/kinds/service";
import { conflict, notFound } from "../../api/status";
import { formatTime, parseTime } from "../../api/time";
import type {
  ApiList,
  ApiObject,
  CustomResourceDefinition,
  DeleteOptions,
  Namespace,
  ObjectMeta,
  Service,
  Status,
} from "../../api/types";
import type { Task } from "../../kernel/task";
import { SECOND, type Micros } from "../../kernel/time";
import type { Server } from "../server";
import { withTermination } from "./definition-conditions";
import { guaranteedUpdate, KEEP, type Outcome, type Plan } from "./guaranteed-update";
import { listObjects } from "./read";
import { groupResource, type Scope } from "./scope";
import { hasFinalizers } from "./update";
import { warn } from "./warnings";

export const ORPHAN = "orphan";
export const FOREGROUND = "foregroundDeletion";
/** Said to who deletes a Job without saying what becomes of its pods (`pkg/registry/batch/job/storage/storage.go`). */
const PODS_STAY =
  "child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them " +
  "or set propagationPolicy=Orphan to suppress this warning";

/** Deletes the scope's object. The outcome tells whether it is gone or only on its way. */
export function* deleteObject(
  server: Server,
  scope: Scope,
  options: DeleteOptions,
): Task<Result<Outcome, Status>> {
  const says = options.propagationPolicy !== undefined || options.orphanDependents !== undefined;
  if (scope.hub === jobs && !says) warn(scope, PODS_STAY);
  return yield* guaranteedUpdate(server, scope, function* (existing) {
    if (existing === undefined) return err(notFound(groupResource(scope), scope.name));
    const failed = checkPreconditions(scope, options, existing);
    if (failed !== undefined) return err(failed);
    const { hub: def, subresource, namespace, name, user } = scope;
    const refused = yield* server.admission.admit({
      operation: "DELETE",
      def,
      subresource,
      namespace,
      name,
      user,
      object: undefined,
      old: existing,
    });
    if (refused !== undefined) return err(refused);
    const plan = planDeletion(scope, existing, options, server.kernel.now);
    if (plan.act !== "remove" || def !== services) return ok(plan);
    return ok({ act: "remove", claims: server.services.release(existing as Service) });
  });
}

/** Deletes all of a collection that the request's list options pick; gives the list of what was deleted. */
export function* deleteCollection(
  server: Server,
  scope: Scope,
  options: DeleteOptions,
): Task<Result<ApiList, Status>> {
  const listed = yield* listObjects(server, scope);
  if (!listed.ok) return listed;
  const items: ApiObject[] = [];
  for (const object of listed.value.items) {
    const { namespace = "", name = "" } = object.metadata;
    const outcome = yield* deleteObject(server, { ...scope, namespace, name }, options);
    if (outcome.ok) items.push(outcome.value.object);
    else if (outcome.error.code !== 404) return outcome;
  }
  return ok({ ...listed.value, items });
}

function checkPreconditions(scope: Scope, options: DeleteOptions, existing: ApiObject): Status | undefined {
  const { uid, resourceVersion } = options.preconditions ?? {};
  const { metadata } = existing;
  if (uid !== undefined && uid !== metadata.uid) {
    const why =
      `the UID in the precondition (${uid}) does not match the UID in record (${metadata.uid}). ` +
      "The object might have been deleted and then recreated";
    return conflict(groupResource(scope), scope.name, why);
  }
  if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion) {
    const why =
      `the ResourceVersion in the precondition (${resourceVersion}) does not match the ResourceVersion ` +
      `in record (${metadata.resourceVersion}). The object might have been modified`;
    return conflict(groupResource(scope), scope.name, why);
  }
  return undefined;
}

/** What a deletion does to an object now. */
export function planDeletion(scope: Scope, existing: ApiObject, options: DeleteOptions, now: Micros): Plan {
  const finalizers = garbageCollectionFinalizers(scope, existing, options);
  const changed = !sameNames(finalizers, existing.metadata.finalizers ?? []);
  const kept = changed ? withFinalizers(existing, finalizers) : existing;
  const grace = graceOf(scope, existing, options);
  if (grace === "pending" && !changed) return KEEP;
  if (typeof grace === "number" && grace > 0) return put(markedFor(kept, grace, now));
  if (scope.hub === customResourceDefinitions) {
    return planDefinition(kept as CustomResourceDefinition, existing, now);
  }
  if (scope.hub === namespaces) return planNamespace(kept as Namespace, existing, now);
  if (!hasFinalizers(kept)) return { act: "remove" };
  const already =
    existing.metadata.deletionTimestamp !== undefined &&
    (existing.metadata.deletionGracePeriodSeconds ?? 0) === 0;
  if (already) return changed ? put(kept) : KEEP;
  return put(markedFor(kept, 0, now));
}

function put(object: ApiObject): Plan {
  return { act: "put", object, type: "update" };
}

/** Seconds that the object is given; `pending` when it is given them already; undefined for kinds that need none. */
function graceOf(scope: Scope, existing: ApiObject, options: DeleteOptions): number | "pending" | undefined {
  const grace = scope.hub.gracefulDelete(existing, options);
  if (grace === undefined) return undefined;
  const { deletionTimestamp, deletionGracePeriodSeconds: given } = existing.metadata;
  if (deletionTimestamp === undefined) return grace;
  if (given === undefined || given === 0) return 0;
  const asked = options.gracePeriodSeconds;
  // A pod that ended, or was never bound, need not wait for what it was given.
  if (asked === undefined) return grace === 0 ? 0 : "pending";
  return grace >= given ? "pending" : grace;
}

function markedFor(object: ApiObject, grace: number, now: Micros): ApiObject {
  const before = object.metadata;
  const metadata: ObjectMeta = { ...before, deletionGracePeriodSeconds: grace };
  if (before.deletionTimestamp === undefined) {
    metadata.deletionTimestamp = formatTime(now + grace * SECOND);
    if ((before.generation ?? 0) > 0) metadata.generation = (before.generation ?? 0) + 1;
  } else {
    const begun = parseTime(before.deletionTimestamp) - (before.deletionGracePeriodSeconds ?? 0) * SECOND;
    metadata.deletionTimestamp = formatTime(begun + grace * SECOND);
  }
  return { ...object, metadata };
}

/** A definition stays until the objects of its kind are gone (`pkg/registry/customresourcedefinition/etcd.go`). */
function planDefinition(crd: CustomResourceDefinition, existing: ApiObject, now: Micros): Plan {
  if (existing.metadata.deletionTimestamp !== undefined) {
    if (!hasFinalizers(crd)) return { act: "remove" };
    return crd === existing ? KEEP : put(crd);
  }
  const others = (crd.metadata.finalizers ?? []).filter((f) => f !== CLEANUP_FINALIZER);
  const marked = markedFor(withFinalizers(crd, [...others, CLEANUP_FINALIZER]), 0, now);
  const message = "CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon";
  const verdict = { status: "True", reason: "InstanceDeletionPending", message };
  return put(withTermination(marked as CustomResourceDefinition, verdict, now));
}

/** A namespace is Terminating until its controller has emptied it (`pkg/registry/core/namespace/storage`). */
function planNamespace(namespace: Namespace, existing: ApiObject, now: Micros): Plan {
  if (existing.metadata.deletionTimestamp !== undefined) {
    if (!hasFinalizers(namespace)) return { act: "remove" };
    return namespace === existing ? KEEP : put(namespace);
  }
  if (!hasFinalizers(namespace)) return { act: "remove" };
  const metadata = { ...namespace.metadata, deletionTimestamp: formatTime(now) };
  return put({ ...namespace, metadata, status: { ...namespace.status, phase: "Terminating" } } as Namespace);
}

/** The finalizers with those that tell the garbage collector what to do with dependents. */
function garbageCollectionFinalizers(
  scope: Scope,
  existing: ApiObject,
  options: DeleteOptions,
): readonly string[] {
  const present = existing.metadata.finalizers ?? [];
  const policy = policyOf(scope, present, options);
  const others = present.filter((f) => f !== ORPHAN && f !== FOREGROUND);
  if (policy === "Orphan") return [...others, ORPHAN];
  if (policy === "Foreground") return [...others, FOREGROUND];
  return others;
}

function policyOf(scope: Scope, present: readonly string[], options: DeleteOptions): string {
  if (options.propagationPolicy !== undefined) return options.propagationPolicy;
  if (options.orphanDependents !== undefined) return options.orphanDependents ? "Orphan" : "Background";
  if (present.includes(ORPHAN)) return "Orphan";
  if (present.includes(FOREGROUND)) return "Foreground";
  return scope.hub === replicationControllers || scope.hub === jobs ? "Orphan" : "Background";
}

function withFinalizers(object: ApiObject, finalizers: readonly string[]): ApiObject {
  const { finalizers: _before, ...metadata } = object.metadata;
  if (finalizers.length === 0) return { ...object, metadata };
  return { ...object, metadata: { ...metadata, finalizers: [...finalizers] } };
}

function sameNames(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name) => b.includes(name));
}
