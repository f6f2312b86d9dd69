import { Future, type Waiter } from "./future";
import type { Kernel } from "./kernel";
import type { Micros } from "./time";

/** What a wait with a limit gives when time ran out first. */
export const TIMED_OUT: unique symbol = Symbol("timed out");

/** A wait for a future that gives up after a time. Made by `within`. */
export class TimedWait {
  readonly future: Future<unknown>;
  readonly limit: Micros;
  constructor(future: Future<unknown>, limit: Micros) {
    this.future = future;
    this.limit = limit;
  }
}

/** What a task may yield: a number of microseconds to sleep, a future to wait for, a wait with a limit. */
export type Effect = number | Future<unknown> | Future<never> | TimedWait;

/**
 * A piece of a process's logic: a generator that yields effects and composes with `yield*`.
 * It reads like async code, but nothing of it can run once its process is gone.
 */
// oxlint-disable-next-line typescript/no-explicit-any -- what comes back depends on the effect that was yielded
export type Task<T = void> = Generator<any, T, any>;

/** Sleeps for a time. */
export function* sleep(us: Micros): Task {
  yield us;
}

/** Waits for a future for at most `limit` microseconds: its value, or `TIMED_OUT`. */
export function* within<T>(future: Future<T>, limit: Micros): Task<T | typeof TIMED_OUT> {
  if (future.settled) return future.value as T;
  return (yield new TimedWait(future as Future<unknown>, limit)) as T | typeof TIMED_OUT;
}

/** Waits for the first of several futures; gives its index. Ties go to the first in the list. */
export function* race(
  kernel: Kernel,
  futures: readonly Future<never>[] | readonly Future<unknown>[],
): Task<number> {
  for (let i = 0; i < futures.length; i++) if (futures[i]?.settled) return i;
  const first = new Future<number>(kernel);
  const waiter: Waiter = {
    settled(_value, future) {
      if (first.settled) return;
      first.resolve((futures as readonly Future<unknown>[]).indexOf(future));
    },
  };
  for (const f of futures) (f as Future<unknown>).addWaiter(waiter);
  try {
    return yield* first;
  } finally {
    for (const f of futures) (f as Future<unknown>).removeWaiter(waiter);
  }
}

/** A flag that tasks can wait for again and again: `wait()` gives a future of the next `notify()`. */
export class Signal {
  readonly #kernel: Kernel;
  #next: Future<void> | undefined;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  wait(): Future<void> {
    return (this.#next ??= new Future<void>(this.#kernel));
  }

  notify(): void {
    const f = this.#next;
    this.#next = undefined;
    f?.resolve();
  }
}

/** An unbounded first-in first-out queue between tasks. */
export class Mailbox<T> {
  readonly #kernel: Kernel;
  #items: T[] = [];
  #head = 0;
  #waiting: Future<void> | undefined;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  get size(): number {
    return this.#items.length - this.#head;
  }

  push(item: T): void {
    this.#items.push(item);
    const w = this.#waiting;
    if (w !== undefined) {
      this.#waiting = undefined;
      w.resolve();
    }
  }

  /** Takes the oldest item; undefined when empty. */
  take(): T | undefined {
    if (this.#head === this.#items.length) return undefined;
    const item = this.#items[this.#head] as T;
    this.#items[this.#head] = undefined as T;
    this.#head++;
    if (this.#head === this.#items.length) {
      this.#items.length = 0;
      this.#head = 0;
    } else if (this.#head > 64 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }

  /** A future that settles when there is something to take. */
  nonEmpty(): Future<void> {
    this.#waiting ??= new Future<void>(this.#kernel);
    const w = this.#waiting;
    if (this.size > 0) {
      this.#waiting = undefined;
      w.resolve();
    }
    return w;
  }

  /** Waits until there is an item, and takes it. */
  *receive(): Task<T> {
    while (this.size === 0) yield* this.nonEmpty();
    return this.take() as T;
  }
}
