import { describe, expect, it } from "vitest";
import type { Pod } from "../api/types";
import { SECOND } from "../kernel/time";
import { World } from "../testing/world";
import type { Answer } from "./workstation";

const BASE = "/apis/metrics.k8s.io/v1beta1";

interface Usage {
  readonly cpu: string;
  readonly memory: string;
}
interface Metrics {
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly window: string;
  readonly usage?: Usage;
  readonly containers?: readonly { readonly name: string; readonly usage: Usage }[];
}

const items = (answer: Answer): readonly Metrics[] => (answer.body as { items: readonly Metrics[] }).items;
const milli = (usage: Usage | undefined): number => Number(usage?.cpu.replace("n", "")) / 1e6;

describe("metrics.k8s.io", () => {
  const world = new World({ masters: 1, workers: 2, traffic: 0 });
  world.until("there are metrics of all nodes", () => {
    const answer = world.get(`${BASE}/nodes`);
    return answer.status === 200 && items(answer).length === 3;
  });
  world.run(40 * SECOND);
  const podMetrics = (query = "") => items(world.get(`${BASE}/namespaces/default/pods${query}`));

  it("is found by those who look for it", () => {
    const groups = (world.get("/apis").body as { groups: { name: string }[] }).groups;
    expect(groups.map((g) => g.name)).toContain("metrics.k8s.io");
    const accept = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
    const ask = (headers: Record<string, string>) =>
      world.request({ method: "GET", path: "/apis", headers: { accept, ...headers } });
    const all = ask({});
    expect((all.body as { items: { metadata: { name: string } }[] }).items.at(-1)).toMatchObject({
      metadata: { name: "metrics.k8s.io" },
      versions: [{ version: "v1beta1", freshness: "Current", resources: [{}, {}] }],
    });
    expect(ask({ "if-none-match": all.headers["etag"] ?? "" }).status).toBe(304);
    expect(world.get(BASE).body).toMatchObject({
      kind: "APIResourceList",
      groupVersion: "metrics.k8s.io/v1beta1",
    });
    expect(world.get("/apis/metrics.k8s.io").body).toMatchObject({
      kind: "APIGroup",
      name: "metrics.k8s.io",
    });
  });

  it("says of what its objects are made", () => {
    const { paths } = world.get("/openapi/v3").body as {
      paths: Record<string, { serverRelativeURL: string }>;
    };
    const document = world.get(paths["apis/metrics.k8s.io/v1beta1"]?.serverRelativeURL ?? "");
    const { paths: doors, components } = document.body as { paths: object; components: { schemas: object } };
    expect(Object.keys(doors)).toContain("/apis/metrics.k8s.io/v1beta1/namespaces/{namespace}/pods/{name}");
    for (const kind of ["NodeMetrics", "NodeMetricsList", "PodMetrics", "PodMetricsList"]) {
      expect(components.schemas).toHaveProperty([`io.k8s.metrics.pkg.apis.metrics.v1beta1.${kind}`]);
    }
  });

  it("tells what nodes and pods use, by container", () => {
    const nodes = items(world.get(`${BASE}/nodes`));
    expect(nodes.map((n) => n.metadata.name)).toEqual(["master-1", "worker-1", "worker-2"]);
    for (const node of nodes) expect(milli(node.usage)).toBeGreaterThan(30);
    const pods = podMetrics("?labelSelector=app%3Dweb");
    expect(pods).toHaveLength(3);
    for (const pod of pods) {
      expect(pod.containers?.[0]).toMatchObject({ name: "web", usage: { memory: `${24 * 1024}Ki` } });
      expect(pod.window).toMatch(/^1\d(\.\d+)?s$/);
    }
    expect(podMetrics("?labelSelector=app%3Dnone")).toEqual([]);
  });

  it("is a table for people", () => {
    const headers = { accept: "application/json;as=Table;v=v1;g=meta.k8s.io,application/json" };
    const table = world.request({ method: "GET", path: `${BASE}/nodes`, headers }).body as {
      columnDefinitions: { name: string }[];
      rows: { cells: unknown[] }[];
    };
    expect(table.columnDefinitions.map((c) => c.name)).toEqual(["Name", "cpu", "memory", "Window"]);
    expect(table.rows[0]?.cells[0]).toBe("master-1");
  });

  it("follows the load", () => {
    const before = Math.max(...podMetrics().map((p) => milli(p.containers?.[0]?.usage)));
    world.do({ type: "set-traffic", requestsPerSecond: 100 });
    world.run(60 * SECOND);
    const during = podMetrics().map((p) => milli(p.containers?.[0]?.usage));
    // 100 requests a second of 2 ms each are 200 millicores over all.
    expect(during.reduce((a, b) => a + b, 0)).toBeGreaterThan(170);
    expect(during.reduce((a, b) => a + b, 0)).toBeLessThan(230);
    expect(Math.min(...during)).toBeGreaterThan(10 * before);
    world.do({ type: "set-traffic", requestsPerSecond: 0 });
    world.run(60 * SECOND);
    expect(Math.max(...podMetrics().map((p) => milli(p.containers?.[0]?.usage)))).toBeLessThan(5);
  });

  it.each([
    ["nodes/nope", 404, 'nodemetrics.metrics.k8s.io "nope" not found'],
    ["namespaces/default/pods/nope", 404, 'pods "nope" not found'],
    ["things", 404, "the server could not find the requested resource"],
  ])("%s is refused", (path, code, message) => {
    expect(world.get(`${BASE}/${path}`)).toMatchObject({ status: code, body: { code, message } });
  });

  it("knows nothing yet of a young pod, and nothing of a node that does not answer", () => {
    world.scale("web", 4);
    const names = (): string[] => podMetrics().map((p) => p.metadata.name);
    const running = (): number =>
      (world.get("/api/v1/namespaces/default/pods").body as { items: Pod[] }).items.filter(
        (p) => p.status.phase === "Running",
      ).length;
    world.until("four run", () => running() === 4);
    expect(names()).toHaveLength(3);
    world.until("it is known", () => names().length === 4, 60 * SECOND);
    const server = (
      world.get("/api/v1/namespaces/kube-system/pods?labelSelector=k8s-app%3Dmetrics-server").body as {
        items: Pod[];
      }
    ).items[0] as Pod;
    const other = server.spec.nodeName === "worker-1" ? "worker-2" : "worker-1";
    world.do({ type: "power-off", host: other });
    world.run(40 * SECOND);
    expect(items(world.get(`${BASE}/nodes`)).map((n) => n.metadata.name)).not.toContain(other);
    world.do({ type: "power-on", host: other });
  });

  it("is unavailable when its server is not there", () => {
    world.patch("/apis/apps/v1/namespaces/kube-system/deployments/metrics-server/scale", {
      spec: { replicas: 0 },
    });
    world.until("it is gone", () => world.get(`${BASE}/nodes`).status === 503, 120 * SECOND);
    expect(world.get(`${BASE}/nodes`).body).toBe("service unavailable\n");
  });
});
