import { qosClass } from "../../api/qos";
import { formatTime } from "../../api/time";
import type { Container, Pod, PodStatus } from "../../api/types";
import type { Micros } from "../../kernel/time";
import type { PodStatus as CriPod } from "../runtime/cri/types";
import { containerStatuses, type ContainerFacts } from "./container-statuses";
import { podConditions } from "./pod-conditions";
import { podPhase } from "./pod-phase";
import type { ResizeConditions } from "./resize-manager";

export interface StatusInput {
  readonly pod: Pod;
  /** What the runtime has of it; undefined: nothing. */
  readonly runtime: CriPod | undefined;
  /** The status reported so far. */
  readonly previous: PodStatus;
  readonly facts: ContainerFacts;
  /** How its resize fares; undefined: it was never resized. */
  readonly resize: ResizeConditions | undefined;
  readonly hostIp: string;
  readonly now: Micros;
  /** It has been ended for good: nothing will be started any more. */
  readonly terminal: boolean;
}

/** The status of a pod as the kubelet reports it (`pkg/kubelet/kubelet_pods.go` generateAPIPodStatus). */
export function podStatusOf(input: StatusInput): PodStatus {
  const { pod, runtime, previous, facts, hostIp, terminal } = input;
  const { initContainers, containers } = pod.spec;
  const now = formatTime(input.now);
  const status: PodStatus = { qosClass: qosClass(pod.spec) };
  if (initContainers !== undefined && initContainers.length > 0) {
    const before = previous.initContainerStatuses ?? [];
    const context = { isInit: true, terminal };
    status.initContainerStatuses = containerStatuses(pod, initContainers, runtime, before, facts, context);
  }
  const context = { isInit: false, terminal };
  const before = previous.containerStatuses ?? [];
  status.containerStatuses = containerStatuses(pod, containers, runtime, before, facts, context);
  const { ephemeralContainers } = pod.spec;
  if (ephemeralContainers !== undefined && ephemeralContainers.length > 0) {
    const known = previous.ephemeralContainerStatuses ?? [];
    const list = ephemeralContainers as Container[];
    status.ephemeralContainerStatuses = containerStatuses(pod, list, runtime, known, facts, context);
  }
  const ended = previous.phase === "Failed" || previous.phase === "Succeeded";
  const phase = ended ? (previous.phase as "Failed" | "Succeeded") : podPhase(pod, status, terminal);
  status.phase = phase;
  if (previous.reason !== undefined && ended) status.reason = previous.reason;
  if (previous.message !== undefined && ended) status.message = previous.message;
  status.startTime = previous.startTime ?? now;
  status.hostIP = hostIp;
  status.hostIPs = [{ ip: hostIp }];
  const sandbox = runtime?.sandboxes[0];
  const sandboxReady = sandbox?.state === "READY";
  const ip = podIp(pod, hostIp, sandboxReady ? sandbox.ip : "", previous);
  if (ip !== "") {
    status.podIP = ip;
    status.podIPs = [{ ip }];
  }
  status.conditions = podConditions(previous.conditions ?? [], {
    pod,
    phase,
    containers: status.containerStatuses,
    initContainers: status.initContainerStatuses ?? [],
    resize: input.resize,
    sandboxReady,
    now,
  });
  return status;
}

/** A pod's address: its sandbox's, the host's; the one it had when the sandbox is gone. */
function podIp(pod: Pod, hostIp: string, sandboxIp: string, previous: PodStatus): string {
  if (pod.spec.hostNetwork === true) return hostIp;
  return sandboxIp === "" ? (previous.podIP ?? "") : sandboxIp;
}
