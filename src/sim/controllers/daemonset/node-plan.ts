/**
 * What one node needs of a DaemonSet (`pkg/controller/daemon/daemon_controller.go` podsShouldBeOnNode).
 */
import { isPodAvailable, isPodReady } from "../../api/meta";
import { parseTime } from "../../api/time";
import type { Pod } from "../../api/types";
import type { Micros } from "../../kernel/time";
import type { Placement } from "./placement";

/** Label of a daemon's pod that says of which template it is. */
export const REVISION_HASH = "controller-revision-hash";

/** What the plans of all nodes are made by. */
export interface PlanBasis {
  /** Hash of the current template. */
  readonly hash: string;
  /** Whether updates start the new pod before the old one goes. */
  readonly surges: boolean;
  readonly minReadySeconds: number;
  readonly now: Micros;
  /** A failed pod that must wait before it is replaced says how long it waits; undefined: it goes now. */
  backOff(pod: Pod): Micros | undefined;
}

export interface NodePlan {
  readonly create: boolean;
  readonly remove: readonly Pod[];
  /** Those of the removed that ended by themselves, for Events. */
  readonly ended: readonly Pod[];
}

const NOTHING: NodePlan = { create: false, remove: [], ended: [] };

export function isUpdated(pod: Pod, hash: string): boolean {
  return pod.metadata.labels?.[REVISION_HASH] === hash;
}

/** Oldest first, bound ones before others. */
export function byCreation(a: Pod, b: Pod): number {
  const bound = Number(!a.spec.nodeName) - Number(!b.spec.nodeName);
  if (bound !== 0) return bound;
  const ages = parseTime(a.metadata.creationTimestamp) - parseTime(b.metadata.creationTimestamp);
  if (ages !== 0) return ages;
  return a.metadata.name < b.metadata.name ? -1 : a.metadata.name > b.metadata.name ? 1 : 0;
}

/** `pods`: those that the set has for the node, terminating ones included. */
export function planNode({ run, stay }: Placement, pods: readonly Pod[], basis: PlanBasis): NodePlan {
  if (run && pods.length === 0) return { ...NOTHING, create: true };
  const living = pods.filter((pod) => pod.metadata.deletionTimestamp === undefined);
  if (!stay) return { ...NOTHING, remove: living };
  const ended: Pod[] = [];
  const running: Pod[] = [];
  for (const pod of living) {
    const { phase } = pod.status;
    if (phase === "Succeeded" || (phase === "Failed" && basis.backOff(pod) === undefined)) ended.push(pod);
    else if (phase !== "Failed") running.push(pod);
  }
  return { create: false, remove: [...ended, ...surplus(running, basis)], ended };
}

/** More than one pod on a node: without surge the oldest stays, with it the oldest of each template. */
function surplus(running: readonly Pod[], basis: PlanBasis): Pod[] {
  if (running.length <= 1) return [];
  const sorted = [...running].sort(byCreation);
  if (!basis.surges) return sorted.slice(1);
  const fresh = sorted.find((pod) => isUpdated(pod, basis.hash));
  const old = sorted.find((pod) => !isUpdated(pod, basis.hash));
  const rest = sorted.filter((pod) => pod !== fresh && pod !== old);
  if (fresh === undefined || old === undefined) return rest;
  const replaced = !isPodReady(old) || isPodAvailable(fresh, basis.minReadySeconds, basis.now);
  return replaced ? [...rest, old] : rest;
}
