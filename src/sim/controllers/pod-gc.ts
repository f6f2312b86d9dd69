/**
 * Clears away pods that nobody else will: too many that ended, those of nodes that are gone, those deleted
 * before they had a node, and those on nodes that are out of service
 * (`pkg/controller/podgc/gc_controller.go`).
 */
import { nodes } from "../api/kinds/node";
import { pods } from "../api/kinds/pod";
import { isPodTerminal, setCondition } from "../api/meta";
import { findTaint } from "../api/taints";
import { formatTime } from "../api/time";
import type { Node, Pod } from "../api/types";
import type { RestClient } from "../client/rest-client";
import { isNotFound } from "../client/transport-error";
import { actByTimeAlone } from "../client/time-alone";
import type { KernelEvent } from "../kernel/event-queue";
import type { Task } from "../kernel/task";
import { SECOND, type Micros } from "../kernel/time";
import type { ControllerContext } from "./context";
import { Engine, type SyncError } from "./engine";
import type { Controller } from "./table";

const NAME = "pod-garbage-collector-controller";
export const CHECK_PERIOD = 20 * SECOND;
/** A pod whose node is gone is looked at again after this long before it is deleted. */
export const QUARANTINE = 40 * SECOND;
export const TERMINATED_THRESHOLD = 12_500;
const OUT_OF_SERVICE = "node.kubernetes.io/out-of-service";

export function podGarbageCollector(context: ControllerContext): Controller {
  const { process } = context;
  const client = context.client(NAME);
  const podInformer = context.informers.informer(pods);
  const nodeInformer = context.informers.informer(nodes);
  const engine = new Engine(process, { name: NAME, workers: 1, sync });
  /** When a pod's node was first found to be missing, by the node's name. */
  const missing = new Map<string, Micros>();
  /** What took a node away: its pods go in that name. */
  const causes = new Map<string, KernelEvent>();
  nodeInformer.addHandler({
    onAdd: (node) => causes.delete(node.metadata.name),
    onDelete: (node) => causes.set(node.metadata.name, process.kernel.context),
  });

  function* sync(key: string): Task<SyncError> {
    actByTimeAlone(process.kernel);
    engine.queue.addAfter(key, CHECK_PERIOD);
    for (const pod of excess([...podInformer.values()])) yield* remove(pod, false);
    for (const pod of podInformer.list()) {
      actByTimeAlone(process.kernel);
      if (podInformer.get(`${pod.metadata.namespace}/${pod.metadata.name}`) !== pod) continue;
      const node = pod.spec.nodeName === undefined ? undefined : nodeInformer.get(pod.spec.nodeName);
      if (pod.spec.nodeName === undefined) {
        if (pod.metadata.deletionTimestamp !== undefined) yield* remove(pod, false);
      } else if (node === undefined) yield* orphan(pod, pod.spec.nodeName);
      else if (pod.metadata.deletionTimestamp !== undefined && outOfService(node)) yield* remove(pod, true);
    }
    for (const name of missing.keys()) if (nodeInformer.get(name) !== undefined) missing.delete(name);
    return undefined;
  }

  function* orphan(pod: Pod, nodeName: string): Task {
    const since = missing.get(nodeName);
    if (since === undefined) {
      missing.set(nodeName, process.now);
      return;
    }
    if (process.now - since < QUARANTINE) return;
    const cause = causes.get(nodeName);
    if (cause !== undefined) process.kernel.adopt(cause);
    yield* remove(pod, true);
  }

  /** Deletes for good. `fail`: it ran, so its end is recorded first. */
  function* remove(pod: Pod, fail: boolean): Task {
    const { namespace, name, uid } = pod.metadata;
    engine.decide(`${namespace}/${name}`, "no pod without a node", pod.status.phase ?? "", "delete it");
    if (fail && !isPodTerminal(pod) && !(yield* markFailed(client, pod, process.now))) return;
    const options = { gracePeriodSeconds: 0, preconditions: { uid } };
    yield* client.delete(pods, namespace, name, options);
  }

  const begin = (): void => {
    engine.start([podInformer.synced, nodeInformer.synced]);
    engine.queue.addAfter("all", CHECK_PERIOD);
  };
  return { engine, start: begin };
}

/** The oldest of the pods that have ended, as many as there are beyond the threshold. */
function excess(all: readonly Pod[]): Pod[] {
  const ended = all.filter((p) => isPodTerminal(p) && p.metadata.deletionTimestamp === undefined);
  if (ended.length <= TERMINATED_THRESHOLD) return [];
  const age = (p: Pod): string => `${p.metadata.creationTimestamp} ${p.metadata.name}`;
  return ended.sort((a, b) => (age(a) < age(b) ? -1 : 1)).slice(0, ended.length - TERMINATED_THRESHOLD);
}

function outOfService(node: Node): boolean {
  const ready = node.status.conditions?.find((c) => c.type === "Ready")?.status === "True";
  const taint = findTaint(node.spec.taints, OUT_OF_SERVICE, "NoExecute");
  return !ready && taint !== undefined;
}

function* markFailed(client: RestClient, pod: Pod, now: Micros): Task<boolean> {
  const { namespace, name } = pod.metadata;
  const conditions = setCondition(pod.status.conditions, {
    type: "DisruptionTarget",
    status: "True",
    reason: "DeletionByPodGC",
    message: "PodGC: node no longer exists",
    lastTransitionTime: formatTime(now),
  });
  const body = { status: { phase: "Failed", conditions } };
  const done = yield* client.patch(pods, namespace, name, { type: "merge", body, subresource: "status" });
  return done.ok || isNotFound(done.error);
}
