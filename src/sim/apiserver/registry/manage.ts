/**
 * Notes in an object who owns which of its fields, with every write
 * (apimachinery `pkg/util/managedfields/fieldmanager.go`, apiserver `pkg/endpoints/handlers/{create,update,patch}.go`).
 */
import { copyWith } from "../../api/copy";
import { forbiddenField, invalid as invalidField, required, tooLong } from "../../api/field-error";
import type { FieldError } from "../../api/field-error";
import { startingManagers, type Manager, type Managers } from "../../api/fields/managers";
import { trackUpdate, type AtVersion, type ResetFields } from "../../api/fields/track";
import { findResource, hubOf } from "../../api/registry";
import type { ResourceDefinition } from "../../api/resource";
import { shapeOf } from "../../api/schema/shapes";
import { invalid } from "../../api/status";
import { formatTime } from "../../api/time";
import type { ApiObject, Status } from "../../api/types";
import type { Server } from "../server";
import type { Scope } from "./scope";

/** Bytes of a name of a manager. */
const NAME_MAX = 128;
/** Letters, marks, numbers, punctuation and symbols, and of spaces the plain one (Go's `unicode.IsPrint`). */
const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;
const AGENTS_MAX = 1000;
const byAgent = new Map<string, string>();

/** Who writes, when the client does not say: the beginning of its user agent, up to a slash (`managerOrUserAgent`). */
export function managerOfAgent(userAgent = ""): string {
  const known = byAgent.get(userAgent);
  if (known !== undefined) return known;
  let name = "";
  let bytes = 0;
  for (const character of userAgent.split("/", 1)[0] ?? "") {
    if (!PRINTABLE.test(character)) continue;
    bytes += utf8Length(character);
    if (bytes > NAME_MAX) break;
    name += character;
  }
  if (byAgent.size >= AGENTS_MAX) byAgent.clear();
  byAgent.set(userAgent, name);
  return name;
}

function utf8Length(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}

/** What is wrong with `fieldManager` and `force` (`pkg/apis/meta/v1/validation` of apimachinery). */
export function checkManagerOptions(
  query: Scope["query"],
  options: string,
  apply: boolean,
): Status | undefined {
  const { fieldManager: name = "", force } = query;
  if (name === "" && force === undefined && !apply) return undefined;
  const errors: FieldError[] = [];
  if (!apply && force !== undefined && options === "PatchOptions") {
    errors.push(forbiddenField("force", "may not be specified for non-apply patch"));
  }
  if (apply && name === "") errors.push(required("fieldManager", "is required for apply patch"));
  if (utf8Length(name) > NAME_MAX) errors.push(tooLong("fieldManager", NAME_MAX));
  let at = 0;
  for (const character of name) {
    if (!PRINTABLE.test(character)) {
      const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
      errors.push(invalidField("fieldManager", name, `invalid character U+${code} (at position ${at})`));
    }
    at += utf8Length(character);
  }
  return errors.length === 0 ? undefined : invalid("meta.k8s.io", options, "", errors);
}

/** The manager of a write through a door. */
export function managerOf(
  { def, manager }: Scope,
  subresource: string,
  operation: Manager["operation"],
): Manager {
  return { name: manager, operation, apiVersion: def.apiVersion, subresource };
}

const NO_RESET: ResetFields = { members: [] };
const RESET_STATUS: ResetFields = { members: ["status"] };
const RESET_SPEC: ResetFields = { members: ["spec"] };
const RESIZED: ResetFields = {
  members: ["status"],
  except: ["f:containers", "f:initContainers"].flatMap((list) => [
    ["f:spec", list, "*", "f:resources"],
    ["f:spec", list, "*", "f:resizePolicy"],
  ]),
};

/** What a door leaves as it is, so that nobody comes to own it there (`GetResetFields` of the strategies). */
export function resetBy({ hub }: Scope, subresource: string): ResetFields {
  if (subresource === "resize") return RESIZED;
  if (subresource === "status" || subresource === "approval") return RESET_SPEC;
  return hub.hasStatus ? RESET_STATUS : NO_RESET;
}

/** Two states of an object, as stored, in whatever version a manager knows it. */
export function atVersions({ hub }: Scope, before: ApiObject | undefined, after: ApiObject): AtVersion {
  return (apiVersion) => {
    // Versions of a custom kind differ in nothing but their name.
    if (hub.custom !== undefined) return { before, after, shape: hub.custom.shape };
    if (apiVersion === hub.apiVersion) return { before, after, shape: shapeOf(apiVersion, hub.kind) };
    const def = servedAs(hub, apiVersion);
    if (def?.conversion === undefined) return undefined;
    const { fromHub } = def.conversion;
    const from = before === undefined ? undefined : fromHub(before);
    return { before: from, after: fromHub(after), shape: shapeOf(apiVersion, def.kind) };
  };
}

function servedAs(hub: ResourceDefinition, apiVersion: string): ResourceDefinition | undefined {
  const slash = apiVersion.indexOf("/");
  const group = slash < 0 ? "" : apiVersion.slice(0, slash);
  const def = findResource(group, apiVersion.slice(slash + 1), hub.resource);
  return def !== undefined && hubOf(def) === hub ? def : undefined;
}

/** Notes the managers after a write in the object that is to be stored. */
export type Manage = (
  server: Server,
  scope: Scope,
  wanted: ApiObject,
  existing: ApiObject | undefined,
) => ApiObject;

/** A write through a door: who changes a field owns it. */
export function trackAs(door: string): Manage {
  return (server, scope, wanted, existing) => track(server, scope, wanted, existing, door);
}

/** A create, an update or a patch: who changes a field owns it. */
export const trackWrite: Manage = (server, scope, wanted, existing) =>
  track(server, scope, wanted, existing, scope.subresource);

/** For objects in which the managers have been noted already. */
export const asManaged: Manage = (_server, _scope, wanted) => wanted;

function track(
  { kernel }: Server,
  scope: Scope,
  wanted: ApiObject,
  existing: ApiObject | undefined,
  door: string,
): ApiObject {
  if (wanted === existing) return wanted;
  const managers = trackUpdate(
    startingManagers(existing, wanted, door),
    managerOf(scope, door, "Update"),
    atVersions(scope, existing, wanted),
    resetBy(scope, door),
    formatTime(kernel.now),
  );
  return withManagers(wanted, managers);
}

export function withManagers(object: ApiObject, managers: Managers): ApiObject {
  const { metadata } = object;
  if ((metadata.managedFields as unknown) === managers) return object;
  const changed = copyWith(metadata, {
    managedFields: managers as unknown as NonNullable<typeof metadata.managedFields>,
  });
  if (managers.length === 0) delete (changed as Partial<typeof changed>).managedFields;
  return copyWith(object, { metadata: changed });
}
