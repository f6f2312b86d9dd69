import { assertNever } from "../../../shared/assert";
import type { Pod } from "../../api/types";
import type { KernelEvent } from "../../kernel/event-queue";
import { Future } from "../../kernel/future";
import type { Process } from "../../kernel/process";
import type { Task } from "../../kernel/task";
import { SECOND, type Micros } from "../../kernel/time";
import { NETWORK_BACKOFF, SYNC_BACKOFF } from "./defaults";

/** A worker's way: a pod is synced, then ended, then cleared away; there is no way back. */
export type WorkerState = "syncing" | "terminating" | "terminated" | "finished";

/** What a sync came to. `at`: something is due then. */
export type SyncOutcome =
  | { readonly kind: "done" }
  | { readonly kind: "at"; readonly at: Micros }
  | { readonly kind: "failed" }
  | { readonly kind: "network" }
  /** It has run to its end: nothing of it will be started any more. */
  | { readonly kind: "terminal" };

export const DONE: SyncOutcome = { kind: "done" };
export const FAILED: SyncOutcome = { kind: "failed" };

/** One pod's worker. */
export interface PodWorker {
  readonly uid: string;
  /** undefined for pods that only the runtime still knows. */
  pod: Pod | undefined;
  state: WorkerState;
  /** Settles when the pod is to end. */
  readonly ending: Future<void>;
  /** Seconds of grace, if the one who ends it says. */
  graceOverride: number | undefined;
  /** When its containers are killed at last; 0 while it is not being ended. */
  deadline: Micros;
  /** When its ending began. */
  terminatingSince: Micros;
}

interface Entry extends PodWorker {
  busy: boolean;
  pending: boolean;
  context: KernelEvent;
  timer: KernelEvent | undefined;
}

/** What the workers do; every task works on one pod, and never on the same one as another. */
export interface PodSyncer {
  sync(worker: PodWorker, pod: Pod): Task<SyncOutcome>;
  /** Ends what runs; false: not all of it. */
  terminate(worker: PodWorker): Task<boolean>;
  /** The grace may be another now than when `terminate` began. */
  graceChanged(worker: PodWorker): void;
  /** Clears away; the pod's object may go now. */
  terminated(worker: PodWorker): Task<void>;
}

/** One worker a pod (`pkg/kubelet/pod_workers.go`). */
export class PodWorkers {
  readonly #process: Process;
  readonly #syncer: PodSyncer;
  readonly #workers = new Map<string, Entry>();
  readonly #start: Micros;

  constructor(process: Process, syncer: PodSyncer) {
    this.#process = process;
    this.#syncer = syncer;
    this.#start = process.now;
  }

  get(uid: string): PodWorker | undefined {
    return this.#workers.get(uid);
  }

  values(): IterableIterator<PodWorker> {
    return this.#workers.values();
  }

  /** Something about the pod, or what it is made of, has changed. */
  update(pod: Pod): void {
    const entry = this.#entry(pod.metadata.uid, pod);
    entry.pod = pod;
    if (pod.metadata.deletionTimestamp !== undefined) this.#end(entry, undefined);
    this.#wake(entry);
  }

  /** Looks at a pod again, if it is known here. */
  poke(uid: string): void {
    const entry = this.#workers.get(uid);
    if (entry !== undefined) this.#wake(entry);
  }

  /** Ends a pod: its object is gone, its manifest is, or the node needs the room. */
  end(uid: string, pod: Pod | undefined, graceSeconds: number | undefined): void {
    const entry = this.#entry(uid, pod);
    if (pod !== undefined) entry.pod = pod;
    this.#end(entry, graceSeconds);
    this.#wake(entry);
  }

  /** The pod is gone: the worker too, as soon as it has done its work. */
  forget(uid: string): void {
    const entry = this.#workers.get(uid);
    if (entry === undefined || entry.state !== "finished") return;
    if (entry.timer !== undefined) this.#process.kernel.cancel(entry.timer);
    this.#workers.delete(uid);
  }

