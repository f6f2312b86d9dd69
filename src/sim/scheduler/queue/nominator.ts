import type { PodInfo } from "../pod-info";

/**
 * Pods that preemption has made room for, by node: they hold that room without being there
 * (upstream `backend/queue/nominator.go`).
 */
export class Nominator {
  readonly #byNode = new Map<string, Map<string, PodInfo>>();
  readonly #nodeOf = new Map<string, string>();

  /** Notes that a pod hopes for a node; replaces what it hoped for before. */
  nominate(pod: PodInfo, node: string): void {
    this.remove(pod.key);
    if (node === "") return;
    let pods = this.#byNode.get(node);
    if (pods === undefined) this.#byNode.set(node, (pods = new Map()));
    pods.set(pod.key, pod);
    this.#nodeOf.set(pod.key, node);
  }

  remove(key: string): void {
    const node = this.#nodeOf.get(key);
    if (node === undefined) return;
    this.#nodeOf.delete(key);
    const pods = this.#byNode.get(node);
    pods?.delete(key);
    if (pods?.size === 0) this.#byNode.delete(node);
  }

  nodeOf(key: string): string {
    return this.#nodeOf.get(key) ?? "";
  }

  /** Pods nominated for a node; undefined for none. */
  on(node: string): ReadonlyMap<string, PodInfo> | undefined {
    return this.#byNode.size === 0 ? undefined : this.#byNode.get(node);
  }
}
