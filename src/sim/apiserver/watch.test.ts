import { beforeEach, describe, expect, it } from "vitest";
import type { ApiList, ApiObject, Status } from "../api/types";
import { MINUTE, SECOND } from "../kernel/time";
import { MERGE, PODS } from "../testing/api-samples";
import { ApiWorld, type Watching } from "../testing/api-world";

const CONFIG_MAPS = "/api/v1/namespaces/default/configmaps";

let world: ApiWorld;
beforeEach(() => {
  world = new ApiWorld();
});

function put(name: string, labels: object = {}): ApiObject {
  return world.create(CONFIG_MAPS, { metadata: { name, labels } }).body as ApiObject;
}

function relabel(name: string, labels: object): ApiObject {
  return world.request("PATCH", `${CONFIG_MAPS}/${name}`, { headers: MERGE, body: { metadata: { labels } } })
    .body as ApiObject;
}

function told({ events }: Watching): string[] {
  return events.map((e) => `${e.type} ${e.object.metadata?.name ?? ""}`);
}

describe("a watch", () => {
  it("begins with what is there, and goes on with what happens", () => {
    put("a");
    const watching = world.watch(CONFIG_MAPS);
    put("b");
    relabel("a", { x: "1" });
    world.request("DELETE", `${CONFIG_MAPS}/b`);
    world.run(1 * SECOND);
    expect(told(watching)).toEqual(["ADDED a", "ADDED b", "MODIFIED a", "DELETED b"]);
    const revisions = watching.events.map((e) => Number(e.object.metadata.resourceVersion));
    expect(revisions).toEqual([...revisions].sort((a, b) => a - b));
    expect(new Set(revisions).size).toBe(4);
  });

  it("from a revision tells exactly what came after it", () => {
    const first = put("a");
    put("b");
    relabel("a", { x: "1" });
    const watching = world.watch(CONFIG_MAPS, { resourceVersion: first.metadata.resourceVersion ?? "" });
    expect(told(watching)).toEqual(["ADDED b", "MODIFIED a"]);
  });

  it("after a list misses nothing and repeats nothing", () => {
    put("a");
    const list = world.get(CONFIG_MAPS).body as ApiList;
    put("b");
    const watching = world.watch(CONFIG_MAPS, { resourceVersion: list.metadata.resourceVersion ?? "" });
    put("c");
    world.run(1 * SECOND);
    expect(told(watching)).toEqual(["ADDED b", "ADDED c"]);
  });

  it("ends with an error when history no longer goes back so far", () => {
    const first = put("a");
    for (let i = 0; i < 110; i++) relabel("a", { x: String(i) });
    world.run(2 * MINUTE);
    put("late");
    const asked = first.metadata.resourceVersion ?? "";
    const watching = world.watch(CONFIG_MAPS, { resourceVersion: asked });
    expect(watching.status).toBe(200);
    expect(watching.ended).toBe(true);
    const status = watching.events[0]?.object as unknown as Status;
    expect(watching.events).toHaveLength(1);
    expect(status).toMatchObject({ code: 410, reason: "Expired" });
    expect(status.message).toMatch(new RegExp(`^too old resource version: ${asked} \\(\\d+\\)$`));
  });

  it("translates what enters and leaves a label selector", () => {
    put("in", { app: "web" });
    put("out", { app: "db" });
    const watching = world.watch(CONFIG_MAPS, { labelSelector: "app=web" });
    relabel("out", { app: "web" });
    const left = relabel("in", { app: "db" });
    relabel("in", { app: "cache" });
    world.request("DELETE", `${CONFIG_MAPS}/out`);
    world.run(1 * SECOND);
    expect(told(watching)).toEqual(["ADDED in", "ADDED out", "DELETED in", "DELETED out"]);
    const deleted = watching.events[2]?.object;
    expect(deleted?.metadata.labels).toEqual({ app: "web" });
    expect(deleted?.metadata.resourceVersion).toBe(left.metadata.resourceVersion);
  });

  it("of a node's pods begins when a pod is bound to it", () => {
    world.create("/api/v1/namespaces/default/serviceaccounts", { metadata: { name: "default" } });
    const here = world.watch("/api/v1/pods", { fieldSelector: "spec.nodeName=n1" });
    const there = world.watch("/api/v1/pods", { fieldSelector: "spec.nodeName=n2" });
    const nowhere = world.watch("/api/v1/pods", { fieldSelector: "spec.nodeName=" });
    world.create(PODS, { metadata: { name: "p" }, spec: { containers: [{ name: "c", image: "i" }] } });
    world.create(`${PODS}/p/binding`, { target: { name: "n1" } });
    world.request("DELETE", `${PODS}/p`, { body: { gracePeriodSeconds: 0 } });
    world.run(1 * SECOND);
    expect(told(here)).toEqual(["ADDED p", "DELETED p"]);
    expect(told(there)).toEqual([]);
    expect(told(nowhere)).toEqual(["ADDED p", "DELETED p"]);
  });

  it("of one name in one namespace hears of no other", () => {
    const watching = world.watch(CONFIG_MAPS, { fieldSelector: "metadata.name=a" });
    put("a");
    put("b");
    world.create("/api/v1/namespaces/kube-public/configmaps", { metadata: { name: "a" } });
    world.run(1 * SECOND);
    expect(told(watching)).toEqual(["ADDED a"]);
    expect(watching.events[0]?.object.metadata.namespace).toBe("default");
  });

  it("sends bookmarks to those who want them, about once a minute", () => {
    const watching = world.watch(CONFIG_MAPS, { allowWatchBookmarks: "true" });
    const plain = world.watch(CONFIG_MAPS);
    world.run(3 * MINUTE + 5 * SECOND);
    expect(told(watching)).toEqual(["BOOKMARK ", "BOOKMARK ", "BOOKMARK "]);
    expect(Number(watching.events[2]?.object.metadata.resourceVersion)).toBe(world.view()?.revision);
    expect(plain.events).toEqual([]);
  });

  it("marks the end of the initial events when asked", () => {
    put("a");
    const watching = world.watch(CONFIG_MAPS, {
      sendInitialEvents: "true",
      resourceVersionMatch: "NotOlderThan",
      allowWatchBookmarks: "true",
    });
    expect(told(watching)).toEqual(["ADDED a", "BOOKMARK "]);
    expect(watching.events[1]?.object.metadata.annotations).toEqual({ "k8s.io/initial-events-end": "true" });
    const wrong = world.get(CONFIG_MAPS, { watch: "true", sendInitialEvents: "true" });
    expect(wrong.status).toBe(422);
  });

  it("ends when its time is over", () => {
    const watching = world.watch(CONFIG_MAPS, { timeoutSeconds: "5" });
    world.run(4 * SECOND);
    expect(watching.ended).toBe(false);
    world.run(2 * SECOND);
    expect(watching.ended).toBe(true);
    expect(world.view()?.watches).toBe(0);
  });

  it("is forgotten when its client goes", () => {
    const watching = world.watch(CONFIG_MAPS);
    expect(world.view()?.watches).toBe(1);
    watching.stop();
    world.run(1 * SECOND);
    expect(world.view()?.watches).toBe(0);
  });
});

it("events end with their lease", () => {
  const path = "/api/v1/namespaces/default/events";
  const involvedObject = { kind: "Pod", namespace: "default", name: "x" };
  const watching = world.watch(path, { timeoutSeconds: "7200" });
  world.create(path, { metadata: { name: "e" }, involvedObject, reason: "R", message: "m", type: "Normal" });
  world.run(59 * MINUTE);
  expect(world.get(`${path}/e`).status).toBe(200);
  world.run(3 * MINUTE);
  expect(world.get(`${path}/e`).status).toBe(404);
  expect(told(watching)[1]).toBe("DELETED e");
});
