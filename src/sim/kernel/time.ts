/** Virtual time: an integer count of microseconds since the simulation began. */
export type Micros = number;

/** One millisecond in microseconds. */
export const MS = 1_000;
/** One second in microseconds. */
export const SECOND = 1_000_000;
/** One minute in microseconds. */
export const MINUTE = 60 * SECOND;
