/**
 * Creates and deletes pods in the name of an owner, and tells so in Events
 * (`pkg/controller/controller_utils.go`). /
 */
import { pods } from "../api/kinds/pod";
import { controllerRef } from "../api/meta";
import type { ApiObject, Draft, Labels, ObjectMeta, Pod, PodTemplateSpec, Status } from "../api/types";
import type { EventRecorder } from "../client/event-recorder";
import type { RestClient } from "../client/rest-client";
import { isNamespaceTerminating, isNotFound } from "../client/transport-error";
import type { Task } from "../kernel/task";
import type { Result } from "../../shared/result";

/** What a pod made from a template has beyond it. */
export interface PodExtras {
  /** A fixed name; default: the owner's name, a dash and a random suffix. */
  readonly name?: string | undefined;
  /** Another prefix of the name than that. */
  readonly generateName?: string | undefined;
  readonly labels?: Labels | undefined;
  readonly annotations?: Labels | undefined;
  readonly finalizers?: readonly string[] | undefined;
  readonly spec?: PodTemplateSpec["spec"] | undefined;
}

/** A pod as a template wants it, managed by `owner`. */
export function podFromTemplate(
  template: PodTemplateSpec,
  owner: ApiObject,
  extras: PodExtras = {},
): Draft<Pod> {
  const from = template.metadata;
  const metadata: ObjectMeta = { ownerReferences: [controllerRef(owner)] };
  if (owner.metadata.namespace !== undefined) metadata.namespace = owner.metadata.namespace;
  if (extras.name === undefined) metadata.generateName = extras.generateName ?? `${owner.metadata.name}-`;
  else metadata.name = extras.name;
  const labels = extras.labels === undefined ? from?.labels : { ...from?.labels, ...extras.labels };
  if (labels !== undefined) metadata.labels = labels as Record<string, string>;
  const annotations =
    extras.annotations === undefined ? from?.annotations : { ...from?.annotations, ...extras.annotations };
  if (annotations !== undefined) metadata.annotations = annotations as Record<string, string>;
  const finalizers = [...(from?.finalizers ?? []), ...(extras.finalizers ?? [])];
  if (finalizers.length > 0) metadata.finalizers = finalizers;
  const spec = extras.spec ?? template.spec ?? { containers: [] };
  return { apiVersion: "v1", kind: "Pod", metadata, spec } as Draft<Pod>;
}

export class PodControl {
  readonly #client: RestClient;
  readonly #recorder: EventRecorder;

  constructor(client: RestClient, recorder: EventRecorder) {
    this.#client = client;
    this.#recorder = recorder;
  }

  /** Creates a pod from a template. */
  *create(template: PodTemplateSpec, owner: ApiObject, extras?: PodExtras): Task<Result<Pod, Status>> {
    const draft = podFromTemplate(template, owner, extras);
    const made = yield* this.#client.create(pods, owner.metadata.namespace, draft);
    if (made.ok) {
      this.#recorder.event(owner, "Normal", "SuccessfulCreate", `Created pod: ${made.value.metadata.name}`);
    } else if (!isNamespaceTerminating(made.error)) {
      this.#recorder.event(owner, "Warning", "FailedCreate", `Error creating: ${made.error.message ?? ""}`);
    }
    return made;
  }

  /** Deletes a pod; one that is gone already is an error (NotFound) without an Event. */
  *delete(namespace: string, name: string, owner: ApiObject): Task<Result<unknown, Status>> {
    const gone = yield* this.#client.delete(pods, namespace, name);
    if (gone.ok) this.#recorder.event(owner, "Normal", "SuccessfulDelete", `Deleted pod: ${name}`);
    else if (!isNotFound(gone.error)) {
      this.#recorder.event(owner, "Warning", "FailedDelete", `Error deleting: ${gone.error.message ?? ""}`);
    }
    return gone;
  }
}
