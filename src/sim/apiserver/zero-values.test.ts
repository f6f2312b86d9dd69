import { describe, expect, it } from "vitest";
import type { ApiObject, Node } from "../api/types";
import { MERGE } from "../testing/api-samples";
import { ApiWorld } from "../testing/api-world";

const CORE = "/api/v1/namespaces/default";
const POD = { containers: [{ name: "c", image: "nginx:1" }], restartPolicy: "Never" };
const CLAIM = { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } };

describe("what Go writes even if nothing is in it, and leaves out if it is empty", () => {
  const world = new ApiWorld();

  it.each<[string, string, object, object]>([
    [
      "a Job's template",
      "/apis/batch/v1/namespaces/default/cronjobs",
      { spec: { schedule: "* * * * *", jobTemplate: { spec: { template: { spec: POD } } } } },
      { spec: { jobTemplate: { metadata: {}, spec: { template: { metadata: {} } } } } },
    ],
    ["a pod's template", `${CORE}/podtemplates`, { template: { spec: POD } }, { template: { metadata: {} } }],
    [
      "an event",
      `${CORE}/events`,
      { involvedObject: { kind: "Pod", name: "p", namespace: "default" } },
      { source: {}, reportingComponent: "", reportingInstance: "" },
    ],
    ["a Service", `${CORE}/services`, { spec: { ports: [{ port: 1 }] } }, { status: { loadBalancer: {} } }],
    ["a claim", `${CORE}/persistentvolumeclaims`, { spec: CLAIM }, { status: { phase: "Pending" } }],
    [
      "a policy",
      "/apis/networking.k8s.io/v1/namespaces/default/networkpolicies",
      { spec: {} },
      { spec: { podSelector: {} } },
    ],
  ])("%s", (_what, path, body, expected) => {
    const made = world.create(path, { metadata: { name: "zero" }, ...body });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject(expected);
    const before = (made.body as ApiObject).metadata.resourceVersion;
    // Saying so oneself changes nothing.
    const headers = MERGE;
    const again = world.request("PATCH", `${path}/zero`, { headers, body: expected });
    expect((again.body as ApiObject).metadata.resourceVersion).toBe(before);
  });

  it("metadata without maps and lists that are empty", () => {
    const metadata = { name: "meta", labels: {}, annotations: {}, ownerReferences: [], finalizers: [] };
    const made = world.create(`${CORE}/configmaps`, { metadata }).body as ApiObject;
    for (const name of Object.keys(metadata).slice(1)) expect(made.metadata).not.toHaveProperty(name);
    const change = (op: string, value?: string) =>
      world.request("PATCH", `${CORE}/configmaps/meta`, {
        headers: MERGE,
        body: { metadata: { labels: { [op]: value ?? null } } },
      }).body as ApiObject;
    expect(change("a", "b").metadata.labels).toEqual({ a: "b" });
    expect(change("a").metadata).not.toHaveProperty("labels");
  });

  it("a node without an empty list of taints", () => {
    world.create("/api/v1/nodes", { metadata: { name: "n" } });
    const headers = MERGE;
    const { body } = world.request("PATCH", "/api/v1/nodes/n", { headers, body: { spec: { taints: [] } } });
    expect(body).toMatchObject({ kind: "Node", spec: {} });
    expect((body as Node).spec).not.toHaveProperty("taints");
  });
});
