/**
 * The queue between informers and workers: each key is in it once, and never with two workers at a time
 * (client-go `util/workqueue`). It remembers in whose name a key was added, and has the worker go on in it.
 */
import type { KernelEvent } from "../kernel/event-queue";
import { Future } from "../kernel/future";
import type { Kernel } from "../kernel/kernel";
import type { Process } from "../kernel/process";
import type { Task } from "../kernel/task";
import type { Micros } from "../kernel/time";
import { DefaultLimiter, type RateLimiter } from "./rate-limiter";

interface Waiting {
  readonly key: string;
  readonly readyAt: Micros;
  readonly timer: KernelEvent;
}

export class WorkQueue {
  readonly name: string;
  readonly #process: Process;
  readonly #kernel: Kernel;
  readonly #limiter: RateLimiter;
  #queue: string[] = [];
  #head = 0;
  /** Keys that need work, with the context of the event that said so. */
  readonly #dirty = new Map<string, KernelEvent>();
  readonly #processing = new Set<string>();
  readonly #waiting = new Map<string, Waiting>();
  readonly #idle: Future<void>[] = [];

  constructor(process: Process, name: string, limiter: RateLimiter = new DefaultLimiter()) {
    this.#process = process;
    this.#kernel = process.kernel;
    this.name = name;
    this.#limiter = limiter;
  }

  /** Keys ready to be worked on. */
  get length(): number {
    return this.#queue.length - this.#head;
  }

  /** Keys that workers have right now. */
  processing(): string[] {
    return [...this.#processing];
  }

  /** Keys that wait for their time, with that time; in no particular order of time. */
  delayed(): { readonly key: string; readonly readyAt: Micros }[] {
    return [...this.#waiting.values()].map(({ key, readyAt }) => ({ key, readyAt }));
  }

  /** Puts a key in unless it is there. With a worker: it comes back when the worker is done. */
  add(key: string): void {
    const context = this.#kernel.context;
    const known = this.#dirty.get(key);
    if (known !== undefined) {
      // Of several reasons the one that is part of a story is worth telling.
      if (known.quiet && !context.quiet) this.#dirty.set(key, context);
      return;
    }
    this.#dirty.set(key, context);
    if (!this.#processing.has(key)) this.#push(key);
  }

  /** Adds a key after a time; of several times the earliest counts. */
  addAfter(key: string, delay: Micros): void {
    if (delay <= 0) {
      this.add(key);
      return;
    }
    const readyAt = this.#kernel.now + delay;
    const known = this.#waiting.get(key);
    if (known !== undefined) {
      if (known.readyAt <= readyAt) return;
      this.#kernel.cancel(known.timer);
    }
    const timer = this.#kernel.schedule(delay, (k: string) => this.#due(k), key);
    this.#waiting.set(key, { key, readyAt, timer });
  }

  /** Adds a key that failed, as soon as its rate limit allows. */
  addRateLimited(key: string): void {
    this.addAfter(key, this.#limiter.when(key, this.#kernel.now));
  }

  /** The key went well: its next failure is its first. */
  forget(key: string): void {
    this.#limiter.forget(key);
  }

  /** Failures in a row. */
  numRequeues(key: string): number {
    return this.#limiter.failures(key);
  }

  /** Waits for the next key and takes it, in the name of the event that added it. `done` must follow. */
  *get(): Task<string> {
    while (this.#head === this.#queue.length) {
      const wake = new Future<void>(this.#kernel);
      this.#idle.push(wake);
      yield wake;
    }
    const key = this.#shift();
    const context = this.#dirty.get(key);
    this.#dirty.delete(key);
    this.#processing.add(key);
    // A copy: what this worker records as a fact is not the story of others that the same event woke.
    if (context !== undefined) this.#kernel.adopt({ ...context });
    return key;
  }

  /** The worker has finished with a key; if it was added meanwhile it is up again. */
  done(key: string): void {
    this.#processing.delete(key);
    if (this.#dirty.has(key)) this.#push(key);
  }

  #due(key: string): void {
    this.#waiting.delete(key);
    if (this.#process.alive) this.add(key);
  }

  #push(key: string): void {
    this.#queue.push(key);
    this.#idle.shift()?.resolve();
  }

  #shift(): string {
    const key = this.#queue[this.#head] as string;
    this.#head++;
    if (this.#head === this.#queue.length) {
      this.#queue = [];
      this.#head = 0;
    } else if (this.#head > 64 && this.#head * 2 > this.#queue.length) {
      this.#queue = this.#queue.slice(this.#head);
      this.#head = 0;
    }
    return key;
  }
}
