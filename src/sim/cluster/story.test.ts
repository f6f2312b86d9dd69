import { describe, expect, it } from "vitest";
import type { Node, Pod } from "../api/types";
import { SECOND } from "../kernel/time";
import { actualReady } from "../testing/actual-ready";
import { World } from "../testing/world";

/** Ready pods of the Deployment `web`, as recorded. */
function webPods(world: World): Pod[] {
  world.cluster.recorded.refresh();
  return [...world.cluster.recorded.pods.values()].filter((p) => p.metadata.labels?.["app"] === "web");
}

function node(world: World, name: string): Node {
  world.cluster.recorded.refresh();
  const n = world.cluster.recorded.nodes.get(name);
  if (n === undefined) throw new Error(`no Node ${name}`);
  return n;
}

function ready(n: Node): string {
  return n.status.conditions?.find((c) => c.type === "Ready")?.status ?? "none";
}

function settled(world: World, replicas: number): void {
  world.until(`${replicas} ready`, () => {
    const pods = webPods(world).filter((p) => p.metadata.deletionTimestamp === undefined);
    return world.cluster.recorded.workloadsReady() && pods.length === replicas;
  });
}

/** The worker that runs the most copies of web. */
function busiest(world: World): string {
  const count = new Map<string, number>();
  for (const p of webPods(world))
    count.set(p.spec.nodeName ?? "", (count.get(p.spec.nodeName ?? "") ?? 0) + 1);
  return [...count].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))[0]?.[0] ?? "";
}

describe("a worker loses its power", () => {
  it("is believed in until its lease is old, then its pods are replaced elsewhere; it rejoins", () => {
    const world = new World();
    const lost = busiest(world);
    const before = webPods(world).filter((p) => p.spec.nodeName === lost);
    const running = actualReady(world.cluster);
    world.do({ type: "power-off", host: lost });
    const t0 = world.now;
    expect(actualReady(world.cluster)).toBeLessThan(running);
    world.run(30 * SECOND);
    expect(ready(node(world, lost))).toBe("True");
    world.until("the node is Unknown", () => ready(node(world, lost)) === "Unknown", 60 * SECOND);
    expect(world.now - t0).toBeGreaterThan(39 * SECOND);
    expect(world.now - t0).toBeLessThan(66 * SECOND);
    world.run(2 * SECOND);
    for (const p of before) {
      const now = world.cluster.recorded.pods.get(`default/${p.metadata.name}`);
      expect(now?.status.conditions?.find((c) => c.type === "Ready")?.status).toBe("False");
    }
    world.run(15 * SECOND);
    const taints = (node(world, lost).spec.taints ?? []).map((t) => `${t.key}:${t.effect}`);
    expect(taints).toContain("node.kubernetes.io/unreachable:NoSchedule");
    expect(taints).toContain("node.kubernetes.io/unreachable:NoExecute");
    world.run(240 * SECOND);
    expect(webPods(world).every((p) => p.metadata.deletionTimestamp === undefined)).toBe(true);
    world.until("evicted and replaced", () => {
      const pods = webPods(world);
      const gone = pods
        .filter((p) => p.spec.nodeName === lost)
        .every((p) => p.metadata.deletionTimestamp !== undefined);
      const fresh = pods.filter(
        (p) => p.spec.nodeName !== lost && p.metadata.deletionTimestamp === undefined,
      );
      return gone && fresh.length === 3 && world.cluster.recorded.workloadsReady();
    });
    expect(world.now - t0).toBeGreaterThan(340 * SECOND);
    world.do({ type: "power-on", host: lost });
    world.until("the node is Ready again", () => ready(node(world, lost)) === "True", 120 * SECOND);
    world.until("the old pods are gone", () => webPods(world).length === 3, 120 * SECOND);
    world.until("its taints are gone", () => (node(world, lost).spec.taints ?? []).length === 0, 30 * SECOND);
  });
});

describe("masters lose their power", () => {
  it("one: writes go on; two: no quorum, writes fail, pods live and restart; then it heals", () => {
    const world = new World();
    world.do({ type: "power-off", host: "master-1" });
    world.run(30 * SECOND);
    expect(world.scale("web", 4).status).toBe(200);
    settled(world, 4);
    world.do({ type: "power-off", host: "master-2" });
    world.run(20 * SECOND);
    const failed = world.scale("web", 6);
    expect(failed.status === 0 || failed.status >= 500).toBe(true);
    expect(actualReady(world.cluster)).toBeGreaterThanOrEqual(4);
    const victim = webPods(world)[0] as Pod;
    const { name, namespace } = victim.metadata;
    world.do({ type: "crash-container", namespace, pod: name });
    const running = actualReady(world.cluster);
    world.run(20 * SECOND);
    expect(actualReady(world.cluster)).toBe(running + 1);
    world.do({ type: "power-on", host: "master-1" });
    world.do({ type: "power-on", host: "master-2" });
    world.until("writes succeed", () => world.scale("web", 2).status === 200, 300 * SECOND);
    settled(world, 2);
    world.until("all nodes Ready", () => world.cluster.recorded.nodesReady() === 6, 300 * SECOND);
  });
});

