import { describe, expect, it } from "vitest";
import type { ApiList, Event, HorizontalPodAutoscaler } from "../api/types";
import { SECOND } from "../kernel/time";
import { World } from "../testing/world";

const HPAS = "/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers";
const JSON_HEADERS = { "content-type": "application/json" };

function autoscaler(name: string, spec: object = {}) {
  return {
    apiVersion: "autoscaling/v2",
    kind: "HorizontalPodAutoscaler",
    metadata: { name },
    spec: {
      scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "web" },
      maxReplicas: 8,
      metrics: [
        {
          type: "Resource",
          resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 50 } },
        },
      ],
      ...spec,
    },
  };
}

const create = (world: World, body: object, path = HPAS) =>
  world.request({ method: "POST", path, headers: JSON_HEADERS, body });

const get = (world: World, name = "web"): HorizontalPodAutoscaler =>
  world.get(`${HPAS}/${name}`).body as HorizontalPodAutoscaler;

const condition = (hpa: HorizontalPodAutoscaler, type: string) =>
  hpa.status.conditions?.find((c) => c.type === type);

const messages = (world: World, reason: string): string[] =>
  (world.get("/api/v1/namespaces/default/events").body as ApiList<Event>).items
    .filter((e) => e.reason === reason)
    .map((e) => e.message ?? "");

function replicas(world: World): number {
  const scale = world.get("/apis/apps/v1/namespaces/default/deployments/web/scale");
  return (scale.body as { spec: { replicas: number } }).spec.replicas;
}

describe("an autoscaler", () => {
  const world = new World({ masters: 1, workers: 3, traffic: 0 });

  it("says what it waits for while there are no metrics", () => {
    expect(create(world, autoscaler("web", { minReplicas: 2 })).status).toBe(201);
    expect(get(world).spec).toMatchObject({ minReplicas: 2 });
    world.until("it has looked", () => condition(get(world), "ScalingActive") !== undefined, 120 * SECOND);
    expect(condition(get(world), "AbleToScale")).toMatchObject({ status: "True" });
    expect(replicas(world)).toBe(3);
  });

  it("adds replicas under load, and takes them away five minutes after it", () => {
    world.until("it knows", () => condition(get(world), "ScalingActive")?.status === "True", 420 * SECOND);
    world.do({ type: "set-traffic", requestsPerSecond: 150 });
    world.until("scaled up", () => replicas(world) === 6, 180 * SECOND);
    world.run(60 * SECOND);
    const busy = get(world);
    expect(busy.status).toMatchObject({ currentReplicas: 6, desiredReplicas: 6 });
    const used = busy.status.currentMetrics?.[0]?.resource?.current.averageUtilization ?? 0;
    expect(used).toBeGreaterThan(44);
    expect(used).toBeLessThan(56);
    expect(messages(world, "SuccessfulRescale")).toContain(
      "New size: 6; reason: cpu resource utilization (percentage of request) above target",
    );
    world.do({ type: "set-traffic", requestsPerSecond: 0 });
    world.run(240 * SECOND);
    expect(replicas(world)).toBe(6);
    expect(condition(get(world), "AbleToScale")?.reason).toBe("ScaleDownStabilized");
    world.until("scaled down", () => replicas(world) === 2, 180 * SECOND);
    world.run(20 * SECOND);
    expect(messages(world, "SuccessfulRescale")).toContain("New size: 2; reason: All metrics below target");
    expect(condition(get(world), "ScalingLimited")).toMatchObject({
      status: "True",
      reason: "TooFewReplicas",
    });
  });

  it("is shown with its target, and by its older version too", () => {
    const headers = { accept: "application/json;as=Table;v=v1;g=meta.k8s.io,application/json" };
    const table = world.request({ method: "GET", path: HPAS, headers }).body as {
      rows: { cells: unknown[] }[];
    };
    expect(table.rows[0]?.cells.slice(0, 6)).toEqual([
      "web",
      "Deployment/web",
      expect.stringMatching(/^cpu: \d+%\/50%$/),
      "2",
      8,
      2,
    ]);
    const old = world.get(HPAS.replace("v2", "v1") + "/web").body;
    expect(old).toMatchObject({ apiVersion: "autoscaling/v1", spec: { targetCPUUtilizationPercentage: 50 } });
    const made = create(
      world,
      {
        apiVersion: "autoscaling/v1",
        kind: "HorizontalPodAutoscaler",
        metadata: { name: "old" },
        spec: {
          scaleTargetRef: { kind: "Deployment", name: "none", apiVersion: "apps/v1" },
          maxReplicas: 3,
          targetCPUUtilizationPercentage: 70,
        },
      },
      HPAS.replace("v2", "v1"),
    );
    expect(made).toMatchObject({
      status: 201,
      body: { apiVersion: "autoscaling/v1", spec: { minReplicas: 1 } },
    });
    expect(get(world, "old").spec.metrics).toEqual([
      {
        type: "Resource",
        resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 70 } },
      },
    ]);
  });

  it("of nothing says so", () => {
    world.run(20 * SECOND);
    expect(condition(get(world, "old"), "AbleToScale")).toMatchObject({
      status: "False",
      reason: "FailedGetScale",
      message:
        'the HPA controller was unable to get the target\'s current scale: deployments.apps "none" not found',
    });
  });

  it.each([
    [{ maxReplicas: 0 }, "spec.maxReplicas: Invalid value: 0: must be greater than 0"],
    [
      { minReplicas: 9 },
      "spec.maxReplicas: Invalid value: 8: must be greater than or equal to `minReplicas`",
    ],
    [{ minReplicas: 0 }, "spec.minReplicas: Invalid value: 0: must be greater than or equal to 1"],
    [
      { metrics: [{ type: "Resource", resource: { name: "cpu", target: { type: "Utilization" } } }] },
      "spec.metrics[0].resource.target.averageUtilization: Required value: must set either a target",
    ],
    [{ metrics: [{ type: "Magic" }] }, 'spec.metrics[0].type: Unsupported value: "Magic"'],
  ])("%j is refused", (spec, message) => {
    const answer = create(world, autoscaler("bad", spec));
    expect(answer.status).toBe(422);
    expect((answer.body as { message: string }).message).toContain(message);
  });
});
