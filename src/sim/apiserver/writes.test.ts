/** New objects, changed objects, patches, and the fact that each write leaves. */
import { beforeAll, describe, expect, it } from "vitest";
import type { ApiObject, Lease, Pod, Status } from "../api/types";
import type { ObjectFact } from "./storage/stored-value";
import { CONFIG_MAPS, JSON_PATCH, MERGE, PODS, STRATEGIC, configMap, pod } from "../testing/api-samples";
import { ADMIN, ApiWorld } from "../testing/api-world";

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
