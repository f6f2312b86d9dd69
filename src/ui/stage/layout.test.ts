import { describe, expect, it } from "vitest";
import type { LayoutInput, Placed, Rect } from "./layout";
import {
  columnsFor,
  fitCamera,
  masterProcess,
  narrowMasterProcess,
  processRect,
  stageLayout,
} from "./layout";

const hosts = (prefix: string, count: number): Placed[] =>
  Array.from({ length: count }, (_, index) => ({ id: `${prefix}-${index + 1}`, index }));

const input = (masters: number, workers: number, cloud = true): LayoutInput => ({
  masters: hosts("master", masters),
  workers: hosts("worker", workers),
  columns: columnsFor(workers),
  cloud,
});

const overlap = (a: Rect, b: Rect): boolean =>
  a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;

describe("stageLayout", () => {
  it.each([
    [1, 0],
    [1, 3],
    [3, 3],
    [3, 9],
    [5, 20],
    [7, 21],
    [3, 60],
    [3, 61],
    [7, 450],
  ])("lets nothing overlap: %i masters, %i workers", (masters, workers) => {
    const layout = stageLayout(input(masters, workers));
    const rects = [...layout.hosts.entries(), ["waiting", layout.waiting] as const];
    const over = rects.flatMap(([a, rectA]) =>
      rects.filter(([b, rectB]) => a < b && overlap(rectA, rectB)).map(([b]) => `${a} over ${b}`),
    );
    expect(over).toEqual([]);
  });

  it.each([
    [3, 3],
    [5, 20],
    [3, 450],
  ])("keeps everything within its bounds: %i masters, %i workers", (masters, workers) => {
    const layout = stageLayout(input(masters, workers));
    for (const [id, rect] of layout.hosts) {
      expect(rect.x + rect.w, id).toBeLessThanOrEqual(layout.bounds.x + layout.bounds.w);
      expect(rect.y + rect.h, id).toBeLessThanOrEqual(layout.bounds.y + layout.bounds.h);
    }
  });

  it("moves nobody when a worker joins or leaves", () => {
    const before = stageLayout({ ...input(3, 5), columns: 4 });
    const after = stageLayout({ ...input(3, 9), columns: 4 });
    for (const [id, rect] of before.hosts) expect(after.hosts.get(id)).toEqual(rect);
    const left = hosts("worker", 9).filter(({ index }) => index !== 2);
    const gone = stageLayout({ ...input(3, 9), columns: 4, workers: left });
    for (const { id } of left) expect(gone.hosts.get(id)).toEqual(after.hosts.get(id));
  });

  it("gives the trunk a way between the cards", () => {
    for (const workers of [3, 8, 20, 30, 60, 450]) {
      const layout = stageLayout(input(3, workers));
      const trunk: Rect = { x: layout.trunkX - 1, y: 28, w: 2, h: layout.bounds.h };
      for (const [id, rect] of layout.hosts) {
        if (layout.workerMode === "rack" && id.startsWith("worker-")) continue;
        expect(overlap(trunk, rect), `${id} with ${workers} workers`).toBe(false);
      }
      for (const rack of layout.racks) expect(overlap(trunk, rack.rect), rack.id).toBe(false);
    }
  });

  it("has no cloud on-premises", () => {
    const layout = stageLayout(input(3, 3, false));
    expect(layout.hosts.has("cloud")).toBe(false);
    expect(masterProcess("cloud-controller-manager", 302, false)).toBeUndefined();
  });

  it("puts thousands of workers into racks of a hundred", () => {
    const layout = stageLayout(input(3, 5000));
    expect(layout.racks).toHaveLength(50);
    expect(layout.bounds.w / layout.bounds.h).toBeGreaterThan(1);
    expect(layout.bounds.w / layout.bounds.h).toBeLessThan(3);
  });
});

describe("processes on a card", () => {
  const names = [
    "kube-apiserver",
    "kube-scheduler",
    "kube-controller-manager",
    "cloud-controller-manager",
    "etcd",
  ];

  it.each([
    ["full", masterProcess, 302],
    ["medium", narrowMasterProcess, 178],
    ["narrow", narrowMasterProcess, 126],
  ] as const)("fit and keep apart: %s", (_, place, width) => {
    for (const cloud of [true, false]) {
      const rects = names.flatMap((name) => place(name, width, cloud) ?? []);
      expect(rects).toHaveLength(cloud ? 5 : 4);
      for (const [at, rect] of rects.entries()) {
        expect(rect.h).toBeGreaterThanOrEqual(24);
        expect(rect.x + rect.w).toBeLessThanOrEqual(width);
        expect(rect.y + rect.h).toBeLessThanOrEqual(200);
        for (const other of rects.slice(at + 1)) expect(overlap(rect, other)).toBe(false);
      }
    }
  });

  it("falls back to the card for what has no place of its own", () => {
    const layout = stageLayout(input(3, 30));
    expect(processRect(layout, "worker-1", "kubelet")).toEqual(layout.hosts.get("worker-1"));
    expect(processRect(layout, "nowhere", "kubelet")).toBeUndefined();
  });
});

describe("fitCamera", () => {
  it("shows the classroom cluster unscaled at 1280 × 720", () => {
    const { bounds } = stageLayout(input(3, 3));
    const camera = fitCamera(bounds, { w: 1280, h: 624 }, { right: 196, bottom: 58 });
    expect(camera.zoom).toBeCloseTo(1, 1);
  });

  it("keeps the world inside what is free", () => {
    const { bounds } = stageLayout(input(7, 20));
    const camera = fitCamera(bounds, { w: 900, h: 500 }, { right: 100, bottom: 50 });
    expect(camera.x).toBeGreaterThanOrEqual(0);
    expect(camera.x + bounds.w * camera.zoom).toBeLessThanOrEqual(800.001);
    expect(camera.y + bounds.h * camera.zoom).toBeLessThanOrEqual(450.001);
  });
});
