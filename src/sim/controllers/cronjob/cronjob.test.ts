import { beforeEach, describe, expect, it } from "vitest";
import { cronJobs } from "../../api/kinds/cron-job";
import { jobs } from "../../api/kinds/job";
import { namespaces } from "../../api/kinds/namespace";
import { formatTime } from "../../api/time";
import type { CronJob, Event, Job, Status } from "../../api/types";
import { fakeWorld } from "../../testing/fake-world";
import { runControllers } from "../../testing/run-controllers";
import { ttlAfterFinishedController } from "../ttl-after-finished";
import { cronJobController } from "./cronjob-controller";
import { mailTime } from "./schedule";

let world: ReturnType<typeof fakeWorld>;
/** Minutes since 1970 at which virtual time begins. */
const EPOCH_MINUTES = 20_454 * 1440;

beforeEach(() => {
  world = fakeWorld();
  world.api.create(namespaces, { apiVersion: "v1", kind: "Namespace", metadata: { name: "default" } });
  runControllers(world, [cronJobController, ttlAfterFinishedController]);
  world.run(1);
});

const template = { spec: { restartPolicy: "Never", containers: [{ name: "c", image: "busybox" }] } };

function make(more: object = {}, jobSpec: object = {}): void {
  const jobTemplate = { metadata: { labels: { app: "tick" } }, spec: { template, ...jobSpec } };
  const spec = { schedule: "* * * * *", jobTemplate, ...more };
  const metadata = { name: "tick", namespace: "default" };
  world.api.create(cronJobs, { apiVersion: "batch/v1", kind: "CronJob", metadata, spec });
}

const cron = (): CronJob => world.api.get<CronJob>("cronjobs", "default", "tick")!;
const change = (spec: object): void =>
  world.api.change("cronjobs", "default", "tick", (c) => ({ ...c, spec: { ...c.spec, ...spec } }));
const all = (): Job[] => world.api.all<Job>("jobs");
const names = (): string[] => all().map((j) => j.metadata.name);
const nameAt = (minute: number): string => `tick-${EPOCH_MINUTES + minute}`;
const events = (): string[] =>
  world.api.all<Event>("events").map((e) => `${e.type} ${e.reason} ${e.message}`);

function finish(name: string, type: "Complete" | "Failed"): void {
  const at = formatTime(world.kernel.now);
  const conditions = [{ type, status: "True", lastTransitionTime: at }];
  world.api.change("jobs", "default", name, (j) => ({
    ...j,
    status: { conditions, startTime: at, completionTime: at, succeeded: 1 },
  }));
}

