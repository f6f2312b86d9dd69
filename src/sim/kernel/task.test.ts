import { describe, expect, it } from "vitest";
import { Future } from "./future";
import { Mailbox, race, Signal, sleep, TIMED_OUT, within, type Task } from "./task";
import { MS, SECOND } from "./time";
import { idle, world } from "./test-world";

/** Runs a task in a process of a fresh world and gives what it noted, with the times. */
function notes(body: (note: (what: unknown) => void, w: ReturnType<typeof setup>) => Task): unknown[] {
  const w = setup();
  const out: unknown[] = [];
  w.process.spawn(
    "test",
    body((what) => out.push([w.kernel.now, what]), w),
  );
  w.kernel.runUntil(10 * SECOND);
  return out;
}

function setup() {
  const w = world();
  return { ...w, process: idle(w.a) };
}

describe("tasks", () => {
  it("sleep, also for a time that has passed", () => {
    const out = notes(function* (note) {
      yield* sleep(5 * MS);
      note("a");
      yield -3;
      note("b");
      yield 0.5;
      note("c");
    });
    expect(out).toEqual([
      [5000, "a"],
      [5000, "b"],
      [5001, "c"],
    ]);
  });

  it("wait for futures, settled before or after", () => {
    const out = notes(function* (note, { kernel }) {
      const f = new Future<string>(kernel);
      kernel.schedule(7, (x: Future<string>) => x.resolve("v"), f);
      note(yield* f);
      note(yield* f);
      f.resolve("w");
      note(f.value);
    });
    expect(out).toEqual([
      [7, "v"],
      [7, "v"],
      [7, "v"],
    ]);
  });

  it("wait with a limit", () => {
    const out = notes(function* (note, { kernel }) {
      const f = kernel.timer(100);
      note(yield* within(f, 30));
      note(yield* within(f, 1000));
      note(yield* within(f, 0));
      note(yield* within(new Future(kernel), 0));
    });
    expect(out).toEqual([
      [30, TIMED_OUT],
      [100, undefined],
      [100, undefined],
      [100, TIMED_OUT],
    ]);
  });

  it("race: the first one wins, ties go to the first in the list", () => {
    const out = notes(function* (note, { kernel }) {
      const [x, y, z] = [kernel.timer(30), kernel.timer(10), kernel.timer(20)];
      note(yield* race(kernel, [x, y, z]));
      yield* x;
      note(yield* race(kernel, [x, y, z]));
    });
    expect(out).toEqual([
      [10, 1],
      [30, 0],
    ]);
  });

  it("race: settled in one event, the one that was settled first wins", () => {
    const out = notes(function* (note, { kernel }) {
      const [x, y] = [new Future<void>(kernel), new Future<void>(kernel)];
      kernel.schedule(
        5,
        () => {
          y.resolve();
          x.resolve();
        },
        undefined,
      );
      note(yield* race(kernel, [x, y]));
    });
    expect(out).toEqual([[5, 1]]);
  });

  it("leave nothing behind in futures that lost a race or a timed wait", () => {
    const { kernel, process } = setup();
    let waiting = 0;
    class Counted extends Future<void> {
      override addWaiter(w: Parameters<Future<void>["addWaiter"]>[0]): void {
        waiting++;
        super.addWaiter(w);
      }
      override removeWaiter(w: Parameters<Future<void>["addWaiter"]>[0]): void {
        waiting--;
        super.removeWaiter(w);
      }
    }
    const never = new Counted(kernel);
    process.spawn(
      "t",
      (function* (): Task {
        for (let i = 0; i < 10; i++) yield* race(kernel, [never, kernel.timer(5)]);
        for (let i = 0; i < 10; i++) yield* within(never, 5);
      })(),
    );
    const racing = process.spawn("r", race(kernel, [never]) as Task<number>);
    kernel.runUntil(1 * SECOND);
    expect(waiting).toBe(1);
    racing.cancel();
    expect(waiting).toBe(0);
  });

  it("are told of a signal each time they wait for it", () => {
    const out = notes(function* (note, { kernel, process }) {
      const signal = new Signal(kernel);
      signal.notify();
      process.spawn(
        "bell",
        (function* (): Task {
          for (let i = 0; i < 2; i++) {
            yield 10;
            signal.notify();
          }
        })(),
      );
      yield* signal.wait();
      note("one");
      yield* signal.wait();
      note("two");
    });
    expect(out).toEqual([
      [10, "one"],
      [20, "two"],
    ]);
  });
});

describe("mailbox", () => {
  it("is first in, first out, however it is filled and emptied", () => {
    const { kernel } = setup();
    const box = new Mailbox<number>(kernel);
    const rng = kernel.rng("test");
    let [next, expected] = [0, 0];
    for (let i = 0; i < 5000; i++) {
      if (rng.below(100) < 55) box.push(next++);
      else if (box.size > 0) expect(box.take()).toBe(expected++);
      else expect(box.take()).toBeUndefined();
      expect(box.size).toBe(next - expected);
    }
    while (box.size > 0) expect(box.take()).toBe(expected++);
    expect(expected).toBe(next);
  });

  it("hands each item to one of those who wait", () => {
    const { kernel, process } = setup();
    const box = new Mailbox<number>(kernel);
    const got: number[][] = [[], []];
    for (const mine of got) {
      process.spawn(
        "receiver",
        (function* (): Task {
          for (;;) mine.push(yield* box.receive());
        })(),
      );
    }
    for (let i = 0; i < 6; i++) {
      kernel.schedule(
        i * 10,
        (n: number) => {
          box.push(n);
          box.push(n + 100);
        },
        i,
      );
    }
    kernel.runUntil(1 * SECOND);
    expect(got.flat().sort((x, y) => x - y)).toEqual([0, 1, 2, 3, 4, 5, 100, 101, 102, 103, 104, 105]);
  });

  it("tells that there is something, without taking it", () => {
    const { kernel } = setup();
    const box = new Mailbox<string>(kernel);
    const before = box.nonEmpty();
    expect(before.settled).toBe(false);
    box.push("x");
    expect(before.settled).toBe(true);
    expect(box.nonEmpty().settled).toBe(true);
    expect(box.take()).toBe("x");
    expect(box.nonEmpty().settled).toBe(false);
  });
});
