import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { HostView, PodView, Scene, SceneDelta } from "../../worker/protocol/protocol";
import type { Folded } from "./fold";
import { applyDelta, fromSnapshot } from "./fold";

const host = (id: string, index: number): HostView =>
  ({ id, index, kind: id.startsWith("m") ? "master" : "worker", powered: true }) as HostView;

const pod = (uid: string, node: string, slot: number, system = false): PodView =>
  ({ uid, node, slot, system }) as PodView;

const sceneOf = (hosts: readonly HostView[], pods: readonly PodView[]): Scene =>
  ({
    time: 0,
    openedAt: 0,
    hosts: Object.fromEntries(hosts.map((view) => [view.id, view])),
    pods: Object.fromEntries(pods.map((view) => [view.uid, view])),
    workloads: {},
    services: {},
    links: {},
    captions: [],
  }) as unknown as Scene;

const delta = (upsert: SceneDelta["upsert"], remove: SceneDelta["remove"] = {}): SceneDelta => ({
  time: 1,
  upsert,
  remove,
});

const uidsOn = ({ lists }: Folded, node: string): string[] =>
  (lists.podsOf[node] ?? []).map(({ uid }) => uid);

describe("the fold", () => {
  it("orders hosts by their place and pods by their slot", () => {
    const folded = fromSnapshot(
      sceneOf([host("w2", 1), host("m1", 0), host("w1", 0)], [pod("b", "w1", 1), pod("a", "w1", 0)]),
    );
    expect(folded.lists.workers).toEqual(["w1", "w2"]);
    expect(folded.lists.masters).toEqual(["m1"]);
    expect(uidsOn(folded, "w1")).toEqual(["a", "b"]);
  });

  it("leaves the lists of others alone", () => {
    const folded = fromSnapshot(
      sceneOf([host("w1", 0), host("w2", 1)], [pod("a", "w1", 0), pod("b", "w2", 0)]),
    );
    const { workers } = folded.lists;
    const others = folded.lists.podsOf["w2"];
    applyDelta(folded, delta({ pods: [pod("a", "w1", 3)], hosts: [host("w1", 0)] }));
    expect(folded.lists.podsOf["w2"]).toBe(others);
    expect(folded.lists.workers).toBe(workers);
  });

  it("does not draw pods of the system, which are processes", () => {
    const folded = fromSnapshot(sceneOf([], [pod("a", "m1", 0, true)]));
    expect(folded.lists.podCount).toBe(0);
    applyDelta(folded, delta({ pods: [pod("a", "m1", 0, false)] }));
    expect(folded.lists.podCount).toBe(1);
  });

  it("after any deltas has the lists that a snapshot of the same scene has", () => {
    const uid = fc.constantFrom("a", "b", "c", "d");
    const change = fc.record({
      uid,
      node: fc.constantFrom("", "w1", "w2"),
      slot: fc.nat(3),
      system: fc.boolean(),
      gone: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(fc.array(change, { maxLength: 4 }), { maxLength: 8 }), (frames) => {
        const folded = fromSnapshot(sceneOf([], []));
        for (const frame of frames) {
          const last = new Map(frame.map((one) => [one.uid, one]));
          const pods = [...last.values()].filter(({ gone }) => !gone);
          const removed = [...last.values()].filter(({ gone }) => gone).map((one) => one.uid);
          const upsert = pods.map((one) => pod(one.uid, one.node, one.slot, one.system));
          applyDelta(folded, delta({ pods: upsert }, { pods: removed }));
        }
        const whole = fromSnapshot(sceneOf([], Object.values(folded.scene.pods)));
        expect(folded.lists.podsOf).toEqual(whole.lists.podsOf);
        expect(folded.lists.podCount).toBe(whole.lists.podCount);
      }),
    );
  });
});
