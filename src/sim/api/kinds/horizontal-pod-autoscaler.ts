import { ageColumn, column, nameColumn } from "../columns";
import { invalid, notSupported, required } from "../field-error";
import type { FieldError } from "../field-error";
import { integerColumn } from "../printing/cells";
import { defineResource } from "../resource";
import { STATUS } from "../subresources";
import type { HorizontalPodAutoscaler, HpaMetric, HpaMetricStatus, HpaScalingRules } from "../types";
import { validateMetric } from "../validation/autoscaler-metrics";

const UNKNOWN = "<unknown>";
const POLICY_TYPES: readonly string[] = ["Percent", "Pods"];
const SELECT_POLICIES: readonly string[] = ["Disabled", "Max", "Min"];
/** `autoscaling.MaxPeriodSeconds`, `MaxStabilizationWindowSeconds`. */
const MAX_PERIOD = 1800;
const MAX_WINDOW = 3600;

type Spec = HorizontalPodAutoscaler["spec"];

/** `pkg/apis/autoscaling/v2/defaults.go`. */
function defaults(hpa: HorizontalPodAutoscaler): HorizontalPodAutoscaler {
  const { spec } = hpa;
  const changes: Partial<Spec> = {};
  if (spec.minReplicas === undefined) changes.minReplicas = 1;
  if (spec.metrics === undefined || spec.metrics.length === 0) {
    const target = { type: "Utilization", averageUtilization: 80 };
    changes.metrics = [{ type: "Resource", resource: { name: "cpu", target } }];
  }
  if (spec.behavior !== undefined) {
    const { scaleUp, scaleDown } = spec.behavior;
    changes.behavior = {
      scaleUp: rules(scaleUp, 0, [
        { type: "Pods", value: 4, periodSeconds: 15 },
        { type: "Percent", value: 100, periodSeconds: 15 },
      ]),
      // The window of scaling down is the controller's own, unless it is given.
      scaleDown: rules(scaleDown, undefined, [{ type: "Percent", value: 100, periodSeconds: 15 }]),
    };
  }
  if (Object.keys(changes).length === 0) return hpa;
  return { ...hpa, spec: { ...spec, ...changes } };
}

function rules(
  given: HpaScalingRules | undefined,
  window: number | undefined,
  policies: NonNullable<HpaScalingRules["policies"]>,
): HpaScalingRules {
  const made: HpaScalingRules = { selectPolicy: "Max", policies, ...given };
  if (window !== undefined && made.stabilizationWindowSeconds === undefined)
    made.stabilizationWindowSeconds = window;
  if (made.policies === undefined) made.policies = policies;
  return made;
}

function validate({ spec }: HorizontalPodAutoscaler): FieldError[] {
  const errors: FieldError[] = [];
  const { minReplicas, maxReplicas, scaleTargetRef } = spec;
  if (minReplicas !== undefined && minReplicas < 1) {
    errors.push(invalid("spec.minReplicas", minReplicas, "must be greater than or equal to 1"));
  }
  if (!((maxReplicas ?? 0) >= 1))
    errors.push(invalid("spec.maxReplicas", maxReplicas ?? 0, "must be greater than 0"));
  if (minReplicas !== undefined && (maxReplicas ?? 0) < minReplicas) {
    errors.push(invalid("spec.maxReplicas", maxReplicas, "must be greater than or equal to `minReplicas`"));
  }
  if (!scaleTargetRef?.kind) errors.push(required("spec.scaleTargetRef.kind"));
  if (!scaleTargetRef?.name) errors.push(required("spec.scaleTargetRef.name"));
  for (const [i, metric] of (spec.metrics ?? []).entries())
    validateMetric(metric, `spec.metrics[${i}]`, errors);
  for (const key of ["scaleUp", "scaleDown"] as const) {
    const given = spec.behavior?.[key];
    if (given !== undefined) validateRules(given, `spec.behavior.${key}`, errors);
  }
  return errors;
}

