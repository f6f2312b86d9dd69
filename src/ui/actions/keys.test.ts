import { beforeEach, describe, expect, it } from "vitest";
import { useUi } from "../store/ui-store";
import type { KeyPress } from "./keys";
import { pressKey } from "./keys";
import { allActions } from "./registry";

const press = (key: string, more: Partial<KeyPress> = {}): KeyPress => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...more,
});

beforeEach(() =>
  useUi.setState({ truth: true, legend: false, palette: false, help: false, ownsCamera: true }),
);

describe("keys", () => {
  it.each([
    ["h", () => !useUi.getState().truth],
    ["H", () => !useUi.getState().truth],
    ["l", () => useUi.getState().legend],
    ["?", () => useUi.getState().help],
    ["0", () => !useUi.getState().ownsCamera],
  ] as const)("%s does what help says", (key, done) => {
    expect(pressKey(press(key))).toBe(true);
    expect(done()).toBe(true);
  });

  it("opens the palette with Ctrl or Cmd", () => {
    expect(pressKey(press("k", { ctrlKey: true }))).toBe(true);
    expect(useUi.getState().palette).toBe(true);
    expect(pressKey(press("K", { metaKey: true, shiftKey: true }))).toBe(true);
    expect(useUi.getState().palette).toBe(false);
  });

  it("leaves the browser's own keys alone", () => {
    expect(pressKey(press("l", { ctrlKey: true }))).toBe(false);
    expect(pressKey(press("q"))).toBe(false);
    expect(useUi.getState().legend).toBe(false);
  });
});

describe("registry", () => {
  it("names every action once", () => {
    const ids = allActions.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
