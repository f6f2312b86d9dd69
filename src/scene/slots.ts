/**
 * Places for pods on a host's grid: a pod gets the first free one and keeps it for life; a freed one stays
 * empty until it is needed again, so that nothing on the stage ever moves by itself.
 */
export class Slots {
  readonly #byHost = new Map<string, (string | undefined)[]>();
  readonly #of = new Map<string, { readonly host: string; readonly slot: number }>();

  /** The pod's slot on a host; moving to another host (being scheduled) gives a new one. */
  place(uid: string, host: string): number {
    const known = this.#of.get(uid);
    if (known !== undefined) {
      if (known.host === host) return known.slot;
      this.free(uid);
    }
    let grid = this.#byHost.get(host);
    if (grid === undefined) this.#byHost.set(host, (grid = []));
    let slot = grid.indexOf(undefined);
    if (slot < 0) slot = grid.length;
    grid[slot] = uid;
    this.#of.set(uid, { host, slot });
    return slot;
  }

  free(uid: string): void {
    const known = this.#of.get(uid);
    if (known === undefined) return;
    this.#of.delete(uid);
    const grid = this.#byHost.get(known.host);
    if (grid !== undefined) grid[known.slot] = undefined;
  }
}
