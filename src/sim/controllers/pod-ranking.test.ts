import { describe, expect, it } from "vitest";
import { formatTime } from "../api/time";
import type { Pod } from "../api/types";
import { SECOND } from "../kernel/time";
import { deletionCost, logAge, podsToDelete } from "./pod-ranking";

const NOW = 10_000 * SECOND;

interface Traits {
  node?: string | undefined;
  phase?: string;
  readyFor?: number | undefined;
  cost?: string;
  restarts?: number;
  age?: number;
}

function pod(name: string, traits: Traits = {}): Pod {
  const { node = "n1", phase = "Running", readyFor = 100, restarts = 0, age = 1000 } = traits;
  const at = (ago: number): string => formatTime(NOW - ago * SECOND);
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name,
      namespace: "default",
      uid: name,
      resourceVersion: "1",
      creationTimestamp: at(age),
      annotations:
        traits.cost === undefined ? {} : { "controller.kubernetes.io/pod-deletion-cost": traits.cost },
    },
    spec: { containers: [], ...("node" in traits && traits.node === undefined ? {} : { nodeName: node }) },
    status: {
      phase,
      conditions: [
        "readyFor" in traits && traits.readyFor === undefined
          ? { type: "Ready", status: "False", lastTransitionTime: at(5) }
          : { type: "Ready", status: "True", lastTransitionTime: at(readyFor) },
      ],
      containerStatuses: [{ name: "c", restartCount: restarts, ready: true, image: "", imageID: "" }],
    },
  } as Pod;
}

describe("podsToDelete", () => {
  it.each<[string, Traits, Traits]>([
    ["unassigned before assigned", { node: undefined }, { phase: "Pending" }],
    ["Pending before Unknown", { phase: "Pending" }, { phase: "Unknown" }],
    ["Unknown before Running", { phase: "Unknown" }, { readyFor: undefined }],
    ["not Ready before Ready, whatever the cost", { readyFor: undefined, cost: "100" }, { cost: "-100" }],
    ["lower cost first", { cost: "-5", readyFor: 4000 }, { readyFor: 1 }],
    ["Ready for much shorter first", { readyFor: 10 }, { readyFor: 1000, restarts: 9 }],
    ["more restarts first", { restarts: 3, age: 5000 }, { restarts: 1, age: 10 }],
    ["much younger first", { age: 10 }, { age: 5000 }],
  ])("%s", (_name, first, second) => {
    // The name decides ties: the one that should go has the worse one.
    const a = pod("z", first);
    const b = pod("a", second);
    const chosen = podsToDelete([b, a], [], 1, NOW);
    expect(chosen.map((p) => p.metadata.name)).toEqual(["z"]);
  });

  it("prefers pods that share their node with many siblings, old ReplicaSets' included", () => {
    const candidates = [pod("a", { node: "n1" }), pod("z", { node: "n2" })];
    const related = [...candidates, pod("x", { node: "n2" }), pod("y", { node: "n2", phase: "Failed" })];
    expect(podsToDelete(candidates, related, 1, NOW)[0]!.metadata.name).toBe("z");
  });

  it("treats about equally old pods alike: their ids decide", () => {
    const candidates = [pod("b", { age: 1000 }), pod("a", { age: 1020 })];
    expect(podsToDelete(candidates, [], 1, NOW)[0]!.metadata.name).toBe("a");
  });

  it("takes all when all must go", () => {
    expect(podsToDelete([pod("a"), pod("b")], [], 2, NOW)).toHaveLength(2);
  });
});

it.each([
  [undefined, 0],
  ["12", 12],
  ["-3", -3],
  ["1.5", 0],
  ["+ 1", 0],
  ["99999999999", 0],
])("cost %s counts %i", (text, cost) => {
  expect(deletionCost(pod("a", text === undefined ? {} : { cost: text }))).toBe(cost);
});

it.each([
  [0, -1],
  [1, 29],
  [2, 30],
  [1000, 39],
])("an age of %i s is %i on the scale", (seconds, log) => {
  expect(logAge(NOW - seconds * SECOND, NOW)).toBe(log);
});
