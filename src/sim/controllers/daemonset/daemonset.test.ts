import { beforeEach, describe, expect, it } from "vitest";
import { daemonSets } from "../../api/kinds/daemon-set";
import { namespaces } from "../../api/kinds/namespace";
import { nodes } from "../../api/kinds/node";
import type { DaemonSet, Event, Pod } from "../../api/types";
import { FakeKubelet } from "../../testing/fake-kubelet";
import { fakeWorld } from "../../testing/fake-world";
import { runControllers } from "../../testing/run-controllers";
import { daemonSetController } from "./daemonset-controller";
import { targetNode } from "./placement";

let world: ReturnType<typeof fakeWorld>;
let kubelet: FakeKubelet;

beforeEach(() => {
  world = fakeWorld();
  kubelet = new FakeKubelet(world.api);
  kubelet.assign = targetNode;
  world.api.create(namespaces, { apiVersion: "v1", kind: "Namespace", metadata: { name: "default" } });
  for (const name of ["n1", "n2", "n3"]) addNode(name);
  runControllers(world, [daemonSetController]);
  world.run(1);
});

function addNode(name: string, spec: object = {}, labels: Record<string, string> = {}): void {
  world.api.create(nodes, { apiVersion: "v1", kind: "Node", metadata: { name, labels }, spec });
}

const template = (image: string, spec: object = {}) => ({
  metadata: { labels: { app: "log" } },
  spec: { containers: [{ name: "c", image }], ...spec },
});

function make(more: object = {}): void {
  const spec = { selector: { matchLabels: { app: "log" } }, template: template("nginx:1"), ...more };
  const metadata = { name: "log", namespace: "default" };
  world.api.create(daemonSets, { apiVersion: "apps/v1", kind: "DaemonSet", metadata, spec });
}

const set = (): DaemonSet => world.api.get<DaemonSet>("daemonsets", "default", "log")!;
const pods = (): Pod[] => world.api.all<Pod>("pods");
const on = (): string[] => pods().map(targetNode).toSorted();
const change = (spec: object): void =>
  world.api.change("daemonsets", "default", "log", (s) => ({
    ...s,
    spec: { ...s.spec, ...spec },
    metadata: { ...s.metadata, generation: s.metadata.generation + 1 },
  }));
const images = (): string =>
  pods()
    .map((p) => `${targetNode(p)}=${p.spec.containers[0]?.image}`)
    .toSorted()
    .join(" ");

