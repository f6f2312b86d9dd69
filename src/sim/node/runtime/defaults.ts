import { MS, SECOND, type Micros } from "../../kernel/time";

/** How long things take on a machine: at least, and at most. */
export const TIMES = {
  /** pause container, network namespace, CNI ADD. */
  runSandbox: [200 * MS, 400 * MS],
  stopSandbox: [40 * MS, 120 * MS],
  createContainer: [30 * MS, 80 * MS],
  startContainer: [70 * MS, 220 * MS],
  /** Writing to the control group. */
  updateContainer: [5 * MS, 20 * MS],
  /** Joining a container's namespaces and starting a process there. */
  exec: [30 * MS, 70 * MS],
  remove: [5 * MS, 20 * MS],
  /** Asking the registry for a manifest. */
  resolveImage: [150 * MS, 500 * MS],
} as const satisfies Record<string, readonly [Micros, Micros]>;

/** What a registry and its line give: bytes a second, unpacking included. */
export const PULL_BYTES_PER_SECOND = 24 * 1024 * 1024;
/** A pull takes up to this much longer, in percent. */
export const PULL_JITTER_PERCENT = 40;

/** Metadata reaches the platter this long after it was written, several writes at once. */
export const FLUSH_DELAY: Micros = 100 * MS;

/** A component of the control plane ends this long after SIGTERM. */
export const COMPONENT_STOP: Micros = 100 * MS;

/**
 * How a container is reported that was running when its host went down (containerd
 * `internal/cri/server/restart.go`: unknownContainerStatus).
 */
export const LOST_CONTAINER = { exitCode: 255, reason: "Unknown" } as const;

/** containerd.service: RestartSec. */
export const RESTART_DELAY: Micros = 5 * SECOND;
