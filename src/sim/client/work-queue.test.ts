import { describe, expect, it } from "vitest";
import { Kernel } from "../kernel/kernel";
import type { Process } from "../kernel/process";
import type { Task } from "../kernel/task";
import { MS, SECOND } from "../kernel/time";
import { WorkQueue } from "./work-queue";

function world() {
  const kernel = new Kernel({ seed: 1 });
  const host = kernel.network.addHost({
    name: "a",
    ip: "10.0.0.1",
    kind: "test",
    cpuMilli: 1,
    memoryBytes: 1,
    latency: 1,
  });
  host.powerOn();
  const process = host.start("p", function* () {
    for (;;) yield 3600 * SECOND;
  });
  const queue = new WorkQueue(process, "q");
  const log: string[] = [];
  return { kernel, process, queue, log };
}

function* worker(process: Process, queue: WorkQueue, log: string[], takes: number): Task {
  for (;;) {
    const key = yield* queue.get();
    log.push(`${process.now / MS} ${key}`);
    yield takes;
    queue.done(key);
  }
}

describe("WorkQueue", () => {
  it("holds a key once", () => {
    const { kernel, process, queue, log } = world();
    for (const key of ["a", "b", "a", "a"]) queue.add(key);
    expect(queue.length).toBe(2);
    process.spawn("w", worker(process, queue, log, MS));
    kernel.runUntil(SECOND);
    expect(log).toEqual(["0 a", "1 b"]);
  });

  it("never gives a key to two workers, and brings it back when it was added meanwhile", () => {
    const { kernel, process, queue, log } = world();
    process.spawn("w1", worker(process, queue, log, 10 * MS));
    process.spawn("w2", worker(process, queue, log, 10 * MS));
    queue.add("a");
    kernel.runUntil(MS);
    expect(queue.processing()).toEqual(["a"]);
    queue.add("a");
    queue.add("a");
    expect(queue.length).toBe(0);
    queue.add("b");
    kernel.runUntil(SECOND);
    expect(log).toEqual(["0 a", "1 b", "10 a"]);
    expect(queue.processing()).toEqual([]);
  });

  it("adds late keys at their time, the earliest of several", () => {
    const { kernel, process, queue, log } = world();
    process.spawn("w", worker(process, queue, log, MS));
    queue.addAfter("a", 50 * MS);
    queue.addAfter("a", 20 * MS);
    queue.addAfter("a", 90 * MS);
    expect(queue.delayed()).toEqual([{ key: "a", readyAt: 20 * MS }]);
    kernel.runUntil(SECOND);
    expect(log).toEqual(["20 a"]);
  });

  it("lets failures wait longer each time until they are forgotten", () => {
    const { kernel, process, queue, log } = world();
    process.spawn("w", worker(process, queue, log, 0));
    queue.addRateLimited("a");
    kernel.runUntil(5 * MS);
    queue.addRateLimited("a");
    expect(queue.numRequeues("a")).toBe(2);
    kernel.runUntil(15 * MS);
    queue.forget("a");
    queue.addRateLimited("a");
    kernel.runUntil(SECOND);
    expect(log).toEqual(["5 a", "15 a", "20 a"]);
  });

  it("has the worker go on in the name of whoever added the key, a story before what is quiet", () => {
    const { kernel, process, queue } = world();
    const seen: { story: number; quiet: boolean }[] = [];
    process.spawn("busy", worker(process, queue, [], 500 * MS));
    queue.add("busy");
    kernel.runUntil(MS);
    kernel.schedule(MS, () => queue.add("a"), undefined, true);
    let story = 0;
    kernel.schedule(
      2 * MS,
      () => {
        story = kernel.fact("scaled", "web", {}).id;
        queue.add("a");
      },
      undefined,
      false,
    );
    kernel.runUntil(10 * MS);
    process.spawn(
      "w",
      (function* (): Task {
        yield* queue.get();
        seen.push({ story: kernel.context.story, quiet: kernel.context.quiet });
      })(),
    );
    kernel.runUntil(SECOND);
    expect(seen).toEqual([{ story, quiet: false }]);
  });
});
