import { ageColumn, column, nameColumn } from "../columns";
import { invalid, notSupported } from "../field-error";
import type { FieldError } from "../field-error";
import { integerColumn } from "../printing/cells";
import { defineResource } from "../resource";
import { STATUS } from "../subresources";
import type { PodDisruptionBudget } from "../types";
import { validateNonNegative } from "../validation/resources";
import { validateLabelSelector } from "../validation/scheduling";
import { validateAtMostAll, validateIntOrPercent } from "../validation/workload";

const NOT_SET = "N/A";
const UNHEALTHY_POLICIES: readonly string[] = ["AlwaysAllow", "IfHealthyBudget"];
const COUNTS = ["currentHealthy", "desiredHealthy", "disruptionsAllowed", "expectedPods"] as const;

function validate(budget: PodDisruptionBudget): FieldError[] {
  const errors: FieldError[] = [];
  const { spec } = budget;
  if (spec.minAvailable !== undefined && spec.maxUnavailable !== undefined) {
    errors.push(invalid("spec", spec, "minAvailable and maxUnavailable cannot be both set"));
  }
  for (const key of ["minAvailable", "maxUnavailable"] as const) {
    const value = spec[key];
    if (value === undefined) continue;
    validateIntOrPercent(value, `spec.${key}`, errors);
    validateAtMostAll(value, `spec.${key}`, errors);
  }
  if (spec.selector !== undefined) validateLabelSelector(spec.selector, "spec.selector", errors);
  const policy = spec.unhealthyPodEvictionPolicy;
  if (policy !== undefined && !UNHEALTHY_POLICIES.includes(policy)) {
    errors.push(notSupported("spec.unhealthyPodEvictionPolicy", policy, UNHEALTHY_POLICIES));
  }
  return errors;
}

export const podDisruptionBudgets = defineResource<PodDisruptionBudget>({
  group: "policy",
  version: "v1",
  kind: "PodDisruptionBudget",
  resource: "poddisruptionbudgets",
  shortNames: ["pdb"],
  namespaced: true,
  emptyStatus: { currentHealthy: 0, desiredHealthy: 0, disruptionsAllowed: 0, expectedPods: 0 },
  subresources: { status: STATUS },
  columns: [
    nameColumn(),
    column("Min Available", (budget) => String(budget.spec.minAvailable ?? NOT_SET), {
      description: "How many pods must stay available.",
    }),
    column("Max Unavailable", (budget) => String(budget.spec.maxUnavailable ?? NOT_SET), {
      description: "How many pods may be unavailable.",
    }),
    integerColumn(
      "Allowed Disruptions",
      (b) => b.status.disruptionsAllowed,
      "How many pods may be evicted now.",
    ),
    ageColumn(),
  ],
  validate,
  validateUpdate: (next, prev) => (next.spec === prev.spec ? [] : validate(next)),
  validateStatusUpdate(next) {
    const errors: FieldError[] = [];
    for (const key of COUNTS) validateNonNegative(next.status[key], `status.${key}`, errors);
    return errors;
  },
});
