/**
 * The managers of an object's fields: `metadata.managedFields` read, checked and written
 * (apimachinery `pkg/util/managedfields/internal/{managedfields,capmanagers,buildmanagerinfo}.go`).
 */
import { compareText } from "../../../shared/compare";
import { copyWith } from "../copy";
import { parseTime } from "../time";
import type { ApiObject } from "../types";
import { isRecord } from "./always";

import { union, type MaybeSet } from "./field-set";
import { fromFieldsV1, isFieldsV1, toFieldsV1, type FieldsV1 } from "./fields-v1";

export type Operation = "Apply" | "Update";

/** An entry of `metadata.managedFields`. */
export interface ManagedFieldsEntry {
  readonly manager?: string;
  readonly operation: Operation;
  readonly apiVersion: string;
  readonly time?: string;
  readonly fieldsType: "FieldsV1";
  readonly fieldsV1: FieldsV1;
  readonly subresource?: string;
}

export type Managers = readonly ManagedFieldsEntry[];

/** Who writes, and how. */
export interface Manager {
  readonly name: string;
  readonly operation: Operation;
  /** The version in which the fields are named. */
  readonly apiVersion: string;
  /** `""` for the object itself. */
  readonly subresource: string;
}

export const NO_MANAGERS: Managers = Object.freeze([]);
/** Managers with operation Update that an object remembers one by one (`--max-update-managers`). */
const UPDATERS_MAX = 10;
const ANCIENT = "ancient-changes";

export function managersOf(object: ApiObject | undefined): Managers {
  return (object?.metadata.managedFields as Managers | undefined) ?? NO_MANAGERS;
}

/** Whether an entry is that of a manager; appliers are the same whatever the version. */
export function isEntryOf(entry: ManagedFieldsEntry, manager: Manager): boolean {
  return (
    entry.operation === manager.operation &&
    (entry.manager ?? "") === manager.name &&
    (entry.subresource ?? "") === manager.subresource &&
    (manager.operation === "Apply" || entry.apiVersion === manager.apiVersion)
  );
}

export function setOfEntry(entry: ManagedFieldsEntry | undefined): MaybeSet {
  return entry === undefined ? undefined : fromFieldsV1(entry.fieldsV1);
}

