import { expect, it } from "vitest";
import { Lane } from "./lane";
import type { Message } from "./message";

it("knows which message is next, and gives back the held ones in their first order", () => {
  const lane = new Lane([]);
  const messages = [0, 1, 2].map(() => ({ seq: lane.nextSeq(), dropped: false }) as Message);
  const [first, second, third] = messages as [Message, Message, Message];
  expect([lane.isNext(first), lane.isNext(second)]).toEqual([true, false]);
  lane.delivered();
  expect(lane.isNext(second)).toBe(true);
  lane.hold(third);
  lane.hold(second);
  expect(lane.holding).toBe(true);
  expect(third.dropped).toBe(true);
  expect(lane.release()).toEqual([second, third]);
  expect(lane.holding).toBe(false);
});
