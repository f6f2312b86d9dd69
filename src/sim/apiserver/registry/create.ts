/**
 * Creates objects (apiserver `pkg/registry/generic/registry/store.go` Create, `pkg/registry/rest/create.go`).
 */
import { err, ok, type Result } from "../../../shared/result";
import { copyWith } from "../../api/copy";
import { certificateSigningRequests } from "../../api/kinds/certificate-signing-request";
import { events } from "../../api/kinds/event";
import { services } from "../../api/kinds/service";
import { generateName } from "../../api/names";
import { alreadyExists, generateNameConflict, invalid } from "../../api/status";
import { formatTime } from "../../api/time";
import type { ApiObject, CertificateSigningRequest, ObjectMeta, Service, Status } from "../../api/types";
import type { Task } from "../../kernel/task";
import { checkEscalation } from "../auth/escalation";
import { newUid, type Server } from "../server";
import { plainError, storageFailure } from "../storage/errors";
import type { WriteExtras } from "../storage/storage";
import { readObject } from "./body";
import { trackWrite, type Manage } from "./manage";
import { chargeQuotas, isQuotaed } from "./quota";
import { groupResource, keyOf, newWrite, type Scope } from "./scope";
import { warn } from "./warnings";

/** Tries with new names when a generated one is taken. */
const NAME_TRIES = 8;
const SERVICE_TRIES = 16;
/** Seconds that events are kept (`--event-ttl`). */
const EVENT_TTL = 3600;
const NO_EXTRAS: WriteExtras = {};

/** Creates the object in `body`; gives it as it was stored. */
export function* createObject(
  server: Server,
  scope: Scope,
  body: unknown,
  manage: Manage = trackWrite,
): Task<Result<ApiObject, Status>> {
  const read = readObject(scope, body);
  if (!read.ok) return read;
  const { resourceVersion, name, generateName: prefix } = read.value.metadata;
  if (resourceVersion !== undefined && resourceVersion !== "" && resourceVersion !== "0") {
    return err(plainError("resourceVersion should not be set on objects to be created"));
  }
  const generated = (name === undefined || name === "") && prefix !== undefined && prefix !== "";
  const draft = withServerMetadata(server, read.value, generated ? nextName(server, prefix) : name);
  const made = yield* prepare(server, scope, draft, manage);
  if (!made.ok) return made;
  let object = made.value;
  if (scope.dryRun) return yield* pretendToStore(server, scope, object);
  for (let tries = 1; ; tries++) {
    const stored = yield* store(server, scope, object);
    if (!stored.ok) return stored;
    if (stored.value !== undefined) return ok(stored.value);
    const taken = object.metadata.name ?? "";
    if (!generated) return err(exists(server, scope, taken));
    if (tries >= NAME_TRIES) return err(generateNameConflict(groupResource(scope), taken, 1));
    object = copyWith(object, { metadata: copyWith(object.metadata, { name: nextName(server, prefix) }) });
  }
}

function nextName({ rng }: Server, prefix: string): string {
  return generateName(prefix, (n) => rng.below(n));
}

/** The object with what only the server may say; the members are in one order so that objects have one shape. */
function withServerMetadata(server: Server, object: ApiObject, name: string | undefined): ApiObject {
  const from = object.metadata;
  const metadata: ObjectMeta = { name: name ?? "" };
  if (from.generateName !== undefined) metadata.generateName = from.generateName;
  if (from.namespace !== undefined) metadata.namespace = from.namespace;
  metadata.uid = newUid(server.rng);
  metadata.resourceVersion = "";
  metadata.creationTimestamp = formatTime(server.kernel.now);
  if (from.labels !== undefined) metadata.labels = from.labels;
  if (from.annotations !== undefined) metadata.annotations = from.annotations;
  if (from.ownerReferences !== undefined) metadata.ownerReferences = from.ownerReferences;
  if (from.finalizers !== undefined) metadata.finalizers = from.finalizers;
  if (from.managedFields !== undefined) metadata.managedFields = from.managedFields;
  return copyWith(object, { metadata });
}

/** A request for a certificate says who made it (`pkg/registry/certificates/certificates/strategy.go`). */
function asRequestedBy({ hub, user }: Scope, draft: ApiObject): ApiObject {
  if (hub !== certificateSigningRequests) return draft;
  const { spec } = draft as CertificateSigningRequest;
  const { name: username, uid, groups, extra } = user;
  const made: CertificateSigningRequest["spec"] = { ...spec, username, groups: [...groups] };
  if (uid !== "") made.uid = uid;
  if (Object.keys(extra).length > 0) {
    made.extra = Object.fromEntries(Object.entries(extra).map(([key, values]) => [key, [...values]]));
  }
  return { ...draft, spec: made } as ApiObject;
}

