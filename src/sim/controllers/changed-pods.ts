import type { Engine } from "./engine";
import type { ServiceMembers } from "./service-members";

/** For each Service the pods that changed since it was last looked at, or all of them; has it looked at then. */
export class ChangedPods {
  readonly #byService = new Map<string, Set<string> | "all">();

  constructor(members: ServiceMembers, engine: Engine) {
    members.listen((service, pod) => {
      this.add(service, pod);
      engine.queue.add(service);
    });
  }

  /** `pod` undefined: all of the Service's pods. */
  add(service: string, pod: string | undefined): void {
    const known = this.#byService.get(service);
    if (known === "all") return;
    if (pod === undefined) this.#byService.set(service, "all");
    else if (known === undefined) this.#byService.set(service, new Set([pod]));
    else known.add(pod);
  }

  /** What has changed since the last call; undefined for nothing. */
  take(service: string): ReadonlySet<string> | "all" | undefined {
    const changed = this.#byService.get(service);
    this.#byService.delete(service);
    return changed;
  }
}
