import { findCondition, setCondition } from "../../api/meta";
import type { ContainerStatus, Pod, PodCondition } from "../../api/types";
import { isSidecar } from "./pod-kind";
import type { Phase } from "./pod-phase";
import type { ResizeConditions } from "./resize-manager";

/** What the conditions of a pod are made from. */
export interface ConditionInput {
  readonly pod: Pod;
  readonly phase: Phase;
  readonly containers: readonly ContainerStatus[];
  readonly initContainers: readonly ContainerStatus[];
  /** How its resize fares; undefined: it was never resized. */
  readonly resize: ResizeConditions | undefined;
  /** It has a sandbox with a network. */
  readonly sandboxReady: boolean;
  /** Time of a transition, if there is one. */
  readonly now: string;
}

type Made = Pick<PodCondition, "status"> & { reason?: string; message?: string };

const TRUE: Made = { status: "True" };

/**
 * The conditions that the kubelet owns, added to those that others set (`pkg/kubelet/status/generate.go`).
 * The same list is given back if nothing changed.
 */
export function podConditions(before: readonly PodCondition[], input: ConditionInput): PodCondition[] {
  const ready = containersReady(input);
  let list = before as PodCondition[];
  const put = (type: string, made: Made): void => {
    list = setCondition(list, { type, ...made, lastTransitionTime: input.now });
  };
  put("PodReadyToStartContainers", { status: input.sandboxReady ? "True" : "False" });
  put("Initialized", initialized(input));
  put("ContainersReady", ready);
  put("Ready", podReady(input, ready));
  if (input.resize !== undefined) list = withResize(list, input.phase, input.resize);
  if (findCondition(list, "PodScheduled")?.status !== "True") put("PodScheduled", TRUE);
  return list;
}

/** Conditions of a resize come and go. */
function withResize(
  list: PodCondition[],
  phase: Phase,
  { pending, inProgress }: ResizeConditions,
): PodCondition[] {
  const ended = phase === "Succeeded" || phase === "Failed";
  const now = ended ? [] : [pending, inProgress].filter((c) => c !== undefined);
  const kept = list.filter(({ type }) => type !== "PodResizePending" && type !== "PodResizeInProgress");
  return now.length === 0 && kept.length === list.length ? list : [...kept, ...now];
}

function initialized({ pod, phase, initContainers }: ConditionInput): Made {
  if (phase === "Succeeded") return { status: "True", reason: "PodCompleted" };
  const missing: string[] = [];
  for (const container of pod.spec.initContainers ?? []) {
    const status = initContainers.find((s) => s.name === container.name);
    const done = isSidecar(container) ? status?.started === true : status?.state?.terminated?.exitCode === 0;
    if (!done) missing.push(container.name);
  }
  if (missing.length === 0) return TRUE;
  const message = `containers with incomplete status: [${missing.join(" ")}]`;
  return { status: "False", reason: "ContainersNotInitialized", message };
}

function containersReady({ pod, phase, containers, initContainers }: ConditionInput): Made {
  if (phase === "Succeeded") return { status: "False", reason: "PodCompleted" };
  if (phase === "Failed") return { status: "False", reason: "PodFailed" };
  let unknown: string[] | undefined;
  let unready: string[] | undefined;
  const check = (name: string, statuses: readonly ContainerStatus[]): void => {
    const status = statuses.find((s) => s.name === name);
    if (status === undefined) (unknown ??= []).push(name);
    else if (!status.ready) (unready ??= []).push(name);
  };
  for (const c of pod.spec.initContainers ?? []) if (isSidecar(c)) check(c.name, initContainers);
  for (const c of pod.spec.containers) check(c.name, containers);
  if (unknown === undefined && unready === undefined) return TRUE;
  const parts: string[] = [];
  if (unknown !== undefined) parts.push(`containers with unknown status: [${unknown.join(" ")}]`);
  if (unready !== undefined) parts.push(`containers with unready status: [${unready.join(" ")}]`);
  return { status: "False", reason: "ContainersNotReady", message: parts.join(", ") };
}

function podReady({ pod }: ConditionInput, ready: Made): Made {
  if (ready.status !== "True") return ready;
  const gates = pod.spec.readinessGates;
  if (gates === undefined) return ready;
  const messages: string[] = [];
  for (const { conditionType } of gates) {
    const condition = findCondition(pod.status.conditions, conditionType);
    if (condition === undefined) {
      messages.push(`corresponding condition of pod readiness gate "${conditionType}" does not exist.`);
    } else if (condition.status !== "True") {
      messages.push(
        `the status of pod readiness gate "${conditionType}" is not "True", but ${condition.status}`,
      );
    }
  }
  if (messages.length === 0) return ready;
  return { status: "False", reason: "ReadinessGatesNotReady", message: messages.join(", ") };
}
