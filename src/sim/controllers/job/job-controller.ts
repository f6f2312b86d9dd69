/**
 * Runs pods until enough of them have succeeded (`pkg/controller/job/job_controller.go`).
 */
import { jobs } from "../../api/kinds/job";
import { controllerOf, isDeleting, objectKey } from "../../api/meta";
import { compileLabelSelector } from "../../api/selector";
import type { Job, Pod } from "../../api/types";
import { BY_CONTROLLER } from "../../client/lister";
import { DefaultLimiter } from "../../client/rate-limiter";
import type { RestClient } from "../../client/rest-client";
import type { Task } from "../../kernel/task";
import { MINUTE, SECOND } from "../../kernel/time";
import type { ControllerContext } from "../context";
import { Engine, type SyncError } from "../engine";
import { ManagedPods } from "../managed-pods";
import { ownerOf } from "../owners";
import { PodControl } from "../pod-control";
import type { Controller } from "../table";
import type { FailureRecord } from "./backoff";
import { releasePod } from "./finalizers";
import { JobLook, type LookTools } from "./look";
import { isFinished } from "./outcome";
import { isTracked } from "./pods";

const NAME = "job-controller";
const WORKERS = 5;
/** What pods report is gathered for so long, so that many of them make one write. */
const BATCH = SECOND;
const RETRY = SECOND;
const MAX_RETRY = MINUTE;
/** Jobs that say so are somebody else's business. */
const MANAGER = "kubernetes.io/job-controller";

class JobController implements Controller {
  readonly engine: readonly Engine[];
  readonly #jobEngine: Engine;
  readonly #orphanEngine: Engine;
  readonly #client: RestClient;
  readonly #managed: ManagedPods<Job>;
  readonly #tools: LookTools;
  readonly #failures = new Map<string, FailureRecord>();
  /** uids of pods whose finalizer was taken off, until the watch says so. */
  readonly #released = new Set<string>();
  /** Revision of our last write to a Job: an older copy of it would have us count again. */
  readonly #written = new Map<string, number>();

  constructor(context: ControllerContext) {
    const { process } = context;
    const client = context.client(NAME);
    this.#client = client;
    const recorder = context.recorder(NAME);
    this.#jobEngine = new Engine(process, {
      name: NAME,
      workers: WORKERS,
      sync: (key) => this.#sync(key),
      limiter: new DefaultLimiter(RETRY, MAX_RETRY),
    });
    this.#orphanEngine = new Engine(process, {
      name: `${NAME}-orphans`,
      workers: 1,
      sync: (key) => this.#syncOrphan(key),
      limiter: new DefaultLimiter(RETRY, MAX_RETRY),
    });
    this.engine = [this.#jobEngine, this.#orphanEngine];
    const control = new PodControl(process, NAME, client, recorder);
    this.#tools = {
      process,
      name: NAME,
      client,
      recorder,
      control,
      engine: this.#jobEngine,
      failures: this.#failures,
      released: this.#released,
      noteWrite: (job) => this.#written.set(job.metadata.uid, Number(job.metadata.resourceVersion)),
    };
    this.#managed = new ManagedPods(context, {
      def: jobs,
      selectorOf: (job) => compileLabelSelector(job.spec.selector),
      client,
      engine: this.#jobEngine,
      expectations: control.expectations,
      batch: BATCH,
    });
    this.#listen();
  }

  start(): void {
    const { synced } = this.#managed;
    this.#jobEngine.start(synced);
    this.#orphanEngine.start(synced);
  }

  #listen(): void {
    const { enqueue, queue } = this.#jobEngine;
    this.#managed.owners.addHandler({
      onAdd: enqueue,
      onUpdate: (old, job) => {
        // A change of the status alone is our own, or can wait.
        if (old.metadata.generation !== job.metadata.generation || isDeleting(job)) enqueue(job);
        else queue.addAfter(objectKey(job), BATCH);
      },
      onDelete: (job) => this.#jobDeleted(job),
    });
    this.#managed.pods.addHandler({
      onAdd: (pod) => this.#podSeen(pod),
      onUpdate: (_old, pod) => this.#podSeen(pod),
      onDelete: (pod) => this.#released.delete(pod.metadata.uid),
    });
  }

  #jobDeleted(job: Job): void {
    this.#failures.delete(objectKey(job));
    this.#written.delete(job.metadata.uid);
    for (const pod of this.#managed.pods.bucket(BY_CONTROLLER, job.metadata.uid)?.values() ?? []) {
      if (isTracked(pod)) this.#orphanEngine.enqueue(pod);
    }
  }

  /** Follows the finalizers of pods: are they off by now, and is there still a Job to take them off? */
  #podSeen(pod: Pod): void {
    if (!isTracked(pod)) this.#released.delete(pod.metadata.uid);
    else if (controllerOf(pod)?.kind === jobs.kind && ownerOf(this.#managed.owners, pod) === undefined) {
      this.#orphanEngine.enqueue(pod);
    }
  }

  *#sync(key: string): Task<SyncError> {
    const job = this.#managed.owners.get(key);
    if (job === undefined) return undefined;
    const { managedBy } = job.spec;
    if (managedBy !== undefined && managedBy !== MANAGER) return undefined;
    // The watch has yet to show what we wrote; it will wake us.
    if (Number(job.metadata.resourceVersion) < (this.#written.get(job.metadata.uid) ?? 0)) return undefined;
    const owned = this.#managed.of(job);
    if (isFinished(job)) {
      this.#failures.delete(key);
      return yield* this.#releaseAll([...owned.members()]);
    }
    const claimed = yield* this.#managed.claim(job);
    if (claimed !== undefined) return claimed;
    return yield* new JobLook(this.#tools, key, job, [...owned.members()]).run();
  }

  *#releaseAll(members: readonly Pod[]): Task<SyncError> {
    for (const pod of members) {
      if (!isTracked(pod) || this.#released.has(pod.metadata.uid)) continue;
      const error = yield* releasePod(this.#client, pod);
      if (error !== undefined) return error;
      this.#released.add(pod.metadata.uid);
    }
    return undefined;
  }

  /** A pod whose Job is gone: nobody will count it any more. */
  *#syncOrphan(key: string): Task<SyncError> {
    const pod = this.#managed.pods.get(key);
    if (pod === undefined || !isTracked(pod)) return undefined;
    if (ownerOf(this.#managed.owners, pod) !== undefined) return undefined;
    return yield* releasePod(this.#client, pod);
  }
}

/** The controller of Jobs. */
export function jobController(context: ControllerContext): Controller {
  return new JobController(context);
}
