import { err, ok, type Result } from "../../../shared/result";
import type { Container, Pod } from "../../api/types";
import { ItemBackoff } from "../../client/item-backoff";
import { objectRef, type EventRecorder } from "../../client/event-recorder";
import type { RestClient } from "../../client/rest-client";
import type { Future } from "../../kernel/future";
import type { Process } from "../../kernel/process";
import type { Task } from "../../kernel/task";
import { MINUTE, SECOND, type Micros } from "../../kernel/time";
import { criErrorText, type CriClient } from "../runtime/cri/client";
import type {
  ContainerConfig,
  DnsConfig,
  Mount,
  PodStatus as CriPod,
  SandboxConfig,
  SandboxStatus,
} from "../runtime/cri/types";
import { containerEnv } from "./container-env";
import { wantedResources } from "./container-resources";
import { newest } from "./container-statuses";
import { BACKOFF_INITIAL, BACKOFF_MAX } from "./defaults";
import { runHook } from "./hooks";
import type { ImageManager, StartError } from "./image-manager";
import { goSeconds } from "./go-duration";
import { containerHash, podActions, type ProbeVerdicts } from "./pod-actions";
import { specGrace } from "./pod-kind";
import { graceOf, type PodKiller } from "./pod-killer";
import { resizeContainers } from "./pod-resize";
import type { ReasonCache } from "./reason-cache";

/** What a sync of a pod's containers came to. */
export interface RuntimeOutcome {
  readonly failed: boolean;
  /** Something waits until then; undefined: nothing does. */
  readonly retryAt: Micros | undefined;
  /** Reasons why containers wait have changed. */
  readonly reasonsChanged: boolean;
  /** Why a resize could not be carried out. */
  readonly resizeError?: string;
}

export interface PodRuntimeParts {
  readonly process: Process;
  readonly cri: CriClient;
  readonly client: RestClient;
  readonly recorder: EventRecorder;
  readonly images: ImageManager;
  readonly killer: PodKiller;
  readonly reasons: ReasonCache;
  readonly verdicts: (pod: Pod) => ProbeVerdicts;
  readonly dns: (pod: Pod) => DnsConfig;
  readonly hostIp: string;
}

/** Makes a pod's containers what its spec says (`pkg/kubelet/kuberuntime/kuberuntime_manager.go` SyncPod). */
export class PodRuntime {
  readonly backoff = new ItemBackoff(BACKOFF_INITIAL, BACKOFF_MAX);
  readonly #parts: PodRuntimeParts;

  constructor(parts: PodRuntimeParts) {
    this.#parts = parts;
  }

  /** `cancel` settles when the pod is to end: nothing more is started then. */
  *sync(pod: Pod, status: CriPod | undefined, cancel: Future<void>): Task<RuntimeOutcome> {
    const { cri, killer, process, reasons } = this.#parts;
    const actions = podActions(pod, status, this.#parts.verdicts(pod));
    if (actions.killPod && status !== undefined) {
      if (actions.createSandbox) {
        const text = "Pod sandbox changed, it will be killed and re-created.";
        if (actions.attempt > 0) this.#parts.recorder.event(objectRef(pod), "Normal", "SandboxChanged", text);
      }
      yield* killer.killPod(pod, status, graceOf(pod));
    } else {
      for (const kill of actions.toKill) {
        yield* killer.killContainer(pod, kill.container, kill.message, probeGrace(pod, kill.name));
      }
    }
    let { sandbox } = actions;
    let ip = sandbox?.ip ?? "";
    if (actions.createSandbox && !cancel.settled) {
      const made = yield* this.#createSandbox(pod, actions.attempt);
      if (!made.ok) return { failed: true, retryAt: undefined, reasonsChanged: false };
      sandbox = made.value;
      ({ ip } = sandbox);
    }
    let outcome: RuntimeOutcome = { failed: false, retryAt: undefined, reasonsChanged: false };
    if (sandbox === undefined) return outcome;
    if (actions.toResize.length > 0 && !cancel.settled) {
      const resizeError = yield* resizeContainers(cri, pod, actions.toResize);
      if (resizeError !== undefined) outcome = { ...outcome, failed: true, resizeError };
    }
    for (const container of [...actions.initToStart, ...actions.toStart]) {
      if (cancel.settled || !process.alive) break;
      const started = yield* this.#start(pod, container, status, sandbox.id, ip, cancel);
      const before = reasons.get(pod.metadata.uid, container.name);
      if (started.ok) {
        reasons.clear(pod.metadata.uid, container.name);
        continue;
      }
      const { reason, message, retryAt } = started.error;
      reasons.set(pod.metadata.uid, container.name, { reason, message });
      outcome = merge(outcome, retryAt, before?.reason !== reason || before.message !== message);
    }
    if (status !== undefined) yield* this.#collectGarbage(cri, status);
    return outcome;
  }

  *#createSandbox(pod: Pod, attempt: number): Task<Result<SandboxStatus, string>> {
    const { cri, recorder, dns } = this.#parts;
    const config: SandboxConfig = {
      podUid: pod.metadata.uid,
      namespace: pod.metadata.namespace,
      name: pod.metadata.name,
      attempt,
      hostNetwork: pod.spec.hostNetwork === true,
      dns: dns(pod),
    };
    const made = yield* cri.call("RunPodSandbox", { config }, { timeout: 4 * MINUTE });
    if (!made.ok) {
      const message = `Failed to create pod sandbox: ${criErrorText(made.error)}`;
      recorder.event(objectRef(pod), "Warning", "FailedCreatePodSandBox", message);
      return err(message);
    }
    const listed = yield* cri.call("ListPodSandbox", { podUids: [pod.metadata.uid] });
    const found = listed.ok ? listed.value[0]?.sandboxes.find((s) => s.id === made.value) : undefined;
    return found === undefined ? err("sandbox not found") : ok(found);
  }

