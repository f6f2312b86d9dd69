/** Budgets and evictions with a real API server, scheduler and kubelets. */
import { beforeEach, describe, expect, it } from "vitest";
import type { ApiList, Pod, PodDisruptionBudget, Status } from "../api/types";
import { SECOND } from "../kernel/time";
import type { Answer } from "../cluster/workstation";
import { World } from "../testing/world";

const CORE = "/api/v1/namespaces/default";
const APPS = "/apis/apps/v1/namespaces/default";
const BUDGETS = "/apis/policy/v1/namespaces/default/poddisruptionbudgets";

let world: World;

beforeEach(() => {
  world = new World({ masters: 1, workers: 2, cloud: false, workload: "none" });
});

function post(path: string, body: object): Answer {
  return world.request({ method: "POST", path, headers: { "content-type": "application/json" }, body });
}

function deploy(replicas: number): void {
  const labels = { app: "web" };
  const containers = [{ name: "web", image: "kubarium/web:1.0" }];
  const template = { metadata: { labels }, spec: { containers, terminationGracePeriodSeconds: 5 } };
  const spec = { replicas, selector: { matchLabels: labels }, template };
  post(`${APPS}/deployments`, { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "web" }, spec });
}

function budget(spec: object): void {
  const whole = { selector: { matchLabels: { app: "web" } }, ...spec };
  const made = {
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    metadata: { name: "web" },
    spec: whole,
  };
  expect(post(BUDGETS, made).status).toBe(201);
}

function status(): PodDisruptionBudget["status"] {
  return (world.get(`${BUDGETS}/web`).body as PodDisruptionBudget).status;
}

function running(): Pod[] {
  const list = world.get(`${CORE}/pods`).body as ApiList<Pod>;
  return list.items.filter(
    (pod) =>
      pod.metadata.deletionTimestamp === undefined &&
      pod.status.conditions?.some((c) => c.type === "Ready" && c.status === "True") === true,
  );
}

function evict(name: string): Answer {
  const body = { apiVersion: "policy/v1", kind: "Eviction", metadata: { name, namespace: "default" } };
  return post(`${CORE}/pods/${name}/eviction`, body);
}

describe("the status of a budget", () => {
  it.each<[string, object, Partial<PodDisruptionBudget["status"]>]>([
    ["a number of pods", { minAvailable: 3 }, { desiredHealthy: 3, expectedPods: 4, disruptionsAllowed: 1 }],
    ["a share of pods", { minAvailable: "60%" }, { desiredHealthy: 3, disruptionsAllowed: 1 }],
    ["a number that may fail", { maxUnavailable: 3 }, { desiredHealthy: 1, disruptionsAllowed: 3 }],
    // 30 % of 4 is 1.2: rounded up.
    ["a share that may fail", { maxUnavailable: "30%" }, { desiredHealthy: 2, disruptionsAllowed: 2 }],
  ])("counts %s", (_what, spec, wanted) => {
    deploy(4);
    budget(spec);
    world.until("four ready pods", () => running().length === 4);
    world.run(2 * SECOND);
    expect(status()).toMatchObject({ currentHealthy: 4, ...wanted });
    const conditions = [{ type: "DisruptionAllowed", status: "True", reason: "SufficientPods" }];
    expect(status()).toMatchObject({ conditions });
  });

  it("allows nothing where no pod matches", () => {
    budget({ minAvailable: 0 });
    world.run(5 * SECOND);
    expect(status()).toMatchObject({ expectedPods: 0, disruptionsAllowed: 0, observedGeneration: 1 });
  });
});

describe("evictions", () => {
  it("spend what the budget allows, and get it back when a replacement is ready", () => {
    deploy(2);
    budget({ minAvailable: 1 });
    world.until("two ready pods", () => running().length === 2);
    world.until("one disruption allowed", () => status().disruptionsAllowed === 1);
    const [first, second] = running().map((pod) => pod.metadata.name);
    expect(evict(first as string).status).toBe(201);
    const refused = evict(second as string);
    expect(refused.status).toBe(429);
    expect((refused.body as Status).message).toBe(
      "Cannot evict pod as it would violate the pod's disruption budget.",
    );
    world.until("a replacement", () => running().length === 2 && status().disruptionsAllowed === 1);
    expect(evict(second as string).status).toBe(201);
  });

  it("cannot be counted for pods that nobody owns", () => {
    const containers = [{ name: "web", image: "kubarium/web:1.0" }];
    const metadata = { name: "alone", labels: { app: "web" } };
    post(`${CORE}/pods`, { apiVersion: "v1", kind: "Pod", metadata, spec: { containers } });
    budget({ maxUnavailable: 1 });
    world.until("a ready pod", () => running().length === 1);
    world.run(2 * SECOND);
    expect(status()).toMatchObject({ expectedPods: 0, disruptionsAllowed: 0 });
  });
});
