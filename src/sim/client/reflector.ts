/**
 * Keeps a copy of a collection: lists it, then follows a watch; lists again when history has been lost
 * (client-go `tools/cache/reflector.go`).
 */
import type { WatchEvent } from "../api/http";
import { klogS } from "../api/klog";
import type { ResourceDefinition } from "../api/resource";
import type { ApiObject, Status } from "../api/types";
import { STREAM_END } from "../kernel/connection";
import type { Rng } from "../kernel/rng";
import type { Task } from "../kernel/task";
import { SECOND } from "../kernel/time";
import { Backoff } from "./backoff";
import type { RestClient } from "./rest-client";
import { isExpired, transportErrorOf } from "./transport-error";
import type { WatchStream } from "./watch-stream";

export interface ReflectorOptions {
  /** Only this namespace; default all. */
  readonly namespace?: string | undefined;
  readonly fieldSelector?: string | undefined;
  readonly labelSelector?: string | undefined;
  /** Writes to the process's log that the collection could not be read; default: as klog does. */
  readonly logFailure?: ((type: string, error: string) => void) | undefined;
}

/** Receives what a reflector learns. */
export interface ReflectorSink<T> {
  /** The whole collection as it is now. */
  replace(items: readonly T[]): void;
  upsert(obj: T): void;
  remove(obj: T): void;
}

/**
 * What to do after a watch: `watch` again from where it stood, `relist`, or list afresh as history is lost.
 */
type Next = "watch" | "relist" | "expired";

const WATCH_MIN_SECONDS = 300;

export class Reflector<T extends ApiObject> {
  readonly #client: RestClient;
  readonly #def: ResourceDefinition<T>;
  readonly #options: ReflectorOptions;
  readonly #sink: ReflectorSink<T>;
  readonly #rng: Rng;
  readonly #backoff: Backoff;
  #resourceVersion = "";
  #historyLost = false;
  /** Only the very first attempt may be part of a story; what repeats by itself is not. */
  #quiet: boolean | undefined;
  #lists = 0;
  #stopped = false;
  #stream: WatchStream<T> | undefined;

  constructor(
    client: RestClient,
    def: ResourceDefinition<T>,
    options: ReflectorOptions,
    sink: ReflectorSink<T>,
  ) {
    this.#client = client;
    this.#def = def;
    this.#options = options;
    this.#sink = sink;
    this.#rng = client.process.kernel.rng(`client/${client.process.id}`);
    this.#backoff = new Backoff(this.#rng);
  }

  /** The newest revision that it has seen; `""` before the first list. */
  get resourceVersion(): string {
    return this.#resourceVersion;
  }

  /** How often it has listed the whole collection. */
  get lists(): number {
    return this.#lists;
  }

  /** Ends it: nothing more reaches the sink. */
  stop(): void {
    this.#stopped = true;
    this.#stream?.close();
  }

  /** Runs as long as its process, or until it is stopped. */
  *run(): Task {
    while (!this.#stopped) {
      if (yield* this.#list()) yield* this.#follow();
      this.#quiet = true;
      yield this.#backoff.next(this.#client.process.kernel.now);
    }
  }

  *#list(): Task<boolean> {
    const { namespace, fieldSelector, labelSelector } = this.#options;
    let resourceVersion: string | undefined = this.#resourceVersion === "" ? "0" : this.#resourceVersion;
    if (this.#historyLost) resourceVersion = undefined;
    const quiet = this.#quiet;
    const result = yield* this.#client.list(this.#def, namespace, {
      fieldSelector,
      labelSelector,
      resourceVersion,
      quiet,
    });
    if (!result.ok) {
      if (isExpired(result.error)) this.#historyLost = true;
      this.#logFailure(result.error.message ?? "");
      return false;
    }
    if (this.#stopped) return false;
    this.#historyLost = false;
    this.#lists++;
    this.#resourceVersion = result.value.resourceVersion;
    this.#sink.replace(result.value.items);
    return true;
  }

  #logFailure(message: string): void {
    const type = `*${this.#def.version}.${this.#def.kind}`;
    const { process } = this.#client;
    const { logFailure } = this.#options;
    if (logFailure !== undefined) logFailure(type, message);
    else {
      const values = { err: `failed to list ${type}: ${message}`, logger: "UnhandledError", type };
      klogS(process, "E", "reflector.go:204", "Failed to watch", values);
    }
  }

  /** Watches from the listed revision on until only a new list can help. */
  *#follow(): Task {
    while (!this.#stopped) {
      const started = this.#client.process.kernel.now;
      const result = yield* this.#client.watch(this.#def, this.#options.namespace, {
        fieldSelector: this.#options.fieldSelector,
        labelSelector: this.#options.labelSelector,
        resourceVersion: this.#resourceVersion,
        timeoutSeconds: WATCH_MIN_SECONDS + this.#rng.below(WATCH_MIN_SECONDS),
        quiet: this.#quiet,
      });
      this.#quiet = true;
      if (!result.ok) {
        if (!this.#worthWaiting(result.error)) return;
        yield this.#backoff.next(this.#client.process.kernel.now);
        continue;
      }
      const next = yield* this.#consume(result.value, started);
      if (next === "watch") continue;
      if (next === "expired") this.#historyLost = true;
      return;
    }
  }

  /** A server that is down or busy will still know our revision when it is back. */
  #worthWaiting(status: Status): boolean {
    if (isExpired(status)) {
      this.#historyLost = true;
      return false;
    }
    return transportErrorOf(status) === "refused" || status.code === 429;
  }

  *#consume(stream: WatchStream<T>, started: number): Task<Next> {
    const { inbox } = stream;
    const sink = this.#sink;
    let seen = 0;
    this.#stream = stream;
    for (;;) {
      const item = inbox.take();
      if (item === undefined) {
        yield inbox.nonEmpty();
        continue;
      }
      if (item === STREAM_END || this.#stopped) break;
      const event = item as WatchEvent<T>;
      if (event.type === "ERROR") {
        stream.close();
        return isExpired(event.object as unknown as Status) ? "expired" : "relist";
      }
      seen++;
      const obj = event.object;
      if (event.type === "DELETED") sink.remove(obj);
      else if (event.type !== "BOOKMARK") sink.upsert(obj);
      this.#resourceVersion = obj.metadata.resourceVersion ?? this.#resourceVersion;
    }
    const brief = seen === 0 && this.#client.process.kernel.now - started < SECOND;
    return brief ? "relist" : "watch";
  }
}
