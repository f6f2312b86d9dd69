import type { Pod } from "../../api/types";
import type { KernelEvent } from "../../kernel/event-queue";
import type { Micros } from "../../kernel/time";
import type { Sortable } from "../plugins/priority-sort";

/** A pod that waits for a node (upstream `framework.QueuedPodInfo`). */
export interface QueuedPod extends Sortable {
  /** `namespace/name`. */
  readonly key: string;
  pod: Pod;
  priority: number;
  timestamp: Micros;
  sequence: number;
  /** Times that it was taken from the queue. */
  attempts: number;
  /** Attempts that ended without a node, and those that ended with an error since the last other outcome. */
  unschedulableCount: number;
  errorCount: number;
  readonly firstSeen: Micros;
  /** Plugins that rejected it in the last attempt: only what they wait for can help. */
  rejectedBy: ReadonlySet<string>;
  /** The plugin that keeps it out of the queue, or "". */
  gatedBy: string;
  /** Until when it is kept back; 0 for not. */
  backoffUntil: Micros;
  /** In whose name the next attempt is made: of what made the pod worth trying. */
  context: KernelEvent;
}
