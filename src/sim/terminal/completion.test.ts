import { describe, expect, it } from "vitest";
import { completeFiles, completePrograms, cursorAt, quoted, readOffer, withoutAlias } from "./completion";
import { diskFiles } from "./disk-files";
import { freshState } from "./shell";
import { TestTerminal } from "./test-terminal";

describe("the command at the cursor", () => {
  it.each([
    ["kub", [], "kub"],
    ["kubectl get ", ["kubectl", "get"], ""],
    ["kubectl get po", ["kubectl", "get"], "po"],
    ["ls | gre", [], "gre"],
    ["ls; kubectl -n kube-system get p", ["kubectl", "-n", "kube-system", "get"], "p"],
    ["A=1 kubectl g", ["kubectl"], "g"],
    ["echo 'a b' c", ["echo", "a b"], "c"],
    ["echo a\\ b", ["echo"], "a b"],
    ["echo $(kubectl g", ["kubectl"], "g"],
    ["for i in 1 2; do kubectl get p", ["kubectl", "get"], "p"],
    ["if ! A=1 kub", [], "kub"],
    ["cat < fi", ["cat"], "fi"],
    ["echo a > b c", ["echo", "a"], "c"],
  ])("%j", (text, words, prefix) => {
    expect(cursorAt(text)).toMatchObject({ words, prefix });
  });

  it("knows open quotes and targets of redirections", () => {
    expect(cursorAt("cat 'my fi")).toMatchObject({ prefix: "my fi", quote: "'", redirected: false });
    expect(cursorAt("echo x >> lo")).toMatchObject({ prefix: "lo", redirected: true });
  });
});

it("offers files, hidden ones only when asked for", () => {
  const t = new TestTerminal();
  for (const path of ["/root/web.yaml", "/root/work/a", "/root/.kube/config"]) t.write(path, "x");
  const files = diskFiles(t.host.disk);
  const offered = (prefix: string): string[] => completeFiles(prefix, "/root", "/root", files);
  expect(offered("w")).toEqual(["web.yaml", "work/"]);
  expect(offered("")).toEqual(["web.yaml", "work/"]);
  expect(offered(".")).toEqual([".kube/"]);
  expect(offered("work/")).toEqual(["work/a"]);
  expect(offered("~/wo")).toEqual(["~/work/"]);
  expect(offered("/root/.kube/c")).toEqual(["/root/.kube/config"]);
  expect(offered("nosuch/")).toEqual([]);
});

it("offers programs and aliases", () => {
  const state = freshState({}, false);
  expect(completePrograms("k", ["kubectl", "cat"], state)).toEqual(["k", "kubectl"]);
  expect(withoutAlias(["k", "get"], state)).toEqual(["kubectl", "get"]);
});

it.each([
  ["pods\tPods\npodtemplates\n:4\n", { values: ["pods", "podtemplates"], noSpace: false, files: false }],
  ["--namespace=\n:6\n", { values: ["--namespace="], noSpace: true, files: false }],
  [":4\n", { values: [], noSpace: false, files: false }],
  [":0\n", { values: [], noSpace: false, files: true }],
  ["yaml\njson\n:8\n", { values: [], noSpace: true, files: true }],
  ["x\n:1\n", { values: [], noSpace: false, files: false }],
  ["garbage", { values: [], noSpace: false, files: false }],
])("reads the offer %j", (output, offer) => {
  expect(readOffer(output)).toEqual(offer);
});

it("quotes words that need it", () => {
  expect(["a-b/c=1", "a b", "it's"].map(quoted)).toEqual(["a-b/c=1", "'a b'", "'it'\\''s'"]);
});
