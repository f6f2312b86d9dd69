import { describe, expect, it } from "vitest";
import type { Cluster } from "../../sim/cluster/cluster";
import { Kernel } from "../../sim/kernel/kernel";
import { Pacer } from "./pacer";

/** Time alone matters here: a kernel with a tick every millisecond stands for a cluster. */
function ticking(): { cluster: Cluster; ticks: () => number } {
  const kernel = new Kernel({ seed: 1 });
  let ticks = 0;
  const tick = (): void => {
    ticks++;
    kernel.schedule(1000, tick, undefined);
  };
  kernel.schedule(1000, tick, undefined);
  return { cluster: { kernel } as Cluster, ticks: () => ticks };
}

describe("Pacer", () => {
  it.each([
    [1, 100, 100],
    [10, 50, 500],
    [0.01, 100, 1],
  ])("at speed %d, %d ms of wall time are %d ms of virtual time", (speed, wall, virtual) => {
    const { cluster, ticks } = ticking();
    const pacer = new Pacer(() => 0);
    pacer.pace = { mode: "speed", speed };
    pacer.playing = true;
    pacer.advance(cluster, wall, 10);
    expect(cluster.kernel.now).toBe(virtual * 1000);
    expect(ticks()).toBe(virtual);
  });

  it("moves at the slowest pace too, by owing fractions", () => {
    const { cluster } = ticking();
    const pacer = new Pacer(() => 0);
    pacer.pace = { mode: "speed", speed: 0.00001 };
    pacer.playing = true;
    for (let i = 0; i < 60; i++) pacer.advance(cluster, 16, 10);
    expect(cluster.kernel.now).toBe(9);
  });

  it("stands still while paused", () => {
    const { cluster } = ticking();
    const pacer = new Pacer(() => 0);
    pacer.advance(cluster, 1000, 10);
    expect(cluster.kernel.now).toBe(0);
    expect(pacer.speed).toBe(0);
  });

  it("gives the page its turn when the work takes too long", () => {
    const { cluster } = ticking();
    let now = 0;
    const pacer = new Pacer(() => (now += 1));
    pacer.pace = { mode: "speed", speed: 1000 };
    pacer.playing = true;
    pacer.advance(cluster, 100, 5);
    expect(cluster.kernel.now).toBeLessThan(1_000_000);
  });
});
