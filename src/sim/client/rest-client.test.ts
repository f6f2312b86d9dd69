import { describe, expect, it } from "vitest";
import { configMaps } from "../api/kinds/config-map";
import { pods } from "../api/kinds/pod";
import { nodes } from "../api/kinds/node";
import { deployments } from "../api/kinds/deployment";
import { tooManyRequests } from "../api/status";
import type { ApiObject, Status } from "../api/types";
import type { Task } from "../kernel/task";
import { SECOND } from "../kernel/time";
import type { Result } from "../../shared/result";
import { fakeWorld, forever } from "../testing/fake-world";
import { resourcePath, type RestClient } from "./rest-client";

const map = (name: string, data = "x") => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name },
  data: { data },
});

/** Runs a task in a client process until it gives a result. */
function run<T>(
  world: ReturnType<typeof fakeWorld>,
  task: (client: RestClient) => Task<T>,
  seconds = 100,
): T {
  let result: { value: T } | undefined;
  world.start(`task-${world.kernel.now}`, function* (_p, client) {
    result = { value: yield* task(client) };
    yield* forever();
  });
  world.run(seconds);
  if (result === undefined) throw new Error("the task has not ended");
  return result.value;
}

function errorOf(result: Result<unknown, Status>): Status {
  if (result.ok) throw new Error("expected a failure");
  return result.error;
}

it.each([
  [pods, "default", "web", undefined, "/api/v1/namespaces/default/pods/web"],
  [pods, undefined, undefined, undefined, "/api/v1/pods"],
  [nodes, undefined, "n1", "status", "/api/v1/nodes/n1/status"],
  [deployments, "x", "web", "scale", "/apis/apps/v1/namespaces/x/deployments/web/scale"],
] as const)("makes paths %#", (def, namespace, name, subresource, path) => {
  expect(resourcePath(def as any, namespace, name, subresource)).toBe(path);
});

describe("RestClient", () => {
  it("creates, reads, lists, changes and deletes", () => {
    const world = fakeWorld();
    const seen = run(world, function* (c): Task<unknown[]> {
      const created = yield* c.create(configMaps, "default", map("a"));
      const fresh = yield* c.get(configMaps, "default", "a");
      const patched = yield* c.patch(configMaps, "default", "a", {
        type: "merge",
        body: { data: { data: "y" } },
      });
      const stale = yield* c.update(configMaps, {
        ...map("a", "z"),
        metadata: (created as any).value.metadata,
      });
      const listed = yield* c.list(configMaps, "default");
      const gone = yield* c.delete(configMaps, "default", "a");
      const missing = yield* c.get(configMaps, "default", "a");
      return [created, fresh, patched, stale, listed, gone, missing];
    }) as Result<any, Status>[];
    expect(seen.map((r) => (r.ok ? "ok" : r.error.reason))).toEqual([
      "ok",
      "ok",
      "ok",
      "Conflict",
      "ok",
      "ok",
      "NotFound",
    ]);
    expect((seen[4] as any).value.items.map((o: any) => o.data.data)).toEqual(["y"]);
  });

  it("tells in Go's words that nobody listens", () => {
    const world = fakeWorld();
    world.stopServer();
    const status = errorOf(run(world, (c) => c.get(configMaps, "default", "a")));
    expect(status).toMatchObject({ code: 0, reason: "Transport" });
    expect(status.message).toBe(
      'Get "https://10.0.0.11:6443/api/v1/namespaces/default/configmaps/a": ' +
        "dial tcp 10.0.0.11:6443: connect: connection refused",
    );
  });

  it("dials anew after the server was restarted", () => {
    const world = fakeWorld();
    world.api.create(configMaps, { ...map("a"), metadata: { name: "a", namespace: "default" } });
    const oks = run(world, function* (c): Task<boolean[]> {
      const first = yield* c.get(configMaps, "default", "a");
      yield SECOND;
      world.stopServer();
      world.startServer();
      yield SECOND;
      const second = yield* c.get(configMaps, "default", "a");
      return [first.ok, second.ok];
    });
    expect(oks).toEqual([true, true]);
  });

  it("waits as long as a 429 says, then tries again", () => {
    const world = fakeWorld();
    let refusals = 2;
    world.api.refuse = () => (refusals-- > 0 ? tooManyRequests("busy", 3) : undefined);
    const at = run(world, function* (c): Task<number> {
      yield* c.create(configMaps, "default", map("a"));
      return world.kernel.now;
    });
    expect(Math.floor(at / SECOND)).toBe(6);
    expect(world.api.all<ApiObject>("configmaps")).toHaveLength(1);
  });

  it("keeps to its rate", () => {
    const world = fakeWorld();
    const at = run(world, function* (c): Task<number> {
      const slow = c.sibling({ qps: 2, burst: 4 });
      for (let i = 0; i < 10; i++) yield* slow.create(configMaps, "default", map(`m-${i}`));
      return world.kernel.now;
    });
    expect(at / SECOND).toBeGreaterThan(2.9);
    expect(at / SECOND).toBeLessThan(3.1);
  });

  it("gives up after its timeout", () => {
    const world = fakeWorld();
    const status = errorOf(
      run(world, function* (c): Task<Result<unknown, Status>> {
        yield* c.list(configMaps, "default");
        world.kernel.network.setFault(world.node, world.master, { cut: true });
        return yield* c.get(configMaps, "default", "a", { timeout: 2 * SECOND });
      }),
    );
    expect(status.message).toContain("context deadline exceeded");
  });

  it("streams a watch", () => {
    const world = fakeWorld();
    const types = run(world, function* (c): Task<string[]> {
      const got: string[] = [];
      const listed = yield* c.list(configMaps, "default");
      if (!listed.ok) return got;
      const { resourceVersion } = listed.value;
      const opened = yield* c.watch(configMaps, "default", { resourceVersion });
      if (!opened.ok) return got;
      yield* c.create(configMaps, "default", map("a"));
      yield* c.delete(configMaps, "default", "a");
      yield SECOND;
      world.api.endWatches();
      for (;;) {
        const event = yield* opened.value.next();
        got.push(event?.type ?? "end");
        if (event === undefined) return got;
      }
    });
    expect(types).toEqual(["ADDED", "DELETED", "end"]);
  });
});
