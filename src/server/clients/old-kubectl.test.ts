/** kubectl 1.30 asks in older ways: JSON bodies, no WatchList, HPAs of autoscaling/v1, nulls in templates. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HAVE_CLIENTS, type RunOptions } from "./programs";
import { openWorld, type World } from "./world";

describe.skipIf(!HAVE_CLIENTS)("kubectl 1.30 beside 1.35", () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld();
  }, 60_000);
  afterAll(() => world.close());

  const old = async (line: string, options?: RunOptions): Promise<string> => {
    const outcome = await world.home.kubectl(line.split(" "), options, "1.30");
    expect(outcome).toMatchObject({ code: 0 });
    return outcome.stdout;
  };

  it("sees the same tables", async () => {
    for (const line of ["get nodes -o wide", "get pods -A", "get all -A", "get events -A", "api-resources"]) {
      const now = await world.home.kubectl(line.split(" "));
      expect(await old(line), line).toBe(now.stdout);
    }
  });

  it("creates, rolls out, undoes to the very ReplicaSet it had, and deletes", async () => {
    expect(await old("create deployment a --image=nginx:1.28")).toBe("deployment.apps/a created\n");
    expect(await old("rollout status deployment/a")).toContain("successfully rolled out");
    const first = await old("get rs -l app=a -o name");
    await old("set image deployment/a nginx=nginx:1.29");
    await old("rollout status deployment/a");
    await old("rollout undo deployment/a");
    await old("rollout status deployment/a");
    const names = (await old("get rs -l app=a -o name")).trim().split("\n");
    expect(names).toHaveLength(2);
    expect(names).toContain(first.trim());
    expect(await old("delete deployment a")).toBe('deployment.apps "a" deleted\n');
  });

  it("describes and explains", async () => {
    expect(await old("describe node worker-1")).toContain("Allocated resources:");
    expect(await old("explain service.spec.clusterIP")).toContain("clusterIP");
  });

  it("autoscales by autoscaling/v1, which v2 reads", async () => {
    await old("create deployment b --image=nginx:1.28");
    await old("autoscale deployment b --min=1 --max=4 --cpu-percent=60");
    const path = "jsonpath={.spec.metrics[0].resource.target.averageUtilization}";
    const read = await world.home.kubectl(["get", "hpa.v2.autoscaling", "b", "-o", path]);
    expect(read).toMatchObject({ code: 0, stdout: "60" });
  });
});
