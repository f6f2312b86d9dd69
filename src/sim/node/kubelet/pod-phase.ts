import type { ContainerStatus, Pod, PodStatus } from "../../api/types";
import { isSidecar } from "./pod-kind";

export type Phase = "Pending" | "Running" | "Succeeded" | "Failed";

/**
 * The phase that a pod's containers make (`pkg/kubelet/kubelet_pods.go` getPhase). `terminal`: the pod has been
 * ended for good; what runs of it will not be restarted.
 */
export function podPhase(pod: Pod, status: PodStatus, terminal: boolean): Phase {
  const { restartPolicy } = pod.spec;
  const init = initState(pod, status, terminal);
  if (init === "failed") return "Failed";
  const counts = countContainers(pod, status, terminal);
  if (init === "pending" && !terminal) return "Pending";
  if (counts.waiting > 0) return counts.running > 0 || terminal ? "Running" : "Pending";
  if (counts.running > 0 && counts.unknown === 0) return "Running";
  if (counts.running === 0 && counts.stopped > 0 && counts.unknown === 0) {
    if (terminal) return counts.succeeded === counts.stopped ? "Succeeded" : "Failed";
    if (restartPolicy === "Always" || restartPolicy === undefined) return "Running";
    if (counts.stopped === counts.succeeded) return "Succeeded";
    return restartPolicy === "Never" ? "Failed" : "Running";
  }
  return "Pending";
}

function find(statuses: readonly ContainerStatus[] | undefined, name: string): ContainerStatus | undefined {
  if (statuses === undefined) return undefined;
  for (const status of statuses) if (status.name === name) return status;
  return undefined;
}

function initState(pod: Pod, status: PodStatus, terminal: boolean): "done" | "pending" | "failed" {
  let result: "done" | "pending" = "done";
  for (const container of pod.spec.initContainers ?? []) {
    const state = find(status.initContainerStatuses, container.name);
    const ended = state?.state?.terminated ?? state?.lastState?.terminated;
    if (isSidecar(container)) {
      if (state?.started !== true && !terminal) result = "pending";
      continue;
    }
    const done = state?.state?.terminated?.exitCode === 0;
    if (done) continue;
    const failed = ended !== undefined && ended.exitCode !== 0;
    if (failed && (pod.spec.restartPolicy === "Never" || terminal)) return "failed";
    result = "pending";
  }
  return result;
}

interface Counts {
  running: number;
  waiting: number;
  stopped: number;
  succeeded: number;
  unknown: number;
}

function countContainers(pod: Pod, status: PodStatus, terminal: boolean): Counts {
  const counts: Counts = { running: 0, waiting: 0, stopped: 0, succeeded: 0, unknown: 0 };
  for (const container of pod.spec.containers) {
    const s = find(status.containerStatuses, container.name);
    if (s === undefined) counts.unknown++;
    else if (s.state?.running !== undefined) counts.running++;
    else if (s.state?.terminated !== undefined) count(counts, s.state.terminated.exitCode);
    else if (s.state?.waiting !== undefined) {
      // Waiting after a run: it crashed and will come again.
      if (s.lastState?.terminated === undefined) {
        if (!terminal) counts.waiting++;
        else count(counts, 137);
      } else count(counts, s.lastState.terminated.exitCode);
    } else counts.unknown++;
  }
  return counts;
}

function count(counts: Counts, exitCode: number): void {
  counts.stopped++;
  if (exitCode === 0) counts.succeeded++;
}
