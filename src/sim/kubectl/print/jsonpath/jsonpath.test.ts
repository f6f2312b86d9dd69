import { describe, expect, it } from "vitest";
import { findPath, printPath, relaxedPath } from "./evaluate";
import { parsePath, PathError } from "./parse";

const DATA = {
  kind: "List",
  items: [
    { name: "a", n: 1, tags: ["x", "y"], "dotted.key": "d", on: true },
    { name: "b", n: 20, tags: [], inner: { name: "deep" } },
    { name: "c", n: 3, none: null },
  ],
};

const loose = { allowMissingKeys: true };

describe("JSONPath", () => {
  it.each([
    ["{.kind}", "List"],
    ["plain {.kind} text", "plain List text"],
    ["{.items[*].name}", "a b c"],
    ["{.items[0].name}", "a"],
    ["{.items[-1].name}", "c"],
    ["{.items[-2:].name}", "b c"],
    ["{.items[0:3:2].name}", "a c"],
    ["{.items[:2].name}", "a b"],
    ["{.items[0,2].name}", "a c"],
    ["{.items[0]['name','n']}", "a 1"],
    ["{.items[0].dotted\\.key}", "d"],
    ["{.items[0]['dotted\\.key']}", "d"],
    ["{.items[0].tags}", '["x","y"]'],
    ["{.items[2].none}", "<nil>"],
    ["{.items[?(@.n>2)].name}", "b c"],
    ["{.items[?(@.n==1)].name}", "a"],
    ['{.items[?(@.name=="b")].n}', "20"],
    ["{.items[?(@.inner)].name}", "b"],
    ["{.items[?(@.on==true)].name}", "a"],
    ["{.items[?(@.name!='b')].name}", "a c"],
    ["{..name}", "a b deep c"],
    ["{.items[2].*}", "3 c <nil>"],
    ['{range .items[*]}{.name}={.n}{"\\n"}{end}', "a=1\nb=20\nc=3\n"],
    ["{range .items[*]}{.name}{range .tags[*]}({@}){end};{end}|", "a(x)(y);b;c;|"],
    ["{range .nothing[*]}{.x}{end}after", "after"],
    ["{.missing}", ""],
    ["{true}{1}{1.5}", "true11.5"],
    ["{$.kind}{'q'}", "Listq"],
  ])("%s", (template, text) => {
    expect(printPath(template, DATA, loose)).toBe(text);
  });

  it.each([
    ["{.items[0", "unterminated array"],
    ["{.a", "unclosed action"],
    ["{#}", "unrecognized character in action: U+0023 '#'"],
    ["{.items[x]}", "invalid array index x"],
    ['{"abc}', "unterminated quoted string"],
    ["{.items[?(@.a]}", "unterminated filter"],
    ["{....a}", "invalid multiple recursive descent"],
  ])("does not read %s", (template, message) => {
    expect(() => parsePath(template)).toThrow(new PathError(message));
  });

  it.each([
    ["{.items[5]}", "array index out of bounds: index 5, length 3"],
    ["{.kind[0]}", "string is not array or slice"],
    ["{.items[*][0]}", "map[string]interface {} is not array or slice"],
    ["{end}", "not in range, nothing to end"],
    ["{foo}", "unrecognized identifier foo"],
    ["{.items[?(@.n=='x')]}", "incompatible types for comparison"],
    ["{.items[2:1]}", "starting index 2 is greater than ending index 1"],
  ])("fails at %s", (template, message) => {
    expect(() => printPath(template, DATA, loose)).toThrow(new PathError(message));
  });

  it("misses keys only when it is told to", () => {
    expect(() => printPath("{.x}", DATA, { allowMissingKeys: false })).toThrow(
      new PathError("x is not found"),
    );
  });

  it("prints results as JSON lists", () => {
    expect(printPath("{.items[*].n}", DATA, { allowMissingKeys: true, asJson: true })).toBe(
      "[\n    1,\n    20,\n    3\n]\n",
    );
    expect(findPath("{.items[*].n}", DATA, loose)).toEqual([[1, 20, 3]]);
  });

  it.each([
    ["a.b", "{.a.b}"],
    [".a.b", "{.a.b}"],
    ["{a.b}", "{.a.b}"],
    ["{.a.b}", "{.a.b}"],
    ["", ""],
  ])("takes %j laxly", (text, path) => {
    expect(relaxedPath(text)).toBe(path);
  });
});
