import { Kernel } from "../sim/kernel/kernel";
import type { Host } from "../sim/kernel/host";
import type { Task } from "../sim/kernel/task";
import { MS, SECOND } from "../sim/kernel/time";

const HOSTS = 20;
const CALLERS_PER_HOST = 25;
const SLEEPERS_PER_HOST = 25;

function* forever(): Task {
  for (;;) yield 3600 * SECOND;
}

function* sleeper(host: Host): Task {
  const rng = host.kernel.rng(`sleeper/${host.name}`);
  for (;;) yield rng.between(1 * MS, 20 * MS);
}

/** A kernel at work: half of its tasks sleep and wake, half call another host over the network. */
export function busyKernel(): Kernel {
  const kernel = new Kernel({ seed: 1 });
  const hosts = Array.from({ length: HOSTS }, (_, i) =>
    kernel.network.addHost({
      name: `host-${i}`,
      ip: `10.0.0.${i + 1}`,
      kind: "bench",
      cpuMilli: 1000,
      memoryBytes: 1_000_000_000,
      latency: 100,
      bootTime: 0,
    }),
  );
  for (const host of hosts) {
    host.powerOn();
    host.start("server", function* (p) {
      p.listen(80, (x) => x.respond(x.request));
      yield* forever();
    });
  }
  for (const [i, host] of hosts.entries()) {
    const peer = hosts[(i + 1) % HOSTS] as Host;
    host.start("client", function* (p) {
      function* caller(): Task {
        const connection = p.connect(peer.ip, 80);
        for (;;) yield* connection.call("ping");
      }
      for (let n = 0; n < CALLERS_PER_HOST; n++) p.spawn("caller", caller());
      for (let n = 0; n < SLEEPERS_PER_HOST; n++) p.spawn("sleeper", sleeper(host));
      yield* forever();
    });
  }
  return kernel;
}
