import { pods } from "../api/kinds/pod";
import type { Event, Pod, PodSpec } from "../api/types";
import type { Host } from "../kernel/host";
import { Kernel } from "../kernel/kernel";
import { SECOND, type Micros } from "../kernel/time";
import { FakeApiServer } from "./fake-api-server";
import { containerdProgram } from "../node/runtime/containerd";
import { containersOn } from "../node/runtime/shims";
import { kubeletProgram } from "../node/kubelet/kubelet";
import type { KubeletOptions } from "../node/kubelet/options";
import type { KubeletView } from "../node/kubelet/view";

const GIB = 1024 * 1024 * 1024;
const IMAGES = [
  "nginx:1.28",
  "busybox:1.37",
  "kubarium/web:v1",
  "kubarium/leak:v1",
  "kubarium/slow-start:v1",
];

/** What tests look at: the API's objects, and what really runs. */
function observers(api: FakeApiServer, host: Host) {
  return {
    pod: (name: string, namespace = "default"): Pod => api.get<Pod>("pods", namespace, name) as Pod,
    hasPod: (name: string): boolean => api.get("pods", "default", name) !== undefined,
    status: (name: string, container = 0) =>
      api.get<Pod>("pods", "default", name)?.status.containerStatuses?.[container],
    condition: (name: string, type: string) =>
      api.get<Pod>("pods", "default", name)?.status.conditions?.find((c) => c.type === type),
    node: () => api.get("nodes", "", "worker-1"),
    nodeReady: () =>
      api.get("nodes", "", "worker-1")?.status.conditions.find((c: { type: string }) => c.type === "Ready"),
    /** Reasons of the Events about an object, in order. */
    reasons: (name: string): string[] =>
      api
        .all<Event>("events")
        .filter((e) => e.involvedObject.name === name)
        .map((e) => e.reason ?? ""),
    messages: (name: string): string[] =>
      api
        .all<Event>("events")
        .filter((e) => e.involvedObject.name === name)
        .map((e) => e.message ?? ""),
    running: (): string[] =>
      containersOn(host)
        .filter((c) => c.alive)
        .map((c) => `${c.sandbox.config.name}/${c.config.name}`),
    view: (): KubeletView => host.processes.get("kubelet")?.view as KubeletView,
  };
}

/** One machine with containerd and a kubelet, and a fake API server on another. For tests. */
export function testNode(options: Partial<KubeletOptions> = {}, seed = 5) {
  const kernel = new Kernel({ seed });
  const add = (name: string, ip: string, kind: string) =>
    kernel.network.addHost({
      name,
      ip,
      kind,
      cpuMilli: 4000,
      memoryBytes: 2 * GIB,
      latency: 100,
      bootTime: 0,
    });
  const master = add("master-1", "10.0.0.11", "master");
  const host = add("worker-1", "10.0.1.1", "worker");
  const api = new FakeApiServer(kernel);
  master.powerOn();
  let server = master.start("kube-apiserver", api.program());
  host.addUnit({
    name: "containerd",
    program: containerdProgram({ preloadedImages: IMAGES }),
    restartDelay: 5 * SECOND,
  });
  const program = kubeletProgram({ apiServer: { ip: master.ip, port: 6443 }, ...options });
  host.addUnit({ name: "kubelet", program, restartDelay: 10 * SECOND });
  const run = (seconds: number): void => kernel.runUntil(kernel.now + Math.round(seconds * SECOND));
  return {
    kernel,
    master,
    host,
    api,
    run,
    /** Powers the machine on and gives it a block of addresses as soon as it has registered. */
    boot(): void {
      host.powerOn();
      run(2);
      api.change("nodes", "", "worker-1", (n) => ({ ...n, spec: { ...n.spec, podCIDR: "10.244.1.0/24" } }));
      run(1);
    },
    stopServer: (): void => server.kill(),
    startServer: (): void => {
      server = master.start("kube-apiserver", api.program());
    },
    create(name: string, spec: Partial<PodSpec>): Pod {
      const whole = { nodeName: "worker-1", containers: [], ...spec };
      const pod = { apiVersion: "v1", kind: "Pod", metadata: { name, namespace: "default" }, spec: whole };
      return api.create(pods, pod) as unknown as Pod;
    },
    ...observers(api, host),
    /** Runs until something is so. */
    until(holds: () => boolean, limit = 120): Micros {
      const from = kernel.now;
      while (!holds()) {
        if (kernel.now - from > limit * SECOND) throw new Error("it did not come to pass");
        run(0.05);
      }
      return kernel.now - from;
    },
  };
}

export function web(extra: Partial<PodSpec["containers"][0]> = {}): PodSpec["containers"][0] {
  return { name: "web", image: "kubarium/web:v1", ...extra };
}

export function shell(
  script: string,
  extra: Partial<PodSpec["containers"][0]> = {},
): PodSpec["containers"][0] {
  return { name: "main", image: "busybox:1.37", command: ["sh", "-c", script], ...extra };
}
