import { compileLabelSelector, NOTHING, type Selector } from "../api/selector";
import { controllerOf } from "../api/meta";
import type {
  LabelSelector,
  Labels,
  Pod,
  ReplicationController,
  ReplicaSet,
  Service,
  StatefulSet,
} from "../api/types";

/** What the default selector is made of. */
export interface WorkloadListers {
  servicesOf(namespace: string): readonly Service[];
  replicaSet(key: string): ReplicaSet | undefined;
  statefulSet(key: string): StatefulSet | undefined;
  replicationController(key: string): ReplicationController | undefined;
}

/** Answers that are kept; workloads with pending pods are few. */
const CAPACITY = 512;

/**
 * The pods that a pod should be spread from when it says nothing itself: those of its Services and of its
 * controller (upstream `plugins/helper/spread.go`). Kept for each owner until a Service or an owner changes.
 */
export class DefaultSelector {
  readonly #listers: WorkloadListers;
  readonly #known = new Map<string, Selector>();

  constructor(listers: WorkloadListers) {
    this.#listers = listers;
  }

  /** A Service, ReplicaSet, StatefulSet or ReplicationController changed. */
  invalidate(): void {
    this.#known.clear();
  }

  /** undefined when nothing selects the pod. */
  of(pod: Pod): Selector | undefined {
    const owner = controllerOf(pod);
    const labels = pod.metadata.labels;
    if (owner !== undefined) {
      const known = this.#known.get(owner.uid);
      // Pods of one owner may differ in labels added later: then the answer is made for this pod alone.
      if (known !== undefined && known.matches(labels)) return known;
    }
    const made = this.#make(pod, labels);
    if (made === undefined || owner === undefined) return made;
    if (this.#known.size >= CAPACITY) this.#known.clear();
    this.#known.set(owner.uid, made);
    return made;
  }

  #make(pod: Pod, labels: Labels | undefined): Selector | undefined {
    const { namespace } = pod.metadata;
    const matchLabels: Record<string, string> = {};
    for (const service of this.#listers.servicesOf(namespace)) {
      const selector = service.spec.selector;
      if (selector === undefined) continue;
      const pairs = Object.entries(selector);
      if (pairs.length === 0 || pairs.some(([key, value]) => labels?.[key] !== value)) continue;
      for (const [key, value] of pairs) matchLabels[key] = value;
    }
    const merged: LabelSelector = { matchLabels };
    this.#addOwner(pod, merged);
    const selector = compileLabelSelector(merged);
    return selector.empty || selector === NOTHING ? undefined : selector;
  }

  #addOwner(pod: Pod, merged: LabelSelector): void {
    const owner = controllerOf(pod);
    if (owner === undefined) return;
    const key = `${pod.metadata.namespace}/${owner.name}`;
    if (owner.kind === "ReplicaSet" || owner.kind === "StatefulSet") {
      const { replicaSet, statefulSet } = this.#listers;
      const set = owner.kind === "ReplicaSet" ? replicaSet(key) : statefulSet(key);
      const selector = set?.spec.selector;
      Object.assign(merged.matchLabels!, selector?.matchLabels);
      if (selector?.matchExpressions !== undefined) merged.matchExpressions = selector.matchExpressions;
    } else if (owner.kind === "ReplicationController") {
      Object.assign(merged.matchLabels!, this.#listers.replicationController(key)?.spec.selector);
    }
  }
}
