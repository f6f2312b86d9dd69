import { expect, it } from "vitest";
import type { Status } from "../api/types";
import { SECOND } from "../kernel/time";
import { ApiWorld } from "../testing/api-world";

const CONFIG_MAPS = "/api/v1/namespaces/default/configmaps";

it("turns away what is more than it can work on, but never the administrators", () => {
  const world = new ApiWorld(1);
  world.create("/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", {
    metadata: { name: "all" },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "cluster-admin" },
    subjects: [{ kind: "User", name: "busy", apiGroup: "rbac.authorization.k8s.io" }],
  });
  world.run(1 * SECOND);
  const busy = { commonName: "busy", organizations: [] };
  const statuses: number[] = [];
  let refusal: Status | undefined;
  for (let i = 0; i < 260; i++) {
    world.send("POST", CONFIG_MAPS, { as: busy, body: { metadata: { name: `c${i}` } } }, (answer) => {
      statuses.push(answer.status);
      if (answer.status === 429) refusal = answer.body as Status;
    });
  }
  const admin: number[] = [];
  world.send("POST", CONFIG_MAPS, { body: { metadata: { name: "admin" } } }, (answer) =>
    admin.push(answer.status),
  );
  world.until(() => statuses.length === 260 && admin.length === 1);
  // The administrator's request takes a place like any other if it comes early.
  const served = statuses.filter((s) => s === 201).length;
  expect([199, 200]).toContain(served);
  expect(statuses.filter((s) => s === 429)).toHaveLength(260 - served);
  expect(refusal).toMatchObject({ reason: "TooManyRequests", details: { retryAfterSeconds: 1 } });
  expect(admin).toEqual([201]);
  expect(world.view()?.inFlight).toBe(0);
});

it("tells strangers from the known: 401, 403, 200", () => {
  const tokens = [{ token: "t", user: "jane", groups: [] }];
  const world = new ApiWorld(1, { tokens });
  const ask = (authorization?: string) =>
    world.request("GET", CONFIG_MAPS, {
      anonymous: true,
      headers: authorization === undefined ? {} : { authorization },
    });
  expect(ask("Bearer wrong").status).toBe(401);
  expect((ask().body as Status).message).toContain(
    'User "system:anonymous" cannot list resource "configmaps"',
  );
  expect((ask("Bearer t").body as Status).message).toContain('User "jane" cannot list');
  world.create("/apis/rbac.authorization.k8s.io/v1/namespaces/default/rolebindings", {
    metadata: { name: "jane" },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "view" },
    subjects: [{ kind: "User", name: "jane", apiGroup: "rbac.authorization.k8s.io" }],
  });
  world.run(1 * SECOND);
  expect(ask("Bearer t").status).toBe(200);
});
