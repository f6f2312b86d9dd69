/**
 * Creates and deletes pods in the name of an owner, and tells so in Events
 * (`pkg/controller/controller_utils.go`).
 */
import { pods } from "../api/kinds/pod";
import { controllerRef, objectKey } from "../api/meta";
import type { ApiObject, Draft, Labels, ObjectMeta, Pod, PodTemplateSpec, Status } from "../api/types";
import type { EventRecorder } from "../client/event-recorder";
import { Expectations } from "../client/expectations";
import type { RestClient } from "../client/rest-client";
import { isNamespaceTerminating, isNotFound } from "../client/transport-error";
import type { Process } from "../kernel/process";
import type { Task } from "../kernel/task";
import type { SyncError } from "./engine";
import { parallel, slowStart, type SlowStart } from "./parallel";

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

/** Makes and deletes pods for one controller, and knows what it has yet to see of that. */
export class PodControl {
  readonly expectations = new Expectations();
  readonly #process: Process;
  readonly #name: string;
  readonly #client: RestClient;
  readonly #recorder: EventRecorder;

  /** `name` is the controller's. */
  constructor(process: Process, name: string, client: RestClient, recorder: EventRecorder) {
    this.#process = process;
    this.#name = name;
    this.#client = client;
    this.#recorder = recorder;
  }

  /** Whether all that was expected for an owner has been seen, or waited for long enough. */
  settled(owner: ApiObject): boolean {
    return this.expectations.satisfied(objectKey(owner), this.#process.now);
  }

  /** How many pods of an owner have yet to show or to go. */
  awaited(owner: ApiObject): number {
    const { creations, deletions } = this.expectations.pending(objectKey(owner));
    return creations + deletions;
  }

  /** Says what is about to be done for an owner: so many creations, and these deletions. */
  expect(owner: ApiObject, creations: number, deletions: readonly Pod[]): void {
    this.expectations.expect(objectKey(owner), creations, deletions.map(objectKey), this.#process.now);
  }

  /**
   * Creates `count` expected pods from a template, slowly at first; `extrasOf` says what the one of that turn has
   * beyond it.
   */
  *create(
    template: PodTemplateSpec,
    owner: ApiObject,
    count: number,
    extrasOf?: (turn: number) => PodExtras,
  ): Task<SlowStart<Status>> {
    let turn = 0;
    const create = (): Task<SyncError> => this.#createOne(template, owner, extrasOf?.(turn++));
    const started = yield* slowStart(this.#process, this.#name, count, create);
    this.expectations.lowerCreations(objectKey(owner), count - started.successes);
    return started;
  }

  *#createOne(template: PodTemplateSpec, owner: ApiObject, extras: PodExtras | undefined): Task<SyncError> {
    const draft = podFromTemplate(template, owner, extras);
    const made = yield* this.#client.create(pods, owner.metadata.namespace, draft);
    if (made.ok) {
      this.#recorder.event(owner, "Normal", "SuccessfulCreate", `Created pod: ${made.value.metadata.name}`);
      return undefined;
    }
    if (isNamespaceTerminating(made.error)) return undefined;
    this.#recorder.event(owner, "Warning", "FailedCreate", `Error creating: ${made.error.message ?? ""}`);
    return made.error;
  }

  /** Deletes expected pods side by side; gives the first error. */
  *delete(victims: readonly Pod[], owner: ApiObject): Task<SyncError> {
    const tasks = victims.map((pod) => this.deleteOne(pod, owner));
    const errors = yield* parallel(this.#process, this.#name, tasks);
    return errors.find((e) => e !== undefined);
  }

  /** Deletes an expected pod; one that is gone already is as good as deleted. */
  *deleteOne(pod: Pod, owner: ApiObject): Task<SyncError> {
    const { namespace, name } = pod.metadata;
    const gone = yield* this.#client.delete(pods, namespace, name);
    if (gone.ok) {
      this.#recorder.event(owner, "Normal", "SuccessfulDelete", `Deleted pod: ${name}`);
      return undefined;
    }
    this.expectations.deletionObserved(objectKey(owner), objectKey(pod));
    if (isNotFound(gone.error)) return undefined;
    this.#recorder.event(owner, "Warning", "FailedDelete", `Error deleting: ${gone.error.message ?? ""}`);
    return gone.error;
  }
}
