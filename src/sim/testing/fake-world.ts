import type { ClientCertificate } from "../api/http";
import { RestClient, type RestClientLimits } from "../client/rest-client";
import type { Host } from "../kernel/host";
import { Kernel } from "../kernel/kernel";
import type { Process } from "../kernel/process";
import type { Task } from "../kernel/task";
import { SECOND } from "../kernel/time";
import { FakeApiServer } from "./fake-api-server";

const IDENTITY: ClientCertificate = { commonName: "test", organizations: ["system:masters"] };

/** Waits for ever: the main program of a process that only serves. */
export function* forever(): Task {
  for (;;) yield 3600 * SECOND;
}

/** Two machines, one with a fake API server, the other for clients. */
export function fakeWorld(seed = 7) {
  const kernel = new Kernel({ seed });
  const host = (name: string, n: number): Host => {
    const made = kernel.network.addHost({
      name,
      ip: `10.0.0.${n}`,
      kind: "test",
      cpuMilli: 1000,
      memoryBytes: 1e9,
      latency: 100,
      bootTime: 0,
    });
    made.powerOn();
    return made;
  };
  const master = host("master-1", 11);
  const node = host("client-1", 12);
  const api = new FakeApiServer(kernel);
  let server = master.start("kube-apiserver", api.program());
  const clientOf = (process: Process, limits: Partial<RestClientLimits> = {}): RestClient => {
    const options = {
      ip: master.ip,
      port: 6443,
      identity: IDENTITY,
      userAgent: "test",
      qps: 1000,
      burst: 1000,
    };
    return new RestClient(process, { ...options, ...limits });
  };
  return {
    kernel,
    master,
    node,
    api,
    clientOf,
    /** Starts a process on the clients' machine. */
    start(name: string, program: (process: Process, client: RestClient) => Task): Process {
      return node.start(name, (p) => program(p, clientOf(p)));
    },
    stopServer(): void {
      server.kill();
    },
    startServer(): void {
      server = master.start("kube-apiserver", api.program());
    },
    /** Lets so many seconds pass. */
    run(seconds: number): void {
      kernel.runUntil(kernel.now + seconds * SECOND);
    },
  };
}
