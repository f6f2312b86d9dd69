/**
 * Replaces objects and their status (apiserver `pkg/registry/generic/registry/store.go` Update,
 * `pkg/registry/rest/update.go`).
 */
import { err, ok, type Result } from "../../../shared/result";
import { invalid as invalidField } from "../../api/field-error";
import { managersOf } from "../../api/fields/managers";
import { withApproval } from "../../api/kinds/certificate-signing-request";
import { customResourceDefinitions } from "../../api/kinds/custom-resource-definition";
import { leases } from "../../api/kinds/lease";
import { finalizeNamespace, namespaces } from "../../api/kinds/namespace";
import { podDisruptionBudgets } from "../../api/kinds/pod-disruption-budget";
import { services } from "../../api/kinds/service";
import type { ResourceDefinition } from "../../api/resource";
import { conflict, forbidden, invalid, notFound } from "../../api/status";
import type { ApiObject, CertificateSigningRequest, Namespace, Service, Status, Pod } from "../../api/types";
import { validateEphemeralContainers } from "../../api/validation/ephemeral-containers";
import { onlyResize, validatePodResize } from "../../api/validation/pod-resize";
import type { Task } from "../../kernel/task";
import { checkEscalation } from "../auth/escalation";
import type { Server } from "../server";
import { checkName, readObject } from "./body";
import { createObject } from "./create";
import { guaranteedUpdate, type Outcome, type Plan } from "./guaranteed-update";
import { trackWrite, withManagers, type Manage } from "./manage";
import { chargeQuotas, isQuotaed } from "./quota";
import { groupResource, type Scope } from "./scope";
import { warn } from "./warnings";

/** Kinds whose updates must say which revision they are based on. */
const CONDITIONAL = new Set<ResourceDefinition>([leases, podDisruptionBudgets, customResourceDefinitions]);

/** Subresources that are the object itself, of which only a part may be written. */
const DOORS = new Set(["status", "approval", "finalize"]);

/** Turns the present state into what the client wants it to be. */
export type Change = (existing: ApiObject) => Result<ApiObject, Status>;

export interface Updated {
  readonly object: ApiObject;
  /** A PUT to a name that was free, where the kind allows it. */
  readonly created: boolean;
}

/** PUT: replaces the object (or its status) with the body. */
export function* updateObject(server: Server, scope: Scope, body: unknown): Task<Result<Updated, Status>> {
  const known =
    scope.def === scope.hub ? server.caches.find(scope.hub, scope.namespace, scope.name) : undefined;
  const read = readObject(scope, body, known);
  if (!read.ok) return read;
  const misnamed = checkName(read.value, scope.name);
  if (misnamed !== undefined) return err(misnamed);
  const updated = yield* changeObject(server, scope, () => read);
  if (updated.ok) return ok({ object: updated.value.object, created: false });
  const creates = scope.hub.allowCreateOnUpdate && scope.subresource === "" && updated.error.code === 404;
  if (!creates) return updated;
  const created = yield* createObject(server, scope, body);
  return created.ok ? ok({ object: created.value, created: true }) : created;
}

/** Changes the scope's object; conflicts that the client did not ask to hear of are retried. */
export function* changeObject(
  server: Server,
  scope: Scope,
  change: Change,
  manage: Manage = trackWrite,
): Task<Result<Outcome, Status>> {
  return yield* guaranteedUpdate(server, scope, function* (existing, taken) {
    if (existing === undefined) return err(notFound(groupResource(scope), scope.name));
    const wanted = change(existing);
    if (!wanted.ok) return wanted;
    const outdated = checkPreconditions(scope, wanted.value, existing);
    if (outdated !== undefined) return err(outdated);
    const onObject = !DOORS.has(scope.subresource);
    const whole = onObject ? scope.hub.applyDefaults(wanted.value) : wanted.value;
    const resizes = scope.subresource === "resize";
    const counted = resizes ? onlyResize(whole as Pod, existing as Pod) : whole;
    const managed = manage(server, scope, counted, existing);
    if (scope.subresource === "ephemeralcontainers")
      return planEphemeral(scope, managed as Pod, existing as Pod);
    if (resizes) return yield* planResize(server, scope, managed as Pod, existing as Pod);
    if (onObject) return yield* planObject(server, scope, managed, existing, taken);
    if (scope.subresource === "status") return yield* planStatus(server, scope, managed, existing);
    if (scope.subresource === "approval") return planApproval(server, scope, managed, existing);
    return ok(planFinalize(managed, existing));
  });
}

