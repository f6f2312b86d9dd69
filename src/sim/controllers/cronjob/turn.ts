/**
 * One look at one CronJob (`pkg/controller/cronjob/cronjob_controllerv2.go` syncCronJob).
 */
import { deepEqual } from "../../api/deep-equal";
import { cronJobs } from "../../api/kinds/cron-job";
import { jobs } from "../../api/kinds/job";
import { conditionStatus, controllerRef, isControlledBy } from "../../api/meta";
import { formatTime, parseTime } from "../../api/time";
import type { TimeZone } from "../../api/time-zone";
import type { ApiObject, CronJob, Job } from "../../api/types";
import type { EventRecorder } from "../../client/event-recorder";
import type { RestClient } from "../../client/rest-client";
import { isAlreadyExists, isNamespaceTerminating, isNotFound } from "../../client/transport-error";
import type { Process } from "../../kernel/process";
import type { Task } from "../../kernel/task";
import { MS, SECOND, type Micros } from "../../kernel/time";
import type { Engine, SyncError } from "../engine";
import { isFinished } from "../job/outcome";
import { dueTime, mailTime, scheduleOf, unixSeconds, zonedTime, zoneOf } from "./schedule";

/** A little later than due, so that clocks that differ a little do no harm. */
const DELTA: Micros = 100 * MS;
const SCHEDULED_AT = "batch.kubernetes.io/cronjob-scheduled-timestamp";

/** What all looks work with. */
export interface CronTools {
  readonly process: Process;
  readonly client: RestClient;
  readonly recorder: EventRecorder;
  readonly engine: Engine;
}

type Status = CronJob["status"];

export class CronTurn {
  readonly #tools: CronTools;
  readonly #key: string;
  readonly #cronJob: CronJob;
  readonly #children: readonly Job[];
  #status: Status;

  constructor(tools: CronTools, key: string, cronJob: CronJob, children: readonly Job[]) {
    this.#tools = tools;
    this.#key = key;
    this.#cronJob = cronJob;
    this.#children = children;
    this.#status = cronJob.status;
  }

