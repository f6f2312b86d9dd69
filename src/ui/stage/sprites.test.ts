import { describe, expect, it } from "vitest";
import type { MessageView } from "../../worker/protocol/protocol";
import type { Route } from "./routes";
import { MOST_SPRITES, follow, isShown, spritesAt } from "./sprites";

let nextId = 1;
const message = (more: Partial<MessageView> = {}): MessageView => ({
  id: nextId++,
  cause: 0,
  from: "a/x",
  to: "b/y",
  via: [],
  sent: 100,
  received: 200,
  shape: "write",
  code: 0,
  dropped: false,
  quiet: false,
  label: "",
  subject: "",
  ...more,
});

const way: Route = { points: [0, 0, 100, 0], length: 100 };
const all = (): boolean => true;
const route = (): Route => way;

describe("spritesAt", () => {
  it.each([
    [99, []],
    [100, [0]],
    [150, [50]],
    [199, [99]],
    [200, []],
  ])("at %i µs a message is at %j", (time, xs) => {
    expect(spritesAt([message()], time, all, route).map(({ x }) => x)).toEqual(xs);
  });

  it("lets a lost message die before it arrives", () => {
    const [sprite] = spritesAt([message({ dropped: true })], 199, all, route);
    expect(sprite?.x).toBeLessThan(80);
  });

  it("merges those of one way beyond what the eye can follow", () => {
    const many = Array.from({ length: MOST_SPRITES + 1 }, () => message());
    const failed = Array.from({ length: 3 }, () => message({ shape: "response", code: 500 }));
    const sprites = spritesAt([...many, ...failed], 150, all, route);
    expect(sprites.map(({ count }) => count)).toEqual([MOST_SPRITES + 1, 3]);
  });

  it("does not fly heartbeats, nor what has no way", () => {
    expect(spritesAt([message({ shape: "heartbeat" })], 150, all, route)).toEqual([]);
    expect(spritesAt([message()], 150, all, () => undefined)).toEqual([]);
  });
});

describe("density", () => {
  const quiet = message({ quiet: true });
  const loud = message();

  it.each([
    ["everything", quiet, true],
    ["important", quiet, false],
    ["important", message({ quiet: true, shape: "traffic" }), true],
    ["follow", message({ quiet: true, shape: "traffic" }), false],
    ["important", loud, true],
    ["follow", loud, false],
  ] as const)("%s", (density, given, shown) => expect(isShown(given, density, new Set())).toBe(shown));

  it("follows causes", () => {
    const followed = new Set<number>();
    const root = message({ from: "workstation/kubectl" });
    const effect = message({ cause: root.id });
    const stranger = message({ cause: 999_999 });
    follow(followed, [root, effect, stranger], "");
    expect([root, effect, stranger].map(({ id }) => followed.has(id))).toEqual([true, true, false]);
  });
});
