/** Jobs and CronJobs (kubectl `pkg/describe/describe.go` describeJob, describeCronJob). */
import type * as batch from "kubernetes-types/batch/v1";
import { humanDuration } from "../../api/duration";
import { parseTime } from "../../api/time";
import type { Stored } from "../../api/types";
import type { Task } from "../../kernel/task";
import { describeEvents, eventsOf } from "./events";
import { controllerOf, describePodTemplate } from "./pod";
import type { Related } from "./related";
import { selectorText } from "./selectors";
import { rfc1123 } from "./time";
import { annotations, bool, labels, Writer } from "./writer";

type Job = Stored<batch.Job>;
type CronJob = Stored<batch.CronJob>;

const INDEXES_SHOWN = 50;

export function* describeJob(job: Job, related: Related): Task<string> {
  const { metadata, spec, status } = job;
  const events = yield* eventsOf(related, job);
  const w = new Writer();
  w.line(0, `Name:\t${metadata.name}`);
  w.line(0, `Namespace:\t${metadata.namespace}`);
  w.line(0, `Selector:\t${selectorText(spec.selector)}`);
  labels(w, "Labels", metadata.labels);
  annotations(w, "Annotations", metadata.annotations);
  const controller = controllerOf(job);
  if (controller !== "") w.line(0, `Controlled By:\t${controller}`);
  if (spec.parallelism !== undefined) w.line(0, `Parallelism:\t${spec.parallelism}`);
  w.line(0, `Completions:\t${spec.completions ?? "<unset>"}`);
  if (spec.completionMode !== undefined) w.line(0, `Completion Mode:\t${spec.completionMode}`);
  if (spec.suspend !== undefined) w.line(0, `Suspend:\t${spec.suspend}`);
  if (spec.backoffLimit !== undefined) w.line(0, `Backoff Limit:\t${spec.backoffLimit}`);
  if (spec.ttlSecondsAfterFinished !== undefined) {
    w.line(0, `TTL Seconds After Finished:\t${spec.ttlSecondsAfterFinished}`);
  }
  times(w, job);
  if (spec.activeDeadlineSeconds !== undefined) {
    w.line(0, `Active Deadline Seconds:\t${spec.activeDeadlineSeconds}s`);
  }
  const ready = status.ready === undefined ? "" : ` (${status.ready} Ready)`;
  const ended = `${status.succeeded ?? 0} Succeeded / ${status.failed ?? 0} Failed`;
  w.line(0, `Pods Statuses:\t${status.active ?? 0} Active${ready} / ${ended}`);
  if (spec.completionMode === "Indexed")
    w.line(0, `Completed Indexes:\t${indexes(status.completedIndexes ?? "")}`);
  describePodTemplate(w, spec.template);
  describeEvents(w, events, related.nowUs);
  return w.toString();
}

function times(w: Writer, { status }: Job): void {
  const { startTime, completionTime } = status;
  if (startTime !== undefined) w.line(0, `Start Time:\t${rfc1123(startTime)}`);
  if (completionTime !== undefined) w.line(0, `Completed At:\t${rfc1123(completionTime)}`);
  if (startTime === undefined || completionTime === undefined) return;
  w.line(0, `Duration:\t${humanDuration(parseTime(completionTime) - parseTime(startTime))}`);
}

/** Long lists are cut at a comma. */
function indexes(text: string): string {
  if (text === "") return "<none>";
  const comma = text.indexOf(",", INDEXES_SHOWN);
  return comma < 0 ? text : `${text.slice(0, comma + 1)}...`;
}

export function* describeCronJob(cronJob: CronJob, related: Related): Task<string> {
  const { metadata, spec, status } = cronJob;
  const events = yield* eventsOf(related, cronJob);
  const w = new Writer();
  w.line(0, `Name:\t${metadata.name}`);
  w.line(0, `Namespace:\t${metadata.namespace}`);
  labels(w, "Labels", metadata.labels);
  annotations(w, "Annotations", metadata.annotations);
  w.line(0, `Schedule:\t${spec.schedule}`);
  w.line(0, `Concurrency Policy:\t${spec.concurrencyPolicy ?? ""}`);
  w.line(0, `Suspend:\t${bool(spec.suspend)}`);
  w.line(0, `Successful Job History Limit:\t${spec.successfulJobsHistoryLimit ?? "<unset>"}`);
  w.line(0, `Failed Job History Limit:\t${spec.failedJobsHistoryLimit ?? "<unset>"}`);
  const deadline = spec.startingDeadlineSeconds;
  w.line(0, `Starting Deadline Seconds:\t${deadline === undefined ? "<unset>" : `${deadline}s`}`);
  template(w, spec.jobTemplate);
  const last = status.lastScheduleTime;
  w.line(0, `Last Schedule Time:\t${last === undefined ? "<unset>" : rfc1123(last)}`);
  const active = (status.active ?? []).map(({ name }) => name ?? "").join(", ");
  w.line(0, `Active Jobs:\t${active || "<none>"}`);
  describeEvents(w, events, related.nowUs);
  return w.toString();
}

function template(w: Writer, { spec }: batch.JobTemplateSpec): void {
  w.line(0, `Selector:\t${spec?.selector === undefined ? "<unset>" : selectorText(spec.selector)}`);
  w.line(0, `Parallelism:\t${spec?.parallelism ?? "<unset>"}`);
  w.line(0, `Completions:\t${spec?.completions ?? "<unset>"}`);
  if (spec?.activeDeadlineSeconds !== undefined) {
    w.line(0, `Active Deadline Seconds:\t${spec.activeDeadlineSeconds}s`);
  }
  describePodTemplate(w, spec?.template);
}
