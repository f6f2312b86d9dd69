import { describe, expect, it } from "vitest";
import { LineEditor, columns, commonStart, keysOf } from "./line-editor";

function typed(keys: string, history: readonly string[] = []): LineEditor {
  const line = new LineEditor();
  line.setHistory(history);
  for (const key of keysOf(keys)) line.key(key);
  return line;
}

const shown = ({ text, cursor }: LineEditor): string => `${text.slice(0, cursor)}|${text.slice(cursor)}`;

describe("the line at the prompt", () => {
  it.each([
    ["kubectl", "kubectl|"],
    ["ab\u001B[D\u001B[Dx", "x|ab"],
    ["ab\u0001x\u0005y", "xaby|"],
    ["one two\u0017", "one |"],
    ["one two\u0017\u0019\u0019", "one twotwo|"],
    ["one two\u0001\u000B", "|"],
    ["one two\u0001\u001B[1;5C\u000B", "one|"],
    ["one two\u0015", "|"],
    ["one\u007F\u007Fx", "ox|"],
    ["ab\u0001\u001B[3~", "|b"],
    ["ab\u0001\u0004", "|b"],
    ["a\u001Bb\u001Bfb", "ab|"],
    ["ä🚀\u0001", "|ä🚀"],
  ])("%j shows %s", (keys, line) => {
    expect(shown(typed(keys))).toBe(line);
  });

  it.each([
    ["\u001B[A", "two|"],
    ["\u001B[A\u001B[A\u001B[A", "one|"],
    ["dra\u001B[A\u001B[Bft", "draft|"],
    ["\u0012on\u0005", "one|"],
    ["\u0012o\u0012\u001B[D", "on|e"],
  ])("walks and searches the history: %j shows %s", (keys, line) => {
    expect(shown(typed(keys, ["one", "two"]))).toBe(line);
  });

  it("shows what a search has found, and runs it with Enter", () => {
    const line = typed("\u0012get", ["kubectl get pods", "ls"]);
    expect([line.search?.wanted, line.found]).toEqual(["get", "kubectl get pods"]);
    expect(line.key("\r")).toEqual({ t: "line", line: "kubectl get pods" });
    const other = typed("x\u0012nothing", ["ls"]);
    expect(other.found).toBe("");
    other.key("\u0003");
    expect([other.search, other.text]).toEqual([null, "x"]);
  });

  it.each([
    ["\t", "complete"],
    ["\u0003", "interrupt"],
    ["\u0004", "end"],
    ["\u000C", "clear"],
    ["\r", "line"],
    ["\u001B[99z", undefined],
  ])("tells what %j asks for", (key, event) => {
    expect(new LineEditor().key(key)?.t).toBe(event);
  });

  it("does not remember a line twice in a row, nor an empty one", () => {
    const line = new LineEditor();
    for (const l of ["a", "a", " ", "b"]) line.remember(l);
    expect(line.history).toEqual(["a", "b"]);
  });
});

it("cuts a paste into keys", () => {
  expect(keysOf("a\u001B[Ab\u001BOC\r🚀")).toEqual(["a", "\u001B[A", "b", "\u001BOC", "\r", "🚀"]);
});

it("finds what words have in common, and lists them in columns", () => {
  expect(commonStart(["pods", "podtemplates", "pod"])).toBe("pod");
  expect(commonStart([])).toBe("");
  expect(columns(["a", "bb", "ccc", "d"], 10)).toEqual(["a    ccc", "bb   d"]);
});
