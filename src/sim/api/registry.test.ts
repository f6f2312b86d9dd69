import { describe, expect, it } from "vitest";
import {
  findByName,
  findCategory,
  findKind,
  findResource,
  groupVersions,
  hubOf,
  resources,
  storageKey,
} from "./registry";

describe("registry", () => {
  it.each([
    ["po", "pods"],
    ["pod", "pods"],
    ["deploy", "deployments"],
    ["deployments.apps", "deployments"],
    ["ev", "events"],
    ["svc", "services"],
  ])("%s means %s", (name, resource) => {
    expect(findByName(name)?.resource).toBe(resource);
  });

  it("prefers core events", () => {
    expect(findByName("events")?.group).toBe("");
    expect(findByName("events.events.k8s.io")?.group).toBe("events.k8s.io");
  });

  it("finds by path and by kind", () => {
    expect(findResource("apps", "v1", "deployments")).toBe(findKind("apps/v1", "Deployment"));
    expect(findResource("apps", "v1beta1", "deployments")).toBeUndefined();
    expect(findCategory("all").map((r) => r.resource)).toContain("replicasets");
    expect(groupVersions()[0]).toEqual({ group: "", version: "v1" });
  });

  it.each([
    ["pods", "/registry/pods/ns/x"],
    ["nodes", "/registry/minions/x"],
    ["services", "/registry/services/specs/ns/x"],
    ["endpoints", "/registry/services/endpoints/ns/x"],
    ["replicationcontrollers", "/registry/controllers/ns/x"],
    ["leases", "/registry/leases/ns/x"],
  ])("stores %s at %s", (resource, key) => {
    expect(storageKey(findByName(resource)!, "ns", "x")).toBe(key);
  });

  it("stores both forms of events in one place, and converts between them", () => {
    const v1 = findResource("events.k8s.io", "v1", "events")!;
    expect(hubOf(v1)).toBe(findResource("", "v1", "events"));
    expect(v1.storagePrefix).toBe(hubOf(v1).storagePrefix);
    const event = {
      apiVersion: "events.k8s.io/v1",
      kind: "Event",
      metadata: { name: "e" },
      regarding: { kind: "Pod", name: "p" },
      note: "n",
      reportingController: "c",
    };
    const core = v1.conversion!.toHub(event);
    expect(core).toEqual({
      apiVersion: "v1",
      kind: "Event",
      metadata: { name: "e" },
      involvedObject: { kind: "Pod", name: "p" },
      message: "n",
      reportingComponent: "c",
    });
    expect(v1.conversion!.fromHub(core)).toEqual(event);
    expect(v1.fieldValue(core, "regarding.name")).toBe("p");
  });

  it("has each path, kind and name column once", () => {
    expect(new Set(resources.map((r) => `${r.apiVersion}/${r.resource}`)).size).toBe(resources.length);
    for (const r of resources) {
      expect(r.columns.length).toBeGreaterThan(0);
      if (r.triggerField !== undefined) expect(r.hasField(r.triggerField)).toBe(true);
    }
  });
});
