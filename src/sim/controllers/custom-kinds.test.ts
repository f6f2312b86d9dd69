/** Controllers and kinds that are defined while they run. */
import { beforeEach, describe, expect, it } from "vitest";
import type { ApiList, ApiObject } from "../api/types";
import type { Answer } from "../cluster/workstation";
import { SECOND } from "../kernel/time";
import { World } from "../testing/world";

const CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
const CRD = `${CRDS}/widgets.example.com`;

let world: World;

function post(path: string, body: object): Answer {
  return world.request({ method: "POST", path, headers: { "content-type": "application/json" }, body });
}

function widgets(namespace: string): string {
  return `/apis/example.com/v1/namespaces/${namespace}/widgets`;
}

function makeWidget(namespace: string): ApiObject {
  const body = { apiVersion: "example.com/v1", kind: "Widget", metadata: { name: "w" }, spec: { size: 1 } };
  const made = post(widgets(namespace), body);
  expect(made.status).toBe(201);
  return made.body as ApiObject;
}

function makeOwned(owner: ApiObject, namespace: string): void {
  const { apiVersion, kind, metadata } = owner;
  const ownerReferences = [
    { apiVersion, kind, name: metadata.name, uid: metadata.uid, blockOwnerDeletion: true },
  ];
  post(`/api/v1/namespaces/${namespace}/configmaps`, { metadata: { name: "owned", ownerReferences } });
}

beforeEach(() => {
  world = new World({ masters: 1, workers: 0, cloud: false, workload: "none" });
  const openAPIV3Schema = { type: "object", "x-kubernetes-preserve-unknown-fields": true };
  const versions = [{ name: "v1", served: true, storage: true, schema: { openAPIV3Schema } }];
  const names = { plural: "widgets", kind: "Widget" };
  const spec = { group: "example.com", scope: "Namespaced", names, versions };
  post(CRDS, { metadata: { name: "widgets.example.com" }, spec });
  world.until("the kind is served", () => world.get(widgets("default")).status === 200);
  world.run(2 * SECOND);
});

describe("a custom kind", () => {
  const owned = (): number => world.get("/api/v1/namespaces/default/configmaps/owned").status;
  const remove = (path: string, body?: object): void => {
    const headers = { "content-type": "application/json" };
    world.request({ method: "DELETE", path, headers, ...(body === undefined ? {} : { body }) });
  };

  it("takes what its objects own along", () => {
    makeOwned(makeWidget("default"), "default");
    world.run(2 * SECOND);
    expect(owned()).toBe(200);
    remove(`${widgets("default")}/w`);
    world.until("the owned is gone", () => owned() === 404, 30 * SECOND);
  });

  it("waits for dependents in the foreground", () => {
    makeOwned(makeWidget("default"), "default");
    world.run(2 * SECOND);
    remove(`${widgets("default")}/w`, { propagationPolicy: "Foreground" });
    world.until("both are gone", () => world.get(`${widgets("default")}/w`).status === 404, 30 * SECOND);
    expect(owned()).toBe(404);
  });

  it("loses its owner when that is deleted with orphans", () => {
    const parent = post("/api/v1/namespaces/default/configmaps", { metadata: { name: "parent" } })
      .body as ApiObject;
    const { uid } = parent.metadata;
    const ownerReferences = [{ apiVersion: "v1", kind: "ConfigMap", name: "parent", uid }];
    const metadata = { name: "child", ownerReferences };
    post(widgets("default"), { apiVersion: "example.com/v1", kind: "Widget", metadata });
    world.run(2 * SECOND);
    remove("/api/v1/namespaces/default/configmaps/parent", { propagationPolicy: "Orphan" });
    const path = "/api/v1/namespaces/default/configmaps/parent";
    world.until("the parent is gone", () => world.get(path).status === 404, 30 * SECOND);
    const child = world.get(`${widgets("default")}/child`).body as ApiObject;
    expect(child.metadata.ownerReferences ?? []).toEqual([]);
  });

  it("goes with its namespace", () => {
    post("/api/v1/namespaces", { metadata: { name: "team" } });
    makeWidget("team");
    remove("/api/v1/namespaces/team");
    world.until(
      "the namespace is gone",
      () => world.get("/api/v1/namespaces/team").status === 404,
      60 * SECOND,
    );
    expect((world.get("/apis/example.com/v1/widgets").body as ApiList).items).toEqual([]);
  });

  it("goes with its definition, whatever its objects own", () => {
    makeOwned(makeWidget("default"), "default");
    world.run(2 * SECOND);
    remove(CRD);
    world.until("the definition is gone", () => world.get(CRD).status === 404, 60 * SECOND);
    world.until("the owned is gone", () => owned() === 404, 60 * SECOND);
    expect(world.get(widgets("default")).status).toBe(404);
  });
});
