import { expect, it } from "vitest";
import type { Pod } from "../api/types";
import { milliValue } from "../api/quantity";
import { Invariants } from "../cluster/invariants";
import { Rng } from "../kernel/rng";
import { MS, SECOND } from "../kernel/time";
import { World } from "./world";

const PODS = "/api/v1/namespaces/default/pods";
const STRATEGIC = { "content-type": "application/strategic-merge-patch+json" };

function pods(world: World): Pod[] {
  return [...world.cluster.recorded.pods.values()].filter((p) => p.metadata.labels?.["app"] === "sized");
}

/** Has a pod what it wants, or does it say why not? */
function isSettled({ spec, status }: Pod): boolean {
  const given = status.containerStatuses?.[0];
  if (given?.state?.running === undefined) return false;
  const pending = status.conditions?.some(({ type }) => type === "PodResizePending") === true;
  const wants = spec.containers[0]?.resources?.requests?.["cpu"];
  const has = given.resources?.requests?.["cpu"];
  return has === given.allocatedResources?.["cpu"] && pending === (has !== wants);
}

it.each([1, 2, 3])("resizes amid faults overcommit no node, and all of them settle (seed %i)", (seed) => {
  const rng = new Rng(seed, "resizes");
  const world = new World({ seed, masters: 1, workers: 2 });
  const requests = { cpu: "200m", memory: "64Mi" };
  const template = {
    metadata: { labels: { app: "sized" } },
    spec: { containers: [{ name: "c", image: "kubarium/web:1.0", resources: { requests } }] },
  };
  const spec = { replicas: 8, selector: { matchLabels: { app: "sized" } }, template };
  const path = "/apis/apps/v1/namespaces/default/deployments";
  world.request({ method: "POST", path, body: { metadata: { name: "sized" }, spec } });
  world.until("all run", () => pods(world).filter(isSettled).length === 8);
  const invariants = new Invariants(world.cluster);
  let count = 0;
  const watch = (us: number): void => {
    for (const end = world.now + us; world.now < end; world.run(50 * MS)) invariants.check();
  };
  while (count < 60) {
    const pod = rng.pick(pods(world));
    const cpu = `${rng.pick([100, 1000, 2500, 3500, 9000])}m`;
    const body = { spec: { containers: [{ name: "c", resources: { requests: { cpu } } }] } };
    const request = {
      method: "PATCH",
      path: `${PODS}/${pod.metadata.name}/resize`,
      headers: STRATEGIC,
      body,
    } as const;
    world.cluster.apply({ type: "http", id: `resize-${seed}-${count++}`, request });
    const host = rng.pick(["worker-1", "worker-2"]);
    const process = rng.pick(["kubelet", "containerd"]);
    if (rng.below(5) === 0) world.cluster.apply({ type: "crash-process", host, process });
    if (rng.below(20) === 0) {
      world.cluster.apply({ type: "power-off", host });
      watch(3 * SECOND);
      world.cluster.apply({ type: "power-on", host });
    }
    watch(rng.between(100, 4000) * MS);
  }
  world.until("all have settled", () => pods(world).length === 8 && pods(world).every(isSettled));
  invariants.check();
  expect(invariants.violations).toEqual([]);
  for (const node of world.cluster.recorded.nodes.values()) {
    const held = pods(world).filter((p) => p.spec.nodeName === node.metadata.name);
    const sum = held.reduce(
      (all, p) => all + milliValue(p.status.containerStatuses?.[0]?.allocatedResources?.["cpu"] ?? "0"),
      0,
    );
    expect(sum).toBeLessThanOrEqual(milliValue(String(node.status.allocatable?.["cpu"])));
  }
});

it("a pod that is resized to less makes room for one that waits, and one that wants more keeps others away", () => {
  const world = new World({ masters: 1, workers: 1 });
  const create = (name: string, cpu: string): void => {
    const containers = [{ name: "c", image: "kubarium/web:1.0", resources: { requests: { cpu } } }];
    world.request({ method: "POST", path: PODS, body: { metadata: { name }, spec: { containers } } });
  };
  const resize = (name: string, cpu: string): void => {
    const body = { spec: { containers: [{ name: "c", resources: { requests: { cpu } } }] } };
    world.request({ method: "PATCH", path: `${PODS}/${name}/resize`, headers: STRATEGIC, body });
  };
  const phase = (name: string) => world.cluster.recorded.pods.get(`default/${name}`)?.status.phase;
  create("a", "2500m");
  world.until("a runs", () => phase("a") === "Running");
  create("b", "2");
  world.run(10 * SECOND);
  expect(phase("b")).toBe("Pending");
  resize("a", "1");
  world.until("b runs", () => phase("b") === "Running", 10 * SECOND);
  // More than there is: a waits for it, and nobody else gets it meanwhile.
  resize("a", "2500m");
  create("c", "500m");
  world.run(20 * SECOND);
  expect(phase("c")).toBe("Pending");
  resize("a", "1");
  world.until("c runs", () => phase("c") === "Running", 10 * SECOND);
});
