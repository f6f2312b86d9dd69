import { beforeAll, describe, expect, it } from "vitest";
import type { ApiList, ApiObject, Lease, Pod, Service, Status } from "../api/types";
import type { ObjectFact } from "./storage/stored-value";
import { ADMIN, ApiWorld } from "../testing/api-world";

const PODS = "/api/v1/namespaces/default/pods";
const CONFIG_MAPS = "/api/v1/namespaces/default/configmaps";
const MERGE = { "content-type": "application/merge-patch+json" };
const STRATEGIC = { "content-type": "application/strategic-merge-patch+json" };
const JSON_PATCH = { "content-type": "application/json-patch+json" };

function pod(metadata: object, spec: object = {}): object {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata,
    spec: { containers: [{ name: "c", image: "nginx:1" }], ...spec },
  };
}

function configMap(name: string, data: object = {}): object {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name }, data };
}

let world: ApiWorld;
beforeAll(() => {
  world = new ApiWorld();
  world.create("/api/v1/namespaces/default/serviceaccounts", { metadata: { name: "default" } });
});

describe("create", () => {
  it("sets what only the server may say", () => {
    const answer = world.create(CONFIG_MAPS, configMap("made", { a: "1" }));
    expect(answer.status).toBe(201);
    const { metadata } = answer.body as ApiObject;
    expect(metadata).toMatchObject({
      name: "made",
      namespace: "default",
      creationTimestamp: expect.stringMatching(/Z$/),
    });
    expect(metadata.uid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(Number(metadata.resourceVersion)).toBeGreaterThan(0);
    expect(world.get(`${CONFIG_MAPS}/made`).body).toEqual(answer.body);
  });

  it("refuses a name that is taken", () => {
    world.create(CONFIG_MAPS, configMap("taken"));
    const { status, body } = world.create(CONFIG_MAPS, configMap("taken"));
    expect(status).toBe(409);
    expect(body).toMatchObject({ reason: "AlreadyExists", message: 'configmaps "taken" already exists' });
  });

  it("makes up names", () => {
    const names = [1, 2].map(
      () => (world.create(PODS, pod({ generateName: "web-" })).body as Pod).metadata.name,
    );
    for (const name of names) expect(name).toMatch(/^web-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
    expect(names[0]).not.toBe(names[1]);
  });

  it.each<[string, string, object, number, string]>([
    [
      "another namespace",
      CONFIG_MAPS,
      { metadata: { name: "x", namespace: "other" } },
      400,
      "does not match the namespace sent",
    ],
    [
      "another kind",
      CONFIG_MAPS,
      { kind: "Pod", metadata: { name: "x" } },
      400,
      "cannot be handled as a ConfigMap",
    ],
    [
      "another version",
      CONFIG_MAPS,
      { apiVersion: "v2", metadata: { name: "x" } },
      400,
      "does not match the expected API version (v1)",
    ],
    ["no name", CONFIG_MAPS, { metadata: {} }, 422, "name or generateName is required"],
    [
      "a resourceVersion",
      CONFIG_MAPS,
      { metadata: { name: "x", resourceVersion: "7" } },
      500,
      "resourceVersion should not be set",
    ],
    [
      "no such namespace",
      "/api/v1/namespaces/nowhere/configmaps",
      configMap("x"),
      404,
      'namespaces "nowhere" not found',
    ],
    [
      "no such resource",
      "/api/v1/namespaces/default/gadgets",
      configMap("x"),
      404,
      "could not find the requested resource",
    ],
  ])("refuses a body with %s", (_what, path, body, status, message) => {
    const answer = world.create(path, body);
    expect(answer.status).toBe(status);
    expect((answer.body as Status).message).toContain(message);
  });

  it("does nothing on a dry run", () => {
    const answer = world.create(CONFIG_MAPS, configMap("dry"), { query: { dryRun: "All" } });
    expect(answer.status).toBe(201);
    expect(world.get(`${CONFIG_MAPS}/dry`).status).toBe(404);
  });
});

describe("update", () => {
  it("refuses a stale resourceVersion, and takes an update without one", () => {
    const first = world.create(CONFIG_MAPS, configMap("race")).body as ApiObject;
    const path = `${CONFIG_MAPS}/race`;
    expect(world.request("PUT", path, { body: { ...first, data: { a: "1" } } }).status).toBe(200);
    const stale = world.request("PUT", path, { body: { ...first, data: { a: "2" } } });
    expect(stale.status).toBe(409);
    expect((stale.body as Status).message).toBe(
      'Operation cannot be fulfilled on configmaps "race": the object has been modified; ' +
        "please apply your changes to the latest version and try again",
    );
    expect(world.request("PUT", path, { body: configMap("race", { a: "3" }) }).body).toMatchObject({
      data: { a: "3" },
    });
  });

  it("writes nothing when nothing changes", () => {
    const made = world.create(CONFIG_MAPS, configMap("same", { a: "1" })).body as ApiObject;
    const put = world.request("PUT", `${CONFIG_MAPS}/same`, { body: configMap("same", { a: "1" }) });
    const patched = world.request("PATCH", `${CONFIG_MAPS}/same`, {
      headers: MERGE,
      body: { data: { a: "1" } },
    });
    expect((put.body as ApiObject).metadata.resourceVersion).toBe(made.metadata.resourceVersion);
    expect((patched.body as ApiObject).metadata.resourceVersion).toBe(made.metadata.resourceVersion);
  });

  it("refuses another uid and another name", () => {
    const made = world.create(CONFIG_MAPS, configMap("who")).body as ApiObject;
    const path = `${CONFIG_MAPS}/who`;
    const other = { ...made, metadata: { name: "who", uid: "4711" } };
    expect(world.request("PUT", path, { body: other }).body).toMatchObject({
      code: 409,
      message: expect.stringContaining("Precondition failed: UID in precondition: 4711"),
    });
    expect(world.request("PUT", path, { body: configMap("else") }).status).toBe(400);
  });

  it("demands a resourceVersion for leases", () => {
    const path = "/apis/coordination.k8s.io/v1/namespaces/default/leases";
    const lease = { metadata: { name: "l" }, spec: { holderIdentity: "a" } };
    const made = world.create(path, lease).body as Lease;
    expect(world.request("PUT", `${path}/l`, { body: lease }).status).toBe(422);
    const renewed = { ...made, spec: { ...made.spec, holderIdentity: "b" } };
    expect(world.request("PUT", `${path}/l`, { body: renewed }).status).toBe(200);
  });

  it("keeps the doors of spec and status apart, and counts generations", () => {
    const path = "/apis/apps/v1/namespaces/default/deployments";
    const labels = { app: "d" };
    const template = { metadata: { labels }, spec: { containers: [{ name: "c", image: "i" }] } };
    const draft = { metadata: { name: "d" }, spec: { selector: { matchLabels: labels }, template } };
    const made = world.create(path, draft).body as any;
    expect(made.metadata.generation).toBe(1);
    const bySpecDoor = { ...made, spec: { ...made.spec, replicas: 3 }, status: { replicas: 9 } };
    const changed = world.request("PUT", `${path}/d`, { body: bySpecDoor }).body as any;
    expect(changed.spec.replicas).toBe(3);
    expect(changed.status.replicas).toBeUndefined();
    expect(changed.metadata.generation).toBe(2);
    const byStatusDoor = { ...changed, spec: { ...changed.spec, replicas: 7 }, status: { replicas: 3 } };
    const status = world.request("PUT", `${path}/d/status`, { body: byStatusDoor }).body as any;
    expect(status.spec.replicas).toBe(3);
    expect(status.status.replicas).toBe(3);
    expect(status.metadata.generation).toBe(2);
  });
});

describe("patch", () => {
  it.each<[string, Record<string, string>, unknown, object]>([
    ["merge", MERGE, { data: { a: null, c: "3" } }, { b: "2", c: "3" }],
    ["strategic merge", STRATEGIC, { data: { a: null, c: "3" } }, { b: "2", c: "3" }],
    ["JSON patch", JSON_PATCH, [{ op: "remove", path: "/data/a" }], { b: "2" }],
  ])("applies a %s", (type, headers, body, data) => {
    const name = `p-${type.slice(0, 2).toLowerCase()}`;
    world.create(CONFIG_MAPS, configMap(name, { a: "1", b: "2" }));
    const answer = world.request("PATCH", `${CONFIG_MAPS}/${name}`, { headers, body });
    expect(answer.body).toMatchObject({ data });
    expect((answer.body as any).data).toEqual(data);
  });

  it.each<[string, Record<string, string>, unknown, number, string]>([
    ["a failed test", JSON_PATCH, [{ op: "test", path: "/data/a", value: "9" }], 422, "rejected our request"],
    ["a stale resourceVersion", MERGE, { metadata: { resourceVersion: "1" } }, 409, "has been modified"],
    ["another name", MERGE, { metadata: { name: "x" } }, 400, "does not match the name on the URL"],
    ["a wrong type", MERGE, { data: { a: 5 } }, 422, "cannot unmarshal number"],
    ["an unknown media type", { "content-type": "text/x" }, {}, 415, "unknown format"],
  ])("refuses %s", (_what, headers, body, status, message) => {
    world.create(CONFIG_MAPS, configMap("bad", { a: "1" }));
    const answer = world.request("PATCH", `${CONFIG_MAPS}/bad`, { headers, body });
    expect(answer.status).toBe(status);
    expect((answer.body as Status).message).toContain(message);
    expect(world.get(`${CONFIG_MAPS}/bad`).body).toMatchObject({ data: { a: "1" } });
  });

  it("applies patches that race, one after the other", () => {
    world.create(CONFIG_MAPS, configMap("busy"));
    let done = 0;
    for (let i = 0; i < 10; i++) {
      const body = { data: { [`k${i}`]: "1" } };
      world.send("PATCH", `${CONFIG_MAPS}/busy`, { headers: MERGE, body }, ({ status }) => {
        expect(status).toBe(200);
        done++;
      });
    }
    world.until(() => done === 10);
    expect(Object.keys((world.get(`${CONFIG_MAPS}/busy`).body as any).data)).toHaveLength(10);
  });
});

describe("delete", () => {
  it("removes at once what needs no time, and says so", () => {
    const made = world.create(CONFIG_MAPS, configMap("gone")).body as ApiObject;
    const answer = world.request("DELETE", `${CONFIG_MAPS}/gone`);
    expect(answer.body).toMatchObject({
      status: "Success",
      details: { name: "gone", kind: "configmaps", uid: made.metadata.uid },
    });
    expect(world.request("DELETE", `${CONFIG_MAPS}/gone`).status).toBe(404);
  });

  it("keeps an object until its finalizers are gone", () => {
    world.create(CONFIG_MAPS, {
      ...configMap("held"),
      metadata: { name: "held", finalizers: ["example.com/hold"] },
    });
    const marked = world.request("DELETE", `${CONFIG_MAPS}/held`).body as ApiObject;
    expect(marked.metadata).toMatchObject({
      deletionGracePeriodSeconds: 0,
      deletionTimestamp: expect.any(String),
    });
    expect(world.get(`${CONFIG_MAPS}/held`).status).toBe(200);
    const body = { metadata: { finalizers: null } };
    expect(world.request("PATCH", `${CONFIG_MAPS}/held`, { headers: MERGE, body }).status).toBe(200);
    expect(world.get(`${CONFIG_MAPS}/held`).status).toBe(404);
  });

  it.each([
    ["Foreground", "foregroundDeletion"],
    ["Orphan", "orphan"],
  ])("leaves dependents to the garbage collector: %s", (propagationPolicy, finalizer) => {
    const name = `gc-${finalizer.slice(0, 3)}`;
    world.create(CONFIG_MAPS, configMap(name));
    const answer = world.request("DELETE", `${CONFIG_MAPS}/${name}`, { body: { propagationPolicy } });
    expect((answer.body as ApiObject).metadata.finalizers).toEqual([finalizer]);
  });

  it("checks preconditions", () => {
    world.create(CONFIG_MAPS, configMap("pre"));
    const wrong = world.request("DELETE", `${CONFIG_MAPS}/pre`, { body: { preconditions: { uid: "x" } } });
    expect(wrong.status).toBe(409);
    expect((wrong.body as Status).message).toContain("does not match the UID in record");
    expect(world.get(`${CONFIG_MAPS}/pre`).status).toBe(200);
  });

  it("gives bound pods their time, may shorten it, and removes pods that never ran at once", () => {
    world.create(PODS, pod({ name: "unbound" }));
    expect(world.request("DELETE", `${PODS}/unbound`).status).toBe(200);
    expect(world.get(`${PODS}/unbound`).status).toBe(404);

    world.create(PODS, pod({ name: "bound" }));
    world.create(`${PODS}/bound/binding`, { target: { kind: "Node", name: "n1" } });
    const first = (world.request("DELETE", `${PODS}/bound`).body as Pod).metadata;
    expect(first.deletionGracePeriodSeconds).toBe(30);
    expect(first.generation).toBe(2);
    const again = (world.request("DELETE", `${PODS}/bound`).body as Pod).metadata;
    expect(again.resourceVersion).toBe(first.resourceVersion);
    const body = { gracePeriodSeconds: 5 };
    const shorter = (world.request("DELETE", `${PODS}/bound`, { body }).body as Pod).metadata;
    expect(shorter.deletionGracePeriodSeconds).toBe(5);
    world.request("DELETE", `${PODS}/bound`, { body: { gracePeriodSeconds: 0 } });
    expect(world.get(`${PODS}/bound`).status).toBe(404);
  });

  it("deletes a collection by selector", () => {
    for (const name of ["c1", "c2", "c3"]) {
      world.create(CONFIG_MAPS, { metadata: { name, labels: { group: name === "c3" ? "b" : "a" } } });
    }
    const answer = world.request("DELETE", CONFIG_MAPS, { query: { labelSelector: "group=a" } });
    expect((answer.body as ApiList).items).toHaveLength(2);
    const left = world.get(CONFIG_MAPS, { labelSelector: "group" }).body as ApiList;
    expect(left.items.map((i) => i.metadata.name)).toEqual(["c3"]);
  });

  it("terminates a namespace, refuses new content, and ends with the finalizer", () => {
    world.create("/api/v1/namespaces", { metadata: { name: "temp" } });
    expect(world.request("DELETE", "/api/v1/namespaces/temp").body).toMatchObject({
      status: { phase: "Terminating" },
      spec: { finalizers: ["kubernetes"] },
    });
    const refused = world.create("/api/v1/namespaces/temp/configmaps", { metadata: { name: "x" } });
    expect(refused.status).toBe(403);
    expect((refused.body as Status).details?.causes?.[0]?.reason).toBe("NamespaceTerminating");
    const namespace = world.get("/api/v1/namespaces/temp").body as object;
    world.request("PUT", "/api/v1/namespaces/temp/finalize", {
      body: { ...namespace, spec: { finalizers: [] } },
    });
    expect(world.get("/api/v1/namespaces/temp").status).toBe(404);
    expect(world.request("DELETE", "/api/v1/namespaces/default").status).toBe(403);
  });
});

describe("subresources", () => {
  it("binds a pod once", () => {
    world.create(PODS, pod({ name: "once" }));
    const bind = (name: string) => world.create(`${PODS}/once/binding`, { target: { kind: "Node", name } });
    expect(bind("n1").status).toBe(201);
    const bound = world.get(`${PODS}/once`).body as Pod;
    expect(bound.spec.nodeName).toBe("n1");
    expect(bound.status.conditions).toMatchObject([{ type: "PodScheduled", status: "True" }]);
    const second = bind("n2");
    expect(second.status).toBe(409);
    expect((second.body as Status).message).toBe(
      'Operation cannot be fulfilled on pods/binding "once": pod once is already assigned to node "n1"',
    );
  });

  it("lets only one of two bindings in flight win", () => {
    world.create(PODS, pod({ name: "fought" }));
    const statuses: number[] = [];
    for (const name of ["n1", "n2"]) {
      world.send("POST", `${PODS}/fought/binding`, { body: { target: { kind: "Node", name } } }, (r) =>
        statuses.push(r.status),
      );
    }
    world.until(() => statuses.length === 2);
    expect(statuses.sort((a, b) => a - b)).toEqual([201, 409]);
  });

  it("scales", () => {
    const path = "/apis/apps/v1/namespaces/default/replicasets";
    const labels = { app: "rs" };
    const template = { metadata: { labels }, spec: { containers: [{ name: "c", image: "i" }] } };
    world.create(path, {
      metadata: { name: "rs" },
      spec: { replicas: 1, selector: { matchLabels: labels }, template },
    });
    const patched = world.request("PATCH", `${path}/rs/scale`, {
      headers: MERGE,
      body: { spec: { replicas: 4 } },
    });
    expect(patched.body).toMatchObject({
      kind: "Scale",
      spec: { replicas: 4 },
      status: { replicas: 0, selector: "app=rs" },
    });
    expect(world.get(`${path}/rs`).body).toMatchObject({
      spec: { replicas: 4 },
      metadata: { generation: 2 },
    });
    const bad = world.request("PATCH", `${path}/rs/scale`, {
      headers: MERGE,
      body: { spec: { replicas: -1 } },
    });
    expect(bad.status).toBe(422);
  });

  it("evicts as far as the budget allows", () => {
    const budgets = "/apis/policy/v1/namespaces/default/poddisruptionbudgets";
    for (const name of ["e1", "e2"]) {
      world.create(PODS, pod({ name, labels: { app: "evict" } }));
      world.create(`${PODS}/${name}/binding`, { target: { name: "n1" } });
      const status = { phase: "Running", conditions: [{ type: "Ready", status: "True" }] };
      world.request("PATCH", `${PODS}/${name}/status`, { headers: STRATEGIC, body: { status } });
    }
    const spec = { minAvailable: 1, selector: { matchLabels: { app: "evict" } } };
    world.create(budgets, { metadata: { name: "pdb" }, spec });
    const status = {
      disruptionsAllowed: 1,
      currentHealthy: 2,
      desiredHealthy: 1,
      expectedPods: 2,
      observedGeneration: 1,
    };
    world.request("PATCH", `${budgets}/pdb/status`, { headers: MERGE, body: { status } });
    const evict = (name: string) => world.create(`${PODS}/${name}/eviction`, { metadata: { name } });
    expect(evict("e1").status).toBe(201);
    expect((world.get(`${PODS}/e1`).body as Pod).metadata.deletionTimestamp).toBeDefined();
    expect(world.get(`${budgets}/pdb`).body).toMatchObject({
      status: { disruptionsAllowed: 0, disruptedPods: { e1: expect.any(String) } },
    });
    const refused = evict("e2");
    expect(refused.status).toBe(429);
    expect(refused.body).toMatchObject({
      message: "Cannot evict pod as it would violate the pod's disruption budget.",
      details: {
        causes: [
          {
            reason: "DisruptionBudget",
            message: "The disruption budget pdb needs 1 healthy pods and has 2 currently",
          },
        ],
      },
    });
  });

  it("issues tokens that the server takes, as long as the account is there", () => {
    const accounts = "/api/v1/namespaces/default/serviceaccounts";
    world.create(accounts, { metadata: { name: "robot" } });
    const issued = world.create(`${accounts}/robot/token`, { spec: { expirationSeconds: 600 } });
    expect(issued.status).toBe(201);
    const { token } = (issued.body as any).status;
    const ask = () =>
      world.request("GET", PODS, { anonymous: true, headers: { authorization: `Bearer ${token}` } });
    expect((ask().body as Status).message).toBe(
      'pods is forbidden: User "system:serviceaccount:default:robot" cannot list resource "pods" ' +
        'in API group "" in the namespace "default"',
    );
    world.create("/apis/rbac.authorization.k8s.io/v1/namespaces/default/rolebindings", {
      metadata: { name: "robot" },
      roleRef: {
        apiGroup: "rbac.authorization.k8s.io",
        kind: "ClusterRole",
        name: "system:aggregate-to-view",
      },
      subjects: [{ kind: "ServiceAccount", name: "robot", namespace: "default" }],
    });
    expect(ask().status).toBe(200);
    world.run(601e6);
    expect(ask().status).toBe(401);
  });
});

describe("services", () => {
  const path = "/api/v1/namespaces/default/services";
  const service = (name: string, spec: object = {}) => ({
    metadata: { name },
    spec: { ports: [{ port: 80 }], ...spec },
  });

  it("gives addresses and node ports, different ones, and takes them back", () => {
    const made = ["s1", "s2"].map(
      (name) => world.create(path, service(name, { type: "NodePort" })).body as Service,
    );
    for (const { spec } of made) {
      expect(spec.clusterIP).toMatch(/^10\.(9[6-9]|10\d|11[01])\.\d+\.\d+$/);
      expect(spec.ports?.[0]?.nodePort).toBeGreaterThanOrEqual(30_000);
    }
    const { clusterIP, ports } = made[0]!.spec;
    expect(clusterIP).not.toBe(made[1]!.spec.clusterIP);
    const clash = world.create(path, service("s3", { clusterIP }));
    expect(clash.status).toBe(422);
    expect((clash.body as Status).message).toContain("provided IP is already allocated");
    world.request("DELETE", `${path}/s1`);
    const nodePort = ports?.[0]?.nodePort;
    const again = world.create(
      path,
      service("s4", { type: "NodePort", clusterIP, ports: [{ port: 80, nodePort }] }),
    );
    expect(again.status).toBe(201);
  });

  it("gives node ports up when the type no longer has them", () => {
    const made = world.create(path, service("down", { type: "NodePort" })).body as Service;
    const port = made.spec.ports?.[0]?.nodePort;
    world.request("PATCH", `${path}/down`, { headers: MERGE, body: { spec: { type: "ClusterIP" } } });
    expect((world.get(`${path}/down`).body as Service).spec.ports?.[0]?.nodePort).toBeUndefined();
    const taken = world.create(
      path,
      service("up", { type: "NodePort", ports: [{ port: 80, nodePort: port }] }),
    );
    expect(taken.status).toBe(201);
  });

  it("has the service kubernetes with the address of each API server", () => {
    expect(world.get(`${path}/kubernetes`).body).toMatchObject({ spec: { clusterIP: "10.96.0.1" } });
    expect(world.get("/api/v1/namespaces/default/endpoints/kubernetes").body).toMatchObject({
      subsets: [{ addresses: [{ ip: "10.0.0.11" }], ports: [{ name: "https", port: 6443 }] }],
    });
  });
});

describe("list", () => {
  it("pages through a state of the past", () => {
    const path = "/api/v1/namespaces/kube-public/configmaps";
    for (const name of ["a", "b", "c"]) world.create(path, { metadata: { name } });
    const first = world.get(path, { limit: "2" }).body as ApiList;
    expect(first.items.map((i) => i.metadata.name)).toEqual(["a", "b"]);
    expect(first.metadata.remainingItemCount).toBe(1);
    world.create(path, { metadata: { name: "d" } });
    const second = world.get(path, { limit: "2", continue: first.metadata.continue ?? "" }).body as ApiList;
    expect(second.items.map((i) => i.metadata.name)).toEqual(["c"]);
    expect(second.metadata.continue).toBeUndefined();
  });

  it.each<[Record<string, string>, number, string]>([
    [{ fieldSelector: "spec.color=red" }, 400, "field label not supported: spec.color"],
    [{ labelSelector: "a=(" }, 400, "found '(', expected: ',' or 'end of string'"],
    [{ resourceVersion: "x" }, 400, "invalid syntax"],
    [{ continue: "%%%" }, 400, "continue key is not valid"],
    [{ resourceVersion: "99999999" }, 504, "Too large resource version: 99999999, current:"],
  ])("refuses %j", (query, status, message) => {
    const answer = world.get(PODS, query);
    expect(answer.status).toBe(status);
    expect((answer.body as Status).message).toContain(message);
  });

  it("prints tables for those who ask", () => {
    world.create(PODS, pod({ name: "shown" }));
    const headers = { accept: "application/json;as=Table;v=v1;g=meta.k8s.io,application/json" };
    const { body } = world.request("GET", `${PODS}/shown`, { headers });
    expect(body).toMatchObject({
      kind: "Table",
      rows: [{ cells: expect.arrayContaining(["shown", "0/1", "Pending"]) }],
    });
  });

  it("shows events of both groups from one store", () => {
    const involvedObject = { kind: "Pod", namespace: "default", name: "x" };
    const event = {
      metadata: { name: "e" },
      involvedObject,
      reason: "Tested",
      message: "why",
      type: "Normal",
    };
    expect(world.create("/api/v1/namespaces/default/events", event).status).toBe(201);
    const other = world.get("/apis/events.k8s.io/v1/namespaces/default/events/e").body;
    expect(other).toMatchObject({ apiVersion: "events.k8s.io/v1", regarding: involvedObject, note: "why" });
  });
});

describe("paths that name no resource", () => {
  it.each([
    ["/readyz", 200, "ok"],
    ["/livez", 200, "ok"],
    ["/healthz", 200, "ok"],
  ])("%s", (path, status, body) => {
    expect(world.request("GET", path, { anonymous: true })).toMatchObject({ status, body });
  });

  it("tells its version and what it serves", () => {
    expect(world.get("/version").body).toMatchObject({ gitVersion: expect.stringMatching(/^v1\.35\./) });
    expect(world.get("/apis").body).toMatchObject({
      groups: expect.arrayContaining([expect.objectContaining({ name: "apps" })]),
    });
    const { resources } = world.get("/api/v1").body as any;
    expect(resources.find((r: any) => r.name === "pods/eviction")).toMatchObject({
      kind: "Eviction",
      group: "policy",
      version: "v1",
    });
    expect(world.get("/nothing").status).toBe(404);
  });
});

it("leaves a fact for every write that is no heartbeat", () => {
  const before = world.kernel.trace.lastFact;
  world.create(CONFIG_MAPS, configMap("noted"));
  world.create(CONFIG_MAPS, configMap("silent"), { quiet: true });
  world.request("PATCH", `${CONFIG_MAPS}/noted`, { headers: MERGE, body: { data: { a: "1" } }, as: ADMIN });
  world.request("DELETE", `${CONFIG_MAPS}/noted`);
  const facts = world.kernel.trace.factsAfter(before).filter((f) => f.kind === "object");
  expect(
    facts.map((f) => [f.subject, (f.data as any).type, (f.data as any).verb, (f.data as any).user]),
  ).toEqual([
    ["configmaps/default/noted", "create", "create", "kubernetes-admin"],
    ["configmaps/default/noted", "update", "patch", "kubernetes-admin"],
    ["configmaps/default/noted", "delete", "delete", "kubernetes-admin"],
  ]);
  const { prev, next } = facts[1]!.data as ObjectFact;
  expect(Number(next?.metadata.resourceVersion)).toBeGreaterThan(Number(prev?.metadata.resourceVersion));
});
