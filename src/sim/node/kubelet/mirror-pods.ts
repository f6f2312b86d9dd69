import { pods } from "../../api/kinds/pod";
import type { Pod } from "../../api/types";
import type { RestClient } from "../../client/rest-client";
import type { Process } from "../../kernel/process";
import type { Task } from "../../kernel/task";
import { STATUS_RESYNC } from "./defaults";
import { CONFIG_MIRROR, fullName } from "./pod-kind";
import { mirrorIsCurrent, type PodManager } from "./pod-manager";

/** Shows static pods in the API (`pkg/kubelet/pod/mirror_client.go`). They run all the same if that cannot be done. */
export class MirrorPods {
  readonly #process: Process;
  readonly #client: RestClient;
  readonly #pods: PodManager;
  readonly #nodeName: string;
  readonly #busy = new Set<string>();
  #nodeUid: string | undefined;
  #listed = false;
  #retryArmed = false;

  constructor(process: Process, client: RestClient, podManager: PodManager, nodeName: string) {
    this.#process = process;
    this.#client = client;
    this.#pods = podManager;
    this.#nodeName = nodeName;
  }

  /** The Node object is there: mirrors belong to it. */
  nodeRegistered(uid: string): void {
    if (this.#nodeUid === uid) return;
    this.#nodeUid = uid;
    this.ensureAll();
  }

  /** The node's pods have been listed: what mirrors there are is known. */
  podsListed(): void {
    this.#listed = true;
    this.ensureAll();
  }

  ensureAll(): void {
    for (const pod of this.#pods.pods.values()) {
      if (pod.metadata.annotations?.["kubernetes.io/config.source"] === "file") this.ensure(pod);
    }
    for (const mirror of [...this.#pods.mirrors()]) {
      if (this.#listed && this.#pods.staticOf(mirror) === undefined)
        this.#start(mirror, this.#remove(mirror));
    }
  }

  /** Sees to it that a static pod has a mirror that shows it as it is. */
  ensure(pod: Pod): void {
    if (!this.#listed || this.#nodeUid === undefined) return;
    const mirror = this.#pods.mirrorOf(pod);
    if (mirror === undefined) this.#start(pod, this.#create(pod, this.#nodeUid));
    else if (!mirrorIsCurrent(mirror, pod) || mirror.metadata.deletionTimestamp !== undefined) {
      this.#start(mirror, this.#remove(mirror));
    }
  }

  #start(pod: Pod, task: Task<boolean>): void {
    const name = fullName(pod);
    if (this.#busy.has(name)) return;
    this.#busy.add(name);
    this.#process.spawn("mirror pod", this.#run(name, task));
  }

  *#run(name: string, task: Task<boolean>): Task {
    const fine = yield* task;
    this.#busy.delete(name);
    if (fine || this.#retryArmed) return;
    this.#retryArmed = true;
    this.#process.kernel.schedule(STATUS_RESYNC, retry, this as MirrorPods, true);
  }

  /** Called by its timer. */
  retry(): void {
    this.#retryArmed = false;
    if (this.#process.alive) this.ensureAll();
  }

  *#create(pod: Pod, nodeUid: string): Task<boolean> {
    const { uid, resourceVersion: _version, creationTimestamp: _created, ...metadata } = pod.metadata;
    const mirror = {
      apiVersion: "v1",
      kind: "Pod",
      metadata: {
        ...metadata,
        annotations: { ...metadata.annotations, [CONFIG_MIRROR]: uid },
        ownerReferences: [
          { apiVersion: "v1", kind: "Node", name: this.#nodeName, uid: nodeUid, controller: true },
        ],
      },
      spec: pod.spec,
    };
    const result = yield* this.#client.create<Pod>(pods, pod.metadata.namespace, mirror);
    return result.ok || result.error.reason === "AlreadyExists";
  }

  *#remove(mirror: Pod): Task<boolean> {
    const { namespace, name, uid } = mirror.metadata;
    const options = { gracePeriodSeconds: 0, preconditions: { uid } };
    const result = yield* this.#client.delete<Pod>(pods, namespace, name, options);
    return result.ok || result.error.code === 404 || result.error.code === 409;
  }
}

function retry(mirrors: MirrorPods): void {
  mirrors.retry();
}
