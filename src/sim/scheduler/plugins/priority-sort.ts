/** What the order of the active queue depends on. */
export interface Sortable {
  readonly priority: number;
  /** When it entered the queue this time, in virtual microseconds. */
  readonly timestamp: number;
  /** Breaks ties: grows with each entry into the queue. */
  readonly sequence: number;
}

/** Higher priority first, then the one that has waited longer (upstream `plugins/queuesort`). */
export function comesFirst(a: Sortable, b: Sortable): boolean {
  if (a.priority !== b.priority) return a.priority > b.priority;
  if (a.timestamp !== b.timestamp) return a.timestamp < b.timestamp;
  return a.sequence < b.sequence;
}
