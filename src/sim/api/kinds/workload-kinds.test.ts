import { describe, expect, it } from "vitest";
import { errorText } from "../field-error";
import { findKind } from "../registry";
import { formatTime } from "../time";
import type { ApiObject } from "../types";
import { frozen } from "../../testing/kinds";

const META = { name: "x", namespace: "default", uid: "u-1", creationTimestamp: "2026-01-01T00:00:00Z" };
const pod = { containers: [{ name: "c", image: "nginx:1.27" }] };
const template = { metadata: { labels: { app: "web" } }, spec: pod };
const selector = { matchLabels: { app: "web" } };
const batch = { spec: { ...pod, restartPolicy: "Never" } };

function definition(kind: string) {
  const found = ["apps/v1", "batch/v1", "v1"].map((v) => findKind(v, kind)).find((d) => d !== undefined);
  if (found === undefined) throw new Error(`no kind ${kind}`);
  return found;
}

function create(kind: string, body: object, name = "x"): any {
  const def = definition(kind);
  const obj = { apiVersion: def.apiVersion, kind, metadata: { ...META, name }, ...body };
  return frozen(def.prepareForCreate(def.applyDefaults(frozen(obj))));
}

const errorsOf = (kind: string, body: object, name = "x"): string[] =>
  definition(kind)
    .validateCreate(create(kind, body, name))
    .map(errorText);

function updateErrors(kind: string, body: object, change: (spec: any) => object, status = {}): string[] {
  const def = definition(kind);
  const stored = frozen({ ...create(kind, body), status });
  const changed = { ...stored, spec: { ...stored.spec, ...change(stored.spec) } } as ApiObject;
  return def.validateUpdate(def.prepareForUpdate(def.applyDefaults(changed), stored), stored).map(errorText);
}

const cells = (kind: string, obj: object, wide = true): Record<string, unknown> =>
  Object.fromEntries(
    definition(kind)
      .columns.filter((c) => wide || c.priority === 0)
      .map((c) => [c.name, c.cell(obj as ApiObject, 90_000_000)]),
  );

describe("defaults", () => {
  it.each([
    [
      "StatefulSet",
      { spec: { selector, template } },
      {
        podManagementPolicy: "OrderedReady",
        updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: 0 } },
        persistentVolumeClaimRetentionPolicy: { whenDeleted: "Retain", whenScaled: "Retain" },
        replicas: 1,
        revisionHistoryLimit: 10,
      },
    ],
    [
      "DaemonSet",
      { spec: { selector, template } },
      {
        updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } },
        revisionHistoryLimit: 10,
      },
    ],
    [
      "Job",
      { spec: { template: batch } },
      {
        completions: 1,
        parallelism: 1,
        backoffLimit: 6,
        completionMode: "NonIndexed",
        suspend: false,
        podReplacementPolicy: "TerminatingOrFailed",
        selector: { matchLabels: { "batch.kubernetes.io/controller-uid": "u-1" } },
      },
    ],
    [
      "CronJob",
      { spec: { schedule: "@daily", jobTemplate: { spec: { template: batch } } } },
      {
        concurrencyPolicy: "Allow",
        suspend: false,
        successfulJobsHistoryLimit: 3,
        failedJobsHistoryLimit: 1,
      },
    ],
  ])("of a %s", (kind, body, expected) => {
    expect(create(kind, body).spec).toMatchObject(expected);
    expect(errorsOf(kind, body)).toEqual([]);
  });

  it("gives a Job's pods and the Job itself labels that are its alone", () => {
    const job = create("Job", { spec: { template: batch } });
    const labels = {
      "batch.kubernetes.io/controller-uid": "u-1",
      "batch.kubernetes.io/job-name": "x",
      "controller-uid": "u-1",
      "job-name": "x",
    };
    expect(job.spec.template.metadata.labels).toEqual(labels);
    expect(job.metadata.labels).toEqual(labels);
  });

  it("leaves a work queue without completions, and counts nothing for an index with its own limit", () => {
    expect(create("Job", { spec: { template: batch, parallelism: 3 } }).spec.completions).toBeUndefined();
    const indexed = { completionMode: "Indexed", completions: 2, backoffLimitPerIndex: 1 };
    expect(create("Job", { spec: { template: batch, ...indexed } }).spec.backoffLimit).toBe(2_147_483_647);
  });

  it("counts the templates of a DaemonSet", () => {
    const key = "deprecated.daemonset.template.generation";
    const def = definition("DaemonSet");
    const set = create("DaemonSet", { spec: { selector, template } });
    expect(set.metadata.annotations[key]).toBe("1");
    const image = { ...template, spec: { containers: [{ name: "c", image: "nginx:1.28" }] } };
    const next: any = def.prepareForUpdate(
      def.applyDefaults({ ...set, spec: { ...set.spec, template: image } } as ApiObject),
      set,
    );
    expect(next.metadata.annotations[key]).toBe("2");
    expect(next.metadata.generation).toBe(2);
  });
});

