import { describe, expect, it } from "vitest";
import type { Connection } from "./connection";
import { STREAM_END, type Exchange } from "./exchange";
import type { Process } from "./process";
import { MS, SECOND } from "./time";
import { idle, serving, world } from "./test-world";

/** A server that keeps its exchanges for the test to answer, and an open connection to it. */
function setup() {
  const w = world();
  const served: Exchange[] = [];
  const server = w.b.start(
    "server",
    serving(80, (x) => void served.push(x)),
  );
  const client = idle(w.a);
  const connection = client.connect(w.b.ip, 80);
  const run = (us: number): void => w.kernel.runUntil(w.kernel.now + us);
  const warm = connection.start("warm-up");
  run(1 * MS);
  served.pop()?.respond("ok");
  run(1 * MS);
  expect(warm.response.settled).toBe(true);
  return { ...w, served, server, client, connection, run };
}

function drain(x: Exchange): unknown[] {
  const out: unknown[] = [];
  while (x.inbox.size > 0) out.push(x.inbox.take());
  return out;
}

describe("exchange", () => {
  it("carries many at once on one connection, answered in any order", () => {
    const { connection, served, run } = setup();
    const xs = ["p", "q", "r"].map((name) => connection.start(name));
    run(1 * MS);
    expect(served.map((s) => s.request)).toEqual(["p", "q", "r"]);
    for (const s of served.toReversed()) s.respond(`to ${String(s.request)}`);
    expect(connection.active).toBe(3);
    run(1 * MS);
    expect(xs.map((x) => x.response.value)).toEqual(
      ["p", "q", "r"].map((n) => ({ ok: true, value: `to ${n}` })),
    );
    expect(connection.active).toBe(0);
  });

  it("streams items after the answer, then its end", () => {
    const { connection, served, run } = setup();
    const x = connection.start("watch", { timeout: 1 * SECOND });
    run(1 * MS);
    const s = served[0] as Exchange;
    s.begin("200");
    s.push(1);
    run(5 * SECOND);
    expect(x.response.value).toEqual({ ok: true, value: "200" });
    expect(drain(x)).toEqual([1]);
    s.push(2);
    s.end();
    s.push(3);
    s.end();
    run(1 * MS);
    expect(drain(x)).toEqual([2, STREAM_END]);
    expect(x.endError).toBeUndefined();
    expect(connection.active).toBe(0);
  });

  it("fails at the caller's limit; the server learns it when the message gets there, not before", () => {
    const { connection, served, run, kernel } = setup();
    const x = connection.start("slow", { timeout: 10 * MS });
    run(10 * MS);
    const s = served[0] as Exchange;
    expect(x.response.value).toEqual({ ok: false, error: "timeout" });
    expect([s.open, s.closed.settled]).toEqual([true, false]);
    run(1 * MS);
    expect([s.open, s.closed.settled]).toEqual([false, true]);
    s.respond("too late");
    run(1 * MS);
    expect(x.response.value).toEqual({ ok: false, error: "timeout" });
    expect(connection.active).toBe(0);
    expect(kernel.trace.messagesSince(0).some((m) => m.kind === "cancel")).toBe(false);
  });

  it("is over although answer and cancellation pass each other", () => {
    const { connection, served, run } = setup();
    const x = connection.start("slow", { timeout: 10 * MS });
    run(10 * MS);
    (served[0] as Exchange).respond("passing");
    run(1 * MS);
    expect(x.response.value).toEqual({ ok: false, error: "timeout" });
    expect(connection.active).toBe(0);
  });

  it("carries what the client says during a stream, in order, until one of them is done", () => {
    const { connection, served, run } = setup();
    const x = connection.start("shell");
    run(1 * MS);
    const s = served[0] as Exchange;
    s.begin("101");
    run(1 * MS);
    x.send("a");
    x.send("b");
    run(1 * MS);
    expect([s.input.take(), s.input.take(), s.input.size]).toEqual(["a", "b", 0]);
    s.end();
    x.send("c");
    run(1 * MS);
    x.send("d");
    run(1 * MS);
    expect(s.input.size).toBe(0);
    expect(connection.active).toBe(0);
  });

  it.each<[string, (x: Exchange, c: Connection, client: Process) => void]>([
    ["gives up", (x) => x.cancel()],
    ["closes its connection", (_x, c) => c.close()],
    ["dies", (_x, _c, client) => client.kill()],
  ])("ends the input when the client %s", (_how, leave) => {
    const { connection, served, client, run } = setup();
    const x = connection.start("shell");
    run(1 * MS);
    const s = served[0] as Exchange;
    s.begin("101");
    run(1 * MS);
    x.send("a");
    run(1 * MS);
    leave(x, connection, client);
    run(1 * MS);
    expect([s.input.take(), s.input.take(), s.input.size]).toEqual(["a", STREAM_END, 0]);
  });

  it("can be cancelled as a stream: the client's inbox ends at once", () => {
    const { connection, served, run } = setup();
    const x = connection.start("watch");
    run(1 * MS);
    const s = served[0] as Exchange;
    s.begin("200");
    run(1 * MS);
    s.push("under way");
    x.cancel();
    x.cancel();
    expect(drain(x)).toEqual([STREAM_END]);
    expect(x.endError).toBe("closed");
    run(1 * MS);
    expect([drain(x), s.open]).toEqual([[], false]);
  });

  it("has no limit when that is 0", () => {
    const { connection, run } = setup();
    const x = connection.start("forever", { timeout: 0 });
    run(3600 * SECOND);
    expect(x.response.settled).toBe(false);
  });

  it("cancelled while the connection is being made is never sent", () => {
    const { client, b, served, run } = setup();
    const connection = client.connect(b.ip, 80);
    const x = connection.start("never");
    const y = connection.start("sent");
    x.cancel();
    run(1 * MS);
    expect(served.map((s) => s.request)).toEqual(["sent"]);
    expect([x.response.value, y.response.settled]).toEqual([{ ok: false, error: "closed" }, false]);
    expect(connection.active).toBe(1);
  });

  it("tells a late asker that the client has left", () => {
    const { connection, served, run } = setup();
    connection.start("x").cancel();
    run(1 * MS);
    expect((served[0] as Exchange).closed.settled).toBe(true);
  });

  it.each<[string, (s: Exchange) => void]>([
    ["push before begin", (s) => s.push(1)],
    ["end before begin", (s) => s.end()],
    ["respond after begin", (s) => [s.begin(1), s.respond(2)]],
    ["send before the answer", (s) => s.send(1)],
    ["begins once", (s) => [s.begin(1), s.begin(2)]],
  ])("refuses what makes no sense: %s", (message, misuse) => {
    const { connection, served, run } = setup();
    connection.start("x");
    run(1 * MS);
    expect(() => misuse(served[0] as Exchange)).toThrow(message);
  });

  describe("knows whether it is quiet, and in whose name it goes", () => {
    it("also when it had to wait for the connection", () => {
      const { kernel, client, b } = setup();
      const connection = client.connect(b.ip, 80);
      const from = kernel.trace.messageCount;
      const ids: number[] = [];
      for (const quiet of [true, false]) {
        kernel.external(() => {
          ids.push(kernel.context.id);
          connection.start("hi", { quiet });
        });
      }
      kernel.runUntil(kernel.now + 1 * MS);
      const messages = kernel.trace.messagesSince(from);
      expect(messages.map((m) => m.quiet)).toEqual([true, false]);
      expect(messages.map((m) => m.cause)).toEqual(ids);
    });

    it.each([true, false])("when it fails (quiet: %s)", (quiet) => {
      const { kernel, client, b, connection, run } = setup();
      const seen: boolean[] = [];
      const watch = (x: Exchange): void =>
        x.response.addWaiter({ settled: () => seen.push(kernel.context.quiet) });
      watch(connection.start("times out", { quiet, timeout: 10 }));
      watch(client.connect(b.ip, 81).start("refused", { quiet }));
      run(1 * SECOND);
      expect(seen).toEqual([quiet, quiet]);
    });

    it("is loud when its peer died", () => {
      const { kernel, connection, server, run } = setup();
      const seen: boolean[] = [];
      const x = connection.start("heartbeat", { quiet: false });
      x.response.addWaiter({ settled: () => seen.push(kernel.context.quiet) });
      kernel.external(() => {
        kernel.setQuiet(true);
        server.kill();
      });
      run(1 * SECOND);
      expect(seen).toEqual([false]);
    });
  });
});