  *#start(
    pod: Pod,
    container: Container,
    status: CriPod | undefined,
    sandboxId: string,
    podIp: string,
    cancel: Future<void>,
  ): Task<Result<null, StartError>> {
    const last = newest(status, container.name);
    const held = this.#heldBack(pod, container, status);
    if (held !== undefined) return err(held);
    const image = yield* this.#parts.images.ensure(pod, container, cancel);
    if (!image.ok) return err(this.#failed(pod, container, image.error.reason, image.error));
    if (cancel.settled) return err({ reason: "ContainerCreating", message: "" });
    const hostIp = this.#parts.hostIp;
    const context = { client: this.#parts.client, pod, podIp: podIp === "" ? hostIp : podIp, hostIp };
    const env = yield* containerEnv(container, context);
    if (!env.ok) {
      const error = { reason: "CreateContainerConfigError", message: env.error };
      return err(this.#failed(pod, container, env.error, error));
    }
    const attempt = last === undefined ? 0 : last.attempt + 1;
    const config = containerConfig(pod, container, attempt, env.value);
    return yield* this.#createAndStart(pod, container, sandboxId, config, podIp);
  }

  *#createAndStart(
    pod: Pod,
    container: Container,
    sandboxId: string,
    config: ContainerConfig,
    podIp: string,
  ): Task<Result<null, StartError>> {
    const { cri, recorder, killer, process, hostIp } = this.#parts;
    const ref = objectRef(pod, `spec.containers{${container.name}}`);
    const created = yield* cri.call("CreateContainer", { sandboxId, config });
    if (!created.ok) {
      const error = { reason: "CreateContainerError", message: created.error.message };
      return err(this.#failed(pod, container, created.error.message, error));
    }
    recorder.event(ref, "Normal", "Created", "Container created");
    const started = yield* cri.call("StartContainer", { containerId: created.value });
    if (!started.ok) {
      const error = { reason: "RunContainerError", message: started.error.message };
      return err(this.#failed(pod, container, started.error.message, error));
    }
    recorder.event(ref, "Normal", "Started", "Container started");
    const postStart = container.lifecycle?.postStart;
    if (postStart === undefined) return ok(null);
    const target = { pod, container, containerId: created.value, podIp: podIp === "" ? hostIp : podIp };
    const failed = yield* runHook(process, cri, postStart, target, 10 * MINUTE);
    if (failed === undefined) return ok(null);
    recorder.event(ref, "Warning", "FailedPostStartHook", "PostStartHook failed");
    const status = yield* cri.call("ContainerStatus", { containerId: created.value });
    if (status.ok) yield* killer.killContainer(pod, status.value, "FailedPostStartHook", graceOf(pod));
    return err({ reason: "PostStartHookError", message: failed });
  }

  /** Records the Event of a failed start. */
  #failed(pod: Pod, container: Container, text: string, error: StartError): StartError {
    const ref = objectRef(pod, `spec.containers{${container.name}}`);
    this.#parts.recorder.event(ref, "Warning", "Failed", `Error: ${text}`);
    return error;
  }

  /** The crash loop: a container that has ended may have to wait before it is started again. */
  #heldBack(pod: Pod, container: Container, status: CriPod | undefined): StartError | undefined {
    const last = newest(status, container.name);
    if (last === undefined || last.state !== "EXITED") return undefined;
    const { process, recorder } = this.#parts;
    const { name, namespace, uid } = pod.metadata;
    const key = `${uid}_${container.name}_${containerHash(container)}`;
    const until = this.backoff.waitsUntil(key, last.finishedAt, process.now);
    if (until === undefined) {
      this.backoff.next(key, last.finishedAt, process.now);
      return undefined;
    }
    const full = `${name}_${namespace}(${uid})`;
    const ref = objectRef(pod, `spec.containers{${container.name}}`);
    const text = `Back-off restarting failed container ${container.name} in pod ${full}`;
    recorder.event(ref, "Warning", "BackOff", text);
    const delay = goSeconds(this.backoff.get(key));
    const message = `back-off ${delay} restarting failed container=${container.name} pod=${full}`;
    return { reason: "CrashLoopBackOff", message, retryAt: until };
  }

  /** Keeps one ended container of each name, and no sandbox that holds none. */
  *#collectGarbage(cri: CriClient, status: CriPod): Task {
    const seen = new Set<string>();
    const kept = new Set<string>();
    for (const container of status.containers) {
      const excess = container.state === "EXITED" && seen.has(container.name);
      if (container.state === "EXITED") seen.add(container.name);
      if (excess) yield* cri.call("RemoveContainer", { containerId: container.id });
      else kept.add(container.sandboxId);
    }
    for (const sandbox of status.sandboxes.slice(1)) {
      if (sandbox.state === "NOTREADY" && !kept.has(sandbox.id)) {
        yield* cri.call("RemovePodSandbox", { sandboxId: sandbox.id });
      }
    }
  }

  /** Removes what is left of a pod that is gone. */
  *remove(status: CriPod): Task {
    for (const { id: sandboxId } of status.sandboxes)
      yield* this.#parts.cri.call("RemovePodSandbox", { sandboxId });
  }

  forget(uid: string): void {
    this.backoff.forget(`${uid}_`);
    this.#parts.images.forget(uid);
    this.#parts.reasons.forget(uid);
  }
}

