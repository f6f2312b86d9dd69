import { templateWarnings } from "../warnings/workload";
import { ageColumn, column, nameColumn } from "../columns";
import { defaultPodTemplate } from "../defaults/pod-spec";
import { humanDuration } from "../duration";
import { invalid, required } from "../field-error";
import type { FieldError } from "../field-error";
import { conditionStatus } from "../meta";
import { workloadColumns } from "../printing/cells";
import { defineResource } from "../resource";
import { compileLabelSelector } from "../selector";
import { STATUS } from "../subresources";
import { parseTime } from "../time";
import type { Job, JobSpec } from "../types";
import { validateJobBody, validateJobSpecUpdate, validateJobStatus } from "../validation/job";
import { isDns1123Label } from "../validation/names";
import { validateLabelSelector } from "../validation/scheduling";

/** Labels of a Job's pods, and those of old that are still set. */
const JOB_NAME = "batch.kubernetes.io/job-name";
const CONTROLLER_UID = "batch.kubernetes.io/controller-uid";
const LEGACY_JOB_NAME = "job-name";
const LEGACY_CONTROLLER_UID = "controller-uid";

const BACKOFF_LIMIT = 6;
const MAX_INT32 = 2_147_483_647;

function defaultSpec(spec: JobSpec): JobSpec {
  const made: JobSpec = Object.assign({}, spec);
  // Without either it is one pod; with parallelism alone it is a work queue.
  if (made.completions === undefined && made.parallelism === undefined) made.completions = 1;
  made.parallelism ??= 1;
  made.backoffLimit ??= made.backoffLimitPerIndex === undefined ? BACKOFF_LIMIT : MAX_INT32;
  made.completionMode ??= "NonIndexed";
  made.suspend ??= false;
  made.manualSelector ??= false;
  made.podReplacementPolicy ??= made.podFailurePolicy === undefined ? "TerminatingOrFailed" : "Failed";
  if (made.podFailurePolicy !== undefined) made.podFailurePolicy = defaultPolicy(made.podFailurePolicy);
  if (made.template !== undefined) made.template = defaultPodTemplate(made.template);
  return made;
}

type FailurePolicy = NonNullable<JobSpec["podFailurePolicy"]>;

/** A condition that a rule names must be True unless it says otherwise. */
export function defaultPolicy(policy: FailurePolicy): FailurePolicy {
  const rules = (policy.rules ?? []).map((rule) => {
    if (rule.onPodConditions === undefined) return rule;
    const onPodConditions = rule.onPodConditions.map((c) => ({ ...c, status: c.status || "True" }));
    return { ...rule, onPodConditions };
  });
  return { ...policy, rules };
}

/** Labels that tell this Job's pods from all others, and a selector for them, unless the user selects himself. */
function withSelector(job: Job): Job {
  const template = job.spec.template ?? {};
  const { name, uid } = job.metadata;
  const labels: Record<string, string> = {
    [LEGACY_JOB_NAME]: name,
    [JOB_NAME]: name,
    [LEGACY_CONTROLLER_UID]: uid,
    [CONTROLLER_UID]: uid,
    ...template.metadata?.labels,
  };
  const selector = job.spec.selector ?? {};
  const matchLabels = { [CONTROLLER_UID]: uid, ...selector.matchLabels };
  const metadata = { ...template.metadata, labels };
  const spec = { ...job.spec, selector: { ...selector, matchLabels }, template: { ...template, metadata } };
  return { ...job, spec };
}

function prepareCreate(job: Job): Job {
  const made = job.spec.manualSelector === true ? job : withSelector(job);
  const labels = made.spec.template?.metadata?.labels;
  const own = made.metadata.labels;
  if (labels === undefined || (own !== undefined && Object.keys(own).length > 0)) return made;
  return { ...made, metadata: { ...made.metadata, labels } };
}

