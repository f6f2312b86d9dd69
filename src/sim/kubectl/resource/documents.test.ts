import { describe, expect, it } from "vitest";
import { Failure } from "../cli/failure";
import { readObjects } from "./documents";
import { readYaml } from "./yaml-reader";

const read = (text: string): unknown[] =>
  readObjects(text, "f").map((each) => (each instanceof Failure ? each.message : each.object));

describe("documents", () => {
  it.each<[text: string, objects: unknown[]]>([
    ["kind: A\n---\nkind: B\n", [{ kind: "A" }, { kind: "B" }]],
    ["---\n# nothing\n---\nkind: A\n", [{ kind: "A" }]],
    ['{"kind":"A"}\n{"kind":"B"}', [{ kind: "A" }, { kind: "B" }]],
    ["", []],
    [
      "[]",
      ['unable to decode "f": json: cannot unmarshal array into Go value of type unstructured.detector'],
    ],
    [
      "hello",
      ['unable to decode "f": json: cannot unmarshal string into Go value of type unstructured.detector'],
    ],
    [
      "a: b\n---\nkind: A",
      ['unable to decode "f": Object \'Kind\' is missing in \'{"a":"b"}\'', { kind: "A" }],
    ],
  ])("%j", (text, objects) => {
    expect(read(text)).toEqual(objects);
  });

  it.each([
    ["a: [\nb\n", "line 2: did not find expected ',' or ']'"],
    ["a: {b: c\n", "line 1: did not find expected ',' or '}'"],
    ["a: b\n c: d\n", "line 2: mapping values are not allowed in this context"],
    ["a: b\nc\nd: e\n", "line 3: could not find expected ':'"],
    ["\ta: b\n", "found character that cannot start any token"],
    ["a: @x\n", "found character that cannot start any token"],
    ['a: "b\n', "line 2: found unexpected end of stream"],
    ["a: *x\n", "unknown anchor 'x' referenced"],
  ])("%j is no YAML, in go-yaml's words", (text, error) => {
    expect(read(text)).toEqual([`error parsing f: error converting YAML to JSON: yaml: ${error}`]);
  });
});

it("keeps members whose names every object has", () => {
  const read = readYaml("a: {__proto__: x, constructor: w}\nb: &b {__proto__: z}\nc: {<<: *b}\n");
  const value = {
    a: { ["__proto__"]: "x", constructor: "w" },
    b: { ["__proto__"]: "z" },
    c: { ["__proto__"]: "z" },
  };
  expect(read).toEqual({ ok: true, value });
  expect(JSON.stringify(read)).toBe(JSON.stringify({ ok: true, value }));
});

it("refuses a document that grows by its aliases without end", () => {
  const lines = Array.from(
    { length: 12 },
    (_, i) =>
      `k${i}: &k${i} [${Array(9)
        .fill(i === 0 ? "x" : `*k${i - 1}`)
        .join()}]`,
  );
  expect(readYaml(lines.join("\n"))).toEqual({
    ok: false,
    error: "yaml: document contains excessive aliasing",
  });
});

it("reads plain scalars as go-yaml v2 does", () => {
  const text =
    "a: yes\nb: 0o17\nc: 017\nd: 1e3\ne: 2026-01-01\nf: '1'\ng: ~\nh: 1_000\ni: .5\nj: &x {k: v}\nl: {<<: *x, m: o}\n";
  expect(readYaml(text)).toEqual({
    ok: true,
    value: {
      a: true,
      b: 15,
      c: 15,
      d: 1000,
      e: "2026-01-01",
      f: "1",
      g: null,
      h: 1000,
      i: 0.5,
      j: { k: "v" },
      l: { k: "v", m: "o" },
    },
  });
});
