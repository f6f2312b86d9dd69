/**
 * Finds or makes the ReplicaSet of a Deployment's current template, and keeps its revision the highest
 * (`pkg/controller/deployment/sync.go`, getNewReplicaSet).
 */
import { replicaSets } from "../../api/kinds/replica-set";
import { controllerRef, isControlledBy, joinKey } from "../../api/meta";
import { podTemplateHash } from "../../api/names";
import type { Deployment, Draft, ObjectMeta, ReplicaSet, Status } from "../../api/types";
import { isAlreadyExists } from "../../client/transport-error";
import type { Task } from "../../kernel/task";
import type { SyncError } from "../engine";
import { DESIRED_REPLICAS, MAX_REPLICAS, maxRevision, newestAnnotations, REVISION } from "./annotations";
import { maxSurge } from "./fenceposts";
import { condition, hasProgressDeadline, progressing, withCondition } from "./progress";
import { findNew, newReplicaSetSize, POD_TEMPLATE_HASH, sameTemplate } from "./replica-sets";
import type { Rollout } from "./rollout";

/**
 * Sorts a rollout's ReplicaSets into new and old, and makes the new one if it is missing and `create` says
 * so.
 */
export function* syncRevision(rollout: Rollout, create: boolean): Task<SyncError> {
  const { all, deployment } = rollout;
  const found = findNew(deployment, all);
  rollout.newest = found;
  rollout.old = all.filter((rs) => rs !== found);
  const revision = maxRevision(rollout.old) + 1;
  if (found !== undefined) return yield* refresh(rollout, found, revision);
  return create ? yield* make(rollout, revision) : undefined;
}

/** An existing ReplicaSet is, or becomes again, the newest. */
function* refresh(rollout: Rollout, rs: ReplicaSet, revision: number): Task<SyncError> {
  const { deployment } = rollout;
  const annotations = newestAnnotations(rs.metadata.annotations, deployment, revision, true);
  const minReadySeconds = deployment.spec.minReadySeconds ?? 0;
  if (annotations !== rs.metadata.annotations || minReadySeconds !== (rs.spec.minReadySeconds ?? 0)) {
    const metadata = annotations === undefined ? rs.metadata : { ...rs.metadata, annotations };
    const written = yield* rollout.writeSet({ ...rs, metadata, spec: { ...rs.spec, minReadySeconds } });
    return written.ok ? undefined : written.error;
  }
  let next = withRevision(deployment, annotations?.[REVISION] ?? String(revision));
  if (hasProgressDeadline(deployment) && progressing(deployment.status) === undefined) {
    const message = `Found new replica set "${rs.metadata.name}"`;
    next = withProgress(next, rollout, "True", "FoundNewReplicaSet", message);
  }
  return next === deployment ? undefined : yield* rollout.writeStatus(next);
}

function withRevision(deployment: Deployment, revision: string): Deployment {
  const { annotations } = deployment.metadata;
  if (annotations?.[REVISION] === revision) return deployment;
  const metadata = { ...deployment.metadata, annotations: { ...annotations, [REVISION]: revision } };
  return { ...deployment, metadata };
}

function withProgress(
  deployment: Deployment,
  rollout: Rollout,
  status: "True" | "False" | "Unknown",
  reason: string,
  message: string,
): Deployment {
  const next = condition("Progressing", status, reason, message, rollout.tools.now());
  const conditions = withCondition(deployment.status.conditions, next) ?? [];
  return { ...deployment, status: { ...deployment.status, conditions } };
}

function* make(rollout: Rollout, revision: number): Task<SyncError> {
  const { deployment, tools } = rollout;
  const draft = draftOf(rollout, revision);
  const { name, namespace } = draft.metadata;
  const size = draft.spec.replicas ?? 0;
  rollout.decide(`create ${name}`);
  const made = yield* tools.client.create(replicaSets, namespace, draft);
  let exists = false;
  if (made.ok) rollout.newest = made.value;
  else if (!isAlreadyExists(made.error)) return yield* creationFailed(rollout, name ?? "", made.error);
  else {
    exists = true;
    const taken = tools.replicaSet(joinKey(namespace, name ?? ""));
    if (taken === undefined) return made.error;
    const ours =
      isControlledBy(taken, deployment) && sameTemplate(taken.spec.template, deployment.spec.template);
    if (!ours) return yield* collision(rollout, made.error);
    rollout.newest = taken;
  }
  if (!exists && size > 0) rollout.event(`Scaled up replica set ${name} from 0 to ${size}`);
  let next = withRevision(deployment, String(revision));
  if (!exists && hasProgressDeadline(deployment)) {
    next = withProgress(next, rollout, "True", "NewReplicaSetCreated", `Created new replica set "${name}"`);
  }
  return next === deployment ? undefined : yield* rollout.writeStatus(next);
}

function draftOf(rollout: Rollout, revision: number): Draft<ReplicaSet> {
  const { deployment, all } = rollout;
  const { template, selector, minReadySeconds = 0, replicas = 1 } = deployment.spec;
  const hash = podTemplateHash(template, deployment.status.collisionCount);
  const labels = { ...template.metadata?.labels, [POD_TEMPLATE_HASH]: hash };
  const annotations = {
    ...newestAnnotations(undefined, deployment, revision, false),
    [DESIRED_REPLICAS]: String(replicas),
    [MAX_REPLICAS]: String(replicas + maxSurge(deployment)),
  };
  const metadata: ObjectMeta = {
    name: `${deployment.metadata.name}-${hash}`,
    namespace: deployment.metadata.namespace,
    ownerReferences: [controllerRef(deployment)],
    labels,
    annotations,
  };
  return {
    apiVersion: replicaSets.apiVersion,
    kind: replicaSets.kind,
    metadata,
    spec: {
      replicas: newReplicaSetSize(deployment, all, 0),
      ...(minReadySeconds === 0 ? {} : { minReadySeconds }),
      selector: { ...selector, matchLabels: { ...selector.matchLabels, [POD_TEMPLATE_HASH]: hash } },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
    status: { replicas: 0 },
  };
}

/** The name is taken by another template's ReplicaSet: the next try hashes to another name. */
function* collision(rollout: Rollout, error: Status): Task<SyncError> {
  const { deployment } = rollout;
  const collisionCount = (deployment.status.collisionCount ?? 0) + 1;
  const next: Deployment = { ...deployment, status: { ...deployment.status, collisionCount } };
  return (yield* rollout.writeStatus(next)) ?? error;
}

function* creationFailed(rollout: Rollout, name: string, error: Status): Task<SyncError> {
  const { deployment, tools } = rollout;
  const message = `Failed to create new replica set "${name}": ${error.message ?? ""}`;
  if (hasProgressDeadline(deployment)) {
    // The reason why the creation failed matters more than whether it could be told.
    yield* rollout.writeStatus(withProgress(deployment, rollout, "False", "ReplicaSetCreateError", message));
  }
  tools.recorder.event(deployment, "Warning", "ReplicaSetCreateError", message);
  return error;
}
