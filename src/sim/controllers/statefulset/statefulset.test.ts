import { beforeEach, describe, expect, it } from "vitest";
import { statefulSets } from "../../api/kinds/stateful-set";
import type { ControllerRevision, Event, Pod, StatefulSet } from "../../api/types";
import { podWorld, type PodWorld } from "../../testing/run-controllers";
import { statefulSetController } from "./statefulset-controller";

let world: PodWorld["world"];
let kubelet: PodWorld["kubelet"];
beforeEach(() => {
  ({ world, kubelet } = podWorld([statefulSetController]));
});

const template = (image: string) => ({
  metadata: { labels: { app: "db" } },
  spec: { containers: [{ name: "c", image }] },
});

function make(replicas: number, more: object = {}): void {
  const spec = {
    replicas,
    serviceName: "db",
    selector: { matchLabels: { app: "db" } },
    template: template("nginx:1"),
    ...more,
  };
  const metadata = { name: "db", namespace: "default" };
  world.api.create(statefulSets, { apiVersion: "apps/v1", kind: "StatefulSet", metadata, spec });
}

const set = (): StatefulSet => world.api.get<StatefulSet>("statefulsets", "default", "db")!;
const pods = (): Pod[] => world.api.all<Pod>("pods");
const names = (): string[] => pods().map((p) => p.metadata.name);
const pod = (n: number): Pod => world.api.get<Pod>("pods", "default", `db-${n}`)!;
const image = (n: number): string | undefined => pod(n).spec.containers[0]?.image;
const revisions = (): ControllerRevision[] => world.api.all<ControllerRevision>("controllerrevisions");
const change = (spec: object): void =>
  world.api.change("statefulsets", "default", "db", (s) => ({
    ...s,
    spec: { ...s.spec, ...spec },
    metadata: { ...s.metadata, generation: s.metadata.generation + 1 },
  }));
const messages = (): string[] =>
  world.api.all<Event>("events").map((e) => `${e.type} ${e.reason} ${e.message}`);

