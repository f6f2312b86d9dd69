/** A broken invariant: always our bug, never a state that a cluster can be in. */
export class AssertionError extends Error {
  override readonly name = "AssertionError";
}

/**
 * Stops the run when `condition` is false. Give `details` as a function where building the text costs
 * something: it is called only on failure.
 */
export function assert(condition: unknown, details?: string | (() => string)): asserts condition {
  if (condition) return;
  throw new AssertionError(typeof details === "function" ? details() : (details ?? "assertion failed"));
}

/** Returns `value` when it is there; throws when it is null or undefined. */
export function assertDefined<T>(value: T, details?: string | (() => string)): NonNullable<T> {
  if (value !== undefined && value !== null) return value;
  throw new AssertionError(typeof details === "function" ? details() : (details ?? "value is missing"));
}

/** The default branch of an exhaustive switch: a new case that was forgotten fails to compile. */
export function assertNever(value: never, details = "unexpected value"): never {
  throw new AssertionError(`${details}: ${String(value)}`);
}
