import type { EndpointSlice } from "../api/types";
import type { Kernel } from "../kernel/kernel";
import { SECOND, type Micros } from "../kernel/time";

/** A slice that has not come back within this time will not come back: it is gone again. */
export const PATIENCE = 10 * SECOND;

interface Writes {
  /** Slice → the revision that was written, and when. */
  readonly expected: Map<string, { readonly revision: number; readonly at: Micros }>;
  /** Slices that were deleted here. */
  readonly deleted: Set<string>;
  /** A sync came too early and is owed. */
  owed: boolean;
}

/** What a slice's coming back means: nothing new, all is back that a sync waits for, or somebody else wrote it. */
export type Seen = "known" | "caught-up" | "foreign";

/**
 * Remembers what was written until the watch shows it, so that a sync does not compare with the past
 * (upstream `endpointslice/util/endpointslice_tracker.go`).
 */
export class WrittenSlices {
  readonly #kernel: Kernel;
  readonly #byService = new Map<string, Writes>();

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /** A slice was written; `cached` is what the local copy has of it. */
  wrote(service: string, slice: EndpointSlice, cached: EndpointSlice | undefined): void {
    const revision = Number(slice.metadata.resourceVersion);
    // The watch may have been faster than the answer.
    if (cached !== undefined && Number(cached.metadata.resourceVersion) >= revision) return;
    this.#writes(service).expected.set(slice.metadata.name, { revision, at: this.#kernel.now });
  }

  deletes(service: string, slice: EndpointSlice): void {
    this.#writes(service).deleted.add(slice.metadata.name);
  }

  /** True if a sync has to wait; `seen` will say when. */
  waits(service: string): boolean {
    const writes = this.#byService.get(service);
    if (writes === undefined) return false;
    for (const [name, { at }] of writes.expected) {
      if (this.#kernel.now - at > PATIENCE) writes.expected.delete(name);
    }
    writes.owed = writes.expected.size > 0;
    return writes.owed;
  }

  /** The watch shows a slice. */
  seen(service: string, slice: EndpointSlice): Seen {
    const writes = this.#byService.get(service);
    const expected = writes?.expected.get(slice.metadata.name);
    if (writes === undefined || expected === undefined) return "foreign";
    const revision = Number(slice.metadata.resourceVersion);
    if (revision < expected.revision) return "known";
    writes.expected.delete(slice.metadata.name);
    if (revision > expected.revision) return "foreign";
    if (!writes.owed || writes.expected.size > 0) return "known";
    writes.owed = false;
    return "caught-up";
  }

  /** The watch shows that a slice is gone; true if it was deleted here. */
  gone(service: string, slice: EndpointSlice): boolean {
    const writes = this.#byService.get(service);
    writes?.expected.delete(slice.metadata.name);
    return writes?.deleted.delete(slice.metadata.name) ?? false;
  }

  forget(service: string): void {
    this.#byService.delete(service);
  }

  #writes(service: string): Writes {
    let writes = this.#byService.get(service);
    if (writes === undefined) {
      writes = { expected: new Map(), deleted: new Set(), owed: false };
      this.#byService.set(service, writes);
    }
    return writes;
  }
}
