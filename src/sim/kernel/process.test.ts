import { describe, expect, it } from "vitest";
import type { ExitStatus, Process } from "./process";
import type { Task } from "./task";
import { SECOND } from "./time";
import { forever, idle, serving, world } from "./test-world";

function exits(p: Process): ExitStatus[] {
  const seen: ExitStatus[] = [];
  p.exited.addWaiter({ settled: (s) => seen.push(s as ExitStatus) });
  return seen;
}

describe("process", () => {
  it("exits with 0 when its main program returns, whatever its other threads are called", () => {
    const { kernel, a } = world();
    const p = a.start("p", function* (me) {
      me.spawn("main", (function* (): Task {})());
      yield 10;
    });
    const seen = exits(p);
    kernel.runUntil(5);
    expect(p.alive).toBe(true);
    kernel.runUntil(20);
    expect(seen).toEqual([{ code: 0, reason: "Completed" }]);
    expect(a.processes.has("p")).toBe(false);
  });

  it.each<[string, (p: Process) => Task]>([
    [
      "in a thread",
      function* (p) {
        yield 10;
        p.exit(3, "Error");
      },
    ],
    [
      "before its first wait",
      function* (p) {
        p.exit(3, "Error");
        yield 1;
      },
    ],
    ["before it has a thread", (p): Task => p.exit(3, "Error")],
    [
      "in a thread that another thread of it has woken",
      function* (p) {
        function* other(): Task {
          yield 5;
          p.exit(3, "Error");
        }
        p.spawn("other", other());
        yield* forever();
      },
    ],
    [
      "in a callback of a timer",
      function* (p) {
        p.kernel.schedule(5, () => p.exit(3, "Error"), 0);
        yield* forever();
      },
    ],
  ])("may exit %s", (_where, program) => {
    const { kernel, a } = world();
    const log: string[] = [];
    let p: Process | undefined;
    a.start("starter", function* (me) {
      p = a.start("p", program);
      void exits(p);
      log.push("starter goes on");
      yield* forever();
      me.exit(1, "never");
    });
    kernel.runUntil(20);
    expect(log).toEqual(["starter goes on"]);
    expect(p?.alive).toBe(false);
    expect(p?.exited.value).toEqual({ code: 3, reason: "Error" });
    expect(a.processes.has("starter")).toBe(true);
  });

  it("may exit in a request handler: the client sees a reset", () => {
    const { kernel, a, b } = world();
    b.start("server", function* (p) {
      p.listen(80, () => p.exit(1, "Error"));
      yield* forever();
    });
    const x = idle(a).connect(b.ip, 80).start("die");
    kernel.runUntil(1 * SECOND);
    expect(x.response.value).toEqual({ ok: false, error: "reset" });
  });

  it("does nothing more once it has ended", () => {
    const { kernel, a, b } = world();
    const got: unknown[] = [];
    b.start("server", function* (p) {
      p.listenDatagrams(53, (payload) => got.push(payload));
      yield* forever();
    });
    const p = idle(a);
    p.kill();
    const log: string[] = [];
    function* task(): Task {
      log.push("ran");
      yield 1;
    }
    const thread = p.spawn("late", task());
    p.listen(80, () => {});
    p.send(b.ip, 53, "late");
    const x = p.connect(b.ip, 80).start("late");
    kernel.runUntil(1 * SECOND);
    expect([log, got, thread.alive]).toEqual([[], [], false]);
    expect(a.listener(a.ip, 80)).toBeUndefined();
    expect(x.response.value).toEqual({ ok: false, error: "closed" });
  });

  it("loses its memory with its end", () => {
    const { a } = world();
    const p = idle(a);
    p.view = { big: true };
    p.cpuMilli = 100;
    p.kill();
    expect([p.view, p.cpuMilli, p.listening]).toEqual([undefined, 0, 0]);
  });

  it("ends with an error when its port is taken, and the other keeps it", () => {
    const { kernel, a, b } = world();
    const server = serving(80, (x) => x.respond("first"));
    b.start("first", server);
    const second = b.start("second", server);
    expect(second.exited.value).toEqual({ code: 1, reason: "Error" });
    const x = idle(a).connect(b.ip, 80).start("hi");
    kernel.runUntil(1 * SECOND);
    expect(x.response.value).toEqual({ ok: true, value: "first" });
  });

  it("may share a port number with a process that has an address of its own", () => {
    const { b } = world();
    b.addAddress("10.244.1.2");
    b.start(
      "host",
      serving(80, () => {}),
    );
    const pod = b.start(
      "pod",
      serving(80, () => {}),
      "10.244.1.2",
    );
    expect(pod.alive).toBe(true);
  });

  it("makes news when it ends in the middle of a heartbeat", () => {
    const { kernel, a } = world();
    const quiets: boolean[] = [];
    const p = a.start("p", function* (me) {
      kernel.setQuiet(true);
      yield 10;
      me.exit(1, "Error");
    });
    p.exited.addWaiter({ settled: () => quiets.push(kernel.context.quiet) });
    kernel.runUntil(20);
    expect(quiets).toEqual([false]);
  });
});
