import { describe, expect, it } from "vitest";
import type { Pod } from "../../api/types";
import { Kernel } from "../../kernel/kernel";
import { MINUTE, SECOND } from "../../kernel/time";
import { makeNode, makePod } from "../../testing/scheduling";
import { NODE_ADDED, POD_DELETED, SELF_GATES, type EventInterest } from "../framework/events";
import { backoffAfter, SchedulingQueue } from "./scheduling-queue";

const INTERESTS: Record<string, readonly EventInterest[]> = {
  Fit: [
    {
      kinds: NODE_ADDED,
      helps: (_pod, event) => event.what === "node" && event.new?.metadata.name === "big",
    },
  ],
  Ports: [{ kinds: POD_DELETED }],
  Gates: [{ kinds: SELF_GATES }],
};

function setUp() {
  const kernel = new Kernel({ seed: 1 });
  const queue = new SchedulingQueue(kernel, {
    gate: (pod) => (pod.spec.schedulingGates?.length ? { plugin: "Gates", reason: "gated" } : undefined),
    interests: (plugin) => INTERESTS[plugin],
  });
  /** Takes the next pod and puts it back as rejected. */
  const fail = (...plugins: string[]) => {
    const item = queue.pop();
    if (item === undefined) throw new Error("nothing to take");
    queue.addUnschedulable(item, new Set(plugins));
    return item.key;
  };
  const nodeAdded = (name: string) =>
    queue.moveAll({ kind: NODE_ADDED, what: "node", old: undefined, new: makeNode(name) });
  return { kernel, queue, fail, nodeAdded, wait: (us: number) => kernel.runUntil(kernel.now + us) };
}

it("gives higher priority first, then who came first", () => {
  const { queue, wait } = setUp();
  queue.add(makePod("early"));
  wait(1);
  queue.add(makePod("late"));
  queue.add(makePod("later"));
  queue.add(makePod("important", { priority: 10 }));
  const order = Array.from({ length: 4 }, () => queue.pop()?.key);
  expect(order).toEqual(["default/important", "default/early", "default/late", "default/later"]);
  expect(queue.pop()).toBeUndefined();
});

it.each([
  [1, 1],
  [2, 2],
  [3, 4],
  [4, 8],
  [5, 10],
  [50, 10],
])("after %i failures keeps a pod back for %i s", (failures, seconds) => {
  expect(backoffAfter(failures)).toBe(seconds * SECOND);
});

describe("a pod that fits nowhere", () => {
  it("waits until something happens that may help", () => {
    const { queue, fail, nodeAdded } = setUp();
    queue.add(makePod("p"));
    fail("Fit");
    nodeAdded("small");
    expect(queue.placeOf("default/p")).toBe("unschedulable");
    queue.moveAll({ kind: POD_DELETED, what: "pod", old: makePod("x"), new: undefined });
    expect(queue.placeOf("default/p")).toBe("unschedulable");
    nodeAdded("big");
    expect(queue.placeOf("default/p")).toBe("backoff");
  });

  it("needs only one of the plugins that rejected it to be helped", () => {
    const { queue, fail } = setUp();
    queue.add(makePod("p"));
    fail("Fit", "Ports");
    queue.moveAll({ kind: POD_DELETED, what: "pod", old: makePod("x"), new: undefined });
    expect(queue.placeOf("default/p")).toBe("backoff");
  });

  it("skips the back-off when enough time has passed", () => {
    const { queue, fail, nodeAdded, wait } = setUp();
    queue.add(makePod("p"));
    fail("Fit");
    wait(2 * SECOND);
    nodeAdded("big");
    expect(queue.placeOf("default/p")).toBe("active");
  });

  it("leaves the back-off early when there is nothing else to do", () => {
    const { queue, fail, nodeAdded } = setUp();
    queue.add(makePod("p"));
    fail("Fit");
    nodeAdded("big");
    expect(queue.pop()?.key).toBe("default/p");
  });

  it("is tried again at once when help came while it was looked at", () => {
    const { queue, nodeAdded } = setUp();
    queue.add(makePod("p"));
    const item = queue.pop()!;
    nodeAdded("big");
    queue.addUnschedulable(item, new Set(["Fit"]));
    expect(queue.placeOf("default/p")).toBe("backoff");
  });

  it("ignores what happened before it was taken", () => {
    const { queue, nodeAdded } = setUp();
    queue.add(makePod("first"));
    queue.add(makePod("second"));
    const first = queue.pop()!;
    nodeAdded("big");
    const second = queue.pop()!;
    queue.addUnschedulable(second, new Set(["Fit"]));
    expect(queue.placeOf("default/second")).toBe("unschedulable");
    queue.addUnschedulable(first, new Set(["Fit"]));
    expect(queue.placeOf("default/first")).toBe("backoff");
  });

  it("is tried again after five minutes in any case", () => {
    const { queue, fail, wait } = setUp();
    queue.add(makePod("p"));
    fail("Fit");
    wait(5 * MINUTE);
    queue.flushUnschedulable();
    expect(queue.placeOf("default/p")).toBe("unschedulable");
    wait(1);
    queue.flushUnschedulable();
    expect(queue.placeOf("default/p")).toBe("active");
  });
});

describe("back-off", () => {
  it("ends on whole seconds, and the flush finds it", () => {
    const { queue, fail, nodeAdded, wait } = setUp();
    wait(400_000);
    queue.add(makePod("p"));
    fail("Fit");
    nodeAdded("big");
    // 1.4 s is cut to 1 s.
    expect(queue.backingOff()).toMatchObject([{ key: "default/p", backoffUntil: SECOND }]);
    wait(500_000);
    queue.flushBackoff();
    expect(queue.placeOf("default/p")).toBe("backoff");
    wait(100_000);
    queue.flushBackoff();
    expect(queue.placeOf("default/p")).toBe("active");
  });

  it("after an error is not cut short by an idle queue", () => {
    const { queue, fail } = setUp();
    queue.add(makePod("p"));
    fail();
    expect(queue.placeOf("default/p")).toBe("backoff");
    expect(queue.pop()).toBeUndefined();
  });
});

describe("gates", () => {
  const gated = (): Pod => makePod("p", { spec: { schedulingGates: [{ name: "g" }] } });

  it("keep a pod out until they are gone", () => {
    const { queue } = setUp();
    queue.add(gated());
    expect(queue.pop()).toBeUndefined();
    queue.update(gated(), 0);
    expect(queue.placeOf("default/p")).toBe("unschedulable");
    queue.update(makePod("p"), SELF_GATES);
    expect(queue.pop()?.key).toBe("default/p");
  });
});

it("forgets a pod that is deleted, wherever it waits", () => {
  const { queue, fail, nodeAdded } = setUp();
  for (const name of ["active", "pool", "backoff"]) queue.add(makePod(name, { priority: name.length }));
  fail("Fit");
  nodeAdded("big");
  for (const key of ["default/active", "default/pool", "default/backoff"]) {
    queue.delete(key);
    expect(queue.placeOf(key)).toBeUndefined();
  }
  expect(queue.lengths).toEqual({ active: 0, backoff: 0, unschedulable: 0, inFlight: 0 });
});
