import { describe, expect, it } from "vitest";
import { errorText } from "../field-error";
import { findResource } from "../registry";
import type { ApiObject } from "../types";
import { create, pod, withContainer } from "../../testing/kinds";

describe("pods", () => {
  const definition = findResource("", "v1", "pods")!;
  const bound = { ...create(pod({ nodeName: "w" })), status: { phase: "Running" } };

  it.each<[string, ApiObject, object, number]>([
    ["the pod's own grace", bound, {}, 30],
    ["what the client asks", bound, { gracePeriodSeconds: 5 }, 5],
    ["none on force", bound, { gracePeriodSeconds: 0 }, 0],
    ["a second for negative ones", bound, { gracePeriodSeconds: -1 }, 1],
    ["none unless bound", create(pod({})), {}, 0],
    ["none when it has ended", { ...bound, status: { phase: "Failed" } }, {}, 0],
  ])("are given %s", (_what, obj, options, seconds) => {
    expect(definition.gracefulDelete(obj, options)).toBe(seconds);
  });

  it("may not come back from the dead", () => {
    const ended = { name: "c", state: { terminated: { exitCode: 0 } } };
    const prev = { ...create(pod({ restartPolicy: "Never" })), status: { containerStatuses: [ended] } };
    const next = { ...prev, status: { containerStatuses: [{ name: "c", state: { running: {} } }] } };
    expect(definition.validateStatusUpdate(next, prev).map(errorText)).toEqual([
      "status.containerStatuses[0].state: Forbidden: may not be transitioned to non-terminated state",
    ]);
  });

  it("start gated if they have gates", () => {
    expect(create(pod({ schedulingGates: [{ name: "g" }] })).status.conditions[0]).toMatchObject({
      type: "PodScheduled",
      status: "False",
      reason: "SchedulingGated",
    });
  });

  it("warn of variables given twice", () => {
    const twice = withContainer({
      env: [
        { name: "A", value: "1" },
        { name: "A", value: "2" },
      ],
    });
    expect(definition.warnings(create(twice), undefined)).toEqual([
      'spec.containers[0].env[1]: hides previous definition of "A", which may be dropped when using apply',
    ]);
  });
});
