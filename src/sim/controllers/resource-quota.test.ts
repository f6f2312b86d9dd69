/** Quotas and limits with a real API server, controllers and kubelets. */
import { beforeEach, describe, expect, it } from "vitest";
import type { ApiList, Event, Pod, ResourceQuota, Status } from "../api/types";
import type { Answer } from "../cluster/workstation";
import { SECOND } from "../kernel/time";
import { World } from "../testing/world";

const CORE = "/api/v1/namespaces/default";

let world: World;

beforeEach(() => {
  world = new World({ masters: 1, workers: 1, cloud: false, workload: "none" });
});

function post(path: string, body: object): Answer {
  return world.request({ method: "POST", path, headers: { "content-type": "application/json" }, body });
}

function quota(hard: object, more: object = {}): void {
  expect(post(`${CORE}/resourcequotas`, { metadata: { name: "q" }, spec: { hard, ...more } }).status).toBe(
    201,
  );
  world.until("the quota is counted", () => status().used !== undefined, 10 * SECOND);
  world.run(1 * SECOND);
}

function status(): ResourceQuota["status"] {
  return (world.get(`${CORE}/resourcequotas/q`).body as ResourceQuota).status;
}

function pod(name: string, resources: object = {}, spec: object = {}): Answer {
  const containers = [{ name: "web", image: "kubarium/web:1.0", resources }];
  return post(`${CORE}/pods`, {
    metadata: { name },
    spec: { containers, terminationGracePeriodSeconds: 1, ...spec },
  });
}

function message(answer: Answer): string {
  return (answer.body as Status).message ?? "";
}

describe("a quota", () => {
  it("lets no more pods in than it says, and counts those that go", () => {
    quota({ pods: "2" });
    expect(pod("a").status).toBe(201);
    expect(pod("b").status).toBe(201);
    const refused = pod("c");
    expect(refused.status).toBe(403);
    expect(message(refused)).toBe(
      'pods "c" is forbidden: exceeded quota: q, requested: pods=1, used: pods=2, limited: pods=2',
    );
    expect(status()).toEqual({ hard: { pods: "2" }, used: { pods: "2" } });
    world.request({ method: "DELETE", path: `${CORE}/pods/a` });
    world.until("one is counted", () => status().used?.["pods"] === "1", 30 * SECOND);
    expect(pod("c").status).toBe(201);
  });

  it("is told of by the ReplicaSet that it stops", () => {
    quota({ pods: "1" });
    const labels = { app: "web" };
    const template = {
      metadata: { labels },
      spec: { containers: [{ name: "c", image: "kubarium/web:1.0" }] },
    };
    const spec = { replicas: 3, selector: { matchLabels: labels }, template };
    post("/apis/apps/v1/namespaces/default/replicasets", { metadata: { name: "web" }, spec });
    world.run(5 * SECOND);
    expect((world.get(`${CORE}/pods`).body as ApiList).items).toHaveLength(1);
    const events = (world.get(`${CORE}/events`).body as ApiList<Event>).items;
    expect(
      events.some(
        (e) =>
          e.reason === "FailedCreate" &&
          e.message?.includes("exceeded quota: q, requested: pods=1, used: pods=1, limited: pods=1") === true,
      ),
    ).toBe(true);
  });

  it("counts what pods ask for, and wants them to say it", () => {
    quota({ "requests.cpu": "1", "limits.memory": "1Gi" });
    expect(message(pod("a"))).toBe(
      'pods "a" is forbidden: failed quota: q: must specify limits.memory for: web; requests.cpu for: web',
    );
    const resources = { requests: { cpu: "600m" }, limits: { memory: "512Mi" } };
    expect(pod("a", resources).status).toBe(201);
    expect(status().used).toEqual({ "requests.cpu": "600m", "limits.memory": "512Mi" });
    expect(message(pod("b", resources))).toBe(
      'pods "b" is forbidden: exceeded quota: q, requested: requests.cpu=600m, used: requests.cpu=600m, ' +
        "limited: requests.cpu=1",
    );
  });

  it("counts objects of any kind by their names", () => {
    quota({ "count/deployments.apps": "0", configmaps: "10", "services.nodeports": "1" });
    const before = Number(status().used?.["configmaps"]);
    post(`${CORE}/configmaps`, { metadata: { name: "x" } });
    expect(status().used?.["configmaps"]).toBe(String(before + 1));
    const labels = { app: "d" };
    const template = { metadata: { labels }, spec: { containers: [{ name: "c", image: "a" }] } };
    const deployment = { metadata: { name: "d" }, spec: { selector: { matchLabels: labels }, template } };
    expect(message(post("/apis/apps/v1/namespaces/default/deployments", deployment))).toContain(
      "exceeded quota: q, requested: count/deployments.apps=1, used: " +
        "count/deployments.apps=0, limited: count/deployments.apps=0",
    );
    const ports = [
      { name: "a", port: 1 },
      { name: "b", port: 2 },
    ];
    expect(
      message(post(`${CORE}/services`, { metadata: { name: "s" }, spec: { type: "NodePort", ports } })),
    ).toContain("services.nodeports=2");
  });

  it("of a scope is for pods in it", () => {
    quota({ pods: "0" }, { scopes: ["BestEffort"] });
    expect(pod("a").status).toBe(403);
    expect(pod("b", { requests: { cpu: "1m" } }).status).toBe(201);
  });

  it("is not charged by a dry run", () => {
    quota({ configmaps: "5" });
    const before = status().used;
    const headers = { "content-type": "application/json" };
    world.request({
      method: "POST",
      path: `${CORE}/configmaps?dryRun=All`,
      headers,
      body: { metadata: { name: "d" } },
    });
    expect(status().used).toEqual(before);
  });
});

