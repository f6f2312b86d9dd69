/** Deletions: at once, after their time, in collections, of namespaces. */
import { beforeAll, describe, expect, it } from "vitest";
import type { ApiList, ApiObject, Pod, Status } from "../api/types";
import { CONFIG_MAPS, MERGE, PODS, configMap, pod } from "../testing/api-samples";
import { ApiWorld } from "../testing/api-world";

let world: ApiWorld;
beforeAll(() => {
  world = new ApiWorld();
  world.create("/api/v1/namespaces/default/serviceaccounts", { metadata: { name: "default" } });
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
