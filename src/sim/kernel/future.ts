import type { Kernel } from "./kernel";

/** Whoever waits for a future: a thread, a race. */
export interface Waiter {
  /** Called once, in the event that settled the future. */
  settled(value: unknown, future: Future<unknown>): void;
}

/**
 * A value that will be there later, settled once. `const v = yield* future` waits for it in a task.
 * There are no rejections: what can fail in a cluster is a value; what must not happen throws at once.
 */
export class Future<T> {
  readonly #kernel: Kernel;
  #settled = false;
  #value: T | undefined;
  #waiters: Waiter[] | undefined;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  get settled(): boolean {
    return this.#settled;
  }

  /** The value; undefined until settled. */
  get value(): T | undefined {
    return this.#value;
  }

  /** Settles the future; later calls change nothing. Waiters go on within the current event, in order. */
  resolve(value: T): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#value = value;
    const waiters = this.#waiters;
    if (waiters === undefined) return;
    this.#waiters = undefined;
    for (const w of waiters) this.#kernel.ready(w, value, this as Future<unknown>);
  }

  /** Has the waiter told; within the current event when the future is settled already. */
  addWaiter(waiter: Waiter): void {
    if (this.#settled) this.#kernel.ready(waiter, this.#value, this as Future<unknown>);
    else if (this.#waiters === undefined) this.#waiters = [waiter];
    else this.#waiters.push(waiter);
  }

  removeWaiter(waiter: Waiter): void {
    const waiters = this.#waiters;
    if (waiters === undefined) return;
    const i = waiters.indexOf(waiter);
    if (i >= 0) waiters.splice(i, 1);
  }

  /** For `yield*` in a task: yields the future itself unless it is settled, and gives its value. */
  [Symbol.iterator](): Iterator<Future<T>, T, T> {
    return new Wait<T>(this);
  }
}

/** What a generator would do here, without being one: most waits of a simulation go through it. */
class Wait<T> implements Iterator<Future<T>, T, T> {
  readonly #future: Future<T>;
  #begun = false;

  constructor(future: Future<T>) {
    this.#future = future;
  }

  next(value?: T): IteratorResult<Future<T>, T> {
    const future = this.#future;
    if (this.#begun) return { done: true, value: value as T };
    this.#begun = true;
    return future.settled ? { done: true, value: future.value as T } : { done: false, value: future };
  }
}
