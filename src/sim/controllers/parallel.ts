import type { Process } from "../kernel/process";
import type { Task } from "../kernel/task";
import type { Thread } from "../kernel/thread";

/** Runs tasks side by side as threads of a process and waits for all; results in the order of the tasks. */
export function* parallel<T>(process: Process, name: string, tasks: readonly Task<T>[]): Task<T[]> {
  const first = tasks[0];
  if (first === undefined) return [];
  if (tasks.length === 1) return [yield* first];
  const threads: Thread<T>[] = tasks.map((task) => process.spawn(name, task));
  const results: T[] = [];
  for (const thread of threads) results.push(yield* thread.done);
  return results;
}

/** What became of a slow start. */
export interface SlowStart<E> {
  readonly successes: number;
  readonly error: E | undefined;
}

/**
 * Does something `count` times in batches of 1, 2, 4, 8 …: if it fails it fails early, before the server
 * has been flooded with requests that fail alike (`pkg/controller/replicaset/replica_set.go`,
 * slowStartBatch). `act` gives undefined or an error. A batch with any error is the last.
 */
export function* slowStart<E>(
  process: Process,
  name: string,
  count: number,
  act: () => Task<E | undefined>,
): Task<SlowStart<E>> {
  let successes = 0;
  let left = count;
  for (let batch = 1; left > 0; batch *= 2) {
    const size = Math.min(batch, left);
    const tasks = Array.from({ length: size }, () => act());
    const errors = (yield* parallel(process, name, tasks)).filter((e) => e !== undefined);
    successes += size - errors.length;
    if (errors.length > 0) return { successes, error: errors[0] };
    left -= size;
  }
  return { successes, error: undefined };
}
