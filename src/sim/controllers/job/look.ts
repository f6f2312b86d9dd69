/**
 * One look at one Job: count what has ended, start or stop pods, write down how it stands
 * (`pkg/controller/job/job_controller.go` syncJob).
 */
import { deepEqual } from "../../api/deep-equal";
import { jobs } from "../../api/kinds/job";
import { conditionStatus, isDeleting, objectKey } from "../../api/meta";
import type { Job, JobStatus, Pod } from "../../api/types";
import type { EventRecorder } from "../../client/event-recorder";
import type { RestClient } from "../../client/rest-client";
import { isNotFound } from "../../client/transport-error";
import type { Process } from "../../kernel/process";
import type { Task } from "../../kernel/task";
import type { Micros } from "../../kernel/time";
import type { Engine, SyncError } from "../engine";
import { parallel } from "../parallel";
import type { PodControl } from "../pod-control";
import { podsToDelete } from "../pod-ranking";
import { addEnds, remaining, type FailureRecord } from "./backoff";
import { releasePod } from "./finalizers";
import {
  announced,
  completion,
  deadlineLeft,
  failureOf,
  isFinished,
  successByPolicy,
  type Outcome,
} from "./outcome";
import { failuresByIndex, nextIndexes, superfluous, wantedActive } from "./plan";
import { jobPodExtras } from "./pod-draft";
import { finishTime, isIndexed, isTerminating, isTracked, readyCount, replacesFailedOnly } from "./pods";
import { uncountedStatus, withCount, withOutcome, withSuspension } from "./status";
import { countPods, indexTexts, type Count } from "./tally";

/** At most so many pods are created or deleted in one look. */
const MAX_PODS = 500;

/** What all looks work with. */
export interface LookTools {
  readonly process: Process;
  readonly name: string;
  readonly client: RestClient;
  readonly recorder: EventRecorder;
  readonly control: PodControl;
  readonly engine: Engine;
  readonly failures: Map<string, FailureRecord>;
  readonly released: Set<string>;
  noteWrite(job: Job): void;
}

export class JobLook {
  readonly #tools: LookTools;
  readonly #key: string;
  /** The newest copy that this look has from the server. */
  #job: Job;
  readonly #count: Count;
  readonly #record: FailureRecord;
  #active: number;
  #terminating: number;

  constructor(tools: LookTools, key: string, job: Job, members: readonly Pod[]) {
    this.#tools = tools;
    this.#key = key;
    this.#job = job;
    this.#count = countPods(job, members, tools.released);
    this.#active = this.#count.active.length;
    this.#terminating = members.filter(isTerminating).length;
    const times = (list: readonly Pod[]): Micros[] => list.map(finishTime);
    const { newlySucceeded, newlyFailed } = this.#count;
    this.#record = addEnds(tools.failures.get(key), times(newlySucceeded), times(newlyFailed));
  }

