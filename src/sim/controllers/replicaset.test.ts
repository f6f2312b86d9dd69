import { beforeEach, describe, expect, it } from "vitest";
import { pods } from "../api/kinds/pod";
import { replicaSets } from "../api/kinds/replica-set";
import { forbidden } from "../api/status";
import type { Event, Pod, ReplicaSet } from "../api/types";
import { podWorld, type PodWorld } from "../testing/run-controllers";
import type { Decision, Engine } from "./engine";
import { replicaSetController, replicationController } from "./replicaset";
import { replicationControllers } from "../api/kinds/replication-controller";

let world: PodWorld["world"];
let kubelet: PodWorld["kubelet"];
let controllers: PodWorld["controllers"];
beforeEach(() => {
  ({ world, kubelet, controllers } = podWorld([replicaSetController, replicationController]));
});
const decision = (): Decision | undefined => (controllers[0]!.engine as Engine).lastDecision;

const template = {
  metadata: { labels: { app: "web" } },
  spec: { containers: [{ name: "c", image: "nginx" }] },
};

function makeSet(name: string, replicas: number, more: object = {}): ReplicaSet {
  const spec = { replicas, selector: { matchLabels: { app: "web" } }, template, ...more };
  const metadata = { name, namespace: "default" };
  return world.api.create(replicaSets, {
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    metadata,
    spec,
  }) as ReplicaSet;
}

const set = (): ReplicaSet => world.api.get<ReplicaSet>("replicasets", "default", "web")!;
const all = (): Pod[] => world.api.all<Pod>("pods");
const live = (): Pod[] => all().filter((p) => p.metadata.deletionTimestamp === undefined);
const scale = (replicas: number) =>
  world.api.change("replicasets", "default", "web", (rs) => ({
    ...rs,
    spec: { ...rs.spec, replicas },
    metadata: { ...rs.metadata, generation: rs.metadata.generation + 1 },
  }));
const messages = (): string[] =>
  world.api.all<Event>("events").map((e) => `${e.type} ${e.reason} ${e.message?.split("web-")[0]}`);

