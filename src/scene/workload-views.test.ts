import { expect, it } from "vitest";
import { World } from "../sim/testing/world";
import { SECOND } from "../sim/kernel/time";
import { inspect } from "./inspect";
import { SceneBuilder } from "./scene-builder";
import type { WorkloadView } from "./types";

it("has rows for StatefulSets, DaemonSets and Jobs, with their pods", () => {
  const world = new World({ masters: 1, workers: 2, workload: "none" });
  const builder = new SceneBuilder(world.cluster);
  const rows = (): Readonly<Record<string, WorkloadView>> => builder.snapshot().workloads;
  const template = (name: string): object => ({
    metadata: { labels: { app: name } },
    spec: { containers: [{ name: "c", image: "nginx:1.27" }] },
  });
  const create = (path: string, kind: string, name: string, spec: object): void => {
    const apiVersion = path.startsWith("batch") ? "batch/v1" : "apps/v1";
    const body = { apiVersion, kind, metadata: { name }, spec };
    expect(world.request({ method: "POST", path: `/apis/${path}`, body }).status).toBe(201);
  };
  const apps = "apps/v1/namespaces/default";
  const selector = (app: string): object => ({ matchLabels: { app } });
  create(`${apps}/statefulsets`, "StatefulSet", "db", {
    replicas: 3,
    selector: selector("db"),
    template: template("db"),
  });
  create(`${apps}/daemonsets`, "DaemonSet", "log", { selector: selector("log"), template: template("log") });
  const command = ["sh", "-c", "sleep 60"];
  const containers = [{ name: "c", image: "busybox:1.37", command }];
  create("batch/v1/namespaces/default/jobs", "Job", "pi", {
    template: { spec: { restartPolicy: "Never", containers } },
  });
  world.run(30 * SECOND);
  expect(rows()["StatefulSet/default/db"]).toMatchObject({ want: 3, believedReady: 3, reallyReady: 3 });
  expect(rows()["StatefulSet/default/db"]?.pods).toHaveLength(3);
  expect(rows()["DaemonSet/default/log"]).toMatchObject({
    want: 2,
    believedReady: 2,
    images: ["nginx:1.27"],
  });
  expect(rows()["Job/default/pi"]).toMatchObject({ want: 1, believedReady: 1 });
  expect(inspect(world.cluster, { kind: "workload", id: "Job/default/pi" }).title).toContain("pi");
  world.run(60 * SECOND);
  expect(rows()["Job/default/pi"]).toMatchObject({ want: 0, believedReady: 0 });
});
