import { describe, expect, it } from "vitest";
import { STREAM_END, type Exchange, type RpcResult } from "./connection";
import type { Host } from "./host";
import type { Task } from "./task";
import { MS, SECOND } from "./time";
import { forever, idle, serving, world } from "./test-world";

const echo = serving(80, (x) => x.respond({ echo: x.request }));

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
    const { kernel, a, b } = world();
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
    const { kernel, a, b, c } = world();
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
});

/** An open connection from a to b with a stream on it, and what the client got from it. */
function stream() {
  const w = world();
  const served: Exchange[] = [];
  const server = w.b.start(
    "server",
    serving(80, (x) => {
      served.push(x);
      x.begin("ok");
    }),
  );
  const process = idle(w.a);
  const connection = process.connect(w.b.ip, 80);
  const x = connection.start("watch");
  w.kernel.runUntil(5 * MS);
  const got = (): unknown[] => {
    const items: unknown[] = [];
    while (x.inbox.size > 0) items.push(x.inbox.take());
    return items;
  };
  const run = (us: number): void => w.kernel.runUntil(w.kernel.now + us);
  return { ...w, server, process, connection, x, got, run, served: served[0] as Exchange };
}

describe("connection: order", () => {
  it("holds when the path is cut under what is on its way, and heals before all of it was missed", () => {
    const { kernel, a, b, served, got, run } = stream();
    served.push(1);
    run(50);
    served.push(2);
    run(10);
    kernel.network.setFault(b, a, { cut: true });
    served.push(3);
    // The first arrives at the cut, the second after the cut has healed.
    while (!kernel.trace.messagesSince(0).some((m) => m.payload === 1 && m.dropped)) kernel.step();
    kernel.network.setFault(b, a, { cut: false });
    served.push(4);
    run(10 * SECOND);
    expect(got()).toEqual([1, 2, 3, 4]);
  });

  it.each([1, 2, 3, 4, 5, 6])("survives random short cuts, losses and delays (seed %i)", (seed) => {
    const { kernel, a, b, served, got, run } = stream();
    const rng = kernel.rng(`test-${seed}`);
    const sent: number[] = [];
    for (let i = 0; i < 400; i++) {
      for (let n = rng.below(4); n > 0; n--) {
        sent.push(sent.length);
        served.push(sent.length - 1);
      }
      const [from, to] = rng.chance(500_000) ? [a, b] : [b, a];
      if (rng.chance(300_000)) kernel.network.setFault(from, to, { cut: rng.chance(500_000) });
      if (rng.chance(100_000)) kernel.network.setFault(from, to, { lossPpm: rng.below(600_000) });
      if (rng.chance(100_000)) kernel.network.setFault(from, to, { delay: rng.below(5000) });
      run(rng.below(300));
    }
    for (const [from, to] of [
      [a, b],
      [b, a],
    ] as const) {
      kernel.network.setFault(from, to, { cut: false, lossPpm: 0, delay: 0 });
    }
    run(600 * SECOND);
    expect(got()).toEqual(sent);
    expect(served.connection.state).toBe("open");
  });

  it("traces what is sent again as a message of its own, with its first cause", () => {
    const { kernel, a, b, served, got, run } = stream();
    kernel.network.setFault(b, a, { cut: true });
    const from = kernel.trace.messageCount;
    let cause = 0;
    kernel.external(() => {
      cause = kernel.context.id;
      served.push("x");
    });
    run(1 * SECOND);
    kernel.external(() => kernel.network.setFault(b, a, { cut: false }));
    run(1 * SECOND);
    expect(got()).toEqual(["x"]);
    const messages = kernel.trace.messagesSince(from);
    expect(messages.map((m) => [m.dropped, m.cause])).toEqual([
      [true, cause],
      [false, cause],
    ]);
    expect(new Set(messages.map((m) => m.id)).size).toBe(2);
  });
});

