import type { WatchEvent } from "../../api/http";
import type { ApiObject } from "../../api/types";
import type { Micros } from "../../kernel/time";

/** A change of one object as the watch cache remembers it. */
export interface CacheEvent {
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  /** The new state; for DELETED the last one, with the revision of the deletion. */
  readonly object: ApiObject;
  /** The state before; undefined for ADDED. */
  readonly prev: ApiObject | undefined;
  readonly revision: number;
  readonly at: Micros;
  /** Serves heartbeats and the like. */
  readonly quiet: boolean;
  /** What watchers without a selector get: one record for all of them. */
  readonly wire: WatchEvent;
}