function checkPreconditions(scope: Scope, wanted: ApiObject, existing: ApiObject): Status | undefined {
  const { resourceVersion, uid } = wanted.metadata;
  const { hub } = scope;
  if (resourceVersion === undefined || resourceVersion === "" || resourceVersion === "0") {
    if (CONDITIONAL.has(hub) || hub.custom !== undefined) {
      const text = "must be specified for an update";
      return invalid(hub.group, hub.kind, scope.name, [invalidField("metadata.resourceVersion", 0, text)]);
    }
  } else if (resourceVersion !== existing.metadata.resourceVersion)
    return conflict(groupResource(scope), scope.name);
  if (uid !== undefined && uid !== "" && uid !== existing.metadata.uid) {
    const why = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${existing.metadata.uid}`;
    return conflict(groupResource(scope), scope.name, why);
  }
  return undefined;
}

function* planStatus(
  server: Server,
  scope: Scope,
  wanted: ApiObject,
  existing: ApiObject,
): Task<Result<Plan, Status>> {
  const { hub } = scope;
  const attributes = { ...updateAttributes(scope, existing), object: wanted as ApiObject | undefined };
  const refused = yield* server.admission.admit(attributes);
  if (refused !== undefined) return err(refused);
  const object = hub.prepareForStatusUpdate(attributes.object as ApiObject, existing);
  const errors = hub.validateStatusUpdate(object, existing);
  if (errors.length > 0) return err(invalid(hub.group, hub.kind, scope.name, errors));
  return ok({ act: "put", object, type: "status" });
}

/** Who approves needs the right to do so for the signer (`plugin/pkg/admission/certificates/approval`). */
function planApproval(
  { authorizer }: Server,
  scope: Scope,
  wanted: ApiObject,
  existing: ApiObject,
): Result<Plan, Status> {
  const { user, hub } = scope;
  const prev = existing as CertificateSigningRequest;
  const { signerName } = prev.spec;
  const [domain] = signerName.split("/");
  const fixed = { isResource: true, path: "", subresource: "", namespace: "", fieldSelector: "" };
  const permitted = [signerName, `${domain}/*`].some((name) => {
    const asked = { user, verb: "approve", group: hub.group, resource: "signers", name, ...fixed };
    return authorizer.authorize(asked).allowed;
  });
  if (!permitted) {
    const why = `user not permitted to approve requests with signerName ${JSON.stringify(signerName)}`;
    return err(forbidden(groupResource(scope), scope.name, why));
  }
  const object = withApproval(wanted as CertificateSigningRequest, prev);
  const errors = hub.validateStatusUpdate(object, existing);
  if (errors.length > 0) return err(invalid(hub.group, hub.kind, scope.name, errors));
  return ok({ act: "put", object, type: "status" });
}

function* planObject(
  server: Server,
  scope: Scope,
  wanted: ApiObject,
  existing: ApiObject,
  taken: ReadonlySet<string>,
): Task<Result<Plan, Status>> {
  const { hub } = scope;
  const attributes = {
    ...updateAttributes(scope, existing),
    object: wanted as ApiObject | undefined,
  };
  const refused = yield* server.admission.admit(attributes);
  if (refused !== undefined) return err(refused);
  const admitted = attributes.object as ApiObject;
  const escalated = checkEscalation(server.authorizer, { ...attributes, object: admitted });
  if (escalated !== undefined) return err(escalated);
  const object = hub.prepareForUpdate(admitted, existing);
  const errors = hub.validateUpdate(object, existing);
  if (errors.length > 0) return err(invalid(hub.group, hub.kind, scope.name, errors));
  if (isQuotaed(server, scope)) {
    const exceeded = yield* chargeQuotas(server, scope, object, existing);
    if (exceeded !== undefined) return err(exceeded);
  }
  if (!scope.quiet) for (const text of hub.warnings(object, existing)) warn(scope, text);
  if (isReleased(object, existing)) {
    if (hub === services) return ok({ act: "remove", claims: server.services.release(existing as Service) });
    return ok({ act: "remove" });
  }
  if (hub !== services) return ok({ act: "put", object, type: "update" });
  const allocated = server.services.allocate(object as Service, existing as Service, taken);
  if (!allocated.ok) return allocated;
  return ok({ act: "put", object: allocated.value.service, type: "update", claims: allocated.value.claims });
}

/** Of a write to pods/NAME/ephemeralcontainers only those count. */
function planEphemeral({ hub, name }: Scope, wanted: Pod, existing: Pod): Result<Plan, Status> {
  const { ephemeralContainers = [] } = wanted.spec;
  const errors = validateEphemeralContainers(ephemeralContainers, existing.spec);
  if (errors.length > 0) return err(invalid(hub.group, hub.kind, name, errors));
  const spec = { ...existing.spec, ephemeralContainers };
  const object = hub.prepareForUpdate(
    { ...existing, metadata: wanted.metadata, spec } as ApiObject,
    existing,
  );
  return ok({ act: "put", object, type: "update" });
}

/** Of a write to pods/NAME/resize only resources count. */
function* planResize(server: Server, scope: Scope, wanted: Pod, existing: Pod): Task<Result<Plan, Status>> {
  const { hub, name } = scope;
  const attributes = { ...updateAttributes(scope, existing), object: wanted as ApiObject | undefined };
  const refused = yield* server.admission.admit(attributes);
  if (refused !== undefined) return err(refused);
  const object = hub.prepareForUpdate(onlyResize(attributes.object as Pod, existing), existing) as Pod;
  const errors = validatePodResize(object, existing);
  if (errors.length > 0) return err(invalid(hub.group, hub.kind, name, errors));
  if (isQuotaed(server, scope)) {
    const exceeded = yield* chargeQuotas(server, scope, object, existing);
    if (exceeded !== undefined) return err(exceeded);
  }
  return ok({ act: "put", object, type: "update" });
}

function updateAttributes(scope: Scope, old: ApiObject) {
  const { hub: def, subresource, namespace, name, user } = scope;
  return { operation: "UPDATE" as const, def, subresource, namespace, name, user, old };
}

/** The namespace controller lets go of a namespace. */
function planFinalize(wanted: ApiObject, existing: ApiObject): Plan {
  const finalized = finalizeNamespace(wanted as Namespace, existing as Namespace);
  const object = withManagers(finalized, managersOf(wanted));
  if (isReleased(object, existing)) return { act: "remove" };
  return { act: "put", object, type: "update" };
}

/** Whether an update took away the last thing that kept an object in deletion (`ShouldDeleteDuringUpdate`). */
function isReleased(next: ApiObject, existing: ApiObject): boolean {
  const { deletionTimestamp, deletionGracePeriodSeconds: grace } = existing.metadata;
  if (deletionTimestamp === undefined || (grace ?? 0) > 0) return false;
  return !hasFinalizers(next);
}

/** Whether something still has to be done before an object may go. */
export function hasFinalizers(obj: ApiObject): boolean {
  if ((obj.metadata.finalizers ?? []).length > 0) return true;
  return (
    obj.kind === namespaces.kind &&
    obj.apiVersion === "v1" &&
    ((obj as Namespace).spec.finalizers ?? []).length > 0
  );
}
