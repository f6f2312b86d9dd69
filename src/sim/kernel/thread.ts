import type { KernelEvent } from "./event-queue";
import { Future, type Waiter } from "./future";
import type { Kernel } from "./kernel";
import { TIMED_OUT, TimedWait, type Task } from "./task";

/** Thrown by `Process.exit` to unwind the thread that calls it. */
export const EXIT: unique symbol = Symbol("exit");

/** A running task of a process. Ends with its generator, with `cancel`, or silently with its process. */
export class Thread<T = unknown> implements Waiter {
  readonly name: string;
  /** Settles with the result when the task ends by itself. */
  readonly done: Future<T>;
  readonly #kernel: Kernel;
  readonly #task: Task<T>;
  readonly #onEnd: (thread: Thread<T>) => void;
  #timer: KernelEvent | undefined;
  #waitingFor: Future<unknown> | undefined;
  #dead = false;

  constructor(kernel: Kernel, name: string, task: Task<T>, onEnd: (thread: Thread<T>) => void) {
    this.#kernel = kernel;
    this.name = name;
    this.done = new Future<T>(kernel);
    this.#task = task;
    this.#onEnd = onEnd;
  }

  get alive(): boolean {
    return !this.#dead;
  }

  /** Runs the task up to its first wait. Called once, by the process. */
  start(): void {
    this.#resume(undefined);
  }

  settled(value: unknown): void {
    if (this.#dead) return;
    this.#waitingFor = undefined;
    if (this.#timer !== undefined) {
      this.#kernel.cancel(this.#timer);
      this.#timer = undefined;
    }
    this.#resume(value);
  }

  /** Ends the task from within its process; its `finally` blocks run (they must not wait). */
  cancel(): void {
    if (this.#dead) return;
    this.kill();
    this.#task.return(undefined as T);
    this.#onEnd(this);
  }

  /** Ends the task as a crash does: nothing of it runs again, not even `finally`. */
  kill(): void {
    this.#dead = true;
    this.#waitingFor?.removeWaiter(this);
    this.#waitingFor = undefined;
    if (this.#timer !== undefined) this.#kernel.cancel(this.#timer);
    this.#timer = undefined;
  }

  #resume(input: unknown): void {
    let value = input;
    for (;;) {
      let r: IteratorResult<unknown, T>;
      try {
        r = this.#task.next(value);
      } catch (e) {
        if (e === EXIT) return;
        throw e;
      }
      if (this.#dead) return;
      if (r.done) {
        this.#dead = true;
        this.#onEnd(this);
        this.done.resolve(r.value);
        return;
      }
      const effect = r.value;
      if (typeof effect === "number") {
        this.#timer = this.#kernel.schedule(effect, wake, this as Thread);
        return;
      }
      if (effect instanceof Future) {
        if (effect.settled) {
          value = effect.value;
          continue;
        }
        this.#waitingFor = effect as Future<unknown>;
        effect.addWaiter(this);
        return;
      }
      const timed = effect as TimedWait;
      if (timed.future.settled) {
        value = timed.future.value;
        continue;
      }
      this.#waitingFor = timed.future;
      timed.future.addWaiter(this);
      this.#timer = this.#kernel.schedule(timed.limit, timeOut, this as Thread);
      return;
    }
  }

  /** Called by the sleep timer. */
  wake(): void {
    if (this.#dead) return;
    this.#timer = undefined;
    this.#resume(undefined);
  }

  /** Called when a timed wait ran out. */
  timeOut(): void {
    if (this.#dead) return;
    this.#timer = undefined;
    this.#waitingFor?.removeWaiter(this);
    this.#waitingFor = undefined;
    this.#resume(TIMED_OUT);
  }
}

function wake(thread: Thread): void {
  thread.wake();
}

function timeOut(thread: Thread): void {
  thread.timeOut();
}
