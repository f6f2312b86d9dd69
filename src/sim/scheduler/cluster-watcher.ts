import { namespaces } from "../api/kinds/namespace";
import { nodes } from "../api/kinds/node";
import { podDisruptionBudgets } from "../api/kinds/pod-disruption-budget";
import { pods } from "../api/kinds/pod";
import { replicaSets } from "../api/kinds/replica-set";
import { replicationControllers } from "../api/kinds/replication-controller";
import { statefulSets } from "../api/kinds/stateful-set";
import { services } from "../api/kinds/service";
import { deepEqual } from "../api/deep-equal";
import { isPodTerminal, objectKey } from "../api/meta";
import { podRequests } from "../api/pod-requests";
import type { Node, Pod, PodDisruptionBudget } from "../api/types";
import type { Informer } from "../client/informer";
import type { InformerFactory } from "../client/informer-factory";
import { BY_NAMESPACE, indexByNamespace } from "../client/lister";
import type { Cache } from "./cache";
import { DefaultSelector } from "./default-selector";
import {
  NODE_ADDED,
  NODE_DELETED,
  nodeChanges,
  POD_ADDED,
  POD_DELETED,
  POD_LABELS,
  POD_SCALED_DOWN,
  sameMap,
  SELF_GATES,
  SELF_LABELS,
  SELF_SCALED_DOWN,
  SELF_TOLERATIONS,
} from "./framework/events";
import { PodInfo } from "./pod-info";
import type { Nominator } from "./queue/nominator";
import type { SchedulingQueue } from "./queue/scheduling-queue";

/** Where changes go to. The queue comes later than the watcher: it asks plugins that ask the watcher. */
export interface Destinations {
  readonly cache: Cache;
  readonly nominator: Nominator;
  readonly queue: SchedulingQueue;
}

/**
 * Follows the API server and keeps cache and queue up to date (upstream `pkg/scheduler/eventhandlers.go`).
 * Pods with a node go to the cache, those without to the queue.
 */
export class ClusterWatcher {
  readonly pods: Informer<Pod>;
  readonly defaultSelector: DefaultSelector;
  readonly #factory: InformerFactory;
  readonly #budgets: Informer<PodDisruptionBudget>;
  readonly #schedulerName: string;

  constructor(factory: InformerFactory, schedulerName: string) {
    this.#factory = factory;
    this.#schedulerName = schedulerName;
    this.pods = factory.informer(pods, {
      fieldSelector: "status.phase!=Succeeded,status.phase!=Failed",
    });
    this.#budgets = factory.informer(podDisruptionBudgets);
    const serviceInformer = factory.informer(services);
    indexByNamespace(serviceInformer);
    const replicaSetInformer = factory.informer(replicaSets);
    const statefulSetInformer = factory.informer(statefulSets);
    const controllerInformer = factory.informer(replicationControllers);
    this.defaultSelector = new DefaultSelector({
      servicesOf: (namespace) => serviceInformer.byIndex(BY_NAMESPACE, namespace),
      replicaSet: (key) => replicaSetInformer.get(key),
      statefulSet: (key) => statefulSetInformer.get(key),
      replicationController: (key) => controllerInformer.get(key),
    });
  }