describe("ReplicaSet controller", () => {
  it("makes as many pods as wanted, named and owned as upstream does", () => {
    makeSet("web", 3);
    kubelet.run(5);
    expect(live()).toHaveLength(3);
    for (const pod of live()) {
      expect(pod.metadata.name).toMatch(/^web-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
      expect(pod.metadata.ownerReferences).toEqual([
        {
          apiVersion: "apps/v1",
          kind: "ReplicaSet",
          name: "web",
          uid: set().metadata.uid,
          controller: true,
          blockOwnerDeletion: true,
        },
      ]);
      expect(pod.metadata.labels).toEqual({ app: "web" });
    }
    expect(set().status).toMatchObject({
      replicas: 3,
      fullyLabeledReplicas: 3,
      readyReplicas: 3,
      availableReplicas: 3,
      observedGeneration: 1,
    });
    expect(messages()).toEqual(Array(3).fill("Normal SuccessfulCreate Created pod: "));
    expect(decision()).toMatchObject({
      key: "default/web",
      want: "3 pods",
      have: "3 pods",
      action: "nothing",
    });
  });

  it("replaces a pod as soon as it is being deleted", () => {
    makeSet("web", 3);
    kubelet.run(5);
    kubelet.reap = false;
    world.api.delete("pods", "default", live()[0]!.metadata.name);
    world.run(1);
    expect(all()).toHaveLength(4);
    expect(live()).toHaveLength(3);
  });

  it("replaces failed pods but leaves them lying", () => {
    makeSet("web", 2);
    kubelet.run(5);
    const { name } = live()[0]!.metadata;
    world.api.change("pods", "default", name, (p) => ({ ...p, status: { phase: "Failed" } }));
    kubelet.run(5);
    expect(all()).toHaveLength(3);
    expect(set().status.replicas).toBe(2);
  });

  it("deletes what is too much, pods that are not ready first", () => {
    makeSet("web", 4);
    kubelet.run(5);
    const victim = live()[2]!;
    kubelet.setReady(victim, false);
    scale(3);
    kubelet.run(3);
    expect(live()).toHaveLength(3);
    expect(live().map((p) => p.metadata.name)).not.toContain(victim.metadata.name);
    expect(messages().at(-1)).toBe("Normal SuccessfulDelete Deleted pod: ");
  });

  it("never makes more than wanted, however late its copy is", () => {
    makeSet("web", 5);
    world.kernel.network.setFault(world.master, world.node, { delay: 800_000 });
    for (let i = 0; i < 40; i++) {
      kubelet.run(1);
      expect(live().length).toBeLessThanOrEqual(5);
    }
    expect(live()).toHaveLength(5);
  });

  it("adopts pods without owner, and releases those whose labels change", () => {
    world.api.create(pods, {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "stray", namespace: "default", labels: { app: "web" } },
      spec: template.spec,
    });
    makeSet("web", 2);
    kubelet.run(5);
    expect(live()).toHaveLength(2);
    const stray = () => world.api.get<Pod>("pods", "default", "stray")!;
    expect(stray().metadata.ownerReferences?.[0]?.name).toBe("web");
    expect(set().status.replicas).toBe(2);
    world.api.change("pods", "default", "stray", (p) => ({
      ...p,
      metadata: { ...p.metadata, labels: { app: "debug" } },
    }));
    kubelet.run(5);
    expect(stray().metadata.ownerReferences ?? []).toEqual([]);
    expect(live()).toHaveLength(3);
    expect(set().status.replicas).toBe(2);
  });

  it("counts pods as available only after minReadySeconds", () => {
    makeSet("web", 2, { minReadySeconds: 10 });
    kubelet.run(6);
    expect(set().status).toMatchObject({ readyReplicas: 2 });
    expect(set().status.availableReplicas ?? 0).toBe(0);
    kubelet.run(12);
    expect(set().status.availableReplicas).toBe(2);
  });

  it("starts slowly when creations fail, says why, and recovers", () => {
    let posts = 0;
    world.api.refuse = (request, path) => {
      if (request.method !== "POST" || path.resource !== "pods") return undefined;
      posts++;
      return forbidden({ group: "", resource: "pods" }, "web-1", "exceeded quota");
    };
    makeSet("web", 100);
    world.run(0.004);
    expect(posts).toBeLessThan(4);
    world.run(10);
    expect(posts).toBeLessThan(15);
    expect(set().status.conditions).toMatchObject([
      { type: "ReplicaFailure", status: "True", reason: "FailedCreate" },
    ]);
    expect(messages()[0]).toMatch(/^Warning FailedCreate Error creating: pods "$/);
    world.api.refuse = () => undefined;
    kubelet.run(30);
    expect(live()).toHaveLength(100);
    expect(set().status.conditions ?? []).toEqual([]);
  });

  it("goes on after its process has lost the server for a while", () => {
    makeSet("web", 2);
    kubelet.run(5);
    world.stopServer();
    world.run(5);
    scale(4);
    world.startServer();
    kubelet.run(60);
    expect(live()).toHaveLength(4);
  });

  it("serves ReplicationControllers as well", () => {
    world.api.create(replicationControllers, {
      apiVersion: "v1",
      kind: "ReplicationController",
      metadata: { name: "old", namespace: "default" },
      spec: { replicas: 2, selector: { app: "web" }, template },
    });
    kubelet.run(5);
    expect(live().map((p) => p.metadata.ownerReferences?.[0]?.kind)).toEqual([
      "ReplicationController",
      "ReplicationController",
    ]);
    expect(world.api.get("replicationcontrollers", "default", "old").status.readyReplicas).toBe(2);
  });
});

it("keeps a thousand pods without walking over them for each", { timeout: 20_000 }, () => {
  makeSet("web", 1000);
  const start = process.cpuUsage().user;
  kubelet.run(20);
  const seconds = (process.cpuUsage().user - start) / 1e6;
  expect(live()).toHaveLength(1000);
  expect(set().status.readyReplicas).toBe(1000);
  expect(seconds).toBeLessThan(10);
});
