import { describe, expect, it } from "vitest";
import type { KernelEvent } from "./event-queue";
import { Future } from "./future";
import { Kernel } from "./kernel";
import { Mailbox, type Task } from "./task";
import { SECOND } from "./time";
import { forever, idle, serving, world } from "./test-world";

describe("kernel: events", () => {
  it("runs events in order and then stands at the end", () => {
    const kernel = new Kernel({ seed: 1 });
    const log: string[] = [];
    const note = (s: string): void => void log.push(`${kernel.now} ${s}`);
    kernel.schedule(20, note, "late");
    kernel.schedule(10, note, "first");
    kernel.schedule(10, note, "second");
    const never = kernel.schedule(15, note, "never");
    kernel.cancel(never);
    expect(kernel.nextTime()).toBe(10);
    kernel.runUntil(12);
    expect(kernel.now).toBe(12);
    expect(kernel.step()).toBe(true);
    expect(kernel.step()).toBe(false);
    expect(log).toEqual(["10 first", "10 second", "20 late"]);
    expect(kernel.executed).toBe(3);
    expect(kernel.nextTime()).toBeUndefined();
  });

  it("counts whole microseconds: fractions are rounded up", () => {
    const kernel = new Kernel({ seed: 1 });
    expect(kernel.schedule(0.2, () => {}, 0).at).toBe(1);
  });

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY])("refuses a delay of %d", (delay) => {
    expect(() => new Kernel({ seed: 1 }).schedule(delay, () => {}, 0)).toThrow("cannot schedule");
  });

  it("is not run from within an event", () => {
    const kernel = new Kernel({ seed: 1 });
    kernel.schedule(1, () => kernel.runUntil(5), 0);
    expect(() => kernel.runUntil(10)).toThrow("within an event");
  });

  it("says where it was when the simulation has a bug, and drops what was half done", () => {
    const kernel = new Kernel({ seed: 3 });
    const p = idle(world().a);
    let woke = false;
    const f = new Future<void>(kernel);
    f.addWaiter({ settled: () => (woke = true) });
    kernel.schedule(
      5,
      () => {
        f.resolve();
        throw new Error("boom");
      },
      0,
    );
    expect(() => kernel.runUntil(10)).toThrow("boom [seed 3, 5 µs, event 1]");
    kernel.schedule(1, () => {}, 0);
    kernel.runUntil(20);
    expect(woke).toBe(false);
    expect(p.alive).toBe(true);
  });

  it("forgets the argument of an event that has run", () => {
    const kernel = new Kernel({ seed: 1 });
    const event = kernel.schedule(1, () => {}, { big: true });
    kernel.runUntil(1);
    expect(event.arg).toBeUndefined();
  });
});

describe("kernel: futures that are settled outside of an event", () => {
  it("wake each waiter once, also when waiters settle others", () => {
    const { kernel, a } = world();
    const p = idle(a);
    const [f, g] = [new Future<void>(kernel), new Future<void>(kernel)];
    const log: string[] = [];
    function* first(): Task {
      yield* f;
      log.push("first");
      g.resolve();
      log.push("after");
    }
    function* second(): Task {
      yield* g;
      log.push("second");
    }
    p.spawn("1", first());
    p.spawn("2", second());
    f.resolve();
    expect(log).toEqual(["first", "after", "second"]);
  });
});

