import type { WatchEvent } from "../../api/http";
import type { ApiObject } from "../../api/types";
import type { Exchange } from "../../kernel/connection";
import type { Waiter } from "../../kernel/future";
import type { Micros } from "../../kernel/time";
import type { CacheEvent } from "./cache-event";
import type { Cacher } from "./cacher";
import type { Selection } from "./selection";

/** Turns an object into what this client asked to see: another version, a table row. */
export type Presenter = (obj: ApiObject) => unknown;

export interface WatcherOptions {
  readonly selection: Selection;
  readonly present: Presenter | undefined;
  readonly bookmarks: boolean;
  /** Events up to this revision are not sent. */
  readonly after: number;
  readonly deadline: Micros;
}

/**
 * One client's watch (apiserver `pkg/storage/cacher/cache_watcher.go`). Sees the events of its cache; an object
 * that begins to match the selectors is ADDED to it, one that stops is DELETED.
 */
export class Watcher implements Waiter {
  readonly exchange: Exchange;
  readonly selection: Selection;
  readonly bookmarks: boolean;
  readonly deadline: Micros;
  /** Key of the cache's index under which it is filed; undefined: it sees every event. */
  readonly indexKey: string | undefined;
  readonly #cacher: Cacher;
  readonly #present: Presenter | undefined;
  #after: number;

  constructor(cacher: Cacher, exchange: Exchange, options: WatcherOptions) {
    this.#cacher = cacher;
    this.exchange = exchange;
    this.selection = options.selection;
    this.bookmarks = options.bookmarks;
    this.deadline = options.deadline;
    this.#present = options.present;
    this.#after = options.after;
    this.indexKey = cacher.indexKeyOf(options.selection);
  }

  /** Sends an event if it concerns this client. */
  offer(event: CacheEvent): void {
    if (event.revision <= this.#after) return;
    const { selection } = this;
    if (selection.wholeNamespace) {
      if (selection.namespace !== "" && event.object.metadata.namespace !== selection.namespace) return;
      this.#send(event.type, event.object, event.quiet, event.wire);
      return;
    }
    const matches = event.type !== "DELETED" && selection.matches(event.object);
    const matched = event.prev !== undefined && selection.matches(event.prev);
    if (matches) {
      const type = matched ? "MODIFIED" : "ADDED";
      this.#send(type, event.object, event.quiet, type === event.type ? event.wire : undefined);
    } else if (matched) {
      const gone = event.type === "DELETED" ? event.object : withRevision(event.prev, event.revision);
      this.#send("DELETED", gone, event.quiet, event.type === "DELETED" ? event.wire : undefined);
    }
  }

  /** Sends what exists already. */
  sendInitial(obj: ApiObject): void {
    this.#send("ADDED", obj, undefined, undefined);
  }

  /** From here on only what is newer. */
  skipTo(revision: number): void {
    this.#after = Math.max(this.#after, revision);
  }

  /** Tells the revision that this watch has reached. */
  sendBookmark(revision: number, initialEventsEnd: boolean): void {
    const { def } = this.#cacher;
    const metadata: ApiObject["metadata"] = { resourceVersion: String(revision) };
    if (initialEventsEnd) metadata.annotations = { "k8s.io/initial-events-end": "true" };
    const object: ApiObject = { apiVersion: def.apiVersion, kind: def.kind, metadata };
    this.exchange.push({ type: "BOOKMARK", object }, initialEventsEnd ? undefined : true);
  }

  /** The client has gone: no more is sent. */
  settled(): void {
    this.#cacher.removeWatcher(this);
  }

  #send(
    type: WatchEvent["type"],
    object: ApiObject,
    quiet: boolean | undefined,
    wire: WatchEvent | undefined,
  ): void {
    if (this.#present !== undefined) this.exchange.push({ type, object: this.#present(object) }, quiet);
    else this.exchange.push(wire ?? { type, object }, quiet);
  }
}

/** A state of the past as it is shown when the object left a selection at `revision`. */
function withRevision(obj: ApiObject | undefined, revision: number): ApiObject {
  const known = obj as ApiObject;
  return { ...known, metadata: { ...known.metadata, resourceVersion: String(revision) } };
}
