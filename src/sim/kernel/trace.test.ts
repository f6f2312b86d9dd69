import { describe, expect, it } from "vitest";
import type { Message } from "./message";
import { Trace, type Fact } from "./trace";

const message = (id: number): Message => ({ id }) as Message;
const fact = (subject: string) => ({
  cause: 0,
  event: 1,
  at: 5,
  host: "h",
  process: "p",
  kind: "k",
  subject,
  data: 1,
});

describe("trace", () => {
  it("keeps the newest messages and gives them from a cursor on", () => {
    const trace = new Trace({ messages: 4, facts: 10 });
    for (let i = 0; i < 3; i++) trace.addMessage(message(i));
    const cursor = trace.messageCount;
    expect(trace.messagesSince(0).map((m) => m.id)).toEqual([0, 1, 2]);
    expect(trace.messagesSince(cursor)).toEqual([]);
    for (let i = 3; i < 10; i++) trace.addMessage(message(i));
    expect(trace.messageCount).toBe(10);
    expect(trace.messagesSince(cursor).map((m) => m.id)).toEqual([6, 7, 8, 9]);
    expect(trace.messagesSince(8).map((m) => m.id)).toEqual([8, 9]);
  });

  it("can keep no messages at all", () => {
    const trace = new Trace({ messages: 0, facts: 10 });
    trace.addMessage(message(1));
    expect(trace.messageCount).toBe(1);
    expect(trace.messagesSince(0)).toEqual([]);
  });

  it("slims the data of facts that are no longer fresh, and nothing else of them", () => {
    const slim = (f: Fact): unknown => (f.kind === "k" ? "slim" : f.data);
    const trace = new Trace({ messages: 1, facts: 10, fresh: 2, slim });
    const first = trace.addFact(fact("s1"));
    trace.addFact({ ...fact("s2"), kind: "other" });
    for (const s of ["s3", "s4"]) trace.addFact(fact(s));
    expect(trace.factsAfter(0).map((f) => f.data)).toEqual(["slim", 1, 1, 1]);
    expect(trace.fact(1)).toEqual({ ...first, data: "slim" });
    expect(first.data).toBe(1);
    for (let i = 5; i <= 40; i++) trace.addFact(fact(`s${i}`));
    const kept = trace.factsAfter(0);
    expect(kept.map((f) => f.id)).toEqual(
      Array.from({ length: kept.length }, (_, i) => 41 - kept.length + i),
    );
    expect(kept.map((f) => f.data)).toEqual([...kept.slice(2).map(() => "slim"), 1, 1]);
  });

  it("numbers facts from 1 and forgets the oldest in bulk", () => {
    const trace = new Trace({ messages: 1, facts: 5 });
    expect(trace.lastFact).toBe(0);
    for (let i = 1; i <= 6; i++) expect(trace.addFact(fact(`s${i}`)).id).toBe(i);
    expect(trace.fact(1)?.subject).toBe("s1");
    expect(trace.addFact(fact("s7")).id).toBe(7);
    expect(trace.lastFact).toBe(7);
    expect(trace.fact(2)).toBeUndefined();
    expect(trace.fact(3)?.subject).toBe("s3");
    expect(trace.fact(8)).toBeUndefined();
    expect(trace.factsAfter(0).map((f) => f.id)).toEqual([3, 4, 5, 6, 7]);
    expect(trace.factsAfter(5).map((f) => f.subject)).toEqual(["s6", "s7"]);
    expect(trace.factsAfter(7)).toEqual([]);
  });
});