describe("processes and containers crash", () => {
  it.each(["etcd", "kube-apiserver", "kube-scheduler", "kube-controller-manager", "kubelet", "containerd"])(
    "%s on a master comes back",
    (process) => {
      const world = new World();
      world.do({ type: "crash-process", host: "master-1", process });
      const host = world.cluster.kernel.network.host("master-1");
      expect(host.processes.has(process)).toBe(false);
      world.until(`${process} runs again`, () => host.processes.has(process), 60 * SECOND);
      world.run(40 * SECOND);
      expect(world.scale("web", 5).status).toBe(200);
      settled(world, 5);
    },
  );

  it("a container: same pod, restart count rises, back-off grows", () => {
    const world = new World();
    const { name, namespace, uid } = (webPods(world)[0] as Pod).metadata;
    const restarts = (): number =>
      world.cluster.recorded.pods.get(`default/${name}`)?.status.containerStatuses?.[0]?.restartCount ?? 0;
    const crash = (): number => {
      const t = world.now;
      const before = restarts();
      world.do({ type: "crash-container", namespace, pod: name });
      world.until("restarted", () => {
        world.cluster.recorded.refresh();
        return restarts() > before;
      });
      world.run(1 * SECOND);
      return world.now - t;
    };
    const first = crash();
    const second = crash();
    const third = crash();
    expect(first).toBeLessThan(6 * SECOND);
    expect(second).toBeGreaterThan(9 * SECOND);
    expect(third).toBeGreaterThan(18 * SECOND);
    expect(world.cluster.recorded.pods.get(`default/${name}`)?.metadata.uid).toBe(uid);
  });

  it("a deleted pod is replaced by one with another name", () => {
    const world = new World();
    const { name } = (webPods(world)[0] as Pod).metadata;
    expect(world.request({ method: "DELETE", path: `/api/v1/namespaces/default/pods/${name}` }).status).toBe(
      200,
    );
    world.until("gone", () => webPods(world).every((p) => p.metadata.name !== name), 60 * SECOND);
    settled(world, 3);
  });
});

describe("workloads change", () => {
  it("scales to 0 and to 50", () => {
    const world = new World();
    for (const n of [0, 50, 3]) {
      expect(world.scale("web", n).status).toBe(200);
      settled(world, n);
    }
    // CoreDNS' two and metrics-server run beside them.
    world.until("really", () => actualReady(world.cluster) === 3 + 2 + 1, 60 * SECOND);
  });

  it("rolls out a new image with two ReplicaSets, never below its bound", () => {
    const world = new World();
    world.scale("web", 4);
    settled(world, 4);
    const body = {
      spec: { template: { spec: { containers: [{ name: "web", image: "kubarium/web:2.0" }] } } },
    };
    const headers = { "content-type": "application/strategic-merge-patch+json" };
    const path = "/apis/apps/v1/namespaces/default/deployments/web";
    expect(world.request({ method: "PATCH", path, headers, body }).status).toBe(200);
    let least = 4;
    let sets = 0;
    world.until("rolled out", () => {
      const d = world.cluster.recorded.deployments.get("default/web");
      least = Math.min(least, d?.status.availableReplicas ?? 0);
      const active = [...world.cluster.recorded.replicaSets.values()].filter(
        (s) => s.metadata.namespace === "default" && (s.spec.replicas ?? 0) > 0,
      );
      sets = Math.max(sets, active.length);
      return (
        world.cluster.recorded.workloadsReady() &&
        webPods(world).every(
          (p) => p.spec.containers[0]?.image === body.spec.template.spec.containers[0]?.image,
        )
      );
    });
    expect(sets).toBe(2);
    expect(least).toBeGreaterThanOrEqual(3);
  });

  it("cordons, adds and removes workers", () => {
    const world = new World();
    expect(world.patch("/api/v1/nodes/worker-1", { spec: { unschedulable: true } }).status).toBe(200);
    world.do({ type: "add-worker" });
    world.until("four workers", () => world.cluster.recorded.nodesReady() === 7, 120 * SECOND);
    world.run(15 * SECOND);
    world.scale("web", 12);
    settled(world, 12);
    const fresh = webPods(world).filter((p) => p.spec.nodeName === "worker-4");
    expect(fresh.length).toBeGreaterThan(0);
    const cordoned = webPods(world).filter((p) => p.spec.nodeName === "worker-1");
    expect(cordoned.length).toBeLessThanOrEqual(2);
    world.do({ type: "remove-worker", host: "worker-4" });
    world.until(
      "the Node is gone",
      () => world.cluster.recorded.nodes.get("worker-4") === undefined,
      300 * SECOND,
    );
    settled(world, 12);
  });
});

describe("the network is cut", () => {
  it("a worker that nobody hears is like a dead one, but its pods run on; healed, it is believed again", () => {
    const world = new World();
    const lost = busiest(world);
    const running = actualReady(world.cluster);
    world.do({ type: "cut", a: lost, b: "*", direction: "both" });
    world.until("Unknown", () => ready(node(world, lost)) === "Unknown", 90 * SECOND);
    expect(actualReady(world.cluster)).toBe(running);
    world.do({ type: "heal", a: lost, b: "*" });
    world.until("Ready again", () => ready(node(world, lost)) === "True", 120 * SECOND);
    settled(world, 3);
  });
});

describe("clouds", () => {
  it("give a LoadBalancer Service an address; on-premises it stays pending", () => {
    const address = (world: World): string | undefined => {
      world.cluster.recorded.refresh();
      return world.cluster.recorded.services.get("default/web")?.status.loadBalancer?.ingress?.[0]?.ip;
    };
    const cloud = new World({ traffic: 5 });
    cloud.until("an address", () => address(cloud) !== undefined, 120 * SECOND);
    cloud.run(20 * SECOND);
    expect(cloud.cluster.machines.users.outcomes().ok).toBeGreaterThan(40);
    const own = new World({ cloud: false });
    own.run(120 * SECOND);
    expect(address(own)).toBeUndefined();
  });
});

describe("sizes", () => {
  it.each([1, 5, 7])("boots with %i masters", (masters) => {
    const world = new World({ masters, workers: 1 });
    expect(world.cluster.recorded.nodesReady()).toBe(masters + 1);
    expect(world.scale("web", 1).status).toBe(200);
    settled(world, 1);
  });
});
