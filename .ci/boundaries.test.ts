import { describe, expect, it } from "vitest";
import { cycles, importsOf, violation, zoneOf } from "./boundaries.mjs";

const table = {
  zones: [
    { path: "src/shared", may: [] },
    { path: "src/sim/kernel", may: ["src/shared"] },
    { path: "src/sim/etcd", may: ["src/sim/kernel"] },
    { path: "src/sim/etcd/client", may: ["src/sim/kernel"] },
    { path: "src/sim/apiserver", may: ["src/sim/etcd/client"], packages: ["yaml", "node:"] },
    { path: "src/sim/testing", may: ["src/sim"] },
    { path: "src/ui/store", may: ["src/shared"], types: ["src/sim"] },
    { path: "src/ui/*", may: ["src/ui/store"] },
  ],
  tests: { may: ["src/sim"], packages: ["vitest"] },
  onlyTestsImport: ["src/sim/testing"],
};

describe("importsOf", () => {
  it.each([
    [`import { a } from "./x";`, "./x", false],
    [`import type { A } from "./x";`, "./x", true],
    [`import { type A } from "./x";`, "./x", true],
    [`import { type A, b } from "./x";`, "./x", false],
    [`import "./x.css";`, "./x.css", false],
    [`export { a } from "./x";`, "./x", false],
    [`export type { A } from "./x";`, "./x", true],
    [`const x = await import("./x");`, "./x", false],
  ])("%s", (source, specifier, typeOnly) => {
    expect(importsOf("a.ts", source)).toEqual([{ from: "a.ts", specifier, typeOnly }]);
  });

  it("is not fooled by text and comments", () => {
    expect(importsOf("a.ts", `// import "./x"\nconst s = 'import "./y"';`)).toEqual([]);
  });
});

describe("zoneOf", () => {
  it.each([
    ["src/sim/etcd/store.ts", "src/sim/etcd"],
    ["src/sim/etcd/client.ts", "src/sim/etcd/client"],
    ["src/sim/etcd/client-pool.ts", "src/sim/etcd"],
    ["src/ui/store/store.ts", "src/ui/store"],
    ["src/ui/stage/stage.tsx", "src/ui/stage"],
    ["src/elsewhere/x.ts", undefined],
  ])("%s is in %s", (file, root) => {
    expect(zoneOf(table, file)?.root).toBe(root);
  });
});

describe("violation", () => {
  const of = (from: string, target: string, typeOnly = false) =>
    violation(table, { from, specifier: "./x", typeOnly }, target);
  const pkg = (from: string, specifier: string) => violation(table, { from, specifier, typeOnly: false });

  it.each([
    ["src/sim/kernel/a.ts", "src/sim/kernel/b.ts"],
    ["src/sim/kernel/a.ts", "src/shared/assert.ts"],
    ["src/sim/apiserver/a.ts", "src/sim/etcd/client.ts"],
    ["src/ui/stage/a.tsx", "src/ui/store/store.ts"],
    ["src/sim/kernel/a.test.ts", "src/sim/testing/cluster.ts"],
  ])("%s may import %s", (from, target) => {
    expect(of(from, target)).toBeUndefined();
  });

  it.each([
    ["src/shared/a.ts", "src/sim/kernel/b.ts", "must not import"],
    ["src/sim/apiserver/a.ts", "src/sim/etcd/store.ts", "must not import"],
    ["src/ui/stage/a.tsx", "src/ui/inspector/b.tsx", "must not import"],
    ["src/sim/etcd/a.ts", "src/sim/testing/cluster.ts", "for tests only"],
    ["src/elsewhere/a.ts", "src/shared/assert.ts", "belongs to no zone"],
  ])("%s must not import %s", (from, target, why) => {
    expect(of(from, target)).toContain(why);
  });

  it("lets types through where the table says so, and values not", () => {
    expect(of("src/ui/store/a.ts", "src/sim/kernel/b.ts", true)).toBeUndefined();
    expect(of("src/ui/store/a.ts", "src/sim/kernel/b.ts")).toContain("must not import");
  });

  it("keeps packages where they belong", () => {
    expect(pkg("src/sim/apiserver/a.ts", "yaml")).toBeUndefined();
    expect(pkg("src/sim/apiserver/a.ts", "node:fs")).toBeUndefined();
    expect(pkg("src/sim/kernel/a.ts", "yaml")).toContain(`package "yaml"`);
    expect(pkg("src/sim/kernel/a.test.ts", "vitest")).toBeUndefined();
  });
});

describe("cycles", () => {
  it("finds a circle and names its files", () => {
    const graph = new Map([
      ["a", ["b"]],
      ["b", ["c", "d"]],
      ["c", ["b"]],
      ["d", []],
    ]);
    expect(cycles(graph)).toEqual(["b > c > b"]);
  });

  it("is content with a diamond", () => {
    expect(
      cycles(
        new Map([
          ["a", ["b", "c"]],
          ["b", ["d"]],
          ["c", ["d"]],
          ["d", []],
        ]),
      ),
    ).toEqual([]);
  });
});
