/**
 * Who owns what after a write that is no apply (structured-merge-diff `merge/update.go` Update, apimachinery
 * `pkg/util/managedfields/internal/managedfieldsupdater.go`).
 */
import type { Shape, StructShape } from "../schema/shape";
import type { ApiObject } from "../types";
import { alwaysThere, emptyMember } from "./always";
import { compare, SAME, type Difference } from "./compare";
import { below, difference, makeUnordered, single, union, type FieldSet, type MaybeSet } from "./field-set";
import {
  isEntryOf,
  makeEntry,
  NO_MANAGERS,
  setOfEntry,
  settle,
  withSet,
  type ManagedFieldsEntry,
  type Manager,
  type Managers,
} from "./managers";

/** The two states of an object in one of its versions. */
export interface Versioned {
  readonly before: ApiObject | undefined;
  readonly after: ApiObject;
  readonly shape: StructShape | undefined;
}

/** Gives the two states in another version; undefined for versions that are not served. */
export type AtVersion = (apiVersion: string) => Versioned | undefined;

/** What of an object a door leaves as it is. */
export interface ResetFields {
  /** Members such as `status`. */
  readonly members: readonly string[];
  /** If given, all that is not at or below one of these places; `*` stands for any element. */
  readonly except?: readonly (readonly string[])[];
}

/** The part of a set that a door does not leave as it is. */
export function through(set: MaybeSet, { except }: ResetFields): MaybeSet {
  return except === undefined ? set : below(set, except);
}

/** Metadata that belongs to the server (`stripmeta.go`). */
const UNOWNED_METADATA = [
  "name",
  "namespace",
  "creationTimestamp",
  "selfLink",
  "uid",
  "clusterName",
  "generation",
  "managedFields",
  "resourceVersion",
];
const unowned = new Set(UNOWNED_METADATA);
const UNOWNED: MaybeSet = [
  ["f:apiVersion"],
  ["f:kind"],
  ["f:metadata"],
  ...UNOWNED_METADATA.map((name) => ["f:metadata", `f:${name}`]),
].reduce<MaybeSet>((all, path) => union(all, single(path)), undefined);

/** The set without what nobody owns. */
export function owned(set: MaybeSet): MaybeSet {
  return difference(set, UNOWNED);
}

/** What a write changes, but for what its door resets and for what nobody owns. */
export function compareObjects({ before, after, shape }: Versioned, reset: ResetFields): Difference {
  if (before === after) return SAME;
  const left = (before ?? NOTHING) as Readonly<Record<string, unknown>>;
  const right = after as unknown as Readonly<Record<string, unknown>>;
  const always = alwaysThere(shape);
  const parts = new Parts();
  const look = (name: string): void => {
    if (
      left[name] === right[name] ||
      name === "apiVersion" ||
      name === "kind" ||
      reset.members.includes(name)
    )
      return;
    if (name === "metadata") {
      parts.add(name, compare(ownable(left[name]), ownable(right[name]), shape?.fields[name]));
      return;
    }
    const empty = always.includes(name) ? emptyMember(name) : undefined;
    const isNew = name === "spec" && left[name] === undefined;
    const difference = isNew ? compareNew : compare;
    parts.add(name, difference(left[name] ?? empty, right[name] ?? empty, shape?.fields[name]));
  };
  for (const name in right) look(name);
  for (const name in left) if (right[name] === undefined) look(name);
  const found = parts.finish();
  if (reset.except === undefined || found === SAME) return found;
  return { changed: through(found.changed, reset), removed: through(found.removed, reset) };
}

const NOTHING: object = Object.freeze({});

const comparedNew = new WeakMap<
  object,
  { readonly shape: Shape | undefined; readonly difference: Difference }
>();

/** As `compare`, for the spec of a new object: pods of one template have the same, and it is large. */
function compareNew(before: unknown, after: unknown, shape: Shape | undefined): Difference {
  if (typeof after !== "object" || after === null) return compare(before, after, shape);
  const known = comparedNew.get(after);
  if (known !== undefined && known.shape === shape) return known.difference;
  const difference = compare(before, after, shape);
  comparedNew.set(after, { shape, difference });
  return difference;
}

