import { deepEqual } from "../../api/deep-equal";
import { parseTime } from "../../api/time";
import type { Pod, PodStatus } from "../../api/types";
import { objectRef, type EventRecorder } from "../../client/event-recorder";
import type { Process } from "../../kernel/process";
import type { Task } from "../../kernel/task";
import { SECOND, type Micros } from "../../kernel/time";
import type { CriClient } from "../runtime/cri/client";
import type { PodStatus as CriPod } from "../runtime/cri/types";
import type { Allocations } from "./allocations";
import type { ContainerFacts } from "./container-statuses";
import type { MirrorPods } from "./mirror-pods";
import type { Pleg } from "./pleg";
import { isStatic } from "./pod-kind";
import { graceOf, type PodKiller } from "./pod-killer";
import type { PodRuntime } from "./pod-runtime";
import { podStatusOf } from "./pod-status";
import { DONE, FAILED, type PodSyncer, type PodWorker, type SyncOutcome } from "./pod-workers";
import type { ProbeManager } from "./probe-manager";
import type { ReasonCache } from "./reason-cache";
import type { ResizeManager } from "./resize-manager";
import type { RuntimeState } from "./runtime-state";
import type { StatusManager } from "./status-manager";

export interface PodSyncerParts {
  readonly process: Process;
  readonly cri: CriClient;
  readonly pleg: Pleg;
  readonly statuses: StatusManager;
  readonly probes: ProbeManager;
  readonly runtime: PodRuntime;
  readonly runtimeState: RuntimeState;
  readonly killer: PodKiller;
  readonly mirrors: MirrorPods;
  readonly recorder: EventRecorder;
  readonly reasons: ReasonCache;
  readonly allocations: Allocations;
  readonly resizes: ResizeManager;
  /** A pod has been cleared away as far as a worker can. */
  readonly onFinished: (worker: PodWorker) => void;
}

/** What is done for one pod at a time (`pkg/kubelet/kubelet.go` SyncPod, SyncTerminatingPod, SyncTerminatedPod). */
export class KubeletPodSyncer implements PodSyncer {
  readonly #parts: PodSyncerParts;
  /** What runs of the pods that are being ended. */
  readonly #ending = new Map<string, CriPod>();

  constructor(parts: PodSyncerParts) {
    this.#parts = parts;
  }

