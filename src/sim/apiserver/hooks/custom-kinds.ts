/**
 * What every API server does for CustomResourceDefinitions: says whether their names are free, begins to serve them,
 * and empties those that are being deleted (apiextensions-apiserver `pkg/controller/{status,establish,finalizer}`).
 */
import { ok } from "../../../shared/result";
import { CLEANUP_FINALIZER, customResourceDefinitions } from "../../api/kinds/custom-resource-definition";
import { deepEqual } from "../../api/deep-equal";
import { conditionStatus } from "../../api/meta";
import type { CustomResourceDefinition } from "../../api/types";
import { Mailbox, type Task } from "../../kernel/task";
import { SECOND, type Micros } from "../../kernel/time";
import { withCondition, withTermination, type Condition } from "../registry/definition-conditions";
import { deleteObject } from "../registry/delete";
import { guaranteedUpdate, KEEP } from "../registry/guaranteed-update";
import { trackAs } from "../registry/manage";
import { ownScope, type Scope } from "../registry/scope";
import type { Server } from "../server";

type Names = CustomResourceDefinition["spec"]["names"];

/** How often it is looked whether all objects of a kind are gone, and how long before that is called overdue. */
const POLL: Micros = 1 * SECOND;
const PATIENCE: Micros = 60 * SECOND;
const RETRY: Micros = 5 * SECOND;

/** Follows all definitions for ever. */
export function* keepCustomKinds(server: Server): Task {
  const { process, kernel, caches } = server;
  const changed = new Mailbox<string>(kernel);
  const emptying = new Set<string>();
  const definitions = caches.of(customResourceDefinitions);
  const look = (crd: CustomResourceDefinition): void => {
    changed.push(crd.metadata.name);
  };
  definitions.listeners.push(({ type, object }) => {
    if (type !== "DELETED") look(object as CustomResourceDefinition);
  });
  for (const crd of definitions.all()) look(crd as CustomResourceDefinition);
  for (;;) {
    const name = yield* changed.receive();
    const crd = caches.find(customResourceDefinitions, "", name);
    if (crd === undefined) continue;
    if (crd.metadata.deletionTimestamp === undefined) yield* settleNames(server, name);
    else if (!emptying.has(name)) {
      emptying.add(name);
      process.spawn("empty custom kind", finish(server, name, emptying));
    }
  }
}

function* finish(server: Server, name: string, emptying: Set<string>): Task {
  while (!(yield* cleanUp(server, name))) yield RETRY;
  emptying.delete(name);
}

function scopeOf(server: Server, name: string): Scope {
  return { ...ownScope(server, customResourceDefinitions, "update", "", name), subresource: "status" };
}

/** Writes the status that a definition ought to have, unless it has it. */
function* changeStatus(
  server: Server,
  name: string,
  change: (crd: CustomResourceDefinition) => CustomResourceDefinition | undefined,
): Task<boolean> {
  server.kernel.setQuiet(false);
  const scope = scopeOf(server, name);
  const done = yield* guaranteedUpdate(server, scope, function* (existing) {
    if (existing === undefined) return ok(KEEP);
    const next = change(existing as CustomResourceDefinition);
    if (next === undefined || deepEqual(next, existing)) return ok(KEEP);
    const gone =
      next.metadata.deletionTimestamp !== undefined && (next.metadata.finalizers ?? []).length === 0;
    if (gone) return ok({ act: "remove" });
    const object = trackAs("status")(server, scope, next, existing);
    return ok({ act: "put", object, type: "status" });
  });
  return done.ok;
}

function* settleNames(server: Server, name: string): Task {
  yield* changeStatus(server, name, (crd) => withNames(server, crd));
}

/** First the names are accepted; a look later the kind is served. */
function withNames(server: Server, crd: CustomResourceDefinition): CustomResourceDefinition {
  const { names } = crd.spec;
  const conflict = conflictOf(names, takenNames(server, crd));
  const accepted = conflict === undefined;
  const now = server.kernel.now;
  const verdict: Condition = accepted
    ? { type: "NamesAccepted", status: "True", reason: "NoConflicts", message: "no conflicts found" }
    : { type: "NamesAccepted", status: "False", ...conflict };
  const before = conditionStatus(crd.status.conditions, "NamesAccepted");
  let conditions = withCondition(crd.status.conditions, verdict, now);
  if (conditionStatus(conditions, "Established") !== "True") {
    conditions = withCondition(conditions, establishment(accepted, before === "True"), now);
  }
  const acceptedNames = accepted ? names : crd.status.acceptedNames;
  return { ...crd, status: { ...crd.status, acceptedNames, conditions } } as CustomResourceDefinition;
}

