/** Commands as they are typed, against a booted cluster: what they print, say and leave behind. */
import { beforeAll, describe, expect, it } from "vitest";
import { KubectlStation } from "../../testing/kubectl";
import { World } from "../../testing/world";

let station: KubectlStation;
beforeAll(() => {
  station = new KubectlStation(new World({ masters: 1, workers: 2, cloud: false }));
}, 60_000);

type Case = readonly [line: string, out: string | RegExp, err: string | RegExp, code: number];

function wanted([, out, err, code]: Case): object {
  const text = (t: string | RegExp): unknown => (typeof t === "string" ? t : expect.stringMatching(t));
  return { out: text(out), err: text(err), code };
}

const podNames = (): string[] =>
  station
    .run("get pods -l app=web -o name")
    .out.split("\n")
    .filter((line) => line !== "");

describe("kubectl delete", () => {
  const WARNING =
    "Warning: Immediate deletion does not wait for confirmation that the running resource has been terminated. The " +
    "resource may continue to run on the cluster indefinitely.\n";

  it.each<Case>([
    ["delete pod nope", "", 'Error from server (NotFound): pods "nope" not found\n', 1],
    ["delete pods -l x=y", "No resources found\n", "", 0],
    ["delete pods", "", "error: resource(s) were provided, but no name was specified\n", 1],
    ["delete pods --all -l x=y", "", "error: setting 'all' parameter but found a non empty selector. \n", 1],
    ["delete cm x -o yaml", "", "error: unexpected -o output mode: yaml. We only support '-o name'\n", 1],
    [
      "delete cm x --now --grace-period=3",
      "",
      "error: --now and --grace-period cannot be specified together\n",
      1,
    ],
    ["delete cm x --dry-run=client", 'configmap "x" deleted from default namespace (dry run)\n', "", 0],
    ["delete cm x --dry-run", /dry run/, /^W0101 .* helpers.go:719\] --dry-run is deprecated/, 0],
    [
      "delete cm x --cascade=foo",
      "",
      'error: invalid cascade value (foo). Must be "background", "foreground", or "orphan"\n',
      1,
    ],
    ["delete pod x --force", "", `${WARNING}Error from server (NotFound): pods "x" not found\n`, 1],
    ["delete -f nofile", "", 'error: the path "nofile" does not exist\n', 1],
    [
      "delete ns nope -n default",
      "",
      "Warning: deleting cluster-scoped resources, not scoped to the provided namespace\n" +
        'Error from server (NotFound): namespaces "nope" not found\n',
      1,
    ],
  ])("%s", (...args) => {
    expect(station.run(args[0])).toMatchObject(wanted(args));
  });

  it("waits until the pod is gone", () => {
    const [pod = ""] = podNames();
    expect(station.run(`delete ${pod}`)).toMatchObject({
      out: `pod "${pod.slice(4)}" deleted from default namespace\n`,
      err: "",
      code: 0,
    });
    expect(station.run(`get ${pod}`).err).toContain("NotFound");
  });

  it("does not wait longer than it is told to", () => {
    const [pod = ""] = podNames();
    const name = pod.slice(4);
    expect(station.run(`delete ${pod} --timeout=10ms`)).toMatchObject({
      out: `pod "${name}" deleted from default namespace\n`,
      err: `error: timed out waiting for the condition on pods/${name}\n`,
      code: 1,
    });
  });

  it("asks before it deletes", () => {
    const question =
      "You are about to delete the following 1 resource(s):\nservice/web\nDo you want to continue? (y/N): ";
    const run = station.run("delete svc web -i", { stdin: "n\n" });
    expect(run.out).toBe(`${question}deletion is cancelled\n`);
    expect(station.run("get svc web -o name").out).toBe("service/web\n");
  });
});

