/** Nodes (kubectl `pkg/describe/describe.go` describeNode). */
import { compareCodePoints } from "../../../shared/compare";
import { translateTimestamp } from "../../api/duration";
import { podRequests, specRequests, type Resources } from "../../api/pod-requests";
import { canonicalQuantity, formatBytes, formatMilli, milliValue, value } from "../../api/quantity";
import type { Lease, Node, Pod, PodSpec, Taint } from "../../api/types";
import type { Task } from "../../kernel/task";
import { describeEvents, eventsOf, findEvents } from "./events";
import type { Related } from "./related";
import { rfc1123 } from "./time";
import { annotations, labels, pairs, sortedKeys, Writer } from "./writer";

const ROLE = "node-role.kubernetes.io/";
const HEARTBEAT = "LastHeartbeatTime\tLastTransitionTime\tReason\tMessage";

export function* describeNode(node: Node, related: Related): Task<string> {
  const { metadata, spec, status } = node;
  const { name } = metadata;
  const selector = `spec.nodeName=${name},status.phase!=Failed,status.phase!=Succeeded`;
  const pods = yield* related.list<Pod>("/api/v1/pods", { fieldSelector: selector });
  const own = yield* eventsOf(related, node);
  // The kubelet names its node by name where others give the uid.
  const kubelets = yield* findEvents(related, { kind: "Node", namespace: "", name, uid: name });
  const lease = yield* related.get<Lease>(
    `/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/${name}`,
  );
  const w = new Writer();
  w.line(0, `Name:\t${name}`);
  w.line(0, `Roles:\t${roles(node) || "<none>"}`);
  labels(w, "Labels", metadata.labels);
  annotations(w, "Annotations", metadata.annotations);
  w.line(0, `CreationTimestamp:\t${rfc1123(metadata.creationTimestamp)}`);
  pairs(w, "Taints", taints(spec.taints));
  w.line(0, `Unschedulable:\t${spec.unschedulable ?? false}`);
  describeLease(w, lease, name);
  conditions(w, node);
  w.line(0, "Addresses:");
  for (const { type, address } of status.addresses ?? []) w.line(1, `${type}:\t${address}`);
  amounts(w, "Capacity", status.capacity);
  amounts(w, "Allocatable", status.allocatable);
  systemInfo(w, node);
  if (pods === undefined) w.line(0, "Pods:\tnot authorized");
  else describePods(w, node, pods, related.nowUs);
  describeEvents(w, own === undefined ? undefined : [...own, ...(kubelets ?? [])], related.nowUs);
  return w.toString();
}

function roles({ metadata }: Node): string {
  const found = new Set<string>();
  for (const [key, text] of Object.entries(metadata.labels ?? {})) {
    if (key.startsWith(ROLE) && key !== ROLE) found.add(key.slice(ROLE.length));
    if (key === "kubernetes.io/role" && text !== "") found.add(text);
  }
  return [...found].sort(compareCodePoints).join(",");
}

function taints(list: readonly Taint[] | undefined): string[] {
  const order = ({ effect, key }: Taint): string => `${effect},${key}`;
  return (list ?? [])
    .toSorted((a, b) => compareCodePoints(order(a), order(b)))
    .map(({ key, value: text, effect }) => {
      if (!effect) return text ? `${key}=${text}:` : key;
      return text ? `${key}=${text}:${effect}` : `${key}:${effect}`;
    });
}

function describeLease(w: Writer, lease: Lease | undefined, name: string): void {
  if (lease === undefined) {
    w.line(0, `Lease:\tFailed to get lease: leases.coordination.k8s.io ${JSON.stringify(name)} not found`);
    return;
  }
  const { holderIdentity, acquireTime, renewTime } = lease.spec;
  w.line(0, "Lease:");
  w.line(1, `HolderIdentity:\t${holderIdentity ?? "<unset>"}`);
  w.line(1, `AcquireTime:\t${acquireTime === undefined ? "<unset>" : rfc1123(acquireTime)}`);
  w.line(1, `RenewTime:\t${renewTime === undefined ? "<unset>" : rfc1123(renewTime)}`);
}

function conditions(w: Writer, { status }: Node): void {
  if ((status.conditions ?? []).length === 0) return;
  w.line(0, "Conditions:");
  w.line(1, `Type\tStatus\t${HEARTBEAT}`);
  w.line(1, `----\t------\t${HEARTBEAT.replaceAll(/[A-Za-z]/g, "-")}`);
  for (const c of status.conditions ?? []) {
    const when = `${rfc1123(c.lastHeartbeatTime)} \t${rfc1123(c.lastTransitionTime)}`;
    w.line(1, `${c.type} \t${c.status} \t${when} \t${c.reason ?? ""} \t${c.message ?? ""}`);
  }
}

function amounts(w: Writer, title: string, list: Readonly<Record<string, string>> | undefined): void {
  const names = sortedKeys(list);
  if (names.length > 0) w.line(0, `${title}:`);
  for (const name of names) w.line(1, `${name}:\t${canonicalQuantity(list?.[name] ?? "")}`);
}

