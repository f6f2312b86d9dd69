import { expect, it } from "vitest";
import { Channel } from "./channel";
import type { RpcResult } from "./exchange";
import { SECOND } from "./time";
import { forever, serving, world } from "./test-world";

it("dials anew when its connection broke, and keeps it while it lives", () => {
  const { kernel, a, b } = world();
  const results: RpcResult[] = [];
  const connections = new Set<unknown>();
  const start = (): void =>
    void b.start(
      "server",
      serving(80, (x) => x.respond("ok")),
    );
  start();
  a.start("client", function* (p) {
    const channel = new Channel(p, b.ip, 80, { identity: "me" });
    for (;;) {
      results.push(yield* channel.call("hi"));
      connections.add(channel.get());
      yield 1 * SECOND;
    }
  });
  kernel.runUntil(1500_000);
  expect(connections.size).toBe(1);
  b.processes.get("server")?.kill();
  kernel.runUntil(2500_000);
  start();
  kernel.runUntil(3500_000);
  expect(results.map((r) => (r.ok ? "ok" : r.error))).toEqual(["ok", "ok", "refused", "ok"]);
});

it("closes what it has and can be used again", () => {
  const { kernel, a, b } = world();
  b.start(
    "server",
    serving(80, (x) => x.respond(x.connection.identity)),
  );
  const p = a.start("client", () => forever());
  const channel = new Channel(p, b.ip, 80, { identity: "me" });
  channel.close();
  const one = channel.start("hi");
  kernel.runUntil(1 * SECOND);
  channel.close();
  expect(kernel.network.connections.size).toBe(0);
  const two = channel.start("hi");
  kernel.runUntil(2 * SECOND);
  expect([one.response.value, two.response.value]).toEqual([
    { ok: true, value: "me" },
    { ok: true, value: "me" },
  ]);
});
