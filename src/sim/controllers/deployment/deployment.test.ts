import { beforeEach, describe, expect, it } from "vitest";
import { deployments } from "../../api/kinds/deployment";
import { replicaSets } from "../../api/kinds/replica-set";
import { podTemplateHash } from "../../api/names";
import { forbidden } from "../../api/status";
import type { Deployment, Event, Pod, ReplicaSet } from "../../api/types";
import { FakeKubelet } from "../../testing/fake-kubelet";
import { fakeWorld } from "../../testing/fake-world";
import { runControllers } from "../../testing/run-controllers";
import type { Engine } from "../engine";
import { replicaSetController } from "../replicaset";
import { deploymentController } from "./deployment-controller";
import { resolveFenceposts } from "./fenceposts";

let world: ReturnType<typeof fakeWorld>;
let kubelet: FakeKubelet;
let engine: Engine;

beforeEach(() => {
  world = fakeWorld();
  kubelet = new FakeKubelet(world.api);
  const controllers = runControllers(world, [replicaSetController, deploymentController]);
  world.run(1);
  engine = controllers[1]!.engine as Engine;
});

const image = (name: string) => ({
  metadata: { labels: { app: "web" } },
  spec: { containers: [{ name: "c", image: name }] },
});

function make(replicas: number, more: object = {}): void {
  const spec = { replicas, selector: { matchLabels: { app: "web" } }, template: image("v1"), ...more };
  const metadata = { name: "web", namespace: "default" };
  world.api.create(deployments, { apiVersion: "apps/v1", kind: "Deployment", metadata, spec });
}

/** Changes the spec as `kubectl edit` would. */
function edit(change: (spec: any) => object): void {
  world.api.change("deployments", "default", "web", (d) =>
    deployments.applyDefaults({
      ...d,
      spec: { ...d.spec, ...change(d.spec) },
      metadata: { ...d.metadata, generation: d.metadata.generation + 1 },
    }),
  );
}

const web = (): Deployment => world.api.get<Deployment>("deployments", "default", "web")!;
const sets = (): ReplicaSet[] => world.api.all<ReplicaSet>("replicasets");
const live = (): Pod[] =>
  world.api.all<Pod>("pods").filter((p) => p.metadata.deletionTimestamp === undefined);
const images = (): Record<string, number> => {
  const count: Record<string, number> = {};
  for (const p of live()) {
    const name = p.spec.containers[0]!.image!;
    count[name] = (count[name] ?? 0) + 1;
  }
  return count;
};
const ready = (): number =>
  live().filter((p) => p.status.conditions?.some((c) => c.status === "True")).length;
const conditionOf = (type: string) => web().status.conditions?.find((c) => c.type === type);
const scalings = (): string[] =>
  world.api
    .all<Event>("events")
    .filter((e) => e.reason === "ScalingReplicaSet")
    .map((e) => e.message!);

describe("a new Deployment", () => {
  it("gets a ReplicaSet named by the hash of its template", () => {
    make(3);
    kubelet.run(5);
    const hash = podTemplateHash(web().spec.template);
    expect(sets()).toHaveLength(1);
    const rs = sets()[0]!;
    expect(rs.metadata.name).toBe(`web-${hash}`);
    expect(rs.metadata.labels).toEqual({ app: "web", "pod-template-hash": hash });
    expect(rs.metadata.annotations).toEqual({
      "deployment.kubernetes.io/revision": "1",
      "deployment.kubernetes.io/desired-replicas": "3",
      "deployment.kubernetes.io/max-replicas": "4",
    });
    expect(web().metadata.annotations).toMatchObject({ "deployment.kubernetes.io/revision": "1" });
    expect(web().status).toMatchObject({
      observedGeneration: 1,
      replicas: 3,
      updatedReplicas: 3,
      readyReplicas: 3,
      availableReplicas: 3,
    });
    expect(conditionOf("Available")).toMatchObject({ status: "True", reason: "MinimumReplicasAvailable" });
    expect(conditionOf("Progressing")).toMatchObject({
      status: "True",
      reason: "NewReplicaSetAvailable",
      message: `ReplicaSet "web-${hash}" has successfully progressed.`,
    });
    expect(scalings()).toEqual([`Scaled up replica set web-${hash} from 0 to 3`]);
    expect(engine.lastDecision).toMatchObject({ key: "default/web", action: "nothing" });
  });

  it("tells why it cannot make a ReplicaSet", () => {
    world.api.refuse = (r, path) =>
      r.method === "POST" && path.resource === "replicasets"
        ? forbidden({ group: "apps", resource: "replicasets" }, "x", "no")
        : undefined;
    make(3);
    kubelet.run(2);
    expect(conditionOf("Progressing")).toMatchObject({ status: "False", reason: "ReplicaSetCreateError" });
    world.api.refuse = () => undefined;
    kubelet.run(60);
    expect(web().status.availableReplicas).toBe(3);
  });

  it("takes another name when the hash is taken", () => {
    const hash = podTemplateHash(deployments.applyDefaults(draft()).spec.template);
    world.api.create(replicaSets, {
      apiVersion: "apps/v1",
      kind: "ReplicaSet",
      metadata: { name: `web-${hash}`, namespace: "default", labels: { app: "other" } },
      spec: { replicas: 0, selector: { matchLabels: { app: "other" } }, template: image("v0") },
    });
    make(2);
    kubelet.run(8);
    expect(web().status.collisionCount).toBe(1);
    expect(sets().map((rs) => rs.metadata.name)).not.toEqual([`web-${hash}`, `web-${hash}`]);
    expect(images()).toEqual({ v1: 2 });
  });
});

