import { describe, expect, it } from "vitest";
import { STREAM_END, type Exchange, type RpcResult } from "./connection";
import type { Host } from "./host";
import { Kernel } from "./kernel";
import type { Process } from "./process";
import type { Task } from "./task";
import { MS, SECOND } from "./time";

function* forever(): Task {
  for (;;) yield 3600 * SECOND;
}

function world() {
  const kernel = new Kernel({ seed: 7 });
  const hosts = ["a", "b", "c"].map((name, i) =>
    kernel.network.addHost({
      name,
      ip: `10.0.0.${i + 1}`,
      kind: "test",
      cpuMilli: 1000,
      memoryBytes: 1e9,
      latency: 100,
      bootTime: 0,
    }),
  );
  for (const h of hosts) h.powerOn();
  const [a, b, c] = hosts as [(typeof hosts)[0], (typeof hosts)[0], (typeof hosts)[0]];
  const echo = (p: Process) => {
    p.listen(80, (x: Exchange) => x.respond({ echo: x.request }));
    return forever();
  };
  return { kernel, a, b, c, echo };
}

function client(host: Host, ip: string, timeout = 5 * SECOND) {
  const results: RpcResult[] = [];
  host.start("client", function* (p) {
    const connection = p.connect(ip, 80);
    for (;;) {
      results.push(yield* connection.call("hi", { timeout }));
      yield 1 * SECOND;
    }
  });
  return results;
}

describe("connection", () => {
  it("answers, and the round trip takes network time", () => {
    const { kernel, a, b, echo } = world();
    b.start("server", echo);
    const results = client(a, b.ip);
    kernel.runUntil(100 * MS);
    expect(results).toEqual([{ ok: true, value: { echo: "hi" } }]);
  });

  it("is refused at once when nobody listens", () => {
    const { kernel, a, b } = world();
    const results = client(a, b.ip);
    kernel.runUntil(10 * MS);
    expect(results).toEqual([{ ok: false, error: "refused" }]);
  });

  it("times out when the host is down", () => {
    const { kernel, a, b } = world();
    b.powerOff();
    const results = client(a, b.ip);
    kernel.runUntil(4 * SECOND);
    expect(results).toEqual([]);
    kernel.runUntil(6 * SECOND);
    expect(results[0]).toEqual({ ok: false, error: "timeout" });
  });

  it("is reset when the server dies while the call is open, and lost when its host loses power", () => {
    for (const how of ["kill", "power"] as const) {
      const { kernel, a, b } = world();
      b.start("server", function* (p) {
        p.listen(80, () => {});
        yield* forever();
      });
      const results = client(a, b.ip, 0);
      kernel.runUntil(1 * SECOND);
      if (how === "kill") b.processes.get("server")?.kill();
      else b.powerOff();
      kernel.runUntil(2 * SECOND);
      expect(results.length).toBe(how === "kill" ? 1 : 0);
      kernel.runUntil(47 * SECOND);
      expect(results[0]).toEqual({ ok: false, error: how === "kill" ? "reset" : "lost" });
    }
  });

  it("carries on after a short cut and keeps order", () => {
    const { kernel, a, b } = world();
    const got: unknown[] = [];
    b.start("server", function* (p) {
      p.listen(80, (x) => {
        x.begin("ok");
        p.spawn("feed", feed(x));
      });
      yield* forever();
    });
    function* feed(x: Exchange): Task {
      for (let i = 0; i < 10; i++) {
        x.push(i);
        yield 100 * MS;
      }
      x.end();
    }
    a.start("client", function* (p) {
      const x = p.connect(b.ip, 80).start("watch");
      yield* x.response;
      for (;;) {
        const item = yield* x.inbox.receive();
        got.push(item === STREAM_END ? `end ${x.endError}` : item);
        if (item === STREAM_END) break;
      }
      yield* forever();
    });
    kernel.runUntil(250 * MS);
    kernel.network.setFault(b, a, { cut: true });
    kernel.runUntil(800 * MS);
    expect(got).toEqual([0, 1, 2]);
    kernel.network.setFault(b, a, { cut: false });
    kernel.runUntil(3 * SECOND);
    expect(got).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, "end undefined"]);
  });

  it("goes through a proxy to a living backend, and breaks with the proxy", () => {
    const { kernel, a, b, c, echo } = world();
    c.start("server", echo);
    const tried: number[] = [];
    b.start("proxy", function* (p) {
      p.listenProxy(80, (_c, attempt) => {
        tried.push(attempt);
        return attempt === 0 ? { ip: a.ip, port: 81 } : { ip: c.ip, port: 80 };
      });
      yield* forever();
    });
    const results = client(a, b.ip);
    kernel.runUntil(1500 * MS);
    expect(results.map((r) => r.ok)).toEqual([true, true]);
    expect(tried).toEqual([0, 1]);
    b.processes.get("proxy")?.kill();
    kernel.runUntil(4 * SECOND);
    expect(results.at(-1)).toEqual({ ok: false, error: "closed" });
  });

  it("repeats a run to the byte", () => {
    const run = (seed: number) => {
      const kernel = new Kernel({ seed });
      const [a, b] = ["a", "b"].map((name, i) =>
        kernel.network.addHost({
          name,
          ip: `10.0.0.${i + 1}`,
          kind: "t",
          cpuMilli: 1,
          memoryBytes: 1,
          latency: 100,
        }),
      ) as [ReturnType<typeof kernel.network.addHost>, ReturnType<typeof kernel.network.addHost>];
      a.powerOn();
      b.powerOn();
      b.start("server", (p) => {
        p.listen(80, (x) => x.respond(1));
        return forever();
      });
      client(a, b.ip);
      kernel.runUntil(60 * SECOND);
      return kernel.hash;
    };
    expect(run(1)).toBe(run(1));
    expect(run(1)).not.toBe(run(2));
  });
});
