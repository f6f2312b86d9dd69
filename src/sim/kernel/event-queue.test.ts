import { describe, expect, it } from "vitest";
import { EventQueue, type KernelEvent } from "./event-queue";
import { Rng } from "./rng";

let lastId = 0;
function event(at: number): KernelEvent {
  return { at, id: ++lastId, cause: 0, story: 0, quiet: false, run: () => {}, arg: "payload", over: false };
}

/** What a queue must be, in the plainest way. */
class SortedTwin {
  events: KernelEvent[] = [];
  pop(): KernelEvent | undefined {
    this.events = this.events.filter((e) => !e.over).sort((x, y) => x.at - y.at || x.id - y.id);
    return this.events.shift();
  }
}

describe("event queue", () => {
  it("gives events in order of time, then of id", () => {
    const q = new EventQueue();
    const [late, first, second] = [event(9), event(5), event(5)];
    for (const e of [second, late, first]) q.push(e);
    expect(q.peekTime()).toBe(5);
    expect([q.pop(), q.pop(), q.pop(), q.pop()]).toEqual([first, second, late, undefined]);
    expect(q.peekTime()).toBeUndefined();
  });

  it.each([1, 2, 3, 4, 5])("agrees with a sorted list, cancellations included (seed %i)", (seed) => {
    const rng = new Rng(seed, "queue");
    const q = new EventQueue();
    const twin = new SortedTwin();
    const all: KernelEvent[] = [];
    for (let i = 0; i < 3000; i++) {
      const what = rng.below(10);
      if (what < 5) {
        const e = event(rng.below(rng.pick([200, 3_000_000, 4_000_000_000])));
        all.push(e);
        q.push(e);
        twin.events.push(e);
      } else if (what < 8 && all.length > 0) q.cancel(rng.pick(all));
      else {
        const expected = twin.pop();
        expect(q.pop()).toBe(expected);
      }
      if (i % 100 === 0) expect(q.size).toBe(twin.events.filter((e) => !e.over).length);
    }
    for (;;) {
      const expected = twin.pop();
      expect(q.pop()).toBe(expected);
      if (expected === undefined) break;
    }
    expect(q.size).toBe(0);
  });

  it("does not take out what lies beyond a limit", () => {
    const q = new EventQueue();
    const e = event(5);
    q.push(e);
    expect(q.popUntil(4)).toBeUndefined();
    expect(q.popUntil(5)).toBe(e);
    expect(q.popUntil(5)).toBeUndefined();
  });

  it("leaves an event alone that ran already", () => {
    const q = new EventQueue();
    const ran = event(1);
    q.push(ran);
    q.push(event(2));
    q.pop();
    q.cancel(ran);
    q.cancel(ran);
    expect(q.size).toBe(1);
    expect(ran.arg).toBe("payload");
  });

  it("lets go of cancelled events and of what they carry", () => {
    const q = new EventQueue();
    const kept = event(1_000_000);
    q.push(kept);
    for (let i = 0; i < 100_000; i++) {
      const timer = event(500_000 + i);
      q.push(timer);
      q.cancel(timer);
      if (timer.arg !== undefined) expect.fail("a cancelled event holds on to its argument");
    }
    expect(q.size).toBe(1);
    expect(q.pending().filter((e) => !e.over)).toEqual([kept]);
    expect(q.pending().length).toBeLessThan(3000);
    expect(q.pop()).toBe(kept);
  });
});
