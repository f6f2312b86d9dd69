/**
 * The Container Runtime Interface as data: what the kubelet asks of the runtime over its socket, and what it gets
 * (cri-api `pkg/apis/runtime/v1/api.proto`, as far as anything here needs it). Records are never changed in place:
 * a status that looks the same is the same object.
 */
import type { Result } from "../../../../shared/result";
import type { Micros } from "../../../kernel/time";

/** Name of the runtime's unix socket on its host. */
export const CRI_SOCKET = "containerd.sock";

/** resolv.conf of a pod. */
export interface DnsConfig {
  readonly servers: readonly string[];
  readonly searches: readonly string[];
  readonly ndots: number;
}

export interface SandboxConfig {
  readonly podUid: string;
  readonly namespace: string;
  readonly name: string;
  /** Counts the sandboxes that this pod has had on this host, from 0. */
  readonly attempt: number;
  readonly hostNetwork: boolean;
  readonly dns: DnsConfig;
}

export interface EnvVar {
  readonly name: string;
  readonly value: string;
}

/**
 * What a container is given: millicores and bytes; 0: none. Real runtimes have no place for the request of memory,
 * and kubelets keep a second record of it; here it comes along.
 */
export interface ContainerResources {
  readonly cpuRequest: number;
  readonly cpuLimit: number;
  readonly memoryRequest: number;
  readonly memoryLimit: number;
}

/** A folder or file of the host, seen inside a container. */
export interface Mount {
  readonly containerPath: string;
  readonly hostPath: string;
}

export interface ContainerConfig {
  readonly name: string;
  /** Reference as in the pod's spec. */
  readonly image: string;
  /** Restart count of this container when it was created. */
  readonly attempt: number;
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly env: readonly EnvVar[];
  readonly resources: ContainerResources;
  /** Its `hostPath` volumes. */
  readonly mounts: readonly Mount[];
  /** Tells whether the container's part of the spec has changed (annotation io.kubernetes.container.hash). */
  readonly hash: string;
  /** Does it keep its standard input open, for whoever attaches? */
  readonly stdin: boolean;
  readonly tty: boolean;
  /** Seconds of grace that it was created with, for a kubelet that no longer knows its pod. */
  readonly gracePeriod: number;
}

export type SandboxState = "READY" | "NOTREADY";

export interface SandboxStatus {
  readonly id: string;
  readonly config: SandboxConfig;
  readonly state: SandboxState;
  /** "" for pods in the host's network. */
  readonly ip: string;
  readonly createdAt: Micros;
}

export type ContainerState = "CREATED" | "RUNNING" | "EXITED" | "UNKNOWN";

export interface ContainerStatus {
  readonly id: string;
  readonly sandboxId: string;
  readonly podUid: string;
  readonly name: string;
  readonly attempt: number;
  readonly image: string;
  /** Repository digest of the image. */
  readonly imageId: string;
  readonly hash: string;
  readonly gracePeriod: number;
  /** What it is given now. */
  readonly resources: ContainerResources;
  readonly state: ContainerState;
  readonly createdAt: Micros;
  /** 0 before. */
  readonly startedAt: Micros;
  readonly finishedAt: Micros;
  readonly exitCode: number;
  /** Completed, Error, OOMKilled, StartError, Unknown; "" while it runs. */
  readonly reason: string;
  readonly message: string;
}

/** All that a runtime has of one pod, newest first. */
export interface PodStatus {
  readonly uid: string;
  readonly sandboxes: readonly SandboxStatus[];
  readonly containers: readonly ContainerStatus[];
}

export interface ImageRecord {
  /** Normalized reference, e.g. `docker.io/library/nginx:1.28`. */
  readonly reference: string;
  readonly id: string;
  readonly size: number;
  readonly layers: readonly string[];
}

export interface RuntimeCondition {
  readonly ready: boolean;
  readonly reason: string;
  readonly message: string;
}

export interface RuntimeStatus {
  readonly runtime: RuntimeCondition;
  readonly network: RuntimeCondition;
}

export interface ContainerStats {
  readonly id: string;
  readonly podUid: string;
  readonly name: string;
  readonly cpuMilli: number;
  readonly memoryBytes: number;
}

export interface ExecResult {
  readonly exitCode: number;
  readonly output: string;
}

/** Pushed on the stream of GetContainerEvents: something about a pod is not as it was. */
export interface ContainerEvent {
  readonly podUid: string;
  readonly containerId: string;
  /** `UPDATED`: its resources. Real runtimes do not tell; the kubelet looks with each relist until it sees them. */
  readonly type: "CREATED" | "STARTED" | "STOPPED" | "DELETED" | "SANDBOX" | "UPDATED";
}

/** gRPC status of a failed call. */
export interface CriError {
  readonly code:
    | "NotFound"
    | "Unavailable"
    | "DeadlineExceeded"
    | "InvalidArgument"
    | "Unknown"
    | "FailedPrecondition";
  readonly message: string;
}

/** The calls, by name: what goes in and what comes out. */
export interface CriCalls {
  RunPodSandbox: { in: { config: SandboxConfig }; out: string };
  StopPodSandbox: { in: { sandboxId: string }; out: null };
  RemovePodSandbox: { in: { sandboxId: string }; out: null };
  /** Statuses of the pods asked for, or of all; pods that are unknown are left out. */
  ListPodSandbox: { in: { podUids: readonly string[] | undefined }; out: readonly PodStatus[] };
  CreateContainer: { in: { sandboxId: string; config: ContainerConfig }; out: string };
  StartContainer: { in: { containerId: string }; out: null };
  StopContainer: { in: { containerId: string; timeout: Micros }; out: null };
  RemoveContainer: { in: { containerId: string }; out: null };
  /** Gives a running container more or less. */
  UpdateContainerResources: { in: { containerId: string; resources: ContainerResources }; out: null };
  ListContainers: { in: { podUid: string | undefined }; out: readonly ContainerStatus[] };
  ContainerStatus: { in: { containerId: string }; out: ContainerStatus };
  ContainerStats: { in: Record<string, never>; out: readonly ContainerStats[] };
  ExecSync: { in: { containerId: string; command: readonly string[]; timeout: Micros }; out: ExecResult };
  ImageStatus: { in: { image: string }; out: ImageRecord | null };
  ListImages: { in: Record<string, never>; out: readonly ImageRecord[] };
  PullImage: { in: { image: string; podUid: string }; out: ImageRecord };
  RemoveImage: { in: { image: string }; out: null };
  Status: { in: Record<string, never>; out: RuntimeStatus };
  UpdateRuntimeConfig: { in: { podCidr: string }; out: null };
}

export type CriMethod = keyof CriCalls;

/** A request on the socket; the parameters of its method stand beside its name. */
export type CriRequest = {
  [M in CriMethod]: { readonly method: M } & Readonly<CriCalls[M]["in"]>;
}[CriMethod];

/** Asks for the stream of `ContainerEvent`s. */
export interface CriEventsRequest {
  readonly method: "GetContainerEvents";
}

/** Runs a command inside a container; a stream of `StreamOutput`s follows, and `StreamInput`s go the other way. */
export interface CriExecRequest {
  readonly method: "Exec";
  readonly containerId: string;
  readonly command: readonly string[];
  readonly stdin: boolean;
  readonly tty: boolean;
}

/** The same with the container's main program. */
export interface CriAttachRequest {
  readonly method: "Attach";
  readonly containerId: string;
}

export type CriResult<M extends CriMethod> = Result<CriCalls[M]["out"], CriError>;
