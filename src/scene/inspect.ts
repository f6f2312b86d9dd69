import { formatTime, parseTime } from "../sim/api/time";
import type { ApiObject, Event, Pod } from "../sim/api/types";
import type { Cluster } from "../sim/cluster/cluster";
import type { Inspection, InspectTarget } from "./inspect-types";

interface Conditioned extends ApiObject {
  status?: {
    conditions?: readonly {
      type: string;
      status: string;
      reason?: string;
      message?: string;
      lastTransitionTime?: string;
    }[];
  };
}

const NOTHING: Inspection = { title: "", summary: [], object: null, conditions: [], events: [], why: [] };

/** Where workloads are recorded, by kind. */
const TABLES = {
  Deployment: "deployments",
  ReplicaSet: "replicaSets",
  StatefulSet: "statefulSets",
  DaemonSet: "daemonSets",
  Job: "jobs",
  Pod: "pods",
} as const;

/** What the inspector shows of one thing: as recorded in etcd, and as it runs. Costs no simulated time. */
export function inspect(cluster: Cluster, target: InspectTarget): Inspection {
  cluster.recorded.refresh();
  switch (target.kind) {
    case "pod":
      return inspectPod(cluster, target.uid);
    case "host":
      return inspectHost(cluster, target.host);
    case "process":
      return inspectProcess(cluster, target.host, target.process);
    case "workload": {
      const [kind = "", namespace = "", name = ""] = target.id.split("/");
      const key = Object.hasOwn(TABLES, kind)
        ? TABLES[kind as keyof typeof TABLES]
        : "replicationControllers";
      return inspectObject(cluster, cluster.recorded[key].get(`${namespace}/${name}`), target.id);
    }
    case "service":
      return inspectObject(cluster, cluster.recorded.services.get(target.id), target.id);
  }
}

function inspectPod(cluster: Cluster, uid: string): Inspection {
  const pod = cluster.recorded.podByUid(uid);
  if (pod === undefined) return { ...NOTHING, title: uid, why: ["Its object is not in etcd."] };
  const base = inspectObject(cluster, pod, `${pod.metadata.namespace}/${pod.metadata.name}`);
  const summary: (readonly [string, string])[] = [
    ...base.summary,
    ["Node", pod.spec.nodeName ?? "none yet"],
    ["IP", pod.status.podIP ?? "none yet"],
    ["Phase", pod.status.phase ?? ""],
    ["QoS class", pod.status.qosClass ?? ""],
    ["Image", pod.spec.containers.map((c) => c.image ?? "").join(", ")],
  ];
  return { ...base, summary, why: whyPod(cluster, pod) };
}

/** The scheduler's newest decisions on the pod, and what its conditions say. */
function whyPod(cluster: Cluster, pod: Pod): string[] {
  const subject = `pods/${pod.metadata.namespace}/${pod.metadata.name}`;
  const lines: string[] = [];
  for (const f of cluster.kernel.trace.factsAfter(0)) {
    if (f.kind !== "schedule-decision" || f.subject !== subject) continue;
    const d = f.data as {
      node?: string;
      message?: string;
      nodes?: readonly { node: string; failed?: string; reason?: string; score?: number }[];
    };
    lines.push(d.node ? `The scheduler chose ${d.node}.` : `The scheduler found no node: ${d.message ?? ""}`);
    for (const n of d.nodes ?? []) {
      lines.push(n.failed ? `${n.node}: ${n.reason ?? n.failed}` : `${n.node}: score ${n.score ?? 0}`);
    }
  }
  for (const c of pod.status.conditions ?? []) {
    if (c.status !== "True" && c.message) lines.push(`${c.type}: ${c.message}`);
  }
  return lines.slice(-40);
}

