import { assert, AssertionError } from "../../shared/assert";
import type { KernelEvent } from "./event-queue";
import { Future, type Waiter } from "./future";
import type { Kernel } from "./kernel";
import { TIMED_OUT, TimedWait, type Task } from "./task";

/** Thrown by `Process.exit` to unwind the code that calls it. Whatever catches it must throw it on. */
export const EXIT: unique symbol = Symbol("exit");

/** A running task of a process. Ends with its generator, with `cancel`, or silently with its process. */
export class Thread<T = unknown> implements Waiter {
  readonly name: string;
  /** Settles with the result when the task ends by itself; never when it was cancelled or killed. */
  readonly done: Future<T>;
  readonly #kernel: Kernel;
  readonly #task: Task<T>;
  readonly #onEnd: (thread: Thread<T>) => void;
  #timer: KernelEvent | undefined;
  #waitingFor: Future<unknown> | undefined;
  #dead = false;
  #running = false;
  #cancelled = false;

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

  /**
   * Ends the task from within its process; its `finally` blocks run (they must not wait). A task that cancels
   * itself goes on to its next wait.
   */
  cancel(): void {
    if (this.#dead) return;
    this.kill();
    if (this.#running) this.#cancelled = true;
    else this.#unwind();
  }

  /** Ends the task as a crash does: nothing of it runs again, not even `finally`. */
  kill(): void {
    this.#dead = true;
    this.#cancelled = false;
    this.#waitingFor?.removeWaiter(this);
    this.#waitingFor = undefined;
    if (this.#timer !== undefined) this.#kernel.cancel(this.#timer);
    this.#timer = undefined;
  }

  #resume(input: unknown): void {
    let value = input;
    for (;;) {
      let r: IteratorResult<unknown, T>;
      this.#running = true;
      try {
        r = this.#task.next(value);
      } catch (e) {
        // An exit of another process that was called from here must not end this thread unnoticed.
        if (e === EXIT && this.#dead) return;
        throw e;
      }
      this.#running = false;
      if (this.#dead) {
        if (this.#cancelled) this.#unwind();
        return;
      }
      if (r.done) {
        this.#dead = true;
        this.#onEnd(this);
        this.done.resolve(r.value);
        return;
      }
      const effect = r.value;
      if (typeof effect === "number") {
        // As in Go, to sleep until a moment that has passed already is to sleep not at all.
        this.#timer = this.#kernel.schedule(effect < 0 ? 0 : effect, wake, this as Thread);
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
      if (!(effect instanceof TimedWait)) throw new AssertionError(`${this.name} yielded ${String(effect)}`);
      const { future, limit } = effect;
      if (future.settled) {
        value = future.value;
        continue;
      }
      this.#waitingFor = future;
      future.addWaiter(this);
      this.#timer = this.#kernel.schedule(limit < 0 ? 0 : limit, timeOut, this as Thread);
      return;
    }
  }

  #unwind(): void {
    this.#cancelled = false;
    try {
      const r = this.#task.return(undefined as T);
      assert(r.done === true, () => `thread ${this.name} waits in a finally block`);
    } catch (e) {
      if (e !== EXIT) throw e;
    }
    this.#onEnd(this);
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
