import { describe, expect, it } from "vitest";
import type { ApiList, ApiObject, Status } from "../api/types";
import { MINUTE, SECOND } from "../kernel/time";
import { MERGE } from "../testing/api-samples";
import { ApiWorld } from "../testing/api-world";

const CONFIG_MAPS = "/api/v1/namespaces/default/configmaps";

function names(world: ApiWorld, server: number, query: Readonly<Record<string, string>> = {}): string[] {
  const answer = world.request("GET", CONFIG_MAPS, { server, query });
  return (answer.body as ApiList).items.map((i) => i.metadata.name ?? "");
}

describe("three API servers", () => {
  it("show each other's writes at once to those who ask for the newest", () => {
    const world = new ApiWorld(3);
    for (const server of [1, 2, 3]) {
      world.create(CONFIG_MAPS, { metadata: { name: `by-${server}` } }, { server });
      for (const other of [1, 2, 3]) expect(names(world, other)).toContain(`by-${server}`);
    }
  });

  it("let one of two racing creations win", () => {
    const world = new ApiWorld(3);
    const statuses: number[] = [];
    for (const server of [1, 2, 3]) {
      world.send("POST", CONFIG_MAPS, { server, body: { metadata: { name: "same" } } }, (r) =>
        statuses.push(r.status),
      );
    }
    world.until(() => statuses.length === 3);
    expect(statuses.sort((a, b) => a - b)).toEqual([201, 409, 409]);
  });

  it("give different addresses to services created at the same moment", () => {
    const world = new ApiWorld(3);
    const ips: string[] = [];
    for (let i = 0; i < 30; i++) {
      const body = { metadata: { name: `s${i}` }, spec: { ports: [{ port: 80 }] } };
      world.send("POST", "/api/v1/namespaces/default/services", { server: 1 + (i % 3), body }, (r) =>
        ips.push((r.body as any).spec.clusterIP),
      );
    }
    world.until(() => ips.length === 30);
    expect(new Set(ips).size).toBe(30);
  });

  it("all stand behind the service kubernetes, and the dead one leaves it", () => {
    const world = new ApiWorld(3);
    world.run(25 * SECOND);
    const ips = () =>
      (world.get("/api/v1/namespaces/default/endpoints/kubernetes").body as any).subsets[0].addresses;
    expect(ips().map((a: any) => a.ip)).toEqual(["10.0.0.11", "10.0.0.12", "10.0.0.13"]);
    world.masters[2]?.powerOff();
    world.run(40 * SECOND);
    expect(ips().map((a: any) => a.ip)).toEqual(["10.0.0.11", "10.0.0.12"]);
  });

  it("record every write once, whoever hears of it first", () => {
    const world = new ApiWorld(3);
    const before = world.kernel.trace.lastFact;
    for (const server of [1, 2, 3])
      world.create(CONFIG_MAPS, { metadata: { name: `f${server}` } }, { server });
    world.run(1 * SECOND);
    const facts = world.kernel.trace.factsAfter(before).filter((f) => f.subject.startsWith("configmaps/"));
    expect(facts.map((f) => [f.subject, f.host])).toEqual([
      ["configmaps/default/f1", "master-1"],
      ["configmaps/default/f2", "master-2"],
      ["configmaps/default/f3", "master-3"],
    ]);
  });
});

describe("without a quorum", () => {
  function broken(): ApiWorld {
    const world = new ApiWorld(3);
    world.create(CONFIG_MAPS, { metadata: { name: "old" } });
    world.masters[1]?.powerOff();
    world.masters[2]?.powerOff();
    world.run(10 * SECOND);
    return world;
  }

  it("writes and consistent reads fail with etcd's own words, after their time", () => {
    const world = broken();
    const begun = world.kernel.now;
    const answer = world.create(CONFIG_MAPS, { metadata: { name: "new" } });
    expect(answer.status).toBeGreaterThanOrEqual(500);
    expect((answer.body as Status).message).toMatch(/etcdserver: |Timeout: /);
    expect(world.kernel.now - begun).toBeGreaterThan(1 * SECOND);
    expect(world.get(`${CONFIG_MAPS}/old`).status).toBeGreaterThanOrEqual(500);
    expect(world.get("/readyz").status).toBe(500);
    expect(world.get("/livez").status).toBe(200);
  });

  it("the cache answers those who do not ask for the newest, and watches stay", () => {
    const world = broken();
    expect(names(world, 1, { resourceVersion: "0" })).toEqual(["old"]);
    const watching = world.watch(CONFIG_MAPS, { resourceVersion: "0" });
    expect(watching.events.map((e) => e.type)).toEqual(["ADDED"]);
    world.run(1 * MINUTE);
    expect(watching.ended).toBe(false);
  });

  it("everything goes on when it returns", () => {
    const world = broken();
    const watching = world.watch(CONFIG_MAPS, { resourceVersion: "0" });
    world.masters[1]?.powerOn();
    world.until(() => world.get("/readyz").status === 200, 60 * SECOND);
    expect(world.create(CONFIG_MAPS, { metadata: { name: "new" } }).status).toBe(201);
    world.run(1 * SECOND);
    expect(watching.events.map((e) => e.object.metadata.name)).toEqual(["old", "new"]);
  });
});