describe("limits", () => {
  const range = (limits: object[]): void => {
    expect(post(`${CORE}/limitranges`, { metadata: { name: "l" }, spec: { limits } }).status).toBe(201);
    world.run(1 * SECOND);
  };

  it("give containers what they do not say", () => {
    range([{ type: "Container", default: { cpu: "500m" }, defaultRequest: { cpu: "100m", memory: "64Mi" } }]);
    const made = pod("a").body as Pod;
    expect(made.spec.containers[0]?.resources).toEqual({
      requests: { cpu: "100m", memory: "64Mi" },
      limits: { cpu: "500m" },
    });
    expect(made.metadata.annotations).toEqual({
      "kubernetes.io/limit-ranger":
        "LimitRanger plugin set: cpu, memory request for container web; cpu limit for container web",
    });
  });

  it.each<[object, object, string]>([
    [
      { type: "Container", max: { cpu: "1" } },
      { limits: { cpu: "2" } },
      "maximum cpu usage per Container is 1, but limit is 2",
    ],
    [
      { type: "Container", min: { cpu: "1" } },
      { requests: { cpu: "500m" }, limits: { cpu: "2" } },
      "minimum cpu usage per Container is 1, but request is 500m",
    ],
    [
      { type: "Container", maxLimitRequestRatio: { cpu: "2" } },
      { requests: { cpu: "1" }, limits: { cpu: "3" } },
      "cpu max limit to request ratio per Container is 2, but provided ratio is 3.000000",
    ],
    [
      { type: "Pod", max: { memory: "1Gi" } },
      {},
      "maximum memory usage per Pod is 1Gi.  No limit is specified",
    ],
  ])("%j refuse %j", (limits, resources, text) => {
    range([limits]);
    expect(message(pod("a", resources))).toBe(`pods "a" is forbidden: ${text}`);
  });
});

it("classes are filled in", () => {
  const metadata = { name: "fast", annotations: { "storageclass.kubernetes.io/is-default-class": "true" } };
  post("/apis/storage.k8s.io/v1/storageclasses", { metadata, provisioner: "example.com/disk" });
  world.run(1 * SECOND);
  const spec = { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } };
  const claim = post(`${CORE}/persistentvolumeclaims`, { metadata: { name: "c" }, spec }).body;
  expect(claim).toMatchObject({ spec: { storageClassName: "fast", volumeMode: "Filesystem" } });
  expect(message(pod("a", {}, { runtimeClassName: "none" }))).toBe(
    'pods "a" is forbidden: pod rejected: RuntimeClass "none" not found',
  );
});
