import { describe, expect, it } from "vitest";
import type { RpcResult } from "./exchange";
import type { Host, PacketRules } from "./host";
import type { Process } from "./process";
import { MS, SECOND } from "./time";
import { forever, idle, serving, world } from "./test-world";

const POD = "10.244.3.9";
const SERVICE = "10.96.0.1";

/** Who answered, and over which hosts. */
function ask(from: Host, ip: string, port: number, timeout = 20 * SECOND, at = 1 * SECOND) {
  const client = from.processes.get("idle") ?? idle(from);
  const connection = client.connect(ip, port);
  const x = connection.start("who", { timeout });
  from.kernel.runUntil(from.kernel.now + at);
  return { result: x.response.value as RpcResult | undefined, connection, x };
}

const answer = (name: string) => serving(80, (x) => x.respond(name));

/** A pod on host c. */
function withPod() {
  const w = world();
  w.c.addAddress(POD);
  w.kernel.network.setRoute("10.244.3.", w.c);
  w.c.start("pod", answer("pod"), POD);
  return w;
}

const service: PacketRules = ({ ip, port }) =>
  ip === SERVICE && port === 443 ? { ip: POD, port: 80 } : undefined;

describe("dialing by packet rules", () => {
  it("reaches a pod by its address", () => {
    const { a } = withPod();
    const { result, connection } = ask(a, POD, 80);
    expect(result).toEqual({ ok: true, value: "pod" });
    expect(connection.route.map((h) => h.name)).toEqual(["a", "c"]);
  });

  it("is translated on the way out, to another host or to its own", () => {
    const { a, c } = withPod();
    a.packetRules = service;
    c.packetRules = service;
    expect(ask(a, SERVICE, 443).result).toEqual({ ok: true, value: "pod" });
    const local = ask(c, SERVICE, 443);
    expect(local.result).toEqual({ ok: true, value: "pod" });
    expect(local.connection.route.map((h) => h.name)).toEqual(["c", "c"]);
  });

  it("is translated on the way in: a node port leads on to the pod's host", () => {
    const { a, b } = withPod();
    b.packetRules = ({ port }, incoming) => (incoming && port === 30080 ? { ip: POD, port: 80 } : undefined);
    const { result, connection } = ask(a, b.ip, 30080);
    expect(result).toEqual({ ok: true, value: "pod" });
    expect(connection.route.map((h) => h.name)).toEqual(["a", "b", "c"]);
  });

  it("is refused by a reject on either side", () => {
    const { a, c } = withPod();
    a.packetRules = () => "reject";
    expect(ask(a, POD, 80).result).toEqual({ ok: false, error: "refused" });
    a.packetRules = undefined;
    c.packetRules = (_dst, incoming) => (incoming ? "reject" : undefined);
    expect(ask(a, POD, 80).result).toEqual({ ok: false, error: "refused" });
  });

  it.each<[string, (w: ReturnType<typeof withPod>) => void]>([
    ["a rule drops it on the way out", ({ a }) => (a.packetRules = () => "drop")],
    ["a rule drops it on the way in", ({ c }) => (c.packetRules = () => "drop")],
    ["there is no route", ({ kernel }) => kernel.network.setRoute("10.244.3.", null)],
    ["the host has no power", ({ c }) => c.powerOff()],
    [
      "rules send it in circles",
      ({ a, b, c }) => {
        a.packetRules = () => ({ ip: b.ip, port: 1 });
        b.packetRules = () => ({ ip: c.ip, port: 1 });
        c.packetRules = () => ({ ip: a.ip, port: 1 });
      },
    ],
  ])("gets no answer when %s, and gives up in the end", (_why, fault) => {
    const w = withPod();
    fault(w);
    const { x, connection } = ask(w.a, POD, 80, 0, 29 * SECOND);
    expect(x.response.settled).toBe(false);
    w.kernel.runUntil(31 * SECOND);
    expect(x.response.value).toEqual({ ok: false, error: "timeout" });
    expect(connection.state).toBe("closed");
    expect(w.kernel.network.connections.size).toBe(0);
    w.kernel.runUntil(200 * SECOND);
    expect(w.kernel.pending().filter((e) => !e.over && e.run.name !== "wake")).toEqual([]);
  });

  it("reaches 127.0.0.1 within its own host, or its own pod", () => {
    const { kernel, c } = withPod();
    c.start("server", answer("host"));
    expect(ask(c, "127.0.0.1", 80).result).toEqual({ ok: true, value: "host" });
    const inPod = idle(c, "sidecar", POD).connect("127.0.0.1", 80).start("who");
    kernel.runUntil(kernel.now + 1 * SECOND);
    expect(inPod.response.value).toEqual({ ok: true, value: "pod" });
  });
});

