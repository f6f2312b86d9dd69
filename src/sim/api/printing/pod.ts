/**
 * How a pod is summed up in one line: what READY, STATUS and RESTARTS of `kubectl get pods` say
 * (`pkg/printers/internalversion/printers.go` printPod).
 */
import { ageColumn, column, nameColumn } from "../columns";
import type { Column } from "../columns";
import { humanDuration } from "../duration";
import { findCondition } from "../meta";
import { parseTime } from "../time";
import type { ContainerStatus, Pod } from "../types";
import { orNone } from "./cells";

export interface PodSummary {
  readonly ready: number;
  readonly total: number;
  /** Phase or reason, e.g. `Running`, `CrashLoopBackOff`, `Init:1/2`, `Terminating`. */
  readonly status: string;
  readonly restarts: number;
  /** Virtual microseconds of the latest restart's cause, NaN if there was none. */
  readonly lastRestart: number;
}

interface Tally {
  ready: number;
  restarts: number;
  lastRestart: number;
  status: string;
}

const summaries = new WeakMap<Pod, PodSummary>();

/** The summary of a pod, remembered for each version of it. */
export function podSummary(pod: Pod): PodSummary {
  const known = summaries.get(pod);
  if (known !== undefined) return known;
  const made = summarize(pod);
  summaries.set(pod, made);
  return made;
}

function summarize(pod: Pod): PodSummary {
  const { status, spec } = pod;
  const phase = status.phase ?? "";
  const sidecars = new Set<string>();
  for (const init of spec.initContainers ?? []) if (init.restartPolicy === "Always") sidecars.add(init.name);
  const tally: Tally = { ready: 0, restarts: 0, lastRestart: NaN, status: status.reason || phase };
  const scheduled = findCondition(status.conditions, "PodScheduled");
  if (scheduled?.reason === "SchedulingGated") tally.status = "SchedulingGated";
  const initializing = tallyInit(pod, sidecars, tally);
  if (!initializing || findCondition(status.conditions, "Initialized")?.status === "True") {
    tallyMain(pod, sidecars, tally);
  }
  if (pod.metadata.deletionTimestamp !== undefined) {
    if (status.reason === "NodeLost") tally.status = "Unknown";
    else if (phase !== "Succeeded" && phase !== "Failed") tally.status = "Terminating";
  }
  return { ...tally, total: spec.containers.length + sidecars.size };
}

function countRestarts(container: ContainerStatus, tally: Tally): void {
  tally.restarts += container.restartCount;
  const finished = container.lastState?.terminated?.finishedAt;
  if (finished === undefined) return;
  const at = parseTime(finished);
  if (Number.isNaN(tally.lastRestart) || at > tally.lastRestart) tally.lastRestart = at;
}

/** Goes through the init containers; true if one of them still stands before the main containers. */
function tallyInit(pod: Pod, sidecars: ReadonlySet<string>, tally: Tally): boolean {
  const list = pod.status.initContainerStatuses ?? [];
  for (const [i, container] of list.entries()) {
    countRestarts(container, tally);
    const { terminated, waiting } = container.state ?? {};
    if (terminated?.exitCode === 0) continue;
    if (sidecars.has(container.name) && container.started === true) {
      if (container.ready) tally.ready++;
      continue;
    }
    if (terminated !== undefined) tally.status = `Init:${terminationText(terminated)}`;
    else if (waiting?.reason && waiting.reason !== "PodInitializing") tally.status = `Init:${waiting.reason}`;
    else tally.status = `Init:${i}/${pod.spec.initContainers?.length ?? 0}`;
    return true;
  }
  return false;
}

function terminationText(
  terminated: NonNullable<NonNullable<ContainerStatus["state"]>["terminated"]>,
): string {
  if (terminated.reason) return terminated.reason;
  return terminated.signal ? `Signal:${terminated.signal}` : `ExitCode:${terminated.exitCode}`;
}

/** Goes through the main containers, last to first, so that the first one's trouble is shown. */
function tallyMain(pod: Pod, sidecars: ReadonlySet<string>, tally: Tally): void {
  const { status } = pod;
  tally.restarts = 0;
  tally.lastRestart = NaN;
  for (const container of status.initContainerStatuses ?? []) {
    if (sidecars.has(container.name)) countRestarts(container, tally);
  }
  const list = status.containerStatuses ?? [];
  let running = false;
  for (let i = list.length - 1; i >= 0; i--) {
    const container = list[i]!;
    countRestarts(container, tally);
    const { terminated, waiting, running: state } = container.state ?? {};
    if (waiting?.reason) tally.status = waiting.reason;
    else if (terminated !== undefined) tally.status = terminationText(terminated);
    else if (container.ready && state !== undefined) {
      running = true;
      tally.ready++;
    }
  }
  if (tally.status === "Completed" && running) {
    const ready = findCondition(status.conditions, "Ready")?.status === "True";
    tally.status = ready ? "Running" : "NotReady";
  }
}

function restartsCell(pod: Pod, nowUs: number): string {
  const { restarts, lastRestart } = podSummary(pod);
  if (restarts === 0 || Number.isNaN(lastRestart)) return String(restarts);
  return `${restarts} (${humanDuration(nowUs - lastRestart)} ago)`;
}

function readinessGatesCell(pod: Pod): string {
  const gates = pod.spec.readinessGates ?? [];
  if (gates.length === 0) return orNone("");
  const met = gates.filter((g) => findCondition(pod.status.conditions, g.conditionType)?.status === "True");
  return `${met.length}/${gates.length}`;
}

export const podColumns: readonly Column<Pod>[] = [
  nameColumn(),
  column("Ready", (pod) => `${podSummary(pod).ready}/${podSummary(pod).total}`, {
    description: "How many of the containers are ready.",
  }),
  column("Status", (pod) => podSummary(pod).status, {
    description: "The aggregate status of the containers.",
  }),
  column("Restarts", restartsCell, { description: "How often containers were restarted, and when last." }),
  ageColumn(),
  column("IP", (pod) => orNone(pod.status.podIPs?.[0]?.ip ?? pod.status.podIP), {
    wide: true,
    description: "Address of the pod.",
  }),
  column("Node", (pod) => orNone(pod.spec.nodeName), { wide: true, description: "Where the pod runs." }),
  column("Nominated Node", (pod) => orNone(pod.status.nominatedNodeName), {
    wide: true,
    description: "Where the pod will run once preemption has made room.",
  }),
  column("Readiness Gates", readinessGatesCell, {
    wide: true,
    description: "How many of the extra readiness conditions are met.",
  }),
];