class Parts {
  readonly #changed: string[] = [];
  readonly #changedSets: FieldSet[] = [];
  readonly #removed: string[] = [];
  readonly #removedSets: FieldSet[] = [];

  add(name: string, { changed, removed }: Difference): void {
    if (changed !== undefined) {
      this.#changed.push(`f:${name}`);
      this.#changedSets.push(changed);
    }
    if (removed !== undefined) {
      this.#removed.push(`f:${name}`);
      this.#removedSets.push(removed);
    }
  }

  finish(): Difference {
    if (this.#changed.length === 0 && this.#removed.length === 0) return SAME;
    return {
      changed: makeUnordered(this.#changed, this.#changedSets, false),
      removed: makeUnordered(this.#removed, this.#removedSets, false),
    };
  }
}

/** The part of an object's metadata that somebody can own. */
function ownable(metadata: unknown): Record<string, unknown> {
  const from = (metadata ?? NOTHING) as Readonly<Record<string, unknown>>;
  const made: Record<string, unknown> = {};
  for (const name in from) if (!unowned.has(name)) made[name] = from[name];
  return made;
}

/**
 * The managers after a write: who changes a field owns it from now on, alone.
 * @param time of the write, whole seconds
 */
export function trackUpdate(
  start: Managers,
  manager: Manager,
  at: AtVersion,
  reset: ResetFields,
  time: string,
): Managers {
  // Objects that have no managers stay without until the first apply (`skipnonapplied.go`).
  if (start.length === 0 && at(manager.apiVersion)?.before !== undefined) return start;
  const differences = new Differences(at, reset);
  const { changed } = differences.of(manager.apiVersion) ?? SAME;
  const next: ManagedFieldsEntry[] = [];
  let same = true;
  let found = changed === undefined;
  for (const entry of start) {
    const wins = changed !== undefined && isEntryOf(entry, manager);
    if (wins) found = true;
    const made = wins ? gain(entry, differences, manager, time) : lose(entry, differences);
    if (made !== undefined) next.push(made);
    if (made !== entry) same = false;
  }
  if (!found) next.push(makeEntry(manager, changed, time));
  if (same && found) return start;
  return next.length === 0 ? NO_MANAGERS : settle(next);
}

/** The entry of the writer: without what it removed, and with what it changed. */
function gain(
  entry: ManagedFieldsEntry,
  differences: Differences,
  manager: Manager,
  time: string,
): ManagedFieldsEntry {
  const { changed, removed } = differences.of(manager.apiVersion) ?? SAME;
  const set = union(difference(setOfEntry(entry), removed), changed);
  return entry.time === time ? (withSet(entry, set) ?? entry) : makeEntry(manager, set, time);
}

/** The entry of another: without what was removed or changed; undefined if nothing is left. */
function lose(entry: ManagedFieldsEntry, differences: Differences): ManagedFieldsEntry | undefined {
  const found = differences.of(entry.apiVersion);
  if (found === undefined) return undefined;
  if (found === SAME) return entry;
  return withSet(entry, difference(difference(setOfEntry(entry), found.removed), found.changed));
}

/** What a write changes, in each version that a manager knows the object in. */
export class Differences {
  readonly #at: AtVersion;
  readonly #reset: ResetFields;
  readonly #known = new Map<string, Difference | undefined>();

  constructor(at: AtVersion, reset: ResetFields) {
    this.#at = at;
    this.#reset = reset;
  }

  /** Undefined for versions that are not served. */
  of(apiVersion: string): Difference | undefined {
    if (this.#known.has(apiVersion)) return this.#known.get(apiVersion);
    const versioned = this.#at(apiVersion);
    const found = versioned === undefined ? undefined : compareObjects(versioned, this.#reset);
    this.#known.set(apiVersion, found);
    return found;
  }
}
