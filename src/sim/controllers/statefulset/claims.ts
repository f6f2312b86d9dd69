/**
 * The claims of a StatefulSet's pods: made from templates, kept or let go as the set's policy says
 * (`pkg/controller/statefulset/stateful_pod_control.go`).
 */
import { controllerRef } from "../../api/meta";
import { findResource } from "../../api/registry";
import type { ResourceDefinition } from "../../api/resource";
import type { ApiObject, OwnerReference, Pod, StatefulSet } from "../../api/types";
import type { EventRecorder } from "../../client/event-recorder";
import type { RestClient } from "../../client/rest-client";
import { isAlreadyExists, isNotFound } from "../../client/transport-error";
import type { Task } from "../../kernel/task";
import type { SyncError } from "../engine";
import { claimNameOf, ordinalOf } from "./identity";

export class Claims {
  readonly #client: RestClient;
  readonly #recorder: EventRecorder;
  /** The kind of claims, where it is served. */
  readonly #def: ResourceDefinition | undefined = findResource("", "v1", "persistentvolumeclaims");

  constructor(client: RestClient, recorder: EventRecorder) {
    this.#client = client;
    this.#recorder = recorder;
  }

  /** Creates the claims of a pod that are missing. */
  *ensure(set: StatefulSet, ordinal: number, pod: string): Task<SyncError> {
    if (this.#def === undefined) return undefined;
    const { namespace } = set.metadata;
    for (const template of set.spec.volumeClaimTemplates ?? []) {
      const name = claimNameOf(set, template.metadata?.name ?? "", ordinal);
      const present = yield* this.#client.get(this.#def, namespace, name);
      if (present.ok) continue;
      if (!isNotFound(present.error)) return present.error;
      const labels = { ...template.metadata?.labels, ...set.spec.selector.matchLabels };
      const metadata = { ...template.metadata, name, namespace, labels };
      const draft = { apiVersion: "v1", kind: "PersistentVolumeClaim", metadata, spec: template.spec };
      const made = yield* this.#client.create(this.#def, namespace, draft as ApiObject);
      if (made.ok) {
        const text = `create Claim ${name} Pod ${pod} in StatefulSet ${set.metadata.name} success`;
        this.#recorder.event(set, "Normal", "SuccessfulCreate", text);
      } else if (!isAlreadyExists(made.error)) {
        const failed = `create Claim ${name} for Pod ${pod} in StatefulSet ${set.metadata.name} failed error: `;
        this.#recorder.event(set, "Warning", "FailedCreate", failed + (made.error.message ?? ""));
        return made.error;
      }
    }
    return undefined;
  }

  /** Gives the claims of a pod the owners with which they are to go: the set, or a pod that is scaled away. */
  *retain(set: StatefulSet, pod: Pod, condemned: boolean): Task<SyncError> {
    const templates = set.spec.volumeClaimTemplates ?? [];
    if (this.#def === undefined || templates.length === 0) return undefined;
    const policy = set.spec.persistentVolumeClaimRetentionPolicy;
    const { namespace, name } = pod.metadata;
    const withSet = policy?.whenDeleted === "Delete";
    const withPod = policy?.whenScaled === "Delete" && condemned;
    for (const template of templates) {
      const claim = claimNameOf(set, template.metadata?.name ?? "", ordinalOf(set, name));
      const present = yield* this.#client.get(this.#def, namespace, claim);
      if (!present.ok) {
        if (isNotFound(present.error)) continue;
        return present.error;
      }
      const before = present.value.metadata.ownerReferences ?? [];
      const wanted = owners(before, set, pod, withSet, withPod);
      if (sameOwners(before, wanted)) continue;
      const metadata = { ...present.value.metadata, ownerReferences: wanted };
      const written = yield* this.#client.update(this.#def, { ...present.value, metadata });
      if (!written.ok && !isNotFound(written.error)) return written.error;
    }
    return undefined;
  }
}

function owners(
  before: readonly OwnerReference[],
  set: StatefulSet,
  pod: Pod,
  withSet: boolean,
  withPod: boolean,
): OwnerReference[] {
  const others = before.filter((o) => o.uid !== set.metadata.uid && o.uid !== pod.metadata.uid);
  if (withPod) {
    const { name, uid } = pod.metadata;
    return [...others, { apiVersion: "v1", kind: "Pod", name, uid }];
  }
  return withSet ? [...others, controllerRef(set)] : others;
}

function sameOwners(a: readonly OwnerReference[], b: readonly OwnerReference[]): boolean {
  return a.length === b.length && a.every((owner) => b.some((other) => other.uid === owner.uid));
}
