import { beforeEach, describe, expect, it } from "vitest";
import type { Pod } from "../api/types";
import { MINUTE, SECOND } from "../kernel/time";
import { World } from "../testing/world";

/** StatefulSets and DaemonSets in a whole cluster: real scheduler, kubelets, network. */
let world: World;

const SETS = "/apis/apps/v1/namespaces/default";
const template = (app: string, image = "nginx:1.27") => ({
  metadata: { labels: { app } },
  spec: { terminationGracePeriodSeconds: 1, containers: [{ name: "c", image }] },
});

function create(plural: string, kind: string, name: string, spec: object): void {
  const body = {
    apiVersion: "apps/v1",
    kind,
    metadata: { name },
    spec: { selector: { matchLabels: { app: name } }, template: template(name), ...spec },
  };
  const answer = world.request({ method: "POST", path: `${SETS}/${plural}`, body });
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
}

function pods(app: string): Pod[] {
  world.cluster.recorded.refresh();
  return [...world.cluster.recorded.pods.values()].filter((p) => p.metadata.labels?.["app"] === app);
}

const isReady = (p: Pod): boolean =>
  p.metadata.deletionTimestamp === undefined &&
  p.status.conditions?.some((c) => c.type === "Ready" && c.status === "True") === true;
const ready = (app: string): Pod[] => pods(app).filter(isReady);
const nodesOf = (app: string): string[] =>
  ready(app)
    .map((p) => p.spec.nodeName ?? "")
    .toSorted();

beforeEach(() => {
  world = new World({ masters: 1, workers: 2, workload: "none" });
});

describe("a StatefulSet", () => {
  it("keeps the place of a pod whose node is silent, until the pod object is gone", () => {
    create("statefulsets", "StatefulSet", "db", { replicas: 2, serviceName: "db" });
    world.until("two pods", () => ready("db").length === 2);
    const first = pods("db").find((p) => p.metadata.name === "db-0")!;
    world.do({ type: "power-off", host: first.spec.nodeName ?? "" });
    const now = (): Pod | undefined => pods("db").find((p) => p.metadata.name === "db-0");
    world.until("it is evicted", () => now()?.metadata.deletionTimestamp !== undefined, 8 * MINUTE);
    world.run(2 * MINUTE);
    // Nobody can tell whether it still runs there: there are not two of it.
    expect(now()?.metadata.uid).toBe(first.metadata.uid);
    expect(pods("db")).toHaveLength(2);
    const forced = world.request({
      method: "DELETE",
      path: "/api/v1/namespaces/default/pods/db-0?gracePeriodSeconds=0",
    });
    expect(forced.status).toBe(200);
    world.until("db-0 runs elsewhere", () => ready("db").some((p) => p.metadata.name === "db-0"));
    expect(now()?.metadata.uid).not.toBe(first.metadata.uid);
    expect(now()?.spec.nodeName).not.toBe(first.spec.nodeName);
  });

  it("rolls out from the highest number down, and keeps both revisions", () => {
    create("statefulsets", "StatefulSet", "db", { replicas: 3, serviceName: "db" });
    world.until("three pods", () => ready("db").length === 3);
    const image = { spec: { template: template("db", "nginx:1.28") } };
    expect(world.patch(`${SETS}/statefulsets/db`, image).status).toBe(200);
    const order: string[] = [];
    world.until("all are new", () => {
      for (const p of pods("db")) {
        const { name } = p.metadata;
        if (p.spec.containers[0]?.image === "nginx:1.28" && !order.includes(name)) order.push(name);
      }
      return ready("db").filter((p) => p.spec.containers[0]?.image === "nginx:1.28").length === 3;
    });
    expect(order).toEqual(["db-2", "db-1", "db-0"]);
    const revisions = world.get(`${SETS}/controllerrevisions`).body as { items: { revision: number }[] };
    expect(revisions.items.map((r) => r.revision).toSorted((a, b) => a - b)).toEqual([1, 2]);
  });
});

describe("a DaemonSet", () => {
  it("runs on each worker, on one that joins, and stays on one that fails", () => {
    create("daemonsets", "DaemonSet", "log", {});
    world.until("a pod on each worker", () => ready("log").length === 2);
    expect(nodesOf("log")).toEqual(["worker-1", "worker-2"]);
    world.do({ type: "add-worker" });
    world.until("a pod on the new worker", () => nodesOf("log").includes("worker-3"));
    const before = pods("log").find((p) => p.spec.nodeName === "worker-1")!;
    world.do({ type: "power-off", host: "worker-1" });
    world.until("it is not ready", () => nodesOf("log").length === 2, 2 * MINUTE);
    world.run(7 * MINUTE);
    const still = pods("log").find((p) => p.spec.nodeName === "worker-1");
    expect(still?.metadata.uid).toBe(before.metadata.uid);
    expect(still?.metadata.deletionTimestamp).toBeUndefined();
    world.do({ type: "power-on", host: "worker-1" });
    world.until("it runs again", () => nodesOf("log").length === 3, 5 * MINUTE);
    expect(pods("log")).toHaveLength(3);
    world.run(10 * SECOND);
    const { body } = world.get(`${SETS}/daemonsets/log`);
    expect((body as { status: object }).status).toMatchObject({
      desiredNumberScheduled: 3,
      numberReady: 3,
      numberMisscheduled: 0,
    });
  });
});
