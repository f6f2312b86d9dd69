import { beforeEach, describe, expect, it } from "vitest";
import { nodes } from "../api/kinds/node";
import { services } from "../api/kinds/service";
import type { Event, Node, Service } from "../api/types";
import { Channel } from "../kernel/connection";
import type { Host } from "../kernel/host";
import { fakeWorld, forever } from "../testing/fake-world";
import { Cloud } from "./cloud";
import { cloudControllerManagerProgram, type CloudControllerManagerView } from "./cloud-controller-manager";
import type { CloudLoadBalancerView } from "./load-balancer";

let world: ReturnType<typeof fakeWorld>;
let cloud: Cloud;
let cloudHost: Host;
const workers: Host[] = [];

function addHost(name: string, ip: string): Host {
  const host = world.kernel.network.addHost({
    name,
    ip,
    kind: "test",
    cpuMilli: 4000,
    memoryBytes: 8 * 1024 ** 3,
    latency: 100,
    bootTime: 0,
  });
  host.powerOn();
  return host;
}

beforeEach(() => {
  world = fakeWorld();
  cloudHost = addHost("cloud", "10.255.0.1");
  cloud = new Cloud(cloudHost);
  cloudHost.start("cloud", cloud.program);
  workers.length = 0;
  for (const i of [1, 2]) {
    const host = addHost(`worker-${i}`, `10.0.1.${i}`);
    workers.push(host);
    cloud.addMachine(host, i === 1 ? "zone-a" : "zone-b");
  }
  const program = cloudControllerManagerProgram({ ip: world.master.ip, cloudIp: cloudHost.ip });
  world.master.start("cloud-controller-manager", program);
  world.run(2);
});

/** A node as its kubelet registers it. */
function register(name: string): void {
  world.api.create(nodes, {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name, labels: { "kubernetes.io/hostname": name } },
    spec: {
      taints: [
        { key: "node.cloudprovider.kubernetes.io/uninitialized", value: "true", effect: "NoSchedule" },
        { key: "mine", effect: "NoSchedule" },
      ],
    },
  });
  report(name, "True");
}

const report = (name: string, ready: string) =>
  world.api.change("nodes", "", name, (n) => ({
    ...n,
    status: {
      ...n.status,
      conditions: [
        ...(n.status.conditions ?? []).filter((c: { type: string }) => c.type !== "Ready"),
        { type: "Ready", status: ready },
      ],
    },
  }));
const node = (name: string): Node | undefined => world.api.get<Node>("nodes", "", name);
const condition = (name: string, type: string) => node(name)?.status.conditions?.find((c) => c.type === type);
const taints = (name: string): string[] => (node(name)?.spec.taints ?? []).map((t) => t.key);
const service = (): Service => world.api.get<Service>("services", "default", "web")!;
const events = (): string[] => world.api.all<Event>("events").map((e) => `${e.reason}: ${e.message}`);

it("leads", () => {
  const view = world.master.processes.get("cloud-controller-manager")?.view as CloudControllerManagerView;
  expect(view.leading).toBe(true);
  expect(view.queues.map(({ name }) => name)).toEqual(["cloud-node", "service"]);
});

describe("a node", () => {
  it("is told which machine it is", () => {
    register("worker-1");
    world.run(2);
    expect(node("worker-1")).toMatchObject({
      metadata: {
        labels: {
          "kubernetes.io/hostname": "worker-1",
          "topology.kubernetes.io/zone": "zone-a",
          "topology.kubernetes.io/region": "region-1",
          "node.kubernetes.io/instance-type": "standard-4x8",
        },
      },
      spec: {
        providerID: "kubarium://zone-a/worker-1",
        taints: [{ key: "mine" }, { key: "node.kubernetes.io/network-unavailable" }],
      },
      status: {
        addresses: [
          { type: "InternalIP", address: "10.0.1.1" },
          { type: "Hostname", address: "worker-1" },
        ],
      },
    });
    expect(condition("worker-1", "NetworkUnavailable")).toMatchObject({
      status: "True",
      reason: "NoRouteCreated",
    });
    expect(events()).toContain("Synced: Node synced successfully");
  });

  it("gets a route for its pods, which goes with it", () => {
    register("worker-1");
    world.run(2);
    world.api.change("nodes", "", "worker-1", (n) => ({
      ...n,
      spec: { ...n.spec, podCIDR: "10.244.3.0/24" },
    }));
    world.run(12);
    expect(world.kernel.network.hostOf("10.244.3.7")).toBe(workers[0]);
    expect(condition("worker-1", "NetworkUnavailable")).toMatchObject({
      status: "False",
      reason: "RouteCreated",
    });
    expect(cloud.routeCount).toBe(1);
    world.api.remove("nodes", "", "worker-1");
    world.run(12);
    expect(world.kernel.network.hostOf("10.244.3.7")).toBeUndefined();
  });

  it("goes when its machine is gone, and only then", () => {
    register("worker-1");
    register("worker-2");
    world.run(2);
    report("worker-1", "Unknown");
    world.run(12);
    expect(node("worker-1")).toBeDefined();
    cloud.removeMachine("worker-1");
    cloud.removeMachine("worker-2");
    world.run(7);
    expect(node("worker-1")).toBeUndefined();
    expect(node("worker-2")).toBeDefined();
    expect(events()).toContain(
      "DeletingNode: Deleting node worker-1 because it does not exist in the cloud provider",
    );
  });

  it("is tainted while its machine is stopped", () => {
    register("worker-1");
    world.run(2);
    workers[0]!.powerOff();
    report("worker-1", "Unknown");
    world.run(7);
    expect(taints("worker-1")).toContain("node.cloudprovider.kubernetes.io/shutdown");
    workers[0]!.powerOn();
    report("worker-1", "True");
    world.run(7);
    expect(taints("worker-1")).toEqual(["mine", "node.kubernetes.io/network-unavailable"]);
  });

  it("stays while the cloud does not answer", () => {
    register("worker-1");
    world.run(2);
    cloud.outage = true;
    cloud.removeMachine("worker-1");
    report("worker-1", "Unknown");
    world.run(60);
    expect(node("worker-1")).toBeDefined();
    cloud.outage = false;
    world.run(20);
    expect(node("worker-1")).toBeUndefined();
  });
});

