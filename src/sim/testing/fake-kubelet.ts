import { formatTime } from "../api/time";
import type { Pod } from "../api/types";
import { SECOND } from "../kernel/time";
import type { FakeApiServer } from "./fake-api-server";

/**
 * Plays scheduler and kubelets on the objects of a fake API server: assigns pods to nodes, makes them
 * Ready, takes terminating ones away. Call `tick` as often as things shall move on.
 */
export class FakeKubelet {
  readonly #api: FakeApiServer;
  readonly #nodes: number;
  #next = 0;
  /** Whether a pod may become Ready. */
  healthy: (pod: Pod) => boolean = () => true;
  /** The node for a pod that has none; `""`: the next in turn. */
  assign: (pod: Pod) => string = () => "";
  /** Whether terminating pods may go. */
  reap = true;

  constructor(api: FakeApiServer, nodes = 3) {
    this.#api = api;
    this.#nodes = nodes;
  }

  /** Moves every pod one step on. */
  tick(): void {
    for (const pod of this.#api.all<Pod>("pods")) {
      const { namespace, name } = pod.metadata;
      if (pod.metadata.deletionTimestamp !== undefined) {
        const held = (pod.metadata.finalizers ?? []).length > 0;
        if (this.reap && !held) this.#api.remove("pods", namespace, name);
      } else if (pod.spec.nodeName === undefined) {
        const nodeName = this.assign(pod) || `worker-${(this.#next++ % this.#nodes) + 1}`;
        this.#api.change("pods", namespace, name, (p) => ({ ...p, spec: { ...p.spec, nodeName } }));
      } else if (pod.status.phase === "Pending" && this.healthy(pod)) this.setReady(pod, true);
    }
  }

  setReady(pod: Pod, ready: boolean): void {
    const { namespace, name } = pod.metadata;
    const at = formatTime(this.#api.kernel.now);
    const conditions = [{ type: "Ready", status: ready ? "True" : "False", lastTransitionTime: at }];
    this.#api.change("pods", namespace, name, (p) => ({ ...p, status: { phase: "Running", conditions } }));
  }

  /** Lets time pass, one step of every pod each second. */
  run(seconds: number, each: () => void = () => {}): void {
    for (let i = 0; i < seconds; i++) {
      this.#api.kernel.external(() => this.tick());
      this.#api.kernel.runUntil(this.#api.kernel.now + SECOND);
      each();
    }
  }
}