  *sync(worker: PodWorker, wanted: Pod): Task<SyncOutcome> {
    const { pleg, probes, runtime, runtimeState, mirrors, recorder, allocations, resizes } = this.#parts;
    // Every pod is looked at again when the runtime can be reached.
    if (!pleg.listed) return DONE;
    yield* pleg.fresh(worker.uid);
    if (worker.ending.settled) return DONE;
    const runtimePod = pleg.get(worker.uid);
    // What the node has not promised yet is nothing to be done.
    const pod = allocations.apply(wanted);
    resizes.look(pod, runtimePod);
    const status = this.report(wanted, runtimePod, false);
    if (status.phase === "Succeeded" || status.phase === "Failed") return { kind: "terminal" };
    // Without a runtime there is nothing to be done; every pod is looked at when it is back.
    if (!runtimeState.up) return DONE;
    if (runtimeState.networkError !== undefined && pod.spec.hostNetwork !== true) {
      const text = `network is not ready: container runtime network not ready: ${runtimeState.networkError}`;
      recorder.event(objectRef(pod), "Warning", "NetworkNotReady", text);
      return { kind: "network" };
    }
    if (isStatic(pod)) mirrors.ensure(pod);
    probes.add(pod);
    const outcome = yield* runtime.sync(pod, runtimePod, worker.ending);
    if (worker.ending.settled) return DONE;
    if (outcome.resizeError !== undefined) {
      resizes.failed(pod, outcome.resizeError);
      this.report(worker.pod ?? wanted, pleg.get(worker.uid), false);
    }
    if (outcome.reasonsChanged) this.report(worker.pod ?? wanted, pleg.get(worker.uid), false);
    if (outcome.failed && outcome.reasonsChanged) {
      // What was started meanwhile makes upstream look again at the next relist.
      return { kind: "at", at: this.#parts.process.now + 1 * SECOND };
    }
    if (outcome.failed) return FAILED;
    return outcome.retryAt === undefined ? this.#deadlineOf(pod) : { kind: "at", at: outcome.retryAt };
  }

  *terminate(worker: PodWorker): Task<boolean> {
    const { cri, killer, pleg, probes, process } = this.#parts;
    const { uid } = worker;
    probes.stopLiveness(uid);
    if (worker.pod !== undefined && pleg.listed) this.report(worker.pod, pleg.get(uid), false);
    // Whatever was being made when the end came is in the runtime's list now.
    const listed = yield* cri.call("ListPodSandbox", { podUids: [uid] });
    if (!listed.ok) return false;
    const status = listed.value[0];
    const { pod } = worker;
    if (status !== undefined) {
      const grace =
        pod === undefined ? Math.max(1, worker.graceOverride ?? 1) * SECOND : this.#grace(worker, pod);
      worker.deadline = process.now + grace;
      this.#ending.set(uid, status);
      const fine = yield* killer.killPod(pod, status, grace);
      this.#ending.delete(uid);
      worker.deadline = 0;
      if (!fine) return false;
    }
    probes.remove(uid);
    const after = yield* cri.call("ListPodSandbox", { podUids: [uid] });
    if (!after.ok) return false;
    const left = after.value[0];
    if (left?.containers.some((c) => c.state === "RUNNING") === true) return false;
    if (worker.pod !== undefined) this.report(worker.pod, left, true);
    return true;
  }

  *terminated(worker: PodWorker): Task {
    const { pod } = worker;
    if (pod !== undefined) this.#parts.statuses.finish(pod);
    this.#parts.onFinished(worker);
  }

  /** Makes a pod's status from what is known and hands it to the status manager. */
  report(wanted: Pod, runtimePod: CriPod | undefined, terminal: boolean): PodStatus {
    const { statuses, process, allocations, resizes } = this.#parts;
    const pod = allocations.apply(wanted);
    const previous = statuses.previous(pod);
    const status = podStatusOf({
      pod,
      runtime: runtimePod,
      previous,
      facts: this.#facts(pod),
      resize: resizes.conditions(pod.metadata.uid),
      hostIp: process.host.ip,
      now: process.now,
      terminal,
    });
    statuses.set(pod, status);
    return status;
  }

  #facts(pod: Pod): ContainerFacts {
    const { probes, reasons } = this.#parts;
    return {
      waitingReason: (name) => reasons.get(pod.metadata.uid, name),
      ready: (container, id) => probes.succeeded(pod, container, "readiness", id),
      started: (container, id) => probes.succeeded(pod, container, "startup", id),
    };
  }

  #grace(worker: PodWorker, pod: Pod): Micros {
    return graceOf(pod, worker.graceOverride);
  }

  /** A second deletion may shorten the grace while the containers are ending. */
  graceChanged(worker: PodWorker): void {
    const status = this.#ending.get(worker.uid);
    if (status === undefined || worker.pod === undefined) return;
    const { killer, process } = this.#parts;
    const grace = this.#grace(worker, worker.pod);
    if (process.now + grace >= worker.deadline) return;
    worker.deadline = process.now + grace;
    killer.hurry(status, grace);
  }

  /** `activeDeadlineSeconds`: the pod fails when it has been active for so long. */
  #deadlineOf(pod: Pod): SyncOutcome {
    const { process, statuses } = this.#parts;
    const seconds = pod.spec.activeDeadlineSeconds;
    const status = statuses.get(pod.metadata.uid);
    if (seconds === undefined || status?.startTime === undefined) return DONE;
    const started = parseTime(status.startTime);
    const at = started + seconds * SECOND;
    if (at > process.now) return { kind: "at", at };
    const message = "Pod was active on the node longer than the specified deadline";
    const failed: PodStatus = { ...status, phase: "Failed", reason: "DeadlineExceeded", message };
    if (!deepEqual(status, failed)) statuses.set(pod, failed);
    return { kind: "terminal" };
  }
}
