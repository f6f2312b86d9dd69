/**
 * What all controllers share: keys come from informers into a queue, workers take them and bring one object
 * a time closer to what its spec says. A failed key comes back, later each time.
 */
import type { ApiObject, Status } from "../api/types";
import type { RateLimiter } from "../client/rate-limiter";
import { isNamespaceTerminating } from "../client/transport-error";
import { WorkQueue } from "../client/work-queue";
import type { Future } from "../kernel/future";
import type { Process } from "../kernel/process";
import type { Task } from "../kernel/task";
import type { Micros } from "../kernel/time";
import { objectKey } from "../api/meta";

/** What a controller last saw, compared and did: the loop that a class is to watch. */
export interface Decision {
  readonly key: string;
  /** What the spec wants, e.g. `3 pods`. */
  readonly want: string;
  /** What the controller's copy of the world has. */
  readonly have: string;
  /** What it does about it, e.g. `create 2 pods`; `nothing` when they agree. */
  readonly action: string;
  readonly at: Micros;
}

/** A controller as the read model sees it. */
export interface ControllerView {
  /** The name that `--controllers` knows. */
  readonly name: string;
  readonly queueLength: number;
  /** Keys that its workers have in hand. */
  readonly processing: readonly string[];
  readonly lastDecision: Decision | undefined;
}

/** What went wrong in a sync; undefined: all is well. */
export type SyncError = Status | undefined;

export interface EngineOptions {
  readonly name: string;
  readonly workers: number;
  /** Looks at one key and acts. Reads only from informers, writes through the API. */
  readonly sync: (key: string) => Task<SyncError>;
  readonly limiter?: RateLimiter | undefined;
  /** Give a key up after so many retries in a row; default: never. */
  readonly maxRetries?: number | undefined;
}

export class Engine implements ControllerView {
  readonly name: string;
  readonly queue: WorkQueue;
  readonly #process: Process;
  readonly #options: EngineOptions;
  #lastDecision: Decision | undefined;
  #syncs = 0;

  constructor(process: Process, options: EngineOptions) {
    this.#process = process;
    this.#options = options;
    this.name = options.name;
    this.queue = new WorkQueue(process, options.name, options.limiter);
  }

  get queueLength(): number {
    return this.queue.length;
  }

  get processing(): readonly string[] {
    return this.queue.processing();
  }

  get lastDecision(): Decision | undefined {
    return this.#lastDecision;
  }

  /** Syncs finished so far. */
  get syncs(): number {
    return this.#syncs;
  }

  /** Puts an object's key into the queue. */
  readonly enqueue = (obj: ApiObject): void => {
    this.queue.add(objectKey(obj));
  };

  /** Notes what the controller decided, for those who watch it. */
  decide(key: string, want: string, have: string, action: string): void {
    this.#lastDecision = { key, want, have, action, at: this.#process.now };
  }

  /** Starts the workers as soon as the local copies are complete. */
  start(synced: readonly Future<void>[]): void {
    this.#process.spawn(this.name, this.#begin(synced));
  }

  *#begin(synced: readonly Future<void>[]): Task {
    for (const future of synced) yield* future;
    for (let i = 0; i < this.#options.workers; i++) this.#process.spawn(this.name, this.#work());
  }

  *#work(): Task {
    const { queue } = this;
    const { sync, maxRetries = Infinity } = this.#options;
    for (;;) {
      const key = yield* queue.get();
      const error = yield* sync(key);
      this.#syncs++;
      if (error === undefined || isNamespaceTerminating(error)) queue.forget(key);
      else if (queue.numRequeues(key) < maxRetries) queue.addRateLimited(key);
      else queue.forget(key);
      queue.done(key);
    }
  }
}
