/** `diff -u -N` of two folders whose files have the same names. */
import { structuredPatch } from "diff";

export interface FilePair {
  readonly name: string;
  readonly from: string;
  readonly to: string;
}

export interface Side {
  readonly folder: string;
  /** When its files were written, as `diff` prints it. */
  readonly time: string;
}

/** Nothing for files that are equal. */
export function unifiedDiff(pairs: readonly FilePair[], from: Side, to: Side): string {
  return pairs
    .filter((pair) => pair.from !== pair.to)
    .map((pair) => {
      const [a, b] = [`${from.folder}/${pair.name}`, `${to.folder}/${pair.name}`];
      const head = `diff -u -N ${a} ${b}\n--- ${a}\t${from.time}\n+++ ${b}\t${to.time}\n`;
      return head + hunks(pair.from, pair.to);
    })
    .join("");
}

function hunks(from: string, to: string): string {
  const patch = structuredPatch("", "", from, to, "", "", { context: 3 });
  return patch.hunks
    .map(({ oldStart, oldLines, newStart, newLines, lines }) => {
      const head = `@@ -${range(oldStart, oldLines)} +${range(newStart, newLines)} @@\n`;
      return head + lines.map((line) => `${line}\n`).join("");
    })
    .join("");
}

/** `3,7`; `3` for one line; `0,0` before the first. */
function range(start: number, lines: number): string {
  if (lines === 1) return String(start);
  return lines === 0 ? `${Math.max(start - 1, 0)},0` : `${start},${lines}`;
}
