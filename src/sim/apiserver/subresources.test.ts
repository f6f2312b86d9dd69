/** Binding, scale, eviction, tokens. */
import { beforeAll, describe, expect, it } from "vitest";
import type { Pod, Status } from "../api/types";
import { MERGE, PODS, STRATEGIC, pod } from "../testing/api-samples";
import { ApiWorld } from "../testing/api-world";

let world: ApiWorld;
beforeAll(() => {
  world = new ApiWorld();
  world.create("/api/v1/namespaces/default/serviceaccounts", { metadata: { name: "default" } });
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
