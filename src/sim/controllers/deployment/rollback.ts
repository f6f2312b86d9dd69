/**
 * Goes back to the template of an earlier revision when the old annotation asks for it
 * (`pkg/controller/deployment/rollback.go`). Newer clients write the old template themselves; either way the
 * ReplicaSet of that template becomes the newest again.
 */
import { deployments } from "../../api/kinds/deployment";
import type { Deployment, PodTemplateSpec, ReplicaSet } from "../../api/types";
import type { Task } from "../../kernel/task";
import type { SyncError } from "../engine";
import { revisionOf, ROLLBACK_TO } from "./annotations";
import { POD_TEMPLATE_HASH, sameTemplate } from "./replica-sets";
import { syncRevision } from "./new-replica-set";
import type { Rollout } from "./rollout";

/** The revision that a Deployment is asked to return to; 0: the one before; undefined: none asked for. */
export function rollbackRevision(deployment: Deployment): number | undefined {
  const text = deployment.metadata.annotations?.[ROLLBACK_TO];
  if (text === undefined) return undefined;
  const revision = Number(text);
  return Number.isInteger(revision) && revision >= 0 ? revision : undefined;
}

export function* rollBack(rollout: Rollout, asked: number): Task<SyncError> {
  const error = yield* syncRevision(rollout, true);
  if (error !== undefined) return error;
  const sets = rollout.all;
  const revision = asked === 0 ? revisionBefore(sets) : asked;
  const target = revision === 0 ? undefined : sets.find((rs) => revisionOf(rs) === revision);
  const { deployment } = rollout;
  const { [ROLLBACK_TO]: _asked, ...annotations } = deployment.metadata.annotations ?? {};
  const metadata = { ...deployment.metadata, annotations };
  let next: Deployment = { ...deployment, metadata };
  if (target?.spec.template === undefined) {
    tell(
      rollout,
      "Warning",
      "DeploymentRollbackRevisionNotFound",
      "Unable to find the revision to rollback to.",
    );
  } else if (sameTemplate(target.spec.template, deployment.spec.template)) {
    const current = `current deployment "${deployment.metadata.name}"`;
    const message = `The rollback revision contains the same template as ${current}`;
    tell(rollout, "Warning", "DeploymentRollbackTemplateUnchanged", message);
  } else {
    next = { ...next, spec: { ...next.spec, template: withoutHash(target.spec.template) } };
    const message = `Rolled back deployment "${deployment.metadata.name}" to revision ${revision}`;
    tell(rollout, "Normal", "DeploymentRollback", message);
  }
  const written = yield* rollout.tools.client.update(deployments, next);
  return written.ok ? undefined : written.error;
}

/** The second highest revision; 0 if there is none. */
function revisionBefore(sets: readonly ReplicaSet[]): number {
  const revisions = sets.map(revisionOf).sort((a, b) => b - a);
  return revisions[1] ?? 0;
}

function withoutHash(template: PodTemplateSpec): PodTemplateSpec {
  const { [POD_TEMPLATE_HASH]: _hash, ...labels } = template.metadata?.labels ?? {};
  return { ...template, metadata: { ...template.metadata, labels } };
}

function tell(rollout: Rollout, type: "Normal" | "Warning", reason: string, message: string): void {
  rollout.tools.recorder.event(rollout.deployment, type, reason, message);
}
