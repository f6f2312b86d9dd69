import { describe, expect, it } from "vitest";
import { isPodReady } from "../sim/api/meta";
import { SECOND } from "../sim/kernel/time";
import { Rng } from "../sim/kernel/rng";
import { containersOn } from "../sim/node/runtime/shims";
import { World } from "../sim/testing/world";
import { SceneBuilder } from "./scene-builder";
import type { PodView, Scene, SceneDelta } from "./types";

type Table = Record<string, { readonly [key: string]: unknown }>;
const SECTIONS = ["hosts", "pods", "workloads", "services", "links"] as const;

/** What a page does with a delta, in the plainest way. */
function fold(scene: Scene, delta: SceneDelta): Scene {
  const next = { ...scene, ...delta } as unknown as Record<string, unknown>;
  for (const s of SECTIONS) {
    const table = { ...(scene[s] as unknown as Table) };
    for (const view of (delta.upsert[s] ?? []) as unknown as { id?: string; uid?: string }[]) {
      table[view.uid ?? view.id ?? ""] = view as Table[string];
    }
    for (const id of delta.remove[s] ?? []) delete table[id];
    next[s] = table;
  }
  delete next["upsert"];
  delete next["remove"];
  next["captions"] = [...scene.captions, ...(delta.captions ?? [])];
  return next as unknown as Scene;
}

/** Slots depend on what was seen before; everything else only on the cluster. */
function withoutSlots(scene: Scene): unknown {
  const pods = Object.fromEntries(Object.entries(scene.pods).map(([id, p]) => [id, { ...p, slot: 0 }]));
  return { ...scene, pods, captions: [] };
}

function mishap(world: World, rng: Rng): void {
  const host = `worker-${1 + rng.below(3)}`;
  const powered = world.cluster.kernel.network.host(host).powered;
  switch (rng.below(4)) {
    case 0:
      world.cluster.apply({ type: powered ? "power-off" : "power-on", host });
      return;
    case 1:
      world.cluster.apply({ type: "crash-process", host, process: "kubelet" });
      return;
    case 2:
      world.scale("web", rng.below(8));
      return;
    default:
      world.cluster.apply({ type: "cut", a: host, b: "load-balancer", direction: "both" });
  }
}

describe("SceneBuilder", () => {
  it.each([1, 2, 3])("seed %i: deltas add up to the scene, and the scene is true", (seed) => {
    const world = new World({ seed });
    const rng = new Rng(seed, "scene");
    const builder = new SceneBuilder(world.cluster);
    let scene = builder.snapshot();
    for (let i = 0; i < 25; i++) {
      mishap(world, rng);
      world.run(rng.between(1, 20) * SECOND);
      scene = fold(scene, builder.delta());
      expect(withoutSlots(scene)).toEqual(withoutSlots(new SceneBuilder(world.cluster).snapshot()));
      expectTrue(world, scene);
    }
  });

  it("gives no pod another's slot, and none two", () => {
    const world = new World();
    const builder = new SceneBuilder(world.cluster);
    const first = builder.snapshot();
    world.scale("web", 12);
    world.run(60 * SECOND);
    const scene = fold(first, builder.delta());
    for (const [uid, p] of Object.entries(first.pods)) expect(scene.pods[uid]?.slot).toBe(p.slot);
    const places = Object.values(scene.pods)
      .filter((p) => p.slot >= 0)
      .map((p) => `${p.node}/${p.slot}`);
    expect(new Set(places).size).toBe(places.length);
  });

  it("says nothing when nothing changed, and tells of messages once", () => {
    const world = new World();
    const builder = new SceneBuilder(world.cluster);
    builder.snapshot();
    builder.messages();
    expect(builder.delta()).toEqual({ time: world.now, upsert: {}, remove: {} });
    world.scale("web", 4);
    const { messages } = builder.messages();
    expect(messages.some((m) => m.shape === "write" && m.label.includes("deployments/default/web"))).toBe(
      true,
    );
    expect(messages.every((m) => m.received >= m.sent)).toBe(true);
    expect(builder.messages().messages).toEqual([]);
  });
});

/** Every view against the recorded objects and the hosts themselves. */
function expectTrue(world: World, scene: Scene): void {
  const { recorded, kernel } = world.cluster;
  recorded.refresh();
  for (const host of kernel.network.hosts.values()) {
    const view = scene.hosts[host.name];
    expect(view?.powered).toBe(host.powered);
    for (const p of view?.processes ?? []) expect(p.alive, p.id).toBe(host.processes.has(p.name));
    const ready = recorded.nodes.get(host.name)?.status.conditions?.find((c) => c.type === "Ready")?.status;
    if (ready !== undefined) expect(view?.node?.word).toBe(ready === "True" ? "Ready" : "NotReady");
  }
  for (const pod of recorded.pods.values()) {
    const view = scene.pods[pod.metadata.uid] as PodView;
    expect(view.believedReady).toBe(isPodReady(pod));
    const host = kernel.network.hosts.get(pod.spec.nodeName ?? "");
    const alive =
      host !== undefined &&
      containersOn(host).some((c) => c.alive && c.sandbox.config.name === pod.metadata.name);
    expect(view.actual === "ready" || view.actual === "running", pod.metadata.name).toBe(alive);
  }
}