  get #now(): Micros {
    return this.#tools.process.now;
  }

  *run(): Task<SyncError> {
    const job = this.#job;
    let outcome = announced(job) ?? failureOf(job, this.#count, this.#now);
    outcome ??= successByPolicy(job, this.#count);
    const settled = this.#tools.control.settled(job);
    let failure: SyncError;
    if (outcome !== undefined) failure = yield* this.#removePods(this.#count.active, "stop");
    else if (settled && !isDeleting(job)) failure = yield* this.#manage();
    else if (!settled) this.#decide("wait to see its pods");
    // A suspended Job is not complete, whatever has succeeded before.
    if (job.spec.suspend !== true) outcome ??= completion(job, this.#count, this.#active);
    const written = yield* this.#writeDown(outcome);
    const left = deadlineLeft(this.#job, this.#now);
    if (left !== undefined && left > 0) this.#tools.engine.queue.addAfter(this.#key, left);
    return failure ?? written;
  }

  #decide(action: string): void {
    const { completions, parallelism = 1 } = this.#job.spec;
    const want = completions === undefined ? "one success" : `${completions} successes`;
    const have = `${this.#count.succeeded} succeeded, ${this.#active} active`;
    this.#tools.engine.decide(this.#key, `${want}, ${parallelism} at once`, have, action);
  }

  *#manage(): Task<SyncError> {
    const { active } = this.#count;
    if (this.#job.spec.suspend === true) return yield* this.#removePods(active, "suspend");
    const wanted = wantedActive(this.#job, this.#count);
    const surplus = active.length - wanted;
    const wrong = superfluous(this.#job, active, this.#count);
    if (surplus > 0 || wrong.length > 0) {
      const rest = active.filter((pod) => !wrong.includes(pod));
      const more = Math.max(0, surplus - wrong.length);
      const ranked = podsToDelete(rest, active, more, this.#now);
      return yield* this.#removePods([...wrong, ...ranked], "remove");
    }
    const leaving = replacesFailedOnly(this.#job) ? this.#terminating : 0;
    const missing = Math.min(MAX_PODS, -surplus - leaving);
    if (missing <= 0) {
      this.#decide("nothing");
      return undefined;
    }
    return yield* this.#addPods(missing);
  }

  *#addPods(count: number): Task<SyncError> {
    const perIndex = this.#job.spec.backoffLimitPerIndex !== undefined;
    const wait = perIndex ? 0 : remaining(this.#record, this.#now);
    if (wait > 0) {
      this.#decide("wait after a failure");
      this.#tools.engine.queue.addAfter(this.#key, wait);
      return undefined;
    }
    const indexes = isIndexed(this.#job) ? this.#indexesToAdd(count) : undefined;
    const size = indexes?.length ?? count;
    if (size > 0) return yield* this.#create(size, indexes);
    return undefined;
  }

  /** Indexes without a pod; where each has its own limit, those that failed wait, each for itself. */
  #indexesToAdd(count: number): number[] {
    const busy = replacesFailedOnly(this.#job)
      ? [...this.#count.active, ...this.#count.pods.filter(isTerminating)]
      : this.#count.active;
    const found = nextIndexes(this.#job, this.#count, count, busy);
    if (this.#job.spec.backoffLimitPerIndex === undefined) return found;
    const failures = failuresByIndex(this.#job, this.#count.pods);
    return found.filter((index) => {
      const failed = failures.get(index);
      if (failed === undefined) return true;
      const record = { failures: failed.count, lastFailure: finishTime(failed.pod) };
      const wait = remaining(record, this.#now);
      if (wait > 0) this.#tools.engine.queue.addAfter(this.#key, wait);
      return wait === 0;
    });
  }

  *#create(count: number, indexes: readonly number[] | undefined): Task<SyncError> {
    const { control } = this.#tools;
    this.#decide(`create ${count} pods`);
    const job = this.#job;
    const failures =
      job.spec.backoffLimitPerIndex === undefined ? undefined : failuresByIndex(job, this.#count.pods);
    control.expect(job, count, []);
    const { successes, error } = yield* control.create(job.spec.template, job, count, (turn) => {
      const index = indexes?.[turn];
      const failed = index === undefined ? 0 : (failures?.get(index)?.count ?? 0);
      return jobPodExtras(job, index, failed);
    });
    this.#active += successes;
    return error;
  }

  *#removePods(victims: readonly Pod[], verb: "stop" | "suspend" | "remove"): Task<SyncError> {
    if (victims.length === 0) {
      this.#decide("nothing");
      return undefined;
    }
    const some = victims.slice(0, MAX_PODS);
    const { control, process, name } = this.#tools;
    this.#decide(`${verb} ${some.length} pods`);
    control.expect(this.#job, 0, some);
    const errors = yield* parallel(
      process,
      name,
      some.map((pod) => this.#removeOne(pod, verb === "stop")),
    );
    const removed = errors.filter((e) => e === undefined).length;
    this.#active -= removed;
    this.#terminating += removed;
    return errors.find((e) => e !== undefined);
  }

  /** Pods that a Job has too many of lose the finalizer first: they are nobody's failure. */
  *#removeOne(pod: Pod, counted: boolean): Task<SyncError> {
    const { client, control, released } = this.#tools;
    if (!counted && isTracked(pod)) {
      const error = yield* releasePod(client, pod);
      if (error !== undefined) {
        control.expectations.deletionObserved(this.#key, objectKey(pod));
        return error;
      }
      released.add(pod.metadata.uid);
    }
    return yield* control.deleteOne(pod, this.#job);
  }

  /** First who is being counted, then the finalizers, then the sums: whoever dies in between, none is counted twice. */
  *#writeDown(outcome: Outcome | undefined): Task<SyncError> {
    const before = this.#job.status;
    const { uncounted, ended } = this.#count;
    let status: JobStatus = {
      ...withCount(before, "active", this.#active),
      ...indexTexts(this.#job, this.#count),
      ready: readyCount(this.#count.active),
      terminating: this.#terminating,
      uncountedTerminatedPods: uncountedStatus(uncounted.succeeded, uncounted.failed),
    };
    if (isIndexed(this.#job)) status = withCount(status, "succeeded", this.#count.succeeded);
    status = withOutcome(withSuspension(this.#job, status, this.#now), outcome, false, this.#now);
    const noted = yield* this.#write(status);
    if (noted !== undefined) return noted;
    this.#tellSuspension(before);
    this.#tools.failures.set(this.#key, this.#record);
    const released = yield* this.#release(ended);
    if (released !== undefined) return released;
    return yield* this.#sumUp(outcome);
  }

  *#release(ended: readonly Pod[]): Task<SyncError> {
    const { process, name, client, released } = this.#tools;
    const errors = yield* parallel(
      process,
      name,
      ended.map((pod) => releasePod(client, pod)),
    );
    for (const [i, error] of errors.entries()) {
      if (error === undefined) released.add(ended[i]?.metadata.uid ?? "");
    }
    return errors.find((e) => e !== undefined);
  }

  /** Counts the pods that bear no finalizer any more; with the last of them a Job that is over is finished. */
  *#sumUp(outcome: Outcome | undefined): Task<SyncError> {
    const { status } = this.#job;
    const { succeeded = [], failed = [] } = status.uncountedTerminatedPods ?? {};
    let next: JobStatus = { ...status, uncountedTerminatedPods: {} };
    if (!isIndexed(this.#job)) {
      next = withCount(next, "succeeded", (status.succeeded ?? 0) + succeeded.length);
    }
    next = withCount(next, "failed", (status.failed ?? 0) + failed.length);
    const over = outcome !== undefined && this.#active === 0 && this.#terminating === 0;
    next = withOutcome(next, outcome, over, this.#now);
    const error = yield* this.#write(next);
    if (error === undefined && over && isFinished(this.#job)) this.#tellEnd(outcome);
    return error;
  }

  #tellEnd(outcome: Outcome): void {
    const { recorder } = this.#tools;
    if (outcome.success) recorder.event(this.#job, "Normal", "Completed", "Job completed");
    else recorder.event(this.#job, "Warning", outcome.reason, outcome.message);
  }

  #tellSuspension(before: JobStatus): void {
    const was = conditionStatus(before.conditions, "Suspended") === "True";
    const is = conditionStatus(this.#job.status.conditions, "Suspended") === "True";
    const { recorder } = this.#tools;
    if (is && !was) recorder.event(this.#job, "Normal", "Suspended", "Job suspended");
    if (was && !is) recorder.event(this.#job, "Normal", "Resumed", "Job resumed");
  }

  *#write(status: JobStatus): Task<SyncError> {
    if (deepEqual(status, this.#job.status)) return undefined;
    const next = { ...this.#job, status };
    const written = yield* this.#tools.client.update(jobs, next, { subresource: "status" });
    if (!written.ok) return isNotFound(written.error) ? undefined : written.error;
    this.#job = written.value;
    this.#tools.noteWrite(written.value);
    return undefined;
  }
}
