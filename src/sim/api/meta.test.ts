import { describe, expect, it } from "vitest";
import * as meta from "./meta";
import { matchesRequiredNodeAffinity } from "./node-affinity";
import { podRequests } from "./pod-requests";
import { qosClass } from "./qos";
import * as taints from "./taints";
import type { Node, Pod, Taint, Toleration } from "./types";

const pod = (spec: object, status: object = {}, metadata: object = {}): Pod =>
  ({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "p", namespace: "n", uid: "u", ...metadata },
    spec,
    status,
  }) as Pod;

describe("keys and owners", () => {
  it("joins and splits", () => {
    expect(meta.objectKey(pod({}))).toBe("n/p");
    expect(meta.splitKey("n/p")).toEqual({ namespace: "n", name: "p" });
    expect(meta.splitKey("node")).toEqual({ namespace: "", name: "node" });
    expect(meta.joinKey("", "node")).toBe("node");
  });

  it("finds the managing owner", () => {
    const owner = pod({}, {}, { uid: "owner" });
    const child = pod({}, {}, { ownerReferences: [{ uid: "other" }, meta.controllerRef(owner)] });
    expect(meta.controllerOf(child)?.uid).toBe("owner");
    expect(meta.isControlledBy(child, owner)).toBe(true);
    expect(meta.isControlledBy(owner, child)).toBe(false);
  });
});

describe("setCondition", () => {
  const ready: meta.ConditionLike = { type: "Ready", status: "True", lastTransitionTime: "t1" };

  it("keeps the time while the status is the same, and the list if nothing changes", () => {
    const list = [ready];
    expect(meta.setCondition(list, { ...ready, lastTransitionTime: "t2" })).toBe(list);
    expect(meta.setCondition(list, { ...ready, reason: "r", lastTransitionTime: "t2" })).toEqual([
      { ...ready, reason: "r" },
    ]);
    expect(
      meta.setCondition(list, { ...ready, status: "False", lastTransitionTime: "t2" })[0]?.lastTransitionTime,
    ).toBe("t2");
    expect(list).toEqual([ready]);
  });

  it("adds and removes", () => {
    expect(meta.setCondition(undefined, ready)).toEqual([ready]);
    expect(meta.removeCondition([ready], "Ready")).toEqual([]);
  });
});

describe("pod state", () => {
  it("knows active, ready and available pods", () => {
    const conditions = [{ type: "Ready", status: "True", lastTransitionTime: "2026-01-01T00:00:10Z" }];
    const running = pod({}, { phase: "Running", conditions });
    expect([meta.isPodReady(running), meta.isPodActive(running), meta.isPodTerminal(running)]).toEqual([
      true,
      true,
      false,
    ]);
    expect(meta.isPodAvailable(running, 5, 14_999_999)).toBe(false);
    expect(meta.isPodAvailable(running, 5, 15_000_000)).toBe(true);
    expect(meta.isPodActive(pod({}, { phase: "Failed" }))).toBe(false);
    expect(meta.isPodActive(pod({}, {}, { deletionTimestamp: "t" }))).toBe(false);
  });
});

