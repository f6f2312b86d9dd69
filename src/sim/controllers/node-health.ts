import { findCondition } from "../api/meta";
import { formatTime, parseTime } from "../api/time";
import type { Lease, Node, NodeCondition } from "../api/types";
import { SECOND, type Micros } from "../kernel/time";
import { zoneKey } from "./zone-state";

/** How long a node may be silent; one that has never said anything gets longer (`nodelifecycle/config`). */
export const MONITOR_GRACE = 50 * SECOND;
export const STARTUP_GRACE = 60 * SECOND;

const JUDGED = ["Ready", "MemoryPressure", "DiskPressure", "PIDPressure"];

export type ReadyStatus = "True" | "False" | "Unknown";

/** What is known of a node's signs of life. Times are this controller's own: when it saw them. */
export interface NodeHealth {
  node: Node;
  /** Region and zone of the node. */
  zone: string;
  lease: Lease | undefined;
  /** The Ready condition as last seen. */
  ready: NodeCondition | undefined;
  probeAt: Micros;
}

/** What a look at a node found. */
export interface Observation {
  /** The Ready condition's status as the node's object has it; Unknown without one. */
  readonly observed: ReadyStatus;
  /** It has been silent for longer than the grace period. */
  readonly silent: boolean;
}

const HEALTHY: Observation = { observed: "True", silent: false };

/** The signs of life of all nodes (`tryUpdateNodeHealth`). */
export class NodeHealths {
  readonly #healths = new Map<string, NodeHealth>();
  readonly #monitorGrace: Micros;

  constructor(monitorGrace: Micros = MONITOR_GRACE) {
    this.#monitorGrace = monitorGrace;
  }

  get(name: string): NodeHealth | undefined {
    return this.#healths.get(name);
  }

  delete(name: string): void {
    this.#healths.delete(name);
  }

  /** Every node counts as just heard of: after all were silent it was likely not they who were away. */
  renewAll(now: Micros): void {
    for (const health of this.#healths.values()) health.probeAt = now;
  }

  /** Takes in what node and lease say now. Cheap when neither has changed. */
  observe(node: Node, lease: Lease | undefined, now: Micros): Observation {
    let health = this.#healths.get(node.metadata.name);
    if (health === undefined || health.node !== node) health = this.#takeNode(health, node, now);
    if (lease !== undefined && lease !== health.lease) {
      if (isRenewed(health.lease, lease)) health.probeAt = now;
      health.lease = lease;
    }
    const { ready } = health;
    const grace = ready === undefined ? STARTUP_GRACE : this.#monitorGrace;
    const silent = now > health.probeAt + grace;
    if (!silent && ready?.status === "True") return HEALTHY;
    return { observed: (ready?.status as ReadyStatus | undefined) ?? "Unknown", silent };
  }

  /** The conditions were changed by this controller: that is no sign of life. */
  noteOwnWrite(node: Node): void {
    const health = this.#healths.get(node.metadata.name);
    if (health === undefined) return;
    health.node = node;
    health.ready = findCondition(node.status.conditions, "Ready");
  }

  #takeNode(before: NodeHealth | undefined, node: Node, now: Micros): NodeHealth {
    const ready = findCondition(node.status.conditions, "Ready");
    if (before === undefined) {
      const since = ready === undefined ? parseTime(node.metadata.creationTimestamp) : now;
      const made: NodeHealth = { node, zone: zoneKey(node), lease: undefined, ready, probeAt: since };
      this.#healths.set(node.metadata.name, made);
      return made;
    }
    const appeared = (before.ready === undefined) !== (ready === undefined);
    if (appeared || before.ready?.lastHeartbeatTime !== ready?.lastHeartbeatTime) before.probeAt = now;
    before.node = node;
    before.zone = zoneKey(node);
    before.ready = ready;
    return before;
  }
}

function isRenewed(before: Lease | undefined, lease: Lease): boolean {
  const old = before?.spec.renewTime;
  const next = lease.spec.renewTime;
  if (next === undefined) return false;
  // The form is the same, so texts compare as times do.
  return old === undefined || old < next;
}

/** The node's conditions, Unknown where a silent kubelet cannot vouch for them; the same list if they are. */
export function silencedConditions(node: Node, now: Micros): readonly NodeCondition[] {
  const conditions = node.status.conditions ?? [];
  if (findCondition(conditions, "Ready")?.status === "Unknown") return conditions;
  const at = formatTime(now);
  const next = conditions.map((condition): NodeCondition => {
    if (!JUDGED.includes(condition.type) || condition.status === "Unknown") return condition;
    return {
      ...condition,
      status: "Unknown",
      reason: "NodeStatusUnknown",
      message: "Kubelet stopped posting node status.",
      lastTransitionTime: at,
    };
  });
  for (const type of JUDGED) {
    if (findCondition(conditions, type) !== undefined) continue;
    next.push({
      type,
      status: "Unknown",
      lastHeartbeatTime: node.metadata.creationTimestamp,
      lastTransitionTime: at,
      reason: "NodeStatusNeverUpdated",
      message: "Kubelet never posted node status.",
    });
  }
  return next;
}
