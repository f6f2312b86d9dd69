import { describe, expect, it } from "vitest";
import { slotRect, stageLayout } from "./layout";
import type { Spot } from "./routes";
import { along, createRouter, lbY } from "./routes";

const layout = stageLayout({
  masters: [1, 2, 3].map((n) => ({ id: `master-${n}`, index: n - 1 })),
  workers: [1, 2, 3, 4, 5].map((n) => ({ id: `worker-${n}`, index: n - 1 })),
  columns: 4,
  cloud: true,
});
const route = createRouter(layout, (_, pod) => (pod === "web-1" ? 4 : undefined));
const spot: Spot = { x: 0, y: 0, angle: 0 };

const PAIRS: readonly (readonly [string, string, readonly string[]])[] = [
  ["worker-1/kubelet", "master-2/kube-apiserver", ["load-balancer"]],
  ["master-3/kube-apiserver", "worker-5/kubelet", ["load-balancer"]],
  ["master-1/kube-scheduler", "master-1/kube-apiserver", []],
  ["master-1/kube-scheduler", "master-3/kube-apiserver", ["load-balancer"]],
  ["master-1/kube-apiserver", "master-1/etcd", []],
  ["master-1/etcd", "master-2/etcd", []],
  ["master-1/etcd", "master-3/etcd", []],
  ["workstation/kubectl", "master-1/kube-apiserver", ["load-balancer"]],
  ["users/users", "worker-3/kube-proxy", []],
  ["worker-3/kube-proxy", "users/users", []],
  ["users/users", "worker-5/web-1/web", ["cloud", "worker-2"]],
  ["worker-1/web-1/web", "users/users", ["worker-1", "cloud"]],
  ["cloud/lb-default-web", "worker-1/kube-proxy", []],
  ["worker-1/web-1/web", "worker-5/web-2/web", []],
  ["worker-1/kubelet", "worker-1/containerd", []],
  ["master-2/cloud-controller-manager", "cloud/cloud", []],
];

describe("routes", () => {
  it.each(PAIRS)("from %s to %s run along the axes", (from, to, via) => {
    const way = route(from, to, via);
    expect(way).toBeDefined();
    const points = way?.points ?? [];
    for (let at = 2; at < points.length; at += 2) {
      const straight = points[at] === points[at - 2] || points[at + 1] === points[at - 1];
      expect(straight, `piece ${at / 2}`).toBe(true);
    }
  });

  it("of an answer is that of its request, backwards", () => {
    const there = route("worker-1/kubelet", "master-2/kube-apiserver", ["load-balancer"]);
    const back = route("master-2/kube-apiserver", "worker-1/kubelet", ["load-balancer"]);
    expect(back?.length).toBeCloseTo(there?.length ?? -1);
    expect(back?.points.slice(0, 2)).toEqual(there?.points.slice(-2));
  });

  it("to an API server passes the load balancer", () => {
    const way = route("worker-4/kubelet", "master-1/kube-apiserver", ["load-balancer"]);
    expect(way?.points.filter((_, at) => at % 2 === 1)).toContain(lbY(layout));
  });

  it("to a pod end in its slot", () => {
    const way = route("users/users", "worker-5/web-1/web", ["cloud", "worker-2"]);
    const slot = slotRect(layout, "worker-5", 4);
    expect(way?.points.slice(-2)).toEqual([(slot?.x ?? 0) + (slot?.w ?? 0) / 2, (slot?.y ?? 0) + 18.5]);
  });

  it("is the same object for the same pair", () => {
    expect(route("master-1/etcd", "master-2/etcd", [])).toBe(route("master-1/etcd", "master-2/etcd", []));
  });

  it("does not exist to a host that is not there", () => {
    expect(route("worker-99/kubelet", "master-1/kube-apiserver", [])).toBeUndefined();
  });
});

describe("along", () => {
  const way = { points: [0, 0, 10, 0, 10, 30], length: 40 };

  it.each([
    [0, 0, 0],
    [0.25, 10, 0],
    [0.5, 10, 10],
    [1, 10, 30],
    [7, 10, 30],
    [-1, 0, 0],
  ])("at %d of the way is at (%d, %d)", (share, x, y) => {
    along(way, share, spot);
    expect([spot.x, spot.y]).toEqual([x, y]);
  });
});
