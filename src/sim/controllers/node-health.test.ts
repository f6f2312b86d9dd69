import { describe, expect, it } from "vitest";
import type { Lease, Node } from "../api/types";
import { SECOND } from "../kernel/time";
import { makeNode } from "../testing/scheduling";
import { changeTaints, noScheduleChange } from "./condition-taints";
import { MONITOR_GRACE, NodeHealths, silencedConditions, STARTUP_GRACE } from "./node-health";

const beat = (second: number): Lease =>
  ({ spec: { renewTime: `2026-01-01T00:00:${String(second).padStart(2, "0")}.000000Z` } }) as Lease;

describe("signs of life", () => {
  it("are fresh leases, by this controller's clock", () => {
    const healths = new NodeHealths();
    const node = makeNode("a");
    const late = 1000 * SECOND;
    healths.observe(node, beat(1), late);
    expect(healths.observe(node, beat(1), late + MONITOR_GRACE).silent).toBe(false);
    expect(healths.observe(node, beat(1), late + MONITOR_GRACE + 1).silent).toBe(true);
    expect(healths.observe(node, beat(2), late + MONITOR_GRACE + 2).silent).toBe(false);
  });

  it("are not leases that were written again without being renewed", () => {
    const healths = new NodeHealths();
    const node = makeNode("a");
    healths.observe(node, beat(5), 0);
    expect(healths.observe(node, beat(4), MONITOR_GRACE + 1).silent).toBe(true);
  });

  it("are new heartbeats of the Ready condition", () => {
    const healths = new NodeHealths();
    const at = (lastHeartbeatTime: string) =>
      makeNode("a", { status: { conditions: [{ type: "Ready", status: "True", lastHeartbeatTime }] } });
    healths.observe(at("x"), undefined, 0);
    healths.observe(at("x"), undefined, 20 * SECOND);
    expect(healths.observe(at("x"), undefined, MONITOR_GRACE + 1).silent).toBe(true);
    expect(healths.observe(at("y"), undefined, MONITOR_GRACE + 2).silent).toBe(false);
  });

  it("give a node that has never reported more time, from its creation on", () => {
    const healths = new NodeHealths();
    const node = makeNode("a", { status: { conditions: [] } });
    expect(healths.observe(node, undefined, STARTUP_GRACE)).toEqual({ observed: "Unknown", silent: false });
    expect(healths.observe(node, undefined, STARTUP_GRACE + 1).silent).toBe(true);
  });
});

describe("conditions of a silent node", () => {
  it("become Unknown, but for the network's", () => {
    const node = makeNode("a", {
      status: {
        conditions: [
          { type: "Ready", status: "True" },
          { type: "MemoryPressure", status: "False" },
          { type: "NetworkUnavailable", status: "False" },
        ],
      },
    });
    const after = silencedConditions(node, 7 * SECOND);
    expect(after.map(({ type, status, reason }) => [type, status, reason])).toEqual([
      ["Ready", "Unknown", "NodeStatusUnknown"],
      ["MemoryPressure", "Unknown", "NodeStatusUnknown"],
      ["NetworkUnavailable", "False", undefined],
      ["DiskPressure", "Unknown", "NodeStatusNeverUpdated"],
      ["PIDPressure", "Unknown", "NodeStatusNeverUpdated"],
    ]);
    const marked = { ...node, status: { ...node.status, conditions: [...after] } };
    expect(silencedConditions(marked, 9 * SECOND)).toBe(marked.status.conditions);
  });
});

describe("taints that mirror conditions", () => {
  const node = (conditions: Record<string, string>, spec: Node["spec"] = {}) =>
    makeNode("a", {
      spec,
      status: { conditions: Object.entries(conditions).map(([type, status]) => ({ type, status })) },
    });
  const taint = (key: string, effect = "NoSchedule") => ({ key: `node.kubernetes.io/${key}`, effect });

  it.each<[string, Node, string[], string[]]>([
    ["none for a healthy node", node({ Ready: "True", MemoryPressure: "False" }), [], []],
    ["not-ready", node({ Ready: "False" }), ["not-ready"], []],
    [
      "unreachable instead of not-ready",
      node({ Ready: "Unknown" }, { taints: [taint("not-ready")] }),
      ["unreachable"],
      ["not-ready"],
    ],
    [
      "pressures",
      node({ Ready: "True", DiskPressure: "True", PIDPressure: "True" }),
      ["disk-pressure", "pid-pressure"],
      [],
    ],
    ["a missing route", node({ Ready: "True", NetworkUnavailable: "True" }), ["network-unavailable"], []],
    ["a cordon", node({ Ready: "True" }, { unschedulable: true }), ["unschedulable"], []],
    ["a cordon lifted", node({ Ready: "True" }, { taints: [taint("unschedulable")] }), [], ["unschedulable"]],
  ])("%s", (_, subject, add, remove) => {
    const change = noScheduleChange(subject);
    const names = (taints: readonly { key: string }[] | undefined) =>
      (taints ?? []).map(({ key }) => key.slice("node.kubernetes.io/".length));
    expect([names(change?.add), names(change?.remove)]).toEqual([add, remove]);
  });

  it("leave other taints and other effects alone", () => {
    const taints = [taint("not-ready", "NoExecute"), { key: "mine", effect: "NoSchedule" }];
    expect(noScheduleChange(node({ Ready: "True" }, { taints }))).toBeUndefined();
    expect(changeTaints(taints, { add: [], remove: [taint("not-ready")] })).toBe(taints);
  });
});
