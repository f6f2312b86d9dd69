import type { Container, Pod } from "../../api/types";
import type {
  ContainerStatus as CriContainer,
  PodStatus as CriPod,
  SandboxStatus,
} from "../runtime/cri/types";
import { hasWanted, wantedResources } from "./container-resources";
import { newest, shouldRestart } from "./container-statuses";
import { isSidecar } from "./pod-kind";

/** A running container that has to go, and why, as the Event says it. */
export interface Kill {
  readonly container: CriContainer;
  readonly name: string;
  readonly message: string;
}

/** A running container that gets other resources. */
export interface Resize {
  readonly container: Container;
  readonly record: CriContainer;
}

/** What has to be done to make a pod's containers what its spec says. */
export interface PodActions {
  /** All that runs of it has to be ended first. */
  readonly killPod: boolean;
  readonly createSandbox: boolean;
  /** Number of the sandbox to be made. */
  readonly attempt: number;
  /** The sandbox that goes on being used. */
  readonly sandbox: SandboxStatus | undefined;
  readonly initToStart: readonly Container[];
  readonly toStart: readonly Container[];
  readonly toKill: readonly Kill[];
  readonly toResize: readonly Resize[];
}

/** What probes say of running containers. */
export interface ProbeVerdicts {
  livenessFailed(id: string): boolean;
  startupFailed(id: string): boolean;
  started(container: Container, id: string): boolean;
}

/** Tells whether a container's part of the spec is still what it was made from: only its image can change. */
export function containerHash(container: Container): string {
  return container.image ?? "";
}

/**
 * Compares a pod with what the runtime has of it
 * (`pkg/kubelet/kuberuntime/kuberuntime_manager.go` computePodActions).
 */
export function podActions(pod: Pod, status: CriPod | undefined, verdicts: ProbeVerdicts): PodActions {
  const sandbox = status?.sandboxes[0];
  const usable = sandbox?.state === "READY" && (sandbox.ip !== "" || sandbox.config.hostNetwork);
  if (!usable) return withNewSandbox(pod, status, sandbox);
  const init = nextInit(pod, status, verdicts);
  const base = { createSandbox: false, attempt: sandbox.config.attempt, sandbox };
  const debugging = newEphemeral(pod, status);
  if (!init.done) {
    const { kill: toKill, failed: killPod } = init;
    const initToStart = [...debugging, ...init.start];
    return { ...base, killPod, initToStart, toStart: [], toKill, toResize: init.resize };
  }
  const toKill: Kill[] = [...init.kill];
  const toResize: Resize[] = [...init.resize];
  const toStart: Container[] = [];
  let kept = 0;
  for (const container of pod.spec.containers) {
    const last = newest(status, container.name);
    if (last === undefined || last.state !== "RUNNING") {
      if (shouldRestart(container, pod, status)) toStart.push(container);
      continue;
    }
    const verdict = judge(pod, container, last, verdicts);
    if (verdict === undefined) {
      if (!hasWanted(container, last)) toResize.push({ container, record: last });
      kept++;
      continue;
    }
    toKill.push({ container: last, name: container.name, message: verdict.message });
    if (verdict.restart) toStart.push(container);
  }
  const killPod = kept === 0 && toStart.length === 0;
  return {
    ...base,
    killPod,
    initToStart: killPod ? [] : [...debugging, ...init.start],
    toStart,
    toKill: killPod ? [] : toKill,
    toResize: killPod ? [] : toResize,
  };
}

/** Containers for debugging that have come since: each is started once, whatever the others do. */
function newEphemeral(pod: Pod, status: CriPod | undefined): readonly Container[] {
  if (pod.spec.ephemeralContainers === undefined) return [];
  return pod.spec.ephemeralContainers.filter((c) => newest(status, c.name) === undefined) as Container[];
}