function merge(outcome: RuntimeOutcome, retryAt: Micros | undefined, changed: boolean): RuntimeOutcome {
  const reasonsChanged = outcome.reasonsChanged || changed;
  if (retryAt === undefined) return { ...outcome, failed: true, reasonsChanged };
  const earliest = outcome.retryAt === undefined ? retryAt : Math.min(outcome.retryAt, retryAt);
  return { ...outcome, retryAt: earliest, reasonsChanged };
}

/** Grace of a container that its probe gave up: the probe's own, if it has one. */
function probeGrace(pod: Pod, name: string): Micros {
  const container = pod.spec.containers.find((c) => c.name === name);
  const own =
    container?.livenessProbe?.terminationGracePeriodSeconds ??
    container?.startupProbe?.terminationGracePeriodSeconds;
  return (own ?? specGrace(pod)) * SECOND;
}

function hostMounts(pod: Pod, container: Container): readonly Mount[] {
  const mounts: Mount[] = [];
  for (const { name, mountPath, subPath } of container.volumeMounts ?? []) {
    const path = pod.spec.volumes?.find((v) => v.name === name)?.hostPath?.path;
    if (path === undefined) continue;
    mounts.push({ containerPath: mountPath, hostPath: subPath === undefined ? path : `${path}/${subPath}` });
  }
  return mounts;
}

function containerConfig(
  pod: Pod,
  container: Container,
  attempt: number,
  env: ContainerConfig["env"],
): ContainerConfig {
  return {
    name: container.name,
    image: container.image ?? "",
    attempt,
    command: container.command ?? [],
    args: container.args ?? [],
    env,
    resources: wantedResources(container),
    mounts: hostMounts(pod, container),
    stdin: container.stdin ?? false,
    tty: container.tty ?? false,
    hash: containerHash(container),
    gracePeriod: specGrace(pod),
  };
}
