import { describe, expect, it } from "vitest";
import { stageLayout } from "./layout";
import { crosses, partedBy, wireSegments } from "./wire-paths";
import { dropX, railY } from "./routes";

const layout = stageLayout({
  masters: [1, 2, 3].map((n) => ({ id: `master-${n}`, index: n - 1 })),
  workers: [1, 2, 3].map((n) => ({ id: `worker-${n}`, index: n - 1 })),
  columns: 4,
  cloud: true,
});

describe("a stroke across the wires", () => {
  it("parts a worker from everyone", () => {
    const card = layout.hosts.get("worker-2");
    if (!card) throw new Error("no worker-2");
    const x = dropX(card);
    expect(partedBy(layout, [x - 20, card.y - 20], [x + 20, card.y - 20])).toEqual([["worker-2", "*"]]);
  });

  it("across the rail parts every pair on its two sides", () => {
    const card = layout.hosts.get("master-2");
    if (!card) throw new Error("no master-2");
    const y = railY(layout);
    expect(partedBy(layout, [card.x - 10, y - 30], [card.x - 10, y + 30])).toEqual([
      ["master-1", "master-2"],
      ["master-1", "master-3"],
    ]);
  });

  it("in the open parts nobody", () => expect(partedBy(layout, [5, 300], [60, 310])).toEqual([]));

  it.each([
    [[0, 0], [10, 10], [0, 10], [10, 0], true],
    [[0, 0], [1, 1], [0, 10], [10, 0], false],
  ] as const)("%# crosses", (a, b, c, d, expected) => expect(crosses(a, b, c, d)).toBe(expected));
});

it("names each wire once", () => {
  const ids = wireSegments(layout).map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
});
