/**
 * Fields that an applier wants to change and another manager owns
 * (apimachinery `pkg/util/managedfields/internal/conflict.go`).
 */
import { compareText } from "../../../shared/compare";
import { applyConflict } from "../status";
import type { Status, StatusCause } from "../types";
import { describeElement } from "./element";
import { pathsOf, type FieldSet } from "./field-set";
import type { ManagedFieldsEntry } from "./managers";

/** One owner and what it owns of what is wanted. */
export interface Conflict {
  readonly entry: ManagedFieldsEntry;
  readonly fields: FieldSet;
}

/** The manager as messages name it. */
export function describeManager({
  manager = "",
  operation,
  apiVersion,
  subresource,
}: ManagedFieldsEntry): string {
  const door = subresource === undefined ? "" : ` with subresource ${JSON.stringify(subresource)}`;
  return `${JSON.stringify(manager)}${door}${operation === "Update" ? ` using ${apiVersion}` : ""}`;
}

export function describePath(path: readonly string[]): string {
  return path.map(describeElement).join("");
}

/** The refusal of an apply. */
export function conflictStatus(conflicts: readonly Conflict[]): Status {
  const byManager = conflicts.map(({ entry, fields }) => ({
    name: describeManager(entry),
    paths: pathsOf(fields).map(describePath),
  }));
  byManager.sort((a, b) => compareText(a.name, b.name));
  const causes: StatusCause[] = [];
  for (const { name, paths } of byManager) {
    for (const field of paths) {
      causes.push({ reason: "FieldManagerConflict", message: `conflict with ${name}`, field });
    }
  }
  const [only] = causes;
  if (only !== undefined && causes.length === 1) {
    return applyConflict(`Apply failed with 1 conflict: ${only.message}: ${only.field}`, causes);
  }
  const texts = byManager.map(({ name, paths }) => {
    return `conflicts with ${name}:\n${paths.map((path) => `- ${path}`).join("\n")}`;
  });
  return applyConflict(`Apply failed with ${causes.length} conflicts: ${texts.join("\n")}`, causes);
}
