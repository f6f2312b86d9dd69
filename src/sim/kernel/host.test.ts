import { describe, expect, it } from "vitest";
import { Kernel } from "./kernel";
import type { Process } from "./process";
import { SECOND } from "./time";
import { forever, idle, serving, world } from "./test-world";

function machine(bootTime = 5 * SECOND) {
  const kernel = new Kernel({ seed: 1 });
  const host = kernel.network.addHost({
    name: "m",
    ip: "10.0.0.1",
    kind: "worker",
    cpuMilli: 1000,
    memoryBytes: 1,
    latency: 100,
    bootTime,
  });
  const log: string[] = [];
  const unit = (name: string, restartDelay = 100_000): void => {
    host.addUnit({
      name,
      restartDelay,
      program: function* (p: Process) {
        log.push(`${kernel.now} ${name}`);
        p.listen(name, () => {});
        yield* forever();
      },
    });
  };
  return { kernel, host, log, unit };
}

describe("host", () => {
  it("starts its services in order when it has booted, and at every boot", () => {
    const { kernel, host, log, unit } = machine();
    unit("kubelet");
    unit("runtime");
    kernel.external(() => host.powerOn());
    kernel.external(() => host.powerOn());
    kernel.runUntil(6 * SECOND);
    kernel.external(() => host.powerOff());
    expect(host.processes.size).toBe(0);
    kernel.runUntil(10 * SECOND);
    kernel.external(() => host.powerOn());
    kernel.runUntil(20 * SECOND);
    expect(log).toEqual(["5000000 kubelet", "5000000 runtime", "15000000 kubelet", "15000000 runtime"]);
    expect([host.boots, host.bootedAt]).toEqual([2, 10 * SECOND]);
  });

  it("starts nothing from a boot that a power cut ended", () => {
    const { kernel, host, log, unit } = machine();
    unit("kubelet");
    kernel.external(() => host.powerOn());
    kernel.runUntil(4 * SECOND);
    kernel.external(() => host.powerOff());
    kernel.external(() => host.powerOn());
    kernel.runUntil(8 * SECOND);
    expect(log).toEqual([]);
    kernel.runUntil(20 * SECOND);
    expect(log).toEqual(["9000000 kubelet"]);
  });

  it("restarts a service that ended, after its delay", () => {
    const { kernel, host, log, unit } = machine(0);
    unit("kubelet", 200_000);
    kernel.external(() => host.powerOn());
    kernel.runUntil(1 * SECOND);
    kernel.external(() => host.processes.get("kubelet")?.kill());
    kernel.runUntil(1_100_000);
    expect(host.processes.has("kubelet")).toBe(false);
    kernel.runUntil(2 * SECOND);
    expect(log).toEqual(["0 kubelet", "1200000 kubelet"]);
  });

  it("does not restart a service after the power went, nor one that somebody started meanwhile", () => {
    const { kernel, host, log, unit } = machine(0);
    unit("kubelet", 200_000);
    kernel.external(() => host.powerOn());
    kernel.external(() => host.processes.get("kubelet")?.kill());
    kernel.external(() => host.powerOff());
    kernel.runUntil(1 * SECOND);
    expect(log).toEqual(["0 kubelet"]);
    kernel.external(() => host.powerOn());
    kernel.external(() => host.processes.get("kubelet")?.kill());
    kernel.external(() => void host.start("kubelet", () => forever()));
    kernel.runUntil(2 * SECOND);
    expect(host.processes.get("kubelet")?.alive).toBe(true);
  });

  it("leaves a service that was stopped alone until it is started, or until the next boot", () => {
    const { kernel, host, unit } = machine(0);
    unit("u", 10);
    kernel.external(() => host.powerOn());
    kernel.runUntil(5);
    host.processes.get("u")?.kill();
    host.stopUnit("u");
    kernel.runUntil(50);
    expect([host.units, host.processes.has("u")]).toEqual([["u"], false]);
    host.startUnit("u");
    expect(host.processes.has("u")).toBe(true);
    host.stopUnit("u");
    host.powerOff();
    host.powerOn();
    kernel.runUntil(60);
    expect(host.processes.has("u")).toBe(true);
  });

  it("is loud about restarts even when the service died in a heartbeat", () => {
    const { kernel, host } = machine(0);
    const quiets: boolean[] = [];
    host.addUnit({
      name: "u",
      restartDelay: 10,
      program: function* (p) {
        quiets.push(kernel.context.quiet);
        kernel.setQuiet(true);
        yield 10;
        p.exit(1, "Error");
      },
    });
    kernel.external(() => host.powerOn());
    kernel.runUntil(50);
    expect(quiets).toEqual([false, false, false]);
  });

  it("loses processes, ports, addresses and packet rules with the power, and tells nobody", () => {
    const { kernel, a } = world();
    a.addAddress("10.244.0.5");
    a.packetRules = () => undefined;
    const p = a.start(
      "server",
      serving(80, () => {}),
    );
    kernel.external(() => a.powerOff());
    expect(p.alive).toBe(false);
    expect(p.exited.settled).toBe(false);
    expect(a.listener(a.ip, 80)).toBeUndefined();
    expect(a.ownsAddress("10.244.0.5")).toBe(false);
    expect(a.packetRules).toBeUndefined();
    expect(kernel.trace.factsAfter(0).map((f) => f.kind)).not.toContain("process-exit");
  });

  it("records power, starts and exits with their cause", () => {
    const { kernel, host, unit } = machine();
    unit("kubelet");
    kernel.external(() => host.powerOn());
    kernel.runUntil(6 * SECOND);
    const facts = kernel.trace.factsAfter(0).map((f) => [f.kind, f.subject, f.host, f.process, f.cause]);
    expect(facts).toEqual([
      ["power-on", "m", "m", "", 0],
      ["process-start", "m/kubelet", "m", "kubelet", 1],
    ]);
  });

  it("refuses a second process of the same name, and any without power", () => {
    const { a } = world();
    idle(a, "x");
    expect(() => idle(a, "x")).toThrow("already runs x");
    a.powerOff();
    expect(() => idle(a, "y")).toThrow("no power");
  });
});
