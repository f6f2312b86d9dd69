import { templateWarnings } from "../warnings/workload";
import { ageColumn, column, nameColumn } from "../columns";
import { parseSchedule } from "../cron";
import { defaultPodTemplate } from "../defaults/pod-spec";
import { translateTimestamp } from "../duration";
import { invalid, notSupported, required } from "../field-error";
import type { FieldError } from "../field-error";
import { integerColumn, NONE, orNone, selectorCell, templateColumns } from "../printing/cells";
import { defineResource } from "../resource";
import { STATUS } from "../subresources";
import { findTimeZone } from "../time-zone";
import type { CronJob } from "../types";
import { validateJobBody } from "../validation/job";
import { validateNonNegative } from "../validation/resources";
import { defaultPolicy } from "./job";

type Spec = CronJob["spec"];

const SUCCESSFUL_HISTORY = 3;
const FAILED_HISTORY = 1;
/** Names of its Jobs have eleven characters more, and may have 63. */
const NAME_MAX = 52;
const ZONE_PART = /^[A-Za-z.\-_0-9+]{1,14}$/;

function defaultSpec(spec: Spec): Spec {
  const made: Spec = Object.assign({}, spec);
  made.concurrencyPolicy ??= "Allow";
  made.suspend ??= false;
  made.successfulJobsHistoryLimit ??= SUCCESSFUL_HISTORY;
  made.failedJobsHistoryLimit ??= FAILED_HISTORY;
  const { jobTemplate } = made;
  if (jobTemplate?.spec === undefined) return made;
  const job = { ...jobTemplate.spec };
  if (job.template !== undefined) job.template = defaultPodTemplate(job.template);
  if (job.podFailurePolicy !== undefined) job.podFailurePolicy = defaultPolicy(job.podFailurePolicy);
  made.jobTemplate = { metadata: {}, ...jobTemplate, spec: job };
  return made;
}

function validate(spec: Spec, prev: Spec | undefined): FieldError[] {
  const errors: FieldError[] = [];
  validateSchedule(spec, prev, errors);
  validateNonNegative(spec.startingDeadlineSeconds, "spec.startingDeadlineSeconds", errors);
  if (prev === undefined || prev.timeZone !== spec.timeZone) validateTimeZone(spec.timeZone, errors);
  const policies = ["Allow", "Forbid", "Replace"];
  const policy = spec.concurrencyPolicy;
  if (!policy) errors.push(required("spec.concurrencyPolicy"));
  else if (!policies.includes(policy)) {
    errors.push(notSupported("spec.concurrencyPolicy", policy, policies));
  }
  validateTemplate(spec, errors);
  validateNonNegative(spec.successfulJobsHistoryLimit, "spec.successfulJobsHistoryLimit", errors);
  validateNonNegative(spec.failedJobsHistoryLimit, "spec.failedJobsHistoryLimit", errors);
  return errors;
}

function validateSchedule(spec: Spec, prev: Spec | undefined, errors: FieldError[]): void {
  const { schedule } = spec;
  const field = "spec.schedule";
  if (!schedule) {
    errors.push(required(field));
    return;
  }
  const parsed = parseSchedule(schedule);
  if (!parsed.ok) errors.push(invalid(field, schedule, parsed.error));
  if (!schedule.includes("TZ")) return;
  const allowed = prev?.schedule?.includes("TZ") === true;
  if (!allowed) {
    const text = "cannot use TZ or CRON_TZ in schedule, use timeZone field instead";
    errors.push(invalid(field, schedule, text));
  } else if (spec.timeZone !== undefined) {
    const text = "cannot use both timeZone field and TZ or CRON_TZ in schedule";
    errors.push(invalid(field, schedule, text));
  }
}

function validateTimeZone(name: string | undefined, errors: FieldError[]): void {
  if (name === undefined) return;
  const field = "spec.timeZone";
  if (name === "") {
    errors.push(invalid(field, name, "timeZone must be nil or non-empty string"));
    return;
  }
  const unknown = `unknown time zone ${name}`;
  const odd = (part: string): boolean => part === "." || part === ".." || part.startsWith("-");
  if (name.split("/").some((part) => odd(part) || !ZONE_PART.test(part))) {
    errors.push(invalid(field, name, unknown));
    return;
  }
  if (name.toLowerCase() === "local") {
    const where = "https://www.iana.org/time-zones";
    errors.push(invalid(field, name, `timeZone must be an explicit time zone as defined in ${where}`));
  } else if (findTimeZone(name) === undefined) errors.push(invalid(field, name, unknown));
}

function validateTemplate(spec: Spec, errors: FieldError[]): void {
  const field = "spec.jobTemplate.spec";
  const job = spec.jobTemplate?.spec;
  if (job === undefined) {
    errors.push(required(`${field}.template.spec.containers`));
    return;
  }
  validateJobBody(job, field, errors);
  if (job.selector !== undefined) {
    errors.push(invalid(`${field}.selector`, job.selector, "`selector` will be auto-generated"));
  }
  if (job.manualSelector === true) {
    errors.push(notSupported(`${field}.manualSelector`, true, ["nil", "false"]));
  }
}

export const cronJobs = defineResource<CronJob>({
  group: "batch",
  version: "v1",
  kind: "CronJob",
  resource: "cronjobs",
  shortNames: ["cj"],
  categories: ["all"],
  namespaced: true,
  emptyStatus: {},
  subresources: { status: STATUS },
  columns: [
    nameColumn(),
    column("Schedule", (job) => job.spec.schedule, { description: "When it is due." }),
    column("Timezone", (job) => orNone(job.spec.timeZone), { description: "By which clocks." }),
    column("Suspend", (job) => (job.spec.suspend === true ? "True" : "False"), {
      description: "Whether it makes no more Jobs for now.",
    }),
    integerColumn("Active", (job) => job.status.active?.length, "How many of its Jobs are running."),
    column(
      "Last Schedule",
      ({ status }, nowUs) =>
        status.lastScheduleTime === undefined ? NONE : translateTimestamp(status.lastScheduleTime, nowUs),
      { description: "Time since it last made a Job." },
    ),
    ageColumn(),
    ...templateColumns<CronJob>(
      (job) => job.spec.jobTemplate?.spec?.template,
      (job) => selectorCell(job.spec.jobTemplate?.spec?.selector),
    ),
  ],
  defaults: (job) => ({ ...job, spec: defaultSpec(job.spec) }),
  validate(job) {
    const errors = validate(job.spec, undefined);
    if (job.metadata.name.length > NAME_MAX) {
      errors.push(invalid("metadata.name", job.metadata.name, `must be no more than ${NAME_MAX} characters`));
    }
    return errors;
  },
  validateUpdate: (next, prev) => (next.spec === prev.spec ? [] : validate(next.spec, prev.spec)),
  warnings: templateWarnings("spec.jobTemplate.spec.template", (c) => c.spec.jobTemplate?.spec?.template),
});
