import { expect, it } from "vitest";
import type { Event } from "../api/types";
import { forbidden } from "../api/status";
import { fakeWorld, forever } from "../testing/fake-world";
import { EventRecorder, type ObjectRef } from "./event-recorder";

const POD: ObjectRef = { apiVersion: "v1", kind: "Pod", namespace: "shop", name: "web", uid: "u1" };

function setup() {
  const world = fakeWorld();
  let recorder: EventRecorder | undefined;
  world.start("kubelet", function* (_p, client) {
    recorder = new EventRecorder(client, "kubelet", "worker-1");
    yield* forever();
  });
  const events = () => world.api.all<Event>("events");
  return { world, events, recorder: recorder! };
}

it("writes an Event in the object's namespace", () => {
  const { world, events, recorder } = setup();
  world.run(61);
  recorder.event(POD, "Normal", "Pulled", "Container image is there");
  world.run(1);
  expect(events()).toHaveLength(1);
  expect(events()[0]).toMatchObject({
    metadata: { namespace: "shop" },
    involvedObject: POD,
    source: { component: "kubelet", host: "worker-1" },
    firstTimestamp: "2026-01-01T00:01:01Z",
    count: 1,
    type: "Normal",
    reason: "Pulled",
  });
  expect(events()[0]!.metadata.name).toMatch(/^web\.18[0-9a-f]{14}$/);
});

it("counts repetitions in the same Event", () => {
  const { world, events, recorder } = setup();
  for (let i = 0; i < 4; i++) {
    recorder.event(POD, "Warning", "BackOff", "Back-off");
    world.run(10);
  }
  expect(events()).toHaveLength(1);
  expect(events()[0]).toMatchObject({ count: 4, lastTimestamp: "2026-01-01T00:00:30Z" });
});

it("begins a new Event when the old one has expired", () => {
  const { world, events, recorder } = setup();
  recorder.event(POD, "Warning", "BackOff", "Back-off");
  world.run(1);
  world.api.remove("events", "shop", events()[0]!.metadata.name);
  recorder.event(POD, "Warning", "BackOff", "Back-off");
  world.run(1);
  expect(events()).toHaveLength(1);
  expect(events()[0]!.count).toBe(2);
});

it("keeps trying while the server is away, in order", () => {
  const { world, events, recorder } = setup();
  world.stopServer();
  recorder.event(POD, "Normal", "A", "a");
  recorder.event(POD, "Normal", "B", "b");
  world.run(30);
  world.startServer();
  world.run(30);
  expect(events().map((e) => e.reason)).toEqual(["A", "B"]);
  expect(events()[0]!.firstTimestamp).toBe("2026-01-01T00:00:00Z");
});

it("gives up what the server refuses", () => {
  const { world, events, recorder } = setup();
  world.api.refuse = () => forbidden({ group: "", resource: "events" }, "", "no");
  recorder.event(POD, "Normal", "A", "a");
  world.run(1);
  world.api.refuse = () => undefined;
  recorder.event(POD, "Normal", "B", "b");
  world.run(60);
  expect(events().map((e) => e.reason)).toEqual(["B"]);
});

it("drops Events rather than grow without bound", () => {
  const { world, recorder } = setup();
  world.stopServer();
  for (let i = 0; i < 1500; i++) recorder.event({ ...POD, name: `web-${i}` }, "Normal", "A", "a");
  expect(recorder.dropped).toBeGreaterThan(400);
  expect(world.kernel.now).toBe(0);
});
