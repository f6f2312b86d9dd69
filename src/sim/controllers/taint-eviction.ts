/**
 * Evicts pods from nodes with NoExecute taints that they do not tolerate, at once or when their toleration runs out
 * (`pkg/controller/tainteviction/taint_eviction.go`).
 */
import { klogS } from "../api/klog";
import { nodes } from "../api/kinds/node";
import { pods } from "../api/kinds/pod";
import { deepEqual } from "../api/deep-equal";
import { objectKey, splitKey } from "../api/meta";
import { tolerates } from "../api/taints";
import { formatTime } from "../api/time";
import type { Node, Pod, PodCondition, Status, Taint, Toleration } from "../api/types";
import type { EventRecorder, ObjectRef } from "../client/event-recorder";
import type { Informer } from "../client/informer";
import type { RestClient } from "../client/rest-client";
import { isNotFound } from "../client/transport-error";
import type { Process } from "../kernel/process";
import type { Task } from "../kernel/task";
import type { Thread } from "../kernel/thread";
import { MS, SECOND, type Micros } from "../kernel/time";
import type { ControllerContext } from "./context";
import { Engine, type SyncError } from "./engine";
import { PODS_BY_NODE, podsByNode } from "./pods-by-node";
import type { Controller } from "./table";

const NAME = "taint-eviction-controller";
const NODE_WORKERS = 8;
const POD_WORKERS = 8;
const DELETE_TRIES = 5;
const DELETE_RETRY = 10 * MS;

/** How long a pod may stay on a node with these NoExecute taints. */
export type Stay = "forever" | "not-at-all" | { readonly seconds: number };

/** What a pod's tolerations allow: the shortest of those that are used. */
export function allowedStay(taints: readonly Taint[], tolerations: readonly Toleration[] | undefined): Stay {
  let shortest: number | undefined;
  for (const taint of taints) {
    const used = tolerations?.find((toleration) => tolerates(toleration, taint));
    if (used === undefined) return "not-at-all";
    if (used.tolerationSeconds === undefined) continue;
    const seconds = Math.max(0, used.tolerationSeconds);
    if (shortest === undefined || seconds < shortest) shortest = seconds;
  }
  return shortest === undefined ? "forever" : { seconds: shortest };
}

/** An eviction that is to come. */
interface Scheduled {
  readonly uid: string;
  readonly createdAt: Micros;
  readonly thread: Thread<void>;
  /** It has begun: there is no way back. Kept until the pod is gone, so that it is not done twice. */
  begun: boolean;
}

export function taintEvictionController(context: ControllerContext): Controller {
  const controller = new TaintEviction(context);
  return { engine: [controller.nodeEngine, controller.podEngine], start: () => controller.start() };
}

class TaintEviction {
  readonly nodeEngine: Engine;
  readonly podEngine: Engine;
  readonly #process: Process;
  readonly #client: RestClient;
  readonly #recorder: EventRecorder;
  readonly #nodes: Informer<Node>;
  readonly #pods: Informer<Pod>;
  /** Nodes with NoExecute taints, and these. */
  readonly #tainted = new Map<string, readonly Taint[]>();
  readonly #evictions = new Map<string, Scheduled>();

