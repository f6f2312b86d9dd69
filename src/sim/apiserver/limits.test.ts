import { expect, it } from "vitest";
import type { ApiResponse } from "../api/http";
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
  const answers: ApiResponse[] = [];
  for (let i = 0; i < 400; i++) {
    world.send("POST", CONFIG_MAPS, { as: busy, body: { metadata: { name: `c${i}` } } }, (answer) => {
      answers.push(answer);
    });
  }
  const admin: number[] = [];
  world.send("POST", CONFIG_MAPS, { body: { metadata: { name: "admin" } } }, (answer) =>
    admin.push(answer.status),
  );
  world.until(() => answers.length === 400 && admin.length === 1);
  // 49 seats of the level global-default, and six queues of 50.
  const refused = answers.filter(({ status }) => status === 429);
  expect(refused).toHaveLength(400 - 49 - 6 * 50);
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(49 + 6 * 50);
  expect(refused[0]?.body).toMatchObject({ reason: "TooManyRequests", details: { retryAfterSeconds: 1 } });
  expect(refused[0]?.headers["retry-after"]).toBe("1");
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
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "system:aggregate-to-view" },
    subjects: [{ kind: "User", name: "jane", apiGroup: "rbac.authorization.k8s.io" }],
  });
  world.run(1 * SECOND);
  expect(ask("Bearer t").status).toBe(200);
});
