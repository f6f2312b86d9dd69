/**
 * Server-side apply (structured-merge-diff `merge/update.go` Apply, apimachinery
 * `pkg/util/managedfields/internal/{structuredmerge,skipnonapplied,lastappliedmanager,lastappliedupdater}.go`).
 */
import { err, ok, type Result } from "../../../shared/result";
import { deepEqual } from "../deep-equal";
import type { StructShape } from "../schema/shape";
import { badRequest } from "../status";
import type { ApiObject, Status } from "../types";
import { checkConfiguration } from "./check";
import { conflictStatus, type Conflict } from "./conflict";
import { difference, intersection, recursiveDifference, single, union, type MaybeSet } from "./field-set";
import { allowedByLastApplied, withLastApplied } from "./last-applied";
import {
  isEntryOf,
  makeEntry,
  managersOf,
  NO_MANAGERS,
  setOfEntry,
  settle,
  withSet,
  type ManagedFieldsEntry,
  type Manager,
  type Managers,
} from "./managers";
import { merge } from "./merge";
import { fieldsOf } from "./own";
import { prune } from "./remove";
import { Differences, owned, through, trackUpdate, type AtVersion, type ResetFields } from "./track";

/** An object and a configuration for it, both in the version of the request. */
export interface Application {
  /** Undefined when the object is not there yet. */
  readonly live: ApiObject | undefined;
  readonly config: ApiObject;
  readonly shape: StructShape | undefined;
  readonly manager: Manager;
  readonly force: boolean;
  readonly reset: ResetFields;
  /** Two states of the object in another version. */
  readonly atVersion: (before: ApiObject | undefined, after: ApiObject) => AtVersion;
  /** Now, in whole seconds. */
  readonly time: string;
}

/** The manager of what an object was before anybody applied it. */
const BEFORE_FIRST_APPLY = "before-first-apply";
/** Only kubectl has a past of applying on the client's side. */
const KUBECTL = "kubectl";

/** The object as the configuration wants it, with its managers; the live object itself if nothing changes. */
export function applyConfiguration(application: Application): Result<ApiObject, Status> {
  const { config, manager, shape } = application;
  const problem = checkBody(application);
  if (problem !== undefined) return err(problem);
  const first = attempt(application, application.force);
  const settled = first.ok || manager.name !== KUBECTL ? first : attemptAsHeir(application, first.error);
  if (!settled.ok) return err(conflictStatus(settled.error));
  if (manager.name !== KUBECTL) return ok(settled.value);
  return ok(withLastApplied(settled.value, config, shape));
}

function checkBody({ config, manager, shape }: Application): Status | undefined {
  const { apiVersion, kind, metadata } = config;
  if (apiVersion !== manager.apiVersion) {
    return badRequest(
      "Incorrect version specified in apply patch. " +
        `Specified patch version: ${apiVersion}, expected: ${manager.apiVersion}`,
    );
  }
  if (metadata?.managedFields !== undefined) return badRequest("metadata.managedFields must be nil");
  const errors = checkConfiguration(config, shape);
  if (errors.length === 0) return undefined;
  const { namespace = "", name = "" } = metadata ?? {};
  const version = apiVersion.includes("/") ? apiVersion : `/${apiVersion}`;
  const text = errors.length === 1 ? errors[0] : `errors:${errors.map((error) => `\n  ${error}`).join("")}`;
  const message = `failed to create typed patch object (${namespace}/${name}; ${version}, Kind=${kind}): ${text}`;
  // Upstream answers with a bare error here, which has no reason.
  return { kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", message, code: 500 };
}

function attempt(application: Application, force: boolean): Result<ApiObject, readonly Conflict[]> {
  const { live, config, shape, manager, reset, atVersion } = application;
  const start = startOf(application);
  const merged = merge(live ?? { apiVersion: config.apiVersion, kind: config.kind }, config, shape);
  const previous = start.find((entry) => isEntryOf(entry, manager));
  const named = ignore(fieldsOf(config, shape), reset);
  let all: MaybeSet = named;
  for (const entry of start) if (entry !== previous) all = union(all, setOfEntry(entry));
  const next = prune(merged, setOfEntry(previous), all, shape) as ApiObject;
  const differences = new Differences(atVersion(live, next), reset);
  const conflicts = conflictsOf(start, manager, differences);
  if (conflicts.length > 0 && !force) return err(conflicts);
  const managers = managersAfter(application, start, previous, named, differences, !deepEqual(next, live));
  return ok(withManagers(next, managers, live));
}

/** The managers so far; of an object that has none, one that owns all that is there. */
function startOf({ live, manager, reset, atVersion, time }: Application): Managers {
  const present = managersOf(live);
  if (present.length > 0 || live === undefined) return present;
  const before: Manager = { ...manager, name: BEFORE_FIRST_APPLY, operation: "Update" };
  return trackUpdate(NO_MANAGERS, before, atVersion(undefined, live), reset, time);
}

function ignore(set: MaybeSet, reset: ResetFields): MaybeSet {
  let left = through(set, reset);
  for (const name of reset.members) left = recursiveDifference(left, single([`f:${name}`]));
  return left;
}

function conflictsOf(start: Managers, manager: Manager, differences: Differences): Conflict[] {
  const conflicts: Conflict[] = [];
  for (const entry of start) {
    if (isEntryOf(entry, manager)) continue;
    const fields = intersection(setOfEntry(entry), differences.of(entry.apiVersion)?.changed);
    if (fields !== undefined) conflicts.push({ entry, fields });
  }
  return conflicts;
}

function managersAfter(
  { manager, time }: Application,
  start: Managers,
  previous: ManagedFieldsEntry | undefined,
  named: MaybeSet,
  differences: Differences,
  changes: boolean,
): Managers {
  const next: ManagedFieldsEntry[] = [];
  for (const entry of start) {
    if (entry === previous) continue;
    const found = differences.of(entry.apiVersion);
    if (found === undefined) continue;
    const kept = withSet(entry, difference(difference(setOfEntry(entry), found.removed), found.changed));
    if (kept !== undefined) next.push(kept);
  }
  const set = owned(named);
  if (set !== undefined) {
    const made = makeEntry(manager, set, changes || previous === undefined ? time : previous.time);
    const same =
      previous?.fieldsV1 === made.fieldsV1 &&
      previous.time === made.time &&
      previous.apiVersion === made.apiVersion;
    next.push(same ? previous : made);
  }
  const settled = settle(next);
  const same = settled.length === start.length && settled.every((entry, i) => entry === start[i]);
  return same ? start : settled;
}

function withManagers(object: ApiObject, managers: Managers, live: ApiObject | undefined): ApiObject {
  if (live !== undefined && object === live && managers === managersOf(live)) return live;
  const { managedFields: _before, ...metadata } = object.metadata ?? {};
  if (managers.length === 0) return { ...object, metadata };
  return {
    ...object,
    metadata: { ...metadata, managedFields: managers as unknown as NonNullable<typeof _before> },
  };
}

/** What `kubectl apply` owned on the client's side is no conflict for kubectl itself. */
function attemptAsHeir(
  application: Application,
  conflicts: readonly Conflict[],
): Result<ApiObject, readonly Conflict[]> {
  const { live, shape } = application;
  const allowed = allowedByLastApplied(live, shape);
  if (allowed === undefined) return err(conflicts);
  const left: Conflict[] = [];
  for (const { entry, fields } of conflicts) {
    const rest = difference(fields, allowed);
    if (rest !== undefined) left.push({ entry, fields: rest });
  }
  return left.length > 0 ? err(left) : attempt(application, true);
}
