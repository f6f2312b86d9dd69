import { describe, expect, it } from "vitest";
import { compileExpression, ExpressionError } from "./expression";
import { trimEnd } from "./trim";
import { fits, wildcards } from "./wildcards";

const A = "a".repeat(20_000);

describe("an expression", () => {
  // None of these may take more than a moment; a test that hangs fails by the runner's own limit.
  it.each([
    ["^(a+)+$", `${"a".repeat(40)}b`, false],
    ["^(a|aa)+$", `${A}b`, false],
    ["(x+x+)+y", "x".repeat(20_000), false],
    [`${".*".repeat(500)}z`, A, false],
    [`${"(a?){100}".repeat(20)}b`, A, false],
    ["(?i)^((a{1,40}){1,20})$", "A".repeat(700), true],
    ["^(([a-z])+.)+[A-Z]([a-z])+$", A, false],
  ])("%s ends", (source, text, found) => {
    expect(compileExpression(source).test(text)).toBe(found);
  });

  it.each([
    ["+", "missing argument to repetition operator: `+`"],
    ["a(b", "missing closing ): `a(b`"],
    ["[z-a]", "invalid character class range: `z-a`"],
    ["a(?=b)", "invalid or unsupported Perl syntax: `(?=`"],
    [String.raw`(a)\1`, String.raw`invalid escape sequence: ${"`\\1`"}`],
    ["a{1001}", "invalid repeat count: `{1001}`"],
    ["a".repeat(10_001), "expression too large"],
    ["(a{100}b){100}", "expression too large"],
    ["([)]a{200}b){100}", "expression too large"],
    [String.raw`(\Q)\Ea{9}b){100}`, "expression too large"],
    ["(?:".repeat(9000), "expression too large"],
  ])("%s is refused", (source, problem) => {
    expect(() => compileExpression(source)).toThrow(new ExpressionError(`error parsing regexp: ${problem}`));
  });
});

describe("a pattern of names", () => {
  it.each([
    ["web-*", "web-1", true],
    ["web-*", "we-1", false],
    ["*", "", true],
    ["a*b*c", "axxbyyc", true],
    ["a*b*c", "axxbyy", false],
    ["*.*", "a.b.c", true],
    ["a.c", "abc", false],
    ["*ab", "aab", true],
    [`${"*a".repeat(1000)}b`, A, false],
    ["*".repeat(2000), A, true],
  ])("%s", (pattern, text, fitting) => {
    expect(fits(text, wildcards(pattern, "*"))).toBe(fitting);
  });
});

it("a text is cut at its end alone", () => {
  const middle = `${"\n".repeat(200_000)}x`;
  expect(trimEnd(`${middle}\n\n`, "\n")).toBe(middle);
});
