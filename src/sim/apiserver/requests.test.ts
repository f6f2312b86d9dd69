/** Lists and their forms, and paths that name no resource. */
import { beforeAll, describe, expect, it } from "vitest";
import type { ApiList, Status } from "../api/types";
import { PODS, pod } from "../testing/api-samples";
import { ApiWorld } from "../testing/api-world";

let world: ApiWorld;
beforeAll(() => {
  world = new ApiWorld();
  world.create("/api/v1/namespaces/default/serviceaccounts", { metadata: { name: "default" } });
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
