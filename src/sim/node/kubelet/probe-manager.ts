import type { Container, Pod, Probe } from "../../api/types";
import { parseTime } from "../../api/time";
import { objectRef, type EventRecorder } from "../../client/event-recorder";
import type { Process } from "../../kernel/process";
import { Signal, within, type Task } from "../../kernel/task";
import type { Thread } from "../../kernel/thread";
import { SECOND, type Micros } from "../../kernel/time";
import type { CriClient } from "../runtime/cri/client";
import { containerId } from "./container-statuses";
import { isSidecar } from "./pod-kind";
import { Prober } from "./prober";
import type { StatusManager } from "./status-manager";

export type ProbeType = "startup" | "liveness" | "readiness";

const TYPES: readonly ProbeType[] = ["startup", "readiness", "liveness"];
const TITLES = { startup: "Startup", liveness: "Liveness", readiness: "Readiness" } as const;

/** Told when the settled result of a probe is another than before. */
export type ProbeChanged = (pod: Pod, container: Container, type: ProbeType, success: boolean) => void;

/** One probe of one container, over all its restarts. */
interface Worker {
  pod: Pod;
  readonly container: Container;
  readonly type: ProbeType;
  readonly probe: Probe;
  readonly prober: Prober;
  readonly created: Micros;
  readonly wake: Signal;
  /** When the next attempt is due; negative: to be found out. */
  due: Micros;
  /** Container that it probes now. */
  id: string;
  /** Settled result; undefined: none yet. */
  result: boolean | undefined;
  /** Of the newest attempts, how many in a row came out as the newest. */
  streak: number;
  last: boolean | undefined;
  /** Waits for the container to be restarted. */
  onHold: boolean;
}

/** What a view shows of a probe. */
export interface ProbeView {
  readonly container: string;
  readonly type: ProbeType;
  readonly result: boolean | undefined;
  readonly streak: number;
}

/** Runs the probes of all pods (`pkg/kubelet/prober/{prober_manager,worker}.go`). */
export class ProbeManager {
  readonly #process: Process;
  readonly #cri: CriClient;
  readonly #statuses: StatusManager;
  readonly #recorder: EventRecorder;
  readonly #changed: ProbeChanged;
  readonly #workers = new Map<string, { worker: Worker; thread: Thread<void> | undefined }[]>();

  constructor(
    process: Process,
    cri: CriClient,
    statuses: StatusManager,
    recorder: EventRecorder,
    changed: ProbeChanged,
  ) {
    this.#process = process;
    this.#cri = cri;
    this.#statuses = statuses;
    this.#recorder = recorder;
    this.#changed = changed;
  }

  /** Begins to probe a pod; for one that is probed already it only takes note of the newer object. */
  add(pod: Pod): void {
    const { uid } = pod.metadata;
    const known = this.#workers.get(uid);
    if (known !== undefined) {
      for (const { worker } of known) worker.pod = pod;
      return;
    }
    const sidecars = (pod.spec.initContainers ?? []).filter(isSidecar);
    const entries: { worker: Worker; thread: Thread<void> | undefined }[] = [];
    for (const container of [...sidecars, ...pod.spec.containers]) {
      for (const type of TYPES) {
        const probe = probeOf(container, type);
        if (probe !== undefined)
          entries.push({ worker: this.#worker(pod, container, type, probe), thread: undefined });
      }
    }
    if (entries.length === 0) return;
    this.#workers.set(uid, entries);
    for (const entry of entries) entry.thread = this.#process.spawn("probe", this.#run(entry.worker));
  }

  /** Liveness and startup probes end; readiness goes on until the containers have ended. */
  stopLiveness(uid: string): void {
    const entries = this.#workers.get(uid);
    if (entries === undefined) return;
    for (const { worker, thread } of entries) {
      if (worker.type === "readiness") continue;
      worker.prober.close();
      thread?.cancel();
      worker.result = true;
    }
  }

  remove(uid: string): void {
    for (const { worker, thread } of this.#workers.get(uid) ?? []) {
      worker.prober.close();
      thread?.cancel();
    }
    this.#workers.delete(uid);
  }

  /** A pod's status has changed: a container may be there to be probed. */
  updated(uid: string): void {
    const entries = this.#workers.get(uid);
    if (entries !== undefined) for (const { worker } of entries) worker.wake.notify();
  }

  /** Has a probe failed for good for this container (by its id)? */
  failed(uid: string, type: ProbeType, id: string): boolean {
    const worker = this.#find(uid, type, id);
    return worker !== undefined && worker.result === false;
  }

  /** Is a container ready or started, as its probe has it; without such a probe it is. */
  succeeded(pod: Pod, container: Container, type: ProbeType, id: string): boolean {
    if (probeOf(container, type) === undefined) return true;
    return this.#find(pod.metadata.uid, type, id)?.result === true;
  }

  view(uid: string): ProbeView[] {
    return (this.#workers.get(uid) ?? []).map(({ worker: { container, type, result, streak } }) => ({
      container: container.name,
      type,
      result,
      streak,
    }));
  }

