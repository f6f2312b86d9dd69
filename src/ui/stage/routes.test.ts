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
    expect(way?.points.slice(-2)).toEqual([slot?.x ?? 0, (slot?.y ?? 0) + 18.5]);
  });

  it.each([
    ["worker-5/kubelet", []],
    ["worker-2/kubelet", []],
    ["master-1/kube-apiserver", ["load-balancer"]],
    ["worker-1/web-2/web", []],
  ])("from %s to a pod cross no other pod", (from, via) => {
    const points = route(from, "worker-5/web-1/web", via)?.points ?? [];
    const slot = slotRect(layout, "worker-5", 4);
    expect(points.slice(-2)).toEqual([slot?.x ?? 0, (slot?.y ?? 0) + 18.5]);
    for (let other = 0; other < 9; other++) {
      const { x, y, w, h } = slotRect(layout, "worker-5", other) ?? { x: 0, y: 0, w: 0, h: 0 };
      for (let at = 2; at < points.length; at += 2) {
        const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = points.slice(at - 2, at + 2);
        const apart =
          Math.max(x0, x1) <= x ||
          Math.min(x0, x1) >= x + w ||
          Math.max(y0, y1) <= y ||
          Math.min(y0, y1) >= y + h;
        expect(apart, `slot ${other}, piece ${at / 2}`).toBe(true);
      }
    }
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
