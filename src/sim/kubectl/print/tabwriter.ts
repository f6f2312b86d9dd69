/**
 * Columns lined up as kubectl does (liggitt/tabwriter with minimal width 6, tab width 4, padding 3 and spaces;
 * widths are remembered from one flush to the next).
 *
 * Cells end with a tab; text after a line's last tab belongs to no column. A column is a run of adjacent lines that
 * have a cell there.
 */

export interface TabwriterOptions {
  readonly minWidth: number;
  readonly padding: number;
  /** A column never gets narrower than in an earlier flush. */
  readonly remember: boolean;
}

const DEFAULTS: TabwriterOptions = { minWidth: 6, padding: 3, remember: true };

export class Tabwriter {
  readonly #options: TabwriterOptions;
  #text = "";
  #remembered: number[] = [];

  constructor(options: Partial<TabwriterOptions> = {}) {
    this.#options = { ...DEFAULTS, ...options };
  }

  write(text: string): void {
    this.#text += text;
  }

  /** Forgets the widths of earlier flushes. */
  forget(): void {
    this.#remembered = [];
  }

  /** What was written since the last flush, lined up. */
  flush(): string {
    if (this.#text === "") return "";
    const lines = this.#text.split("\n").map((line) => line.split("\t"));
    this.#text = "";
    const widths = lines.map((cells) => Array.from<number>({ length: cells.length - 1 }));
    this.#measure(lines, widths);
    return lines.map((cells, i) => cells.map((cell, j) => pad(cell, widths[i]?.[j])).join("")).join("\n");
  }

  #measure(lines: readonly string[][], widths: number[][]): void {
    const columns = Math.max(...widths.map((w) => w.length), 0);
    for (let column = 0; column < columns; column++) {
      for (let from = 0; from < lines.length; from++) {
        let to = from;
        while (to < lines.length && column < (widths[to] as number[]).length) to++;
        if (to === from) continue;
        const width = this.#width(lines.slice(from, to), column);
        for (let i = from; i < to; i++) (widths[i] as number[])[column] = width;
        from = to;
      }
    }
  }

  #width(lines: readonly string[][], column: number): number {
    const { minWidth, padding, remember } = this.#options;
    let width = minWidth;
    for (const cells of lines) width = Math.max(width, length(cells[column] as string) + padding);
    if (!remember) return width;
    width = Math.max(width, this.#remembered[column] ?? 0);
    this.#remembered[column] = width;
    return width;
  }
}

function pad(cell: string, width: number | undefined): string {
  return width === undefined ? cell : cell + " ".repeat(Math.max(0, width - length(cell)));
}

/** Number of code points. */
function length(text: string): number {
  let n = 0;
  for (const _ of text) n++;
  return n;
}
