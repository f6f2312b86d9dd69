/** HorizontalPodAutoscalers of autoscaling/v2 (kubectl `pkg/describe/describe.go`). */
import type * as autoscaling from "kubernetes-types/autoscaling/v2";
import type { Stored } from "../../api/types";
import type { Task } from "../../kernel/task";
import { describeEvents, eventsOf } from "./events";
import type { Related } from "./related";
import { rfc1123 } from "./time";
import { annotations, labels, Writer } from "./writer";

type Autoscaler = Stored<autoscaling.HorizontalPodAutoscaler>;
type Target = autoscaling.MetricTarget;
type Current = autoscaling.MetricValueStatus;

const UNKNOWN = "<unknown>";

export function* describeAutoscaler(hpa: Autoscaler, related: Related): Task<string> {
  const { metadata, spec, status } = hpa;
  const events = yield* eventsOf(related, hpa);
  const w = new Writer();
  w.line(0, `Name:\t${metadata.name}`);
  w.line(0, `Namespace:\t${metadata.namespace}`);
  labels(w, "Labels", metadata.labels);
  annotations(w, "Annotations", metadata.annotations);
  w.line(0, `CreationTimestamp:\t${rfc1123(metadata.creationTimestamp)}`);
  w.line(0, `Reference:\t${spec.scaleTargetRef.kind}/${spec.scaleTargetRef.name}`);
  w.line(0, "Metrics:\t( current / target )");
  (spec.metrics ?? []).forEach((metric, i) => w.line(1, metricText(metric, status.currentMetrics?.[i])));
  w.line(0, `Min replicas:\t${spec.minReplicas ?? "<unset>"}`);
  w.line(0, `Max replicas:\t${spec.maxReplicas}`);
  if (spec.behavior !== undefined) {
    w.line(0, "Behavior:");
    behaviour(w, "Scale Up", spec.behavior.scaleUp);
    behaviour(w, "Scale Down", spec.behavior.scaleDown);
  }
  const replicas = `${status.currentReplicas ?? 0} current / ${status.desiredReplicas ?? 0} desired`;
  w.line(0, `${spec.scaleTargetRef.kind} pods:\t${replicas}`);
  if ((status.conditions ?? []).length > 0) {
    w.line(0, "Conditions:");
    w.line(1, "Type\tStatus\tReason\tMessage");
    w.line(1, "----\t------\t------\t-------");
    for (const c of status.conditions ?? [])
      w.line(1, `${c.type}\t${c.status}\t${c.reason ?? ""}\t${c.message ?? ""}`);
  }
  describeEvents(w, events, related.nowUs);
  return w.toString();
}

function metricText(metric: autoscaling.MetricSpec, now: autoscaling.MetricStatus | undefined): string {
  const { resource, containerResource, pods, object, external } = metric;
  if (resource !== undefined) {
    return `resource ${resource.name} on pods${resourceText(resource.target, now?.resource?.current)}`;
  }
  if (containerResource !== undefined) {
    const { name, container, target } = containerResource;
    const what = `resource ${name} of container "${container}" on pods`;
    return what + resourceText(target, now?.containerResource?.current);
  }
  if (pods !== undefined) {
    const current = now?.pods?.current.averageValue ?? UNKNOWN;
    return `"${pods.metric.name}" on pods:\t${current} / ${pods.target.averageValue}`;
  }
  if (object !== undefined) {
    const { kind, name } = object.describedObject;
    return `"${object.metric.name}" on ${kind}/${name} ${valueText(object.target, now?.object?.current)}`;
  }
  if (external !== undefined)
    return `"${external.metric.name}" ${valueText(external.target, now?.external?.current)}`;
  return `<unknown metric type ${JSON.stringify(metric.type)}>`;
}

function resourceText(target: Target, current: Current | undefined): string {
  if (target.averageValue !== undefined)
    return `:\t${current?.averageValue ?? UNKNOWN} / ${target.averageValue}`;
  const used = current?.averageUtilization;
  const text = used === undefined ? UNKNOWN : `${used}% (${current?.averageValue ?? "0"})`;
  const wanted = target.averageUtilization === undefined ? "<auto>" : `${target.averageUtilization}%`;
  return `  (as a percentage of request):\t${text} / ${wanted}`;
}

function valueText(target: Target, current: Current | undefined): string {
  if (target.averageValue !== undefined) {
    return `(target average value):\t${current?.averageValue ?? UNKNOWN} / ${target.averageValue}`;
  }
  return `(target value):\t${current?.value ?? UNKNOWN} / ${target.value}`;
}

function behaviour(w: Writer, title: string, rules: autoscaling.HPAScalingRules | undefined): void {
  if (rules === undefined) return;
  w.line(1, `${title}:`);
  if (rules.stabilizationWindowSeconds !== undefined) {
    w.line(2, `Stabilization Window: ${rules.stabilizationWindowSeconds} seconds`);
  }
  if ((rules.policies ?? []).length === 0) return;
  w.line(2, `Select Policy: ${rules.selectPolicy ?? "Max"}`);
  w.line(2, "Policies:");
  for (const { type, value, periodSeconds } of rules.policies ?? []) {
    w.line(3, `- Type: ${type}\tValue: ${value}\tPeriod: ${periodSeconds} seconds`);
  }
}
