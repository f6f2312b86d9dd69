import { compareText } from "../../shared/compare";
import type { Status } from "../api/types";
import type { Remaining } from "./namespace-content";

interface ContentCondition {
  type: string;
  status: string;
  lastTransitionTime: string;
  reason: string;
  message: string;
}

/**
 * How far the deletion of a namespace's content is
 * (`pkg/controller/namespace/deletion/status_condition_utils.go`).
 */
export function contentConditions(
  remaining: Remaining,
  error: Status | undefined,
  now: string,
): ContentCondition[] {
  const make = (type: string, bad: boolean, reason: string, message: string): ContentCondition => ({
    type: `Namespace${type}`,
    status: bad ? "True" : "False",
    lastTransitionTime: now,
    reason,
    message,
  });
  return [
    make("DeletionDiscoveryFailure", false, "ResourcesDiscovered", "All resources successfully discovered"),
    make(
      "DeletionGroupVersionParsingFailure",
      false,
      "ParsedGroupVersions",
      "All legacy kube types successfully parsed",
    ),
    error === undefined
      ? make(
          "DeletionContentFailure",
          false,
          "ContentDeleted",
          "All content successfully deleted, may be waiting on finalization",
        )
      : make("DeletionContentFailure", true, "ContentDeletionFailed", failureText(error)),
    remaining.kinds.length === 0
      ? make("ContentRemaining", false, "ContentRemoved", "All content successfully removed")
      : make("ContentRemaining", true, "SomeResourcesRemain", remainingText(remaining)),
    remaining.finalizers.size === 0
      ? make(
          "FinalizersRemaining",
          false,
          "ContentHasNoFinalizers",
          "All content-preserving finalizers finished",
        )
      : make("FinalizersRemaining", true, "SomeFinalizersRemain", finalizersText(remaining)),
  ];
}

function failureText(error: Status): string {
  return `Failed to delete all resource types, 1 remaining: ${error.message ?? ""}`;
}

function remainingText({ kinds }: Remaining): string {
  const parts = kinds.map((k) => `${k.resource}.${k.group} has ${k.count} resource instances`);
  return `Some resources are remaining: ${parts.sort(compareText).join(", ")}`;
}

function finalizersText({ finalizers }: Remaining): string {
  const parts = [...finalizers].map(([name, count]) => `${name} in ${count} resource instances`);
  return `Some content in the namespace has finalizers remaining: ${parts.sort(compareText).join(", ")}`;
}
