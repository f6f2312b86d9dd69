import { addTaint, removeTaint } from "../api/taints";
import { formatTime } from "../api/time";
import { nodes } from "../api/kinds/node";
import type { Node, Status, Taint } from "../api/types";
import type { RestClient } from "../client/rest-client";
import { isConflict, isNotFound } from "../client/transport-error";
import type { Task } from "../kernel/task";
import { MS } from "../kernel/time";

export const NOT_READY = "node.kubernetes.io/not-ready";
export const UNREACHABLE = "node.kubernetes.io/unreachable";
const CORDONED = "node.kubernetes.io/unschedulable";

/** Condition → status → key of the taint that mirrors it (`nodeConditionToTaintKeyStatusMap`). */
const TAINTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Ready: { False: NOT_READY, Unknown: UNREACHABLE },
  MemoryPressure: { True: "node.kubernetes.io/memory-pressure" },
  DiskPressure: { True: "node.kubernetes.io/disk-pressure" },
  PIDPressure: { True: "node.kubernetes.io/pid-pressure" },
  NetworkUnavailable: { True: "node.kubernetes.io/network-unavailable" },
};

const MIRRORS: ReadonlySet<string> = new Set([
  CORDONED,
  ...Object.values(TAINTS).flatMap((byStatus) => Object.values(byStatus)),
]);

const MOST_TRIES = 5;
const BETWEEN_TRIES = 100 * MS;

/** Taints to put on a node and to take off. */
export interface TaintChange {
  readonly add: readonly Taint[];
  readonly remove: readonly Taint[];
}

function sameTaint(a: Taint, b: Taint): boolean {
  return a.key === b.key && a.effect === b.effect;
}

/** What is missing for a node's NoSchedule taints to mirror its conditions and cordon; undefined if nothing. */
export function noScheduleChange(node: Node): TaintChange | undefined {
  const wanted: Taint[] = [];
  for (const { type, status } of node.status.conditions ?? []) {
    const key = TAINTS[type]?.[status];
    if (key !== undefined) wanted.push({ key, effect: "NoSchedule" });
  }
  if (node.spec.unschedulable === true) wanted.push({ key: CORDONED, effect: "NoSchedule" });
  const there = (node.spec.taints ?? []).filter((t) => t.effect === "NoSchedule" && MIRRORS.has(t.key));
  const add = wanted.filter((taint) => !there.some((t) => sameTaint(t, taint)));
  const remove = there.filter((taint) => !wanted.some((t) => sameTaint(t, taint)));
  return add.length === 0 && remove.length === 0 ? undefined : { add, remove };
}

/** The taints with a change made; the same list if there was nothing to change. */
export function changeTaints(taints: Taint[], change: TaintChange): Taint[] {
  let list = taints;
  for (const taint of change.add) list = addTaint(list, taint);
  for (const { key, effect } of change.remove) list = removeTaint(list, key, effect);
  return list;
}

/** Changes a node's taints; tries again when somebody else was faster. Gives why it failed, if it did. */
export function* writeTaintChange(
  client: RestClient,
  node: Node,
  change: TaintChange,
): Task<Status | undefined> {
  const { name } = node.metadata;
  const at = formatTime(client.process.now);
  const stamped = { add: change.add.map((t) => ({ ...t, timeAdded: at })), remove: change.remove };
  let current = node;
  for (let tries = 1; ; tries++) {
    const before = current.spec.taints ?? [];
    const taints = changeTaints(before, stamped);
    if (taints === before) return undefined;
    const written = yield* client.patch<Node>(nodes, undefined, name, {
      type: "merge",
      body: { metadata: { resourceVersion: current.metadata.resourceVersion }, spec: { taints } },
    });
    if (written.ok) return undefined;
    if (!isConflict(written.error) || tries >= MOST_TRIES) {
      return isNotFound(written.error) ? undefined : written.error;
    }
    yield BETWEEN_TRIES;
    const fresh = yield* client.get(nodes, undefined, name);
    if (!fresh.ok) return isNotFound(fresh.error) ? undefined : fresh.error;
    current = fresh.value;
  }
}
