/** The colours of state must be told apart by everyone, and all words must be read. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Vision } from "./colour";
import { contrast, distance } from "./colour";

const css = readFileSync(new URL("tokens.css", import.meta.url), "utf8");

function tokensOf(theme: "dark" | "light"): Record<string, string> {
  const [dark = "", light = ""] = css.split('[data-theme="light"]');
  const found = (theme === "dark" ? dark : light).matchAll(/--([\w-]+):\s*(#[0-9a-f]{6})\b/g);
  return Object.fromEntries([...found].map(([, name = "", hex = ""]) => [name, hex]));
}

const STATES = ["ready", "creating", "pending", "crash", "terminating", "succeeded", "unknown"];
/** Seen without the blue cones these come close; each pair differs in outline, fill and sign, too. */
const CLOSE_IN_TRITAN = new Set([
  "ready creating",
  "creating succeeded",
  "pending unknown",
  "terminating succeeded",
  "terminating unknown",
]);
const TEXTS = ["ink", "mut", "dim", "gold", "ready-text", "bad-text"];
const SURFACES = ["bg", "bg2", "card", "card2"];

describe.each(["dark", "light"] as const)("the %s theme", (theme) => {
  const tokens = tokensOf(theme);
  const colour = (name: string): string => tokens[name] ?? "#000000";

  it.each(["normal", "protan", "deutan"] as const)("keeps states apart in %s vision", (vision: Vision) => {
    for (const [at, one] of STATES.entries()) {
      for (const other of STATES.slice(at + 1)) {
        const apart = distance(colour(one), colour(other), vision);
        expect(apart, `${one} and ${other}`).toBeGreaterThanOrEqual(30);
      }
    }
  });

  it("keeps all but a few states apart in tritan vision; shape and word tell those", () => {
    const close: string[] = [];
    for (const [at, one] of STATES.entries()) {
      for (const other of STATES.slice(at + 1)) {
        if (distance(colour(one), colour(other), "tritan") < 30) close.push(`${one} ${other}`);
      }
    }
    expect(close.filter((pair) => !CLOSE_IN_TRITAN.has(pair))).toEqual([]);
  });

  it.each(TEXTS)("writes %s legibly on every surface", (text) => {
    for (const surface of SURFACES) {
      expect(contrast(colour(text), colour(surface)), surface).toBeGreaterThanOrEqual(4.5);
    }
  });

  it.each(STATES)("draws the outline of %s visibly", (state) => {
    expect(contrast(colour(state), colour("card"))).toBeGreaterThanOrEqual(2.9);
  });
});
