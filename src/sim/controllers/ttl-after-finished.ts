/**
 * Deletes Jobs some time after they have finished (`pkg/controller/ttlafterfinished`).
 */
import { jobs } from "../api/kinds/job";
import { findCondition, objectKey } from "../api/meta";
import { parseTime } from "../api/time";
import type { Job } from "../api/types";
import type { Informer } from "../client/informer";
import type { RestClient } from "../client/rest-client";
import { isNotFound } from "../client/transport-error";
import type { Process } from "../kernel/process";
import type { Task } from "../kernel/task";
import { SECOND, type Micros } from "../kernel/time";
import type { ControllerContext } from "./context";
import { Engine, type SyncError } from "./engine";
import type { Controller } from "./table";

const NAME = "ttl-after-finished-controller";
const WORKERS = 5;

/** When a Job may go; undefined: not while it runs, or never. */
export function expiry(job: Job): Micros | undefined {
  const ttl = job.spec.ttlSecondsAfterFinished;
  if (ttl === undefined || job.metadata.deletionTimestamp !== undefined) return undefined;
  for (const type of ["Complete", "Failed"]) {
    const condition = findCondition(job.status.conditions, type);
    if (condition?.status !== "True" || condition.lastTransitionTime === undefined) continue;
    return parseTime(condition.lastTransitionTime) + ttl * SECOND;
  }
  return undefined;
}

class TtlAfterFinishedController implements Controller {
  readonly engine: Engine;
  readonly #process: Process;
  readonly #client: RestClient;
  readonly #jobs: Informer<Job>;

  constructor(context: ControllerContext) {
    this.#process = context.process;
    this.#client = context.client(NAME);
    this.#jobs = context.informers.informer(jobs);
    this.engine = new Engine(context.process, {
      name: NAME,
      workers: WORKERS,
      sync: (key) => this.#sync(key),
    });
    const wake = (job: Job): void => this.#wait(job);
    this.#jobs.addHandler({ onAdd: wake, onUpdate: (_old, job) => wake(job) });
  }

  start(): void {
    this.engine.start([this.#jobs.synced]);
  }

  #wait(job: Job): void {
    const at = expiry(job);
    if (at !== undefined) this.engine.queue.addAfter(objectKey(job), at - this.#process.now);
  }

  *#sync(key: string): Task<SyncError> {
    const known = this.#jobs.get(key);
    if (known === undefined) return undefined;
    // Asked of the server itself: somebody may have raised the time just now.
    const { namespace, name } = known.metadata;
    const fresh = yield* this.#client.get(jobs, namespace, name);
    if (!fresh.ok) return isNotFound(fresh.error) ? undefined : fresh.error;
    const at = expiry(fresh.value);
    if (at === undefined) return undefined;
    if (at > this.#process.now) {
      this.engine.queue.addAfter(key, at - this.#process.now);
      return undefined;
    }
    this.engine.decide(key, "gone", "finished", `delete ${name}`);
    const { uid } = fresh.value.metadata;
    const options = { propagationPolicy: "Foreground" as const, preconditions: { uid } };
    const gone = yield* this.#client.delete(jobs, namespace, name, options);
    return gone.ok || isNotFound(gone.error) ? undefined : gone.error;
  }
}

/** The controller that clears finished Jobs away. */
export function ttlAfterFinishedController(context: ControllerContext): Controller {
  return new TtlAfterFinishedController(context);
}