describe("a Service of type LoadBalancer", () => {
  /** What answers on the workers' node ports. */
  function serveNodePorts(): void {
    for (const host of workers) {
      host.start("web", function* (process) {
        process.listen(30080, (x) => x.respond(host.name));
        process.listen(10256, (x) => x.respond({ status: 200, headers: {}, body: "" }));
        yield* forever();
      });
    }
  }

  function order(spec: object = {}): void {
    for (const host of workers) register(host.name);
    world.run(2);
    world.api.create(services, {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "web", namespace: "default" },
      spec: {
        type: "LoadBalancer",
        selector: { app: "web" },
        ports: [{ port: 80, nodePort: 30080 }],
        ...spec,
      },
    });
  }

  /** Who answers a user. */
  function ask(ip: string, port = 80): unknown {
    let answer: unknown = "nothing";
    world.node.start(`user-${world.kernel.newPid()}`, function* (process) {
      const result = yield* new Channel(process, ip, port).call("hello", { timeout: 1_000_000 });
      answer = result.ok ? result.value : result.error;
    });
    world.run(2);
    return answer;
  }

  const address = (): string => service().status.loadBalancer?.ingress?.[0]?.ip ?? "";

  it("gets a load balancer after a while, which takes users to its nodes", () => {
    serveNodePorts();
    order();
    world.run(7);
    expect(address()).toBe("");
    expect(service().metadata.finalizers).toEqual(["service.kubernetes.io/load-balancer-cleanup"]);
    world.run(15);
    expect(address()).toBe("203.0.113.10");
    expect(events()).toEqual(
      expect.arrayContaining([
        "EnsuringLoadBalancer: Ensuring load balancer",
        "EnsuredLoadBalancer: Ensured load balancer",
      ]),
    );
    world.run(5);
    expect([ask(address()), ask(address())].toSorted((a, b) => (String(a) < String(b) ? -1 : 1))).toEqual([
      "worker-1",
      "worker-2",
    ]);
    expect(ask(address(), 81)).toBe("refused");
  });

  it("keeps users away from nodes that do not answer", () => {
    serveNodePorts();
    order();
    world.run(30);
    workers[0]!.processes.get("web")!.kill();
    world.run(15);
    expect([1, 2, 3].map(() => ask(address()))).toEqual(["worker-2", "worker-2", "worker-2"]);
    const view = cloudHost.processes.get("lb-default-web")?.view as CloudLoadBalancerView;
    expect(view.targets).toEqual([
      { name: "worker-1", healthy: false },
      { name: "worker-2", healthy: true },
    ]);
  });

  it("knocks at node ports when only nodes with pods take part", () => {
    serveNodePorts();
    order({ externalTrafficPolicy: "Local" });
    world.run(30);
    workers[0]!.packetRules = ({ port }, incoming) => (incoming && port === 30080 ? "drop" : undefined);
    world.run(15);
    expect([1, 2, 3].map(() => ask(address()))).toEqual(["worker-2", "worker-2", "worker-2"]);
  });

  it("works on while the cloud's API is out, and comes back when it is killed", () => {
    serveNodePorts();
    order();
    world.run(30);
    cloud.outage = true;
    expect(ask(address())).toMatch(/^worker-/);
    cloudHost.processes.get("lb-default-web")!.kill();
    world.run(10);
    expect(ask(address())).toMatch(/^worker-/);
  });

  it("follows nodes that leave", () => {
    serveNodePorts();
    order();
    world.run(30);
    world.api.remove("nodes", "", "worker-1");
    world.run(5);
    expect(events()).toContain("UpdatedLoadBalancer: Updated load balancer with new hosts");
    const view = cloudHost.processes.get("lb-default-web")?.view as CloudLoadBalancerView;
    expect(view.targets.map(({ name }) => name)).toEqual(["worker-2"]);
  });

  it("is deleted only when its load balancer is gone", () => {
    order();
    world.run(30);
    const ip = address();
    world.api.delete("services", "default", "web");
    world.run(1);
    expect(service()).toBeDefined();
    world.run(6);
    expect(service()).toBeUndefined();
    expect(cloud.loadBalancerCount).toBe(0);
    expect(ask(ip)).not.toMatch(/^worker-/);
  });

  it("gives its load balancer back when it becomes another type", () => {
    order();
    world.run(30);
    world.api.change("services", "default", "web", (s) => ({ ...s, spec: { ...s.spec, type: "ClusterIP" } }));
    world.run(6);
    expect(service().metadata.finalizers ?? []).toEqual([]);
    expect(address()).toBe("");
    expect(cloud.loadBalancerCount).toBe(0);
  });

  it("waits for the cloud to answer", () => {
    cloud.outage = true;
    order();
    for (const host of workers) {
      world.api.change("nodes", "", host.name, (n) => ({
        ...n,
        spec: { ...n.spec, providerID: `kubarium://zone-a/${host.name}` },
      }));
    }
    world.run(130);
    expect(address()).toBe("");
    expect(events().some((e) => e.startsWith("SyncLoadBalancerFailed"))).toBe(true);
    cloud.outage = false;
    world.run(160);
    expect(address()).not.toBe("");
  });
});