/** Defaults, admission, strategy and validation. */
function* prepare(
  server: Server,
  scope: Scope,
  draft: ApiObject,
  manage: Manage,
): Task<Result<ApiObject, Status>> {
  const { hub } = scope;
  const whole = hub.applyDefaults(asRequestedBy(scope, draft));
  const attributes = {
    operation: "CREATE" as const,
    def: hub,
    subresource: "",
    namespace: scope.namespace,
    name: draft.metadata.name ?? "",
    user: scope.user,
    object: manage(server, scope, whole, undefined) as ApiObject | undefined,
    old: undefined,
  };
  const refused = yield* server.admission.admit(attributes);
  if (refused !== undefined) return err(refused);
  const admitted = attributes.object as ApiObject;
  const escalated = checkEscalation(server.authorizer, { ...attributes, object: admitted });
  if (escalated !== undefined) return err(escalated);
  const object = hub.prepareForCreate(admitted);
  const errors = hub.validateCreate(object);
  if (errors.length > 0) return err(invalid(hub.group, hub.kind, object.metadata.name ?? "", errors));
  if (!scope.quiet) for (const text of hub.warnings(object, undefined)) warn(scope, text);
  if (isQuotaed(server, scope)) {
    const named = { ...scope, name: object.metadata.name ?? "" };
    const exceeded = yield* chargeQuotas(server, named, object, undefined);
    if (exceeded !== undefined) return err(exceeded);
  }
  return ok(object);
}

/** Writes the object; undefined when the name is taken. */
function* store(
  server: Server,
  scope: Scope,
  object: ApiObject,
): Task<Result<ApiObject | undefined, Status>> {
  if (scope.hub === services) return yield* storeService(server, scope, object as Service);
  let extras = NO_EXTRAS;
  if (scope.hub === events) {
    const lease = yield* server.eventLeases.leaseFor(EVENT_TTL);
    if (!lease.ok) return err(storageFailure(lease.error));
    extras = { lease: lease.value };
  }
  const name = object.metadata.name ?? "";
  const write = newWrite(server, scope, "create", name, undefined);
  const swap = yield* server.storage.create(keyOf(scope, name), object, write, extras);
  if (!swap.ok) return swap;
  return ok(swap.value.won ? swap.value.object : undefined);
}

/** What would be stored: the name has to be free, and a Service shows an address that it could have. */
function* pretendToStore(server: Server, scope: Scope, object: ApiObject): Task<Result<ApiObject, Status>> {
  const name = object.metadata.name ?? "";
  const present = yield* server.storage.get(keyOf(scope, name));
  if (!present.ok) return present;
  if (present.value !== undefined) return err(exists(server, scope, name));
  const { resourceVersion: _none, ...metadata } = object.metadata;
  const made = copyWith(object, { metadata: metadata as ObjectMeta });
  if (scope.hub !== services) return ok(made);
  const allocated = server.services.allocate(made as Service, undefined, new Set());
  return allocated.ok ? ok(allocated.value.service) : allocated;
}

/** A Service takes its address and node ports in the transaction that creates it. */
function* storeService(
  server: Server,
  scope: Scope,
  service: Service,
): Task<Result<ApiObject | undefined, Status>> {
  const { name } = service.metadata;
  const taken = new Set<string>();
  for (let tries = 0; tries < SERVICE_TRIES; tries++) {
    const allocated = server.services.allocate(service, undefined, taken);
    if (!allocated.ok) return allocated;
    const { service: object, claims } = allocated.value;
    const write = newWrite(server, scope, "create", name, undefined);
    const swap = yield* server.storage.create(keyOf(scope, name), object, write, { claims });
    if (!swap.ok) return swap;
    if (swap.value.won) return ok(swap.value.object);
    if (!swap.value.claimTaken) return ok(undefined);
    for (const claim of claims.take) taken.add(claim);
  }
  return err(plainError("could not allocate an address for the service"));
}

function exists(server: Server, scope: Scope, name: string): Status {
  const status = alreadyExists(groupResource(scope), name);
  const present = server.caches.find(scope.hub, scope.namespace, name);
  if (present?.metadata.deletionTimestamp === undefined) return status;
  return { ...status, message: `object is being deleted: ${status.message}` };
}
