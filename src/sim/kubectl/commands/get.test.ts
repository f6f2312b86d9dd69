import { beforeAll, describe, expect, it } from "vitest";
import { KubectlStation } from "../../testing/kubectl";
import { World } from "../../testing/world";

let station: KubectlStation;
beforeAll(() => {
  station = new KubectlStation(new World({ masters: 1, workers: 2, cloud: false }));
}, 60_000);

const SEPARATE =
  "error: there is no need to specify a resource type as a separate argument when passing arguments in resource/name " +
  "form (e.g. 'kubectl get resource/<resource_name>' instead of 'kubectl get resource resource/<resource_name>'\n";

const GET: readonly (readonly [line: string, out: RegExp, err: string, code: number])[] = [
  ["get nodes", /^NAME {7}STATUS +ROLES +AGE +VERSION\nmaster-1 +Ready +control-plane /, "", 0],
  ["get pods --no-headers", /^web-\w+-\w+ {3}1\/1 {3}Running {3}0 {5}\d+s\n/, "", 0],
  ["get po,svc", /^NAME +READY[^]*\npod\/web-[^]*\n\nNAME +TYPE[^]*\nservice\/kubernetes +ClusterIP/, "", 0],
  ["get deploy -A", /^NAMESPACE +NAME +READY[^]*\ndefault +web +3\/3/, "", 0],
  ["get svc,deploy -o name", /^service\/kubernetes\nservice\/web\ndeployment.apps\/web\n$/, "", 0],
  [
    "get ns -L kubernetes.io/metadata.name",
    /^NAME +STATUS +AGE +METADATA.NAME\ndefault +Active +\w+ +default\n/,
    "",
    0,
  ],
  [
    "get svc kubernetes -o yaml",
    /^apiVersion: v1\nkind: Service\nmetadata:\n {2}creationTimestamp: "2026/,
    "",
    0,
  ],
  [
    "get svc -l none=1 -o json",
    /^\{\n {4}"apiVersion": "v1",\n {4}"items": \[\],\n {4}"kind": "List",/,
    "",
    0,
  ],
  ["get cm -n nope", /^$/, "No resources found in nope namespace.\n", 0],
  [
    "get pods x y",
    /^$/,
    'Error from server (NotFound): pods "x" not found\nError from server (NotFound): pods "y" not found\n',
    1,
  ],
  ["get nope", /^$/, 'error: the server doesn\'t have a resource type "nope"\n', 1],
  ["get pods x --ignore-not-found", /^$/, "", 0],
  [
    "get pods,svc a -l x=y",
    /^$/,
    "error: selectors and the all flag cannot be used when passing resource/name arguments\n",
    1,
  ],
  ["get pods a -l x=y", /^$/, "error: name cannot be provided when a selector is specified\n", 1],
  ["get pods a/b/c", /^$/, SEPARATE, 1],
  ["get pods web -A", /^$/, "error: a resource cannot be retrieved by name across all namespaces\n", 1],
  ["get pods --kubeconfig none", /^$/, "error: stat none: no such file or directory\n", 1],
  [
    "get ns --context nope",
    /^$/,
    "Error in configuration: context was not found for specified context: nope\n",
    1,
  ],
];

describe("kubectl get", () => {
  it.each(GET)("%s", (line, out, err, code) => {
    const run = station.run(line);
    expect(run.err).toBe(err);
    expect(run.out).toMatch(out);
    expect(run.code).toBe(code);
  });

  it("notes the object of every row", () => {
    const { refs } = station.run("get svc");
    expect(refs.map((r) => r.ref)).toEqual([
      { group: "", resource: "services", namespace: "default", name: "kubernetes" },
      { group: "", resource: "services", namespace: "default", name: "web" },
    ]);
    expect(refs[0]?.text).toMatch(/^kubernetes /);
  });

  it("watches until it is stopped", () => {
    const run = station.run("get pods -w", { stopAfter: 2_000_000 });
    expect(run.code).toBeUndefined();
    expect(run.out.split("\n").filter((l) => l.startsWith("web-")).length).toBeGreaterThanOrEqual(3);
  });

  it("learns what is served once, and keeps it in a file", () => {
    expect([...station.files.keys()].some((f) => f.startsWith("/home/operator/.kube/cache/discovery/"))).toBe(
      true,
    );
  });

  it("asks five times before it believes that nobody is there", () => {
    const run = station.run("get pods -s http://10.0.0.11:1");
    expect(run.err.match(/"Unhandled Error" err="couldn't get current server API group list/g)).toHaveLength(
      5,
    );
    expect(run.err).toMatch(
      /The connection to the server 10.0.0.11:1 was refused - did you specify the right host or port\?\n$/,
    );
    expect(run.code).toBe(1);
  });
});

describe("kubectl __complete", () => {
  it.each([
    [["ge"], ["get\tLists objects, or shows one", ":4"]],
    [
      ["get", "deploym"],
      ["deployments.apps", ":4"],
    ],
    [
      ["get", "svc", ""],
      ["kubernetes", "web", ":4"],
    ],
    [
      ["get", "svc", "web", ""],
      ["kubernetes", ":4"],
    ],
    [
      ["get", "svc/k"],
      ["svc/kubernetes", ":4"],
    ],
    [
      ["get", "-n", "kube-"],
      ["kube-node-lease", "kube-public", "kube-system", ":4"],
    ],
    [
      ["get", "-o", "y"],
      ["yaml", ":4"],
    ],
    [
      ["get", "--context=a"],
      ["--context=admin@kubarium", ":4"],
    ],
    [
      ["get", "--watch-o"],
      ["--watch-only\tOnly the changes.", ":4"],
    ],
  ])("%j", (words, lines) => {
    expect(
      station
        .args(["__complete", ...words])
        .out.split("\n")
        .slice(0, -1),
    ).toEqual(lines);
  });
});
