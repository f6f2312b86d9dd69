/**
 * One look at one StatefulSet: pods are made, mended, deleted and replaced one after the other, or all at once if the
 * set's policy is Parallel (`pkg/controller/statefulset/stateful_set_control.go` updateStatefulSet).
 */
import { pods as podKind } from "../../api/kinds/pod";
import type { ControllerRevision, Pod, StatefulSet } from "../../api/types";
import type { EventRecorder } from "../../client/event-recorder";
import type { RestClient } from "../../client/rest-client";
import { isAlreadyExists, isNamespaceTerminating, isNotFound } from "../../client/transport-error";
import type { Process } from "../../kernel/process";
import type { Task } from "../../kernel/task";
import type { Engine, SyncError } from "../engine";
import { slowStart } from "../parallel";
import { podFromTemplate } from "../pod-control";
import { templateOf } from "../revisions";
import type { Claims } from "./claims";
import {
  isHealthy,
  isRunningAndAvailable,
  isRunningAndReady,
  isTerminating,
  ordinalOf,
  podExtras,
  podNameOf,
  revisionOf,
  startOrdinal,
  withIdentity,
} from "./identity";

/** What all turns work with. */
export interface TurnTools {
  readonly process: Process;
  readonly client: RestClient;
  readonly recorder: EventRecorder;
  readonly claims: Claims;
  readonly engine: Engine;
}

/** What a step says: go on with the next pod, or leave it at that for now. */
type Step = { readonly stop: boolean; readonly error?: SyncError };

const GO_ON: Step = { stop: false };
const WAIT: Step = { stop: true };

/** A place of the set: its number, and the pod that is there. */
interface Place {
  readonly ordinal: number;
  readonly pod: Pod | undefined;
}

export class Turn {
  readonly #tools: TurnTools;
  readonly #key: string;
  readonly #set: StatefulSet;
  readonly #current: ControllerRevision;
  readonly #update: ControllerRevision;
  readonly #places: readonly Place[];
  /** Pods beyond the wanted number, the highest first. */
  readonly #condemned: readonly Pod[];
  readonly #inOrder: boolean;