describe("podRequests", () => {
  const container = (requests: object, extra: object = {}): object => ({
    name: "c",
    resources: { requests },
    ...extra,
  });

  it("takes the sum of containers or the hungriest init container, with sidecars and overhead", () => {
    const spec = {
      containers: [
        container({ cpu: "100m", memory: "64Mi" }),
        container({ cpu: "0.2", "example.com/gpu": "1" }),
      ],
      initContainers: [
        container({ cpu: "1", memory: "32Mi" }),
        container({ cpu: "50m" }, { restartPolicy: "Always" }),
        container({ cpu: "10m", memory: "128Mi" }),
      ],
      overhead: { cpu: "5m" },
    };
    const requests = podRequests(pod(spec));
    expect(requests).toMatchObject({ cpuMilli: 1005, memoryBytes: 128 * 1024 * 1024, ephemeralBytes: 0 });
    expect(requests.extended?.get("example.com/gpu")).toBe(1);
    expect(podRequests(pod(spec))).toBe(requests);
  });

  it.each([
    [{}, {}, "BestEffort"],
    [{ cpu: "1" }, {}, "Burstable"],
    [{ cpu: "1", memory: "1Gi" }, { cpu: "1", memory: "1024Mi" }, "Guaranteed"],
    [{ cpu: "1", memory: "1Gi" }, { cpu: "2", memory: "1Gi" }, "Burstable"],
  ])("requests %j and limits %j make %s", (requests, limits, expected) => {
    expect(qosClass({ containers: [{ name: "c", resources: { requests, limits } }] } as Pod["spec"])).toBe(
      expected,
    );
  });
});

describe("taints", () => {
  const taint: Taint = { key: "k", value: "v", effect: "NoExecute" };
  it.each<[Toleration, boolean]>([
    [{ key: "k", operator: "Exists" }, true],
    [{ key: "k", value: "v" }, true],
    [{ key: "k", value: "w", operator: "Equal" }, false],
    [{ operator: "Exists" }, true],
    [{ key: "k", operator: "Exists", effect: "NoSchedule" }, false],
    [{ key: "other", operator: "Exists" }, false],
  ])("%j: %s", (toleration, expected) => {
    expect(taints.tolerates(toleration, taint)).toBe(expected);
    expect(taints.toleratesAll([taint], [toleration], ["NoExecute"])).toBe(expected);
    expect(taints.toleratesAll([taint], [], ["NoSchedule"])).toBe(true);
  });

  it("adds once and removes", () => {
    const list = taints.addTaint(undefined, taint);
    expect(taints.addTaint(list, { ...taint, value: "x" })).toBe(list);
    expect(taints.removeTaint(list, "k", "NoExecute")).toEqual([]);
    expect(taints.removeTaint(list, "k", "NoSchedule")).toBe(list);
  });
});

describe("node affinity", () => {
  const node = { metadata: { name: "w1", labels: { zone: "a", cpus: "8" } } } as unknown as Node;
  const term = (key: string, operator: string, ...values: string[]): object => ({
    matchExpressions: [{ key, operator, values }],
  });
  it.each<[object, boolean]>([
    [term("zone", "In", "a", "b"), true],
    [term("zone", "NotIn", "a"), false],
    [term("gone", "NotIn", "a"), true],
    [term("zone", "Exists"), true],
    [term("gone", "DoesNotExist"), true],
    [term("cpus", "Gt", "7"), true],
    [term("cpus", "Lt", "8"), false],
    [term("zone", "Gt", "1"), false],
    [{ matchFields: [{ key: "metadata.name", operator: "In", values: ["w1"] }] }, true],
    [{}, false],
  ])("%j: %s", (nodeTerm, expected) => {
    const affinity = {
      nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [nodeTerm] } },
    };
    expect(matchesRequiredNodeAffinity({ containers: [], affinity } as Pod["spec"], node)).toBe(expected);
  });

  it("honours nodeSelector", () => {
    expect(matchesRequiredNodeAffinity({ containers: [], nodeSelector: { zone: "b" } }, node)).toBe(false);
    expect(matchesRequiredNodeAffinity({ containers: [], nodeSelector: { zone: "a" } }, node)).toBe(true);
  });
});

it.each<[number | string, number, "up" | "down", number | undefined]>([
  [3, 10, "up", 3],
  ["25%", 3, "up", 1],
  ["25%", 3, "down", 0],
  ["100%", 7, "down", 7],
  ["x%", 7, "down", undefined],
  ["7", 7, "down", undefined],
])("resolves %s of %i, rounding %s", (value, total, rounding, expected) => {
  expect(meta.resolveIntOrPercent(value, total, rounding)).toBe(expected);
});
