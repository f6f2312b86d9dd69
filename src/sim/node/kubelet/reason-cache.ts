import type { WaitingReason } from "./container-statuses";

/** Why the last attempt to start a container came to nothing (`pkg/kubelet/reason_cache.go`). */
export class ReasonCache {
  readonly #reasons = new Map<string, Map<string, WaitingReason>>();

  get(uid: string, container: string): WaitingReason | undefined {
    return this.#reasons.get(uid)?.get(container);
  }

  set(uid: string, container: string, reason: WaitingReason): void {
    let ofPod = this.#reasons.get(uid);
    if (ofPod === undefined) this.#reasons.set(uid, (ofPod = new Map()));
    ofPod.set(container, reason);
  }

  clear(uid: string, container: string): void {
    this.#reasons.get(uid)?.delete(container);
  }

  forget(uid: string): void {
    this.#reasons.delete(uid);
  }
}