  constructor(
    tools: TurnTools,
    key: string,
    set: StatefulSet,
    pods: readonly Pod[],
    current: ControllerRevision,
    update: ControllerRevision,
  ) {
    this.#tools = tools;
    this.#key = key;
    this.#set = set;
    this.#current = current;
    this.#update = update;
    this.#inOrder = set.spec.podManagementPolicy !== "Parallel";
    const start = startOrdinal(set);
    const end = start + (set.spec.replicas ?? 1);
    const byOrdinal = new Map(pods.map((pod) => [ordinalOf(set, pod.metadata.name), pod]));
    this.#places = Array.from({ length: end - start }, (_, i) => ({
      ordinal: start + i,
      pod: byOrdinal.get(start + i),
    }));
    this.#condemned = [...byOrdinal]
      .filter(([ordinal]) => ordinal >= 0 && (ordinal < start || ordinal >= end))
      .sort(([a], [b]) => b - a)
      .map(([, pod]) => pod);
  }

  /** Does what is to be done now. */
  *run(): Task<SyncError> {
    this.#decide("nothing");
    if (this.#set.metadata.deletionTimestamp !== undefined) return undefined;
    const placed = yield* this.#forAll(this.#places, (place) => this.#fill(place));
    if (placed.stop || placed.error !== undefined) return placed.error;
    for (const pod of this.#condemned) {
      const kept = yield* this.#tools.claims.retain(this.#set, pod, true);
      if (kept !== undefined) return kept;
    }
    const first = this.#firstUnhealthy();
    const thinned = yield* this.#forAll(this.#condemned, (pod) => this.#thin(pod, first));
    if (thinned.stop || thinned.error !== undefined) return thinned.error;
    if (this.#set.spec.updateStrategy?.type === "OnDelete") return undefined;
    return yield* this.#roll();
  }

  #decide(action: string): void {
    const have = this.#places.filter(({ pod }) => pod !== undefined).length + this.#condemned.length;
    this.#tools.engine.decide(this.#key, `${this.#places.length} pods`, `${have} pods`, action);
  }

  /** In order, until a step stops; or side by side, each for itself. */
  *#forAll<T>(items: readonly T[], act: (item: T) => Task<Step>): Task<Step> {
    if (this.#inOrder) {
      for (const item of items) {
        const step = yield* act(item);
        if (step.stop || step.error !== undefined) return step;
      }
      return GO_ON;
    }
    let at = 0;
    const next = function* (): Task<SyncError> {
      const item = items[at++];
      return item === undefined ? undefined : (yield* act(item)).error;
    };
    const { error } = yield* slowStart(this.#tools.process, this.#tools.engine.name, items.length, next);
    return { stop: error !== undefined, error };
  }

  /** The pod with the lowest number that is not well; it alone may be deleted out of turn. */
  #firstUnhealthy(): Pod | undefined {
    for (const { pod } of this.#places) if (pod !== undefined && !isHealthy(pod)) return pod;
    return this.#condemned.findLast((pod) => !isHealthy(pod));
  }

  *#fill(place: Place): Task<Step> {
    const { pod, ordinal } = place;
    if (pod === undefined) {
      const error = yield* this.#create(ordinal);
      return { stop: this.#inOrder, error };
    }
    const { phase } = pod.status;
    if (phase === "Failed" || phase === "Succeeded") return yield* this.#recreate(pod);
    if (phase === "Pending") {
      const error = yield* this.#tools.claims.ensure(this.#set, ordinal, pod.metadata.name);
      if (error !== undefined) return { stop: true, error };
    }
    if (this.#inOrder && !this.#isSettled(pod)) return WAIT;
    return yield* this.#mend(pod);
  }

  #isSettled(pod: Pod): boolean {
    const { now } = this.#tools.process;
    return !isTerminating(pod) && isRunningAndReady(pod) && isRunningAndAvailable(pod, this.#set, now);
  }

  /** A pod that has ended goes; its successor is made when it is gone. */
  *#recreate(pod: Pod): Task<Step> {
    if (isTerminating(pod)) return WAIT;
    const failed = pod.status.phase === "Failed";
    const { namespace, name } = this.#set.metadata;
    const text = `StatefulSet ${namespace}/${name} is recreating ${failed ? "failed" : "terminated"} Pod `;
    const reason = failed ? "RecreatingFailedPod" : "RecreatingTerminatedPod";
    this.#tools.recorder.event(this.#set, failed ? "Warning" : "Normal", reason, text + pod.metadata.name);
    return { stop: true, error: yield* this.#delete(pod) };
  }

  /** Labels that a user took away come back. */
  *#mend(pod: Pod): Task<Step> {
    const kept = yield* this.#tools.claims.retain(this.#set, pod, false);
    if (kept !== undefined) return { stop: true, error: kept };
    const whole = withIdentity(this.#set, pod);
    if (whole === pod) return GO_ON;
    const written = yield* this.#tools.client.update(podKind, whole);
    this.#tell("update", pod.metadata.name, written.ok ? undefined : written.error);
    return written.ok || isNotFound(written.error) ? GO_ON : { stop: true, error: written.error };
  }

  *#thin(pod: Pod, firstUnhealthy: Pod | undefined): Task<Step> {
    if (isTerminating(pod)) return this.#inOrder ? WAIT : GO_ON;
    // One after the other: while a lower one is unwell, no healthy one goes; the unwell may.
    if (this.#inOrder && !this.#isSettled(pod) && pod !== firstUnhealthy) return WAIT;
    return { stop: true, error: yield* this.#delete(pod) };
  }

  /** Replaces the highest pod that is of an old template, once all above it are well. */
  *#roll(): Task<SyncError> {
    const partition = this.#set.spec.updateStrategy?.rollingUpdate?.partition ?? 0;
    const { now } = this.#tools.process;
    for (const { ordinal, pod } of this.#places.toReversed()) {
      if (ordinal < startOrdinal(this.#set) + partition) return undefined;
      if (pod === undefined) return undefined;
      if (revisionOf(pod) !== this.#update.metadata.name && !isTerminating(pod)) {
        return yield* this.#delete(pod);
      }
      if (!isHealthy(pod) || !isRunningAndAvailable(pod, this.#set, now)) {
        this.#decide(`wait for ${pod.metadata.name}`);
        return undefined;
      }
    }
    return undefined;
  }

  /** Below the partition the old template still counts. */
  #revisionFor(ordinal: number): ControllerRevision {
    const strategy = this.#set.spec.updateStrategy;
    const partition = strategy?.type === "RollingUpdate" ? (strategy.rollingUpdate?.partition ?? 0) : 0;
    return ordinal < startOrdinal(this.#set) + partition ? this.#current : this.#update;
  }

  *#create(ordinal: number): Task<SyncError> {
    const name = podNameOf(this.#set, ordinal);
    this.#decide(`create ${name}`);
    const claimed = yield* this.#tools.claims.ensure(this.#set, ordinal, name);
    if (claimed !== undefined) return claimed;
    const revision = this.#revisionFor(ordinal);
    const template = templateOf(revision);
    const extras = podExtras(this.#set, template, ordinal, revision.metadata.name);
    const draft = podFromTemplate(template, this.#set, extras);
    const made = yield* this.#tools.client.create(podKind, this.#set.metadata.namespace, draft);
    // It is there and we have yet to see it, or its predecessor is not gone: try again later.
    if (!made.ok && isAlreadyExists(made.error)) return made.error;
    this.#tell("create", name, made.ok ? undefined : made.error);
    return made.ok || isNamespaceTerminating(made.error) ? undefined : made.error;
  }

  *#delete(pod: Pod): Task<SyncError> {
    const { namespace, name } = pod.metadata;
    this.#decide(`delete ${name}`);
    const gone = yield* this.#tools.client.delete(podKind, namespace, name);
    if (!gone.ok && isNotFound(gone.error)) return undefined;
    this.#tell("delete", name, gone.ok ? undefined : gone.error);
    return gone.ok ? undefined : gone.error;
  }

  #tell(verb: "create" | "delete" | "update", pod: string, error: SyncError): void {
    const title = { create: "Create", delete: "Delete", update: "Update" }[verb];
    const what = `${verb} Pod ${pod} in StatefulSet ${this.#set.metadata.name}`;
    const { recorder } = this.#tools;
    if (error === undefined) recorder.event(this.#set, "Normal", `Successful${title}`, `${what} successful`);
    else {
      const why = `${what} failed error: ${error.message ?? ""}`;
      recorder.event(this.#set, "Warning", `Failed${title}`, why);
    }
  }
}