  get #now(): Micros {
    return this.#tools.process.now;
  }

  *run(): Task<SyncError> {
    const followed = (yield* this.#followActive()) ?? (yield* this.#cleanUp());
    if (followed !== undefined) return followed;
    const started = yield* this.#start();
    const written = yield* this.#write();
    return started ?? written;
  }

  #tell(type: "Normal" | "Warning", reason: string, message: string): void {
    this.#tools.recorder.event(this.#cronJob, type, reason, message);
  }

  #decide(action: string): void {
    const { schedule, suspend } = this.#cronJob.spec;
    const have = `${this.#status.active?.length ?? 0} jobs active`;
    this.#tools.engine.decide(this.#key, suspend === true ? "nothing" : schedule, have, action);
  }

  #isActive(uid: string): boolean {
    return this.#status.active?.some((ref) => ref.uid === uid) === true;
  }

  #forget(uid: string): void {
    const { active, ...rest } = this.#status;
    const left = (active ?? []).filter((ref) => ref.uid !== uid);
    this.#status = left.length === 0 ? rest : { ...rest, active: left };
  }

  /** Learns which of its Jobs have ended since, and which are not there any more. */
  *#followActive(): Task<SyncError> {
    for (const job of this.#children) this.#follow(job);
    const seen = new Set(this.#children.map((job) => job.metadata.uid));
    for (const ref of this.#status.active ?? []) {
      if (seen.has(ref.uid ?? "")) continue;
      const found = yield* this.#tools.client.get(jobs, ref.namespace ?? "", ref.name ?? "");
      if (found.ok) continue;
      if (!isNotFound(found.error)) return found.error;
      this.#tell("Normal", "MissingJob", `Active job went missing: ${ref.name}`);
      this.#forget(ref.uid ?? "");
    }
    return undefined;
  }

  #follow(job: Job): void {
    const { uid, name } = job.metadata;
    const complete = conditionStatus(job.status.conditions, "Complete") === "True";
    if (this.#isActive(uid)) {
      if (isFinished(job)) {
        this.#forget(uid);
        const how = complete ? "Complete" : "Failed";
        this.#tell("Normal", "SawCompletedJob", `Saw completed job: ${name}, condition: ${how}`);
      }
    } else if (!isFinished(job)) {
      const text = `Saw a job that the controller did not create or forgot: ${name}`;
      this.#tell("Warning", "UnexpectedJob", text);
    }
    const at = job.status.completionTime;
    const last = this.#status.lastSuccessfulTime;
    if (!complete || at === undefined) return;
    if (last === undefined || parseTime(at) > parseTime(last)) {
      this.#status = { ...this.#status, lastSuccessfulTime: at };
    }
  }

  *#start(): Task<SyncError> {
    const { spec, metadata } = this.#cronJob;
    if (metadata.deletionTimestamp !== undefined) return undefined;
    const zone = zoneOf(this.#cronJob);
    if (!zone.ok) {
      this.#tell("Warning", "UnknownTimeZone", `invalid timeZone: "${spec.timeZone}": ${zone.error}`);
      return undefined;
    }
    if (spec.suspend === true) {
      this.#decide("nothing: suspended");
      return undefined;
    }
    const schedule = scheduleOf(this.#cronJob, zone.value);
    if (!schedule.ok) {
      const text = `unparseable schedule: "${spec.schedule}" : ${schedule.error}`;
      this.#tell("Warning", "UnparseableSchedule", text);
      return undefined;
    }
    const next = schedule.value.next(this.#now);
    if (next !== undefined) this.#tools.engine.queue.addAfter(this.#key, next + DELTA - this.#now);
    const due = dueTime(this.#cronJob, schedule.value, this.#now);
    if (due.tooMany) {
      const advice = "Set or decrease .spec.startingDeadlineSeconds or check clock skew";
      this.#tell("Warning", "TooManyMissedTimes", `too many missed start times. ${advice}`);
    }
    if (due.at !== undefined) return yield* this.#startJob(due.at, zone.value);
    this.#decide(next === undefined ? "nothing" : `wait until ${formatTime(next)}`);
    return undefined;
  }

  *#startJob(due: Micros, zone: TimeZone): Task<SyncError> {
    const { spec } = this.#cronJob;
    const deadline = spec.startingDeadlineSeconds;
    if (deadline !== undefined && due + deadline * SECOND < this.#now) {
      this.#tell("Warning", "MissSchedule", `Missed scheduled time to start a job: ${mailTime(due)}`);
      return undefined;
    }
    const name = `${this.#cronJob.metadata.name}-${Math.floor(unixSeconds(due) / 60)}`;
    const running = this.#status.active ?? [];
    if (running.some((ref) => ref.name === name)) return undefined;
    if (spec.concurrencyPolicy === "Forbid" && running.length > 0) {
      const text = "Not starting job because prior execution is running and concurrency policy is Forbid";
      this.#tell("Normal", "JobAlreadyActive", text);
      return undefined;
    }
    if (spec.concurrencyPolicy === "Replace") {
      for (const ref of running) {
        const gone = yield* this.#deleteJob(ref.name ?? "", ref.uid ?? "");
        if (gone !== undefined) return gone;
      }
    }
    return yield* this.#create(name, due, zone);
  }

  *#create(name: string, due: Micros, zone: TimeZone): Task<SyncError> {
    this.#decide(`create job ${name}`);
    const { namespace } = this.#cronJob.metadata;
    const draft = this.#draft(name, due, zone);
    let made = yield* this.#tools.client.create(jobs, namespace, draft);
    const exists = !made.ok && isAlreadyExists(made.error);
    // Made by us before, and we died or failed before we could write it down.
    if (exists) made = yield* this.#tools.client.get(jobs, namespace, name);
    if (!made.ok) {
      if (isNamespaceTerminating(made.error)) return made.error;
      this.#tell("Warning", "FailedCreate", `Error creating job: ${made.error.message ?? ""}`);
      return made.error;
    }
    const job = made.value;
    if (exists && !isControlledBy(job, this.#cronJob)) {
      this.#tell("Warning", "FailedCreate", `Error creating job: jobs.batch "${name}" already exists`);
      return undefined;
    }
    if (!exists) this.#tell("Normal", "SuccessfulCreate", `Created job ${name}`);
    if (!isFinished(job)) this.#noteActive(job);
    this.#status = { ...this.#status, lastScheduleTime: formatTime(due) };
    return undefined;
  }

  #draft(name: string, due: Micros, zone: TimeZone): ApiObject {
    const { metadata: from, spec } = this.#cronJob.spec.jobTemplate;
    const metadata = {
      name,
      namespace: this.#cronJob.metadata.namespace,
      labels: { ...from?.labels },
      annotations: { ...from?.annotations, [SCHEDULED_AT]: zonedTime(due, zone) },
      ownerReferences: [controllerRef(this.#cronJob)],
    };
    return { apiVersion: "batch/v1", kind: "Job", metadata, spec } as ApiObject;
  }

  #noteActive(job: Job): void {
    const { name, namespace, uid, resourceVersion } = job.metadata;
    const ref = { apiVersion: "batch/v1", kind: "Job", name, namespace, uid, resourceVersion };
    this.#status = { ...this.#status, active: [...(this.#status.active ?? []), ref] };
  }

  *#deleteJob(name: string, uid: string): Task<SyncError> {
    const { namespace } = this.#cronJob.metadata;
    const options = { propagationPolicy: "Background" as const };
    const gone = yield* this.#tools.client.delete(jobs, namespace, name, options);
    if (!gone.ok && !isNotFound(gone.error)) {
      this.#tell("Warning", "FailedDelete", `Deleted job: ${gone.error.message ?? ""}`);
      return gone.error;
    }
    this.#forget(uid);
    if (gone.ok) this.#tell("Normal", "SuccessfulDelete", `Deleted job ${name}`);
    return undefined;
  }

  /** Deletes the oldest of the Jobs that have ended, beyond what the history keeps. */
  *#cleanUp(): Task<SyncError> {
    const { successfulJobsHistoryLimit, failedJobsHistoryLimit } = this.#cronJob.spec;
    for (const [type, limit] of [
      ["Complete", successfulJobsHistoryLimit],
      ["Failed", failedJobsHistoryLimit],
    ] as const) {
      if (limit === undefined) continue;
      const ended = this.#children
        .filter((job) => conditionStatus(job.status.conditions, type) === "True")
        .toSorted(byStart);
      for (const job of ended.slice(0, Math.max(0, ended.length - limit))) {
        const gone = yield* this.#deleteJob(job.metadata.name, job.metadata.uid);
        if (gone !== undefined) return gone;
      }
    }
    return undefined;
  }

  *#write(): Task<SyncError> {
    if (deepEqual(this.#status, this.#cronJob.status)) return undefined;
    const next = { ...this.#cronJob, status: this.#status };
    const written = yield* this.#tools.client.update(cronJobs, next, { subresource: "status" });
    return written.ok || isNotFound(written.error) ? undefined : written.error;
  }
}

function byStart(a: Job, b: Job): number {
  const begun = (job: Job): number => parseTime(job.status.startTime ?? job.metadata.creationTimestamp);
  return begun(a) - begun(b) || (a.metadata.name < b.metadata.name ? -1 : 1);
}
