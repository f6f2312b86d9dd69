import { expect, it } from "vitest";
import type { ClusterRole } from "../api/types";
import { SECOND } from "../kernel/time";
import { World } from "../testing/world";

const ROLES = "/apis/rbac.authorization.k8s.io/v1/clusterroles";
const RULE = { apiGroups: ["example.com"], resources: ["widgets"], verbs: ["get"] };

it("gives roles that are made of others their rules, and again when those change", () => {
  const world = new World({ masters: 1, workers: 0, cloud: false, workload: "none" });
  const role = (name: string) => world.get(`${ROLES}/${name}`).body as ClusterRole;
  const count = (name: string) => role(name).rules?.length ?? 0;
  world.until("rules of view", () => count("view") > 0, 30 * SECOND);
  world.until("rules of admin", () => count("admin") > count("edit") && count("edit") > count("view"));
  expect(role("view").rules).toEqual(expect.arrayContaining(role("system:aggregate-to-view").rules ?? []));
  expect(role("admin").rules).toEqual(expect.arrayContaining(role("edit").rules ?? []));
  expect(role("view").metadata.managedFields?.map((m) => [m.manager, m.operation])).toContainEqual([
    "clusterrole-aggregation-controller",
    "Apply",
  ]);
  const widgets = {
    metadata: { name: "widgets", labels: { "rbac.authorization.k8s.io/aggregate-to-view": "true" } },
    rules: [RULE],
  };
  expect(world.request({ method: "POST", path: ROLES, body: widgets }).status).toBe(201);
  world.run(2 * SECOND);
  expect(role("view").rules).toContainEqual(RULE);
  const before = role("view").metadata.resourceVersion;
  world.run(30 * SECOND);
  expect(role("view").metadata.resourceVersion).toBe(before);
  world.request({ method: "DELETE", path: `${ROLES}/widgets` });
  world.run(2 * SECOND);
  expect(role("view").rules).not.toContainEqual(RULE);
});