describe("connection: how it breaks", () => {
  it("delivers what a process said before it died, then the reset", () => {
    const { server, served, got, run, x } = stream();
    for (let i = 0; i < 5; i++) served.push(i);
    server.kill();
    run(1 * MS);
    expect(got()).toEqual([0, 1, 2, 3, 4, STREAM_END]);
    expect(x.endError).toBe("reset");
  });

  it("loses what was on its way to a process that died", () => {
    const { kernel, server, connection, run } = stream();
    const y = connection.start("unheard");
    server.kill();
    run(1 * MS);
    expect(y.response.value).toEqual({ ok: false, error: "reset" });
    expect(kernel.trace.messagesSince(0).find((m) => m.payload === "unheard")?.dropped).toBe(true);
  });

  it("tells the server when the client dies", () => {
    const { process, served, run, server, kernel } = stream();
    process.kill();
    expect(served.open).toBe(true);
    run(1 * MS);
    expect([served.open, served.closed.settled]).toEqual([false, true]);
    expect([server.connections.size, kernel.network.connections.size]).toEqual([0, 0]);
  });

  it("tells the server only after the keepalive when the client's host has no power", () => {
    const { a, served, run, kernel } = stream();
    a.powerOff();
    run(44 * SECOND);
    expect(served.open).toBe(true);
    run(2 * SECOND);
    expect([served.open, kernel.network.connections.size]).toEqual([false, 0]);
  });

  it("is reset soon after a host came back that does not know it any more", () => {
    const { b, run, x, kernel } = stream();
    kernel.external(() => b.powerOff());
    run(5 * SECOND);
    expect(x.inbox.size).toBe(0);
    kernel.external(() => b.powerOn());
    run(2 * SECOND);
    expect(x.endError).toBe("reset");
  });

  it("is reset soon after the path to a process healed that died meanwhile", () => {
    const { a, b, server, run, x, kernel } = stream();
    kernel.network.setFault(b, a, { cut: true });
    server.kill();
    run(5 * SECOND);
    expect(x.endError).toBeUndefined();
    kernel.network.setFault(b, a, { cut: false });
    run(2 * SECOND);
    expect(x.endError).toBe("reset");
  });

  it.each(["there", "back"] as const)("is lost when one direction stays cut (%s)", (direction) => {
    const { a, b, kernel, run, x, served } = stream();
    const [from, to] = direction === "there" ? [a, b] : [b, a];
    kernel.network.setFault(from, to, { cut: true });
    run(44 * SECOND);
    expect(x.endError).toBeUndefined();
    run(2 * SECOND);
    expect([x.endError, served.open]).toEqual(["lost", false]);
  });

  it("takes as long as its own keepalive says", () => {
    const { kernel, a, b } = world();
    b.start(
      "server",
      serving(80, () => {}),
    );
    const x = idle(a)
      .connect(b.ip, 80, { keepalive: 1 * SECOND })
      .start("hi");
    kernel.runUntil(1 * SECOND);
    b.powerOff();
    kernel.runUntil(2100 * MS);
    expect(x.response.value).toEqual({ ok: false, error: "lost" });
  });

  it("closed by the client fails its exchanges at once, and the server's when that has arrived", () => {
    const { connection, x, got, served, run, server, kernel } = stream();
    expect(connection.closed.settled).toBe(false);
    connection.close();
    expect(got()).toEqual([STREAM_END]);
    expect([x.endError, served.open]).toEqual(["closed", true]);
    run(1 * MS);
    expect([served.open, served.closed.settled]).toEqual([false, true]);
    expect([server.connections.size, kernel.network.connections.size]).toEqual([0, 0]);
    expect(connection.closed.settled).toBe(true);
    connection.close();
    expect(connection.start("again").response.value).toEqual({ ok: false, error: "closed" });
  });

  it("closed over a dead path is noticed by the server's keepalive", () => {
    const { connection, served, run, kernel, a, b } = stream();
    kernel.network.setFault(a, b, { cut: true });
    connection.close();
    run(44 * SECOND);
    expect(served.open).toBe(true);
    run(2 * SECOND);
    expect(served.open).toBe(false);
  });

  it("answers nobody after its client died, and the dead say nothing", () => {
    const { kernel, process, server, served, x, run } = stream();
    server.kill();
    const before = kernel.trace.messageCount;
    served.push("from the grave");
    expect(kernel.trace.messageCount).toBe(before);
    process.kill();
    run(60 * SECOND);
    expect(x.inbox.size).toBeLessThanOrEqual(1);
    expect(kernel.network.connections.size).toBe(0);
  });
});

describe("connection: memory", () => {
  it("leaves nothing behind after ten thousand calls, connections and timers", () => {
    const { kernel, a, b } = world();
    const server = b.start("server", echo);
    a.start("client", function* (p) {
      for (let i = 0; i < 10_000; i++) {
        const connection = p.connect(b.ip, 80);
        yield* connection.call(i);
        connection.close();
      }
      yield* forever();
    });
    kernel.runUntil(20 * SECOND);
    expect(server.connections.size).toBe(0);
    expect(kernel.network.connections.size).toBe(0);
    expect(a.processes.get("client")?.connections.size).toBe(0);
    // What is left of cancelled limits stays below the bound at which it is swept.
    expect(kernel.pending().length).toBeLessThan(2200);
    expect(kernel.pending().filter((e) => e.over && e.arg !== undefined)).toEqual([]);
  });
});
