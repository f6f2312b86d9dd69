import { describe, expect, it } from "vitest";
import { queryOf, valuesOf } from "./http";

describe("queryOf", () => {
  it.each([
    ["", {}, undefined],
    ["watch=true&limit=5", { watch: "true", limit: "5" }, undefined],
    ["a=x%20y+z%3D&b", { a: "x y z=", b: "" }, undefined],
    ["a=%zz", { a: "%zz" }, undefined],
    ["command=ls&command=-l&tty=true", { command: "-l", tty: "true" }, { command: ["ls", "-l"] }],
  ])("reads %s", (text, query, repeated) => {
    expect(queryOf(text)).toEqual(repeated === undefined ? { query } : { query, repeated });
  });

  it("is not confused by a parameter called __proto__", () => {
    expect(queryOf("__proto__=a&__proto__=b").query["toString"]).toBe({}.toString);
  });
});

describe("valuesOf", () => {
  it.each([
    ["a=1&a=2&b=3", "a", ["1", "2"]],
    ["a=1&a=2&b=3", "b", ["3"]],
    ["a=1", "c", []],
  ])("of %s: %s", (text, name, values) => expect(valuesOf(queryOf(text), name)).toEqual(values));
});
