/** Terminals of the workstation on a whole cluster. */
import { expect, it } from "vitest";
import { SECOND } from "../kernel/time";
import type { ObjectRef } from "../terminal/io";
import { everything } from "../terminal/programs/everything";
import { installPrograms } from "../terminal/programs/installed";
import { Cluster } from "./cluster";
import type { Command } from "./commands";
import { commandError, parseHistory } from "./history";

installPrograms(everything);

const CONFIG = { seed: 4, masters: 1, workers: 2, cloud: false, workload: "web", traffic: 0 } as const;

/** What became of one line. */
interface Line {
  out: string;
  err: string;
  code: number | undefined;
  readonly refs: (readonly [string, ObjectRef])[];
}

let lines = 0;

function type(cluster: Cluster, line: string): Line & { readonly id: string } {
  const id = `line-${++lines}`;
  const heard = {
    id,
    out: "",
    err: "",
    code: undefined as number | undefined,
    refs: [] as [string, ObjectRef][],
  };
  cluster.machines.terminals.listen(id, {
    output: (stream, text, ref) => {
      heard[stream] += text;
      if (ref !== undefined) heard.refs.push([text, ref]);
    },
    edit: () => {},
    exit: (code) => void (heard.code = code),
  });
  expect(cluster.apply({ type: "shell", id, session: "1", line, width: 100 })).toEqual({
    ok: true,
    value: undefined,
  });
  return heard;
}

function run(cluster: Cluster, line: string, seconds = 20): Line {
  const heard = type(cluster, line);
  const until = cluster.kernel.now + seconds * SECOND;
  while (heard.code === undefined && cluster.kernel.now < until) cluster.kernel.step();
  return heard;
}

function booted(): Cluster {
  const cluster = new Cluster(CONFIG);
  cluster.boot();
  return cluster;
}

it("runs kubectl as the admin, and rows keep their pods through pipes", () => {
  const cluster = booted();
  const pods = run(cluster, "kubectl get pods | grep web | sort -r | head -2");
  expect([pods.err, pods.code]).toEqual(["", 0]);
  expect(pods.out.split("\n")).toHaveLength(3);
  expect(pods.refs).toHaveLength(2);
  for (const [text, ref] of pods.refs) {
    expect(ref).toMatchObject({ group: "", resource: "pods", namespace: "default" });
    expect(text.startsWith(ref.name)).toBe(true);
  }
});

it("lives through a session of terminals again, to the byte", () => {
  const cluster = booted();
  run(cluster, "echo hello > note; kubectl get nodes");
  const watching = type(cluster, "cat > typed");
  cluster.kernel.runUntil(cluster.kernel.now + SECOND);
  for (const input of [{ kind: "text", text: "one" }, { kind: "end" }] as const)
    expect(cluster.apply({ type: "shell-input", id: watching.id, input }).ok).toBe(true);
  cluster.apply({ type: "write-file", path: "/root/x/y.yaml", text: "a: 1\n" });
  const last = type(cluster, "kubectl get pods -w");
  cluster.kernel.runUntil(cluster.kernel.now + 3 * SECOND);
  expect(cluster.apply({ type: "shell-input", id: last.id, input: { kind: "interrupt" } }).ok).toBe(true);
  cluster.kernel.runUntil(cluster.kernel.now + SECOND);
  expect(last.code).toBe(130);
  const history = JSON.parse(JSON.stringify(cluster.history)) as unknown;
  const parsed = parseHistory(history);
  expect(parsed.ok).toBe(true);
  const again = Cluster.replay(cluster.history, cluster.kernel.now);
  expect(again.hash()).toBe(cluster.hash());
  expect(run(again, "cat note typed x/y.yaml").out).toBe("hello\none\na: 1\n");
});

it("shows etcd's keys to who has its certificate, and survives that one is taken away", () => {
  const cluster = booted();
  expect(run(cluster, "etcdctl get /registry/namespaces --prefix --keys-only").code).toBe(1);
  const keys = run(cluster, "source etcd.env; etcdctl get /registry/pods/default/ --prefix --keys-only");
  const [pod = ""] = keys.out.split("\n");
  expect(pod).toMatch(/^\/registry\/pods\/default\/web-/);
  expect(run(cluster, `etcdctl get ${pod} --print-value-only | grep -c '"kind":"Pod"'`).out).toBe("1\n");
  expect(run(cluster, `etcdctl del ${pod}`).out).toBe("1\n");
  cluster.kernel.runUntil(cluster.kernel.now + 20 * SECOND);
  const left = run(cluster, "kubectl get pods --no-headers | grep -c Running");
  expect(left.out).toBe("3\n");
});

it.each([
  [{ type: "shell", id: "a", session: "1", line: "ls" }, "width must be"],
  [{ type: "shell", id: "a", session: "../x", line: "ls", width: 80 }, "no name for a terminal"],
  [{ type: "shell", id: "a", session: "1", line: 3, width: 80 }, "needs a text"],
  [{ type: "shell-input", id: "a" }, "an input must be"],
  [{ type: "shell-input", id: "a", input: { kind: "edited" } }, "needs a text or null"],
  [{ type: "shell-input", id: "a", input: { kind: "no" } }, "unknown kind"],
  [{ type: "write-file", path: "x", text: "" }, "no plain absolute path"],
  [{ type: "write-file", path: "/a/../b", text: "" }, "no plain absolute path"],
  [{ type: "remove-file", path: "/" }, "no plain absolute path"],
])("refuses the command %j of a foreign history", (command, problem) => {
  expect(commandError(command)).toContain(problem);
});

it("refuses what cannot be done, and changes nothing", () => {
  const cluster = booted();
  const before = cluster.hash();
  const refused = (command: Command): unknown => {
    const outcome = cluster.apply(command);
    return outcome.ok ? "done" : outcome.error;
  };
  expect(refused({ type: "shell-input", id: "x", input: { kind: "end" } })).toBe("that line has ended");
  expect(refused({ type: "write-file", path: "/root", text: "" })).toBe("/root is a folder");
  expect(refused({ type: "remove-file", path: "/root/none" })).toBe("there is no file /root/none");
  expect([cluster.hash(), cluster.history.entries]).toEqual([before, []]);
  type(cluster, "sleep 10");
  expect(refused({ type: "shell", id: "b", session: "1", line: "ls", width: 80 })).toBe("terminal 1 is busy");
});
