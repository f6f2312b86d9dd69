import { describe, expect, it } from "vitest";
import type { CronJob, Job, Pod } from "../api/types";
import { MINUTE, SECOND } from "../kernel/time";
import { World } from "../testing/world";

/** Jobs and CronJobs in a whole cluster: their pods really run, end and fail. */
const BATCH = "/apis/batch/v1/namespaces/default";

function boot(workers = 2): World {
  return new World({ masters: 1, workers, workload: "none" });
}

function podSpec(command: readonly string[], more: object = {}): object {
  const containers = [{ name: "c", image: "busybox:1.37", command }];
  return { restartPolicy: "Never", terminationGracePeriodSeconds: 1, containers, ...more };
}

function create(world: World, plural: string, kind: string, name: string, spec: object): void {
  const body = { apiVersion: "batch/v1", kind, metadata: { name }, spec };
  const answer = world.request({ method: "POST", path: `${BATCH}/${plural}`, body });
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
}

const job = (world: World, name: string): Job => world.get(`${BATCH}/jobs/${name}`).body as unknown as Job;

function condition(world: World, name: string): string | undefined {
  const last = job(world, name).status.conditions?.at(-1);
  return last === undefined ? undefined : `${last.type} ${last.reason}`;
}

function pods(world: World, name: string): Pod[] {
  world.cluster.recorded.refresh();
  return [...world.cluster.recorded.pods.values()].filter((p) => p.metadata.labels?.["job-name"] === name);
}

function ended(world: World, name: string, limit = 5 * MINUTE): void {
  const end = world.now + limit;
  while (!/^(Complete|Failed) /.test(condition(world, name) ?? "")) {
    if (world.now > end) throw new Error(`${name} has not ended: ${JSON.stringify(job(world, name).status)}`);
    world.run(SECOND);
  }
}

