import { describe, expect, it } from "vitest";
import { swarm } from "./swarm";

/** Two files share the seeds, so that both cores work. A failing seed is named: `swarm(seed)` replays it. */
const FIRST = 1;

describe("random faults", () => {
  it.each(Array.from({ length: 100 }, (_, i) => FIRST + i))(
    "seed %i keeps every promise and heals",
    (seed) => {
      expect(swarm(seed)).toEqual([]);
    },
  );
});
