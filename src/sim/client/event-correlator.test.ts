import { describe, expect, it } from "vitest";
import { MINUTE, SECOND } from "../kernel/time";
import { EventCorrelator, type EventContent } from "./event-correlator";

const EVENT: EventContent = {
  source: "replicaset-controller|",
  object: "rs/web",
  type: "Normal",
  reason: "SuccessfulCreate",
  message: "Created pod: web-0",
};
const numbered = (i: number): EventContent => ({ ...EVENT, message: `Created pod: web-${i}` });

describe("EventCorrelator", () => {
  it("counts what repeats", () => {
    const c = new EventCorrelator();
    const first = c.correlate(EVENT, 0);
    expect(first?.previous).toBeUndefined();
    c.wrote(first!.key, { name: "web.1", count: 1, firstTimestamp: "t" });
    expect(c.correlate(EVENT, SECOND)?.previous).toEqual({ name: "web.1", count: 1, firstTimestamp: "t" });
    expect(c.correlate(numbered(1), SECOND)?.previous).toBeUndefined();
  });

  it("forgets what it has not met for more than two hours", () => {
    const c = new EventCorrelator();
    const { key } = c.correlate(EVENT, 0)!;
    c.wrote(key, { name: "web.1", count: 1, firstTimestamp: "t" });
    expect(c.correlate(EVENT, 100 * MINUTE)?.previous?.name).toBe("web.1");
    expect(c.correlate(EVENT, 230 * MINUTE)?.previous).toBeUndefined();
  });

  it("combines the tenth different message within ten minutes and those after it", () => {
    const c = new EventCorrelator();
    const messages = Array.from({ length: 12 }, (_, i) => c.correlate(numbered(i), i * SECOND)?.message);
    expect(messages[8]).toBe("Created pod: web-8");
    expect(messages[9]).toBe("(combined from similar events): Created pod: web-9");
    expect(messages[11]).toBe("(combined from similar events): Created pod: web-11");
    expect(c.correlate(numbered(20), 12 * MINUTE)?.message).toBe("Created pod: web-20");
  });

  it("gives combined events one key, whatever their message", () => {
    const c = new EventCorrelator();
    const keys = Array.from({ length: 12 }, (_, i) => c.correlate(numbered(i), 0)?.key);
    expect(keys[10]).toBe(keys[11]);
    expect(new Set(keys).size).toBe(10);
  });

  it("drops all but 25 of one object, then one in five minutes", () => {
    const c = new EventCorrelator();
    const passed = (at: number) => c.correlate(EVENT, at) !== undefined;
    expect(Array.from({ length: 30 }, () => passed(0)).filter(Boolean)).toHaveLength(25);
    expect(c.correlate({ ...EVENT, object: "rs/other" }, 0)).toBeDefined();
    expect([passed(5 * MINUTE), passed(5 * MINUTE)]).toEqual([true, false]);
  });
});
