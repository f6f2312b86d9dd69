import { beforeEach, describe, expect, it } from "vitest";
import { jobs } from "../../api/kinds/job";
import { formatTime } from "../../api/time";
import type { Event, Job, Pod } from "../../api/types";
import { podWorld, type PodWorld } from "../../testing/run-controllers";
import { jobController } from "./job-controller";
import { TRACKING } from "./pods";

let world: PodWorld["world"];
let kubelet: PodWorld["kubelet"];
beforeEach(() => {
  ({ world, kubelet } = podWorld([jobController]));
});

function make(more: object = {}): void {
  const template = { spec: { restartPolicy: "Never", containers: [{ name: "c", image: "busybox" }] } };
  const metadata = { name: "pi", namespace: "default" };
  world.api.create(jobs, { apiVersion: "batch/v1", kind: "Job", metadata, spec: { template, ...more } });
}

const job = (): Job => world.api.get<Job>("jobs", "default", "pi")!;
const pods = (): Pod[] => world.api.all<Pod>("pods");
const running = (): Pod[] => pods().filter((p) => p.status.phase === "Running");
const conditions = (): string[] =>
  (job().status.conditions ?? []).map((c) => `${c.type}=${c.status} ${c.reason}`);
const events = (): string[] =>
  world.api.all<Event>("events").map((e) => `${e.type} ${e.reason} ${e.message}`.replace(/pi-\S+/, "pi-*"));

/** Ends a pod's container. */
function end(pod: Pod, exitCode: number): void {
  const finishedAt = formatTime(world.kernel.now);
  const phase = exitCode === 0 ? "Succeeded" : "Failed";
  const state = { terminated: { exitCode, finishedAt } };
  world.api.change("pods", "default", pod.metadata.name, (p) => ({
    ...p,
    status: { phase, containerStatuses: [{ name: "c", state, restartCount: 0 }] },
  }));
}

function change(spec: object): void {
  world.api.change("jobs", "default", "pi", (j) => ({
    ...j,
    spec: { ...j.spec, ...spec },
    metadata: { ...j.metadata, generation: j.metadata.generation + 1 },
  }));
}

const indexes = (list: readonly Pod[]): string[] =>
  list
    .map((p) => p.metadata.annotations?.["batch.kubernetes.io/job-completion-index"] ?? "")
    .toSorted((a, b) => (a < b ? -1 : 1));

