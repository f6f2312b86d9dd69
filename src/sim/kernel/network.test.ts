import { describe, expect, it } from "vitest";
import { MS, SECOND } from "./time";
import type { Host } from "./host";
import type { Process } from "./process";
import { addHost, forever, idle, serving, world } from "./test-world";

function receiver(host: Host, port: number, ip: string = host.ip) {
  const got: unknown[] = [];
  const process = host.start(
    `receiver-${ip}-${port}`,
    function* (p: Process) {
      p.listenDatagrams(port, (payload) => got.push(payload));
      yield* forever();
    },
    ip,
  );
  return { got, process };
}

describe("network: addresses", () => {
  it("finds a host by its own address, and pods by route", () => {
    const { kernel, a, b } = world();
    const net = kernel.network;
    expect(net.hostOf(a.ip)).toBe(a);
    expect(net.hostOf("10.244.1.7")).toBeUndefined();
    net.setRoute("10.244.1.", b);
    expect(net.hostOf("10.244.1.7")).toBe(b);
    expect([...net.routes()]).toEqual([["10.244.1.", "b"]]);
    net.setRoute("10.244.1.", null);
    expect(net.hostOf("10.244.1.7")).toBeUndefined();
  });

  it("lets a host reach its own pods without a route", () => {
    const { kernel, a, b } = world();
    a.addAddress("10.244.1.7");
    expect(kernel.network.hostOf("10.244.1.7", a)).toBe(a);
    expect(kernel.network.hostOf("10.244.1.7", b)).toBeUndefined();
    a.removeAddress("10.244.1.7");
    expect(kernel.network.hostOf("10.244.1.7", a)).toBeUndefined();
  });

  it("refuses two hosts of one name or address, and names that it does not know", () => {
    const { kernel } = world();
    expect(() => addHost(kernel, "a", "10.0.0.9")).toThrow("a host a already");
    expect(() => addHost(kernel, "d", "10.0.0.1")).toThrow("10.0.0.1 already");
    expect(() => kernel.network.host("d")).toThrow("no host d");
  });

  it("takes a machine away with its routes, faults and connections", () => {
    const { kernel, a, b, c } = world();
    b.start(
      "server",
      serving(80, () => {}),
    );
    kernel.network.setRoute("10.244.1.", b);
    const x = idle(a).connect(b.ip, 80).start("hi", { timeout: 0 });
    kernel.runUntil(1 * SECOND);
    kernel.network.setFault(b, c, { delay: 5 });
    kernel.external(() => kernel.network.removeHost(b));
    expect(kernel.network.hosts.has("b")).toBe(false);
    expect(kernel.network.hostOf("10.244.1.7")).toBeUndefined();
    expect(kernel.network.faulty).toBe(false);
    kernel.runUntil(60 * SECOND);
    expect(x.response.value).toEqual({ ok: false, error: "lost" });
    expect(kernel.network.connections.size).toBe(0);
    expect(addHost(kernel, "b", "10.0.0.2").index).toBe(3);
  });
});

describe("network: datagrams", () => {
  it("arrive in order, after network time, and are traced", () => {
    const { kernel, a, b } = world();
    const { got, process } = receiver(b, 53);
    const p = idle(a);
    for (let i = 0; i < 50; i++) p.send(b.ip, 53, i, true);
    kernel.runUntil(199);
    expect(got).toEqual([]);
    kernel.runUntil(1 * MS);
    expect(got).toEqual(Array.from({ length: 50 }, (_, i) => i));
    const message = kernel.trace.messagesSince(0)[0];
    expect(message).toMatchObject({ kind: "datagram", port: 53, quiet: true, dropped: false, sent: 0 });
    expect(message?.to).toBe(process);
    expect(message?.route.map((h) => h.name)).toEqual(["a", "b"]);
  });

  it.each<[string, (w: ReturnType<typeof world>) => void]>([
    ["the way is cut", ({ kernel, a, b }) => kernel.network.setFault(a, b, { cut: true })],
    ["all is lost", ({ kernel, a, b }) => kernel.network.setFault(a, b, { lossPpm: 1_000_000 })],
    ["the host is down", ({ b }) => b.powerOff()],
    ["the host goes down meanwhile", ({ kernel, b }) => kernel.schedule(100, () => b.powerOff(), 0)],
    ["nobody listens", ({ b }) => b.processes.get("receiver-10.0.0.2-53")?.kill()],
  ])("get lost when %s", (_why, fault) => {
    const w = world();
    const { got } = receiver(w.b, 53);
    const p = idle(w.a);
    fault(w);
    p.send(w.b.ip, 53, "x");
    p.send("10.9.9.9", 53, "to nobody");
    w.kernel.runUntil(1 * SECOND);
    expect(got).toEqual([]);
    const messages = w.kernel.trace.messagesSince(0);
    expect(messages.map((m) => m.dropped)).toEqual([true]);
    expect(messages[0]?.id).toBeGreaterThan(0);
  });

  it("arrive over the direction that is not cut", () => {
    const { kernel, a, b } = world();
    const [atA, atB] = [receiver(a, 53), receiver(b, 53)];
    kernel.network.setFault(a, b, { cut: true });
    atA.process.send(b.ip, 53, "there");
    atB.process.send(a.ip, 53, "back");
    kernel.runUntil(1 * SECOND);
    expect([atA.got, atB.got]).toEqual([["back"], []]);
  });

  it("are translated on the way out and on the way in", () => {
    const { kernel, a, b, c } = world();
    c.addAddress("10.244.3.9");
    kernel.network.setRoute("10.244.3.", c);
    const { got, process } = receiver(c, 5353, "10.244.3.9");
    a.packetRules = ({ ip }) => (ip === "10.96.0.10" ? { ip: "10.244.3.9", port: 5353 } : undefined);
    b.packetRules = ({ port }, incoming) =>
      incoming && port === 30053 ? { ip: "10.244.3.9", port: 5353 } : undefined;
    const p = idle(a);
    p.send("10.96.0.10", 53, "by service");
    p.send(b.ip, 30053, "by node port");
    kernel.runUntil(1 * SECOND);
    expect(got).toEqual(["by service", "by node port"]);
    expect(kernel.trace.messagesSince(0).map((m) => m.to)).toEqual([process, process]);
  });

  it.each(["drop", "reject"] as const)("are lost to a rule that says %s", (verdict) => {
    const { kernel, a, b } = world();
    const { got } = receiver(b, 53);
    const p = idle(a);
    a.packetRules = () => verdict;
    p.send(b.ip, 53, "out");
    a.packetRules = undefined;
    b.packetRules = () => verdict;
    p.send(b.ip, 53, "in");
    kernel.runUntil(1 * SECOND);
    expect(got).toEqual([]);
  });
});
