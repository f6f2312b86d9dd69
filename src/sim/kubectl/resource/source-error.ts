import type { Task } from "../../kernel/task";
import { fail, Failure, statusFailure } from "../cli/failure";
import { goQuote } from "../cli/quote";

/** Runs a request for an object of a file; a failure says which file it was (`cmdutil.AddSourceToErr`). */
export function* whileDoing<T>(verb: string, source: string, request: Task<T>): Task<T> {
  try {
    return yield* request;
  } catch (e) {
    if (!(e instanceof Failure) || source === "") throw e;
    const prefix = `error when ${verb} ${goQuote(source)}: `;
    if (e.status === undefined) throw fail(prefix + e.message);
    throw statusFailure({ ...e.status, message: prefix + e.message });
  }
}
