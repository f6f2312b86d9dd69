import { beforeAll, describe, expect, it } from "vitest";
import type { ApiList, ApiObject, Lease } from "../api/types";
import { SECOND } from "../kernel/time";
import { World } from "../testing/world";

const SYSTEM = "/api/v1/namespaces/kube-system/pods";
let world: World;

function log(pod: string, query = ""): string {
  const answer = world.get(`${SYSTEM}/${pod}/log${query}`);
  expect(answer.status, pod).toBe(200);
  return String(answer.body);
}

function podsOf(prefix: string): string[] {
  const { items } = world.get(SYSTEM).body as ApiList<ApiObject>;
  return items.map(({ metadata }) => metadata.name ?? "").filter((name) => name.startsWith(prefix));
}

/** Number of the master whose process holds a lease. */
function holder(lease: string): number {
  const { body } = world.get(`/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/${lease}`);
  const found = /^master-(\d)_/.exec((body as Lease).spec.holderIdentity ?? "");
  return Number(found?.[1]);
}

const KLOG = /^[IWE]0101 00:\d\d:\d\d\.\d{6} {7}1 [a-z_]+\.go:\d+\] .+$/;

/** Messages of etcd's log. */
function messages(text: string): string[] {
  const lines = text.trimEnd().split("\n");
  return lines.map((line) => {
    const entry = JSON.parse(line) as Record<string, unknown>;
    expect(entry).toMatchObject({ level: expect.any(String), ts: expect.stringMatching(/^2026-.*Z$/) });
    return entry["msg"] as string;
  });
}

beforeAll(() => {
  world = new World({ masters: 3, workers: 2 });
  world.run(60 * SECOND);
});

describe("logs of components", () => {
  it.each([
    "kube-apiserver",
    "kube-scheduler",
    "kube-controller-manager",
    "cloud-controller-manager",
    "kube-proxy",
  ])("of %s are in klog's format", (name) => {
    for (const pod of podsOf(name)) {
      const lines = log(pod).trimEnd().split("\n");
      expect(lines.length).toBeGreaterThan(2);
      for (const line of lines) expect(line).toMatch(KLOG);
      // Nothing is said with every heartbeat.
      expect(lines.length).toBeLessThan(100);
    }
  });

  it.each([
    ["kube-scheduler", "kube-scheduler"],
    ["kube-controller-manager", "kube-controller-manager"],
    ["cloud-controller-manager", "cloud-controller-manager"],
  ])("of %s tell who leads: all ask for the lease, its holder has it", (name, lease) => {
    const leader = holder(lease);
    for (const i of [1, 2, 3]) {
      const text = log(`${name}-master-${i}`);
      expect(text).toContain(`] "Attempting to acquire leader lease..." lock="kube-system/${lease}"\n`);
      expect(text.includes(`] "Successfully acquired lease" lock="kube-system/${lease}"\n`)).toBe(
        i === leader,
      );
    }
  });

  it("of the API server tell where it listens and that its caches are filled", () => {
    const text = log("kube-apiserver-master-1");
    expect(text).toContain("] Serving securely on [::]:6443\n");
    expect(text).toContain("] cacher (pods): initialized\n");
    expect(text).toContain("] cacher (deployments.apps): initialized\n");
  });

  it("of etcd tell of one election, the same to all", () => {
    const all = [1, 2, 3].map((i) => messages(log(`etcd-master-${i}`)));
    const leaders = all.map((lines) => lines.some((l) => l.endsWith(" became leader at term 2")));
    expect(leaders.filter(Boolean)).toHaveLength(1);
    const leader = leaders.indexOf(true) + 1;
    all.forEach((lines, i) => {
      expect(lines).toContain(`raft.node: ${i + 1} elected leader ${leader} at term 2`);
      expect(lines).toContain("ready to serve client requests");
      expect(lines.filter((l) => l === "added member")).toHaveLength(3);
    });
  });

  it("of the pods that serve the cluster", () => {
    for (const pod of podsOf("coredns")) {
      expect(log(pod)).toMatch(/^\.:53\nCoreDNS-1\.13\.1\nlinux\/amd64, go.*\n/m);
    }
    for (const pod of podsOf("metrics-server")) expect(log(pod)).toContain("Serving securely on [::]:4443");
    for (const pod of podsOf("kube-proxy"))
      expect(log(pod)).toContain('"SyncProxyRules complete" ipFamily="IPv4"');
  });

  it("tell of a pod without a node, and of pods that are made and bound", () => {
    const spec = { nodeSelector: { no: "such" }, containers: [{ name: "c", image: "nginx:1.28" }] };
    const body = { apiVersion: "v1", kind: "Pod", metadata: { name: "nowhere" }, spec };
    const headers = { "content-type": "application/json" };
    world.request({ method: "POST", path: "/api/v1/namespaces/default/pods", headers, body });
    world.run(5 * SECOND);
    const text = log(`kube-scheduler-master-${holder("kube-scheduler")}`);
    const why = "0/5 nodes are available: ";
    expect(text).toContain(`"Unable to schedule pod; no fit; waiting" pod="default/nowhere" err="${why}`);
    expect(text).toMatch(/"Successfully bound pod to node" pod="default\/web-\S+" node="worker-\d"/);
    const manager = log(`kube-controller-manager-master-${holder("kube-controller-manager")}`);
    expect(manager).toMatch(/"Too few replicas" replicaSet="default\/web-\S+" need=3 creating=3\n/);
  });

  it("tell of a node that is gone, and of its pods", () => {
    world.do({ type: "power-off", host: "worker-1" });
    world.run(370 * SECOND);
    const text = log(`kube-controller-manager-master-${holder("kube-controller-manager")}`);
    expect(text).toMatch(/"Node hasn't been updated" node="worker-1" /);
    expect(text).toContain('event message for node" status="NodeNotReady" node="worker-1"\n');
    expect(text).toMatch(/"Deleting pod" controller="taint-eviction-controller" pod="default\/web-/);
    const metrics = podsOf("metrics-server").at(-1) ?? "";
    expect(log(metrics)).toMatch(
      /"Failed to scrape node" err=".*10250\/metrics\/resource.*" node="worker-1"/,
    );
    world.do({ type: "power-on", host: "worker-1" });
    world.run(30 * SECOND);
  });

  it("tell of a lease that was lost, in the log of the instance before", () => {
    const leader = holder("kube-scheduler");
    const pod = `kube-scheduler-master-${leader}`;
    const host = `master-${leader}`;
    world.do({ type: "cut", a: host, b: "*", direction: "both" });
    world.run(60 * SECOND);
    world.do({ type: "heal", a: host, b: "*" });
    world.run(60 * SECOND);
    expect(log(`etcd-${host}`)).toMatch(/raft.node: \d lost leader \d at term \d/);
    expect(log(`kube-apiserver-${host}`)).toContain("watch chan error: etcdserver: no leader\n");
    expect(log(pod, "?previous=true")).toMatch(
      /"Failed to renew lease"[^\n]*\n[^\n]*"Leaderelection lost"\n$/,
    );
  });
});
