/** Nodes and pods as the server would store them, and a scheduler without a cluster around it. */
import type { Node, Pod, PodSpec, PodStatus } from "../api/types";
import { Kernel } from "../kernel/kernel";
import { Algorithm } from "../scheduler/algorithm";
import { Cache } from "../scheduler/cache";
import { DefaultSelector, type WorkloadListers } from "../scheduler/default-selector";
import { Framework } from "../scheduler/framework/framework";
import { defaultProfile } from "../scheduler/profile";
import { Nominator } from "../scheduler/queue/nominator";

export interface NodeParts {
  readonly cpu?: string;
  readonly memory?: string;
  readonly pods?: string;
  readonly labels?: Record<string, string>;
  readonly spec?: Node["spec"];
  readonly status?: Node["status"];
}

/** A Ready node; 4 CPUs, 8 GiB and 110 pods unless told otherwise. */
export function makeNode(name: string, parts: NodeParts = {}): Node {
  const { cpu = "4", memory = "8Gi", pods = "110" } = parts;
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name,
      uid: `uid-${name}`,
      resourceVersion: "1",
      creationTimestamp: "2026-01-01T00:00:00Z",
      labels: { "kubernetes.io/hostname": name, ...parts.labels },
    },
    spec: parts.spec ?? {},
    status: {
      allocatable: { cpu, memory, pods, "ephemeral-storage": "100Gi" },
      conditions: [{ type: "Ready", status: "True" }],
      ...parts.status,
    },
  };
}

export interface PodParts {
  readonly cpu?: string;
  readonly memory?: string;
  readonly namespace?: string;
  readonly labels?: Record<string, string>;
  readonly node?: string;
  readonly priority?: number;
  readonly spec?: Partial<PodSpec>;
  readonly status?: PodStatus;
  readonly metadata?: Partial<Pod["metadata"]>;
}

/** A pod with one container; it asks for nothing unless told otherwise. */
export function makePod(name: string, parts: PodParts = {}): Pod {
  const requests: Record<string, string> = {};
  if (parts.cpu !== undefined) requests["cpu"] = parts.cpu;
  if (parts.memory !== undefined) requests["memory"] = parts.memory;
  const spec: PodSpec = {
    schedulerName: "default-scheduler",
    containers: [{ name: "c", image: "nginx", resources: { requests } }],
    ...parts.spec,
  };
  if (parts.node !== undefined) spec.nodeName = parts.node;
  if (parts.priority !== undefined) spec.priority = parts.priority;
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name,
      namespace: parts.namespace ?? "default",
      uid: `uid-${name}`,
      resourceVersion: "1",
      creationTimestamp: "2026-01-01T00:00:00Z",
      labels: parts.labels ?? {},
      ...parts.metadata,
    },
    spec,
    status: parts.status ?? { phase: "Pending" },
  };
}

const NO_WORKLOADS: WorkloadListers = {
  servicesOf: () => [],
  replicaSet: () => undefined,
  statefulSet: () => undefined,
  replicationController: () => undefined,
};

/** Cache, framework and algorithm with the default profile, filled with nodes and bound pods. */
export class SchedulerBench {
  readonly kernel = new Kernel({ seed: 7 });
  readonly cache = new Cache();
  readonly nominator = new Nominator();
  readonly framework: Framework;
  readonly algorithm: Algorithm;

  constructor(nodes: readonly Node[], bound: readonly Pod[] = [], workloads = NO_WORKLOADS) {
    for (const node of nodes) this.cache.setNode(node);
    for (const pod of bound) this.cache.setPod(pod);
    const selector = new DefaultSelector(workloads);
    this.framework = new Framework(defaultProfile(this.cache, selector), this.cache);
    const rng = this.kernel.rng("scheduler");
    this.algorithm = new Algorithm(this.framework, this.cache, this.nominator, rng);
  }
}