  #entry(uid: string, pod: Pod | undefined): Entry {
    let entry = this.#workers.get(uid);
    if (entry === undefined) {
      entry = {
        uid,
        pod,
        state: "syncing",
        ending: new Future<void>(this.#process.kernel),
        graceOverride: undefined,
        deadline: 0,
        terminatingSince: 0,
        busy: false,
        pending: false,
        context: this.#process.kernel.context,
        timer: undefined,
      };
      this.#workers.set(uid, entry);
    }
    return entry;
  }

  #end(entry: Entry, graceSeconds: number | undefined): void {
    if (graceSeconds !== undefined) {
      const before = entry.graceOverride;
      entry.graceOverride = before === undefined ? graceSeconds : Math.min(before, graceSeconds);
    }
    if (entry.state === "terminating") this.#syncer.graceChanged(entry);
    if (entry.state === "syncing") {
      entry.state = "terminating";
      entry.terminatingSince = this.#process.now;
    }
    entry.ending.resolve();
  }

  #wake(entry: Entry): void {
    entry.pending = true;
    entry.context = this.#process.kernel.context;
    if (entry.timer !== undefined) {
      this.#process.kernel.cancel(entry.timer);
      entry.timer = undefined;
    }
    if (!entry.busy) {
      entry.busy = true;
      this.#process.spawn("pod worker", this.#work(entry));
    }
  }

  *#work(entry: Entry): Task {
    while (entry.pending) {
      entry.pending = false;
      this.#process.kernel.adopt(entry.context);
      yield* this.#step(entry);
    }
    entry.busy = false;
  }

  *#step(entry: Entry): Task {
    switch (entry.state) {
      case "syncing": {
        const outcome = yield* this.#syncer.sync(entry, entry.pod as Pod);
        if (entry.state === "syncing") this.#after(entry, outcome);
        return;
      }
      case "terminating":
        if (!(yield* this.#syncer.terminate(entry))) {
          this.#again(entry, this.#jittered(SYNC_BACKOFF));
          return;
        }
        entry.state = "terminated";
        entry.pending = true;
        return;
      case "terminated":
        yield* this.#syncer.terminated(entry);
        entry.state = "finished";
        return;
      case "finished":
        // The object has changed since: it is reported again.
        yield* this.#syncer.terminated(entry);
        return;
      default:
        assertNever(entry.state);
    }
  }

  #after(entry: Entry, outcome: SyncOutcome): void {
    switch (outcome.kind) {
      case "done":
        return;
      case "terminal":
        this.#end(entry, undefined);
        entry.pending = true;
        return;
      case "failed":
        this.#again(entry, this.#jittered(SYNC_BACKOFF));
        return;
      case "network":
        this.#again(entry, this.#jittered(NETWORK_BACKOFF));
        return;
      case "at":
        this.#again(entry, Math.max(0, outcome.at - this.#process.now));
    }
  }

  /** ±50 %. */
  #jittered(delay: Micros): Micros {
    return delay / 2 + this.#process.kernel.rng(`kubelet/${this.#process.host.name}`).below(delay);
  }

  /** The loop looks for due pods once a second. */
  #again(entry: Entry, delay: Micros): void {
    if (entry.pending) return;
    const { kernel, now } = this.#process;
    if (entry.timer !== undefined) kernel.cancel(entry.timer);
    const at = now + delay;
    const late = (at - this.#start) % SECOND;
    const wait = late === 0 ? delay : delay + SECOND - late;
    entry.timer = kernel.schedule(wait, (uid: string) => this.#due(uid), entry.uid);
  }

  #due(uid: string): void {
    const entry = this.#workers.get(uid);
    if (entry === undefined || !this.#process.alive) return;
    entry.timer = undefined;
    this.#wake(entry);
  }
}
