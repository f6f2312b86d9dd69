import { formatTime } from "../../api/time";
import type { Container, ContainerStatus, Pod } from "../../api/types";
import type { ContainerStatus as CriContainer, PodStatus as CriPod } from "../runtime/cri/types";
import { statusResources } from "./container-resources";
import { isSidecar } from "./pod-kind";

/** Why a container waits, and what more there is to say. */
export interface WaitingReason {
  readonly reason: string;
  readonly message: string;
}

/** What the kubelet knows of a pod's containers beside what the runtime tells. */
export interface ContainerFacts {
  /** Why the last attempt to start it came to nothing. */
  waitingReason(container: string): WaitingReason | undefined;
  /** Result of the readiness probe for a container by its id; true when there is no probe. */
  ready(container: Container, id: string): boolean;
  /** Has it started, by its startup probe; true when there is none. */
  started(container: Container, id: string): boolean;
}

type State = NonNullable<ContainerStatus["state"]>;

const LOST: State = {
  terminated: {
    exitCode: 137,
    reason: "ContainerStatusUnknown",
    message: "The container could not be located when the pod was terminated",
  },
};

/** Newest first, as the runtime lists them. */
export function newest(status: CriPod | undefined, name: string): CriContainer | undefined {
  if (status === undefined) return undefined;
  for (const container of status.containers) if (container.name === name) return container;
  return undefined;
}

/**
 * Will the kubelet start this container (again) at the next sync? (`pkg/kubelet/container/helpers.go`
 * ShouldContainerBeRestarted)
 */
export function shouldRestart(container: Container, pod: Pod, status: CriPod | undefined): boolean {
  if (pod.metadata.deletionTimestamp !== undefined) return false;
  const last = newest(status, container.name);
  if (last === undefined) return true;
  if (last.state === "RUNNING") return false;
  if (last.state !== "EXITED" || isSidecar(container)) return true;
  const { restartPolicy } = pod.spec;
  if (restartPolicy === "Never") return false;
  return restartPolicy !== "OnFailure" || last.exitCode !== 0;
}

/**
 * The statuses of a list of containers as the API shows them (`pkg/kubelet/kubelet_pods.go`
 * convertToAPIContainerStatuses). `previous`: those reported so far; `terminal`: the pod has been ended for good.
 */
export function containerStatuses(
  pod: Pod,
  containers: readonly Container[],
  runtime: CriPod | undefined,
  previous: readonly ContainerStatus[],
  facts: ContainerFacts,
  context: { readonly isInit: boolean; readonly terminal: boolean },
): ContainerStatus[] {
  const hasInit = (pod.spec.initContainers ?? []).length > 0;
  const waiting = hasInit ? "PodInitializing" : "ContainerCreating";
  return containers.map((container) => {
    const old = previous.find((s) => s.name === container.name);
    const status =
      fromRuntime(container, runtime, facts) ?? withoutRuntime(container, old, waiting, context.terminal);
    return context.terminal ? status : asWaiting(pod, container, runtime, status, facts, context.isInit);
  });
}

function fromRuntime(
  container: Container,
  runtime: CriPod | undefined,
  facts: ContainerFacts,
): ContainerStatus | undefined {
  if (runtime === undefined) return undefined;
  let current: CriContainer | undefined;
  let last: CriContainer | undefined;
  for (const candidate of runtime.containers) {
    if (candidate.name !== container.name) continue;
    if (current === undefined) current = candidate;
    else {
      last = candidate;
      break;
    }
  }
  if (current === undefined) return undefined;
  const running = current.state === "RUNNING";
  const started = running && facts.started(container, current.id);
  const status: ContainerStatus = {
    name: container.name,
    state: stateOf(current),
    lastState: last?.state === "EXITED" ? stateOf(last) : {},
    ready: started && facts.ready(container, current.id),
    restartCount: current.attempt,
    image: current.image,
    imageID: current.imageId,
    containerID: containerId(current.id),
    started,
    resources: statusResources(container, current),
  };
  const promised = container.resources?.requests;
  if (promised !== undefined) status.allocatedResources = promised;
  return status;
}

/** A container's id as the API shows it. */
export function containerId(id: string): string {
  return `containerd://${id}`;
}

const states = new WeakMap<CriContainer, State>();

/** The state of one container; the same object for the same record. */
function stateOf(container: CriContainer): State {
  const known = states.get(container);
  if (known !== undefined) return known;
  const made = makeState(container);
  states.set(container, made);
  return made;
}

function makeState(container: CriContainer): State {
  if (container.state === "RUNNING") return { running: { startedAt: formatTime(container.startedAt) } };
  if (container.state !== "EXITED") return { waiting: { reason: "ContainerCreating" } };
  const { exitCode, reason, message } = container;
  const terminated: NonNullable<State["terminated"]> = {
    exitCode,
    reason,
    startedAt: formatTime(container.startedAt),
    finishedAt: formatTime(container.finishedAt),
    containerID: containerId(container.id),
  };
  if (message !== "") terminated.message = message;
  return { terminated };
}

/** The runtime knows nothing of it: not yet, or not any more. */
function withoutRuntime(
  container: Container,
  old: ContainerStatus | undefined,
  waiting: string,
  terminal: boolean,
): ContainerStatus {
  const fresh: ContainerStatus = {
    name: container.name,
    state: { waiting: { reason: waiting } },
    lastState: {},
    ready: false,
    restartCount: 0,
    image: container.image ?? "",
    imageID: "",
    started: false,
  };
  if (old === undefined) return terminal ? { ...fresh, state: LOST } : fresh;
  if (old.state?.terminated !== undefined) return old;
  if (old.state?.running !== undefined) {
    if (terminal) return { ...old, state: LOST, ready: false, started: false };
    return { ...fresh, lastState: LOST, restartCount: old.restartCount + 1 };
  }
  if (terminal) return { ...old, state: LOST, ready: false, started: false };
  return { ...fresh, lastState: old.lastState ?? {}, restartCount: old.restartCount };
}

/** A container that is about to be started again but could not be waits, for a reason. */
function asWaiting(
  pod: Pod,
  container: Container,
  runtime: CriPod | undefined,
  status: ContainerStatus,
  facts: ContainerFacts,
  isInit: boolean,
): ContainerStatus {
  if (status.state?.running !== undefined) return status;
  const last = newest(runtime, container.name);
  if (isInit && !isSidecar(container) && last?.state === "EXITED" && last.exitCode === 0) {
    return { ...status, ready: true };
  }
  if (!shouldRestart(container, pod, runtime)) return status;
  const why = facts.waitingReason(container.name);
  if (why === undefined) return status;
  const ended = status.state?.terminated === undefined ? status.lastState : status.state;
  const state: State = { waiting: why.message === "" ? { reason: why.reason } : { ...why } };
  return { ...status, state, lastState: ended ?? {}, ready: false, started: false };
}
