/**
 * Everything a user can do to a cluster, as data.
 *
 * A history (seed, configuration and these commands with their virtual times) is all that is needed to
 * live through a session again, to the byte. Nothing else may influence a cluster from outside.
 */

import type { ShellInput } from "../terminal/terminal";
import type { StreamInput } from "../api/http";

/** What a cluster is made of. Together with the commands it determines every byte of a run. */
export interface ClusterConfig {
  /** Seed of every random stream; an unsigned 32-bit integer. */
  readonly seed: number;
  /** Number of masters: 1, 3, 5 or 7. */
  readonly masters: number;
  /** Number of workers the cluster starts with: 0 to 5000. */
  readonly workers: number;
  /** With a cloud (machines, load balancers, routes, cloud-controller-manager), or on-premises without. */
  readonly cloud: boolean;
  /** What is deployed once the control plane answers. */
  readonly workload: "none" | "web";
  /** Requests a second that users send to the Service `web`; 0 for none. */
  readonly traffic: number;
}

/** A request of the operator's workstation to the API server, as an HTTP client would send it. */
export interface HttpRequestSpec {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Path with query, e.g. `/api/v1/namespaces/default/pods?limit=5`. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Parsed JSON body; absent for none. */
  readonly body?: unknown;
  /** Paths of the fields that the text of the body had twice, as `spec.replicas`. */
  readonly duplicateFields?: readonly string[];
}

/** The other end of a cut link; `*` is every other host. */
export type HostOrAll = string;

export type Command =
  /** Pull the plug: every process dies at once, what was not fsynced is lost, nobody is told. */
  | { readonly type: "power-off"; readonly host: string }
  | { readonly type: "power-on"; readonly host: string }
  /** Kill one process (SIGKILL). Whoever supervises it (systemd, the kubelet) starts it again. */
  | { readonly type: "crash-process"; readonly host: string; readonly process: string }
  /** Kill the main process of a pod's container on its host; the container's name, or all of them when absent. */
  | {
      readonly type: "crash-container";
      readonly namespace: string;
      readonly pod: string;
      readonly container?: string;
    }
  /** Cut the network: from `a` to `b` only, or both ways. */
  | { readonly type: "cut"; readonly a: string; readonly b: HostOrAll; readonly direction: "both" | "a-to-b" }
  | { readonly type: "heal"; readonly a: string; readonly b: HostOrAll }
  /** Make a link bad: extra delay in microseconds one way, loss in parts per million; zeros restore it. */
  | {
      readonly type: "set-link";
      readonly a: string;
      readonly b: HostOrAll;
      readonly delay: number;
      readonly lossPpm: number;
    }
  /** Multiply the time that an fsync takes on a host; 1 restores it. */
  | { readonly type: "slow-disk"; readonly host: string; readonly factor: number }
  /** A new machine joins as a worker (name chosen by the cluster: the next free `worker-N`). */
  | { readonly type: "add-worker" }
  /** The machine is given up for good: power off, machine gone from the cloud (or, on-premises, from the rack). */
  | { readonly type: "remove-worker"; readonly host: string }
  /** Requests a second that users send to a Service's outside address or node port. */
  | { readonly type: "set-traffic"; readonly requestsPerSecond: number }
  /** The cloud's own API stops answering, or answers again. */
  | { readonly type: "cloud-outage"; readonly on: boolean }
  /** The operator's workstation sends a request to the API. `id` names it for whoever waits for the answer. */
  | {
      readonly type: "http";
      readonly id: string;
      readonly request: HttpRequestSpec;
      /** The answer may go on (a watch, a log, `exec`) until it ends or `http-cancel` hangs up. */
      readonly stream?: boolean;
    }
  /** It says more to a server whose answer goes on, as one who types into `exec`. */
  | { readonly type: "http-input"; readonly id: string; readonly input: StreamInput }
  /** It hangs up. */
  | { readonly type: "http-cancel"; readonly id: string }
  /**
   * A line typed into a terminal of the operator's workstation. `id` names it for inputs and for whoever shows its
   * output; `hidden`: the terminal asks by itself, for Tab.
   */
  | {
      readonly type: "shell";
      readonly id: string;
      readonly session: string;
      readonly line: string;
      /** Columns of the terminal. */
      readonly width: number;
      readonly hidden?: boolean;
    }
  /** What the user gives to a line that runs: Ctrl+C, text, the editor's content. */
  | { readonly type: "shell-input"; readonly id: string; readonly input: ShellInput }
  /** Puts a file on the workstation's disk, or takes it away. `path` is absolute. */
  | { readonly type: "write-file"; readonly path: string; readonly text: string }
  | { readonly type: "remove-file"; readonly path: string };

/** A command and the virtual time (microseconds since boot) at which it was given. */
export interface HistoryEntry {
  readonly at: number;
  readonly command: Command;
}

/** A whole session: enough to rebuild it exactly. */
export interface History {
  /** Version of this format; raised when old histories would run differently. */
  readonly version: 1;
  readonly config: ClusterConfig;
  readonly entries: readonly HistoryEntry[];
}