function validateRules(given: HpaScalingRules, field: string, errors: FieldError[]): void {
  const { stabilizationWindowSeconds: window, selectPolicy, policies = [] } = given;
  if (window !== undefined && window < 0) {
    errors.push(
      invalid(`${field}.stabilizationWindowSeconds`, window, "must be greater than or equal to zero"),
    );
  }
  if (window !== undefined && window > MAX_WINDOW) {
    const text = `must be less than or equal to ${MAX_WINDOW}`;
    errors.push(invalid(`${field}.stabilizationWindowSeconds`, window, text));
  }
  if (selectPolicy !== undefined && !SELECT_POLICIES.includes(selectPolicy)) {
    errors.push(notSupported(`${field}.selectPolicy`, selectPolicy, SELECT_POLICIES));
  }
  if (policies.length === 0) errors.push(required(`${field}.policies`, "must specify at least one Policy"));
  for (const [i, policy] of policies.entries()) {
    const at = `${field}.policies[${i}]`;
    if (!POLICY_TYPES.includes(policy.type))
      errors.push(notSupported(`${at}.type`, policy.type, POLICY_TYPES));
    if (!(policy.value > 0)) errors.push(invalid(`${at}.value`, policy.value, "must be greater than zero"));
    if (!(policy.periodSeconds > 0)) {
      errors.push(invalid(`${at}.periodSeconds`, policy.periodSeconds, "must be greater than zero"));
    } else if (policy.periodSeconds > MAX_PERIOD) {
      const text = `must be less than or equal to ${MAX_PERIOD}`;
      errors.push(invalid(`${at}.periodSeconds`, policy.periodSeconds, text));
    }
  }
}

/** `cpu: 5%/50%, memory: <unknown>/100Mi` (`pkg/printers/internalversion/printers.go` formatHPAMetrics). */
function targets({ spec, status }: HorizontalPodAutoscaler): string {
  const metrics = spec.metrics ?? [];
  if (metrics.length === 0) return "<none>";
  const list = metrics.map((metric, i) => targetText(metric, status.currentMetrics?.[i]));
  const shown = list.slice(0, list.length > 2 ? 2 : list.length).join(", ");
  return list.length > 2 ? `${shown} + ${list.length - 2} more...` : shown;
}

function targetText(metric: HpaMetric, status: HpaMetricStatus | undefined): string {
  const source = metric.type === "ContainerResource" ? metric.containerResource : metric.resource;
  const current = (metric.type === "ContainerResource" ? status?.containerResource : status?.resource)
    ?.current;
  if (source !== undefined) {
    const { averageValue, averageUtilization } = source.target;
    if (averageValue !== undefined)
      return `${source.name}: ${current?.averageValue ?? UNKNOWN}/${averageValue}`;
    const percent = (n: number | undefined, none: string): string => (n === undefined ? none : `${n}%`);
    return `${source.name}: ${percent(current?.averageUtilization, UNKNOWN)}/${percent(averageUtilization, "<auto>")}`;
  }
  const other = metric.pods ?? metric.object ?? metric.external;
  const { averageValue, value } = other?.target ?? {};
  return averageValue === undefined
    ? `${UNKNOWN}/${value ?? ""}`
    : `${UNKNOWN}/${averageValue}${metric.pods ? "" : " (avg)"}`;
}

export const horizontalPodAutoscalers = defineResource<HorizontalPodAutoscaler>({
  group: "autoscaling",
  version: "v2",
  kind: "HorizontalPodAutoscaler",
  resource: "horizontalpodautoscalers",
  shortNames: ["hpa"],
  categories: ["all"],
  namespaced: true,
  emptyStatus: { currentMetrics: null, desiredReplicas: 0 },
  generation: false,
  subresources: { status: STATUS },
  columns: [
    nameColumn(),
    column("Reference", ({ spec }) => `${spec.scaleTargetRef.kind}/${spec.scaleTargetRef.name}`, {
      description: "What is scaled.",
    }),
    column("Targets", targets, { description: "Present and wanted values of the metrics." }),
    column("MinPods", ({ spec }) => String(spec.minReplicas ?? "<unset>"), {
      description: "Fewest replicas.",
    }),
    integerColumn("MaxPods", ({ spec }) => spec.maxReplicas, "Most replicas."),
    integerColumn("Replicas", ({ status }) => status.currentReplicas, "Replicas that the target has."),
    ageColumn(),
  ],
  defaults,
  validate,
  validateUpdate: (next, prev) => (next.spec === prev.spec ? [] : validate(next)),
});