function inspectHost(cluster: Cluster, name: string): Inspection {
  const host = cluster.kernel.network.hosts.get(name);
  if (host === undefined) return { ...NOTHING, title: name };
  const base = inspectObject(cluster, cluster.recorded.nodes.get(name), name);
  return {
    ...base,
    title: name,
    summary: [
      ["Address", host.ip],
      ["Power", host.powered ? `on since ${formatTime(host.bootedAt)}` : "off"],
      ["Boots", String(host.boots)],
      ["Processes", String(host.processes.size)],
      ["CPU", `${host.cpuMilli} m`],
      ["Memory", `${Math.round(host.memoryBytes / (1024 * 1024))} MiB`],
      ...base.summary.filter(([label]) => label !== "Name"),
    ],
  };
}

function inspectProcess(cluster: Cluster, hostName: string, name: string): Inspection {
  const process = cluster.kernel.network.hosts.get(hostName)?.processes.get(name);
  const mirror = cluster.recorded.pods.get(`kube-system/${name}-${hostName}`);
  const base = inspectObject(cluster, mirror, name);
  const state = process === undefined ? "not running" : `running since ${formatTime(process.startedAt)}`;
  const shown = process?.view;
  const facts =
    typeof shown === "object" && shown !== null ? plainFields(shown as Record<string, unknown>) : [];
  return {
    ...base,
    title: `${name} on ${hostName}`,
    summary: [
      ["State", state],
      ...(process ? [["PID", String(process.pid)] as [string, string]] : []),
      ...facts,
    ],
  };
}

/** Numbers, words and flags that a component shows of itself. */
function plainFields(view: Record<string, unknown>): [string, string][] {
  const rows: [string, string][] = [];
  const names = new Set(Object.keys(view));
  const proto = Object.getPrototypeOf(view) as object | null;
  if (proto !== null && proto !== Object.prototype) {
    for (const [n, d] of Object.entries(Object.getOwnPropertyDescriptors(proto))) if (d.get) names.add(n);
  }
  for (const n of names) {
    const v = view[n];
    if (typeof v === "number" || typeof v === "string" || typeof v === "boolean") rows.push([n, String(v)]);
  }
  return rows;
}

function inspectObject(cluster: Cluster, object: ApiObject | undefined, title: string): Inspection {
  if (object === undefined) return { ...NOTHING, title };
  const meta = object.metadata;
  const summary: [string, string][] = [
    ["Kind", `${object.kind} (${object.apiVersion})`],
    ["Name", meta.name ?? ""],
    ...(meta.namespace ? [["Namespace", meta.namespace] as [string, string]] : []),
    ["Created", meta.creationTimestamp ?? ""],
    ["Revision", meta.resourceVersion ?? ""],
    ...(meta.labels ? [["Labels", labels(meta.labels)] as [string, string]] : []),
  ];
  return {
    title,
    summary,
    object,
    conditions: ((object as Conditioned).status?.conditions ?? []).map((c) => ({
      type: c.type,
      status: c.status,
      reason: c.reason ?? "",
      message: c.message ?? "",
      since: c.lastTransitionTime === undefined ? 0 : parseTime(c.lastTransitionTime),
    })),
    events: eventsOf(cluster, object),
    why: [],
  };
}

function labels(all: Readonly<Record<string, string>>): string {
  return Object.entries(all)
    .map(([k, v]) => `${k}=${v}`)
    .join(", ");
}

function eventsOf(cluster: Cluster, object: ApiObject): Inspection["events"] {
  const { name, namespace } = object.metadata;
  const about = (e: Event): boolean =>
    e.involvedObject.kind === object.kind &&
    e.involvedObject.name === name &&
    (namespace === undefined || e.involvedObject.namespace === namespace);
  const at = (e: Event): number =>
    parseTime(e.lastTimestamp ?? e.firstTimestamp ?? e.metadata.creationTimestamp);
  return [...cluster.recorded.events.values()]
    .filter(about)
    .map((e) => ({
      at: at(e),
      type: e.type ?? "",
      reason: e.reason ?? "",
      message: e.message ?? "",
      count: e.count ?? 1,
      source: e.source?.component ?? e.reportingComponent ?? "",
    }))
    .sort((a, b) => b.at - a.at || (a.reason < b.reason ? -1 : 1));
}