function systemInfo(w: Writer, { spec, status }: Node): void {
  const info = status.nodeInfo;
  w.line(0, "System Info:");
  w.line(1, `Machine ID:\t${info?.machineID ?? ""}`);
  w.line(1, `System UUID:\t${info?.systemUUID ?? ""}`);
  w.line(1, `Boot ID:\t${info?.bootID ?? ""}`);
  w.line(1, `Kernel Version:\t${info?.kernelVersion ?? ""}`);
  w.line(1, `OS Image:\t${info?.osImage ?? ""}`);
  w.line(1, `Operating System:\t${info?.operatingSystem ?? ""}`);
  w.line(1, `Architecture:\t${info?.architecture ?? ""}`);
  w.line(1, `Container Runtime Version:\t${info?.containerRuntimeVersion ?? ""}`);
  w.line(1, `Kubelet Version:\t${info?.kubeletVersion ?? ""}`);
  w.line(1, `Kube-Proxy Version:\t${info?.kubeProxyVersion ?? ""}`);
  if (spec.podCIDR) w.line(0, `PodCIDR:\t${spec.podCIDR}`);
  if ((spec.podCIDRs ?? []).length > 0) w.line(0, `PodCIDRs:\t${spec.podCIDRs?.join(",")}`);
  if (spec.providerID) w.line(0, `ProviderID:\t${spec.providerID}`);
}

/** The limits of a pod, summed as its requests are: the same rules over the other list. */
function podLimits(pod: Pod): Resources {
  const swap = <T extends { resources?: { limits?: object; requests?: object } }>(container: T): T =>
    ({ ...container, resources: { requests: container.resources?.limits } }) as unknown as T;
  const { overhead: _none, ...rest } = pod.spec;
  const spec = { ...rest, containers: pod.spec.containers.map(swap) };
  const inits = pod.spec.initContainers;
  return specRequests((inits === undefined ? spec : { ...spec, initContainers: inits.map(swap) }) as PodSpec);
}

function percent(part: number, whole: number): string {
  return `(${whole === 0 ? 0 : Math.trunc((part / whole) * 100)}%)`;
}

function describePods(w: Writer, node: Node, pods: readonly Pod[], nowUs: number): void {
  const allocatable = node.status.allocatable ?? node.status.capacity ?? {};
  const cpu = milliValue(allocatable["cpu"] ?? "0");
  const memory = value(allocatable["memory"] ?? "0");
  const disk = value(allocatable["ephemeral-storage"] ?? "0");
  const cores = (milli: number): string => `${formatMilli(milli)} ${percent(milli, cpu)}`;
  const bytes = (n: number): string => `${n === 0 ? "0" : formatBytes(n)} ${percent(n, memory)}`;
  w.line(0, `Non-terminated Pods:\t(${pods.length} in total)`);
  w.line(1, "Namespace\tName\t\tCPU Requests\tCPU Limits\tMemory Requests\tMemory Limits\tAge");
  w.line(1, "---------\t----\t\t------------\t----------\t---------------\t-------------\t---");
  const all = { requests: { cpu: 0, memory: 0, disk: 0 }, limits: { cpu: 0, memory: 0, disk: 0 } };
  for (const pod of pods) {
    const requests = podRequests(pod);
    const limits = podLimits(pod);
    sum(all.requests, requests);
    sum(all.limits, limits);
    const { namespace, name, creationTimestamp } = pod.metadata;
    const numbers = [requests.cpuMilli, limits.cpuMilli].map(cores).join("\t");
    const sizes = [requests.memoryBytes, limits.memoryBytes].map(bytes).join("\t");
    w.line(
      1,
      `${namespace}\t${name}\t\t${numbers}\t${sizes}\t${translateTimestamp(creationTimestamp, nowUs)}`,
    );
  }
  w.line(0, "Allocated resources:");
  w.line(1, "(Total limits may be over 100 percent, i.e., overcommitted.)");
  w.line(1, "Resource\tRequests\tLimits");
  w.line(1, "--------\t--------\t------");
  const { requests, limits } = all;
  const onDisk = (n: number): string => `${n === 0 ? "0" : formatBytes(n)} ${percent(n, disk)}`;
  w.line(1, `cpu\t${cores(requests.cpu)}\t${cores(limits.cpu)}`);
  w.line(1, `memory\t${bytes(requests.memory)}\t${bytes(limits.memory)}`);
  w.line(1, `ephemeral-storage\t${onDisk(requests.disk)}\t${onDisk(limits.disk)}`);
  for (const name of sortedKeys(allocatable)) {
    if (name.startsWith("hugepages-")) w.line(1, `${name}\t${canonicalQuantity("0")} (0%)\t0 (0%)`);
  }
}

function sum(total: { cpu: number; memory: number; disk: number }, added: Resources): void {
  total.cpu += added.cpuMilli;
  total.memory += added.memoryBytes;
  total.disk += added.ephemeralBytes;
}
