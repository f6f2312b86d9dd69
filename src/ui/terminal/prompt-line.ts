/** Draws the line at the prompt: what to write so that a terminal of some width shows it, wrapped or not. */

const ESC = "\u001B[";

export interface Drawn {
  /** Row of the cursor below the first row of the line. */
  readonly row: number;
}

/** Control characters of a line, made visible: a pasted newline must not move the cursor behind our back. */
const visible = (text: string): string =>
  Array.from(text, (c) =>
    c === "\n" || c === "\t" ? " " : c < " " || (c >= "\u007F" && c < "\u00A0") ? "?" : c,
  ).join("");

/**
 * What to write to replace the line drawn `before` by another.
 * `prompt` may hold colours; `promptLength` is how many cells it takes.
 */
export function redraw(
  before: Drawn,
  prompt: string,
  promptLength: number,
  text: string,
  cursor: number,
  width: number,
): { readonly write: string; readonly drawn: Drawn } {
  const up = before.row > 0 ? `${ESC}${before.row}A` : "";
  const cells = promptLength + text.length;
  const at = promptLength + cursor;
  // A line that fills its last row exactly leaves the cursor there: it is sent on by hand.
  const spill = cells > 0 && cells % width === 0 ? "\r\n" : "";
  const endRow = Math.floor(cells / width);
  const row = Math.floor(at / width);
  const column = at % width;
  const back = endRow > row ? `${ESC}${endRow - row}A` : "";
  const across = column > 0 ? `${ESC}${column}C` : "";
  return {
    write: `${up}\r${ESC}J${prompt}${visible(text)}${spill}\r${back}${across}`,
    drawn: { row },
  };
}
