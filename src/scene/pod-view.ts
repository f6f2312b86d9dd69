import { isPodReady } from "../sim/api/meta";
import { podRequests } from "../sim/api/pod-requests";
import { podSummary } from "../sim/api/printing/pod";
import type { ContainerStatus, Pod } from "../sim/api/types";
import type { ActualPodState } from "./actual";
import type { ActualPod, ContainerView, PodLook, PodView, TimerView } from "./types";

/** Where a pod belongs on the stage; found by the builder from owners and hosts. */
export interface PodPlace {
  readonly workload: string;
  readonly slot: number;
  readonly timers: readonly TimerView[];
  readonly why: string;
}

const WAITING_BAD = new Set([
  "CrashLoopBackOff",
  "ErrImagePull",
  "ImagePullBackOff",
  "InvalidImageName",
  "ErrImageNeverPull",
  "CreateContainerConfigError",
  "CreateContainerError",
  "RunContainerError",
]);

/** The view of a pod that etcd has recorded, beside what its host really runs. */
export function podView(pod: Pod, actual: ActualPodState | undefined, place: PodPlace): PodView {
  const { status } = podSummary(pod);
  const really = actualOf(actual, pod);
  const look = lookOf(pod, status, really);
  const requests = podRequests(pod);
  const statuses = pod.status.containerStatuses ?? [];
  return {
    uid: pod.metadata.uid,
    namespace: pod.metadata.namespace,
    name: pod.metadata.name,
    shortName: shortName(pod),
    node: pod.spec.nodeName ?? "",
    workload: place.workload,
    owner: pod.metadata.ownerReferences?.find((o) => o.controller)?.uid ?? "",
    recorded: true,
    status,
    phase: pod.status.phase ?? "Pending",
    believedReady: isPodReady(pod),
    actual: really,
    look,
    word: wordOf(look, status, pod, really),
    restarts: statuses.reduce((sum, s) => sum + s.restartCount, 0),
    ip: pod.status.podIP ?? "",
    slot: place.slot,
    containers: pod.spec.containers.map((c) => containerView(c.name, c.image ?? "", statuses, actual)),
    timers: place.timers,
    why: place.why,
    cpuMilli: requests.cpuMilli,
    memoryBytes: requests.memoryBytes,
    system: pod.metadata.annotations?.["kubernetes.io/config.mirror"] !== undefined,
  };
}

/** The view of a pod that only a host still knows: its object is gone from etcd. */
export function orphanView(actual: ActualPodState, host: string, slot: number): PodView {
  return {
    uid: actual.uid,
    namespace: actual.namespace,
    name: actual.name,
    shortName: shorten(actual.name),
    node: host,
    workload: "",
    owner: "",
    recorded: false,
    status: "Unknown",
    phase: "Unknown",
    believedReady: false,
    actual: actualOf(actual),
    look: "unknown",
    word: "orphan",
    restarts: 0,
    ip: actual.ip,
    slot,
    containers: actual.containers.map((c) => ({
      name: c.name,
      image: c.image,
      state: c.alive ? "Running" : "Terminated",
      ready: false,
      restarts: 0,
      alive: c.alive,
    })),
    timers: [],
    why: "Its object is gone, yet it still runs on the machine.",
    cpuMilli: 0,
    memoryBytes: 0,
    system: false,
  };
}

/** What really happens: none, starting, running, ready, exited. */
export function actualOf(actual: ActualPodState | undefined, pod?: Pod): ActualPod {
  if (actual === undefined) return "none";
  if (actual.containers.length === 0) return "starting";
  const alive = actual.containers.filter((c) => c.alive);
  if (alive.length === 0) return actual.containers.some((c) => c.exited) ? "exited" : "starting";
  if (alive.length < (pod?.spec.containers.length ?? actual.containers.length)) return "running";
  // A container that declares a port is ready once it listens.
  const declares = (name: string): boolean =>
    (pod?.spec.containers.find((c) => c.name === name)?.ports ?? []).length > 0;
  return alive.every((c) => c.listening || !declares(c.name)) ? "ready" : "running";
}

function lookOf(pod: Pod, status: string, actual: ActualPod): PodLook {
  if (pod.metadata.deletionTimestamp !== undefined) return "terminating";
  if (pod.status.phase === "Succeeded") return "succeeded";
  if (pod.status.phase === "Failed") return "crash";
  const bad = (s: ContainerStatus): boolean =>
    WAITING_BAD.has(s.state?.waiting?.reason ?? "") || (s.state?.terminated?.exitCode ?? 0) !== 0;
  if ((pod.status.containerStatuses ?? []).some(bad)) return "crash";
  if (pod.spec.nodeName === undefined || pod.spec.nodeName === "") return "pending";
  if (pod.status.phase === "Running") return isPodReady(pod) ? "ready" : "not-ready";
  if (status === "Unknown") return "unknown";
  return actual === "none" && status === "Pending" ? "pending" : "creating";
}

function wordOf(look: PodLook, status: string, pod: Pod, actual: ActualPod): string {
  switch (look) {
    case "ready":
      return actual === "none" || actual === "exited" ? "believed" : "Ready";
    case "not-ready":
      return "Not ready";
    case "creating":
      return "Creating";
    case "pending":
      return "Pending";
    case "crash":
      return status.includes("Image") ? "No image" : pod.status.phase === "Failed" ? "Failed" : "Crash";
    case "terminating":
      return "Ending";
    case "succeeded":
      return "Done";
    case "unknown":
      return "Unknown";
  }
}

function containerView(
  name: string,
  image: string,
  statuses: readonly ContainerStatus[],
  actual: ActualPodState | undefined,
): ContainerView {
  const s = statuses.find((x) => x.name === name);
  return {
    name,
    image,
    state: stateText(s),
    ready: s?.ready ?? false,
    restarts: s?.restartCount ?? 0,
    alive: actual?.containers.some((c) => c.name === name && c.alive) ?? false,
  };
}

function stateText(s: ContainerStatus | undefined): string {
  if (s?.state?.running) return "Running";
  if (s?.state?.waiting) return `Waiting: ${s.state.waiting.reason ?? ""}`;
  if (s?.state?.terminated) return `Terminated: ${s.state.terminated.reason ?? ""}`;
  return "Waiting";
}

function shortName(pod: Pod): string {
  return shorten(pod.metadata.name, pod.metadata.labels?.["pod-template-hash"]);
}

/** The most letters that fit on a pod's card. */
const CARD_LETTERS = 10;

/** `web-6d9c5b7f4-x7k2p` → `web-x7k2p`: the template's hash says nothing to people. Its end tells pods apart. */
function shorten(name: string, hash?: string): string {
  const plain = hash === undefined ? name : name.replace(`-${hash}-`, "-");
  if (plain.length <= CARD_LETTERS) return plain;
  const end = plain.slice(plain.lastIndexOf("-") + 1);
  const room = CARD_LETTERS - 1 - end.length;
  return room < 2 ? plain : `${plain.slice(0, room)}…${end}`;
}