const draft = () =>
  ({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "web", namespace: "default" },
    spec: { selector: { matchLabels: { app: "web" } }, template: image("v1") },
    status: {},
  }) as unknown as Deployment;

/** What a rolling update promises. */
function boundsOf(replicas: number, surge: number, unavailable: number): { most: number; fewest: number } {
  return { most: replicas + surge, fewest: replicas - unavailable };
}

describe("a rolling update", () => {
  it.each([
    [4, "25%", "25%"],
    [3, "25%", "25%"],
    [10, "25%", "25%"],
    [1, "25%", "25%"],
    [6, 0, 2],
    [6, 3, 0],
    [5, "100%", "100%"],
    [3, "0%", "1%"],
  ] as const)(
    "of %i with surge %s and unavailable %s stays within its bounds",
    (replicas, maxSurge, maxUnavailable) => {
      make(replicas, { strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge, maxUnavailable } } });
      kubelet.run(8);
      expect(ready()).toBe(replicas);
      const { surge, unavailable } = resolveFenceposts(maxSurge, maxUnavailable, replicas);
      const bounds = boundsOf(replicas, surge, unavailable);
      edit(() => ({ template: image("v2") }));
      kubelet.run(60, () => {
        expect(live().length).toBeLessThanOrEqual(bounds.most);
        expect(ready()).toBeGreaterThanOrEqual(bounds.fewest);
      });
      expect(images()).toEqual({ v2: replicas });
      expect(web().status).toMatchObject({ updatedReplicas: replicas, availableReplicas: replicas });
      expect(conditionOf("Progressing")?.reason).toBe("NewReplicaSetAvailable");
    },
  );

  it("makes upstream's steps", () => {
    make(4);
    kubelet.run(8);
    edit(() => ({ template: image("v2") }));
    kubelet.run(30);
    const steps = scalings().map((m) => m.replace(/web-\w+/, "rs").replace("replica set rs ", ""));
    expect(steps.slice(0, 4)).toEqual([
      "Scaled up from 0 to 4",
      "Scaled up from 0 to 1",
      "Scaled down from 4 to 3",
      "Scaled up from 1 to 2",
    ]);
  });

  it("stops when new pods do not come up, and says so after the deadline", () => {
    make(4, { progressDeadlineSeconds: 60 });
    kubelet.run(8);
    kubelet.healthy = (pod) => pod.spec.containers[0]!.image !== "bad";
    edit(() => ({ template: image("bad") }));
    kubelet.run(50);
    expect(images()).toEqual({ v1: 3, bad: 2 });
    expect(conditionOf("Progressing")).toMatchObject({ status: "True", reason: "ReplicaSetUpdated" });
    kubelet.run(40);
    expect(conditionOf("Progressing")).toMatchObject({ status: "False", reason: "ProgressDeadlineExceeded" });
    expect(conditionOf("Available")?.status).toBe("True");
  });

  it("goes back when the old template returns: the old ReplicaSet is the newest again", () => {
    make(4);
    kubelet.run(8);
    const first = sets()[0]!.metadata.name;
    kubelet.healthy = (pod) => pod.spec.containers[0]!.image !== "bad";
    edit(() => ({ template: image("bad") }));
    kubelet.run(10);
    edit(() => ({ template: image("v1") }));
    kubelet.run(30);
    expect(images()).toEqual({ v1: 4 });
    expect(sets()).toHaveLength(2);
    const again = sets().find((rs) => rs.metadata.name === first)!;
    expect(again.metadata.annotations).toMatchObject({
      "deployment.kubernetes.io/revision": "3",
      "deployment.kubernetes.io/revision-history": "1",
    });
  });

  it("obeys the old rollback annotation", () => {
    make(2);
    kubelet.run(8);
    edit(() => ({ template: image("v2") }));
    kubelet.run(20);
    world.api.change("deployments", "default", "web", (d) => ({
      ...d,
      metadata: {
        ...d.metadata,
        annotations: { ...d.metadata.annotations, "deprecated.deployment.rollback.to": "1" },
      },
    }));
    kubelet.run(30);
    expect(images()).toEqual({ v1: 2 });
    expect(web().metadata.annotations).not.toHaveProperty("deprecated.deployment.rollback.to");
  });

  it("keeps as many old ReplicaSets as history allows, the newest ones", () => {
    make(1, { revisionHistoryLimit: 2 });
    kubelet.run(8);
    for (let i = 2; i <= 6; i++) {
      edit(() => ({ template: image(`v${i}`) }));
      kubelet.run(15);
    }
    const kept = sets().map((rs) => rs.spec.template!.spec!.containers[0]!.image);
    expect(new Set(kept)).toEqual(new Set(["v4", "v5", "v6"]));
  });
});