function validateGenerated(job: Job, errors: FieldError[]): void {
  if (job.spec.manualSelector === true || job.spec.selector === undefined) return;
  const labels = job.spec.template?.metadata?.labels ?? {};
  const { name, uid } = job.metadata;
  const expected: Record<string, string> = {
    [LEGACY_CONTROLLER_UID]: uid,
    [LEGACY_JOB_NAME]: name,
    [CONTROLLER_UID]: uid,
    [JOB_NAME]: name,
  };
  const field = "spec.template.metadata.labels";
  for (const [key, value] of Object.entries(expected)) {
    if (labels[key] === undefined) errors.push(required(`${field}[${key}]`, `must be '${value}'`));
    else if (labels[key] !== value) {
      errors.push(invalid(`${field}[${key}]`, labels, `must be '${value}'`));
    }
  }
  if (!compileLabelSelector(job.spec.selector).matches(expected)) {
    errors.push(invalid("spec.selector", job.spec.selector, "`selector` not auto-generated"));
  }
}

function validate(job: Job): FieldError[] {
  const errors: FieldError[] = [];
  const { spec } = job;
  const before = errors.length;
  if (spec.selector !== undefined) validateLabelSelector(spec.selector, "spec.selector", errors);
  const selects = errors.length === before;
  if (selects) validateGenerated(job, errors);
  validateJobBody(spec, "spec", errors);
  if (spec.selector === undefined) errors.push(required("spec.selector"));
  else if (selects && !compileLabelSelector(spec.selector).matches(spec.template?.metadata?.labels)) {
    const labels = spec.template?.metadata?.labels ?? {};
    const text = "`selector` does not match template `labels`";
    errors.push(invalid("spec.template.metadata.labels", labels, text));
  }
  validateHostnames(job, errors);
  return errors;
}

/** An indexed Job's pods are named after it; the longest name must be good for a host. */
function validateHostnames({ spec, metadata }: Job, errors: FieldError[]): void {
  if (spec.completionMode !== "Indexed" || (spec.completions ?? 0) <= 0) return;
  const longest = `${metadata.name}-${(spec.completions ?? 0) - 1}`;
  if (isDns1123Label(longest, false).length === 0) return;
  const text = `will not able to create pod with invalid DNS label: ${longest}`;
  errors.push(invalid("metadata.name", metadata.name, text));
}

/** Whether a Job may still change where its pods are to run: suspended, and not begun. */
function isUnstarted(job: Job): boolean {
  return job.spec.suspend === true && job.status.startTime === undefined;
}

function statusCell(job: Job): string {
  const has = (type: string): boolean => conditionStatus(job.status.conditions, type) === "True";
  if (has("Complete")) return "Complete";
  if (has("Failed")) return "Failed";
  if (job.metadata.deletionTimestamp !== undefined) return "Terminating";
  for (const type of ["Suspended", "FailureTarget", "SuccessCriteriaMet"]) if (has(type)) return type;
  return "Running";
}

function completionsCell({ spec, status }: Job): string {
  const succeeded = status.succeeded ?? 0;
  if (spec.completions !== undefined) return `${succeeded}/${spec.completions}`;
  const parallelism = spec.parallelism ?? 0;
  return parallelism > 1 ? `${succeeded}/1 of ${parallelism}` : `${succeeded}/1`;
}

function durationCell({ status }: Job, nowUs: number): string {
  if (status.startTime === undefined) return "";
  const end = status.completionTime === undefined ? nowUs : parseTime(status.completionTime);
  return humanDuration(end - parseTime(status.startTime));
}

export const jobs = defineResource<Job>({
  group: "batch",
  version: "v1",
  kind: "Job",
  resource: "jobs",
  categories: ["all"],
  namespaced: true,
  emptyStatus: {},
  subresources: { status: STATUS },
  fields: { "status.successful": (job) => String(job.status.succeeded ?? 0) },
  columns: [
    nameColumn(),
    column("Status", statusCell, { description: "How far it has come." }),
    column("Completions", completionsCell, { description: "How many pods have succeeded, of how many." }),
    column("Duration", durationCell, { description: "How long it has run, or took." }),
    ageColumn(),
    ...workloadColumns<Job>(),
  ],
  defaults: (job) => ({ ...job, spec: defaultSpec(job.spec) }),
  prepareCreate,
  validate,
  validateUpdate(next, prev) {
    if (next.spec === prev.spec) return [];
    const errors = validate(next);
    validateJobSpecUpdate(next.spec, prev.spec, isUnstarted(prev), errors);
    return errors;
  },
  validateStatusUpdate(next) {
    const errors: FieldError[] = [];
    validateJobStatus(next.status, errors);
    return errors;
  },
  warnings: templateWarnings("spec.template", (job) => job.spec.template, true),
});
