import { objectKey, podCondition } from "../api/meta";
import { pods } from "../api/kinds/pod";
import { formatTime } from "../api/time";
import type { Binding, Pod, PodCondition, Status } from "../api/types";
import type { EventRecorder } from "../client/event-recorder";
import type { RestClient } from "../client/rest-client";
import { isNotFound } from "../client/transport-error";
import type { Task } from "../kernel/task";
import { err, ok, type Result } from "../../shared/result";
import { SCHEDULER_NAME } from "./config";
import type { Candidate } from "./preemption/victims";

/** The longest text of an event (upstream `validation.NoteLengthLimit`). */
const LONGEST_NOTE = 1024;

/** What the scheduler writes about pods: bindings, conditions, nominations, evictions, events. */
export class PodWriter {
  readonly #client: RestClient;
  readonly #recorder: EventRecorder;

  constructor(client: RestClient, recorder: EventRecorder) {
    this.#client = client;
    this.#recorder = recorder;
  }

  /** Binds a pod to a node (upstream `plugins/defaultbinder`). */
  *bind(pod: Pod, node: string): Task<Result<unknown, Status>> {
    const { name, namespace, uid } = pod.metadata;
    const binding: Binding = {
      apiVersion: "v1",
      kind: "Binding",
      metadata: { name, namespace, uid },
      target: { kind: "Node", name: node },
    };
    const bound = yield* this.#client.createSubresource(pods, namespace, name, "binding", binding);
    if (!bound.ok) return bound;
    const message = `Successfully assigned ${objectKey(pod)} to ${node}`;
    this.#recorder.event(pod, "Normal", "Scheduled", message);
    return bound;
  }

  failed(pod: Pod, message: string): void {
    const note = message.length <= LONGEST_NOTE ? message : `${message.slice(0, LONGEST_NOTE - 5)} ...`;
    this.#recorder.event(pod, "Warning", "FailedScheduling", note);
  }

  /** Says in the pod's status why it has no node. `nominated` undefined: leaves that as it is. */
  *reportUnscheduled(pod: Pod, reason: string, message: string, nominated: string | undefined): Task {
    const now = formatTime(this.#client.process.now);
    const before = podCondition(pod, "PodScheduled");
    const same = before?.status === "False" && before.reason === reason && before.message === message;
    const hopes = nominated ?? pod.status.nominatedNodeName ?? "";
    const hoped = pod.status.nominatedNodeName ?? "";
    if (same && hopes === hoped) return;
    const since = before?.status === "False" ? before.lastTransitionTime : undefined;
    const condition: PodCondition = {
      type: "PodScheduled",
      status: "False",
      lastTransitionTime: since ?? now,
      reason,
      message,
    };
    const status: Record<string, unknown> = { conditions: [condition] };
    if (hopes !== hoped) status["nominatedNodeName"] = hopes === "" ? null : hopes;
    yield* this.#patchStatus(pod, status);
  }

  /** Takes a nomination back: a more important pod gets the room. */
  *clearNomination(pod: Pod): Task {
    yield* this.#patchStatus(pod, { nominatedNodeName: null });
  }

  /** Pushes the victims aside, each with its time to end. Stops at the first that cannot be deleted. */
  *evict(preemptor: Pod, { node, victims }: Candidate): Task<Result<void, Status>> {
    for (const { pod } of victims) {
      const condition: PodCondition = {
        type: "DisruptionTarget",
        status: "True",
        lastTransitionTime: formatTime(this.#client.process.now),
        reason: "PreemptionByScheduler",
        message: `${SCHEDULER_NAME}: preempting to accommodate a higher priority pod`,
      };
      const marked = yield* this.#patchStatus(pod, { conditions: [condition] });
      if (!marked.ok) {
        if (isNotFound(marked.error)) continue;
        return marked;
      }
      const { name, namespace, uid } = pod.metadata;
      const deleted = yield* this.#client.delete(pods, namespace, name, { preconditions: { uid } });
      if (!deleted.ok && !isNotFound(deleted.error)) return err(deleted.error);
      const by = `Preempted by pod ${preemptor.metadata.uid} on node ${node.name}`;
      this.#recorder.event(pod, "Normal", "Preempted", by);
    }
    return ok(undefined);
  }

  *#patchStatus(pod: Pod, status: object): Task<Result<unknown, Status>> {
    const { name, namespace, uid } = pod.metadata;
    const body = { metadata: { uid }, status };
    return yield* this.#client.patch(pods, namespace, name, {
      type: "strategic",
      body,
      subresource: "status",
    });
  }
}
