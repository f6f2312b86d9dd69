import { describe, expect, it } from "vitest";
import { Future } from "../../kernel/future";
import { Kernel } from "../../kernel/kernel";
import type { Process } from "../../kernel/process";
import type { Task } from "../../kernel/task";
import { SECOND, type Micros } from "../../kernel/time";
import { dealHand, PriorityLevel, type LevelLimits } from "./priority-level";

const WORK: Micros = 1 * SECOND;
const QUEUING = { queues: 16, handSize: 2, queueLengthLimit: 10 };

/** A level, and requests of whole seconds' work that come to it. */
class Bench {
  readonly kernel = new Kernel({ seed: 1 });
  readonly level = new PriorityLevel(this.kernel, "level");
  /** `flow` when a request is taken on, `-flow` when it is turned away. */
  readonly log: string[] = [];
  readonly #process: Process;

  constructor(limits: LevelLimits) {
    const spec = {
      name: "h",
      ip: "10.0.0.1",
      kind: "master",
      cpuMilli: 1,
      memoryBytes: 1,
      latency: 1,
      bootTime: 1,
    };
    const host = this.kernel.network.addHost(spec);
    host.powerOn();
    this.#process = host.start("server", function* (): Task {
      for (;;) yield 3600 * SECOND;
    });
    this.level.configure(limits);
  }

  send(flow: string, count = 1, seats = 1, patience: Micros = 100 * SECOND): Future<void> {
    const gone = new Future<void>(this.kernel);
    for (let i = 0; i < count; i++) this.#process.spawn(flow, this.#request(flow, seats, patience, gone));
    return gone;
  }

  run(seconds: number): void {
    this.kernel.runUntil(this.kernel.now + seconds * SECOND);
  }

  *#request(flow: string, seats: number, patience: Micros, gone: Future<void>): Task {
    const seated = this.level.take(seats) || (yield* this.level.wait(flow, seats, patience, gone));
    this.log.push(seated ? flow : `-${flow}`);
    if (!seated) return;
    yield WORK;
    this.level.release(seats);
  }
}

function count(log: readonly string[], entry: string): number {
  return log.filter((e) => e === entry).length;
}

describe("a level that is full", () => {
  it("turns away at once where it has no queues", () => {
    const bench = new Bench({ seats: 2 });
    bench.send("a", 5);
    bench.run(0.5);
    expect(bench.log).toEqual(["a", "a", "-a", "-a", "-a"]);
    bench.run(1);
    bench.send("a");
    bench.run(0.5);
    expect(bench.log.at(-1)).toBe("a");
    bench.run(2);
    expect(bench.level.inUse).toBe(0);
  });

  it("lets wait as many as the queues of a flow's hand hold", () => {
    const bench = new Bench({ seats: 1, queuing: QUEUING });
    bench.send("a", 30);
    bench.run(0.5);
    expect(bench.level).toMatchObject({ inUse: 1, waiting: 20 });
    expect(count(bench.log, "-a")).toBe(9);
    bench.run(25);
    expect(count(bench.log, "a")).toBe(21);
    expect(bench.level).toMatchObject({ inUse: 0, waiting: 0 });
  });

  it("turns away who has waited for too long, and forgets who has gone", () => {
    const bench = new Bench({ seats: 1, queuing: QUEUING });
    bench.send("a");
    bench.send("impatient", 1, 1, SECOND / 2);
    const gone = bench.send("leaving");
    bench.run(0.6);
    expect(bench.log).toEqual(["a", "-impatient"]);
    gone.resolve();
    bench.run(0.1);
    expect(bench.level.waiting).toBe(0);
    bench.run(2);
    expect(bench.level.inUse).toBe(0);
  });

  it("keeps what waits when its limits change, and seats it where there is room now", () => {
    const bench = new Bench({ seats: 1, queuing: QUEUING });
    bench.send("a", 5);
    bench.run(0.1);
    bench.level.configure({ seats: 4, queuing: { ...QUEUING, queues: 8 } });
    bench.run(0.1);
    expect(bench.level).toMatchObject({ inUse: 4, waiting: 1 });
    bench.run(3);
    expect(count(bench.log, "a")).toBe(5);
  });

  it("with no seats at all holds everything, but for the exempt", () => {
    const jail = new Bench({ seats: 0, queuing: QUEUING });
    jail.send("a", 2, 1, 5 * SECOND);
    jail.run(6);
    expect(jail.log).toEqual(["-a", "-a"]);
    const exempt = new Bench({ seats: Infinity });
    exempt.send("a", 1000);
    exempt.run(0.1);
    expect(exempt.level.inUse).toBe(1000);
  });
});

describe("fairness", () => {
  it("gives two flows the same, however many requests one of them has", () => {
    const bench = new Bench({ seats: 2, queuing: { queues: 64, handSize: 1, queueLengthLimit: 30 } });
    bench.send("many", 20);
    bench.run(0.1);
    bench.send("few", 4);
    bench.run(4.5);
    // Two were working when "few" came; then each gets one of the two seats.
    expect(count(bench.log, "few")).toBe(4);
    expect(count(bench.log, "many")).toBe(2 + 4);
  });

  it("counts wide requests by their seats", () => {
    const bench = new Bench({ seats: 4, queuing: { ...QUEUING, queues: 64, handSize: 1 } });
    bench.send("first", 4);
    bench.run(0.1);
    bench.send("wide", 10, 4);
    bench.send("slim", 10, 1);
    bench.run(5);
    const served = bench.log.slice(4);
    expect(count(served, "slim")).toBeGreaterThan(2 * count(served, "wide"));
    bench.run(20);
    expect(bench.level).toMatchObject({ inUse: 0, waiting: 0 });
  });

  it("deals a flow the same hand each time, of different queues, and other flows other ones", () => {
    const hands = Array.from({ length: 50 }, (_, i) => dealHand(`flow-${i}`, 64, 6));
    for (const hand of hands) expect(new Set(hand).size).toBe(6);
    expect(hands[0]).toEqual(dealHand("flow-0", 64, 6));
    expect(new Set(hands.map((hand) => hand.toSorted((a, b) => a - b).join())).size).toBe(50);
    expect(dealHand("x", 4, 4).toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3]);
  });
});
