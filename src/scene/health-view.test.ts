import { expect, it } from "vitest";
import { healthView } from "./health-view";
import type { WorkloadView } from "./types";

const row = (want: number, believedReady: number): WorkloadView => ({
  id: "",
  kind: "Deployment",
  namespace: "default",
  name: "web",
  want,
  believedReady,
  reallyReady: believedReady,
  images: [],
  pods: [],
  replicaSets: [],
  maxTotal: want,
  minAvailable: want,
  rolling: false,
  blockedBy: "",
  system: false,
});

it.each<[string, WorkloadView[], string]>([
  ["all are there", [row(3, 3), row(2, 2)], "5/5 pods ready"],
  ["one is missing", [row(3, 2), row(2, 2)], "4/5 pods ready"],
  ["some are scaled away, and have not gone yet", [row(0, 1), row(3, 3)], "3/3 pods ready"],
  ["what is too much of one makes up for nothing of another", [row(3, 4), row(2, 1)], "4/5 pods ready"],
])("counts the pods that are wanted and ready: %s", (_what, workloads, words) => {
  expect(healthView([], workloads, []).sentence).toContain(words);
});
