import { beforeEach, describe, expect, it } from "vitest";
import { configMaps } from "../api/kinds/config-map";
import { pods } from "../api/kinds/pod";
import { expired, tooManyRequests } from "../api/status";
import type { ConfigMap } from "../api/types";
import { SECOND } from "../kernel/time";
import { fakeWorld, forever } from "../testing/fake-world";
import { Informer } from "./informer";
import { InformerFactory } from "./informer-factory";

const map = (name: string, labels: Record<string, string> = {}) => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, namespace: "default", labels },
});

let world: ReturnType<typeof fakeWorld>;
let log: string[];
let informer: Informer<ConfigMap>;

beforeEach(() => {
  world = fakeWorld();
  log = [];
  world.api.create(configMaps, map("a", { app: "x" }));
  world.start("client", function* (p, client) {
    informer = new Informer(client, configMaps);
    informer.index("app", (o) => o.metadata.labels?.["app"]);
    informer.addHandler({
      onAdd: (o) => log.push(`+${o.metadata.name}`),
      onUpdate: (old, o) => log.push(`~${o.metadata.name} ${old.metadata.labels?.["app"]}`),
      onDelete: (o) => log.push(`-${o.metadata.name}`),
    });
    informer.start(p);
    yield* informer.synced;
    log.push("synced");
    yield* forever();
  });
  world.run(1);
});

const relabel = (name: string, app: string) =>
  world.api.change("configmaps", "default", name, (o) => ({
    ...o,
    metadata: { ...o.metadata, labels: { app } },
  }));

/** Watch and list requests that the server has had since the last call. */
function requests(): string[] {
  const seen = world.api.requests.map((r) =>
    r.query["watch"] ? "watch" : `list ${r.query["resourceVersion"]}`,
  );
  world.api.requests.length = 0;
  return seen;
}

describe("Informer", () => {
  it("lists what the server has at hand, then follows", () => {
    world.api.create(configMaps, map("b"));
    relabel("a", "y");
    world.api.remove("configmaps", "default", "b");
    world.run(1);
    expect(log).toEqual(["+a", "synced", "+b", "~a x", "-b"]);
    expect(requests()).toEqual(["list 0", "watch"]);
  });

  it("keeps indexes up to date", () => {
    world.api.create(configMaps, map("b", { app: "x" }));
    relabel("a", "y");
    world.run(1);
    const names = (value: string) => informer.byIndex("app", value).map((o) => o.metadata.name);
    expect([names("x"), names("y"), names("z")]).toEqual([["b"], ["a"], []]);
    world.api.remove("configmaps", "default", "b");
    world.run(1);
    expect(informer.countIndex("app", "x")).toBe(0);
    expect(informer.get("default/a")?.metadata.labels).toEqual({ app: "y" });
  });

  it("watches on from where it stood when the server ends the watch", () => {
    world.run(5);
    world.api.endWatches();
    world.api.create(configMaps, map("b"));
    world.run(1);
    expect(log).toEqual(["+a", "synced", "+b"]);
    expect(requests()).toEqual(["list 0", "watch", "watch"]);
  });

  it("waits for a dead server and misses nothing", () => {
    world.run(5);
    world.stopServer();
    world.run(10);
    world.api.create(configMaps, map("b"));
    world.api.remove("configmaps", "default", "a");
    world.startServer();
    world.run(60);
    expect(log).toEqual(["+a", "synced", "+b", "-a"]);
    expect(informer.lists).toBe(1);
  });

  it("lists afresh when history is lost, and tells only of differences", () => {
    world.run(5);
    world.stopServer();
    world.api.create(configMaps, map("b"));
    world.api.create(configMaps, map("c"));
    world.api.remove("configmaps", "default", "a");
    relabel("c", "z");
    world.api.oldest = world.api.revision;
    world.startServer();
    world.run(60);
    expect(log).toEqual(["+a", "synced", "-a", "+b", "+c"]);
    expect(informer.lists).toBe(2);
    expect(requests().filter((r) => r !== "watch")).toEqual(["list 0", "list undefined"]);
  });

  it("obeys a 410 in the middle of a watch", () => {
    world.run(5);
    world.api.refuse = (r) => (r.query["watch"] ? expired("too old resource version: 1 (2)") : undefined);
    world.api.endWatches();
    world.run(3);
    world.api.refuse = () => undefined;
    world.api.create(configMaps, map("b"));
    world.run(60);
    expect(log).toEqual(["+a", "synced", "+b"]);
  });

  it("backs off from a server that is overloaded", () => {
    world.run(5);
    requests();
    world.api.refuse = () => ({ ...tooManyRequests("busy"), details: {} });
    world.api.endWatches();
    world.run(60);
    expect(requests().length).toBeLessThan(10);
    world.api.refuse = () => undefined;
    world.api.create(configMaps, map("b"));
    world.run(61);
    expect(log).toEqual(["+a", "synced", "+b"]);
  });

  it("tells late handlers of what is there", () => {
    const late: string[] = [];
    informer.addHandler({ onAdd: (o) => late.push(o.metadata.name) });
    world.api.create(configMaps, map("b"));
    world.run(1);
    expect(late).toEqual(["a", "b"]);
  });
});

it("limits itself to what it selects, also when objects begin or cease to match", () => {
  const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "p", namespace: "default" }, spec: {} };
  world.api.create(pods, pod);
  world.api.create(pods, { ...pod, metadata: { name: "q", namespace: "default" }, spec: { nodeName: "n1" } });
  const seen: string[] = [];
  world.start("kubelet", function* (p, client) {
    const mine = new Informer(client, pods, { fieldSelector: "spec.nodeName=n1" });
    mine.addHandler({ onAdd: (o) => seen.push(o.metadata.name) });
    mine.start(p);
    yield* forever();
  });
  world.run(1);
  expect(seen).toEqual(["q"]);
});

it("shares informers of the same selection", () => {
  world.start("other", function* (p, client) {
    const factory = new InformerFactory(client);
    const all = factory.informer(pods);
    expect(factory.informer(pods)).toBe(all);
    expect(factory.informer(pods, { namespace: "x" })).not.toBe(all);
    factory.start(p);
    yield* factory.waitForSync();
    log.push("factory synced");
    yield* forever();
  });
  world.run(2);
  expect(log).toContain("factory synced");
  expect(world.kernel.now).toBe(3 * SECOND);
});
