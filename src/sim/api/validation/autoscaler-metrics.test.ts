import { describe, expect, it } from "vitest";
import { errorText, type FieldError } from "../field-error";
import type { HpaMetric } from "../types";
import { validateMetric } from "./autoscaler-metrics";

function errorsOf(metric: object): string[] {
  const errors: FieldError[] = [];
  validateMetric(metric as HpaMetric, "m", errors);
  return errors.map(errorText);
}

const average = { type: "AverageValue", averageValue: "10" };
const value = { type: "Value", value: "10" };
const metric = { name: "hits" };
const describedObject = { apiVersion: "v1", kind: "Service", name: "web" };

describe("metrics of autoscalers", () => {
  it.each<[string, object]>([
    ["Pods", { pods: { metric, target: average } }],
    ["Object", { object: { describedObject, metric, target: value } }],
    ["Object", { object: { describedObject, metric, target: { ...value, ...average } } }],
    ["External", { external: { metric, target: value } }],
    ["External", { external: { metric: { ...metric, selector: {} }, target: average } }],
    ["Resource", { resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 50 } } }],
    ["ContainerResource", { containerResource: { name: "cpu", container: "c", target: average } }],
  ])("%s: %j is right", (type, source) => {
    expect(errorsOf({ type, ...source })).toEqual([]);
  });

  it.each<[object, string[]]>([
    [{}, ["m.type: Required value: must specify a metric source type"]],
    [{ type: "Pods" }, ["m.pods: Required value: must populate information for the given metric source"]],
    [
      { type: "Pods", pods: { metric: {}, target: {} } },
      [
        "m.pods.metric.name: Required value: must specify a metric name",
        "m.pods.target.type: Required value: must specify a metric target type",
        'm.pods.target.type: Invalid value: "": must be either Utilization, Value, or AverageValue',
        "m.pods.target.averageValue: Required value: must specify a positive target averageValue",
      ],
    ],
    [
      { type: "Pods", pods: { metric: { name: "a/b" }, target: { ...average, averageValue: "-1" } } },
      [
        `m.pods.metric.name: Invalid value: "a/b": may not contain '/'`,
        'm.pods.target.averageValue: Invalid value: "-1": must be positive',
        "m.pods.target.averageValue: Required value: must specify a positive target averageValue",
      ],
    ],
    [
      { type: "Object", object: { describedObject: { kind: "" }, metric, target: { type: "Value" } } },
      [
        "m.object.describedObject.kind: Required value",
        "m.object.describedObject.name: Required value",
        "m.object.target.averageValue: Required value: must set either a target value for metric or a per-pod target",
      ],
    ],
    [
      { type: "External", external: { metric, target: { ...value, averageValue: "5" } } },
      ["m.external.target.value: Forbidden: may not set both a target value for metric and a per-pod target"],
    ],
    [
      { type: "External", external: { metric, target: { type: "boogity", value: "0" } } },
      [
        'm.external.target.type: Invalid value: "boogity": must be either Utilization, Value, or AverageValue',
        'm.external.target.value: Invalid value: "0": must be positive',
      ],
    ],
    [
      { type: "Pods", pods: { metric, target: average }, external: { metric, target: value } },
      ["m.external: Forbidden: must populate the given metric source only"],
    ],
    [
      { type: "Resource", resource: { target: { type: "Utilization" } } },
      [
        "m.resource.name: Required value: must specify a resource name",
        "m.resource.target.averageUtilization: Required value: " +
          "must set either a target raw value or a target utilization",
      ],
    ],
  ])("%j is refused", (given, errors) => {
    expect(errorsOf(given)).toEqual(errors);
  });
});
