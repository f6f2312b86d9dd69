import { describe, expect, it } from "vitest";
import { toKyaml } from "./kyaml";
import { naturalOrder } from "./natural-order";
import { compactJson, indentedJson } from "./json";
import { toYaml } from "./yaml";

describe("YAML", () => {
  it.each([
    ["", '""'],
    ["plain", "plain"],
    ["two words", "two words"],
    ["y", '"y"'],
    ["No", '"No"'],
    ["null", '"null"'],
    ["~", '"~"'],
    ["1", '"1"'],
    ["1.", '"1."'],
    ["1e3", '"1e3"'],
    ["0x1F", '"0x1F"'],
    ["0o17", '"0o17"'],
    ["017", '"017"'],
    ["08", '"08"'],
    ["1_000", '"1_000"'],
    ["12:30:45", '"12:30:45"'],
    ["190:20:30.15", '"190:20:30.15"'],
    ["2001-01-01", '"2001-01-01"'],
    ["2026-01-01T00:00:07Z", '"2026-01-01T00:00:07Z"'],
    ["2026-13-45", "2026-13-45"],
    [".inf", '".inf"'],
    ["._5", "._5"],
    ["<<", "<<"],
    ["=", "="],
    ["-a", "-a"],
    ["- a", "'- a'"],
    ["-", "'-'"],
    ["a:b", "a:b"],
    ["a: b", "'a: b'"],
    ["a:", "'a:'"],
    ["a#b", "a#b"],
    ["a #b", "'a #b'"],
    ["it's", "it's"],
    ["'q'", "'''q'''"],
    ["{}", "'{}'"],
    ["x,y", "x,y"],
    ["*x", "'*x'"],
    ["@x", "'@x'"],
    [" a", "' a'"],
    ["a\tb", '"a\\tb"'],
    ["a\u0001", '"a\\x01"'],
    ["é 日本", "é 日本"],
    ["😀", '"\\U0001F600"'],
    ["a\nb", "|-\n  a\n  b"],
    ["a\nb\n", "|\n  a\n  b"],
    ["a\n\n", "|+\n  a\n"],
    [" a\nb", "|2-\n   a\n  b"],
    ["a \nb", '"a \\nb"'],
    ["a\n b", "|-\n  a\n   b"],
  ])("writes %j as go-yaml does", (text, written) => {
    expect(toYaml({ k: text })).toBe(`k: ${written}\n`);
  });

  it("breaks long texts at the first space beyond 80 columns", () => {
    const words = Array.from({ length: 20 }, () => "seven77").join(" ");
    expect(toYaml({ k: words }).split("\n")).toEqual([
      `k: ${Array.from({ length: 10 }, () => "seven77").join(" ")}`,
      `  ${Array.from({ length: 10 }, () => "seven77").join(" ")}`,
      "",
    ]);
  });

  it("sorts keys, does not indent lists and keeps empty ones on the line", () => {
    const value = {
      b: [{ y: 1, x: [1, [2]] }, "s"],
      a: {},
      c: [],
      d: null,
      e: true,
      f: 1.5,
      g: 1e21,
      h: undefined,
    };
    expect(toYaml(value)).toBe(
      'a: {}\nb:\n- x:\n  - 1\n  - - 2\n  "y": 1\n- s\nc: []\nd: null\ne: true\nf: 1.5\ng: 1e+21\n',
    );
  });

  it("orders keys naturally", () => {
    const keys = ["a10", "a2", "ab", "a-b", "a", "B", "b", "a01"];
    expect(keys.sort(naturalOrder)).toEqual(["B", "a", "a-b", "a01", "a2", "a10", "ab", "b"]);
  });
});

it("writes JSON with sorted keys and Go's escapes", () => {
  const value = { b: "<a&b>", a: [1, {}], c: [] };
  expect(compactJson(value)).toBe('{"a":[1,{}],"b":"\\u003ca\\u0026b\\u003e","c":[]}');
  expect(indentedJson(value, "    ")).toBe(
    '{\n    "a": [\n        1,\n        {}\n    ],\n    "b": "\\u003ca\\u0026b\\u003e",\n    "c": []\n}',
  );
});

it("writes KYAML", () => {
  const value = { kind: "X", no: "", list: [{ a: 1 }, { b: [] }], mixed: ["s", null], text: "one\n  two\n" };
  expect(toKyaml(value)).toBe(
    '---\n{\n  kind: "X",\n  list: [{\n    a: 1,\n  }, {\n    b: [],\n  }],\n  mixed: [\n    "s",\n    null,\n  ],\n' +
      '  "no": "",\n  text: "\\\n     one\\n\\\n    \\  two\\n\\\n    ",\n}\n',
  );
});