function establishment(accepted: boolean, before: boolean): Condition {
  const type = "Established";
  if (!accepted) {
    return { type, status: "False", reason: "NotAccepted", message: "not all names are accepted" };
  }
  const message = "the initial names have been accepted";
  return before
    ? { type, status: "True", reason: "InitialNamesAccepted", message }
    : { type, status: "False", reason: "Installing", message };
}

/** Names by which other definitions of the group are known. */
interface Taken {
  readonly resources: ReadonlySet<string>;
  readonly kinds: ReadonlySet<string>;
}

function takenNames({ caches }: Server, crd: CustomResourceDefinition): Taken {
  const found = { resources: new Set<string>(), kinds: new Set<string>() };
  for (const object of caches.of(customResourceDefinitions).all()) {
    const other = object as CustomResourceDefinition;
    if (other.metadata.name === crd.metadata.name || other.spec.group !== crd.spec.group) continue;
    const {
      plural,
      singular,
      shortNames = [],
      kind,
      listKind,
    } = other.status.acceptedNames ?? other.spec.names;
    for (const name of [plural, singular ?? "", ...shortNames]) if (name !== "") found.resources.add(name);
    for (const name of [kind, listKind ?? ""]) if (name !== "") found.kinds.add(name);
  }
  return found;
}

function conflictOf(names: Names, taken: Taken): Pick<Condition, "reason" | "message"> | undefined {
  const { plural, singular, shortNames = [], kind, listKind } = names;
  const questions: [string, string, ReadonlySet<string>][] = [
    ["PluralConflict", plural, taken.resources],
    ["SingularConflict", singular ?? "", taken.resources],
    ...shortNames.map((name): [string, string, ReadonlySet<string>] => [
      "ShortNamesConflict",
      name,
      taken.resources,
    ]),
    ["KindConflict", kind, taken.kinds],
    ["ListKindConflict", listKind ?? "", taken.kinds],
  ];
  for (const [reason, name, used] of questions) {
    if (used.has(name)) return { reason, message: `"${name}" is already in use` };
  }
  return undefined;
}

/** Deletes all objects of a kind, then lets its definition go; false if some would not go yet. */
function* cleanUp(server: Server, name: string): Task<boolean> {
  const crd = server.caches.find(customResourceDefinitions, "", name);
  if (crd?.metadata.finalizers?.includes(CLEANUP_FINALIZER) !== true) return true;
  const progress = "CustomResource deletion is in progress";
  yield* note(server, name, { status: "True", reason: "InstanceDeletionInProgress", message: progress });
  if (!(yield* empty(server, name))) {
    const message = "could not confirm zero CustomResources remaining: timed out waiting for the condition";
    yield* note(server, name, { status: "True", reason: "InstanceDeletionCheck", message });
    return false;
  }
  return yield* changeStatus(server, name, (existing) => {
    const finalizers = (existing.metadata.finalizers ?? []).filter((f) => f !== CLEANUP_FINALIZER);
    const done = { status: "False", reason: "InstanceDeletionCompleted", message: "removed all instances" };
    const next = withTermination(existing, done, server.kernel.now);
    return { ...next, metadata: { ...next.metadata, finalizers } };
  });
}

function* note(server: Server, name: string, verdict: Omit<Condition, "type">): Task {
  yield* changeStatus(server, name, (crd) => withTermination(crd, verdict, server.kernel.now));
}

/** Whether all objects of a kind have gone. */
function* empty(server: Server, name: string): Task<boolean> {
  const [def] = server.served.ofDefinition(name);
  if (def === undefined) return true;
  const { hub = def } = def.conversion ?? {};
  const cache = server.caches.of(def);
  for (const object of [...cache.all()]) {
    const { namespace = "", name: own = "" } = object.metadata;
    yield* deleteObject(server, { ...ownScope(server, def, "delete", namespace, own), hub }, {});
  }
  const until = server.kernel.now + PATIENCE;
  while (cache.size > 0) {
    if (server.kernel.now >= until) return false;
    yield POLL;
  }
  return true;
}