  /** Has the informers fill cache and queue from now on. */
  connect(to: Destinations): void {
    this.#watchPods(to);
    this.#watchNodes(to);
    const { cache } = to;
    this.#factory.informer(namespaces).addHandler({
      onAdd: (namespace) => cache.setNamespace(namespace),
      onUpdate: (_old, namespace) => cache.setNamespace(namespace),
      onDelete: (namespace) => cache.removeNamespace(namespace.metadata.name),
    });
    this.#watchOwners();
  }

  budgets(): readonly PodDisruptionBudget[] {
    return this.#budgets.size === 0 ? [] : this.#budgets.list();
  }

  #watchOwners(): void {
    const forget = () => this.defaultSelector.invalidate();
    const changed = (old: { spec: { selector?: object } }, next: { spec: { selector?: object } }) => {
      if (old.spec.selector !== next.spec.selector && !deepEqual(old.spec.selector, next.spec.selector))
        forget();
    };
    this.#factory.informer(services).addHandler({ onAdd: forget, onUpdate: changed, onDelete: forget });
    this.#factory.informer(replicaSets).addHandler({ onAdd: forget, onUpdate: changed, onDelete: forget });
    this.#factory.informer(statefulSets).addHandler({ onAdd: forget, onUpdate: changed, onDelete: forget });
    this.#factory
      .informer(replicationControllers)
      .addHandler({ onAdd: forget, onUpdate: changed, onDelete: forget });
  }

  #watchPods(to: Destinations): void {
    this.pods.addHandler({
      onAdd: (pod) => this.#podChanged(to, undefined, pod),
      onUpdate: (old, pod) => {
        if (old.metadata.uid === pod.metadata.uid) this.#podChanged(to, old, pod);
        else {
          // Deleted and created again between two looks.
          this.#podChanged(to, old, undefined);
          this.#podChanged(to, undefined, pod);
        }
      },
      onDelete: (pod) => this.#podChanged(to, pod, undefined),
    });
  }

  #podChanged(to: Destinations, old: Pod | undefined, next: Pod | undefined): void {
    if (next !== undefined && isBound(next)) this.#boundChanged(to, old, next);
    else if (next !== undefined && this.#isOurs(next)) this.#waitingChanged(to, old, next);
    else if (old !== undefined) this.#podGone(to, old);
  }

  #boundChanged({ cache, nominator, queue }: Destinations, old: Pod | undefined, pod: Pod): void {
    cache.setPod(pod);
    if (old !== undefined && isBound(old)) {
      if (scaledDown(old, pod)) queue.moveAll({ kind: POD_SCALED_DOWN, what: "pod", old, new: pod });
      if (old.metadata.labels === pod.metadata.labels) return;
      if (sameMap(old.metadata.labels, pod.metadata.labels)) return;
      queue.moveAll({ kind: POD_LABELS, what: "pod", old, new: pod });
      return;
    }
    const key = objectKey(pod);
    queue.delete(key);
    nominator.remove(key);
    queue.moveAll({ kind: POD_ADDED, what: "pod", old: undefined, new: pod });
  }

  #waitingChanged({ cache, nominator, queue }: Destinations, old: Pod | undefined, pod: Pod): void {
    const key = objectKey(pod);
    if (cache.isAssumed(key)) return;
    const hopes = pod.status.nominatedNodeName ?? "";
    const hoped = old?.status.nominatedNodeName ?? "";
    if (hopes !== hoped) {
      if (hopes === "") nominator.remove(key);
      else nominator.nominate(new PodInfo(pod), hopes);
    }
    if (old === undefined || !this.#isOurs(old)) queue.add(pod);
    else queue.update(pod, selfChanges(old, pod));
  }

  /** The pod is deleted or has ended. */
  #podGone({ cache, nominator, queue }: Destinations, old: Pod): void {
    const key = objectKey(old);
    const held = isBound(old) || cache.isAssumed(key) || nominator.nodeOf(key) !== "";
    cache.removePod(key);
    queue.delete(key);
    nominator.remove(key);
    if (held) queue.moveAll({ kind: POD_DELETED, what: "pod", old, new: undefined });
  }

  #watchNodes({ cache, queue }: Destinations): void {
    this.#factory.informer(nodes).addHandler({
      onAdd: (node: Node) => {
        cache.setNode(node);
        queue.moveAll({ kind: NODE_ADDED, what: "node", old: undefined, new: node });
      },
      onUpdate: (old: Node, node: Node) => {
        cache.setNode(node);
        const kind = nodeChanges(old, node);
        if (kind !== 0) queue.moveAll({ kind, what: "node", old, new: node });
      },
      onDelete: (node: Node) => {
        cache.removeNode(node.metadata.name);
        queue.moveAll({ kind: NODE_DELETED, what: "node", old: node, new: undefined });
      },
    });
  }

  #isOurs(pod: Pod): boolean {
    return !isBound(pod) && !isPodTerminal(pod) && pod.spec.schedulerName === this.#schedulerName;
  }
}

function isBound(pod: Pod): boolean {
  return (pod.spec.nodeName ?? "") !== "" && !isPodTerminal(pod);
}

/** Does a pod ask for less of something than it did? Only pods whose spec has changed can. */
function scaledDown(old: Pod, pod: Pod): boolean {
  if ((pod.metadata.generation ?? 1) <= 1) return false;
  const before = podRequests(old);
  const after = podRequests(pod);
  return after.cpuMilli < before.cpuMilli || after.memoryBytes < before.memoryBytes;
}

/** What changed about a waiting pod that plugins may care about; 0 for nothing. */
function selfChanges(old: Pod, pod: Pod): number {
  let kinds = scaledDown(old, pod) ? SELF_SCALED_DOWN : 0;
  if (old.metadata.labels !== pod.metadata.labels && !sameMap(old.metadata.labels, pod.metadata.labels)) {
    kinds |= SELF_LABELS;
  }
  if (old.spec === pod.spec) return kinds;
  if (!deepEqual(old.spec.tolerations, pod.spec.tolerations)) kinds |= SELF_TOLERATIONS;
  if ((old.spec.schedulingGates ?? []).length !== (pod.spec.schedulingGates ?? []).length)
    kinds |= SELF_GATES;
  return kinds;
}