describe("CronJob controller", () => {
  it("makes a Job when it is due, named after the minute", () => {
    make();
    world.run(58);
    expect(names()).toEqual([]);
    world.run(2);
    expect(names()).toEqual([nameAt(1)]);
    const [job] = all();
    expect(job?.metadata).toMatchObject({
      labels: { app: "tick" },
      annotations: { "batch.kubernetes.io/cronjob-scheduled-timestamp": "2026-01-01T00:01:00Z" },
      ownerReferences: [{ kind: "CronJob", name: "tick", controller: true }],
    });
    expect(cron().status).toMatchObject({
      lastScheduleTime: "2026-01-01T00:01:00Z",
      active: [{ kind: "Job", name: nameAt(1), uid: job?.metadata.uid }],
    });
    expect(events()).toEqual([`Normal SuccessfulCreate Created job ${nameAt(1)}`]);
    world.run(60);
    expect(names()).toEqual([nameAt(1), nameAt(2)]);
    expect(cron().status.active).toHaveLength(2);
  });

  it("learns that a Job has ended", () => {
    make();
    world.run(61);
    finish(nameAt(1), "Complete");
    world.run(1);
    expect(cron().status.active).toBeUndefined();
    expect(cron().status.lastSuccessfulTime).toBe("2026-01-01T00:01:02Z");
    expect(events().at(-1)).toBe(
      `Normal SawCompletedJob Saw completed job: ${nameAt(1)}, condition: Complete`,
    );
  });

  it("starts none beside another with Forbid, and replaces with Replace", () => {
    make({ concurrencyPolicy: "Forbid" });
    world.run(121);
    expect(names()).toEqual([nameAt(1)]);
    expect(events().at(-1)).toBe(
      "Normal JobAlreadyActive Not starting job because prior execution is running and " +
        "concurrency policy is Forbid",
    );
    change({ concurrencyPolicy: "Replace" });
    world.run(60);
    expect(names()).toHaveLength(1);
    expect(names()).not.toEqual([nameAt(1)]);
    expect(cron().status.active?.map((ref) => ref.name)).toEqual(names());
  });

  it("keeps so many Jobs that ended, each kind by its limit", () => {
    make({ successfulJobsHistoryLimit: 2, failedJobsHistoryLimit: 1 });
    for (let minute = 1; minute <= 6; minute++) {
      world.run(60);
      finish(nameAt(minute), minute % 2 === 0 ? "Failed" : "Complete");
    }
    world.run(2);
    expect(names()).toEqual([nameAt(3), nameAt(5), nameAt(6)]);
    expect(events()).toContain(`Normal SuccessfulDelete Deleted job ${nameAt(1)}`);
  });

  it("makes nothing while suspended, and then only the last that was missed", () => {
    make({ suspend: true });
    world.run(300);
    expect(names()).toEqual([]);
    change({ suspend: false });
    world.run(1);
    expect(names()).toEqual([nameAt(5)]);
  });

  it("says when it has missed far too many, and starts the last all the same", () => {
    make({ suspend: true });
    world.run(150 * 60);
    change({ suspend: false });
    world.run(1);
    expect(names()).toEqual([nameAt(150)]);
    expect(events()[0]).toMatch(/^Warning TooManyMissedTimes too many missed start times/);
  });

  it("lets a start go that is past its deadline", () => {
    make({ suspend: true, schedule: "0 * * * *", startingDeadlineSeconds: 20 });
    world.run(3600 + 30);
    change({ suspend: false });
    world.run(10);
    expect(names()).toEqual([]);
    world.run(3600);
    expect(names()).toEqual([nameAt(120)]);
  });

  it("goes by the clocks of its time zone", () => {
    make({ schedule: "0 10 * * *", timeZone: "Asia/Tokyo" });
    world.run(3600 + 2);
    expect(all().map((j) => j.metadata.annotations)).toEqual([
      { "batch.kubernetes.io/cronjob-scheduled-timestamp": "2026-01-01T10:00:00+09:00" },
    ]);
  });

  it("tells of Jobs that it did not make, and of those that went missing", () => {
    make({ schedule: "@hourly" });
    world.run(1);
    const owner = { apiVersion: "batch/v1", kind: "CronJob", name: "tick", uid: cron().metadata.uid };
    world.api.create(jobs, {
      apiVersion: "batch/v1",
      kind: "Job",
      metadata: { name: "mine", namespace: "default", ownerReferences: [{ ...owner, controller: true }] },
      spec: { template },
    });
    world.run(1);
    expect(events()).toContain(
      "Warning UnexpectedJob Saw a job that the controller did not create or forgot: mine",
    );
    finish("mine", "Complete");
    world.run(3600);
    const made = cron().status.active?.[0]?.name ?? "";
    world.api.remove("jobs", "default", made);
    world.run(1);
    expect(events().at(-1)).toBe(`Normal MissingJob Active job went missing: ${made}`);
    expect(cron().status.active).toBeUndefined();
  });

  it("makes each Job once, though it cannot write it down at first", () => {
    make();
    const no: Status = {
      kind: "Status",
      apiVersion: "v1",
      metadata: {},
      status: "Failure",
      code: 500,
      message: "no",
    };
    world.api.refuse = (request) => (request.path.endsWith("/cronjobs/tick/status") ? no : undefined);
    world.run(61);
    expect(names()).toEqual([nameAt(1)]);
    world.api.refuse = () => undefined;
    world.run(30);
    expect(names()).toEqual([nameAt(1)]);
    expect(cron().status.active?.map((ref) => ref.name)).toEqual([nameAt(1)]);
  });

  it("writes times as mail does", () => {
    expect(mailTime(300_000_000)).toBe("Thu, 01 Jan 2026 00:05:00 +0000");
  });
});

describe("TTL after finished", () => {
  it("deletes a Job so long after its end, with its pods first", () => {
    make({ schedule: "1 0 1 1 *" }, { ttlSecondsAfterFinished: 30 });
    world.run(62);
    finish(nameAt(1), "Complete");
    world.run(25);
    expect(names()).toEqual([nameAt(1)]);
    expect(all()[0]?.metadata.deletionTimestamp).toBeUndefined();
    world.run(10);
    expect(all()[0]?.metadata).toMatchObject({ finalizers: ["foregroundDeletion"] });
    expect(all()[0]?.metadata.deletionTimestamp).toBeDefined();
  });
});
