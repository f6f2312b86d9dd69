/**
 * Aligns text by tabs as Go's `text/tabwriter` does: a tab ends a cell; cells of one column in adjacent lines are as
 * wide as the widest, plus padding. What follows a line's last tab belongs to no column.
 */
const PADDING = 2;

interface Line {
  readonly cells: readonly string[];
  /** Width of each cell but the last, once known. */
  readonly widths: number[];
}

/** Characters as the terminal counts them: code points. */
function widthOf(text: string): number {
  let width = 0;
  for (const _ of text) width++;
  return width;
}

/** Sets the widths of `column` in the block of adjacent lines that begins at `from`, and of what is right of it. */
function layOut(lines: readonly Line[], from: number, to: number, column: number): void {
  let at = from;
  while (at < to) {
    if ((lines[at] as Line).cells.length <= column + 1) {
      at++;
      continue;
    }
    let end = at;
    let width = 0;
    while (end < to && (lines[end] as Line).cells.length > column + 1) {
      width = Math.max(width, widthOf((lines[end] as Line).cells[column] as string) + PADDING);
      end++;
    }
    for (let i = at; i < end; i++) (lines[i] as Line).widths[column] = width;
    layOut(lines, at, end, column + 1);
    at = end;
  }
}

/** The text with its tabs replaced by spaces. */
export function alignTabs(text: string): string {
  const lines = text.split("\n").map((line): Line => ({ cells: line.split("\t"), widths: [] }));
  layOut(lines, 0, lines.length, 0);
  return lines.map(({ cells, widths }) => cells.map((cell, i) => pad(cell, widths[i])).join("")).join("\n");
}

function pad(cell: string, width: number | undefined): string {
  return width === undefined ? cell : cell + " ".repeat(Math.max(0, width - widthOf(cell)));
}
