import { isPodAvailable, isPodReady } from "../../api/meta";
import type { DaemonSet, Pod } from "../../api/types";
import type { Micros } from "../../kernel/time";
import { byCreation, isUpdated } from "./node-plan";
import type { Placement } from "./placement";

type Status = DaemonSet["status"];

/** Counts node by node; of several pods on one the oldest counts. */
export function daemonStatus(
  set: DaemonSet,
  places: ReadonlyMap<string, Placement>,
  byNode: ReadonlyMap<string, readonly Pod[]>,
  hash: string,
  collisionCount: number | undefined,
  now: Micros,
): Status {
  const status: Status = {
    currentNumberScheduled: 0,
    numberMisscheduled: 0,
    desiredNumberScheduled: 0,
    numberReady: 0,
  };
  let updated = 0;
  let available = 0;
  const minReady = set.spec.minReadySeconds ?? 0;
  for (const [node, { run }] of places) {
    const pods = byNode.get(node) ?? [];
    if (!run) {
      if (pods.length > 0) status.numberMisscheduled++;
      continue;
    }
    status.desiredNumberScheduled++;
    const pod = [...pods].sort(byCreation)[0];
    if (pod === undefined) continue;
    status.currentNumberScheduled++;
    if (isUpdated(pod, hash)) updated++;
    if (!isPodReady(pod)) continue;
    status.numberReady++;
    if (isPodAvailable(pod, minReady, now)) available++;
  }
  const unavailable = status.desiredNumberScheduled - available;
  status.observedGeneration = set.metadata.generation ?? 0;
  // Zeros are left out, as everywhere.
  if (updated > 0) status.updatedNumberScheduled = updated;
  if (available > 0) status.numberAvailable = available;
  if (unavailable > 0) status.numberUnavailable = unavailable;
  if (collisionCount !== undefined) status.collisionCount = collisionCount;
  return status;
}