describe("dialing over a path with faults", () => {
  it("sends the SYN again: a cut that heals costs a second, not the whole limit", () => {
    const { kernel, a, c } = withPod();
    kernel.network.setFault(a, c, { cut: true });
    const { x } = ask(a, POD, 80, 0, 800 * MS);
    kernel.network.setFault(a, c, { cut: false });
    kernel.runUntil(1100 * MS);
    expect(x.response.value).toEqual({ ok: true, value: "pod" });
  });

  it("sends the answer again when it cannot get back, and does not dial a second time", () => {
    const { kernel, a, c } = withPod();
    kernel.network.setFault(c, a, { cut: true });
    const { x, connection } = ask(a, POD, 80, 0, 2 * SECOND);
    expect(connection.server?.name).toBe("pod");
    expect(connection.state).toBe("connecting");
    kernel.network.setFault(c, a, { cut: false });
    kernel.runUntil(4 * SECOND);
    expect(x.response.value).toEqual({ ok: true, value: "pod" });
  });

  it("is not refused by a host that cannot answer", () => {
    const { kernel, a, c } = withPod();
    kernel.network.setFault(c, a, { cut: true });
    expect(ask(a, POD, 81).result).toBeUndefined();
  });

  it("finds a listener that opens while it tries, once the host is up", () => {
    const { kernel, a, c } = withPod();
    c.powerOff();
    c.addUnit({ name: "server", program: answer("back"), restartDelay: 1 });
    const { x } = ask(a, c.ip, 80, 0, 2 * SECOND);
    kernel.external(() => c.powerOn());
    kernel.runUntil(4 * SECOND);
    expect(x.response.value).toEqual({ ok: true, value: "back" });
  });
});

describe("closing while connecting", () => {
  it("fails what waits at once; the server never sees it", () => {
    const { kernel, a, b } = world();
    let seen = 0;
    b.start(
      "server",
      serving(80, () => void seen++),
    );
    const connection = idle(a).connect(b.ip, 80);
    const x = connection.start("hi");
    kernel.runUntil(300);
    connection.close();
    expect(x.response.value).toEqual({ ok: false, error: "closed" });
    expect(connection.start("again").response.value).toEqual({ ok: false, error: "closed" });
    kernel.runUntil(1 * SECOND);
    expect([seen, b.processes.get("server")?.connections.size, kernel.network.connections.size]).toEqual([
      0, 0, 0,
    ]);
  });

  it("happens with the client's end, without a trace at the server", () => {
    const { kernel, a, b } = world();
    const server = b.start(
      "server",
      serving(80, () => {}),
    );
    const client = idle(a);
    client.connect(b.ip, 80).start("hi");
    kernel.runUntil(300);
    client.kill();
    kernel.runUntil(1 * SECOND);
    expect([server.connections.size, kernel.network.connections.size]).toEqual([0, 0]);
  });

  it("resets a client whose server ends between SYN and answer", () => {
    const { kernel, a, b } = world();
    const server = b.start(
      "server",
      serving(80, () => {}),
    );
    const x = idle(a).connect(b.ip, 80).start("hi");
    kernel.runUntil(260);
    expect(server.connections.size).toBe(1);
    server.kill();
    kernel.runUntil(5 * MS);
    expect(x.response.value).toEqual({ ok: false, error: "reset" });
  });
});

