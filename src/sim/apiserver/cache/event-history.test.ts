import { describe, expect, it } from "vitest";
import type { ApiObject } from "../../api/types";
import { SECOND } from "../../kernel/time";
import type { CacheEvent } from "./cache-event";
import { EventHistory } from "./event-history";

function event(revision: number, at: number): CacheEvent {
  const object = { apiVersion: "v1", kind: "Pod", metadata: {} } as ApiObject;
  return {
    type: "ADDED",
    object,
    prev: undefined,
    revision,
    at,
    quiet: false,
    wire: { type: "ADDED", object },
  };
}

function history(
  events: readonly (readonly [revision: number, second: number])[],
  filledAt = 10,
): EventHistory {
  const made = new EventHistory();
  made.reset(filledAt);
  for (const [revision, second] of events) made.append(event(revision, second * SECOND));
  return made;
}

describe("EventHistory", () => {
  const few = history([
    [12, 1],
    [15, 2],
    [20, 3],
  ]);

  it.each<[number, number[] | undefined]>([
    [9, undefined],
    [10, [12, 15, 20]],
    [11, [12, 15, 20]],
    [12, [15, 20]],
    [17, [20]],
    [20, []],
    [99, []],
  ])("since %i: %j", (revision, wanted) => {
    expect(few.since(revision)?.map((e) => e.revision)).toEqual(wanted);
  });

  it("keeps a hundred events however old they are", () => {
    const slow = history(Array.from({ length: 100 }, (_, i) => [11 + i, i * 1000] as const));
    expect(slow.size).toBe(100);
    expect(slow.floor).toBe(10);
  });

  it("keeps all that is younger than the window, and forgets the rest", () => {
    const busy = history(Array.from({ length: 1000 }, (_, i) => [11 + i, i] as const));
    expect(busy.size).toBe(100);
    const burst = history(Array.from({ length: 1000 }, (_, i) => [11 + i, i / 20] as const));
    expect(burst.size).toBe(1000);
    expect(busy.floor).toBe(11 + 900 - 1);
    expect(busy.since(busy.floor - 1)).toBeUndefined();
    expect(busy.since(busy.floor)).toHaveLength(100);
  });

  it("answers right after its array was moved", () => {
    const long = history(Array.from({ length: 5000 }, (_, i) => [11 + 2 * i, i] as const));
    const last = 11 + 2 * 4999;
    expect(long.since(last - 20)?.map((e) => e.revision)).toHaveLength(10);
  });
});
