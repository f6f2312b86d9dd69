/**
 * Autoscalers as `autoscaling/v1` shows them: one target of CPU as a field, everything else in annotations
 * (`pkg/apis/autoscaling/v1/conversion.go`, `pkg/apis/autoscaling/annotations.go`).
 */
import type { Column } from "../columns";
import { defineResource } from "../resource";
import { STATUS } from "../subresources";
import type {
  ApiObject,
  HorizontalPodAutoscaler,
  HorizontalPodAutoscalerV1,
  HpaMetric,
  HpaMetricStatus,
  ObjectMeta,
} from "../types";
import { horizontalPodAutoscalers } from "./horizontal-pod-autoscaler";

const PREFIX = "autoscaling.alpha.kubernetes.io/";
const METRICS = `${PREFIX}metrics`;
const BEHAVIOR = `${PREFIX}behavior`;
const CURRENT = `${PREFIX}current-metrics`;
const CONDITIONS = `${PREFIX}conditions`;
const OURS = new Set([METRICS, BEHAVIOR, CURRENT, CONDITIONS]);

/** A metric that v1 has a field for: utilization of CPU. */
function isCpu(metric: HpaMetric): boolean {
  return (
    metric.type === "Resource" &&
    metric.resource?.name === "cpu" &&
    metric.resource.target.averageUtilization !== undefined
  );
}

function parsed(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function toHub(object: ApiObject): ApiObject {
  const { spec, status, metadata, ...rest } = object as Partial<HorizontalPodAutoscalerV1>;
  const { targetCPUUtilizationPercentage: percent, ...plain } =
    spec ?? ({} as Partial<HorizontalPodAutoscalerV1["spec"]>);
  const { annotations = {}, ...meta } = metadata ?? ({} as ObjectMeta);
  const metrics: HpaMetric[] = (parsed(annotations[METRICS]) as HpaMetric[] | undefined) ?? [];
  if (percent !== undefined) {
    const target = { type: "Utilization", averageUtilization: percent };
    metrics.unshift({ type: "Resource", resource: { name: "cpu", target } });
  }
  const behavior = parsed(annotations[BEHAVIOR]);
  const kept = Object.entries(annotations).filter(([name]) => !OURS.has(name));
  const hub: Record<string, unknown> = {
    ...rest,
    apiVersion: "autoscaling/v2",
    metadata: kept.length === 0 ? meta : { ...meta, annotations: Object.fromEntries(kept) },
  };
  if (spec !== undefined || metrics.length > 0) {
    const more = behavior === undefined ? {} : { behavior };
    hub["spec"] = { ...plain, ...(metrics.length > 0 ? { metrics } : {}), ...more };
  }
  if (status !== undefined) hub["status"] = statusToHub(status, annotations);
  return hub as unknown as ApiObject;
}

function statusToHub(
  status: HorizontalPodAutoscalerV1["status"],
  annotations: Readonly<Record<string, string>>,
): unknown {
  const { currentCPUUtilizationPercentage: percent, ...plain } = status;
  const current: HpaMetricStatus[] = (parsed(annotations[CURRENT]) as HpaMetricStatus[] | undefined) ?? [];
  const conditions = parsed(annotations[CONDITIONS]);
  if (percent !== undefined && !current.some((m) => m.resource?.name === "cpu")) {
    const value = { averageUtilization: percent, averageValue: "0" };
    current.unshift({ type: "Resource", resource: { name: "cpu", current: value } });
  }
  return {
    ...plain,
    ...(current.length > 0 ? { currentMetrics: current } : { currentMetrics: null }),
    ...(conditions === undefined ? {} : { conditions }),
  };
}

function fromHub(object: ApiObject): ApiObject {
  // Of an object that is looked at field by field, parts may be missing.
  const { spec, status, metadata, ...rest } = object as Partial<HorizontalPodAutoscaler>;
  const { metrics = [], behavior, ...plain } = spec ?? ({} as Partial<HorizontalPodAutoscaler["spec"]>);
  const cpu = metrics.find(isCpu);
  const others = metrics.filter((metric) => metric !== cpu);
  const annotations: Record<string, string> = { ...metadata?.annotations };
  if (others.length > 0) annotations[METRICS] = JSON.stringify(others);
  if (behavior !== undefined) annotations[BEHAVIOR] = JSON.stringify(behavior);
  const { currentMetrics, conditions, ...plainStatus } = status ?? {};
  const current = currentMetrics ?? [];
  if (current.length > 0) annotations[CURRENT] = JSON.stringify(current);
  if (conditions !== undefined && conditions.length > 0) annotations[CONDITIONS] = JSON.stringify(conditions);
  const percent = cpu?.resource?.target.averageUtilization;
  const used = current.find((m) => m.resource?.name === "cpu")?.resource?.current.averageUtilization;
  const made: Record<string, unknown> = { ...rest, apiVersion: "autoscaling/v1" };
  made["metadata"] = Object.keys(annotations).length === 0 ? metadata : { ...metadata, annotations };
  if (spec !== undefined) {
    made["spec"] = {
      ...plain,
      ...(percent === undefined ? {} : { targetCPUUtilizationPercentage: percent }),
    };
  }
  if (status !== undefined) {
    const now = used === undefined ? {} : { currentCPUUtilizationPercentage: used };
    made["status"] = { ...plainStatus, ...now };
  }
  return made as unknown as ApiObject;
}

export const horizontalPodAutoscalersV1 = defineResource<HorizontalPodAutoscalerV1>({
  group: "autoscaling",
  version: "v1",
  kind: "HorizontalPodAutoscaler",
  resource: "horizontalpodautoscalers",
  shortNames: ["hpa"],
  categories: ["all"],
  namespaced: true,
  emptyStatus: { currentReplicas: 0, desiredReplicas: 0 },
  generation: false,
  subresources: { status: STATUS },
  conversion: { hubGroup: "autoscaling", hub: horizontalPodAutoscalers, toHub, fromHub },
  columns: horizontalPodAutoscalers.columns as unknown as readonly Column<HorizontalPodAutoscalerV1>[],
});