describe("kernel: causes", () => {
  /** Facts by subject → subject of the fact that caused them. */
  const causes = (kernel: Kernel): Record<string, string> =>
    Object.fromEntries(
      kernel.trace.factsAfter(0).map((f) => [f.subject, kernel.trace.fact(f.cause)?.subject ?? ""]),
    );

  it("hands the story on from event to event, and quiet with it", () => {
    const kernel = new Kernel({ seed: 1 });
    const quiets: boolean[] = [];
    kernel.external(() => {
      kernel.fact("k", "click", 0);
      kernel.schedule(
        1,
        () => {
          quiets.push(kernel.context.quiet);
          kernel.fact("k", "write", 0);
          kernel.schedule(1, () => kernel.fact("k", "effect", 0), 0, true);
          kernel.setQuiet(true);
          kernel.schedule(1, () => void quiets.push(kernel.context.quiet), 0);
        },
        0,
      );
      kernel.schedule(1, () => kernel.fact("k", "other", 0), 0);
    });
    kernel.runUntil(5);
    expect(causes(kernel)).toEqual({ click: "", write: "click", effect: "write", other: "click" });
    expect(quiets).toEqual([false, true]);
  });

  it("starts every kernel, every external act and every timer of nobody without a story", () => {
    const earlier = new Kernel({ seed: 1 });
    earlier.fact("k", "of another kernel", 0);
    const kernel = new Kernel({ seed: 1 });
    kernel.external(() => kernel.fact("k", "one", 0));
    kernel.external(() => kernel.fact("k", "two", 0));
    kernel.schedule(1, () => kernel.fact("k", "three", 0), 0);
    kernel.runUntil(2);
    expect(causes(kernel)).toEqual({ one: "", two: "", three: "" });
  });

  it("wakes several waiters in the context in which they were woken, not in each other's", () => {
    const { kernel, a } = world();
    const p = idle(a);
    const f = new Future<void>(kernel);
    function* waits(name: string): Task {
      yield* f;
      kernel.fact("k", name, 0);
    }
    p.spawn("x", waits("x"));
    p.spawn("y", waits("y"));
    kernel.external(() => {
      kernel.fact("k", "before", 0);
      f.resolve();
      kernel.fact("k", "after", 0);
    });
    expect(causes(kernel)).toMatchObject({ before: "", after: "before", x: "before", y: "before" });
  });

  it("adopts the context of a work item, for this task and whom it wakes, and nobody else", () => {
    const { kernel, a } = world();
    const p = idle(a);
    const queue = new Mailbox<{ name: string; context: KernelEvent }>(kernel);
    const woken = new Mailbox<string>(kernel);
    function* worker(): Task {
      for (;;) {
        const item = yield* queue.receive();
        kernel.adopt(item.context);
        kernel.fact("k", `done ${item.name}`, 0);
        woken.push(item.name);
        yield 1;
      }
    }
    function* other(): Task {
      for (;;) kernel.fact("k", `woken by ${yield* woken.receive()}`, 0);
    }
    p.spawn("other", other());
    kernel.external(() => {
      kernel.fact("k", "cause of A and B", 0);
      for (const name of ["A", "B"]) queue.push({ name, context: kernel.context });
      kernel.fact("k", "later", 0);
    });
    kernel.external(() => {
      kernel.fact("k", "cause of C", 0);
      queue.push({ name: "C", context: kernel.context });
    });
    kernel.external(() => p.spawn("worker", worker()));
    kernel.runUntil(10);
    expect(causes(kernel)).toMatchObject({
      "done A": "cause of A and B",
      "done B": "cause of A and B",
      "done C": "cause of C",
      "woken by A": "done A",
      "woken by B": "done B",
      "woken by C": "done C",
      later: "cause of A and B",
    });
  });

  it("lets a batch work in the name of each entry", () => {
    const kernel = new Kernel({ seed: 1 });
    const entries: number[] = [];
    for (const name of ["A", "B"]) {
      kernel.external(() => {
        kernel.fact("k", `write ${name}`, 0);
        entries.push(kernel.context.id);
      });
    }
    kernel.external(() => {
      kernel.fact("k", "flush", 0);
      for (const [i, cause] of entries.entries()) {
        kernel.withCause(cause, i === 1, () => {
          expect(kernel.context.quiet).toBe(i === 1);
          kernel.fact("k", `applied ${i}`, 0);
        });
      }
      kernel.withCause(0, false, () => kernel.fact("k", "of nobody in particular", 0));
      kernel.fact("k", "end", 0);
    });
    expect(causes(kernel)).toMatchObject({
      "applied 0": "write A",
      "applied 1": "write B",
      "of nobody in particular": "flush",
      end: "flush",
    });
  });

  it("gives the current story for an entry that is too old to be known", () => {
    const kernel = new Kernel({ seed: 1 });
    let old = 0;
    kernel.external(() => {
      kernel.fact("k", "old", 0);
      old = kernel.context.id;
    });
    for (let i = 0; i < 131_072; i++) kernel.newId();
    kernel.external(() => {
      kernel.fact("k", "now", 0);
      kernel.withCause(old, false, () => kernel.fact("k", "effect", 0));
    });
    expect(causes(kernel)).toMatchObject({ effect: "now" });
  });
});

describe("kernel: external", () => {
  it("comes after all that is due at its instant, so that the time alone places it in a history", () => {
    const run = (drive: (kernel: Kernel) => void): string[] => {
      const kernel = new Kernel({ seed: 1 });
      const log: string[] = [];
      for (const s of ["1", "2", "3"]) kernel.schedule(10, () => void log.push(s), 0);
      drive(kernel);
      kernel.external(() => void log.push("command"));
      kernel.runUntil(20);
      return [...log, kernel.hash];
    };
    const live = run((k) => void k.step());
    expect(live.slice(0, 4)).toEqual(["1", "2", "3", "command"]);
    expect(live).toEqual(run((k) => k.runUntil(10)));
  });

  it("carries out what it wakes before it returns, and restores the context when it throws", () => {
    const { kernel, a } = world();
    const p = idle(a);
    const f = new Future<void>(kernel);
    let woke = false;
    function* waits(): Task {
      yield* f;
      woke = true;
    }
    p.spawn("w", waits());
    kernel.external(() => {
      f.resolve();
      expect(woke).toBe(false);
    });
    expect(woke).toBe(true);
    expect(() =>
      kernel.external(() => {
        throw new Error("unknown host");
      }),
    ).toThrow("unknown host");
    expect(kernel.context.id).toBe(0);
  });

  it("may be called from within an event, as a cause of its own", () => {
    const kernel = new Kernel({ seed: 1 });
    kernel.schedule(
      1,
      () => {
        kernel.fact("k", "inner", 0);
        kernel.external(() => kernel.fact("k", "outer", 0));
      },
      0,
    );
    kernel.runUntil(2);
    expect(kernel.trace.factsAfter(0).map((f) => f.cause)).toEqual([0, 0]);
  });
});

describe("kernel: determinism", () => {
  const run = (seed: number, subject: string): string => {
    const { kernel, a, b } = world(seed);
    b.start(
      "server",
      serving(80, (x) => x.respond("ok")),
    );
    a.start("client", function* (p) {
      const c = p.connect(b.ip, 80);
      yield* c.call("hi");
      p.fact("done", subject, 0);
      yield* forever();
    });
    kernel.runUntil(1 * SECOND);
    return kernel.hash;
  };

  it("has a hash that tells runs apart by their seed and by what happened in them", () => {
    const hash = run(1, "x");
    expect(hash).toMatch(/^[0-9a-f]{16}$/);
    expect(run(1, "x")).toBe(hash);
    expect(run(2, "x")).not.toBe(hash);
    expect(run(1, "y")).not.toBe(hash);
  });

  it("gives streams by name that do not disturb each other", () => {
    const [one, two] = [new Kernel({ seed: 1 }), new Kernel({ seed: 1 })];
    two.rng("another").next();
    expect(one.rng("a").next()).toBe(two.rng("a").next());
    expect(one.rng("a")).toBe(one.rng("a"));
  });
});