describe("a Job", () => {
  it("completes, fails, or tries again in place, as its pods' commands end", () => {
    const world = boot();
    const template = (spec: object): object => ({ template: { spec } });
    const sleeps = ["sh", "-c", "sleep 5; echo done"];
    create(world, "jobs", "Job", "good", { ...template(podSpec(sleeps)), completions: 3, parallelism: 2 });
    create(world, "jobs", "Job", "bad", { ...template(podSpec(["sh", "-c", "exit 3"])), backoffLimit: 1 });
    const onFailure = podSpec(["sh", "-c", "exit 1"], { restartPolicy: "OnFailure" });
    create(world, "jobs", "Job", "stubborn", { ...template(onFailure), backoffLimit: 2 });
    const pi = { image: "perl:5.40", command: ["perl", "-wle", "print 1"], name: "pi" };
    create(world, "jobs", "Job", "pi", template({ restartPolicy: "Never", containers: [pi] }));
    const index = ["sh", "-c", 'test "$JOB_COMPLETION_INDEX" != 1'];
    create(world, "jobs", "Job", "indexed", {
      ...template(podSpec(index)),
      completionMode: "Indexed",
      completions: 3,
      parallelism: 3,
      backoffLimit: 0,
    });
    for (const name of ["good", "bad", "stubborn", "pi", "indexed"]) ended(world, name);
    expect(condition(world, "good")).toBe("Complete CompletionsReached");
    expect(job(world, "good").status).toMatchObject({ succeeded: 3, ready: 0, terminating: 0 });
    expect(condition(world, "bad")).toBe("Failed BackoffLimitExceeded");
    expect(pods(world, "bad").map((p) => p.status.phase)).toEqual(["Failed", "Failed"]);
    expect(condition(world, "stubborn")).toBe("Failed BackoffLimitExceeded");
    expect(condition(world, "pi")).toBe("Complete CompletionsReached");
    expect(condition(world, "indexed")).toBe("Failed BackoffLimitExceeded");
    expect(job(world, "indexed").status).toMatchObject({ completedIndexes: "0,2", failed: 1 });
    for (const pod of pods(world, "good")) expect(pod.metadata.finalizers ?? []).toEqual([]);
  });

  it("survives the failure of the node that its pod runs on", () => {
    const world = boot();
    const command = ["sh", "-c", "sleep 120"];
    create(world, "jobs", "Job", "long", { template: { spec: podSpec(command) } });
    const running = (): Pod | undefined => pods(world, "long").find((p) => p.status.phase === "Running");
    world.until("it runs", () => running() !== undefined);
    const { nodeName = "" } = running()!.spec;
    world.do({ type: "power-off", host: nodeName });
    const elsewhere = (): Pod | undefined =>
      pods(world, "long").find((p) => p.status.phase === "Running" && p.spec.nodeName !== nodeName);
    world.until("another pod runs elsewhere", () => elsewhere() !== undefined, 10 * MINUTE);
    const met = (): boolean => condition(world, "long") === "SuccessCriteriaMet CompletionsReached";
    world.until("it has succeeded", met, 4 * MINUTE);
    // The pod on the silent node may still run, for all anybody knows: the Job is not over while it may.
    world.run(2 * MINUTE);
    expect(job(world, "long").status).toMatchObject({ succeeded: 1, failed: 1, terminating: 1 });
    world.do({ type: "power-on", host: nodeName });
    ended(world, "long");
    expect(condition(world, "long")).toBe("Complete CompletionsReached");
  });

  it("goes with its namespace, its pods too", () => {
    const world = boot(1);
    const v1 = "/api/v1/namespaces";
    const metadata = { name: "lab" };
    world.request({ method: "POST", path: v1, body: { apiVersion: "v1", kind: "Namespace", metadata } });
    const spec = { template: { spec: podSpec(["sh", "-c", "sleep 300"]) } };
    const body = { apiVersion: "batch/v1", kind: "Job", metadata: { name: "long" }, spec };
    const path = "/apis/batch/v1/namespaces/lab/jobs";
    world.run(SECOND);
    expect(world.request({ method: "POST", path, body }).status).toBe(201);
    world.until("it runs", () => pods(world, "long")[0]?.status.phase === "Running");
    world.request({ method: "DELETE", path: `${v1}/lab` });
    world.run(MINUTE);
    expect(world.get(`${v1}/lab`).status).toBe(404);
    expect(pods(world, "long")).toEqual([]);
  });

  it("leaves its pods behind when it is deleted without a word on them, and the answer warns of that", () => {
    const world = boot(1);
    create(world, "jobs", "Job", "brief", { template: { spec: podSpec(["sh", "-c", "exit 0"]) } });
    ended(world, "brief");
    const answer = world.request({ method: "DELETE", path: `${BATCH}/jobs/brief` });
    expect(answer.headers["warning"]).toMatch(
      /^299 - "child pods are preserved by default when jobs are deleted;/,
    );
    world.run(30 * SECOND);
    expect(world.get(`${BATCH}/jobs/brief`).status).toBe(404);
    const [left, ...more] = pods(world, "brief");
    expect(more).toEqual([]);
    expect(left?.metadata.ownerReferences ?? []).toEqual([]);
    expect(left?.metadata.finalizers ?? []).toEqual([]);
  });

  it("is cleared away with its pods when its time is over", () => {
    const world = boot(1);
    const spec = { template: { spec: podSpec(["sh", "-c", "exit 0"]) }, ttlSecondsAfterFinished: 20 };
    create(world, "jobs", "Job", "brief", spec);
    ended(world, "brief");
    world.run(40 * SECOND);
    expect(world.get(`${BATCH}/jobs/brief`).status).toBe(404);
    expect(pods(world, "brief")).toEqual([]);
  });
});

describe("a CronJob", () => {
  it("runs over hours, keeps its history short, and takes its Jobs along when it goes", () => {
    const world = boot(1);
    const jobTemplate = { spec: { template: { spec: podSpec(["sh", "-c", "sleep 5"]) } } };
    create(world, "cronjobs", "CronJob", "tick", { schedule: "*/15 * * * *", jobTemplate });
    world.run(125 * MINUTE);
    const list = world.get(`${BATCH}/jobs`).body as unknown as { items: Job[] };
    expect(list.items.map((j) => j.metadata.annotations)).toEqual(
      ["01:30", "01:45", "02:00"].map((time) => ({
        "batch.kubernetes.io/cronjob-scheduled-timestamp": `2026-01-01T${time}:00Z`,
      })),
    );
    const { status } = world.get(`${BATCH}/cronjobs/tick`).body as unknown as CronJob;
    expect(status.lastScheduleTime).toBe("2026-01-01T02:00:00Z");
    expect(status.lastSuccessfulTime?.slice(0, 16)).toBe("2026-01-01T02:00");
    expect(status.active).toBeUndefined();
    world.request({ method: "DELETE", path: `${BATCH}/cronjobs/tick` });
    world.run(30 * SECOND);
    expect((world.get(`${BATCH}/jobs`).body as unknown as { items: Job[] }).items).toEqual([]);
    world.cluster.recorded.refresh();
    const left = [...world.cluster.recorded.pods.values()].filter((p) => p.metadata.namespace === "default");
    expect(left).toEqual([]);
  });
});
