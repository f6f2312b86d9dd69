import { describe, expect, it } from "vitest";
import type { LinkView } from "../../worker/protocol/protocol";
import { cutMarks } from "./cut-marks";
import { stageLayout } from "./layout";

const layout = stageLayout({
  masters: [1, 2, 3].map((n) => ({ id: `master-${n}`, index: n - 1 })),
  workers: [1, 2, 3].map((n) => ({ id: `worker-${n}`, index: n - 1 })),
  columns: 4,
  cloud: true,
});

const MACHINES = ["load-balancer", "master-1", "master-2", "master-3", "worker-1", "worker-2", "worker-3"];

const cut = (a: string, b: string, more: Partial<LinkView> = {}): LinkView => ({
  id: `${a}|${b}`,
  a,
  b,
  cutAB: true,
  cutBA: true,
  lossPpm: 0,
  delay: 0,
  ...more,
});

describe("cut marks", () => {
  it.each([
    ["worker-1", "master-2"],
    ["master-1", "master-2"],
    ["master-1", "master-3"],
    ["load-balancer", "master-2"],
    ["worker-1", "worker-3"],
    ["workstation", "load-balancer"],
  ])("there is one between %s and %s", (a, b) => {
    expect(cutMarks(layout, [cut(a, b)], MACHINES)).toHaveLength(1);
  });

  it("a host without any link left has one mark, that heals all", () => {
    const links = MACHINES.filter((id) => id !== "worker-2").map((id) => cut(id, "worker-2"));
    const marks = cutMarks(layout, [...links, cut("worker-1", "worker-3")], MACHINES);
    expect(marks.map(({ a, b }) => [a, b])).toEqual([
      ["worker-2", "*"],
      ["worker-1", "worker-3"],
    ]);
  });

  it("marks at one wire don't cover each other", () => {
    const marks = cutMarks(layout, [cut("worker-1", "master-1"), cut("worker-1", "master-2")], MACHINES);
    expect(new Set(marks.map(({ x, y }) => `${x} ${y}`)).size).toBe(2);
    expect(marks.map(({ label }) => label)).toEqual(["master-1", "master-2"]);
  });

  it("a one-way cut says which way", () => {
    const [mark] = cutMarks(layout, [cut("worker-1", "master-1", { cutBA: false })], MACHINES);
    expect(mark?.label).toBe("→ master-1");
    const [back] = cutMarks(layout, [cut("master-1", "worker-1", { cutBA: false })], MACHINES);
    expect(back?.label).toBe("← master-1");
  });

  it("a slow link is no cut", () => {
    const slow = cut("worker-1", "master-1", { cutAB: false, cutBA: false, delay: 1000 });
    expect(cutMarks(layout, [slow], MACHINES)).toEqual([]);
  });
});
