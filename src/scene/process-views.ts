import { shimsOf } from "../sim/node/runtime/shims";
import type { LoadBalancerView } from "../sim/cluster/load-balancer";
import type { Cluster } from "../sim/cluster/cluster";
import type { Host } from "../sim/kernel/host";
import type { Process } from "../sim/kernel/process";
import type { ProcessRole, ProcessView } from "./types";

/** The processes that a host of each kind should run, in the order in which they are drawn. */
const EXPECTED: Readonly<Record<string, readonly string[]>> = {
  master: [
    "kube-apiserver",
    "kube-scheduler",
    "kube-controller-manager",
    "cloud-controller-manager",
    "etcd",
    "kubelet",
    "containerd",
    "kube-proxy",
  ],
  worker: ["kubelet", "containerd", "kube-proxy"],
  "load-balancer": ["haproxy"],
  workstation: ["kubectl"],
  users: ["users"],
  cloud: ["cloud"],
};

/** The processes of a host, those that should run but do not included. */
export function processViews(cluster: Cluster, host: Host): ProcessView[] {
  const names = (EXPECTED[host.kind] ?? []).filter(
    (n) => cluster.config.cloud || n !== "cloud-controller-manager",
  );
  return names.map((name) => processView(host, name));
}

function processView(host: Host, name: string): ProcessView {
  const process = host.processes.get(name);
  return {
    id: `${host.name}/${name}`,
    host: host.name,
    name,
    alive: process !== undefined,
    role: roleOf(name, process),
    detail: process === undefined ? "" : detailOf(name, process.view),
    restarts: restartsOf(host, name),
    timers: [],
  };
}

function roleOf(name: string, process: Process | undefined): ProcessRole {
  if (process === undefined) return "none";
  const view = process.view as { leading?: boolean; role?: string } | undefined;
  switch (name) {
    case "kube-scheduler":
    case "kube-controller-manager":
    case "cloud-controller-manager":
      return view?.leading === true ? "leading" : "standby";
    case "kube-apiserver":
      return "active";
    case "etcd":
      return view?.role === "leader" ? "leading" : view?.role === "follower" ? "follower" : "candidate";
    default:
      return "none";
  }
}

/** One short line about a component, from what it shows of itself. */
function detailOf(name: string, view: unknown): string {
  if (typeof view !== "object" || view === null) return "";
  const v = view as Record<string, unknown>;
  switch (name) {
    case "kube-apiserver":
      return `${Number(v["watches"] ?? 0)} watches · rev ${Number(v["revision"] ?? 0)}`;
    case "kube-scheduler":
    case "kube-controller-manager":
      return typeof v["queueLength"] === "number" && v["leading"] === true ? `queue ${v["queueLength"]}` : "";
    case "haproxy": {
      const { backends } = v as unknown as LoadBalancerView;
      return `${backends.filter((b) => b.healthy).length} of ${backends.length} healthy`;
    }
    default:
      return "";
  }
}

/** Times that a container of the control plane was started again since the host has power. */
function restartsOf(host: Host, name: string): number {
  if (!host.powered) return 0;
  let attempts = 0;
  for (const c of shimsOf(host).containers.values()) {
    if (c.sandbox.config.hostNetwork && c.config.name === name)
      attempts = Math.max(attempts, c.config.attempt);
  }
  return attempts;
}