/** Why a running container may not go on; undefined: it may. */
function judge(
  pod: Pod,
  container: Container,
  last: CriContainer,
  verdicts: ProbeVerdicts,
): { readonly message: string; readonly restart: boolean } | undefined {
  const restart = pod.spec.restartPolicy !== "Never" || isSidecar(container);
  if (last.hash !== containerHash(container)) {
    return { message: `Container ${container.name} definition changed, will be restarted`, restart: true };
  }
  const why = verdicts.livenessFailed(last.id)
    ? "liveness"
    : verdicts.startupFailed(last.id)
      ? "startup"
      : undefined;
  if (why === undefined) {
    if (hasWanted(container, last) || !needsRestart(container, last)) return undefined;
    return { message: `Container ${container.name} resize requires restart`, restart: true };
  }
  const then = restart ? ", will be restarted" : "";
  return { message: `Container ${container.name} failed ${why} probe${then}`, restart };
}

/** May a container's resources change only with a restart? (`determineContainerResize`) */
function needsRestart(container: Container, { resources: given }: CriContainer): boolean {
  const wanted = wantedResources(container);
  const changes = {
    cpu: wanted.cpuRequest !== given.cpuRequest || wanted.cpuLimit !== given.cpuLimit,
    memory: wanted.memoryRequest !== given.memoryRequest || wanted.memoryLimit !== given.memoryLimit,
  };
  return (container.resizePolicy ?? []).some(
    ({ resourceName, restartPolicy }) =>
      restartPolicy === "RestartContainer" && changes[resourceName as keyof typeof changes],
  );
}

function withNewSandbox(pod: Pod, status: CriPod | undefined, old: SandboxStatus | undefined): PodActions {
  const attempt = old === undefined ? 0 : old.config.attempt + 1;
  const hadContainers = (status?.containers.length ?? 0) > 0;
  const base = { attempt, sandbox: undefined, killPod: status !== undefined, toKill: [], toResize: [] };
  const nothing = { ...base, createSandbox: false, initToStart: [], toStart: [] };
  const { restartPolicy, initContainers } = pod.spec;
  if (restartPolicy === "Never" && hadContainers) return nothing;
  const toStart = pod.spec.containers.filter((c) => {
    const last = newest(status, c.name);
    return !(restartPolicy === "OnFailure" && last?.state === "EXITED" && last.exitCode === 0);
  });
  if (toStart.length === 0) return nothing;
  const first = initContainers?.[0];
  if (first === undefined) return { ...base, createSandbox: true, initToStart: [], toStart };
  return { ...base, createSandbox: true, initToStart: [first], toStart: [] };
}

interface InitProgress {
  /** The regular containers may run. */
  readonly done: boolean;
  readonly failed: boolean;
  readonly start: readonly Container[];
  readonly kill: readonly Kill[];
  readonly resize: readonly Resize[];
}

/** One init container after the other; sidecars stay, and the next one waits until they have started. */
function nextInit(pod: Pod, status: CriPod | undefined, verdicts: ProbeVerdicts): InitProgress {
  const start: Container[] = [];
  const kill: Kill[] = [];
  const resize: Resize[] = [];
  const sandboxId = status?.sandboxes[0]?.id;
  const begun = pod.spec.containers.some((c) => newest(status, c.name)?.sandboxId === sandboxId);
  const stop = (failed: boolean): InitProgress => ({ done: false, failed, start, kill, resize });
  for (const container of pod.spec.initContainers ?? []) {
    const found = newest(status, container.name);
    const last = found?.sandboxId === sandboxId ? found : undefined;
    if (isSidecar(container)) {
      if (last?.state === "RUNNING") {
        const verdict = judge(pod, container, last, verdicts);
        if (verdict !== undefined) {
          kill.push({ container: last, name: container.name, message: verdict.message });
          start.push(container);
        } else if (!hasWanted(container, last)) resize.push({ container, record: last });
        if (!begun && !verdicts.started(container, last.id)) return stop(false);
        continue;
      }
      start.push(container);
      if (!begun) return stop(false);
      continue;
    }
    if (begun || (last?.state === "EXITED" && last.exitCode === 0)) continue;
    if (last?.state === "RUNNING") return stop(false);
    if (last?.state === "EXITED" && pod.spec.restartPolicy === "Never") return stop(true);
    start.push(container);
    return stop(false);
  }
  return { done: true, failed: false, start, kill, resize };
}
