/**
 * What the conditions of a CustomResourceDefinition say.
 */
import { findCondition } from "../../api/meta";
import { formatTime } from "../../api/time";
import type { CustomResourceDefinition } from "../../api/types";
import type { Micros } from "../../kernel/time";

export type Condition = NonNullable<CustomResourceDefinition["status"]["conditions"]>[number];

/** The conditions with one of them set; the time is that of the last change of its status. */
export function withCondition(
  conditions: readonly Condition[] | undefined,
  next: Condition,
  now: Micros,
): Condition[] {
  const before = findCondition(conditions, next.type);
  const since = before?.status === next.status ? before.lastTransitionTime : undefined;
  const made = { ...next, lastTransitionTime: since ?? formatTime(now) };
  if (before === undefined) return [...(conditions ?? []), made];
  return (conditions ?? []).map((condition) => (condition.type === next.type ? made : condition));
}

/** The definition with what is said of its end. */
export function withTermination(
  crd: CustomResourceDefinition,
  verdict: Omit<Condition, "type">,
  now: Micros,
): CustomResourceDefinition {
  const conditions = withCondition(crd.status.conditions, { type: "Terminating", ...verdict }, now);
  return { ...crd, status: { ...crd.status, conditions } } as CustomResourceDefinition;
}