describe("scaling", () => {
  it("touches only the newest ReplicaSet when nothing rolls", () => {
    make(2);
    kubelet.run(8);
    edit(() => ({ replicas: 5 }));
    kubelet.run(8);
    expect(images()).toEqual({ v1: 5 });
    expect(scalings().at(-1)).toMatch(/^Scaled up replica set web-\w+ from 2 to 5$/);
    edit(() => ({ replicas: 0 }));
    kubelet.run(8);
    expect(images()).toEqual({});
    expect(web().status.replicas ?? 0).toBe(0);
  });

  it("is shared out in the middle of an update", () => {
    make(10, { strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 3, maxUnavailable: 2 } } });
    kubelet.run(8);
    kubelet.healthy = (pod) => pod.spec.containers[0]!.image !== "bad";
    edit(() => ({ template: image("bad") }));
    kubelet.run(10);
    expect(images()).toEqual({ v1: 8, bad: 5 });
    edit(() => ({ replicas: 15 }));
    world.run(1);
    expect(images()).toEqual({ v1: 11, bad: 7 });
  });

  it("works while paused, but rolls nothing out", () => {
    make(2);
    kubelet.run(8);
    edit(() => ({ paused: true, template: image("v2") }));
    kubelet.run(8);
    expect(conditionOf("Progressing")).toMatchObject({ status: "Unknown", reason: "DeploymentPaused" });
    edit(() => ({ replicas: 3 }));
    kubelet.run(8);
    expect(images()).toEqual({ v1: 3 });
    edit(() => ({ paused: false }));
    kubelet.run(20);
    expect(images()).toEqual({ v2: 3 });
  });
});

it("recreates: no new pod before the last old one is gone", () => {
  make(3, { strategy: { type: "Recreate" } });
  kubelet.run(8);
  kubelet.reap = false;
  edit(() => ({ template: image("v2") }));
  kubelet.run(10);
  expect(live()).toHaveLength(0);
  expect(engine.lastDecision?.action).toBe("wait for old pods to end");
  kubelet.reap = true;
  kubelet.run(10);
  expect(images()).toEqual({ v2: 3 });
});

it("adopts ReplicaSets that match", () => {
  make(2);
  kubelet.run(8);
  const rs = sets()[0]!;
  world.api.change("replicasets", "default", rs.metadata.name, (o) => ({
    ...o,
    metadata: { ...o.metadata, ownerReferences: undefined },
  }));
  kubelet.run(3);
  expect(sets()[0]!.metadata.ownerReferences?.[0]?.name).toBe("web");
  expect(sets()).toHaveLength(1);
});
