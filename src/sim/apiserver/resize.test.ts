import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { ApiObject, Pod, Status } from "../api/types";
import { ApiWorld } from "../testing/api-world";

const BASE = "/api/v1/namespaces/default";
const PODS = `${BASE}/pods`;
const STRATEGIC = "application/strategic-merge-patch+json";
const BURSTABLE = { requests: { cpu: "100m", memory: "64Mi" }, limits: { cpu: "200m", memory: "128Mi" } };
const GUARANTEED = { requests: { cpu: "100m", memory: "64Mi" }, limits: { cpu: "100m", memory: "64Mi" } };

let world: ApiWorld;
beforeAll(() => {
  world = new ApiWorld();
  world.create(`${BASE}/serviceaccounts`, { metadata: { name: "default" } });
});

let pod: string;
let count = 0;
beforeEach(() => {
  pod = `p${++count}`;
});

function create(resources: object = BURSTABLE, spec: object = {}, metadata: object = {}): void {
  const sidecar = { name: "side", image: "busybox", restartPolicy: "Always", resources: BURSTABLE };
  const once = { name: "once", image: "busybox", resources: BURSTABLE };
  const containers = [{ name: "a", image: "nginx:1", resources }];
  const whole = { nodeName: "n", containers, initContainers: [sidecar, once], ...spec };
  expect(world.create(PODS, { metadata: { name: pod, ...metadata }, spec: whole }).status).toBe(201);
}

function patch(body: object, path = `${PODS}/${pod}/resize`, type = STRATEGIC, query = {}) {
  return world.request("PATCH", path, { headers: { "content-type": type }, body, query });
}

function resize(resources: object, list = "containers", name = "a", more: object = {}) {
  return patch({ spec: { [list]: [{ name, resources, ...more }] } });
}

function put(body: object) {
  return world.request("PUT", `${PODS}/${pod}/resize`, { body: { metadata: { name: pod }, ...body } });
}

const NONE = "spec.containers: Forbidden: containers may not be added or removed on resize";

