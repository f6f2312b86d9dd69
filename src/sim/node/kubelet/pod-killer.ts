import type { Container, Pod } from "../../api/types";
import { objectRef, type EventRecorder } from "../../client/event-recorder";
import type { Process } from "../../kernel/process";
import type { Thread } from "../../kernel/thread";
import type { Task } from "../../kernel/task";
import { SECOND, type Micros } from "../../kernel/time";
import type { CriClient } from "../runtime/cri/client";
import type { ContainerStatus as CriContainer, PodStatus as CriPod } from "../runtime/cri/types";
import { MINIMUM_GRACE } from "./defaults";
import { runHook } from "./hooks";
import { isSidecar, specGrace } from "./pod-kind";

/** Ends containers as gently as time allows (`pkg/kubelet/kuberuntime/kuberuntime_container.go` killContainer). */
export class PodKiller {
  readonly #process: Process;
  readonly #cri: CriClient;
  readonly #recorder: EventRecorder;

  constructor(process: Process, cri: CriClient, recorder: EventRecorder) {
    this.#process = process;
    this.#cri = cri;
    this.#recorder = recorder;
  }

  /**
   * Ends all that runs of a pod, then its sandboxes: regular containers together, sidecars after them in reverse
   * order, out of the same grace. `pod` is undefined when the kubelet no longer knows its spec. False: the runtime
   * did not do it.
   */
  *killPod(pod: Pod | undefined, status: CriPod, grace: Micros): Task<boolean> {
    const until = this.#process.now + grace;
    const running = status.containers.filter((c) => c.state === "RUNNING");
    const sidecars = (pod?.spec.initContainers ?? []).filter(isSidecar);
    const isSide = (c: CriContainer): boolean => sidecars.some((s) => s.name === c.name);
    let fine = yield* this.#killTogether(
      pod,
      running.filter((c) => !isSide(c)),
      grace,
    );
    for (const sidecar of [...sidecars].reverse()) {
      const left = Math.max(0, until - this.#process.now);
      const found = running.filter((c) => c.name === sidecar.name);
      fine = (yield* this.#killTogether(pod, found, left)) && fine;
    }
    for (const sandbox of status.sandboxes) {
      if (sandbox.state !== "READY" && sandbox.ip === "") continue;
      const stopped = yield* this.#cri.call("StopPodSandbox", { sandboxId: sandbox.id });
      fine = stopped.ok && fine;
    }
    return fine;
  }

  *#killTogether(pod: Pod | undefined, containers: readonly CriContainer[], grace: Micros): Task<boolean> {
    const first = containers[0];
    if (first === undefined) return true;
    if (containers.length === 1) return yield* this.killContainer(pod, first, undefined, grace);
    const threads: Thread<boolean>[] = containers.map((c) =>
      this.#process.spawn("kill", this.killContainer(pod, c, undefined, grace)),
    );
    let fine = true;
    for (const thread of threads) fine = (yield* thread.done) && fine;
    return fine;
  }

  /** Ends one container: pre-stop hook, SIGTERM, and SIGKILL when the grace is over. */
  *killContainer(
    pod: Pod | undefined,
    container: CriContainer,
    message: string | undefined,
    grace: Micros,
  ): Task<boolean> {
    const spec = pod && findContainer(pod, container.name);
    if (pod !== undefined) {
      const ref = objectRef(pod, `spec.containers{${container.name}}`);
      this.#recorder.event(ref, "Normal", "Killing", message ?? `Stopping container ${container.name}`);
    }
    let left = grace;
    const preStop = spec?.lifecycle?.preStop;
    if (pod !== undefined && spec !== undefined && preStop !== undefined && grace > 0) {
      const from = this.#process.now;
      const podIp = pod.status.podIP ?? "";
      const target = { pod, container: spec, containerId: container.id, podIp };
      const failed = yield* runHook(this.#process, this.#cri, preStop, target, grace);
      if (failed !== undefined) {
        const ref = objectRef(pod, `spec.containers{${container.name}}`);
        this.#recorder.event(ref, "Warning", "FailedPreStopHook", "PreStopHook failed");
      }
      left -= this.#process.now - from;
    }
    const timeout = Math.max(left, MINIMUM_GRACE);
    const params = { containerId: container.id, timeout };
    const result = yield* this.#cri.call("StopContainer", params, { timeout: timeout + 120 * SECOND });
    return result.ok || result.error.code === "NotFound";
  }

  /** Shortens the grace of containers that are ending already. */
  hurry(status: CriPod, grace: Micros): void {
    for (const container of status.containers) {
      if (container.state !== "RUNNING") continue;
      const params = { containerId: container.id, timeout: grace };
      this.#process.spawn("hurry", this.#cri.call("StopContainer", params));
    }
  }
}

export function findContainer(pod: Pod, name: string): Container | undefined {
  const regular = pod.spec.containers.find((c) => c.name === name);
  return regular ?? pod.spec.initContainers?.find((c) => c.name === name);
}

/** The grace that a pod gets, `override` seconds aside; at least a second. */
export function graceOf(pod: Pod, override?: number): Micros {
  const seconds = override ?? pod.metadata.deletionGracePeriodSeconds ?? specGrace(pod);
  return Math.max(1, seconds) * SECOND;
}