describe("StatefulSet controller", () => {
  it("makes one pod after the other, each with its name, number and revision", () => {
    make(3);
    world.run(1);
    expect(names()).toEqual(["db-0"]);
    world.run(5);
    expect(names()).toEqual(["db-0"]);
    kubelet.run(10);
    expect(names()).toEqual(["db-0", "db-1", "db-2"]);
    const [revision] = revisions();
    expect(pod(1).metadata.labels).toEqual({
      app: "db",
      "statefulset.kubernetes.io/pod-name": "db-1",
      "apps.kubernetes.io/pod-index": "1",
      "controller-revision-hash": revision?.metadata.name,
    });
    expect(pod(1).spec).toMatchObject({ hostname: "db-1", subdomain: "db" });
    expect(set().status).toEqual({
      observedGeneration: 1,
      replicas: 3,
      readyReplicas: 3,
      availableReplicas: 3,
      currentReplicas: 3,
      updatedReplicas: 3,
      currentRevision: revision?.metadata.name,
      updateRevision: revision?.metadata.name,
      collisionCount: 0,
    });
    expect(messages()[0]).toBe("Normal SuccessfulCreate create Pod db-0 in StatefulSet db successful");
  });

  it("makes all at once when its policy is Parallel", () => {
    make(3, { podManagementPolicy: "Parallel" });
    world.run(1);
    expect(names()).toEqual(["db-0", "db-1", "db-2"]);
  });

  it("counts from where its ordinals start", () => {
    make(2, { ordinals: { start: 5 } });
    kubelet.run(10);
    expect(names()).toEqual(["db-5", "db-6"]);
    change({ ordinals: { start: 6 } });
    kubelet.run(10);
    expect(names().toSorted()).toEqual(["db-6", "db-7"]);
  });

  it("scales down from the top, one pod after the other", () => {
    make(3);
    kubelet.run(10);
    kubelet.reap = false;
    change({ replicas: 1 });
    world.run(3);
    const leaving = (): string[] =>
      pods()
        .filter((p) => p.metadata.deletionTimestamp !== undefined)
        .map((p) => p.metadata.name);
    expect(leaving()).toEqual(["db-2"]);
    kubelet.reap = true;
    kubelet.run(5);
    expect(names()).toEqual(["db-0"]);
    expect(messages().at(-1)).toBe("Normal SuccessfulDelete delete Pod db-1 in StatefulSet db successful");
  });

  it("does not replace a pod that is terminating until it is gone", () => {
    make(2);
    kubelet.run(10);
    kubelet.reap = false;
    const { uid } = pod(0).metadata;
    world.api.delete("pods", "default", "db-0");
    kubelet.run(60);
    expect(pod(0).metadata.uid).toBe(uid);
    expect(names()).toEqual(["db-0", "db-1"]);
    kubelet.reap = true;
    kubelet.run(5);
    expect(pod(0).metadata.uid).not.toBe(uid);
  });

  it("recreates a failed pod under its name", () => {
    make(1);
    kubelet.run(5);
    const { uid } = pod(0).metadata;
    world.api.change("pods", "default", "db-0", (p) => ({ ...p, status: { phase: "Failed" } }));
    kubelet.run(5);
    expect(pod(0).metadata.uid).not.toBe(uid);
    expect(messages()).toContain(
      "Warning RecreatingFailedPod StatefulSet default/db is recreating failed Pod db-0",
    );
  });

  it("rolls out from the top, waits for each, and stops at the partition", () => {
    make(3, { updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: 1 } } });
    kubelet.run(10);
    const before = set().status.currentRevision;
    kubelet.healthy = (p) => p.metadata.name !== "db-2";
    change({ template: template("nginx:2") });
    kubelet.run(10);
    expect([image(0), image(1), image(2)]).toEqual(["nginx:1", "nginx:1", "nginx:2"]);
    kubelet.healthy = () => true;
    kubelet.run(10);
    expect([image(0), image(1), image(2)]).toEqual(["nginx:1", "nginx:2", "nginx:2"]);
    expect(set().status).toMatchObject({ currentRevision: before, currentReplicas: 1, updatedReplicas: 2 });
    world.api.delete("pods", "default", "db-0");
    kubelet.run(5);
    expect(image(0)).toBe("nginx:1");
    change({ updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: 0 } } });
    kubelet.run(10);
    expect(image(0)).toBe("nginx:2");
    expect(set().status.currentRevision).toBe(set().status.updateRevision);
    expect(set().status.currentRevision).not.toBe(before);
  });

  it("leaves old pods alone with OnDelete", () => {
    make(2, { updateStrategy: { type: "OnDelete" } });
    kubelet.run(10);
    change({ template: template("nginx:2") });
    kubelet.run(10);
    expect([image(0), image(1)]).toEqual(["nginx:1", "nginx:1"]);
    world.api.delete("pods", "default", "db-1");
    kubelet.run(5);
    expect([image(0), image(1)]).toEqual(["nginx:1", "nginx:2"]);
  });

  it("raises the old revision when the old template returns, and forgets the oldest", () => {
    make(1, { revisionHistoryLimit: 1 });
    kubelet.run(5);
    for (const tag of ["nginx:2", "nginx:1", "nginx:3", "nginx:4"]) {
      change({ template: template(tag) });
      kubelet.run(10);
    }
    expect(revisions().map((r) => r.revision)).toEqual([4, 5]);
    expect(image(0)).toBe("nginx:4");
  });

  it("waits for minReadySeconds between pods", () => {
    make(2, { minReadySeconds: 10 });
    kubelet.run(8);
    expect(names()).toEqual(["db-0"]);
    kubelet.run(8);
    expect(names()).toEqual(["db-0", "db-1"]);
  });

  it("takes over pods and history that were left behind, and touches none of them", () => {
    make(2);
    kubelet.run(10);
    const before = pods().map((p) => p.metadata.uid);
    const [revision] = revisions();
    world.api.remove("statefulsets", "default", "db");
    for (const [plural, list] of [
      ["pods", pods()],
      ["controllerrevisions", revisions()],
    ] as const) {
      for (const { metadata } of list) {
        const orphan = (o: Pod): Pod => ({ ...o, metadata: { ...o.metadata, ownerReferences: [] } });
        world.api.change(plural, "default", metadata.name, orphan);
      }
    }
    make(2);
    kubelet.run(10);
    expect(pods().map((p) => p.metadata.uid)).toEqual(before);
    expect(pod(0).metadata.ownerReferences?.[0]?.uid).toBe(set().metadata.uid);
    expect(revisions().map((r) => r.metadata.name)).toEqual([revision?.metadata.name]);
    expect(set().status).toMatchObject({ readyReplicas: 2, updatedReplicas: 2 });
  });

  it("never has more pods than it has numbers, however late its copy is", () => {
    world.kernel.network.setFault(world.master, world.node, { delay: 800_000 });
    make(3, { podManagementPolicy: "Parallel" });
    kubelet.run(30, () => expect(pods().length).toBeLessThanOrEqual(3));
    change({ template: template("nginx:2") });
    kubelet.run(90, () => {
      const away = [0, 1, 2].filter((n) => pod(n)?.status.phase !== "Running");
      expect(away.length).toBeLessThanOrEqual(1);
    });
    expect([image(0), image(1), image(2)]).toEqual(["nginx:2", "nginx:2", "nginx:2"]);
  });

  it("gives back the labels that make a pod what it is", () => {
    make(1);
    kubelet.run(5);
    world.api.change("pods", "default", "db-0", (p) => ({
      ...p,
      metadata: { ...p.metadata, labels: { app: "db" } },
    }));
    kubelet.run(3);
    expect(pod(0).metadata.labels).toMatchObject({ "apps.kubernetes.io/pod-index": "0" });
  });
});
