import { describe, expect, it } from "vitest";
import { deepEqual } from "./deep-equal";
import { generateName, podTemplateHash, randomSuffix } from "./names";

const counter = (): ((bound: number) => number) => {
  let n = 0;
  return (bound) => n++ % bound;
};

describe("random names", () => {
  it("draws from the alphabet without vowels", () => {
    expect(randomSuffix(counter(), 27)).toBe("bcdfghjklmnpqrstvwxz2456789");
  });
  it("cuts long prefixes so that the name fits a label", () => {
    expect(generateName("web-", counter())).toBe("web-bcdfg");
    expect(generateName("x".repeat(80), counter())).toHaveLength(63);
  });
});

describe("podTemplateHash", () => {
  const template = {
    metadata: { labels: { a: "1", b: "2" } },
    spec: { containers: [{ name: "c", image: "i" }] },
  };

  it("does not depend on the order of keys, nor on empty members", () => {
    const turned = {
      spec: { containers: [{ image: "i", name: "c" }] },
      metadata: { labels: { b: "2", a: "1" }, annotations: undefined },
    };
    expect(podTemplateHash(turned as never)).toBe(podTemplateHash(template));
  });

  it.each([
    ["image", { ...template, spec: { containers: [{ name: "c", image: "j" }] } }],
    ["order of a list", { ...template, spec: { containers: [{ name: "i", image: "c" }] } }],
    ["label", { ...template, metadata: { labels: { a: "1" } } }],
  ])("depends on the %s", (_what, other) => {
    expect(podTemplateHash(other)).not.toBe(podTemplateHash(template));
  });

  it("differs after a collision", () => {
    expect(podTemplateHash(template, 1)).not.toBe(podTemplateHash(template));
    expect(podTemplateHash(template, 1)).not.toBe(podTemplateHash(template, 2));
  });

  it("has only safe letters", () => {
    expect(podTemplateHash(template)).toMatch(/^[bcdfghjklmnpqrstvwxz2456789]{1,10}$/);
  });
});

describe("deepEqual", () => {
  it.each<[unknown, unknown, boolean]>([
    [{ a: 1, b: undefined }, { a: 1 }, true],
    [{ a: 1, b: null }, { a: 1 }, true],
    [null, undefined, true],
    [{ a: [1, { b: 2 }] }, { a: [1, { b: 2 }] }, true],
    [{ a: 1, b: 2 }, { b: 2, a: 1 }, true],
    [{ a: 1 }, { b: 1 }, false],
    [{ a: 1 }, { a: 1, b: 1 }, false],
    [[1, 2], [2, 1], false],
    [[], {}, false],
    [{}, null, false],
    ["1", 1, false],
    [{}, "x", false],
  ])("%j and %j: %s", (a, b, expected) => {
    expect(deepEqual(a, b)).toBe(expected);
    expect(deepEqual(b, a)).toBe(expected);
  });
});
