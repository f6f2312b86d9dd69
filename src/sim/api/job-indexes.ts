/**
 * Sets of completion indexes as Jobs write them: `0,3-5,9` (`pkg/controller/job/indexed_job_utils.go`).
 */

/** The indexes below `limit` that a text names, in order; undefined if it is no such list. */
export function parseIndexes(text: string, limit: number): number[] | undefined {
  const found: number[] = [];
  if (text === "") return found;
  for (const part of text.split(",")) {
    const range = /^(\d{1,9})(?:-(\d{1,9}))?$/.exec(part);
    if (range === null) return undefined;
    const from = Number(range[1]);
    const to = range[2] === undefined ? from : Number(range[2]);
    if (to < from || from <= (found.at(-1) ?? -1) || to >= limit) return undefined;
    for (let i = from; i <= to; i++) found.push(i);
  }
  return found;
}

/** The indexes of a status, leaving out what lies beyond the completions by now. */
export function readIndexes(text: string | undefined, completions: number): Set<number> {
  const all = parseIndexes(text ?? "", Infinity) ?? [];
  return new Set(all.filter((index) => index < completions));
}

/** The shortest text for a set of indexes: two in a row are named, three or more are a range. */
export function formatIndexes(indexes: Iterable<number>): string {
  const sorted = [...indexes].sort((a, b) => a - b);
  const parts: string[] = [];
  for (let i = 0; i < sorted.length;) {
    let j = i;
    while (sorted[j + 1] === sorted[j]! + 1) j++;
    if (j === i) parts.push(`${sorted[i]}`);
    else if (j === i + 1) parts.push(`${sorted[i]},${sorted[j]}`);
    else parts.push(`${sorted[i]}-${sorted[j]}`);
    i = j + 1;
  }
  return parts.join(",");
}