  constructor(context: ControllerContext) {
    const { process, informers } = context;
    this.#process = process;
    this.#client = context.client(NAME);
    this.#recorder = context.recorder("taint-eviction-controller");
    this.#nodes = informers.informer(nodes);
    this.#pods = informers.informer(pods);
    podsByNode(this.#pods);
    this.nodeEngine = new Engine(process, {
      name: NAME,
      workers: NODE_WORKERS,
      sync: (key) => this.#syncNode(key),
    });
    this.podEngine = new Engine(process, {
      name: `${NAME}-pods`,
      workers: POD_WORKERS,
      sync: (key) => this.#syncPod(key),
    });
    this.#watch();
  }

  start(): void {
    const synced = [this.#nodes.synced, this.#pods.synced];
    this.nodeEngine.start(synced);
    this.podEngine.start(synced);
  }

  #watch(): void {
    this.#nodes.addHandler({
      onAdd: (node) => {
        if (noExecute(node).length > 0) this.nodeEngine.enqueue(node);
      },
      onUpdate: (old, node) => {
        if (old.spec.taints === node.spec.taints) return;
        if (!deepEqual(noExecute(old), noExecute(node))) this.nodeEngine.enqueue(node);
      },
      onDelete: (node) => {
        if (this.#tainted.has(node.metadata.name)) this.nodeEngine.enqueue(node);
      },
    });
    this.#pods.addHandler({
      onAdd: (pod) => this.#podChanged(undefined, pod),
      onUpdate: (old, pod) => this.#podChanged(old, pod),
      onDelete: (pod) => {
        if (this.#evictions.has(objectKey(pod))) this.podEngine.enqueue(pod);
      },
    });
  }

  #podChanged(old: Pod | undefined, pod: Pod): void {
    if (!pod.spec.nodeName || !this.#tainted.has(pod.spec.nodeName)) return;
    if (old !== undefined && old.spec.nodeName === pod.spec.nodeName) {
      if (old.spec === pod.spec || deepEqual(old.spec.tolerations, pod.spec.tolerations)) return;
    }
    this.podEngine.enqueue(pod);
  }

  *#syncNode(name: string): Task<SyncError> {
    const node = this.#nodes.get(name);
    const taints = node === undefined ? [] : noExecute(node);
    if (taints.length > 0) this.#tainted.set(name, taints);
    else this.#tainted.delete(name);
    const here = this.#pods.byIndex(PODS_BY_NODE, name);
    if (here.length > 0 && node !== undefined) {
      const keys = taints.map(({ key }) => key).join(" ") || "none";
      this.nodeEngine.decide(
        name,
        `${here.length} pods`,
        `NoExecute taints: ${keys}`,
        "judge each pod's tolerations",
      );
    }
    for (const pod of here) this.#judge(pod, taints);
    return undefined;
  }

  *#syncPod(key: string): Task<SyncError> {
    const pod = this.#pods.get(key);
    if (pod === undefined) this.#cancel(key, false);
    else this.#judge(pod, this.#tainted.get(pod.spec.nodeName ?? "") ?? []);
    return undefined;
  }

  /** Plans a pod's eviction, or takes it back. */
  #judge(pod: Pod, taints: readonly Taint[]): void {
    const key = objectKey(pod);
    const stay = taints.length === 0 ? "forever" : allowedStay(taints, pod.spec.tolerations);
    if (stay === "forever") {
      this.#cancel(key, true);
      return;
    }
    const { now } = this.#process;
    const planned = this.#evictions.get(key);
    if (planned?.begun === true && planned.uid === pod.metadata.uid) return;
    if (stay === "not-at-all") {
      this.#cancel(key, true);
      this.#plan(pod, now, now);
      return;
    }
    const dueAt = now + stay.seconds * SECOND;
    // One that was planned before counts from its own beginning.
    if (planned !== undefined && planned.createdAt + stay.seconds * SECOND < dueAt) return;
    this.#cancel(key, true);
    this.#plan(pod, now, dueAt);
  }

  #plan(pod: Pod, createdAt: Micros, dueAt: Micros): void {
    const key = objectKey(pod);
    const { uid } = pod.metadata;
    const thread = this.#process.spawn(`evict ${key}`, this.#evict(pod, dueAt - createdAt));
    this.#evictions.set(key, { uid, createdAt, thread, begun: false });
  }

  #cancel(key: string, tell: boolean): void {
    const planned = this.#evictions.get(key);
    if (planned === undefined) return;
    if (planned.begun && tell) return;
    this.#evictions.delete(key);
    if (planned.begun) return;
    planned.thread.cancel();
    if (tell) this.#tell(key, planned.uid, `Cancelling deletion of Pod ${key}`);
  }

  *#evict(pod: Pod, delay: Micros): Task {
    yield delay;
    const key = objectKey(pod);
    const own = this.#evictions.get(key);
    if (own !== undefined) own.begun = true;
    this.podEngine.decide(key, "not here", "its toleration has run out", "delete it");
    klogS(this.#process, "I", "taint_eviction.go:111", "Deleting pod", { controller: NAME, pod: key });
    this.#tell(key, pod.metadata.uid, `Marking for deletion Pod ${key}`);
    for (let tries = 1; tries <= DELETE_TRIES; tries++) {
      if ((yield* this.#delete(pod)) === undefined) return;
      yield DELETE_RETRY;
    }
    if (this.#evictions.get(key) === own) this.#evictions.delete(key);
  }

  *#delete(pod: Pod): Task<Status | undefined> {
    const { name, namespace, uid } = pod.metadata;
    const condition: PodCondition = {
      type: "DisruptionTarget",
      status: "True",
      lastTransitionTime: formatTime(this.#process.now),
      reason: "DeletionByTaintManager",
      message: "Taint manager: deleting due to NoExecute taint",
    };
    const marked = yield* this.#client.patch(pods, namespace, name, {
      type: "strategic",
      body: { metadata: { uid }, status: { conditions: [condition] } },
      subresource: "status",
    });
    if (!marked.ok) return isNotFound(marked.error) ? undefined : marked.error;
    const deleted = yield* this.#client.delete(pods, namespace, name, { preconditions: { uid } });
    return deleted.ok || isNotFound(deleted.error) ? undefined : deleted.error;
  }

  #tell(key: string, uid: string, message: string): void {
    const { name, namespace } = splitKey(key);
    const ref: ObjectRef = { apiVersion: "v1", kind: "Pod", name, namespace, uid };
    this.#recorder.event(ref, "Normal", "TaintManagerEviction", message);
  }
}

function noExecute(node: Node): readonly Taint[] {
  const { taints } = node.spec;
  if (taints === undefined || taints.length === 0) return [];
  return taints.filter(({ effect }) => effect === "NoExecute");
}
