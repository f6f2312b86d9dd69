import { ageColumn, column, nameColumn } from "../columns";
import { forbiddenField, notSupported } from "../field-error";
import type { FieldError } from "../field-error";
import { integerColumn } from "../printing/cells";
import { defineResource } from "../resource";
import type { PriorityClass } from "../types";

/** The highest priority that users may give (`pkg/apis/scheduling/types.go`). */
export const USER_PRIORITY_MAX = 1_000_000_000;
const SYSTEM_CLASSES: Readonly<Record<string, number>> = {
  "system-cluster-critical": 2_000_000_000,
  "system-node-critical": 2_000_001_000,
};
const PREEMPT = "PreemptLowerPriority";

function validate(priorityClass: PriorityClass): FieldError[] {
  const errors: FieldError[] = [];
  const { name } = priorityClass.metadata;
  const { value, preemptionPolicy } = priorityClass;
  if (name.startsWith("system-")) {
    if (SYSTEM_CLASSES[name] !== value) {
      const text = "priority class names with 'system-' prefix are reserved for system use only";
      errors.push(
        forbiddenField("metadata.name", `${text}. error: ${name} is not a known system priority class`),
      );
    }
  } else if (value > USER_PRIORITY_MAX) {
    const text = `maximum allowed value of a user defined priority is ${USER_PRIORITY_MAX}`;
    errors.push(forbiddenField("value", text));
  }
  if (preemptionPolicy !== undefined && preemptionPolicy !== "Never" && preemptionPolicy !== PREEMPT) {
    errors.push(notSupported("preemptionPolicy", preemptionPolicy, [PREEMPT, "Never"]));
  }
  return errors;
}

export const priorityClasses = defineResource<PriorityClass>({
  group: "scheduling.k8s.io",
  version: "v1",
  kind: "PriorityClass",
  resource: "priorityclasses",
  shortNames: ["pc"],
  namespaced: false,
  columns: [
    nameColumn(),
    integerColumn("Value", (pc) => pc.value, "The priority of its pods."),
    column("Global-Default", (pc) => pc.globalDefault ?? false, {
      type: "boolean",
      description: "Whether it is for pods that name no class.",
    }),
    ageColumn(),
    column("PreemptionPolicy", (pc) => pc.preemptionPolicy ?? "", {
      description: "Whether its pods may push others aside.",
    }),
  ],
  defaults: (pc) => ({ ...pc, value: pc.value ?? 0, preemptionPolicy: pc.preemptionPolicy ?? PREEMPT }),
  validate,
  validateUpdate(next, prev) {
    const errors: FieldError[] = [];
    const text = "may not be changed in an update.";
    if (next.value !== prev.value) errors.push(forbiddenField("value", text));
    if ((next.preemptionPolicy ?? PREEMPT) !== (prev.preemptionPolicy ?? PREEMPT)) {
      errors.push(forbiddenField("preemptionPolicy", text));
    }
    return errors;
  },
});