describe("kubectl wait", () => {
  it.each<Case>([
    ["wait deploy/web --for=condition=Available", "deployment.apps/web condition met\n", "", 0],
    ["wait deploy/web --for=condition=available -o name", "deployment.apps/web\n", "", 0],
    ["wait deploy/web --for=jsonpath={.spec.replicas}=3", "deployment.apps/web condition met\n", "", 0],
    [
      "wait deploy/web --for=condition=Foo --timeout=1s",
      "",
      "error: timed out waiting for the condition on deployments/web\n",
      1,
    ],
    [
      "wait deploy/web --for=condition=Foo --timeout=0",
      "",
      "error: condition not met for deployments/web\n",
      1,
    ],
    ["wait pod nope --for=delete", "", "", 0],
    ["wait pod nope --for=create --timeout=1s", "", "error: timed out waiting for the condition\n", 1],
    ["wait pods -l a=b --for=condition=Ready", "", "error: no matching resources found\n", 1],
    ["wait deploy/web --for=foo", "", 'error: unrecognized condition: "foo"\n', 1],
    [
      "wait deploy/web --for=jsonpath={.spec}=x",
      "",
      "error: jsonpath leads to a nested object or list which is not supported\n",
      1,
    ],
  ])("%s", (...args) => {
    expect(station.run(args[0])).toMatchObject(wanted(args));
  });
});

