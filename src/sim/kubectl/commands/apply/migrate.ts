/** Fields of client-side apply become fields of server-side apply (client-go `util/csaupgrade/upgrade.go`). */
import { isJsonObject, type JsonObject } from "../../../api/patch/patch-error";
import type { AnyObject } from "../../resource/info";
import { LAST_APPLIED } from "../../resource/last-applied";

interface Entry {
  readonly manager?: string;
  readonly operation?: string;
  readonly subresource?: string;
  readonly fieldsV1?: JsonObject;
  readonly [field: string]: unknown;
}

function entriesOf(object: AnyObject): readonly Entry[] {
  return (object.metadata?.["managedFields"] as readonly Entry[] | undefined) ?? [];
}

/** Who owns the annotation of client-side apply by updates. */
export function lastAppliedOwners(object: AnyObject): readonly string[] {
  return entriesOf(object)
    .filter((entry) => entry.operation === "Update" && !isSubresource(entry) && ownsAnnotation(entry))
    .map((entry) => entry.manager ?? "");
}

function isSubresource(entry: Entry): boolean {
  return (entry.subresource ?? "") !== "";
}

function ownsAnnotation({ fieldsV1 }: Entry): boolean {
  const metadata = fieldsV1?.["f:metadata"] as JsonObject | undefined;
  const annotations = metadata?.["f:annotations"] as JsonObject | undefined;
  return annotations?.[`f:${LAST_APPLIED}`] !== undefined;
}

/** The JSON patch that moves the fields of those owners to `manager`; undefined: there is nothing to move. */
export function upgradePatch(object: AnyObject, manager: string): readonly object[] | undefined {
  const entries = entriesOf(object);
  const owners = new Set(lastAppliedOwners(object));
  const isOld = (entry: Entry): boolean =>
    entry.operation === "Update" && !isSubresource(entry) && owners.has(entry.manager ?? "");
  const old = entries.filter(isOld);
  const [first] = old;
  if (first === undefined) return undefined;
  const isNew = (entry: Entry): boolean =>
    entry.operation === "Apply" && !isSubresource(entry) && entry.manager === manager;
  const all = (into: Entry): Entry => ({
    ...into,
    fieldsV1: old.reduce((sum, entry) => union(sum, entry.fieldsV1 ?? {}), into.fieldsV1 ?? {}),
  });
  const value = entries.some(isNew)
    ? entries.filter((entry) => !isOld(entry)).map((entry) => (isNew(entry) ? all(entry) : entry))
    : entries
        .filter((entry) => !isOld(entry) || entry === first)
        .map((entry) => (entry === first ? all({ ...entry, manager, operation: "Apply" }) : entry));
  return [
    { op: "replace", path: "/metadata/managedFields", value },
    { op: "replace", path: "/metadata/resourceVersion", value: object.metadata?.resourceVersion },
  ];
}

/** All fields of two sets of fields. */
function union(a: JsonObject, b: JsonObject): JsonObject {
  const sum: Record<string, unknown> = { ...a };
  for (const key of Object.keys(b)) {
    const [x, y] = [sum[key], b[key]];
    sum[key] = isJsonObject(x) && isJsonObject(y) ? union(x, y) : (x ?? y);
  }
  return sum;
}