describe("refusals", () => {
  const sts = (spec: object): object => ({ spec: { selector, template, ...spec } });
  const job = (spec: object): object => ({ spec: { template: batch, ...spec } });
  const cron = (spec: object): object => ({
    spec: { schedule: "@daily", jobTemplate: { spec: { template: batch } }, ...spec },
  });
  it.each([
    [
      "StatefulSet",
      sts({ podManagementPolicy: "Any" }),
      "spec.podManagementPolicy: Invalid value: \"Any\": must be 'OrderedReady' or 'Parallel'",
    ],
    [
      "StatefulSet",
      sts({ selector: {} }),
      "spec.selector: Invalid value: {}: empty selector is invalid for statefulset",
    ],
    [
      "StatefulSet",
      sts({ ordinals: { start: -1 } }),
      "spec.ordinals.start: Invalid value: -1: must be greater than or equal to 0",
    ],
    [
      "DaemonSet",
      sts({ updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1 } } }),
      "spec.updateStrategy.rollingUpdate.maxSurge: Invalid value: 1: may not be set when maxUnavailable is non-zero",
    ],
    [
      "DaemonSet",
      sts({ updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0 } } }),
      "spec.updateStrategy.rollingUpdate.maxUnavailable: Required value: cannot be 0 when maxSurge is 0",
    ],
    [
      "Job",
      { spec: { template: { spec: pod } } },
      'spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"',
    ],
    [
      "Job",
      job({ completionMode: "Indexed", parallelism: 1 }),
      "spec.completions: Required value: when completion mode is Indexed",
    ],
    [
      "Job",
      job({ selector: { matchLabels: { a: "b" } } }),
      'spec.selector: Invalid value: {"matchLabels":{"batch.kubernetes.io/controller-uid":"u-1","a":"b"}}: ' +
        "`selector` not auto-generated",
    ],
    [
      "Job",
      job({ backoffLimitPerIndex: 1 }),
      "spec.backoffLimitPerIndex: Invalid value: 1: requires indexed completion mode",
    ],
    [
      "CronJob",
      cron({ schedule: "* * *" }),
      'spec.schedule: Invalid value: "* * *": expected exactly 5 fields, found 3: [* * *]',
    ],
    [
      "CronJob",
      cron({ schedule: "TZ=UTC * * * * *" }),
      'spec.schedule: Invalid value: "TZ=UTC * * * * *": ' +
        "cannot use TZ or CRON_TZ in schedule, use timeZone field instead",
    ],
    [
      "CronJob",
      cron({ timeZone: "Mars/Base" }),
      'spec.timeZone: Invalid value: "Mars/Base": unknown time zone Mars/Base',
    ],
    [
      "CronJob",
      cron({ concurrencyPolicy: "Never" }),
      'spec.concurrencyPolicy: Unsupported value: "Never": supported values: "Allow", "Forbid", "Replace"',
    ],
    ["ControllerRevision", { revision: 1 }, "data: Required value: data is mandatory"],
  ])("%s %j", (kind, body, message) => {
    expect(errorsOf(kind, body)).toContain(message);
  });

  it("limits the names of CronJobs", () => {
    expect(errorsOf("CronJob", cron({}), "x".repeat(53))).toEqual([
      `metadata.name: Invalid value: "${"x".repeat(53)}": must be no more than 52 characters`,
    ]);
  });

  it.each([
    [
      "StatefulSet",
      sts({}),
      { serviceName: "other" },
      "spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', " +
        "'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' " +
        "are forbidden",
    ],
    ["Job", job({}), { completions: 3 }, "spec.completions: Invalid value: 3: field is immutable"],
    [
      "Job",
      job({ completionMode: "Indexed", completions: 2 }),
      { completions: 3 },
      "spec.completions: Invalid value: 3: can only be modified in tandem with spec.parallelism",
    ],
  ])("an update of %s", (kind, body, change, message) => {
    expect(updateErrors(kind, body, () => change)).toEqual([message]);
  });

  it("lets a Job that has not begun change where its pods run, and no other", () => {
    const move = (spec: any): object => ({
      template: { ...spec.template, spec: { ...spec.template.spec, nodeSelector: { disk: "ssd" } } },
    });
    expect(updateErrors("Job", job({ suspend: true }), move)).toEqual([]);
    expect(updateErrors("Job", job({}), move).join()).toMatch(/^spec.template: .*field is immutable$/);
  });
});

