/** `kubectl edit` as it is used: what the editor is given, and what becomes of what comes back. */
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { KubectlStation, type KubectlRun } from "../../../testing/kubectl";
import { World } from "../../../testing/world";

const HEAD =
  "# Please edit the object below. Lines beginning with a '#' will be ignored,\n" +
  "# and an empty file will abort the edit. If an error occurs while saving this file will be\n" +
  "# reopened with the relevant failures.\n#\n";

let station: KubectlStation;
beforeAll(() => {
  station = new KubectlStation(new World({ masters: 1, workers: 1, cloud: false }));
}, 60_000);

beforeEach(() => {
  station.run("delete cm c --ignore-not-found");
  station.run("create cm c --from-literal=x=1");
});

/** Edits with one change after the other; gives the texts that were opened, too. */
function edit(
  line: string,
  ...changes: ((text: string) => string | undefined)[]
): { readonly run: KubectlRun; readonly texts: readonly string[] } {
  const texts: string[] = [];
  const run = station.run(line, {
    edit(text) {
      texts.push(text);
      return changes.shift()?.(text);
    },
  });
  return { run, texts };
}

const replace = (from: string | RegExp, to: string) => (text: string) => text.replace(from, to);
const value = (): string => station.run("get cm c -o jsonpath={.data.x}").out;

describe("kubectl edit", () => {
  it("shows the object and sends what was changed", () => {
    const { run, texts } = edit("edit cm c", replace('x: "1"', 'x: "2"'));
    expect(texts[0]?.startsWith(`${HEAD}apiVersion: v1\ndata:\n  x: "1"\nkind: ConfigMap\n`)).toBe(true);
    expect(texts[0]).not.toContain("managedFields");
    expect(run).toMatchObject({ out: "configmap/c edited\n", err: "", code: 0 });
    expect(value()).toBe("2");
  });

  it.each<[name: string, change: (text: string) => string | undefined]>([
    ["closed", () => undefined],
    ["saved as it was", (text) => text],
    ["a comment more", (text) => `${text}# nothing\n`],
  ])("does nothing when nothing changed: %s", (_, change) => {
    const { run } = edit("edit cm c", change);
    expect(run).toMatchObject({ out: "", err: "Edit cancelled, no changes made.\n", code: 0 });
    expect([...station.files.keys()].filter((file) => file.startsWith("/tmp/"))).toEqual([]);
  });

  it("changes a part of an object that has a door of its own", () => {
    const container = '{"name": "c", "image": "nginx:1.28", "resources": {"requests": {"cpu": "100m"}}}';
    const head = '"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "sized"}';
    const pod = `{${head}, "spec": {"containers": [${container}]}}`;
    station.files.set("/root/sized.json", pod);
    station.run("create -f /root/sized.json");
    station.run("wait --for=condition=Ready pod/sized");
    const { run } = edit(
      "edit pod sized --subresource=resize",
      replace("        cpu: 100m", "        cpu: 200m"),
    );
    expect(run).toMatchObject({ out: "pod/sized edited\n", code: 0 });
    const cpu = "{.spec.containers[0].resources.requests.cpu}";
    expect(station.run(`get pod sized -o jsonpath=${cpu}`).out).toBe("200m");
  });

  it("opens again with what the server refuses, until it is right", () => {
    const { run, texts } = edit("edit cm c", replace("data:", "datax:"), replace(/^datax:/m, "data:"));
    expect(run.err).toBe('error: configmaps "c" is invalid\nEdit cancelled, no changes made.\n');
    expect(texts[1]).toContain(
      '# configmaps "c" was not valid:\n# * patch: Invalid value: "map[data:<nil> datax:map[x:1]]": strict decoding ' +
        'error: unknown field "datax"\n#\napiVersion: v1\ndatax:\n',
    );
    expect(run.code).toBe(0);
  });

  it.each<[name: string, change: (text: string) => string, reason: string]>([
    [
      "no YAML",
      replace("kind: ConfigMap", "kind: ConfigMap\n  x: y"),
      '"The edited file failed validation": yaml: line 5: mapping values are not allowed in this context\n',
    ],
    [
      "no kind",
      replace("kind: ConfigMap", ""),
      '# * <nil>: Invalid value: "The edited file failed validation": kind not set\n',
    ],
    [
      "empty",
      () => "",
      '# * <nil>: Invalid value: "The edited file failed validation": invalid object to validate\n',
    ],
  ])("keeps what cannot be used in a file: %s", (_, change, reason) => {
    const { run, texts } = edit("edit cm c", change);
    expect(texts[1]).toContain(reason);
    const [, file] = /stored to "(\/tmp\/kubectl-edit-\d+\.yaml)"/.exec(run.err) ?? [];
    expect(run.err.endsWith("error: Edit cancelled, no valid changes were saved.\n")).toBe(true);
    expect(run.code).toBe(1);
    expect(station.files.get(file ?? "")).toBe(texts[1]);
    station.files.delete(file ?? "");
    expect(value()).toBe("1");
  });

  it("does not take one object for another", () => {
    expect(edit("edit cm c", replace("name: c", "name: d")).run.err).toMatch(
      /error: At least one of apiVersion, kind and name was changed\n$/,
    );
    expect(edit("edit cm c", replace("namespace: default", "namespace: other")).run.err).toMatch(
      /You must pass '--namespace=other' to perform this operation\.\n$/,
    );
  });

  it("edits in JSON, several at once, and what apply remembers", () => {
    const json = edit("edit cm c -o json", replace('"x": "1"', '"x": "5"'));
    expect(json.texts[0]?.startsWith('{\n    "apiVersion": "v1",\n    "data": {\n')).toBe(true);
    expect(value()).toBe("5");
    const both = edit("edit cm/c cm/kube-root-ca.crt", replace('x: "5"', 'x: "6"'));
    expect(both.run.out).toBe("configmap/c edited\nconfigmap/kube-root-ca.crt skipped\n");
    expect(station.run("apply edit-last-applied cm c").err).toContain(
      "no last-applied-configuration annotation",
    );
    station.files.set(
      "/home/operator/c.yaml",
      "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {x: '6'}\n",
    );
    station.run("apply -f c.yaml");
    const last = edit("apply edit-last-applied cm c", replace('x: "6"', 'x: "7"'));
    expect(last.texts[0]).toContain("# Please edit the 'last-applied-configuration' annotations below.\n");
    expect(last.run.out).toBe("configmap/c edited\n");
    expect(station.run("apply view-last-applied cm c").out).toContain('x: "7"');
    expect(value()).toBe("6");
  });
});
