import { describe, expect, it } from "vitest";
import { Future } from "./future";
import type { Task } from "./task";
import type { Thread } from "./thread";
import { SECOND } from "./time";
import { idle, world } from "./test-world";

function setup() {
  const w = world();
  return { ...w, process: idle(w.a), log: [] as string[] };
}

describe("thread", () => {
  it("runs up to its first wait at once and gives its result", () => {
    const { kernel, process, log } = setup();
    function* task(): Task<number> {
      log.push("begun");
      yield 10;
      return 42;
    }
    const thread = process.spawn("t", task());
    expect(log).toEqual(["begun"]);
    expect(thread.alive).toBe(true);
    kernel.runUntil(10);
    expect(thread.done.value).toBe(42);
    expect(thread.alive).toBe(false);
  });

  it.each([
    ["cancel", ["cleanup"]],
    ["kill", []],
  ] as const)("%s: runs finally blocks %j", (how, expected) => {
    const { kernel, process, log } = setup();
    function* task(): Task {
      try {
        yield 10;
        log.push("woke");
      } finally {
        log.push("cleanup");
      }
    }
    const thread = process.spawn("t", task());
    thread[how]();
    thread[how]();
    kernel.runUntil(1 * SECOND);
    expect(log).toEqual(expected);
    expect(thread.done.settled).toBe(false);
  });

  it("does not run after it was killed while its future was being settled", () => {
    const { kernel, process, log } = setup();
    const f = new Future<void>(kernel);
    const threads: Thread<void>[] = [];
    function* killer(): Task {
      yield* f;
      log.push("killer");
      threads[0]?.kill();
    }
    function* waits(): Task {
      yield* f;
      log.push("victim");
    }
    process.spawn("killer", killer());
    threads.push(process.spawn("victim", waits()));
    kernel.schedule(5, () => f.resolve(), undefined);
    kernel.runUntil(10);
    expect(log).toEqual(["killer"]);
  });

  it("can cancel itself: it ends at its next wait and cleans up", () => {
    const { kernel, process, log } = setup();
    const me: { thread?: Thread<void> } = {};
    function* task(): Task {
      try {
        yield 1;
        me.thread?.cancel();
        log.push("still here");
        yield 1;
        log.push("never");
      } finally {
        log.push("cleanup");
      }
    }
    me.thread = process.spawn("t", task());
    kernel.runUntil(1 * SECOND);
    expect(log).toEqual(["still here", "cleanup"]);
  });

  it("may settle a future in its own finally block, and others go on", () => {
    const { kernel, process, log } = setup();
    const f = new Future<void>(kernel);
    function* task(): Task {
      try {
        yield 1000;
      } finally {
        f.resolve();
      }
    }
    function* waits(): Task {
      yield* f;
      log.push("told");
    }
    const thread = process.spawn("t", task());
    process.spawn("w", waits());
    kernel.external(() => thread.cancel());
    expect(log).toEqual(["told"]);
  });

  it("must not wait in a finally block when it is cancelled", () => {
    const { process } = setup();
    function* task(): Task {
      try {
        yield 1000;
      } finally {
        yield 1;
      }
    }
    const thread = process.spawn("t", task());
    expect(() => thread.cancel()).toThrow("waits in a finally block");
  });

  it("tells what it yielded when that is no effect", () => {
    const { kernel, process } = setup();
    function* task(): Task {
      yield 1;
      yield "soon";
    }
    process.spawn("t", task());
    expect(() => kernel.runUntil(5)).toThrow(/t yielded soon \[seed 7, 1 µs, event \d+\]/);
  });
});
