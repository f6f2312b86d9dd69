/**
 * Refusals of patches whose outcome is no object of the kind, or has fields that the kind does not have
 * (apiserver `pkg/endpoints/handlers/patch.go`).
 */
import { goText } from "../../api/go-text";
import { invalid as invalidField } from "../../api/field-error";
import type { Problem } from "../../api/schema/decode";
import { invalid } from "../../api/status";
import type { Status } from "../../api/types";

/**
 * `patch`: what the client sent, `patched`: what came of it. A strategic merge patch is shown itself, as Go prints
 * maps; of other patches the outcome is.
 */
export function refusePatched(
  strategic: boolean,
  patch: unknown,
  patched: unknown,
  problem: Problem,
): Status {
  const value = strategic ? goText(patch) : sortedJson(patched);
  const text = strategic ? problem.converter : problem.text;
  return invalid("", "", "", [invalidField("patch", value, text)]);
}

function byName(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** JSON with the members of objects by the alphabet, as Go writes maps. */
function sortedJson(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) => {
    if (typeof member !== "object" || member === null || Array.isArray(member)) return member;
    return Object.fromEntries(Object.entries(member).toSorted(([a], [b]) => byName(a, b)));
  });
}
