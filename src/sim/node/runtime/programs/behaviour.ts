import type { LogStyle } from "./log-lines";
import type { Micros } from "../../../kernel/time";

/** What the stop signal does. `drain`: finish the requests at hand, then end. `ignore`: as PID 1 without a handler. */
export type OnTerm =
  | { readonly kind: "drain"; readonly code: number }
  | { readonly kind: "exit"; readonly code: number }
  | { readonly kind: "ignore" };

/** How a program answers requests. */
export interface Serving {
  readonly port: number;
  /** Time from a request's arrival to its answer, CPU aside: at least and at most. */
  readonly latency: readonly [Micros, Micros];
  /** CPU time that a request takes. */
  readonly cpuPerRequest: Micros;
  /** Paths that exist; undefined: all. Others get 404. */
  readonly paths?: readonly string[];
}

/**
 * What a container's main program does, as data. Teaching images read a few of these from their environment:
 * PORT, STARTUP_SECONDS, RUN_SECONDS, EXIT_CODE, LEAK (bytes a second, a quantity), CPU_MS (a request's CPU
 * time) and CALLS (comma-separated URLs that each request calls in turn).
 */
export interface Behaviour {
  /** Name of its executable: what a pod's `command` may call. */
  readonly executable: string;
  /** From its start until it serves, or until its run counts. */
  readonly startup: Micros;
  readonly memoryBytes: number;
  /** Bytes a second that it takes and never gives back. */
  readonly leak: number;
  /** Millicores without requests. */
  readonly cpuMilli: number;
  readonly serving?: Serving;
  /** It ends by itself. */
  readonly ends?: { readonly after: Micros; readonly code: number };
  readonly onTerm: OnTerm;
  readonly logs: LogStyle;
  /** Does its environment change it? */
  readonly configurable: boolean;
}
