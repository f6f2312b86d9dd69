/**
 * Which pods a rolling update replaces now (`pkg/controller/daemon/update.go`).
 */
import { isPodAvailable, resolveIntOrPercent } from "../../api/meta";
import type { DaemonSet, Pod } from "../../api/types";
import type { Micros } from "../../kernel/time";
import { isUpdated } from "./node-plan";

/** How far an update may go at once, in nodes. */
export interface Bounds {
  readonly surge: number;
  readonly unavailable: number;
}

/** `desired`: on how many nodes the set should run. */
export function updateBounds(set: DaemonSet, desired: number): Bounds {
  const rolling = set.spec.updateStrategy?.rollingUpdate;
  const surge = resolveIntOrPercent(rolling?.maxSurge, desired, "up") ?? 0;
  const unavailable = resolveIntOrPercent(rolling?.maxUnavailable, desired, "up") ?? 0;
  // With neither nothing would ever move.
  return surge === 0 && unavailable === 0 ? { surge, unavailable: 1 } : { surge, unavailable };
}

export interface Step {
  readonly remove: readonly Pod[];
  /** Nodes that get a second pod. */
  readonly createOn: readonly string[];
}

/** The pod of the current template on a node and the one of an older; undefined: too many, others tidy up first. */
function pairOn(
  pods: readonly Pod[],
  hash: string,
): { fresh: Pod | undefined; old: Pod | undefined } | undefined {
  let fresh: Pod | undefined;
  let old: Pod | undefined;
  for (const pod of pods) {
    if (pod.metadata.deletionTimestamp !== undefined) continue;
    if (isUpdated(pod, hash)) {
      if (fresh !== undefined) return undefined;
      fresh = pod;
    } else {
      if (old !== undefined) return undefined;
      old = pod;
    }
  }
  return { fresh, old };
}

/** The next step of an update; `byNode`: the set's pods by the node that they are for. */
export function rollingStep(
  set: DaemonSet,
  byNode: ReadonlyMap<string, readonly Pod[]>,
  hash: string,
  bounds: Bounds,
  now: Micros,
): Step {
  const minReady = set.spec.minReadySeconds ?? 0;
  const available = (pod: Pod): boolean => isPodAvailable(pod, minReady, now);
  return bounds.surge === 0
    ? replaceStep(byNode, hash, bounds.unavailable, available)
    : surgeStep(byNode, hash, bounds.surge, available);
}

function replaceStep(
  byNode: ReadonlyMap<string, readonly Pod[]>,
  hash: string,
  most: number,
  available: (pod: Pod) => boolean,
): Step {
  let unavailable = 0;
  const broken: Pod[] = [];
  const candidates: Pod[] = [];
  for (const pods of byNode.values()) {
    const pair = pairOn(pods, hash);
    // Two, or none: others mend that, and until then the node has no daemon to count on.
    if (pair === undefined || (pair.old === undefined) === (pair.fresh === undefined)) unavailable++;
    else if (pair.fresh !== undefined) unavailable += Number(!available(pair.fresh));
    else if (pair.old !== undefined) (available(pair.old) ? candidates : broken).push(pair.old);
  }
  const room = Math.max(0, most - unavailable);
  return { remove: [...broken, ...candidates.slice(0, room)], createOn: [] };
}

function surgeStep(
  byNode: ReadonlyMap<string, readonly Pod[]>,
  hash: string,
  most: number,
  available: (pod: Pod) => boolean,
): Step {
  let surging = 0;
  const remove: Pod[] = [];
  const needed: string[] = [];
  const candidates: string[] = [];
  for (const [node, pods] of byNode) {
    const pair = pairOn(pods, hash);
    if (pair === undefined) surging++;
    else if (pair.old === undefined) continue;
    else if (pair.fresh === undefined) (available(pair.old) ? candidates : needed).push(node);
    else if (!available(pair.old) || available(pair.fresh)) remove.push(pair.old);
    else surging++;
  }
  const room = Math.max(0, most - surging);
  return { remove, createOn: [...needed, ...candidates.slice(0, room)] };
}