  #find(uid: string, type: ProbeType, id: string): Worker | undefined {
    const entries = this.#workers.get(uid);
    if (entries === undefined) return undefined;
    for (const { worker } of entries) if (worker.type === type && worker.id === id) return worker;
    return undefined;
  }

  #worker(pod: Pod, container: Container, type: ProbeType, probe: Probe): Worker {
    return {
      pod,
      container,
      type,
      probe,
      prober: new Prober(this.#process, this.#cri, container, probe),
      created: this.#process.now,
      wake: new Signal(this.#process.kernel),
      due: -1,
      id: "",
      result: undefined,
      streak: 0,
      last: undefined,
      onHold: false,
    };
  }

  *#run(worker: Worker): Task {
    const period = Math.max(1, worker.probe.periodSeconds ?? 10) * SECOND;
    for (;;) {
      if (!this.#hasTarget(worker, period)) {
        yield* worker.wake.wait();
        continue;
      }
      const wait = worker.due - this.#process.now;
      if (wait > 0) {
        yield* within(worker.wake.wait(), wait);
        continue;
      }
      this.#process.kernel.setQuiet(true);
      worker.due += period;
      yield* this.#attempt(worker);
      worker.due = Math.max(worker.due, this.#process.now);
    }
  }

  /** Is there a container to be probed? A new one starts the worker anew. */
  #hasTarget(worker: Worker, period: Micros): boolean {
    const status = this.#statuses.get(worker.pod.metadata.uid);
    const { name } = worker.container;
    const regular = status?.containerStatuses?.find((c) => c.name === name);
    const container = regular ?? status?.initContainerStatuses?.find((c) => c.name === name);
    const running = container?.state?.running;
    if (container?.containerID === undefined || running === undefined) return false;
    const id = container.containerID.slice(CONTAINERD.length);
    if (id !== worker.id) reset(worker, id);
    if (worker.onHold) return false;
    const started = this.succeeded(worker.pod, worker.container, "startup", id);
    if ((worker.type === "startup") === started) return false;
    if (worker.due < 0) worker.due = this.#firstAttempt(worker, running.startedAt ?? "", period);
    return true;
  }

  /** At once when the delay has passed; a liveness probe keeps the beat of the time when the pod came. */
  #firstAttempt(worker: Worker, startedAt: string, period: Micros): Micros {
    const delay = (worker.probe.initialDelaySeconds ?? 0) * SECOND;
    const first = Math.max(parseTime(startedAt) + delay, this.#process.now);
    if (worker.type !== "liveness") return first;
    const late = (first - worker.created) % period;
    return late === 0 ? first : first + period - late;
  }

  *#attempt(worker: Worker): Task {
    const { pod, probe, id } = worker;
    const podIp = this.#statuses.get(pod.metadata.uid)?.podIP ?? "";
    const { success, output } = yield* worker.prober.run({ containerId: id, podIp });
    if (worker.id !== id) return;
    if (!success) {
      const ref = objectRef(worker.pod, `spec.containers{${worker.container.name}}`);
      this.#process.kernel.setQuiet(false);
      this.#recorder.event(ref, "Warning", "Unhealthy", `${TITLES[worker.type]} probe failed: ${output}`);
    }
    worker.streak = worker.last === success ? worker.streak + 1 : 1;
    worker.last = success;
    const threshold = success ? (probe.successThreshold ?? 1) : (probe.failureThreshold ?? 3);
    if (worker.streak < threshold || worker.result === success) return;
    worker.result = success;
    if (worker.type !== "readiness" && !success) {
      worker.onHold = true;
      worker.streak = 0;
      worker.prober.close();
    }
    this.#process.kernel.setQuiet(false);
    this.#changed(worker.pod, worker.container, worker.type, success);
  }
}

const CONTAINERD = containerId("");

function reset(worker: Worker, id: string): void {
  worker.id = id;
  worker.due = -1;
  worker.onHold = false;
  worker.streak = 0;
  worker.last = undefined;
  // Until it has been probed a container is alive, but neither ready nor known to have started.
  worker.result = undefined;
}

function probeOf(container: Container, type: ProbeType): Probe | undefined {
  switch (type) {
    case "startup":
      return container.startupProbe;
    case "liveness":
      return container.livenessProbe;
    case "readiness":
      return container.readinessProbe;
  }
}
