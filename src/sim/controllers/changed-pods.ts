/** For each Service the pods that changed since it was last looked at; or all of them. */
export class ChangedPods {
  readonly #byService = new Map<string, Set<string> | "all">();

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
