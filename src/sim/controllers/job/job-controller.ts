/**
 * Runs pods until enough of them have succeeded (`pkg/controller/job/job_controller.go`).
 */
import { jobs } from "../../api/kinds/job";
import { pods } from "../../api/kinds/pod";
import { controllerOf, isDeleting, objectKey } from "../../api/meta";
import { compileLabelSelector } from "../../api/selector";
import type { Job, OwnerReference, Pod } from "../../api/types";
import { Expectations } from "../../client/expectations";
import type { Informer } from "../../client/informer";
import { BY_NAMESPACE, indexByController, indexByNamespace } from "../../client/lister";
import { DefaultLimiter } from "../../client/rate-limiter";
import type { RestClient } from "../../client/rest-client";
import type { Task } from "../../kernel/task";
import { MINUTE, SECOND } from "../../kernel/time";
import { claimPods } from "../claim-pods";
import type { ControllerContext } from "../context";
import { Engine, type SyncError } from "../engine";
import { OwnedPods } from "../owned-pods";
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
  readonly #jobs: Informer<Job>;
  readonly #pods: Informer<Pod>;
  readonly #owned: OwnedPods;
  readonly #tools: LookTools;
  readonly #expectations = new Expectations();
  readonly #failures = new Map<string, FailureRecord>();
  /** uids of pods whose finalizer was taken off, until the watch says so. */
  readonly #released = new Set<string>();
  /** Revision of our last write to a Job: an older copy of it would have us count again. */
  readonly #written = new Map<string, number>();

  constructor(context: ControllerContext) {
    const { process, informers } = context;
    this.#client = context.client(NAME);
    const recorder = context.recorder(NAME);
    this.#jobs = informers.informer(jobs);
    this.#pods = informers.informer(pods);
    indexByNamespace(this.#jobs);
    indexByController(this.#pods);
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
    this.#tools = {
      process,
      name: NAME,
      client: this.#client,
      recorder,
      control: new PodControl(this.#client, recorder),
      engine: this.#jobEngine,
      expectations: this.#expectations,
      failures: this.#failures,
      released: this.#released,
      noteWrite: (job) => this.#written.set(job.metadata.uid, Number(job.metadata.resourceVersion)),
    };
    this.#owned = new OwnedPods(this.#pods, jobs.kind);
    this.#listen();
  }

  start(): void {
    const synced = [this.#jobs.synced, this.#pods.synced];
    this.#jobEngine.start(synced);
    this.#orphanEngine.start(synced);
  }

  #listen(): void {
    const { enqueue, queue } = this.#jobEngine;
    this.#jobs.addHandler({
      onAdd: enqueue,
      onUpdate: (old, job) => {
        // A change of the status alone is our own, or can wait.
        if (old.metadata.generation !== job.metadata.generation || isDeleting(job)) enqueue(job);
        else queue.addAfter(objectKey(job), BATCH);
      },
      onDelete: (job) => this.#jobDeleted(job),
    });
    this.#pods.addHandler({
      onAdd: (pod) => this.#podChanged(undefined, pod),
      onUpdate: (old, pod) => this.#podChanged(old, pod),
      onDelete: (pod) => this.#podDeleted(pod),
    });
  }

  #jobDeleted(job: Job): void {
    const { uid } = job.metadata;
    const key = objectKey(job);
    this.#expectations.delete(key);
    this.#failures.delete(key);
    this.#written.delete(uid);
    for (const pod of this.#owned.of(uid).members()) {
      if (isTracked(pod)) this.#orphanEngine.enqueue(pod);
    }
    this.#owned.forget(uid);
  }

  #resolve(namespace: string, ref: OwnerReference | undefined): Job | undefined {
    if (ref?.kind !== jobs.kind) return undefined;
    const job = this.#jobs.get(`${namespace}/${ref.name}`);
    return job?.metadata.uid === ref.uid ? job : undefined;
  }

  #podChanged(old: Pod | undefined, pod: Pod): void {
    const { namespace, uid } = pod.metadata;
    if (!isTracked(pod)) this.#released.delete(uid);
    const ref = controllerOf(pod);
    const before = old === undefined ? undefined : controllerOf(old);
    if (before !== undefined && before.uid !== ref?.uid) this.#wake(this.#resolve(namespace, before));
    if (ref === undefined) {
      if (old === undefined || old.metadata.labels !== pod.metadata.labels || before !== undefined) {
        this.#wakeMatching(pod);
      }
      return;
    }
    const job = this.#resolve(namespace, ref);
    if (job === undefined) {
      if (ref.kind === jobs.kind && isTracked(pod)) this.#orphanEngine.enqueue(pod);
      return;
    }
    const key = objectKey(job);
    if (isDeleting(pod)) this.#expectations.deletionObserved(key, objectKey(pod));
    else if (old === undefined) this.#expectations.creationObserved(key);
    this.#wake(job);
  }

  #podDeleted(pod: Pod): void {
    this.#released.delete(pod.metadata.uid);
    const job = this.#resolve(pod.metadata.namespace, controllerOf(pod));
    if (job === undefined) return;
    this.#expectations.deletionObserved(objectKey(job), objectKey(pod));
    this.#wake(job);
  }

  #wake(job: Job | undefined): void {
    if (job !== undefined) this.#jobEngine.queue.addAfter(objectKey(job), BATCH);
  }

  #wakeMatching(pod: Pod): void {
    for (const job of this.#jobs.bucket(BY_NAMESPACE, pod.metadata.namespace)?.values() ?? []) {
      if (compileLabelSelector(job.spec.selector).matches(pod.metadata.labels)) this.#wake(job);
    }
  }

  *#sync(key: string): Task<SyncError> {
    const job = this.#jobs.get(key);
    if (job === undefined) return undefined;
    const { managedBy } = job.spec;
    if (managedBy !== undefined && managedBy !== MANAGER) return undefined;
    // The watch has yet to show what we wrote; it will wake us.
    if (Number(job.metadata.resourceVersion) < (this.#written.get(job.metadata.uid) ?? 0)) return undefined;
    const owned = this.#owned.of(job.metadata.uid);
    if (isFinished(job)) {
      this.#failures.delete(key);
      return yield* this.#releaseAll([...owned.members()]);
    }
    const selector = compileLabelSelector(job.spec.selector);
    owned.judge(selector, job.spec.template.metadata?.labels);
    const tools = { client: this.#client, pods: this.#pods, def: jobs };
    const claimed = yield* claimPods(tools, job, selector, owned);
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
    const pod = this.#pods.get(key);
    if (pod === undefined || !isTracked(pod)) return undefined;
    const ref = controllerOf(pod);
    if (ref !== undefined && this.#resolve(pod.metadata.namespace, ref) !== undefined) return undefined;
    return yield* releasePod(this.#client, pod);
  }
}

/** The controller of Jobs. */
export function jobController(context: ControllerContext): Controller {
  return new JobController(context);
}