describe("a resize", () => {
  it("changes resources and nothing else, and counts as a new generation", () => {
    create();
    const body = {
      metadata: { labels: { x: "y" } },
      spec: { hostname: "h", containers: [{ name: "a", image: "b", resources: { limits: { cpu: "0.5" } } }] },
    };
    const answer = patch(body);
    expect(answer.status).toBe(200);
    const { metadata, spec, status } = answer.body as Pod;
    expect(metadata).toMatchObject({ generation: 2 });
    expect(metadata.labels).toBeUndefined();
    expect(spec.hostname).toBeUndefined();
    expect(spec.containers[0]).toMatchObject({
      image: "nginx:1",
      resources: { ...BURSTABLE, limits: { cpu: "500m", memory: "128Mi" } },
    });
    expect(status).toMatchObject({ phase: "Pending", qosClass: "Burstable" });
    expect(world.get(`${PODS}/${pod}/resize`).body).toEqual(answer.body);
    expect((resize({ limits: { cpu: "500m" } }).body as Pod).metadata.generation).toBe(2);
    const put = world.request("PUT", `${PODS}/${pod}/resize`, { body: { ...(answer.body as ApiObject) } });
    expect(put.status).toBe(200);
  });

  it.each<[string, string]>([
    ["Update", STRATEGIC],
    ["Apply", "application/apply-patch+yaml"],
  ])("is noted as what its manager did (%s)", (operation, type) => {
    create();
    const containers = [{ name: "a", image: "nginx:1", resources: { limits: { cpu: "300m" } } }];
    const metadata = { name: pod, labels: { of: "somebody" } };
    const body = { apiVersion: "v1", kind: "Pod", metadata, spec: { containers } };
    const force = operation === "Apply" ? { force: "true" } : {};
    const answer = patch(body, undefined, type, { fieldManager: "me", ...force });
    expect(answer.status).toBe(200);
    const { managedFields = [], labels } = (answer.body as Pod).metadata;
    expect(labels).toBeUndefined();
    expect(managedFields.find(({ manager }) => manager === "me")).toMatchObject({
      operation,
      subresource: "resize",
      fieldsV1: {
        "f:spec": {
          "f:containers": { 'k:{"name":"a"}': { "f:resources": { "f:limits": { "f:cpu": {} } } } },
        },
      },
    });
  });

  it.each<[string, () => void, () => { body: unknown }, string]>([
    [
      "another class",
      () => create(GUARANTEED, { initContainers: [] }),
      () => resize({ limits: { cpu: "200m" } }),
      'spec: Invalid value: "Guaranteed": Pod QOS Class may not change as a result of resizing',
    ],
    [
      "what has no requests",
      () => create({}, { initContainers: [] }),
      () => resize({ requests: { cpu: "1" } }),
      'spec: Invalid value: "BestEffort": Pod QOS Class may not change as a result of resizing',
    ],
    [
      "a request taken away",
      () => create({ requests: { cpu: "1", memory: "1Gi" } }),
      () => resize({ requests: { memory: null } }),
      "spec.containers[0].resources.requests: Forbidden: resource requests cannot be removed",
    ],
    [
      "a limit taken away",
      create,
      () => resize({ limits: { cpu: null } }),
      "spec.containers[0].resources.limits: Forbidden: resource limits cannot be removed",
    ],
    [
      "more than its limit",
      create,
      () => resize({ requests: { cpu: "300m" } }),
      'spec.containers[0].resources.requests: Invalid value: "300m": must be less than or equal to cpu limit of 200m',
    ],
    [
      "another resource",
      create,
      () => resize({ requests: { "ephemeral-storage": "1Gi" } }),
      "spec: Forbidden: only cpu and memory resources are mutable",
    ],
    [
      "another policy",
      create,
      () =>
        resize({}, "containers", "a", {
          resizePolicy: [{ resourceName: "cpu", restartPolicy: "NotRequired" }],
        }),
      "spec: Forbidden: only cpu and memory resources are mutable",
    ],
    [
      "another resource of a sidecar",
      create,
      () => resize({ requests: { "ephemeral-storage": "1Gi" } }, "initContainers", "side"),
      "spec: Forbidden: only cpu and memory resources for sidecar containers are mutable",
    ],
    [
      "an init container",
      create,
      () => resize({ requests: { cpu: "150m" } }, "initContainers", "once"),
      "spec: Forbidden: resources for non-sidecar init containers are immutable",
    ],
    [
      "one container more",
      create,
      () => resize({}, "containers", "b", { image: "x" }),
      "spec.containers: Forbidden: containers may not be added or removed on resize",
    ],
    [
      "another name",
      create,
      () =>
        patch(
          { spec: { containers: [{ name: "b", image: "x" }] } },
          undefined,
          "application/merge-patch+json",
        ),
      "spec.containers[0].name: Forbidden: containers may not be renamed or reordered on resize",
    ],
    [
      "a static pod",
      () => create(BURSTABLE, {}, { annotations: { "kubernetes.io/config.mirror": "x" } }),
      () => resize({ limits: { cpu: "300m" } }),
      "[]: Forbidden: static pods cannot be resized",
    ],
    [
      "a pod for Windows",
      () => create(BURSTABLE, { os: { name: "windows" } }),
      () => resize({ limits: { cpu: "300m" } }),
      "[]: Forbidden: windows pods cannot be resized",
    ],
    ...[{ spec: null }, { spec: { containers: null } }, {}].flatMap(
      (body): [string, () => void, () => { body: unknown }, string][] => [
        [`a PUT of ${JSON.stringify(body)}`, create, () => put(body), NONE],
      ],
    ),
    [
      "a patch that takes all containers away",
      create,
      () => patch({ spec: { containers: null } }, undefined, "application/merge-patch+json"),
      NONE,
    ],
  ])("is refused: %s", (_what, make, ask, message) => {
    make();
    const { code, message: text } = ask().body as Status;
    expect(text).toContain(message);
    expect(code).toBe(422);
  });

  it("of a sidecar is fine; through the pod itself none is", () => {
    create();
    expect((resize({ requests: { cpu: "150m" } }, "initContainers", "side").body as Pod).kind).toBe("Pod");
    const body = { spec: { containers: [{ name: "a", resources: { limits: { cpu: "300m" } } }] } };
    const { message } = patch(body, `${PODS}/${pod}`).body as Status;
    expect(message).toContain("spec: Forbidden: pod updates may not change fields other than");
  });

  it("is refused where no kubelet reports resources", () => {
    create();
    const running = (more: object) => ({
      name: "a",
      image: "",
      imageID: "",
      ready: true,
      restartCount: 0,
      state: { running: { startedAt: "2026-01-01T00:00:00Z" } },
      ...more,
    });
    patch({ status: { containerStatuses: [running({})] } }, `${PODS}/${pod}/status`);
    const { message } = resize({ limits: { cpu: "300m" } }).body as Status;
    expect(message).toContain("spec: Forbidden: Pod running on node without support for resize");
    patch({ status: { containerStatuses: [running({ resources: BURSTABLE })] } }, `${PODS}/${pod}/status`);
    expect((resize({ limits: { cpu: "300m" } }).body as Pod).kind).toBe("Pod");
  });

  it("keeps to LimitRanges and quotas", () => {
    create();
    const max = { type: "Container", max: { cpu: "400m", memory: "1Gi" } };
    world.create(`${BASE}/limitranges`, { metadata: { name: "r" }, spec: { limits: [max] } });
    const tooMuch = resize({ limits: { cpu: "500m" } }).body as Status;
    expect(tooMuch.message).toContain("maximum cpu usage per Container is 400m, but limit is 500m");
    world.request("DELETE", `${BASE}/limitranges/r`);
    const hard = { "limits.cpu": "1" };
    world.create(`${BASE}/resourcequotas`, { metadata: { name: "q" }, spec: { hard } });
    patch({ status: { hard, used: { "limits.cpu": "900m" } } }, `${BASE}/resourcequotas/q/status`);
    const exceeded = resize({ limits: { cpu: "350m" } }).body as Status;
    expect(exceeded.message).toContain(
      "exceeded quota: q, requested: limits.cpu=150m, used: limits.cpu=900m",
    );
    expect((resize({ limits: { cpu: "300m" } }).body as Pod).kind).toBe("Pod");
    const quota = world.get(`${BASE}/resourcequotas/q`).body as { status: { used: object } };
    expect(quota.status.used).toEqual({ "limits.cpu": "1" });
    world.request("DELETE", `${BASE}/resourcequotas/q`);
  });
});

describe("a resize policy", () => {
  it.each<[object[], string, string]>([
    [
      [{ resourceName: "disk", restartPolicy: "NotRequired" }],
      "Always",
      'Unsupported value: "disk": supported values: "cpu", "memory"',
    ],
    [
      [{ resourceName: "cpu", restartPolicy: "x" }],
      "Always",
      'supported values: "NotRequired", "RestartContainer"',
    ],
    [
      [{ resourceName: "cpu", restartPolicy: "RestartContainer" }],
      "Never",
      "must be 'NotRequired' when `restartPolicy` is 'Never'",
    ],
    [
      [1, 2].map(() => ({ resourceName: "cpu", restartPolicy: "NotRequired" })),
      "Always",
      'resizePolicy[1]: Duplicate value: "cpu"',
    ],
  ])("%j is refused", (resizePolicy, restartPolicy, message) => {
    const containers = [{ name: "a", image: "nginx:1", resizePolicy }];
    const answer = world.create(PODS, { metadata: { name: pod }, spec: { containers, restartPolicy } });
    expect((answer.body as Status).message).toContain(message);
  });
});
