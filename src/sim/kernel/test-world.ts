import type { Exchange } from "./exchange";
import type { Host } from "./host";
import { Kernel } from "./kernel";
import type { Process, Program } from "./process";
import type { Task } from "./task";
import { SECOND } from "./time";

/** Three hosts with power, for tests: 10.0.0.1 to 10.0.0.3, 200 to 250 µs apart. */
export interface World {
  readonly kernel: Kernel;
  readonly a: Host;
  readonly b: Host;
  readonly c: Host;
}

/** A host that starts its services at once. */
export function addHost(kernel: Kernel, name: string, ip: string): Host {
  const host = kernel.network.addHost({
    name,
    ip,
    kind: "test",
    cpuMilli: 1000,
    memoryBytes: 1_000_000_000,
    latency: 100,
    bootTime: 0,
  });
  host.powerOn();
  return host;
}

export function world(seed = 7): World {
  const kernel = new Kernel({ seed });
  const [a, b, c] = ["a", "b", "c"].map((name, i) => addHost(kernel, name, `10.0.0.${i + 1}`));
  return { kernel, a: a as Host, b: b as Host, c: c as Host };
}

export function* forever(): Task {
  for (;;) yield 3600 * SECOND;
}

/** A program that answers every request by `handle`. */
export function serving(port: number, handle: (x: Exchange) => void): Program {
  return function* server(p) {
    p.listen(port, handle);
    yield* forever();
  };
}

/** A process that only lives, for tests that act through it. */
export function idle(host: Host, name = "idle", ip: string = host.ip): Process {
  return host.start(name, () => forever(), ip);
}
