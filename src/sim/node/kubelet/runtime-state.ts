import type { Micros } from "../../kernel/time";
import { RUNTIME_GRACE } from "./defaults";

/** Can the container runtime be reached, and has it a network? (`pkg/kubelet/runtime.go`) */
export class RuntimeState {
  #up = false;
  /** When it was reached last. */
  #lastUp: Micros;
  #network: string | undefined =
    "NetworkReady=false reason:NetworkPluginNotReady message:Network plugin not initialized";

  constructor(now: Micros) {
    this.#lastUp = now;
  }

  get up(): boolean {
    return this.#up;
  }

  /** Why pods that need a network cannot run; undefined: they can. */
  get networkError(): string | undefined {
    return this.#network;
  }

  setUp(up: boolean, now: Micros): void {
    if (this.#up !== up) this.#lastUp = now;
    this.#up = up;
  }

  setNetwork(error: string | undefined): void {
    this.#network = error;
  }

  /** What keeps the node from being Ready. */
  errors(now: Micros): string[] {
    const errors: string[] = [];
    if (!this.#up && now - this.#lastUp >= RUNTIME_GRACE) errors.push("container runtime is down");
    if (this.#network !== undefined) errors.push(`container runtime network not ready: ${this.#network}`);
    return errors;
  }

  /** When the errors change by time alone; undefined: not at all. */
  get nextChange(): Micros | undefined {
    return this.#up ? undefined : this.#lastUp + RUNTIME_GRACE;
  }
}