describe("Job controller", () => {
  it("runs one pod, counts it once, lets it go, and is complete", () => {
    make();
    kubelet.run(4);
    expect(job().status).toMatchObject({ active: 1, ready: 1, terminating: 0, uncountedTerminatedPods: {} });
    expect(running()[0]?.metadata.finalizers).toEqual([TRACKING]);
    end(running()[0]!, 0);
    kubelet.run(4);
    expect(job().status).toMatchObject({ succeeded: 1, ready: 0, uncountedTerminatedPods: {} });
    expect(job().status.active).toBeUndefined();
    expect(job().status.completionTime).toBeDefined();
    expect(conditions()).toEqual([
      "SuccessCriteriaMet=True CompletionsReached",
      "Complete=True CompletionsReached",
    ]);
    expect(pods()[0]?.metadata.finalizers ?? []).toEqual([]);
    expect(events()).toEqual(["Normal SuccessfulCreate Created pod: pi-*", "Normal Completed Job completed"]);
  });

  it("keeps to parallelism until the completions are there", () => {
    make({ completions: 5, parallelism: 2 });
    for (let i = 0; i < 12; i++) {
      kubelet.run(2);
      expect(running().length).toBeLessThanOrEqual(2);
      if (running().length > 0) end(running()[0]!, 0);
    }
    kubelet.run(4);
    expect(job().status.succeeded).toBe(5);
    expect(pods()).toHaveLength(5);
    expect(conditions().at(-1)).toBe("Complete=True CompletionsReached");
  });

  it("takes the first success of a work queue as the end of the work", () => {
    make({ parallelism: 3 });
    kubelet.run(4);
    end(running()[0]!, 0);
    kubelet.run(4);
    expect(running()).toHaveLength(2);
    for (const pod of running()) end(pod, 0);
    kubelet.run(4);
    expect(pods()).toHaveLength(3);
    expect(conditions().at(-1)).toBe("Complete=True CompletionsReached");
  });

  it("replaces failed pods after 10 s, 20 s, 40 s, then gives up", () => {
    make({ backoffLimit: 3 });
    const births: number[] = [];
    const seen = new Set<string>();
    kubelet.run(120, () => {
      for (const pod of running()) {
        if (!seen.has(pod.metadata.uid)) births.push(Math.round(world.kernel.now / 1e6));
        seen.add(pod.metadata.uid);
        end(pod, 1);
      }
    });
    const gaps = births.slice(1).map((at, i) => at - births[i]!);
    expect(gaps).toHaveLength(3);
    for (const [i, least] of [10, 20, 40].entries()) {
      expect(gaps[i]).toBeGreaterThanOrEqual(least);
      expect(gaps[i]).toBeLessThan(least + 5);
    }
    expect(job().status.failed).toBe(4);
    expect(conditions()).toEqual([
      "FailureTarget=True BackoffLimitExceeded",
      "Failed=True BackoffLimitExceeded",
    ]);
    expect(events().at(-1)).toBe("Warning BackoffLimitExceeded Job has reached the specified backoff limit");
  });

  it("stops its pods at the deadline, and has failed when they are gone", () => {
    make({ activeDeadlineSeconds: 10, parallelism: 2 });
    kubelet.reap = false;
    kubelet.run(15);
    expect(conditions()).toEqual(["FailureTarget=True DeadlineExceeded"]);
    expect(pods().every((p) => p.metadata.deletionTimestamp !== undefined)).toBe(true);
    kubelet.reap = true;
    kubelet.run(5);
    expect(conditions()).toEqual(["FailureTarget=True DeadlineExceeded", "Failed=True DeadlineExceeded"]);
    expect(job().status).toMatchObject({ failed: 2 });
  });

  it("suspends and resumes; the pods that it stops are no failures", () => {
    make({ suspend: true });
    kubelet.run(4);
    expect(pods()).toEqual([]);
    expect(conditions()).toEqual(["Suspended=True JobSuspended"]);
    change({ suspend: false });
    kubelet.run(4);
    expect(running()).toHaveLength(1);
    expect(conditions()).toEqual(["Suspended=False JobResumed"]);
    change({ suspend: true });
    kubelet.run(5);
    expect(pods()).toEqual([]);
    expect(job().status.failed).toBeUndefined();
    expect(job().status.startTime).toBeUndefined();
    expect(events()).toContain("Normal Resumed Job resumed");
  });

  it("gives each pod of an indexed Job its index, and writes down which are done", () => {
    make({ completionMode: "Indexed", completions: 4, parallelism: 3 });
    kubelet.run(4);
    expect(indexes(running())).toEqual(["0", "1", "2"]);
    const second = running().find((p) => p.metadata.name.startsWith("pi-1-"))!;
    expect(second.spec.hostname).toBe("pi-1");
    expect(second.spec.containers[0]?.env).toEqual([
      {
        name: "JOB_COMPLETION_INDEX",
        valueFrom: {
          fieldRef: {
            apiVersion: "v1",
            fieldPath: "metadata.labels['batch.kubernetes.io/job-completion-index']",
          },
        },
      },
    ]);
    for (const pod of running()) if (pod !== second) end(pod, 0);
    kubelet.run(4);
    expect(job().status).toMatchObject({ succeeded: 2, completedIndexes: "0,2" });
    end(second, 1);
    kubelet.run(2);
    expect(indexes(running())).toEqual(["3"]);
    kubelet.run(12);
    expect(indexes(running())).toEqual(["1", "3"]);
    for (const pod of running()) end(pod, 0);
    kubelet.run(4);
    expect(job().status).toMatchObject({ succeeded: 4, failed: 1, completedIndexes: "0-3" });
  });

  it("gives up an index that failed too often, and goes on with the others", () => {
    make({ completionMode: "Indexed", completions: 2, parallelism: 2, backoffLimitPerIndex: 1 });
    kubelet.run(60, () => {
      for (const pod of running()) end(pod, pod.metadata.name.startsWith("pi-0-") ? 1 : 0);
    });
    expect(job().status).toMatchObject({
      succeeded: 1,
      failed: 2,
      completedIndexes: "1",
      failedIndexes: "0",
    });
    expect(conditions().at(-1)).toBe("Failed=True FailedIndexes");
  });

  it("judges failures by its policy", () => {
    const values = [42];
    const podFailurePolicy = {
      rules: [
        { action: "Ignore", onExitCodes: { operator: "In", values: [7] } },
        { action: "FailJob", onExitCodes: { operator: "In", values } },
      ],
    };
    make({ podFailurePolicy, backoffLimit: 0 });
    kubelet.run(4);
    end(running()[0]!, 7);
    kubelet.run(15);
    expect(job().status.failed).toBeUndefined();
    const { name } = running()[0]!.metadata;
    end(running()[0]!, 42);
    kubelet.run(5);
    expect(job().status.conditions?.at(-1)).toMatchObject({
      type: "Failed",
      reason: "PodFailurePolicy",
      message: `Container c for pod default/${name} failed with exit code 42 matching FailJob rule at index 1`,
    });
  });

  it("is done when its success policy says so, and stops the rest", () => {
    const successPolicy = { rules: [{ succeededIndexes: "0-1", succeededCount: 1 }] };
    make({ completionMode: "Indexed", completions: 3, parallelism: 3, successPolicy });
    kubelet.run(4);
    end(
      running().find((p) => p.metadata.name.startsWith("pi-1-"))!,
      0,
    );
    kubelet.run(6);
    expect(conditions()).toEqual(["SuccessCriteriaMet=True SuccessPolicy", "Complete=True SuccessPolicy"]);
    expect(running()).toEqual([]);
  });

  it("counts a pod that was deleted as failed, and replaces it", () => {
    make();
    kubelet.run(4);
    const { uid, name } = running()[0]!.metadata;
    world.api.delete("pods", "default", name);
    kubelet.run(20);
    expect(job().status).toMatchObject({ failed: 1, active: 1 });
    expect(running()[0]?.metadata.uid).not.toBe(uid);
  });

  it("counts nobody twice, however late its copies are", () => {
    make({ completions: 6, parallelism: 3 });
    world.kernel.network.setFault(world.master, world.node, { delay: 900_000 });
    let succeeded = 0;
    kubelet.run(90, () => {
      for (const pod of running()) end(pod, 0);
      succeeded = Math.max(succeeded, job().status.succeeded ?? 0);
    });
    expect(job().status.succeeded).toBe(6);
    expect(pods().filter((p) => p.status.phase === "Succeeded")).toHaveLength(6);
    expect(succeeded).toBe(6);
  });

  it("lets its pods go when it is deleted", () => {
    make();
    kubelet.run(4);
    world.api.delete("jobs", "default", "pi");
    kubelet.run(4);
    expect(pods()[0]?.metadata.finalizers ?? []).toEqual([]);
  });
});