describe("kubectl logs and exec", () => {
  it.each<Case>([
    [
      "logs nope",
      "",
      'error: error from server (NotFound): pods "nope" not found in namespace "default"\n',
      1,
    ],
    [
      "logs deploy/web --tail=1 --prefix",
      /^\[pod\/web-\w+-\w+\/web\] /,
      /^Found 3 pods, using pod\/web-\w+-\w+\n$/,
      0,
    ],
    ["logs -l x=y", "", "No resources found in default namespace.\n", 0],
    ["logs -l app=web --tail=1", /^(?:.+\n){3}$/, "", 0],
    ["logs deploy/web --tail=-2", "", "error: --tail must be greater than or equal to -1\n", 1],
    [
      "logs deploy/web --since-time=2026-01-01",
      "",
      'error: parsing time "2026-01-01" as "2006-01-02T15:04:05Z07:00": cannot parse "" as "T"\n',
      1,
    ],
    [
      "logs -f -l app=web --max-log-requests=1",
      "",
      "error: you are attempting to follow 3 log streams, but maximum allowed concurrency is 1, use " +
        "--max-log-requests to increase the limit\n",
      1,
    ],
    [
      "logs cm/kube-root-ca.crt",
      "",
      "error: cannot get the logs from *v1.ConfigMap: selector for *v1.ConfigMap not implemented\n",
      1,
    ],
    ["exec deploy/web -- hostname", /^web-\w+-\w+\n$/, "", 0],
    ["exec deploy/web -- sh -c 'exit 3'", "", "command terminated with exit code 3\n", 3],
    ["exec deploy/web", "", "error: you must specify at least one command for the container\n", 1],
    ["exec nope -- ls", "", 'Error from server (NotFound): pods "nope" not found\n', 1],
  ])("%s", (...args) => {
    expect(station.run(args[0])).toMatchObject(wanted(args));
  });

  it("passes standard input on", () => {
    const run = station.run("exec -i deploy/web -- cat", { stdin: "one\ntwo\n" });
    expect([run.out, run.code]).toEqual(["one\ntwo\n", 0]);
  });

  it("follows several logs until it is stopped", () => {
    const run = station.run("logs -f -l app=web --prefix", { stopAfter: 3_000_000 });
    expect(run.code).toBeUndefined();
    expect(new Set(run.out.match(/^\[pod\/web-\w+-\w+/gm)).size).toBe(3);
  });
});

describe("kubectl config", () => {
  it("shows the file without its secrets", () => {
    const { out } = station.run("config view");
    expect(out).toContain("    client-certificate-data: DATA+OMITTED\n");
    expect(station.run("config view --raw").out).toContain("    client-certificate-data: ADMIN\n");
  });

  it("lives through a day with contexts", () => {
    const cases: Case[] = [
      [
        "config set-context dev --cluster=kubarium --user=admin --namespace=kube-system",
        'Context "dev" created.\n',
        "",
        0,
      ],
      ["config use-context dev", 'Switched to context "dev".\n', "", 0],
      [
        "config get-contexts",
        "CURRENT   NAME             CLUSTER    AUTHINFO   NAMESPACE\n" +
          "          admin@kubarium   kubarium   admin      \n" +
          "*         dev              kubarium   admin      kube-system\n",
        "",
        0,
      ],
      ["get deploy coredns -o name", "deployment.apps/coredns\n", "", 0],
      ["config rename-context dev ops", 'Context "dev" renamed to "ops".\n', "", 0],
      ["config current-context", "ops\n", "", 0],
      ["config set-context --current --namespace=default", 'Context "ops" modified.\n', "", 0],
      ["config set contexts.ops.namespace kube-public", 'Property "contexts.ops.namespace" set.\n', "", 0],
      ["config view --minify -o jsonpath={..namespace}", "kube-public", "", 0],
      ["config unset contexts.ops.namespace", 'Property "contexts.ops.namespace" unset.\n', "", 0],
      [
        "config delete-context ops",
        "deleted context ops from /home/operator/.kube/config\n",
        'warning: this removed your active context, use "kubectl config use-context" to select a different one\n',
        0,
      ],
      ["config use-context admin@kubarium", 'Switched to context "admin@kubarium".\n', "", 0],
      ["config use-context nope", "", 'error: no context exists with the name: "nope"\n', 1],
      [
        "config foo",
        "",
        "error: unknown command \"foo\"\nSee 'kubectl config -h' for help and examples\n",
        1,
      ],
    ];
    for (const each of cases) expect(station.run(each[0]), each[0]).toMatchObject(wanted(each));
  });
});

describe("what the server serves", () => {
  it.each<Case>([
    ["version", "Client Version: v1.35.2\nKustomize Version: v5.7.1\nServer Version: v1.35.2\n", "", 0],
    ["version -o x", "", "error: --output must be 'yaml' or 'json'\n", 1],
    ["api-versions", /\napps\/v1\n[^]*\nv1\n$/, "", 0],
    [
      "api-resources --categories=all",
      /^NAME {9,}SHORTNAMES {3}APIVERSION +NAMESPACED {3}KIND\npods /,
      "",
      0,
    ],
    ["api-resources --sort-by=x", "", "error: --sort-by accepts only name or kind\n", 1],
    [
      "cluster-info",
      /^Kubernetes control plane is running at https:\/\/[\d.]+:6443\nCoreDNS is running at /,
      "",
      0,
    ],
    ["port-forward svc/web 80", "", /^error: port-forward is not simulated/, 1],
  ])("%s", (...args) => {
    expect(station.run(args[0])).toMatchObject(wanted(args));
  });

  it("dumps the cluster into files", () => {
    expect(station.run("cluster-info dump --output-directory=dump").out).toBe(
      "Cluster info dumped to dump\n",
    );
    const pods = JSON.parse(station.files.get("/home/operator/dump/default/pods.json") ?? "{}") as {
      items: unknown[];
    };
    expect(pods.items).toHaveLength(3);
  });
});

describe("kubectl explain and events", () => {
  it.each<Case>([
    [
      "explain pods",
      /^KIND: {7}Pod\nVERSION: {4}v1\n\nDESCRIPTION:\n {4}\S[^]*\nFIELDS:\n {2}apiVersion\t<string>\n/,
      "",
      0,
    ],
    [
      "explain deploy.spec.replicas",
      /^GROUP: {6}apps\n[^]*\nFIELD: replicas <integer>\n\n\nDESCRIPTION:\n/,
      "",
      0,
    ],
    [
      "explain cm --recursive",
      /\nFIELDS:\n {2}apiVersion\t<string>\n {2}binaryData\t<map\[string\]string>\n/,
      "",
      0,
    ],
    ["explain deployments.apps.spec.selector", /\nFIELD: selector <LabelSelector>\n/, "", 0],
    ["explain pods.foo", "KIND:       Pod\nVERSION:    v1\n\n", 'error: field "foo" does not exist\n', 1],
    ["explain foo", "", 'the server doesn\'t have a resource type "foo"\n', 1],
    ["explain a b", "", "error: We accept only this format: explain RESOURCE\n", 1],
    [
      "events --for deploy/web",
      /^LAST SEEN {3}TYPE {5}REASON +OBJECT +MESSAGE\n\d+s +Normal +ScalingReplicaSet /,
      "",
      0,
    ],
    ["events --types=Foo", "", "error: valid --types are Normal or Warning\n", 1],
    ["events -n kube-public", "", "No events found in kube-public namespace.\n", 0],
    ["events --for pod", "", "error: --for must be in resource/name form\n", 1],
  ])("%s", (...args) => {
    expect(station.run(args[0])).toMatchObject(wanted(args));
  });
});