describe("when etcd's process dies", () => {
  it("the watch is taken up where it stopped, and clients notice nothing", () => {
    const world = new ApiWorld(3);
    const watching = world.watch(CONFIG_MAPS);
    world.create(CONFIG_MAPS, { metadata: { name: "before" } });
    world.kernel.external(() => world.masters[0]?.processes.get("etcd")?.kill());
    const during = world.create(CONFIG_MAPS, { metadata: { name: "during" } }, { server: 2 });
    world.run(20 * SECOND);
    const after = world.create(CONFIG_MAPS, { metadata: { name: "after" } }, { server: 2 });
    world.run(2 * SECOND);
    const wanted = [
      "before",
      ...(during.status === 201 ? ["during"] : []),
      ...(after.status === 201 ? ["after"] : []),
    ];
    expect(after.status).toBe(201);
    expect(watching.events.map((e) => e.object.metadata.name)).toEqual(wanted);
    expect(watching.ended).toBe(false);
  });

  it("an API server that was away while etcd compacted reads everything anew", () => {
    const world = new ApiWorld(3);
    const path = `${CONFIG_MAPS}/changed`;
    world.create(CONFIG_MAPS, { metadata: { name: "changed" }, data: { n: "0" } }, { server: 2 });
    world.create(CONFIG_MAPS, { metadata: { name: "removed" } }, { server: 2 });
    const watching = world.watch(CONFIG_MAPS, {}, { server: 1 });
    const [first, ...others] = world.masters as [any, any, any];
    world.kernel.external(() => {
      for (const other of others) {
        world.kernel.network.setFault(first, other, { cut: true });
        world.kernel.network.setFault(other, first, { cut: true });
      }
    });
    world.run(10 * SECOND);
    const headers = MERGE;
    world.request("PATCH", path, { server: 2, headers, body: { data: { n: "1" } } });
    world.request("DELETE", `${CONFIG_MAPS}/removed`, { server: 2 });
    world.run(16 * MINUTE);
    world.kernel.external(() => {
      for (const other of others) {
        world.kernel.network.setFault(first, other, { cut: false });
        world.kernel.network.setFault(other, first, { cut: false });
      }
    });
    world.until(() => names(world, 1, { resourceVersion: "0" }).length === 1, 60 * SECOND);
    world.run(1 * SECOND);
    const last = new Map<string, string>();
    for (const e of watching.events) last.set(e.object.metadata.name ?? "", e.type);
    expect(last.get("removed")).toBe("DELETED");
    expect(
      (world.request("GET", path, { query: { resourceVersion: "0" } }).body as ApiObject as any).data,
    ).toEqual({ n: "1" });
  });
});

it("a restarted API server serves what it finds in etcd", () => {
  const world = new ApiWorld();
  world.create(CONFIG_MAPS, { metadata: { name: "kept" } });
  world.kernel.external(() => world.masters[0]?.processes.get("kube-apiserver")?.kill());
  world.run(5 * SECOND);
  world.until(() => world.view()?.started === true);
  expect(names(world, 1)).toEqual(["kept"]);
});

it("one seed, one history", () => {
  const hash = () => {
    const world = new ApiWorld(3, {}, 5);
    world.create(CONFIG_MAPS, { metadata: { generateName: "x-" } });
    world.run(10 * SECOND);
    return world.kernel.hash;
  };
  expect(hash()).toBe(hash());
});