describe("DaemonSet controller", () => {
  it("gives each node a pod that the scheduler can put nowhere else", () => {
    make();
    kubelet.run(5);
    expect(on()).toEqual(["n1", "n2", "n3"]);
    expect(set().status).toEqual({
      observedGeneration: 1,
      desiredNumberScheduled: 3,
      currentNumberScheduled: 3,
      numberMisscheduled: 0,
      numberReady: 3,
      numberAvailable: 3,
      updatedNumberScheduled: 3,
    });
    const [first] = pods();
    expect(first?.metadata.labels).toMatchObject({ app: "log", "pod-template-generation": "1" });
    expect(first?.spec.tolerations?.map((t) => `${t.key}:${t.effect}`)).toEqual([
      "node.kubernetes.io/not-ready:NoExecute",
      "node.kubernetes.io/unreachable:NoExecute",
      "node.kubernetes.io/disk-pressure:NoSchedule",
      "node.kubernetes.io/memory-pressure:NoSchedule",
      "node.kubernetes.io/pid-pressure:NoSchedule",
      "node.kubernetes.io/unschedulable:NoSchedule",
    ]);
  });

  it("follows nodes that come, go, and change their labels", () => {
    make({ template: template("nginx:1", { nodeSelector: { disk: "ssd" } }) });
    kubelet.run(5);
    expect(on()).toEqual([]);
    addNode("n4", {}, { disk: "ssd" });
    kubelet.run(5);
    expect(on()).toEqual(["n4"]);
    world.api.change("nodes", "", "n1", (n) => ({
      ...n,
      metadata: { ...n.metadata, labels: { disk: "ssd" } },
    }));
    world.api.change("nodes", "", "n4", (n) => ({ ...n, metadata: { ...n.metadata, labels: {} } }));
    kubelet.run(5);
    expect(on()).toEqual(["n1"]);
    expect(set().status).toMatchObject({ desiredNumberScheduled: 1, numberMisscheduled: 0 });
  });

  it("starts nothing on a node that repels, and leaves what runs unless it evicts", () => {
    make();
    kubelet.run(5);
    const taint = (effect: string): void =>
      world.api.change("nodes", "", "n2", (n) => ({ ...n, spec: { taints: [{ key: "gpu", effect }] } }));
    taint("NoSchedule");
    kubelet.run(5);
    expect(on()).toEqual(["n1", "n2", "n3"]);
    expect(set().status).toMatchObject({ desiredNumberScheduled: 2, numberMisscheduled: 1 });
    taint("NoExecute");
    kubelet.run(5);
    expect(on()).toEqual(["n1", "n3"]);
  });

  it("bears a node that is cordoned, not ready or unreachable", () => {
    for (const [i, key] of ["unschedulable", "not-ready", "unreachable"].entries()) {
      const effect = i === 0 ? "NoSchedule" : "NoExecute";
      const taints = [{ key: `node.kubernetes.io/${key}`, effect }];
      world.api.change("nodes", "", `n${i + 1}`, (n) => ({ ...n, spec: { taints } }));
    }
    make();
    kubelet.run(5);
    expect(on()).toEqual(["n1", "n2", "n3"]);
  });

  it("replaces one node's pod at a time", () => {
    make();
    kubelet.run(5);
    change({ template: template("nginx:2") });
    kubelet.healthy = (p) => p.spec.containers[0]?.image !== "nginx:2";
    kubelet.run(10);
    expect(images().match(/nginx:2/g)).toHaveLength(1);
    kubelet.healthy = () => true;
    kubelet.run(20, () => {
      const up = pods().filter((p) => p.status.conditions?.some((c) => c.status === "True"));
      expect(up.length).toBeGreaterThanOrEqual(1);
    });
    expect(images()).toBe("n1=nginx:2 n2=nginx:2 n3=nginx:2");
    expect(set().status.updatedNumberScheduled).toBe(3);
  });

  it("starts the new pod before the old one goes when it may surge", () => {
    make({ updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } });
    kubelet.run(5);
    change({ template: template("nginx:2") });
    let most = 0;
    kubelet.run(20, () => {
      const staying = pods().filter((p) => p.metadata.deletionTimestamp === undefined);
      most = Math.max(most, staying.length);
      const ready = new Set(
        pods()
          .filter((p) => p.status.phase === "Running" && p.metadata.deletionTimestamp === undefined)
          .map(targetNode),
      );
      expect(ready.size).toBe(3);
    });
    expect(most).toBe(4);
    expect(images()).toBe("n1=nginx:2 n2=nginx:2 n3=nginx:2");
  });

  it("never has two pods on a node, however late its copy is", () => {
    world.kernel.network.setFault(world.master, world.node, { delay: 800_000 });
    make();
    for (const tag of ["nginx:2", "nginx:3"]) {
      kubelet.run(40, () => {
        const staying = pods().filter((p) => p.metadata.deletionTimestamp === undefined);
        expect(new Set(staying.map(targetNode)).size).toBe(staying.length);
      });
      change({ template: template(tag) });
    }
    kubelet.run(60);
    expect(images()).toBe("n1=nginx:3 n2=nginx:3 n3=nginx:3");
  });

  it("leaves old pods alone with OnDelete", () => {
    make({ updateStrategy: { type: "OnDelete" } });
    kubelet.run(5);
    change({ template: template("nginx:2") });
    kubelet.run(10);
    expect(images()).toBe("n1=nginx:1 n2=nginx:1 n3=nginx:1");
    const victim = pods().find((p) => targetNode(p) === "n1")!;
    world.api.delete("pods", "default", victim.metadata.name);
    kubelet.run(5);
    expect(images()).toBe("n1=nginx:2 n2=nginx:1 n3=nginx:1");
  });

  it("replaces failed pods, later each time", () => {
    make();
    kubelet.run(5);
    const births: number[] = [];
    let last = "";
    kubelet.run(30, () => {
      const pod = pods().find((p) => targetNode(p) === "n1");
      if (pod === undefined || pod.metadata.uid === last) return;
      if (pod.spec.nodeName === undefined) return;
      last = pod.metadata.uid;
      births.push(Math.round(world.kernel.now / 1e6));
      world.api.change("pods", "default", pod.metadata.name, (p) => ({ ...p, status: { phase: "Failed" } }));
    });
    const gaps = births.slice(1).map((t, i) => t - births[i]!);
    expect(gaps.length).toBeGreaterThan(2);
    expect(gaps.at(-1)!).toBeGreaterThan(gaps[0]!);
    const warning = world.api.all<Event>("events").find((e) => e.reason === "FailedDaemonPod");
    expect(warning?.message).toMatch(
      /^Found failed daemon pod default\/log-\w{5} on node n1, will try to kill/,
    );
  });
});
