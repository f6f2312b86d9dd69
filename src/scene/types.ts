/**
 * The scene: the read model of a cluster that the stage draws.
 *
 * Plain data, structured-clone safe. Three truths stand side by side: *desired* (spec in etcd), *believed*
 * (status in etcd) and *actual* (what runs on the hosts at this instant). All times are virtual microseconds
 * since boot; all ids are stable for the life of what they name.
 */

/** How a pod looks on the stage; the table "State encoding" of the design names shape, glyph and word of each. */
export type PodLook =
  | "ready"
  | "not-ready"
  | "creating"
  | "pending"
  | "crash"
  | "terminating"
  | "succeeded"
  | "unknown";

/** An armed timer that matters, drawn as a draining ring. */
export interface TimerView {
  /** Its real name: "node lease", "node-monitor-grace-period", "toleration", "crash-loop back-off", … */
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** What really happens to a pod's containers on its machine, whatever the cluster believes. */
export type ActualPod = "none" | "starting" | "running" | "ready" | "exited";

export interface ContainerView {
  readonly name: string;
  readonly image: string;
  /** As believed: `Running`, `Waiting: CrashLoopBackOff`, `Terminated: OOMKilled` … */
  readonly state: string;
  readonly ready: boolean;
  readonly restarts: number;
  /** Is a process of this container alive on the host right now? */
  readonly alive: boolean;
}

export interface PodView {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  /** Last part of the name, short enough for a card: `web-x7k2p`. */
  readonly shortName: string;
  /** Node it is bound to (spec.nodeName), or "" while unscheduled. */
  readonly node: string;
  /** Key of the workload it belongs to (Deployment, else its owner, else itself): `Deployment/default/web`. */
  readonly workload: string;
  /** Uid of the direct owner (ReplicaSet …), or "". */
  readonly owner: string;
  /** Does the object exist in etcd? false: an orphan that still runs on a host. */
  readonly recorded: boolean;
  /** kubectl's STATUS column: Running, Pending, ContainerCreating, CrashLoopBackOff, Terminating … */
  readonly status: string;
  /** status.phase as recorded. */
  readonly phase: string;
  /** Condition Ready as recorded. */
  readonly believedReady: boolean;
  readonly actual: ActualPod;
  readonly look: PodLook;
  /** Word under the name: "Ready", "Pulling", "Crash", "believed" (recorded as running, nothing runs). */
  readonly word: string;
  readonly restarts: number;
  readonly ip: string;
  /** Position in its host's grid; kept for life. Unscheduled pods have one in the waiting row. */
  readonly slot: number;
  readonly containers: readonly ContainerView[];
  readonly timers: readonly TimerView[];
  /** Why it is not where it should be, in one sentence of the cluster's own words; "" when all is well. */
  readonly why: string;
  /** requests in millicores and bytes. */
  readonly cpuMilli: number;
  readonly memoryBytes: number;
  /** true for mirror pods of the control plane and other pods of kube-system that the stage draws as processes. */
  readonly system: boolean;
}

export type ProcessRole = "leading" | "standby" | "active" | "follower" | "candidate" | "none";

export interface ProcessView {
  /** Stable id `host/name`, e.g. `master-1/kube-apiserver`. */
  readonly id: string;
  readonly host: string;
  /** kube-apiserver, etcd, kube-scheduler, kubelet, containerd, kube-proxy … */
  readonly name: string;
  /** Does it run right now? */
  readonly alive: boolean;
  readonly role: ProcessRole;
  /** One short line about it: "41 watches · rev 1841", "queue 3". */
  readonly detail: string;
  readonly restarts: number;
  readonly timers: readonly TimerView[];
}

/** What the stage shows of one etcd member. */
export interface EtcdView {
  readonly term: number;
  readonly role: "leader" | "follower" | "candidate" | "pre-candidate" | "learner";
  readonly commit: number;
  readonly appended: number;
  readonly applied: number;
  /** Revision of the member's store. */
  readonly revision: number;
  /** The newest entries, oldest first, at most 14: committed here or not yet. */
  readonly log: readonly { readonly index: number; readonly committed: boolean }[];
}

export interface HostView {
  /** Name: `master-1`, `worker-2`, `load-balancer`, `workstation`, `users`, `cloud`. */
  readonly id: string;
  readonly kind: "master" | "worker" | "load-balancer" | "workstation" | "users" | "cloud";
  readonly ip: string;
  readonly powered: boolean;
  /** Position within its band (masters, workers); new ones append; kept for life. */
  readonly index: number;
  readonly zone: string;
  readonly processes: readonly ProcessView[];
  /** Only on masters. */
  readonly etcd?: EtcdView;
  /** The Node object's view; absent while there is no Node object of this name. */
  readonly node?: NodeView;
  /** Really used right now. */
  readonly cpuUsedMilli: number;
  readonly memoryUsedBytes: number;
}

export interface NodeView {
  /** The header word: Ready, NotReady, Unknown (no condition yet). */
  readonly word: "Ready" | "NotReady" | "Unknown";
  /** Reason of the Ready condition: KubeletReady, NodeStatusUnknown … */
  readonly reason: string;
  /** When the Ready condition last changed. */
  readonly since: number;
  readonly schedulable: boolean;
  readonly taints: readonly string[];
  /** Last renewal of the node's Lease, and how long it counts (microseconds); 0/0 without one. */
  readonly leaseRenewed: number;
  readonly leaseDuration: number;
  readonly cpuAllocatableMilli: number;
  readonly memoryAllocatableBytes: number;
  readonly cpuRequestedMilli: number;
  readonly memoryRequestedBytes: number;
  readonly cpuLimitsMilli: number;
  readonly memoryLimitsBytes: number;
  readonly maxPods: number;
  readonly timers: readonly TimerView[];
}

/** One ReplicaSet of a Deployment in the ledger. */
export interface ReplicaSetView {
  readonly uid: string;
  readonly name: string;
  readonly revision: number;
  readonly want: number;
  readonly have: number;
  readonly ready: number;
  readonly available: number;
  readonly images: readonly string[];
  /** The one that the Deployment's current template asks for. */
  readonly current: boolean;
}

/** A row of the ledger "declared · believed". */
export interface WorkloadView {
  /** `Deployment/default/web`. */
  readonly id: string;
  readonly kind: "Deployment" | "ReplicaSet" | "ReplicationController" | "Pod" | (string & {});
  readonly namespace: string;
  readonly name: string;
  readonly want: number;
  /** Pods that the cluster believes Ready. */
  readonly believedReady: number;
  /** Pods that really are ready on a host at this instant. */
  readonly reallyReady: number;
  readonly images: readonly string[];
  readonly pods: readonly string[];
  readonly replicaSets: readonly ReplicaSetView[];
  /** While rolling: at most this many pods in all, at least this many available. */
  readonly maxTotal: number;
  readonly minAvailable: number;
  readonly rolling: boolean;
  /** What blocks it, or "" ; e.g. "min available 3 holds back the old ReplicaSet". */
  readonly blockedBy: string;
  readonly system: boolean;
}

export interface ServiceView {
  readonly id: string;
  readonly namespace: string;
  readonly name: string;
  readonly type: string;
  readonly clusterIP: string;
  /** Addresses reachable from outside; `pending` while a load balancer is being made. */
  readonly external: readonly string[];
  readonly selector: string;
  readonly readyEndpoints: number;
  readonly ports: string;
}

/** A cut or bad link between two hosts. */
export interface LinkView {
  readonly id: string;
  readonly a: string;
  readonly b: string;
  /** blocked from a to b / from b to a */
  readonly cutAB: boolean;
  readonly cutBA: boolean;
  readonly lossPpm: number;
  readonly delay: number;
}

export interface HealthView {
  readonly etcdUp: number;
  readonly etcdTotal: number;
  /** A leader exists and a majority follows it: writes succeed. */
  readonly quorum: boolean;
  readonly apiUp: number;
  readonly apiTotal: number;
  readonly nodesReady: number;
  readonly nodesTotal: number;
  /** Worker machines that are really dead, hung or cut off though the cluster says Ready. */
  readonly nodesReallyDown: number;
  /** Of the pods that are wanted, how many the cluster believes Ready. */
  readonly podsReady: number;
  readonly podsWanted: number;
  readonly podsReallyReady: number;
  /** The whole sentence, as a screen reader reads it. */
  readonly sentence: string;
}

export interface TrafficView {
  readonly requestsPerSecond: number;
  /** Share of users' requests of the last 10 virtual seconds that were answered, 0..1; -1 without any. */
  readonly okShare: number;
  readonly lastError: string;
}

export interface CloudView {
  readonly present: boolean;
  readonly up: boolean;
  readonly machines: number;
  readonly loadBalancers: number;
  readonly routes: number;
}

/** One plain-English sentence about what just happened and why. */
export interface CaptionView {
  /** Trace id of what it tells about; grows with time. */
  readonly id: number;
  readonly at: number;
  /** The subject, printed in the accent colour; the sentence begins with it or contains it. */
  readonly subject: string;
  readonly text: string;
  /** Trace id of the caption that caused it, or 0: the story is indented by this. */
  readonly cause: number;
  /** 0 = only for the story, 1 = worth the big caption, 2 = must be read (failures, decisions). */
  readonly weight: 0 | 1 | 2;
  /** Ids of what to highlight: hosts, processes (`host/name`), pod uids, workload ids. */
  readonly about: readonly string[];
}

/** Who moves on the wire, and in which shape it is drawn. */
export type MessageShape =
  | "write"
  | "read"
  | "response"
  | "watch"
  | "raft"
  | "raft-reply"
  | "heartbeat"
  | "traffic"
  | "cri";

/** A message on the simulated network: drawn between `sent` and `received` (virtual time). */
export interface MessageView {
  readonly id: number;
  readonly cause: number;
  /** Process ids `host/name`; outside: `users/users`, `workstation/kubectl`, `cloud/cloud`. */
  readonly from: string;
  readonly to: string;
  /** Hosts it passes on the way, e.g. `load-balancer`. */
  readonly via: readonly string[];
  readonly sent: number;
  readonly received: number;
  readonly shape: MessageShape;
  /** HTTP status for responses, else 0; for raft replies 1 = accepted, -1 = rejected. */
  readonly code: number;
  /** Lost on the way: where it died is drawn as ×. */
  readonly dropped: boolean;
  /** Heartbeats, renewals, unchanged status and what follows from them: hidden unless "Everything". */
  readonly quiet: boolean;
  /** "PATCH pods/web-2 status · rev 418". */
  readonly label: string;
  /** What it is about, for highlighting: `pods/default/web-2`. */
  readonly subject: string;
}

/** Entities by id. Views are replaced, never mutated: the same reference means unchanged. */
export interface Scene {
  readonly time: number;
  /** Virtual time at which the stage opens (the cluster has booted); the page shows times relative to it. */
  readonly openedAt: number;
  readonly hosts: Readonly<Record<string, HostView>>;
  readonly pods: Readonly<Record<string, PodView>>;
  readonly workloads: Readonly<Record<string, WorkloadView>>;
  readonly services: Readonly<Record<string, ServiceView>>;
  readonly links: Readonly<Record<string, LinkView>>;
  readonly health: HealthView;
  readonly traffic: TrafficView;
  readonly cloud: CloudView;
  /** Newest last; bounded. */
  readonly captions: readonly CaptionView[];
}

/** What changed since the scene before: apply with `applyDelta`. */
export interface SceneDelta {
  readonly time: number;
  readonly openedAt?: number;
  readonly upsert: {
    readonly hosts?: readonly HostView[];
    readonly pods?: readonly PodView[];
    readonly workloads?: readonly WorkloadView[];
    readonly services?: readonly ServiceView[];
    readonly links?: readonly LinkView[];
  };
  /** Ids that are gone. */
  readonly remove: {
    readonly hosts?: readonly string[];
    readonly pods?: readonly string[];
    readonly workloads?: readonly string[];
    readonly services?: readonly string[];
    readonly links?: readonly string[];
  };
  readonly health?: HealthView;
  readonly traffic?: TrafficView;
  readonly cloud?: CloudView;
  /** New captions since the last delta. */
  readonly captions?: readonly CaptionView[];
}