describe("dialing through a proxy", () => {
  function proxied(targets: readonly { ip: string; port: number }[]) {
    const w = world();
    const attempts: number[] = [];
    const proxy = w.b.start("proxy", function* (p: Process) {
      p.listenProxy(6443, (_connection, attempt) => {
        attempts.push(attempt);
        return targets[attempt];
      });
      yield* forever();
    });
    w.c.start("server", answer("server"));
    return { ...w, proxy, attempts };
  }

  it("goes on to the target that it names", () => {
    const { a, c, attempts } = proxied([{ ip: "10.0.0.3", port: 80 }]);
    const { result, connection } = ask(a, "10.0.0.2", 6443);
    expect(result).toEqual({ ok: true, value: "server" });
    expect(connection.route.map((h) => h.name)).toEqual(["a", "b", "c"]);
    expect(connection.server).toBe(c.processes.get("server"));
    expect(attempts).toEqual([0]);
  });

  it("tries others when a target refuses, also on the proxy's own host and behind a translated port", () => {
    const { a, b, attempts } = proxied([
      { ip: "10.0.0.3", port: 81 },
      { ip: "10.0.0.2", port: 81 },
      { ip: "10.0.0.3", port: 80 },
    ]);
    b.packetRules = ({ port }) => (port === 443 ? { ip: b.ip, port: 6443 } : undefined);
    const { result, connection } = ask(a, "10.0.0.2", 443);
    expect(result).toEqual({ ok: true, value: "server" });
    expect(connection.route.map((h) => h.name)).toEqual(["a", "b", "c"]);
    expect(attempts).toEqual([0, 1, 2]);
  });

  it("is refused when it has no target, or too many refused", () => {
    const none = proxied([]);
    expect(ask(none.a, "10.0.0.2", 6443).result).toEqual({ ok: false, error: "refused" });
    const bad = { ip: "10.0.0.3", port: 81 };
    const all = proxied([bad, bad, bad, bad, bad]);
    expect(ask(all.a, "10.0.0.2", 6443).result).toEqual({ ok: false, error: "refused" });
    expect(all.attempts).toEqual([0, 1, 2]);
  });

  it("is reset when the proxy ends while it dials on", () => {
    const { kernel, a, proxy } = proxied([{ ip: "10.0.0.3", port: 80 }]);
    const x = idle(a).connect("10.0.0.2", 6443).start("hi");
    kernel.runUntil(300);
    proxy.kill();
    kernel.runUntil(5 * MS);
    expect(x.response.value).toEqual({ ok: false, error: "reset" });
  });

  it("can be shut by the proxy although the target's host is dead", () => {
    const { kernel, a, c } = proxied([{ ip: "10.0.0.3", port: 80 }]);
    const { connection } = ask(a, "10.0.0.2", 6443);
    c.powerOff();
    const x = connection.start("hi", { timeout: 0 });
    kernel.runUntil(kernel.now + 1 * SECOND);
    expect(x.response.settled).toBe(false);
    connection.abort();
    kernel.runUntil(kernel.now + 1 * MS);
    expect(x.response.value).toEqual({ ok: false, error: "reset" });
  });

  it("can be shut by the proxy while its target does not answer", () => {
    const { kernel, a, c } = proxied([{ ip: "10.0.0.3", port: 80 }]);
    c.powerOff();
    const { x, connection } = ask(a, "10.0.0.2", 6443);
    connection.abort();
    connection.abort();
    kernel.runUntil(kernel.now + 1 * MS);
    expect(x.response.value).toEqual({ ok: false, error: "reset" });
  });
});
