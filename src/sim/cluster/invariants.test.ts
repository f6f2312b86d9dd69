import { describe, expect, it, vi } from "vitest";
import { pods } from "../api/kinds/pod";
import type { Pod } from "../api/types";
import { Future } from "../kernel/future";
import { SECOND } from "../kernel/time";
import { World } from "../testing/world";
import { Invariants } from "./invariants";

/** Lets time pass under the eyes of the invariants. */
function watch(world: World, invariants: Invariants, seconds: number): void {
  for (let i = 0; i < seconds * 20; i++) {
    world.run(SECOND / 20);
    invariants.check();
  }
}

const broken = (invariants: Invariants): Set<string> =>
  new Set(invariants.violations.map((v) => v.invariant));

/** All masters lose their power at once, and get it back. */
function blackout(world: World, invariants: Invariants): void {
  const masters = ["master-1", "master-2", "master-3"];
  for (const host of masters) world.do({ type: "power-off", host });
  watch(world, invariants, 1);
  for (const host of masters) world.do({ type: "power-on", host });
  watch(world, invariants, 60);
}

describe("Invariants", () => {
  it("find nothing wrong with an honest cluster that loses all its masters at once", () => {
    const world = new World();
    const invariants = new Invariants(world.cluster);
    world.scale("web", 5);
    watch(world, invariants, 20);
    blackout(world, invariants);
    expect(invariants.violations).toEqual([]);
  });

  it("catch disks that vouch for what is not on them yet", () => {
    const world = new World();
    const { kernel } = world.cluster;
    for (const host of kernel.network.hosts.values()) {
      if (host.kind !== "master") continue;
      // The planted bug: an fsync that answers, and does nothing.
      host.disk.fsync = () => {
        const done = new Future<void>(kernel);
        kernel.schedule(1000, (f: Future<void>) => f.resolve(), done);
        return done;
      };
    }
    const invariants = new Invariants(world.cluster);
    world.scale("web", 5);
    watch(world, invariants, 20);
    blackout(world, invariants);
    expect(broken(invariants)).toContain("no committed entry is lost");
  });

  it("catch a bug that the API server answers with", () => {
    const world = new World();
    const invariants = new Invariants(world.cluster);
    watch(world, invariants, 1);
    const planted = vi.spyOn(pods, "validateCreate").mockImplementation(() => {
      throw new TypeError("planted");
    });
    world.scale("web", 5);
    watch(world, invariants, 10);
    planted.mockRestore();
    expect(broken(invariants)).toContain("no request is met by a bug");
  });

  it("catch a pod that is bound a second time", () => {
    const world = new World();
    const invariants = new Invariants(world.cluster);
    invariants.check();
    const { pods } = world.cluster.recorded;
    const pod = [...pods.values()].find((p) => p.metadata.labels?.["app"] === "web") as Pod;
    const moved = { ...pod, spec: { ...pod.spec, nodeName: "worker-9" } };
    const values = pods.values.bind(pods);
    pods.values = () => [...values()].map((p) => (p === pod ? moved : p)).values();
    world.scale("web", 4);
    invariants.check();
    expect(broken(invariants)).toContain("no pod is bound twice");
  });
});
