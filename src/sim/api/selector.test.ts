import { describe, expect, it } from "vitest";
import { compileFieldSelector } from "./field-selector";
import { pods } from "./kinds/pod";
import { configMaps } from "./kinds/config-map";
import { compileLabelMap, compileLabelSelector, parseLabelSelector } from "./selector";
import type { Labels } from "./types";

const web = { app: "web", tier: "front", weight: "7" };

describe("parseLabelSelector", () => {
  it.each<[string, Labels | undefined, boolean]>([
    ["constructor", { app: "web" }, false],
    ["!toString", { app: "web" }, true],
    ["constructor=x", { constructor: "x" } as unknown as Labels, true],
    ["", undefined, true],
    ["app=web", web, true],
    ["app==web,tier!=back", web, true],
    ["app=web,tier=back", web, false],
    ["missing!=x", web, true],
    ["tier in (back, front)", web, true],
    ["tier notin (back)", web, true],
    ["missing notin (a)", web, true],
    ["missing in (a)", web, false],
    ["app", web, true],
    ["!app", web, false],
    ["!missing", web, true],
    ["weight>6", web, true],
    ["weight<7", web, false],
    ["app>1", web, false],
    ["app=", { app: "" }, true],
    ["x in (,a)", { x: "" }, true],
    ["app=web", undefined, false],
    [" app = web , tier ", web, true],
  ])("%j on %j is %s", (text, labels, expected) => {
    expect(parseLabelSelector(text).matches(labels)).toBe(expected);
  });

  it.each([
    ["app=a=b", "found '=', expected: ',' or 'end of string'"],
    ["a,", "found '', expected: identifier after ','"],
    ["a in b", "unable to parse requirement: found 'b' expected: '('"],
    ["a in (b", "expected: ',', ')' or identifier"],
    ["=x", "found '=', expected: !, identifier, or 'end of string'"],
    ["-a=x", "Invalid value"],
    ["a=-x", "Invalid value"],
    ["a>b", "the value must be an integer"],
  ])("refuses %j", (text, message) => {
    expect(() => parseLabelSelector(text)).toThrow(message);
  });

  it("has a canonical text", () => {
    expect(parseLabelSelector("z=1,a in (c,b),!m").toString()).toBe("a in (b,c),!m,z=1");
  });
});

describe("compileLabelSelector", () => {
  it("matches nothing when absent and everything when empty", () => {
    expect(compileLabelSelector(undefined).matches(web)).toBe(false);
    expect(compileLabelSelector({}).matches(undefined)).toBe(true);
    expect(compileLabelMap({}).matches(web)).toBe(false);
  });

  it("demands labels and expressions", () => {
    const selector = compileLabelSelector({
      matchLabels: { app: "web" },
      matchExpressions: [
        { key: "tier", operator: "In", values: ["front"] },
        { key: "gone", operator: "DoesNotExist" },
      ],
    });
    expect(selector.matches(web)).toBe(true);
    expect(selector.matches({ ...web, gone: "" })).toBe(false);
    expect(selector.toString()).toBe("app=web,!gone,tier in (front)");
  });

  it("refuses unknown operators", () => {
    expect(() => compileLabelSelector({ matchExpressions: [{ key: "a", operator: "Gt" }] })).toThrow(
      '"Gt" is not a valid label selector operator',
    );
  });
});

describe("compileFieldSelector", () => {
  const pod = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "a", namespace: "n" },
    spec: { nodeName: "w", containers: [] },
    status: { phase: "Running" },
  };

  it.each([
    ["metadata.name=a", true],
    ["metadata.name==b", false],
    ["spec.nodeName=w,status.phase!=Failed,status.phase!=Succeeded", true],
    ["status.phase!=Running", false],
    ["spec.hostNetwork=false", true],
    ["", true],
  ])("%j is %s", (text, expected) => {
    expect(compileFieldSelector(pods, text).matches(pod)).toBe(expected);
  });

  it("knows which value a field must have", () => {
    const selector = compileFieldSelector(pods, "spec.nodeName=w,status.phase!=Failed");
    expect(selector.exact("spec.nodeName")).toBe("w");
    expect(selector.exact("status.phase")).toBeUndefined();
  });

  it("refuses fields that a kind does not offer", () => {
    expect(() => compileFieldSelector(pods, "spec.image=x")).toThrow("field label not supported: spec.image");
    expect(() => compileFieldSelector(configMaps, "data=x")).toThrow("is not a known field selector");
    expect(() => compileFieldSelector(pods, "nonsense")).toThrow("invalid selector");
  });
});
