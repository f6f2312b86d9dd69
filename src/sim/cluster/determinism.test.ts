import { describe, expect, it } from "vitest";
import { MS, SECOND } from "../kernel/time";
import { World } from "../testing/world";
import { Cluster } from "./cluster";

/** A session with commands of several kinds, some given in the middle of an instant. */
function session(seed: number): World {
  const world = new World({ seed });
  world.do({ type: "power-off", host: "worker-1" });
  world.run(7 * SECOND + 123);
  for (let i = 0; i < 500; i++) world.cluster.kernel.step();
  world.do({ type: "crash-process", host: "master-2", process: "kube-apiserver" });
  world.scale("web", 6);
  world.run(333 * MS);
  world.do({ type: "cut", a: "worker-2", b: "load-balancer", direction: "a-to-b" });
  world.run(60 * SECOND);
  world.do({ type: "heal", a: "worker-2", b: "*" });
  world.run(20 * SECOND);
  return world;
}

describe("a run", () => {
  it("is a function of seed, configuration and commands", () => {
    const first = session(5).cluster;
    expect(session(5).cluster.hash()).toBe(first.hash());
    expect(session(6).cluster.hash()).not.toBe(first.hash());
  });

  it("is lived through again from its history, to the byte, also up to an earlier instant", () => {
    const { cluster } = session(7);
    expect(Cluster.replay(cluster.history, cluster.kernel.now).hash()).toBe(cluster.hash());
    const cut = cluster.history.entries[3];
    const earlier = Cluster.replay(cluster.history, (cut?.at ?? 0) - 1);
    expect(earlier.history.entries).toEqual(cluster.history.entries.slice(0, 3));
    expect(Cluster.replay(earlier.history, earlier.kernel.now).hash()).toBe(earlier.hash());
  });

  it("is not changed by a command that was refused", () => {
    const world = new World();
    const before = world.cluster.hash();
    expect(world.cluster.apply({ type: "power-off", host: "nowhere" }).ok).toBe(false);
    expect(world.cluster.apply({ type: "crash-process", host: "worker-1", process: "etcd" }).ok).toBe(false);
    expect(world.cluster.history.entries).toEqual([]);
    expect(world.cluster.hash()).toBe(before);
  });
});
