import { expect, it } from "vitest";
import { Kernel } from "../kernel/kernel";
import type { Pod } from "../api/types";
import { makeNode, makePod } from "../testing/scheduling";
import { Cache } from "./cache";
import { PodInfo } from "./pod-info";

it("counts an assumed pod once, before and after the watch shows it", () => {
  const cache = new Cache();
  cache.setNode(makeNode("a"));
  const pod = makePod("p", { cpu: "1" });
  cache.assume(new PodInfo(pod), "a");
  expect(cache.node("a")?.usedCpu).toBe(1000);
  cache.setPod(makePod("p", { cpu: "1", node: "a" }));
  expect(cache.node("a")?.usedCpu).toBe(1000);
  expect(cache.isAssumed("default/p")).toBe(false);
  cache.forget("default/p");
  expect(cache.node("a")?.usedCpu).toBe(1000);
});

it("takes an assumption back, and follows a pod that went elsewhere", () => {
  const cache = new Cache();
  for (const name of ["a", "b"]) cache.setNode(makeNode(name));
  cache.assume(new PodInfo(makePod("p", { cpu: "1" })), "a");
  cache.forget("default/p");
  expect(cache.node("a")?.usedCpu).toBe(0);
  cache.assume(new PodInfo(makePod("p", { cpu: "1" })), "a");
  cache.setPod(makePod("p", { cpu: "1", node: "b" }));
  expect([cache.node("a")?.usedCpu, cache.node("b")?.usedCpu]).toEqual([0, 1000]);
});

it.each(["containers", "initContainers"] as const)(
  "follows a resize that only the status tells: %s",
  (list) => {
    const cache = new Cache();
    cache.setNode(makeNode("a"));
    const own = { name: "own", image: "i", resources: { requests: { cpu: "100m" } } };
    const resized = { ...own, name: "x", restartPolicy: "Always" };
    const spec = { containers: [own], [list]: list === "containers" ? [own, resized] : [resized] };
    const pod = makePod("p", { node: "a", spec, metadata: { generation: 2 } });
    const held = (cpu: string): Pod => {
      const requests = { cpu };
      const status = { name: "x", allocatedResources: requests, resources: { requests } };
      const statuses = list === "containers" ? "containerStatuses" : "initContainerStatuses";
      return { ...pod, status: { ...pod.status, [statuses]: [status] } } as Pod;
    };
    cache.setPod(held("2"));
    expect(cache.node("a")?.usedCpu).toBe(2100);
    cache.setPod(held("100m"));
    expect(cache.node("a")?.usedCpu).toBe(200);
  },
);

it("remembers pods of a node that it does not know (yet)", () => {
  const cache = new Cache();
  cache.setPod(makePod("p", { cpu: "1", node: "a" }));
  expect(cache.nodes).toEqual([]);
  cache.setNode(makeNode("a"));
  expect(cache.nodes.map((n) => [n.name, n.usedCpu])).toEqual([["a", 1000]]);
  cache.removeNode("a");
  expect(cache.node("a")).toBeUndefined();
  cache.removePod("default/p");
  cache.setNode(makeNode("a"));
  expect(cache.node("a")?.pods.size).toBe(0);
});

it("keeps counters right through any sequence of changes", () => {
  const rng = new Kernel({ seed: 5 }).rng("twin");
  const cache = new Cache();
  const matches = (pod: PodInfo) => pod.labels["app"] === "x";
  const pods = new Map<string, { node: string; app: string }>();
  for (let step = 0; step < 2000; step++) {
    const name = `p${rng.below(20)}`;
    const node = `n${rng.below(5)}`;
    const app = rng.pick(["x", "y"]);
    switch (rng.below(5)) {
      case 0:
        cache.removePod(`default/${name}`);
        pods.delete(name);
        break;
      case 1:
        cache.setNode(makeNode(node));
        break;
      case 2:
        cache.removeNode(node);
        break;
      default:
        cache.setPod(makePod(name, { node, labels: { app }, cpu: "1" }));
        pods.set(name, { node, app });
    }
    const counts = cache.counts.get("x", matches);
    for (const info of cache.nodes) {
      const here = [...pods.values()].filter((p) => p.node === info.name);
      expect(info.usedCpu).toBe(1000 * here.length);
      expect(counts[info.slot] ?? 0).toBe(here.filter((p) => p.app === "x").length);
    }
  }
});
