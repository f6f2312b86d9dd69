import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { inspectJson } from "./json-text";

describe("inspectJson", () => {
  it.each<[string, readonly string[]]>([
    ['{"a":1,"b":{"a":1}}', []],
    ['{"spec":{"replicas":1,"replicas":2},"spec":{}}', ["spec.replicas", "spec"]],
    ['{"metadata":{"labels":{"a":"x","b":"y","a":"z","a":"w"}}}', ["metadata.labels.a"]],
    ['{"spec":{"containers":[{"name":"a"},{"name":"b","name":"c"}]}}', ["spec.containers[1].name"]],
    [String.raw`{"a":1,"\u0061":2}`, ["a"]],
    ['{"__proto__":1,"__proto__":2}', ["__proto__"]],
    [' [1, -0.5e+3, "x", true, null, {}, []] ', []],
  ])("finds what is there twice: %s", (text, duplicates) => {
    expect(inspectJson(text)).toEqual({ duplicates, problem: undefined });
  });

  it.each([
    ["", "unexpected end of JSON input"],
    ['{"a":', "unexpected end of JSON input"],
    ['{"a', "unexpected end of JSON input"],
    ["nope", "invalid character 'o' in literal null (expecting 'u')"],
    ["hello", "invalid character 'h' looking for beginning of value"],
    ["'a'", String.raw`invalid character '\'' looking for beginning of value`],
    ["\uFEFF{}", "invalid character 'ï' looking for beginning of value"],
    ["{a:1}", "invalid character 'a' looking for beginning of object key string"],
    ['{"a":1,}', "invalid character '}' looking for beginning of object key string"],
    ['{"a" 1}', "invalid character '1' after object key"],
    ['{"a":1 "b":2}', "invalid character '\"' after object key:value pair"],
    ["[1 2]", "invalid character '2' after array element"],
    ["[1,]", "invalid character ']' looking for beginning of value"],
    ["{}{}", "invalid character '{' after top-level value"],
    ["01", "invalid character '1' after top-level value"],
    ["-", "unexpected end of JSON input"],
    ["-x", "invalid character 'x' in numeric literal"],
    ["1.x", "invalid character 'x' after decimal point in numeric literal"],
    ["1ex", "invalid character 'x' in exponent of numeric literal"],
    ['"a\nb"', String.raw`invalid character '\n' in string literal`],
    [String.raw`"\x"`, "invalid character 'x' in string escape code"],
    [String.raw`"\u12x4"`, String.raw`invalid character 'x' in \u hexadecimal character escape`],
    ["[".repeat(5000), "exceeded max depth"],
    ["1e400", "json: cannot unmarshal number 1e400 into Go value of type float64"],
    ['{"a":9007199254740993}', "the number 9007199254740993 cannot be held exactly"],
  ])("says what is wrong with %j", (text, problem) => {
    expect(inspectJson(text).problem).toContain(problem);
  });

  it.each([
    "9007199254740991",
    "-9007199254740991",
    "9007199254740992",
    "99999999999999999999",
    "1e20",
    "0.1",
  ])("takes the number %s", (text) => {
    expect(inspectJson(text).problem).toBeUndefined();
  });

  it("finds no fault with JSON, and one with everything else", () => {
    const isJson = (text: string): boolean => {
      try {
        JSON.parse(text);
        return true;
      } catch {
        return false;
      }
    };
    const texts = fc.oneof(
      fc.json(),
      fc.string(),
      fc.string({ unit: fc.constantFrom(...'{}[]":,\\u0aentrulfs-.1eE+ \n'.split("")) }),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const { problem } = inspectJson(text);
        // Numbers that do not fit are JSON all the same.
        const good = problem === undefined || / number /.test(problem);
        expect(good).toBe(isJson(text));
      }),
      { numRuns: 1000 },
    );
  });
});