describe("tables", () => {
  const at = (second: number): string => formatTime(second * 1_000_000);
  it("prints StatefulSets and DaemonSets", () => {
    const sts = { ...create("StatefulSet", { spec: { selector, template, replicas: 3 } }) };
    expect(cells("StatefulSet", { ...sts, status: { replicas: 3, readyReplicas: 2 } })).toEqual({
      Name: "x",
      Ready: "2/3",
      Age: "90s",
      Containers: "c",
      Images: "nginx:1.27",
    });
    const ds = create("DaemonSet", { spec: { selector, template } });
    expect(Object.keys(cells("DaemonSet", ds, false))).toEqual([
      "Name",
      "Desired",
      "Current",
      "Ready",
      "Up-to-date",
      "Available",
      "Node Selector",
      "Age",
    ]);
  });

  it.each([
    [{}, {}, "Running", "0/1", ""],
    [{ startTime: at(60) }, {}, "Running", "0/1", "30s"],
    [
      { startTime: at(3), completionTime: at(60), succeeded: 1 },
      { type: "Complete" },
      "Complete",
      "1/1",
      "57s",
    ],
    [{ startTime: at(60) }, { type: "Failed" }, "Failed", "0/1", "30s"],
    [{}, { type: "Suspended" }, "Suspended", "0/1", ""],
  ])("prints a Job with status %j", (status, condition, text, completions, duration) => {
    const conditions = [{ status: "True", type: "Other", ...condition }];
    const job = { ...create("Job", { spec: { template: batch } }), status: { ...status, conditions } };
    expect(cells("Job", job)).toMatchObject({ Status: text, Completions: completions, Duration: duration });
  });

  it("prints CronJobs, revisions and pod templates", () => {
    const cron = create("CronJob", {
      spec: { schedule: "@daily", jobTemplate: { spec: { template: batch } } },
    });
    expect(cells("CronJob", cron)).toMatchObject({
      Schedule: "@daily",
      Timezone: "<none>",
      Suspend: "False",
      Active: 0,
      "Last Schedule": "<none>",
      Selector: "<none>",
    });
    const owner = { apiVersion: "apps/v1", kind: "StatefulSet", name: "web", uid: "u", controller: true };
    const revision = { metadata: { ...META, ownerReferences: [owner] }, revision: 2, data: {} };
    expect(cells("ControllerRevision", revision)).toMatchObject({
      Controller: "statefulset.apps/web",
      Revision: 2,
    });
    expect(Object.keys(cells("PodTemplate", create("PodTemplate", { template })))).toEqual([
      "Name",
      "Containers",
      "Images",
      "Pod Labels",
    ]);
  });
});
