/** How many pods a rolling update may have too many and too few. */
import { resolveIntOrPercent } from "../../api/meta";
import type { Deployment, IntOrString } from "../../api/types";

/** The bounds of a rolling update in pods. */
export interface Fenceposts {
  readonly surge: number;
  readonly unavailable: number;
}

/**
 * Turns `maxSurge` and `maxUnavailable` into pods: the surge is rounded up, the unavailable down. If both
 * come to nothing one pod may be unavailable, or no step could ever be made.
 */
export function resolveFenceposts(
  maxSurge: IntOrString | undefined,
  maxUnavailable: IntOrString | undefined,
  desired: number,
): Fenceposts {
  const surge = resolveIntOrPercent(maxSurge ?? 0, desired, "up") ?? 0;
  const unavailable = resolveIntOrPercent(maxUnavailable ?? 0, desired, "down") ?? 0;
  return surge === 0 && unavailable === 0 ? { surge, unavailable: 1 } : { surge, unavailable };
}

export function isRolling(deployment: Deployment): boolean {
  return (deployment.spec.strategy?.type ?? "RollingUpdate") === "RollingUpdate";
}

function fencepostsOf(deployment: Deployment): Fenceposts {
  const rolling = deployment.spec.strategy?.rollingUpdate;
  return resolveFenceposts(rolling?.maxSurge, rolling?.maxUnavailable, deployment.spec.replicas ?? 1);
}

/** Pods that may be there beyond the wanted ones. */
export function maxSurge(deployment: Deployment): number {
  return isRolling(deployment) ? fencepostsOf(deployment).surge : 0;
}

/** Pods that may be missing from the wanted ones. */
export function maxUnavailable(deployment: Deployment): number {
  const replicas = deployment.spec.replicas ?? 1;
  if (!isRolling(deployment) || replicas === 0) return 0;
  return Math.min(fencepostsOf(deployment).unavailable, replicas);
}
