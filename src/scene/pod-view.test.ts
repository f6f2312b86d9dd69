import { describe, expect, it } from "vitest";
import type { Pod } from "../sim/api/types";
import type { ActualContainer, ActualPodState } from "./actual";
import { actualOf, orphanView, podView } from "./pod-view";

type Draft = { spec?: object; status?: object; metadata?: object };

function pod({ spec, status, metadata }: Draft = {}): Pod {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name: "web-6d9c5b7f4-x7k2p",
      namespace: "default",
      uid: "u",
      resourceVersion: "1",
      creationTimestamp: "",
      labels: { "pod-template-hash": "6d9c5b7f4" },
      ...metadata,
    },
    spec: {
      nodeName: "worker-1",
      containers: [{ name: "c", image: "i", ports: [{ containerPort: 80 }] }],
      ...spec,
    },
    status: {
      phase: "Running",
      conditions: [{ type: "Ready", status: "True" }],
      containerStatuses: [
        { name: "c", ready: true, restartCount: 0, image: "i", imageID: "", state: { running: {} } },
      ],
      ...status,
    },
  } as Pod;
}

function actual(...containers: Partial<ActualContainer>[]): ActualPodState {
  return {
    uid: "u",
    namespace: "default",
    name: "web",
    ip: "10.244.1.2",
    hostNetwork: false,
    containers: containers.map((c) => ({
      name: "c",
      image: "i",
      alive: true,
      exited: false,
      listening: true,
      ...c,
    })),
  };
}

const place = { workload: "Deployment/default/web", slot: 2, timers: [], why: "" };
const waiting = (reason: string) => ({
  containerStatuses: [
    { name: "c", ready: false, restartCount: 3, image: "i", imageID: "", state: { waiting: { reason } } },
  ],
  conditions: [{ type: "Ready", status: "False" }],
});

describe("podView", () => {
  it.each([
    ["ready", pod(), actual({}), "ready", "Ready"],
    ["believed, but nothing runs", pod(), undefined, "ready", "believed"],
    [
      "not ready",
      pod({ status: { conditions: [{ type: "Ready", status: "False" }] } }),
      actual({}),
      "not-ready",
      "Not ready",
    ],
    [
      "unscheduled",
      pod({ spec: { nodeName: undefined }, status: { phase: "Pending" } }),
      undefined,
      "pending",
      "Pending",
    ],
    [
      "being created",
      pod({ status: { phase: "Pending", ...waiting("ContainerCreating") } }),
      actual(),
      "creating",
      "Creating",
    ],
    [
      "in a crash loop",
      pod({ status: waiting("CrashLoopBackOff") }),
      actual({ alive: false, exited: true }),
      "crash",
      "Crash",
    ],
    [
      "without its image",
      pod({ status: { phase: "Pending", ...waiting("ImagePullBackOff") } }),
      actual(),
      "crash",
      "No image",
    ],
    ["failed", pod({ status: { phase: "Failed" } }), undefined, "crash", "Failed"],
    ["done", pod({ status: { phase: "Succeeded" } }), undefined, "succeeded", "Done"],
    [
      "ending",
      pod({ metadata: { deletionTimestamp: "2026-01-01T00:00:30Z" } }),
      actual({}),
      "terminating",
      "Ending",
    ],
  ] as const)("%s", (_what, object, state, look, word) => {
    const view = podView(object, state, place);
    expect([view.look, view.word]).toEqual([look, word]);
  });

  it("shortens names to what tells pods apart", () => {
    expect(podView(pod(), undefined, place).shortName).toBe("web-x7k2p");
    const long = pod({
      metadata: { name: "coredns-668d6bf9bc-wn24w", labels: { "pod-template-hash": "668d6bf9bc" } },
    });
    expect(podView(long, undefined, place).shortName).toBe("core…wn24w");
  });

  it("shows what nobody has on record as an orphan", () => {
    expect(orphanView(actual({}), "worker-1", 0)).toMatchObject({
      recorded: false,
      look: "unknown",
      word: "orphan",
      actual: "ready",
    });
  });
});

describe("actualOf", () => {
  it.each([
    [undefined, "none"],
    [actual(), "starting"],
    [actual({ alive: false, exited: true }), "exited"],
    [actual({ alive: false }), "starting"],
    [actual({ listening: false }), "running"],
    [actual({}), "ready"],
  ] as const)("%#", (state, expected) => expect(actualOf(state, pod())).toBe(expected));
});
