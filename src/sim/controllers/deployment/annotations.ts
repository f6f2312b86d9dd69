/** What a Deployment writes on its ReplicaSets (`pkg/controller/deployment/util/deployment_util.go`). */
import type { Deployment, ReplicaSet } from "../../api/types";
import { maxSurge } from "./fenceposts";

export const REVISION = "deployment.kubernetes.io/revision";
export const REVISION_HISTORY = "deployment.kubernetes.io/revision-history";
export const DESIRED_REPLICAS = "deployment.kubernetes.io/desired-replicas";
export const MAX_REPLICAS = "deployment.kubernetes.io/max-replicas";
export const ROLLBACK_TO = "deprecated.deployment.rollback.to";

/** A Deployment's annotations that are its own business. */
const NOT_COPIED = new Set([
  "kubectl.kubernetes.io/last-applied-configuration",
  REVISION,
  REVISION_HISTORY,
  DESIRED_REPLICAS,
  MAX_REPLICAS,
  ROLLBACK_TO,
]);

type Annotations = Record<string, string>;

function integer(text: string | undefined): number | undefined {
  if (text === undefined || text === "") return undefined;
  const n = Number(text);
  return Number.isInteger(n) ? n : undefined;
}

/** The revision of a ReplicaSet; 0 if it has none. */
export function revisionOf(rs: ReplicaSet): number {
  return integer(rs.metadata.annotations?.[REVISION]) ?? 0;
}

/** The largest revision of all. */
export function maxRevision(sets: readonly ReplicaSet[]): number {
  let max = 0;
  for (const rs of sets) max = Math.max(max, revisionOf(rs));
  return max;
}

/** The replicas that the Deployment wanted when it last scaled this ReplicaSet. */
export function desiredAnnotation(rs: ReplicaSet): number | undefined {
  return integer(rs.metadata.annotations?.[DESIRED_REPLICAS]);
}

export function maxReplicasAnnotation(rs: ReplicaSet): number | undefined {
  return integer(rs.metadata.annotations?.[MAX_REPLICAS]);
}

/** The annotations with what scaling needs to remember; the same object if they have it already. */
export function withReplicasAnnotations(rs: ReplicaSet, deployment: Deployment): Annotations | undefined {
  const wanted = deployment.spec.replicas ?? 1;
  const desired = String(wanted);
  const max = String(wanted + maxSurge(deployment));
  const before = rs.metadata.annotations;
  if (before?.[DESIRED_REPLICAS] === desired && before[MAX_REPLICAS] === max) return before;
  return { ...before, [DESIRED_REPLICAS]: desired, [MAX_REPLICAS]: max };
}

/**
 * The annotations of the newest ReplicaSet: the Deployment's own and the revision. A ReplicaSet that
 * becomes the newest again, by a rollback, remembers the revisions that it had. The same object if nothing
 * changes.
 */
export function newestAnnotations(
  before: Annotations | undefined,
  deployment: Deployment,
  revision: number,
  exists: boolean,
): Annotations | undefined {
  let made = before;
  const set = (key: string, value: string): void => {
    if (made?.[key] !== value) made = { ...made, [key]: value };
  };
  for (const [key, value] of Object.entries(deployment.metadata.annotations ?? {})) {
    if (!NOT_COPIED.has(key)) set(key, value);
  }
  const old = before?.[REVISION];
  if ((integer(old) ?? 0) >= revision) return made;
  set(REVISION, String(revision));
  if (exists && old !== undefined) {
    const history = before?.[REVISION_HISTORY];
    set(REVISION_HISTORY, history === undefined || history === "" ? old : `${history},${old}`);
  }
  return made;
}