/** The members in the order of upstream's type. */
export function makeEntry(manager: Manager, set: MaybeSet, time: string | undefined): ManagedFieldsEntry {
  const { name, operation, apiVersion, subresource } = manager;
  const fieldsV1 = toFieldsV1(set);
  const entry: Mutable<ManagedFieldsEntry> =
    time === undefined
      ? { manager: name, operation, apiVersion, fieldsType: "FieldsV1", fieldsV1 }
      : { manager: name, operation, apiVersion, time, fieldsType: "FieldsV1", fieldsV1 };
  if (subresource !== "") entry.subresource = subresource;
  return entry;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** The entry with another set, or undefined if that is empty; the same one if nothing changes. */
export function withSet(entry: ManagedFieldsEntry, set: MaybeSet): ManagedFieldsEntry | undefined {
  if (set === undefined) return undefined;
  const fieldsV1 = toFieldsV1(set);
  return fieldsV1 === entry.fieldsV1 ? entry : copyWith(entry, { fieldsV1 });
}

/**
 * The managers that a write starts from. A client may write them, except through a subresource; one that sends none,
 * or what are none, leaves those of the live object (`decodeLiveOrNew`), and one empty entry takes all away.
 */
export function startingManagers(
  live: ApiObject | undefined,
  wanted: ApiObject,
  subresource: string,
): Managers {
  const present = managersOf(live);
  const given: unknown = wanted.metadata.managedFields;
  if (given === present || subresource !== "") return present;
  if (!Array.isArray(given) || given.length === 0) return present;
  if (given.length === 1 && isRecord(given[0]) && Object.keys(given[0]).length === 0) return NO_MANAGERS;
  const decoded = decodeManagers(given);
  return decoded === undefined || decoded.length === 0 ? present : decoded;
}

/** The entries in our own form; undefined if one of them is no entry. */
export function decodeManagers(given: readonly unknown[]): Managers | undefined {
  const entries = new Map<string, ManagedFieldsEntry>();
  for (const one of given) {
    const entry = isRecord(one) ? decodeEntry(one) : undefined;
    if (entry === undefined) return undefined;
    const { manager, operation, apiVersion, subresource } = entry;
    const version = operation === "Apply" ? "" : apiVersion;
    entries.set(JSON.stringify([manager, operation, version, subresource]), entry);
  }
  return [...entries.values()].sort(compareEntries);
}

function decodeEntry(given: Record<string, unknown>): ManagedFieldsEntry | undefined {
  const { manager = "", operation, apiVersion, time, fieldsType, fieldsV1 = {}, subresource = "" } = given;
  if (operation !== "Apply" && operation !== "Update") return undefined;
  if (typeof apiVersion !== "string" || apiVersion === "" || fieldsType !== "FieldsV1") return undefined;
  if (typeof manager !== "string" || typeof subresource !== "string" || !isFieldsV1(fieldsV1))
    return undefined;
  const at = typeof time === "string" ? time : undefined;
  return makeEntry({ name: manager, operation, apiVersion, subresource }, fromFieldsV1(fieldsV1), at);
}

/** Appliers first, then by time (`sortEncodedManagedFields`). */
export function compareEntries(a: ManagedFieldsEntry, b: ManagedFieldsEntry): number {
  return (
    compareText(a.operation, b.operation) ||
    compareTimes(a.time, b.time) ||
    compareText(a.manager ?? "", b.manager ?? "") ||
    compareText(a.apiVersion, b.apiVersion) ||
    compareText(a.subresource ?? "", b.subresource ?? "")
  );
}

function compareTimes(a: string | undefined, b: string | undefined): number {
  return a === b ? 0 : secondsOf(a) - secondsOf(b);
}

/** Microseconds of a time in an entry; those without one, or with what is none, come first. */
function secondsOf(time: string | undefined): number {
  const at = time === undefined ? Number.NEGATIVE_INFINITY : parseTime(time);
  return Number.isNaN(at) ? Number.NEGATIVE_INFINITY : at;
}

/** The entries in order, with the oldest updaters of each version put together if there are too many of them. */
export function settle(entries: readonly ManagedFieldsEntry[]): Managers {
  const sorted = isSorted(entries) ? entries : [...entries].sort(compareEntries);
  const updaters = sorted.filter((entry) => entry.operation === "Update");
  return updaters.length <= UPDATERS_MAX ? sorted : capUpdaters(sorted, updaters);
}

function isSorted(entries: readonly ManagedFieldsEntry[]): boolean {
  for (let i = 1; i < entries.length; i++) if (compareEntries(entries[i - 1]!, entries[i]!) > 0) return false;
  return true;
}

/** `updaters` are oldest first. */
function capUpdaters(entries: Managers, updaters: readonly ManagedFieldsEntry[]): Managers {
  const kept = new Set(entries);
  const buckets = new Map<string, ManagedFieldsEntry>();
  let count = updaters.length;
  for (const entry of updaters) {
    if (count <= UPDATERS_MAX) break;
    const { apiVersion, time } = entry;
    const first = buckets.get(apiVersion);
    if (first !== undefined) {
      const bucket: Manager = { name: ANCIENT, operation: "Update", apiVersion, subresource: "" };
      const merged = makeEntry(bucket, union(setOfEntry(first), setOfEntry(entry)), time);
      kept.delete(first);
      kept.delete(entry);
      kept.add(merged);
      buckets.set(apiVersion, merged);
      count--;
    } else buckets.set(apiVersion, entry);
  }
  return [...kept].sort(compareEntries);
}
