/** How far a rollout is, in words (kubectl `pkg/polymorphichelpers/rollout_status.go`). */
import { fail } from "../../cli/failure";
import type { AnyMeta, AnyObject } from "../../resource/info";
import type { RolledOut } from "./common";

export const REVISION = "deployment.kubernetes.io/revision";

export interface Rolling extends AnyObject {
  readonly metadata?: AnyMeta;
  readonly spec?: {
    readonly replicas?: number;
    readonly updateStrategy?: {
      readonly type?: string;
      readonly rollingUpdate?: { readonly partition?: number };
    };
  };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly replicas?: number;
    readonly updatedReplicas?: number;
    readonly availableReplicas?: number;
    readonly readyReplicas?: number;
    readonly currentReplicas?: number;
    readonly currentRevision?: string;
    readonly updateRevision?: string;
    readonly updatedNumberScheduled?: number;
    readonly desiredNumberScheduled?: number;
    readonly numberAvailable?: number;
    readonly conditions?: readonly { readonly type: string; readonly reason?: string }[];
  };
}

export interface RolloutState {
  /** With its newline. */
  readonly text: string;
  readonly done: boolean;
}

const going = (text: string): RolloutState => ({ text: `${text}\n`, done: false });
const finished = (text: string): RolloutState => ({ text: `${text}\n`, done: true });

/** @throws Failure when the rollout has failed. `revision`: the one that is followed; 0 for any */
export function rolloutState(kind: RolledOut, object: Rolling, revision: number): RolloutState {
  switch (kind) {
    case "Deployment":
      return ofDeployment(object, revision);
    case "StatefulSet":
      return ofStatefulSet(object);
    case "DaemonSet":
      return ofDaemonSet(object);
  }
}

function ofDeployment({ metadata, spec, status = {} }: Rolling, revision: number): RolloutState {
  const name = `"${metadata?.name}"`;
  if (revision > 0) {
    const running = Number(metadata?.annotations?.[REVISION] ?? 0);
    if (revision !== running) {
      throw fail(`desired revision (${revision}) is different from the running revision (${running})`);
    }
  }
  if ((metadata?.generation ?? 0) > (status.observedGeneration ?? 0))
    return going("Waiting for deployment spec update to be observed...");
  if (status.conditions?.find((c) => c.type === "Progressing")?.reason === "ProgressDeadlineExceeded")
    throw fail(`deployment ${name} exceeded its progress deadline`);
  const { replicas = 0, updatedReplicas: updated = 0, availableReplicas: available = 0 } = status;
  const wait = `Waiting for deployment ${name} rollout to finish:`;
  if (spec?.replicas !== undefined && updated < spec.replicas)
    return going(`${wait} ${updated} out of ${spec.replicas} new replicas have been updated...`);
  if (replicas > updated)
    return going(`${wait} ${replicas - updated} old replicas are pending termination...`);
  if (available < updated)
    return going(`${wait} ${available} of ${updated} updated replicas are available...`);
  return finished(`deployment ${name} successfully rolled out`);
}

function onlyRolling(spec: Rolling["spec"]): void {
  if (spec?.updateStrategy?.type !== "RollingUpdate")
    throw fail("rollout status is only available for RollingUpdate strategy type");
}

function ofDaemonSet({ metadata, spec, status = {} }: Rolling): RolloutState {
  onlyRolling(spec);
  const name = `"${metadata?.name}"`;
  if ((metadata?.generation ?? 0) > (status.observedGeneration ?? 0))
    return going("Waiting for daemon set spec update to be observed...");
  const {
    updatedNumberScheduled: updated = 0,
    desiredNumberScheduled: desired = 0,
    numberAvailable = 0,
  } = status;
  const wait = `Waiting for daemon set ${name} rollout to finish:`;
  if (updated < desired) return going(`${wait} ${updated} out of ${desired} new pods have been updated...`);
  if (numberAvailable < desired)
    return going(`${wait} ${numberAvailable} of ${desired} updated pods are available...`);
  return finished(`daemon set ${name} successfully rolled out`);
}

function ofStatefulSet({ metadata, spec, status = {} }: Rolling): RolloutState {
  onlyRolling(spec);
  const { observedGeneration = 0, updatedReplicas = 0, readyReplicas = 0, currentReplicas = 0 } = status;
  const { updateRevision = "", currentRevision = "" } = status;
  if (observedGeneration === 0 || (metadata?.generation ?? 0) > observedGeneration)
    return going("Waiting for statefulset spec update to be observed...");
  const replicas = spec?.replicas;
  if (replicas !== undefined && readyReplicas < replicas)
    return going(`Waiting for ${replicas - readyReplicas} pods to be ready...`);
  const rolling = spec?.updateStrategy?.rollingUpdate;
  if (rolling !== undefined) {
    const { partition } = rolling;
    if (replicas !== undefined && partition !== undefined && updatedReplicas < replicas - partition) {
      const count = `${updatedReplicas} out of ${replicas - partition}`;
      return going(`Waiting for partitioned roll out to finish: ${count} new pods have been updated...`);
    }
    return finished(`partitioned roll out complete: ${updatedReplicas} new pods have been updated...`);
  }
  if (updateRevision !== currentRevision) {
    const count = `${updatedReplicas} pods at revision ${updateRevision}`;
    return going(`waiting for statefulset rolling update to complete ${count}...`);
  }
  return finished(
    `statefulset rolling update complete ${currentReplicas} pods at revision ${currentRevision}...`,
  );
}
