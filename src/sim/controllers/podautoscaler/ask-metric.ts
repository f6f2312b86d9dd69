import { err, ok, type Result } from "../../../shared/result";
import { formatMilli, milliValue } from "../../api/quantity";
import { parseLabelSelector } from "../../api/selector";
import type { HorizontalPodAutoscaler, HpaMetric, HpaMetricStatus, Pod } from "../../api/types";
import type { RestClient } from "../../client/rest-client";
import type { Task } from "../../kernel/task";
import type { Micros } from "../../kernel/time";
import { calculate, type Goal, type Proposal } from "./replica-calculator";
import { podUses } from "./resource-metrics";

/** `--horizontal-pod-autoscaler-tolerance`. */
const TOLERANCE = 0.1;

/** Who asks, and about which pods. */
interface Asking {
  readonly client: RestClient;
  readonly hpa: HorizontalPodAutoscaler;
  /** The pods of the autoscaler's namespace. */
  readonly pods: readonly Pod[];
  readonly selector: string;
  /** Those that there are. */
  readonly replicas: number;
  readonly now: Micros;
}

/** What a metric asks for, and what the status says of it. */
export interface MetricAnswer {
  readonly proposal: Proposal;
  readonly name: string;
  readonly status: HpaMetricStatus;
}

/** What a metric asks for, or why that cannot be said. */
export function* askMetric(
  { client, pods, hpa, selector, replicas, now }: Asking,
  metric: HpaMetric,
): Task<Result<MetricAnswer, string>> {
  const source = metric.type === "ContainerResource" ? metric.containerResource : metric.resource;
  if (source === undefined || (metric.type !== "Resource" && metric.type !== "ContainerResource")) {
    const group = metric.type === "External" ? "external.metrics.k8s.io" : "custom.metrics.k8s.io";
    return err(`unable to get metric: no known available metric versions found for ${group}`);
  }
  const { name: resource, target } = source;
  const container = metric.containerResource?.container ?? "";
  const { namespace } = hpa.metadata;
  const byShare = target.averageUtilization !== undefined;
  const what = byShare ? `${resource} utilization` : `${resource} resource metric value`;
  const failed = (why: string): Result<MetricAnswer, string> => err(`failed to get ${what}: ${why}`);
  const uses = yield* podUses(client, namespace, selector, resource, container);
  if (!uses.ok) return failed(`unable to get metrics for resource ${resource}: ${uses.error}`);
  const matching = parseLabelSelector(selector);
  const mine = pods.filter((pod) => matching.matches(pod.metadata.labels));
  const goal: Goal = byShare
    ? { utilization: target.averageUtilization as number }
    : { averageMilli: milliValue(target.averageValue ?? "0") };
  const { scaleUp, scaleDown } = hpa.spec.behavior ?? {};
  const tolerance = { up: toleranceOf(scaleUp), down: toleranceOf(scaleDown) };
  const asked = {
    replicas,
    resource,
    container,
    goal,
    tolerance,
    pods: mine,
    uses: uses.value,
    now,
  };
  const proposal = calculate(asked);
  if (!proposal.ok) return failed(proposal.error);
  const { utilization, averageMilli } = proposal.value;
  const current = {
    ...(utilization === undefined ? {} : { averageUtilization: utilization }),
    averageValue: formatMilli(averageMilli),
  };
  const kind = container === "" ? "resource" : "container resource";
  const name = `${resource} ${kind}${byShare ? " utilization (percentage of request)" : ""}`;
  const status: HpaMetricStatus =
    metric.type === "Resource"
      ? { type: "Resource", resource: { name: resource, current } }
      : { type: "ContainerResource", containerResource: { name: resource, container, current } };
  return ok({ proposal: proposal.value, name, status });
}

/** Newer than the types' package: a tolerance of the rules' own, as a quantity. */
function toleranceOf(rules: object | undefined): number {
  const own = (rules as { readonly tolerance?: string } | undefined)?.tolerance;
  return own === undefined ? TOLERANCE : milliValue(own) / 1000;
}
